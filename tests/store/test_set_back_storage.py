"""A log that was set back, or that two machines work with: nothing is put into trust storage or taken out of it.

The rows of a backup call a copy recalled, passed or a former one; what came after may say otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from redact.errors import RedactError
from redact.photos import steps
from redact.photos.placing.for_use import update_for_use
from redact.photos.retry import retry
from redact.photos.superseded import remove_superseded
from redact.posts import redraw, review
from redact.posts.changes import Changes, HandCover, RedrawState, Seen
from redact.posts.recalling import RecallCause, recall_copy
from redact.posts.review import Decision
from redact.redaction.values import Kind
from redact.store.log.standing import LogElsewhere
from redact.store.photos import State
from redact.store.placing.for_use import list_misplaced
from tests.rigs.reviewing import RAE, Reviewing, calm_jpeg, open_reviewing

CORNER = ((4.0, 4.0), (40.0, 4.0), (40.0, 40.0), (4.0, 40.0))


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Reviewing]:
    with open_reviewing(tmp_path) as found:
        yield found


def be_elsewhere(living: Reviewing) -> None:
    """Have another machine say that it works with the log; now, by this one's clock."""
    living.workspace.ledger.standing.write_leases()
    (lease,) = living.workspace.settings.checkpoint_mirrors[0].glob("lease-*.json")
    said = {"machine": "other-0123456789ab", "at": living.at, "over": False}
    lease.write_text(json.dumps(said), encoding="ascii")
    living.workspace.ledger.standing.look_again()


def recalled(living: Reviewing, seen: Seen) -> Callable[[], object]:
    recall_copy(living.workspace, seen, RAE, RecallCause.NOT_SUITABLE)
    return lambda: retry(living.workspace, (living.photo(seen.photo),), None, RAE)


def former(living: Reviewing, seen: Seen) -> Callable[[], object]:
    with living.redrawer() as redrawer:
        number = redraw.ask(living.workspace, seen, Changes((HandCover(CORNER, Kind.FACE),)), RAE)
        done = redrawer.wait(number, 30)
    assert done is not None and done.state is RedrawState.DONE
    living.clock.go(hours=25)
    assert len(living.stored()) == 2
    return lambda: remove_superseded(living.workspace)


def passed(living: Reviewing, seen: Seen) -> Callable[[], object]:
    review.decide(living.workspace, seen, Decision.FIT, RAE)
    return lambda: update_for_use(living.workspace)


def verified(living: Reviewing, _: Seen) -> Callable[[], object]:
    photo = living.take(living.devices["cam-office"] / "b.jpg", calm_jpeg(7))
    steps.seal(living.workspace, photo)
    assert steps.redact_and_verify(living.workspace, photo, living.work) is State.REDACTED
    return lambda: steps.store(living.workspace, photo)


@pytest.mark.parametrize("make", [recalled, former, passed, verified])
def test_trust_storage_stays_as_it_is(
    living: Reviewing, make: Callable[[Reviewing, Seen], Callable[[], object]]
) -> None:
    act = make(living, living.store_one())
    trust = living.workspace.settings.trust_folder
    assert trust is not None
    before = {path: path.read_bytes() for path in trust.rglob("*") if path.is_file()}
    be_elsewhere(living)
    with pytest.raises(LogElsewhere):
        act()
    assert {path: path.read_bytes() for path in trust.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("leaves", [0, 1])
@pytest.mark.parametrize("way", ["the log is elsewhere", "its copy is damaged"])
def test_one_that_may_not_be_put_into_for_use_keeps_no_other_there(living: Reviewing, leaves: int, way: str) -> None:
    photos = [living.store_one(), living.store_one(calm_jpeg(7), "b.jpg")]
    photos.sort(key=lambda seen: seen.photo)
    goes, waits = photos[leaves], photos[1 - leaves]
    review.decide(living.workspace, goes, Decision.FIT, RAE)
    assert update_for_use(living.workspace) == 1
    review.reopen(living.workspace, goes, RAE)
    review.decide(living.workspace, waits, Decision.FIT, RAE)
    trust = living.workspace.settings.trust_folder
    assert trust is not None
    if way == "its copy is damaged":
        (trust / living.copy(waits.photo).name).write_bytes(b"other bytes")
    else:
        be_elsewhere(living)
    with pytest.raises(RedactError):
        update_for_use(living.workspace)
    assert not [path for path in (trust / "for-use").rglob("*") if path.is_file()]


def test_for_use_is_asked_of_one_photo_alone(living: Reviewing) -> None:
    one, other = living.store_one(), living.store_one(calm_jpeg(7), "b.jpg")
    review.decide(living.workspace, one, Decision.FIT, RAE)
    review.decide(living.workspace, other, Decision.FIT, RAE)
    for seen in (one, other):
        with living.workspace.database.read() as connection:
            assert [each.photo for each in list_misplaced(connection, seen.photo, 9)] == [seen.photo]
