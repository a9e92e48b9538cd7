"""A log that was set back, or that two machines work with: nothing is put into trust storage or taken out of it.

The rows of a backup call a copy recalled, passed or a former one; what came after may say otherwise.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from redact.audit.kinds import Role
from redact.devices.clearing import clear as clearing
from redact.errors import RedactError
from redact.photos import purge as purging
from redact.photos import steps
from redact.photos.placing.for_use import update_for_use
from redact.photos.purge import purge_originals
from redact.photos.retry import retry
from redact.photos.superseded import remove_superseded
from redact.posts import redraw, review
from redact.posts.changes import Changes, HandCover, Redraw, RedrawState, Seen
from redact.posts.recalling import RecallCause, recall_copy
from redact.posts.redraws import finishing
from redact.posts.review import Decision
from redact.redaction.values import Kind
from redact.store.log.standing import LogElsewhere
from redact.store.photos import State
from redact.store.placing.for_use import list_misplaced
from redact.store.reviewing.redraws import list_left
from redact.store.vault import Vault
from tests.rigs.reviewing import RAE, Reviewing, calm_jpeg, open_reviewing
from tests.rigs.waiting import LONGEST_S

CORNER = ((4.0, 4.0), (40.0, 4.0), (40.0, 40.0), (4.0, 40.0))


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Reviewing]:
    with open_reviewing(tmp_path) as found:
        yield found


def be_elsewhere(living: Reviewing) -> None:
    """Have another machine say that it works with the log; now, by this one's clock."""
    living.workspace.audit_log.standing.write_leases()
    (lease,) = living.workspace.settings.checkpoint_mirrors[0].glob("lease-*.json")
    said = {"machine": "other-0123456789ab", "at": living.at, "over": False}
    lease.write_text(json.dumps(said), encoding="ascii")
    living.workspace.audit_log.standing.look_again()


def recalled(living: Reviewing, seen: Seen) -> Callable[[], object]:
    recall_copy(living.workspace, seen, RAE, RecallCause.NOT_SUITABLE)
    return lambda: retry(living.workspace, (living.photo(seen.photo),), None, RAE)


def cover(living: Reviewing, seen: Seen) -> Redraw:
    with living.redrawer() as redrawer:
        number = redraw.ask(living.workspace, seen, Changes((HandCover(CORNER, Kind.FACE),)), RAE)
        done = redrawer.wait(number, LONGEST_S)
    assert done is not None
    return done


def former(living: Reviewing, seen: Seen) -> Callable[[], object]:
    assert cover(living, seen).state is RedrawState.DONE
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


# -- found in the middle of a run --


def be_elsewhere_after(
    living: Reviewing, monkeypatch: pytest.MonkeyPatch, thing: object, act: str
) -> list[tuple[Any, ...]]:
    """Have the log be elsewhere from the end of the first `act` on; return the calls of it."""
    calls, real = list[tuple[Any, ...]](), getattr(thing, act)

    def once(*arguments: Any, **named: Any) -> Any:
        calls.append(arguments)
        found = real(*arguments, **named)
        be_elsewhere(living)
        return found

    monkeypatch.setattr(thing, act, once)
    return calls


def two(living: Reviewing) -> tuple[Seen, Seen]:
    return living.store_one(), living.store_one(calm_jpeg(7), "b.jpg")


def test_former_copies_stay_from_then_on(living: Reviewing, monkeypatch: pytest.MonkeyPatch) -> None:
    for seen in two(living):
        cover(living, seen)
    living.clock.go(hours=25)
    calls = be_elsewhere_after(living, monkeypatch, living.workspace.trust, "remove")
    with pytest.raises(LogElsewhere):
        remove_superseded(living.workspace)
    assert len(calls) == 1


def test_originals_stay_from_then_on(living: Reviewing, monkeypatch: pytest.MonkeyPatch) -> None:
    two(living)
    living.clock.go(days=100)
    calls = be_elsewhere_after(living, monkeypatch, Vault, "destroy")
    with monkeypatch.context() as before:
        be_elsewhere_after(living, before, purging, "begin_destroying")
        with pytest.raises(LogElsewhere):
            purge_originals(living.workspace)
    assert not calls, "the log was found to be set back between the intent and the destruction"
    (lease,) = living.workspace.settings.checkpoint_mirrors[0].glob("lease-*.json")
    lease.unlink()  # the other machine gave it up
    living.workspace.audit_log.standing.look_again()
    with pytest.raises(LogElsewhere):
        purge_originals(living.workspace)
    assert len(calls) == 1


def test_files_stay_on_their_device_from_then_on(living: Reviewing, monkeypatch: pytest.MonkeyPatch) -> None:
    two(living)
    lying = [path for path in living.devices["cam-office"].iterdir() if path.suffix == ".jpg"]
    assert len(lying) == 2
    calls = be_elsewhere_after(living, monkeypatch, clearing, "erase_photo")
    with contextlib.suppress(LogElsewhere):
        clearing.clear(living.workspace, "cam-office", Role.SYSTEM)
    assert len(calls) == 2 and sum(path.exists() for path in lying) == 1


def test_a_copy_that_was_drawn_is_not_put(living: Reviewing, monkeypatch: pytest.MonkeyPatch) -> None:
    seen, before = living.store_one(), dict(living.stored())
    be_elsewhere_after(living, monkeypatch, finishing, "may_be_shown")
    assert cover(living, seen).state is RedrawState.FAILED
    assert living.stored() == before


def test_a_copy_that_was_put_and_not_used_goes_when_it_may(living: Reviewing, monkeypatch: pytest.MonkeyPatch) -> None:
    seen, before = living.store_one(), dict(living.stored())
    be_elsewhere_after(living, monkeypatch, living.workspace.trust, "put")
    assert cover(living, seen).state is RedrawState.FAILED and len(living.stored()) == 2
    monkeypatch.undo()
    with living.redrawer():  # the desk opens all the same, and nothing is erased
        assert len(living.stored()) == 2
    living.workspace.audit_log.standing.take_leases()
    with living.redrawer():
        assert living.stored() == before
    with living.workspace.database.read() as connection:
        assert not list_left(connection, living.workspace.executor)


# -- for-use --


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
