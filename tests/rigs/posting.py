"""A workspace with a site, a pupil who is shown, passed photos, and the people who write and approve posts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from models.findings import Face
from redact.audit.events import Event, person_tag
from redact.audit.kinds import Role
from redact.posts import review
from redact.posts.approving.approve import SeenPost, approve
from redact.posts.approving.rules import Approver
from redact.posts.changes import Changes, HandLift, RedrawState, Seen
from redact.posts.releasing.posted import mark_posted
from redact.posts.releasing.release import Poster, release
from redact.posts.releasing.sweep import tend_outbox
from redact.posts.review import Decision
from redact.posts.writing import drafting
from redact.posts.writing.questions import QUESTIONS
from redact.redaction.answers.values import LiftCause
from redact.store.people import HeldRole
from redact.store.posts import posts
from redact.store.posts.posts import Draft
from redact.store.posts.values import Answer, Post, PostPhoto, PostState
from redact.store.pupils.reading import register_version
from redact.store.schema.tables.of_posts import sites
from redact.system.clock import print_moment
from redact.workspace.ids import Actor
from redact.workspace.open import Workspace, open_workspace
from tests.rigs.living import Clock, furnish
from tests.rigs.reviewing import HEAD, OLIVE, PUPIL, RAE, Reviewing, Seeing, calm_jpeg
from tests.rigs.waiting import LONGEST_S
from tests.rigs.working_desk import WorkingDesk, serve_working

HENRY = Approver("c" * 64, (HeldRole(Role.HEADTEACHER),))
CEO = Approver("d" * 64, (HeldRole(Role.CEO),))
PIA = Poster(Actor(Role.POSTER.value, "9a" * 32), None)
SITE = "facebook-oak"
LINK = "https://facebook.example/oakschool/posts/1"
ANSWERS = tuple((question.id, Answer(is_yes=True, words="We took them")) for question in QUESTIONS)


def add_site(workspace: Workspace, site: str = SITE, school: str = "", **columns: object) -> None:
    """Put an approved site into the register."""
    now = workspace.now()
    row = {
        "id": site, "platform": "facebook", "handle": "oakschool", "address": "https://facebook.example/oakschool",
        "owner": Role.COMMUNICATIONS.value, "school": school, "purpose": "social-media", "safeguards": "{}",
        "state": "approved", "added_at": print_moment(now), "until": print_moment(now + timedelta(days=300)),
    }  # fmt: skip
    with workspace.database.write() as connection:
        connection.execute(sites.insert(), row | columns)


class Posting(Reviewing):
    """A workspace in which posts are written."""

    def pass_one(self, seed: int = 1) -> Seen:
        """Store a photo on which every face is covered, and pass it."""
        seen = self.store_one(calm_jpeg(seed), f"photo-{seed}.jpg")
        review.decide(self.workspace, seen, Decision.FIT, RAE)
        return seen

    def pass_shown(self, seed: int = 2, upn: str = PUPIL) -> Seen:
        """Store a photo on which the pupil is shown by a lift, and pass it."""
        seen = self.store_one(calm_jpeg(seed), f"photo-{seed}.jpg")
        with self.redrawer() as redrawer:
            lifts = Changes(lifts=(HandLift(1, LiftCause.CONSENT, upn),))
            number = redrawer.ask_with_original(seen, lifts, self.file_key(seen.photo), RAE)
            done = redrawer.wait(number, LONGEST_S)
        assert done is not None and done.state is RedrawState.DONE, done
        seen = self.seen(seen.photo)
        review.decide(self.workspace, seen, Decision.FIT, RAE)
        return seen

    def draft(self, copies: Sequence[Seen] = (), caption: str = "A day at the pond", who: Actor = OLIVE) -> Post:
        """Write a whole draft."""
        number = drafting.start(self.workspace, copies, "", who)
        photos = tuple(PostPhoto(seen.photo, seen.output, "Pond and reeds") for seen in copies)
        drafting.edit(self.workspace, number, 1, Draft(SITE, caption, ANSWERS, photos), who)
        return self.post(number)

    def propose(self, copies: Sequence[Seen] = (), caption: str = "A day at the pond", who: Actor = OLIVE) -> Post:
        """Write a post and send it to a headteacher."""
        post = self.draft(copies, caption, who)
        drafting.propose(self.workspace, post.id, post.edition, who)
        return self.post(post.id)

    def approve(self, post: Post, who: Approver = HENRY) -> Post:
        """Approve a post as it stands."""
        approve(self.workspace, self.looked_at(post), who)
        return self.post(post.id)

    def bring_out(self, post: Post, far: str) -> Post:
        """Bring an approved post as far as that: approved | released | lapsed | posted."""
        if far == "approved":
            return post
        release(self.workspace, post.id, str(post.content), PIA)
        if far == "posted":
            return mark_posted(self.workspace, post.id, str(post.content), LINK, PIA)
        if far == "lapsed":
            self.clock.go(hours=25)
            tend_outbox(self.workspace)
        return self.post(post.id)

    def looked_at(self, post: Post) -> SeenPost:
        """Return what an approver sees of a post."""
        with self.workspace.database.read() as connection:
            return SeenPost(post.id, str(post.content), register_version(connection))

    def post(self, number: int) -> Post:
        with self.workspace.database.read() as connection:
            found = posts.read_post(connection, number)
        assert found is not None
        return found

    def move(self, post: Post, state: PostState, **columns: object) -> Post:
        """Move a post on as a release does, whose acts are tested apart."""
        with self.workspace.database.write() as connection:
            assert posts.swap(connection, post, state, **columns)
        return self.post(post.id)

    def edited(self, post: Post, **changes: object) -> Draft:
        """Return a post as a draft with some changes."""
        written = Draft(post.site, post.caption, post.questions, post.photos)
        return replace(written, **changes)  # type: ignore[arg-type]

    def said_of(self, post: Post) -> list[tuple[str, object]]:
        """Return (kind, cause) of the entries about a post."""
        every: list[Event] = [event for event in self.events() if event.fact("post") == post.ref]
        return [(event.kind.value, event.fact("cause")) for event in every]


@contextmanager
def open_posting(folder: Path, seeing: Seeing | None = None) -> Iterator[Posting]:
    """Make a workspace with a site and open it."""
    clock = Clock()
    with open_workspace(furnish(folder), clock) as workspace:
        yield open_posting_in(workspace, clock, folder, seeing)


def open_posting_in(workspace: Workspace, clock: Clock, folder: Path, seeing: Seeing | None = None) -> Posting:
    """Put a site into a workspace that is open, and return the people who write and approve posts in it."""
    living = Posting(workspace, clock, folder, seeing=seeing or Seeing((Face(HEAD, 0.9, "fixed"),)))
    add_site(workspace)
    return living


PEOPLE = (
    ("rae", Role.REVIEWER), ("olive", Role.COMMUNICATIONS), ("henry", Role.HEADTEACHER), ("chloe", Role.CEO),
    ("hal", Role.HOLDER), ("tess", Role.TRUSTEE), ("pia", Role.POSTER),
)  # fmt: skip


@contextmanager
def open_posting_desk(folder: Path) -> Iterator[tuple[WorkingDesk, Posting]]:
    """Serve a desk at which posts are written and approved."""
    with open_posting(folder) as living, serve_working(living, PEOPLE) as desk:
        yield desk, living


def actor_of(living: Posting, login: str, role: Role) -> Actor:
    """Return somebody of the desk as the acts take them."""
    return Actor(role.value, person_tag(living.workspace.keys.tags, login))
