"""One post with all that its pages say of it: site, people by name, pictures with what is left bare, who is shown.

Names are for the pages of approvers alone: they stand in no log, no address and no reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from redact.posts.approving.conditions import Broken, Unread, ask_again, list_unread, shown_on_post
from redact.posts.plans import PlannedPlace, places_of
from redact.posts.showable import name_of
from redact.pupils.consent import BIOMETRIC, Consent
from redact.pupils.roll import Pupil
from redact.redaction.plans import parse_plan
from redact.redaction.values import Action
from redact.store.people import names_of
from redact.store.posts.posts import Schools, read_post, read_shown
from redact.store.posts.sites import Site, read_site
from redact.store.posts.values import BOUND, Post, PostPhoto, PostShown, PostState
from redact.store.posts.voids import purposes_of
from redact.store.pupils.reading import PupilUnknown, read_people, read_pupil, register_version
from redact.store.queue import QueuedPhoto, find_queued
from redact.store.reviewing.versions import read_current, read_former
from redact.workspace.open import Workspace


@dataclass(frozen=True, slots=True)
class BarePlace:
    """A place of a copy that is left bare on purpose."""

    place: PlannedPlace
    who: str  # name of the person who is shown; "" of what is no person or no name


@dataclass(frozen=True, slots=True)
class PostPicture:
    """One picture of a post."""

    number: int  # its place in the post, from 1
    photo: PostPhoto
    queued: QueuedPhoto | None
    bare: tuple[BarePlace, ...]

    @property
    def may_be_seen(self) -> bool:
        """Whether its copy is the one that stands, and nothing recalls it."""
        return self.queued is not None and self.queued.output == self.photo.output and not self.queued.is_recalled


@dataclass(frozen=True, slots=True)
class ShownPerson:
    """Somebody who is shown uncovered, with what they answered."""

    name: str
    year: str
    answers: tuple[Consent, ...]  # to each purpose that is asked for
    is_by_hand: bool
    is_named: bool = False  # an adult, of whom there is the name alone


@dataclass(frozen=True, slots=True)
class PostDetails:
    """One post, with what stands around it."""

    post: Post
    site: Site | None
    author: str  # name
    approver: str
    pictures: tuple[PostPicture, ...]
    shown: tuple[ShownPerson, ...]
    broken: tuple[Broken, ...]
    register: int  # version, now
    unread: tuple[Unread, ...] = ()  # copies of which nobody knows whether they name an adult


def read_details(workspace: Workspace, post: Post) -> PostDetails:
    """Return a post with all that its pages say of it.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        site = None if post.site is None else read_site(connection, post.site)
        people = names_of(connection, [post.author.tag, *([post.approver.tag] if post.approver else [])])
        is_live = post.state in {PostState.DRAFT, *BOUND}
        shown = shown_on_post(workspace, connection, post) if is_live else read_shown(connection, post.id)
        pupils = read_people(connection, {each.pupil for each in shown})
        asked = purposes_of(workspace.settings.purposes, None if site is None else site.purpose)
        unread = list_unread(connection, post)
        return PostDetails(
            post,
            site,
            people.get(post.author.tag, "somebody who has left"),
            "" if post.approver is None else people.get(post.approver.tag, "somebody who has left"),
            tuple(
                _picture(connection, number, photo, pupils) for number, photo in enumerate(post.photos, 1)
            ),
            _people(connection, shown, pupils, asked),
            ask_again(workspace, connection, post, unread) if is_live else (),
            register_version(connection),
            unread,
        )  # fmt: skip


def find_picture(workspace: Workspace, number: int, place: int, schools: Schools) -> tuple[Post, str, str] | None:
    """Return a post, and name and SHA-256 of the copy at a place of it; None where there is none to be seen.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        post = read_post(connection, number, schools)
        if post is None or not 0 < place <= len(post.photos):
            return None
        photo = post.photos[place - 1]
        queued = find_queued(connection, photo.photo, None)
        if queued is None or queued.is_recalled:
            return None
        current = read_current(connection, photo.photo)
        copies = (*([current] if current else []), *read_former(connection, photo.photo))
    name = next((copy.name for copy in copies if copy.output == photo.output), None)
    return None if name is None else (post, name, photo.output)


def _picture(connection: Connection, number: int, photo: PostPhoto, pupils: Mapping[str, Pupil]) -> PostPicture:
    queued = find_queued(connection, photo.photo, None)
    if queued is None or queued.output != photo.output:
        return PostPicture(number, photo, queued, ())
    regions = parse_plan(queued.plan)
    bare = tuple(
        BarePlace(place, _name(pupils, region.pupil))
        for place, region in zip(places_of(queued), regions, strict=True)
        if region.action is Action.SHOWN
    )
    return PostPicture(number, photo, queued, bare)


def _people(
    connection: Connection, shown: Sequence[PostShown], pupils: Mapping[str, Pupil], purposes: Iterable[str]
) -> tuple[ShownPerson, ...]:
    found = []
    asked = tuple(purposes)
    for upn in sorted({each.pupil for each in shown}):
        places = [each for each in shown if each.pupil == upn]
        is_by_hand, is_named = (all(each.is_by_hand for each in places), all(each.is_named for each in places))
        try:
            record = read_pupil(connection, upn)
        except PupilUnknown:
            found.append(ShownPerson("somebody who is not in the register", "", (), is_by_hand, is_named))
            continue
        answers = (record.answer(purpose) for purpose in (asked if is_by_hand else (*asked, BIOMETRIC)))
        year = pupils[upn].year if upn in pupils else ""
        known = tuple(answer for answer in answers if answer is not None)
        found.append(ShownPerson(_name(pupils, upn), year, known, is_by_hand, is_named))
    return tuple(found)


def _name(pupils: Mapping[str, Pupil], upn: str) -> str:
    if not upn:
        return ""
    return (name_of(pupils[upn]) if upn in pupils else "") or "somebody whose name was erased"
