"""Releasing: the approved bytes and no others, in the outbox of a released post and of no other."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redact.audit.kinds import Kind, Role
from redact.errors import RedactError, UsageError
from redact.posts.releasing import release as releasing
from redact.posts.releasing.files import expected_files, is_whole, print_text
from redact.posts.releasing.posted import LinkElsewhere, TakenBack, attest_down, mark_posted
from redact.posts.releasing.release import NotReleasable, Poster, outbox_of, release, released_files
from redact.posts.releasing.sweep import sweep_outbox, tend_outbox
from redact.posts.review import reopen
from redact.posts.sites.register import known_site, retire_site
from redact.posts.take_downs.report import known_take_down
from redact.posts.writing import drafting
from redact.store.posts.outbox import OutboxFault
from redact.store.posts.take_down_list import list_take_downs
from redact.store.posts.values import Post, PostPhoto, PostState
from redact.store.posts.voids import Cause, Voider, void_photo
from redact.store.trust.copies import CopyDiffers
from redact.workspace.ids import Actor
from tests.rigs.posting import SITE, Posting, open_posting
from tests.rigs.reviewing import OLIVE, PUPIL, RAE

PIA = Poster(Actor(Role.POSTER.value, "9a" * 32), None)
LINK = "https://facebook.example/oakschool/posts/1"


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Posting]:
    with open_posting(tmp_path) as found:
        yield found


def approved(living: Posting, photos: int = 1, caption: str = "A day at the pond") -> Post:
    copies = [living.pass_one(seed) for seed in range(1, photos + 1)]
    return living.approve(living.propose(copies, caption))


def released(living: Posting, photos: int = 1) -> Post:
    post = approved(living, photos)
    return release(living.workspace, post.id, str(post.content), PIA)


def lying(living: Posting) -> dict[str, bytes]:
    """Return every file of the outbox, by its path there."""
    top = living.workspace.settings.outbox
    return {path.relative_to(top).as_posix(): path.read_bytes() for path in sorted(top.rglob("*")) if path.is_file()}


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


# -- what lies there --


def test_the_outbox_has_the_approved_copies_and_the_text(living: Posting) -> None:
    object.__setattr__(living.workspace.settings, "company_details", ("Registered office: 1 Oak Road",))
    post = released(living, 2)
    found = lying(living)
    assert list(found) == [f"{SITE}/post-{post.id}/{name}" for name in ("1.jpg", "2.jpg", "post.txt")]
    files = [sha(content) for content in found.values()]
    assert files[:2] == [photo.output for photo in post.photos]
    text = found[f"{SITE}/post-{post.id}/post.txt"].decode()
    for words in ("A day at the pond", "1.jpg: Pond and reeds", "2.jpg: Pond", "Registered office: 1 Oak Road"):
        assert words in text
    (entry,) = living.events(Kind.RELEASE_MADE.value)
    assert entry.fact("content") == post.content and entry.fact("files") == 3 and entry.fact("site") == SITE
    assert released_files(living.workspace, post).keys() == {"1.jpg", "2.jpg", "post.txt"}


def test_the_group_of_the_outbox_reads_what_lies_there(living: Posting) -> None:
    post = released(living)
    of_site = living.workspace.settings.outbox / SITE
    modes = {path.name: path.stat().st_mode & 0o777 for path in (of_site, *sorted(of_site.rglob("*")))}
    assert modes == {SITE: 0o750, f"post-{post.id}": 0o750, "1.jpg": 0o640, "post.txt": 0o640}


def test_a_text_alone_goes_out_likewise(living: Posting) -> None:
    post = released(living, 0)
    assert list(lying(living)) == [f"{SITE}/post-{post.id}/post.txt"]


@settings(max_examples=60)
@given(
    st.lists(st.binary(min_size=1, max_size=20), min_size=1, max_size=4, unique=True),
    st.text(max_size=40),
    st.data(),
)
def test_files_are_whole_only_as_they_were_approved(pictures: list[bytes], caption: str, data: st.DataObject) -> None:
    post = made_up(tuple(PostPhoto(sha(each), sha(each), "alt") for each in pictures), caption)
    whole = {f"{n}.jpg": content for n, content in enumerate(pictures, 1)} | {"post.txt": print_text(post, ()).encode()}
    assert is_whole(whole, expected_files(post, ()))
    name = data.draw(st.sampled_from(sorted(whole)))
    other = data.draw(st.binary(max_size=20).filter(lambda each: each != whole[name]))
    assert not is_whole(whole | {name: other}, expected_files(post, ()))
    assert not is_whole({key: each for key, each in whole.items() if key != name}, expected_files(post, ()))
    assert not is_whole(whole | {"5.jpg": b"x"}, expected_files(post, ()))


def made_up(photos: tuple[PostPhoto, ...], caption: str) -> Post:
    blank: dict[str, Any] = dict.fromkeys(Post.__slots__)
    return Post(**(blank | {"id": 1, "state": PostState.RELEASED, "photos": photos, "caption": caption}))


# -- who, and when --


def test_only_a_poster_of_the_school_releases(living: Posting) -> None:
    post = approved(living)
    for poster in (
        Poster(Actor(Role.HEADTEACHER.value, "ab" * 32), None),
        Poster(Actor(Role.COMMUNICATIONS.value, "ab" * 32), None),
        Poster(Actor(Role.POSTER.value, "ab" * 32), frozenset({"elm"})),
    ):
        with pytest.raises(UsageError):
            release(living.workspace, post.id, str(post.content), poster)
    assert lying(living) == {} and living.post(post.id).state is PostState.APPROVED


def test_a_post_that_is_not_approved_or_not_what_was_seen_is_not_released(living: Posting) -> None:
    copy = living.pass_one()
    draft = living.draft([copy])
    with pytest.raises(NotReleasable):
        release(living.workspace, draft.id, "", PIA)
    post = living.approve(living.propose([copy]))
    for content in ("", "f" * 64, None):
        with pytest.raises(NotReleasable):
            release(living.workspace, post.id, str(content), PIA)
    with pytest.raises(UsageError):
        release(living.workspace, 99, "f" * 64, PIA)
    assert lying(living) == {} and living.events("release.") == []


def test_an_old_release_form_is_for_nothing_after_an_edit(living: Posting) -> None:
    post = approved(living)
    drafting.edit(living.workspace, post.id, post.edition, living.edited(post, caption="Another day"), OLIVE)
    with pytest.raises(NotReleasable):
        release(living.workspace, post.id, str(post.content), PIA)
    drafting.propose(living.workspace, post.id, living.post(post.id).edition, OLIVE)
    again = living.approve(living.post(post.id))
    with pytest.raises(NotReleasable):
        release(living.workspace, post.id, str(post.content), PIA)
    assert release(living.workspace, post.id, str(again.content), PIA).state is PostState.RELEASED


def test_consents_are_asked_again_on_the_day(living: Posting) -> None:
    living.add_pupil()
    post = living.approve(living.propose([living.pass_shown()]))
    with living.workspace.database.write() as connection:  # a yes that ends without any act that voids the post
        from redact.store.schema.tables import consents

        connection.execute(consents.update().where(consents.c.upn == PUPIL).values(expires_on="2026-09-07"))
    living.clock.go(days=1)
    with pytest.raises(NotReleasable, match="may not be shown"):
        release(living.workspace, post.id, str(post.content), PIA)
    assert living.post(post.id).state is PostState.DRAFT and lying(living) == {}
    assert ("approval.voided", "consent-ended") in living.said_of(post)


def test_other_bytes_in_trust_storage_never_go_out(living: Posting) -> None:
    post = approved(living)
    folder = living.workspace.settings.trust_folder
    assert folder is not None
    (copy,) = [path for path in folder.rglob("*.jpg") if sha(path.read_bytes()) == post.photos[0].output]
    copy.chmod(0o600)
    copy.write_bytes(b"somebody else's picture")
    with pytest.raises(CopyDiffers):
        release(living.workspace, post.id, str(post.content), PIA)
    assert lying(living) == {} and living.post(post.id).state is PostState.APPROVED
    assert living.events("release.") == []


def test_what_changes_between_the_look_and_the_release_stops_it(
    living: Posting, monkeypatch: pytest.MonkeyPatch
) -> None:
    post, real = approved(living), releasing._files

    def files_and_meanwhile(*given: Any) -> dict[str, bytes]:
        found = real(*given)
        with living.workspace.audit_log.writing() as entries:
            void_photo(entries, post.photos[0].photo, Cause.COPY_RECALLED, Voider("reviewer"))
        return found

    monkeypatch.setattr(releasing, "_files", files_and_meanwhile)
    with pytest.raises(NotReleasable):
        release(living.workspace, post.id, str(post.content), PIA)
    assert lying(living) == {} and living.events("release.") == []


def test_a_database_that_fails_at_the_end_leaves_no_file(living: Posting, monkeypatch: pytest.MonkeyPatch) -> None:
    post = approved(living)
    box = type(outbox_of(living.workspace))
    real = box.name

    def name_and_fail(self: Any, site: str, part: str, number: int) -> None:
        real(self, site, part, number)
        raise RedactError("the disk of the database is full")

    monkeypatch.setattr(box, "name", name_and_fail)
    with pytest.raises(RedactError, match="full"):
        release(living.workspace, post.id, str(post.content), PIA)
    assert lying(living) == {} and living.post(post.id).state is PostState.APPROVED


# -- the outbox --


def test_what_changed_in_the_outbox_is_not_handed_out_and_may_be_released_again(living: Posting) -> None:
    post = released(living)
    path = living.workspace.settings.outbox / SITE / f"post-{post.id}" / "1.jpg"
    path.chmod(0o600)
    path.write_bytes(b"another picture")
    with pytest.raises(NotReleasable):
        released_files(living.workspace, post)
    again = release(living.workspace, post.id, str(post.content), PIA)
    assert sha(released_files(living.workspace, again)["1.jpg"]) == post.photos[0].output


def test_the_sweep_leaves_what_is_released_and_what_is_not_ours(living: Posting) -> None:
    post = released(living)
    top = living.workspace.settings.outbox
    before = lying(living)
    (top / SITE / "post-77").mkdir()
    (top / SITE / "post-77" / "1.jpg").write_bytes(b"left over")
    (top / SITE / ("0" * 32 + ".part")).mkdir()
    (top / SITE / ("0" * 32 + ".part") / "1.jpg").write_bytes(b"half")
    (top / "old-site").mkdir()
    (top / "old-site" / f"post-{post.id}").mkdir()
    (top / "old-site" / f"post-{post.id}" / "post.txt").write_text("of another site")
    kept = {"notes.docx": b"mine", "post-1/holiday.png": b"mine too"}
    for name, content in kept.items():
        (top / name).parent.mkdir(exist_ok=True)
        (top / name).write_bytes(content)
    assert sweep_outbox(living.workspace) == 2
    assert lying(living) == before | kept
    assert sweep_outbox(living.workspace) == 0


@pytest.mark.parametrize("stuck", [70, 90])
def test_a_file_that_does_not_go_keeps_no_other_post_there(living: Posting, stuck: int) -> None:
    """Neither where its post is swept nor where its release lapses: here a folder has the place of a file."""
    post, top = released(living), living.workspace.settings.outbox / SITE
    (top / f"post-{stuck}" / "1.jpg").mkdir(parents=True)
    (top / "post-80").mkdir()
    (top / "post-80" / "1.jpg").write_bytes(b"taken back")
    with pytest.raises(OutboxFault):
        sweep_outbox(living.workspace)
    assert not (top / "post-80").exists() and released_files(living.workspace, living.post(post.id))
    (top / "post-80").mkdir()
    (top / "post-80" / "1.jpg").write_bytes(b"taken back")
    (top / f"post-{post.id}" / "2.jpg").mkdir()
    living.clock.go(hours=25)
    with pytest.raises(OutboxFault):
        tend_outbox(living.workspace)
    assert not (top / "post-80").exists() and living.post(post.id).state is PostState.RELEASED


def test_links_in_the_outbox_lead_nowhere(living: Posting, tmp_path: Path) -> None:
    post, elsewhere = approved(living), tmp_path / "elsewhere"
    (elsewhere / f"post-{post.id}").mkdir(parents=True)
    precious = elsewhere / f"post-{post.id}" / "1.jpg"
    precious.write_bytes(b"precious")
    (living.workspace.settings.outbox / SITE).symlink_to(elsewhere)
    with pytest.raises(OutboxFault):
        release(living.workspace, post.id, str(post.content), PIA)
    sweep_outbox(living.workspace)
    assert precious.read_bytes() == b"precious" and list(elsewhere.iterdir()) == [precious.parent]


# -- lapse, posted, down --


def test_a_release_lapses_with_its_files_and_may_be_made_again(living: Posting) -> None:
    post = released(living)
    living.clock.go(hours=23)
    assert tend_outbox(living.workspace) == 0 and lying(living)
    living.clock.go(hours=2)
    tend_outbox(living.workspace)
    assert lying(living) == {} and living.post(post.id).state is PostState.APPROVED
    assert [kind for kind, _ in living.said_of(post)][-1] == "release.lapsed"
    with pytest.raises(UsageError, match="Put it out again"):
        mark_posted(living.workspace, post.id, str(post.content), LINK, PIA)
    assert release(living.workspace, post.id, str(post.content), PIA).state is PostState.RELEASED


def test_a_release_that_lapsed_is_not_forgotten_when_a_day_ends_its_approval(living: Posting) -> None:
    post = released(living)
    for days in (2, 15):
        living.clock.go(days=days)
        tend_outbox(living.workspace)
    assert (living.post(post.id).state, living.post(post.id).released_at) == (PostState.DRAFT, None)
    with living.workspace.database.read() as connection:
        (asked,) = list_take_downs(connection)
    assert (asked.post, asked.cause, asked.content) == (post.id, "release-voided", post.content)
    with pytest.raises(TakenBack):  # it was posted after all: the link is kept where it is looked for
        mark_posted(living.workspace, post.id, str(post.content), LINK, PIA)
    attest_down(living.workspace, post.id, PIA, of=asked)
    with pytest.raises(UsageError, match="take it down there, and write that down as an incident"):
        mark_posted(living.workspace, post.id, str(post.content), LINK, PIA)


def test_the_link_comes_back_and_the_files_leave(living: Posting) -> None:
    post = released(living)
    posted = mark_posted(living.workspace, post.id, str(post.content), f" {LINK}\n", PIA)
    assert (posted.state, posted.link) == (PostState.POSTED, LINK) and lying(living) == {}
    (entry,) = living.events(Kind.RELEASE_POSTED.value)
    assert LINK not in str(entry) and len(str(entry.fact("link"))) == 64
    with pytest.raises(UsageError):
        mark_posted(living.workspace, post.id, str(post.content), LINK, PIA)
    attest_down(living.workspace, post.id, PIA)
    assert living.post(post.id).state is PostState.DOWN
    (entry,) = living.events(Kind.RELEASE_ENDED.value)
    assert entry.fact("level") == "attested"
    with pytest.raises(UsageError):
        attest_down(living.workspace, post.id, PIA)


@pytest.mark.parametrize(
    "link",
    ["", "http://facebook.example/1", "javascript:alert(1)", "https://", "https://localhost/x", "https://a b.example/",
     "https://u:p@facebook.example/", "https://facebook.example/" + "x" * 500, "https://[x", "https://exämple.org/1"],
)  # fmt: skip
def test_what_is_no_link_is_not_kept(living: Posting, link: str) -> None:
    post = released(living)
    with pytest.raises(UsageError):
        mark_posted(living.workspace, post.id, str(post.content), link, PIA)
    assert living.post(post.id).state is PostState.RELEASED and lying(living)


def test_a_link_to_somewhere_else_needs_the_posters_word(living: Posting) -> None:
    post = released(living)
    with pytest.raises(LinkElsewhere):
        mark_posted(living.workspace, post.id, str(post.content), "https://x.com/oak/1", PIA)
    posted = mark_posted(living.workspace, post.id, str(post.content), "https://x.com/oak/1", PIA, is_sure=True)
    assert posted.state is PostState.POSTED


ENDS: dict[str, Callable[[Posting, Post], object]] = {
    "edit": lambda living, post: drafting.edit(
        living.workspace, post.id, post.edition, living.edited(post, caption="Another"), OLIVE
    ),
    "withdrawn": lambda living, post: drafting.withdraw(living.workspace, post.id, post.edition, OLIVE),
    "reviewed again": lambda living, post: reopen(living.workspace, living.seen(post.photos[0].photo), RAE),
    "site retired": lambda living, post: retire_site(living.workspace, known_site(living.workspace, SITE), RAE),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=[*ENDS])
def test_what_ends_a_release_empties_the_outbox_and_asks_the_poster(
    living: Posting, end: Callable[[Posting, Post], object]
) -> None:
    post = released(living)
    end(living, post)
    assert living.post(post.id).state is PostState.DRAFT
    tend_outbox(living.workspace)
    assert lying(living) == {}
    (asked,) = living.events(Kind.TAKEDOWN_OPENED.value)
    assert asked.fact("cause") == "release-voided" and asked.fact("content") == post.content
    with pytest.raises(TakenBack):
        mark_posted(living.workspace, post.id, str(post.content), LINK, PIA)
    assert living.post(post.id).link == LINK
    attest_down(living.workspace, post.id, PIA)
    assert [kind for kind, _ in living.said_of(post)][-1] == "takedown.closed"


def test_what_was_put_out_before_comes_down_before_the_post_is_put_out_again(living: Posting) -> None:
    post = released(living)
    drafting.edit(living.workspace, post.id, post.edition, living.edited(post, caption="Another day"), OLIVE)
    drafting.propose(living.workspace, post.id, living.post(post.id).edition, OLIVE)
    again = living.approve(living.post(post.id))
    with pytest.raises(NotReleasable, match="taken down first"):  # else "it is down" would be said of what stands now
        release(living.workspace, post.id, str(again.content), PIA)
    assert living.post(post.id).state is PostState.APPROVED
    attest_down(living.workspace, post.id, PIA)
    assert release(living.workspace, post.id, str(again.content), PIA).state is PostState.RELEASED
    assert mark_posted(living.workspace, post.id, str(again.content), LINK, PIA).state is PostState.POSTED
    with pytest.raises(UsageError, match="closed already"):  # the word for the first, given once more
        attest_down(living.workspace, post.id, PIA, of=known_take_down(living.workspace, 1))
    assert living.post(post.id).state is PostState.POSTED


@pytest.mark.slow
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations([1, 2, 3]))
def test_a_released_file_is_the_approved_hash_in_any_order(order: list[int], tmp_path_factory: Any) -> None:
    with open_posting(tmp_path_factory.mktemp("order")) as living:
        copies = [living.pass_one(seed) for seed in order]
        post = living.approve(living.propose(copies))
        release(living.workspace, post.id, str(post.content), PIA)
        found = lying(living)
        for place, copy in enumerate(copies, 1):
            assert sha(found[f"{SITE}/post-{post.id}/{place}.jpg"]) == copy.output
