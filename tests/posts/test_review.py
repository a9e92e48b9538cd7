"""Decisions bind the copy that was seen; what may be a bare face, or is not drawn yet, is never fit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.findings import Face
from redact.audit.kinds import Kind
from redact.posts import redraw, review
from redact.posts.changes import ChangedMeanwhile, Changes, HandCover, Seen
from redact.posts.queue import Standing, read_photo, standing_of
from redact.posts.recalling import RecallCause, recall_copy
from redact.posts.review import Decision, NobodyFound, Undecided, Unfinished
from redact.reports.status import read_status
from redact.store.photos.recalls import is_recalled
from tests.rigs.reviewing import HEAD, OLIVE, RAE, Reviewing, Seeing, open_reviewing
from tests.rigs.waiting import LONGEST_S

DOUBTFUL = Seeing((Face(HEAD, 0.2, "fixed", is_sure=False),))


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Reviewing]:
    with open_reviewing(tmp_path) as found:
        yield found


def standing(living: Reviewing, photo: str) -> Standing | None:
    found = read_photo(living.workspace, photo, None)
    assert found is not None
    return standing_of(found)


def decided(living: Reviewing) -> list[tuple[object, object]]:
    return [(event.fact("decision"), event.fact("output")) for event in living.events("review")]


def test_a_copy_is_decided_once_taken_back_and_decided_again(living: Reviewing) -> None:
    seen = living.store_one()
    assert standing(living, seen.photo) is Standing.TO_REVIEW
    review.decide(living.workspace, seen, Decision.FIT, RAE)
    assert standing(living, seen.photo) is Standing.FIT
    with pytest.raises(ChangedMeanwhile):
        review.decide(living.workspace, seen, Decision.UNFIT, OLIVE)
    review.reopen(living.workspace, seen, RAE)
    with pytest.raises(ChangedMeanwhile):
        review.reopen(living.workspace, seen, RAE)
    review.set_aside(living.workspace, seen, RAE, "not-for-use")
    assert standing(living, seen.photo) is Standing.UNFIT
    assert decided(living) == [(word, seen.output) for word in ("fit", "reopened", "unfit")]
    assert living.events("review")[-1].fact("cause") == "not-for-use"
    living.check_record()


def test_another_copy_than_the_seen_one_is_not_decided(living: Reviewing) -> None:
    seen = living.store_one()
    with pytest.raises(ChangedMeanwhile):
        review.decide(living.workspace, Seen(seen.photo, "f" * 64), Decision.FIT, RAE)
    with pytest.raises(ChangedMeanwhile):
        review.decide(living.workspace, Seen("f" * 64, seen.output), Decision.FIT, RAE)
    assert not decided(living)


def test_a_place_that_may_be_a_face_is_decided_first(tmp_path: Path) -> None:
    with open_reviewing(tmp_path, DOUBTFUL) as living:
        seen = living.store_one()
        assert standing(living, seen.photo) is Standing.ASKS
        with pytest.raises(Undecided) as caught:
            review.decide(living.workspace, seen, Decision.FIT, RAE)
        assert caught.value.numbers == (1,)
        redraw.ask(living.workspace, seen, Changes(dismissed=(1,)), RAE)
        assert standing(living, seen.photo) is Standing.TO_REVIEW and living.seen(seen.photo) == seen
        [answer] = redraw.list_answers(living.workspace, seen.photo)
        review.decide(living.workspace, seen, Decision.FIT, RAE)
        redraw.ask(living.workspace, seen, Changes(undone=(answer.id,)), RAE)
        assert standing(living, seen.photo) is Standing.ASKS
        assert [word for word, _ in decided(living)] == ["fit", "reopened"]
        with pytest.raises(Undecided):
            review.decide(living.workspace, seen, Decision.FIT, RAE)
        review.decide(living.workspace, seen, Decision.UNFIT, RAE)  # what is not used may have whatever on it


def test_what_a_crop_left_out_is_asked_about_no_more(tmp_path: Path) -> None:
    with open_reviewing(tmp_path, DOUBTFUL) as living:
        seen = living.store_one()
        with living.redrawer() as redrawer:
            redrawer.wait(redraw.ask(living.workspace, seen, Changes(crop=(180, 20, 310, 220)), RAE), LONGEST_S)
        cropped = living.seen(seen.photo)
        assert living.copy(seen.photo).size == (130, 200)
        assert standing(living, seen.photo) is Standing.TO_REVIEW
        review.decide(living.workspace, cropped, Decision.FIT, RAE)


def test_nothing_found_needs_a_persons_word(tmp_path: Path) -> None:
    with open_reviewing(tmp_path, Seeing(())) as living:
        seen = living.store_one()
        with pytest.raises(NobodyFound):
            review.decide(living.workspace, seen, Decision.FIT, RAE)
        review.decide(living.workspace, seen, Decision.FIT, RAE, says_nobody=True)
        assert standing(living, seen.photo) is Standing.FIT


def test_a_cover_that_is_not_drawn_keeps_a_copy_from_being_fit(living: Reviewing) -> None:
    seen = living.store_one()
    redraw.ask(living.workspace, seen, Changes((HandCover(((10, 10), (60, 10), (60, 60))),)), RAE)
    with pytest.raises(Unfinished):
        review.decide(living.workspace, seen, Decision.FIT, RAE)
    with living.redrawer():
        pass  # opened and closed at once: whatever it managed, the rule holds
    with living.redrawer() as redrawer:
        redrawer.wait(1, LONGEST_S)
    review.decide(living.workspace, living.seen(seen.photo), Decision.FIT, RAE)


def test_a_copy_is_recalled_by_hand_once_and_cannot_be_decided(living: Reviewing) -> None:
    seen = living.store_one()
    review.decide(living.workspace, seen, Decision.FIT, RAE)
    recall_copy(living.workspace, seen, RAE, RecallCause.OBJECTION)
    with pytest.raises(ChangedMeanwhile):
        recall_copy(living.workspace, seen, RAE, RecallCause.OBJECTION)
    assert standing(living, seen.photo) is Standing.RECALLED
    with pytest.raises(ChangedMeanwhile):
        review.decide(living.workspace, seen, Decision.FIT, RAE)
    [item] = [item for item in read_status(living.workspace).for_person if item.what == "recalled"]
    assert item.reason == "A person recalled its copy."
    [entry] = living.events(Kind.COPY_RECALLED.value)
    assert entry.fact("output") == seen.output
    living.retry_with_key(seen.photo)
    with living.workspace.database.read() as connection:
        assert not is_recalled(connection, seen.photo)
    assert living.events("copy.removed")[-1].fact("reason") == "A person recalled the copy."
    assert standing(living, seen.photo) is Standing.TO_REVIEW
