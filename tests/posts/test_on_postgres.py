"""The acts on copies, once more where the database is a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from redact.photos.superseded import remove_superseded
from redact.posts import redraw, review
from redact.posts.changes import Changes, HandCover, HandLift, RedrawState
from redact.posts.queue import Asked, Standing, count_standings, list_all
from redact.posts.recalling import RecallCause, recall_copy
from redact.posts.review import Decision
from redact.redaction.answers.values import LiftCause
from redact.redaction.values import Style
from tests.rigs.postgres import cluster
from tests.rigs.reviewing import PUPIL, RAE, Reviewing
from tests.rigs.waiting import LONGEST_S
from tests.store.test_postgres import Ready, ready

__all__ = ["cluster", "ready"]
CORNER = ((10.0, 10.0), (70.0, 10.0), (70.0, 60.0), (10.0, 60.0))


@pytest.fixture
def living(ready: Ready, tmp_path: Path) -> Iterator[Reviewing]:  # noqa: F811
    with ready.opened(tmp_path) as (workspace, clock):
        yield Reviewing(workspace, clock, tmp_path)


@pytest.mark.slow
def test_a_copy_is_covered_lifted_undone_decided_and_recalled(living: Reviewing) -> None:
    living.add_pupil()
    workspace, seen = living.workspace, living.store_one()
    with living.redrawer() as redrawer:

        def draw(changes: Changes) -> None:
            done = redrawer.wait(redraw.ask(workspace, living.seen(seen.photo), changes, RAE), LONGEST_S)
            assert done is not None and done.state is RedrawState.DONE, done

        draw(Changes((HandCover(CORNER),), style=Style.SOLID))
        cover, style = redraw.list_answers(workspace, seen.photo)
        draw(Changes(undone=(style.id,)))
        lifts = Changes(lifts=(HandLift(1, LiftCause.CONSENT, PUPIL),))
        now = living.seen(seen.photo)
        number = redrawer.ask_with_original(now, lifts, living.file_key(seen.photo), RAE)
        done = redrawer.wait(number, LONGEST_S)
        assert done is not None and done.state is RedrawState.DONE, done
    assert [region.is_covered for region in living.copy(seen.photo).plan] == [False, True]
    assert [answer.id for answer in redraw.list_answers(workspace, seen.photo)][0] == cover.id
    review.decide(workspace, living.seen(seen.photo), Decision.FIT, RAE)
    assert remove_superseded(workspace, seen.photo) == 3
    assert count_standings(workspace, None)[Standing.FIT] == 1
    recall_copy(workspace, living.seen(seen.photo), RAE, RecallCause.OBJECTION)
    [(photo, standing)] = list_all(workspace, Asked(events=("event-1",)))
    assert (photo.sha256, standing) == (seen.photo, Standing.RECALLED)
    living.retry_with_key(seen.photo)
    assert [region.is_covered for region in living.copy(seen.photo).plan] == [False, True]
    living.check_record()
