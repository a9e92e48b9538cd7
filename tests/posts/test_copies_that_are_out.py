"""Whatever shows that a copy which is out shows too much asks for it to be taken down at once; nothing else does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from models.findings import Face
from redact.audit.kinds import Kind, Role
from redact.photos.set_aside import set_aside
from redact.posts import redraw, review
from redact.posts.changes import Changes, HandCover, HandLift, RedrawState, Seen
from redact.posts.take_downs.report import read_take_downs
from redact.redaction.answers.values import LiftCause
from redact.redaction.values import Style
from redact.reports.take_downs import why_down
from redact.store import photos as photo_rows
from redact.store.originals import note_kept
from redact.store.photos import State
from redact.store.posts.take_downs import COPY_COVERED, COPY_UNFIT, RELEASE_VOIDED
from redact.store.posts.values import Post, PostState
from tests.rigs.posting import Posting, open_posting
from tests.rigs.reviewing import HEAD, OTHER_HEAD, PUPIL, RAE
from tests.rigs.waiting import LONGEST_S

CORNER = ((10.0, 10.0), (70.0, 10.0), (70.0, 60.0), (10.0, 60.0))


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Posting]:
    with open_posting(tmp_path) as found:
        found.add_pupil()
        yield found


def put_out(living: Posting, seen: Seen, far: str = "posted") -> Post:
    """Return a post with one copy, as far as that."""
    return living.bring_out(living.approve(living.propose([seen])), far)


def draw(living: Posting, seen: Seen, changes: Changes) -> None:
    with living.redrawer() as redrawer:
        done = redrawer.wait(redraw.ask(living.workspace, seen, changes, RAE), LONGEST_S)
    assert done is not None and done.state is RedrawState.DONE, done


def lift(living: Posting, seen: Seen) -> None:
    with living.redrawer() as redrawer:
        lifts = Changes(lifts=(HandLift(1, LiftCause.CONSENT, PUPIL),))
        number = redrawer.ask_with_original(seen, lifts, living.file_key(seen.photo), RAE)
        done = redrawer.wait(number, LONGEST_S)
    assert done is not None and done.state is RedrawState.DONE, done


def cover(living: Posting, seen: Seen) -> None:
    redraw.ask(living.workspace, seen, Changes((HandCover(CORNER),)), RAE)


def crop(living: Posting, seen: Seen) -> None:
    redraw.ask(living.workspace, seen, Changes(crop=(20.0, 20.0, 200.0, 200.0)), RAE)


def take_lift_back(living: Posting, seen: Seen) -> None:
    (said,) = [each for each in redraw.list_answers(living.workspace, seen.photo) if each.act == "lift"]
    redraw.ask(living.workspace, seen, Changes(undone=(said.id,)), RAE)


def put_aside(living: Posting, seen: Seen) -> None:
    review.reopen(living.workspace, seen, RAE)
    review.set_aside(living.workspace, seen, RAE, "not-suitable")


ENOUGH: dict[str, tuple[Callable[[Posting, Seen], None], str]] = {
    "cover": (cover, COPY_COVERED),
    "crop": (crop, COPY_COVERED),
    "lift-taken-back": (take_lift_back, COPY_COVERED),
    "set-aside": (put_aside, COPY_UNFIT),
}


@pytest.mark.parametrize("how", ENOUGH)
def test_what_is_posted_is_asked_for_before_anything_is_drawn(living: Posting, how: str) -> None:
    seen = living.pass_shown()
    post = put_out(living, seen)
    act, cause = ENOUGH[how]
    act(living, seen)  # no redrawer runs: nothing was drawn
    (one,) = read_take_downs(living.workspace)
    assert (one.post, one.content, one.cause, one.opened_by) == (post.id, post.content, cause, RAE.role)
    assert why_down(cause).endswith(".") and cause not in why_down(cause)
    (entry,) = living.events(Kind.TAKEDOWN_OPENED.value)
    assert entry.fact("until") == one.due_at and entry.fact("person") == RAE.tag
    assert living.post(post.id).state is PostState.POSTED  # it stands there until somebody says that it does not
    living.check_record()


@pytest.mark.slow
@pytest.mark.parametrize("far", ["approved", "released", "lapsed"])
@pytest.mark.parametrize("how", ENOUGH)
def test_what_is_not_out_yet_is_a_draft_and_what_may_be_is_asked_for(living: Posting, how: str, far: str) -> None:
    seen = living.pass_shown()
    post = put_out(living, seen, far)
    act, cause = ENOUGH[how]
    act(living, seen)
    assert living.post(post.id).state is PostState.DRAFT
    asked = [each.cause for each in read_take_downs(living.workspace)]
    assert asked == ([] if far == "approved" else [RELEASE_VOIDED if how == "set-aside" else cause])


def test_another_style_and_a_lift_ask_for_nothing(living: Posting) -> None:
    one, other = living.pass_one(3), living.pass_one(4)
    put_out(living, one)
    put_out(living, other)
    draw(living, one, Changes(style=Style.SOLID))
    lift(living, other)
    assert living.seen(one.photo) != one and living.seen(other.photo) != other
    assert read_take_downs(living.workspace) == ()


def test_a_second_look_alone_asks_for_nothing(living: Posting) -> None:
    seen = living.pass_one()
    put_out(living, seen)
    review.reopen(living.workspace, seen, RAE)
    assert read_take_downs(living.workspace) == ()


def lose(living: Posting, photo: str) -> None:
    """Let a copy vanish from trust storage, and have it made again from the original."""
    living.workspace.trust.remove(living.copy(photo).name)
    with living.workspace.database.write() as connection:
        note_kept(connection, [photo])
    living.retry_with_key(photo)


def test_a_lost_copy_that_is_made_again_as_it_was_asks_for_nothing(living: Posting) -> None:
    seen = living.pass_one()
    put_out(living, seen)
    lose(living, seen.photo)
    assert read_take_downs(living.workspace) == ()


def test_a_copy_on_which_another_face_is_found_when_it_is_made_again_is_asked_for(living: Posting) -> None:
    seen = living.pass_one()
    post = put_out(living, seen)
    living.seeing.faces = (*living.seeing.faces, Face(OTHER_HEAD, 0.9, "fixed"))
    lose(living, seen.photo)
    (one,) = read_take_downs(living.workspace)
    assert (one.post, one.cause, one.opened_by) == (post.id, COPY_COVERED, Role.SYSTEM.value)


def test_a_face_that_only_a_redraw_from_the_original_finds_is_asked_for(living: Posting) -> None:
    seen = living.pass_one()
    post = put_out(living, seen)
    living.seeing.faces = (Face(HEAD, 0.9, "fixed"), Face(OTHER_HEAD, 0.9, "fixed"))
    lift(living, seen)
    assert [(each.post, each.cause) for each in read_take_downs(living.workspace)] == [(post.id, COPY_COVERED)]


def test_a_photo_that_is_held_and_put_aside_after_its_copy_was_out_is_asked_for(living: Posting) -> None:
    seen = living.pass_one()
    post = put_out(living, seen)
    with living.workspace.database.write() as connection:
        assert photo_rows.move_photo(connection, seen.photo, [State.STORED], State.HELD, output=None, output_name=None)
    set_aside(living.workspace, living.photo(seen.photo), Role.REVIEWER, "rae", "Nothing of it is to be published.")
    assert [(each.post, each.cause) for each in read_take_downs(living.workspace)] == [(post.id, COPY_UNFIT)]
