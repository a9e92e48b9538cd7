"""Health: what makes it well, and what it never tells."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from redact.cli import app
from redact.reports.health import BEAT_FRESH_S, GIVEN_UP, StoreHealth, judge, machine_digits, read_health
from redact.reports.status import read_status
from redact.service.log_check import EVERY, check_daily
from redact.store import machines as executors
from redact.store.log.last_check import LogCheck, read_last_check
from redact.store.machines import Machine, SignOfLife
from redact.store.schema.tables import log_entries
from redact.system.clock import print_moment
from tests.rigs.living import Living, open_living

NOW = datetime(2026, 9, 7, 12, 0, tzinfo=UTC)
INTACT = LogCheck("2026-09-07T03:00:00.000Z", is_intact=True, entries=10)
WHOLE = StoreHealth(None, is_whole=True)


def machine(name: str, age_s: float | None, *, is_ended: bool = False) -> Machine:
    at = None if age_s is None else print_moment(NOW - timedelta(seconds=age_s))
    return Machine(name, name, SignOfLife(at, at if is_ended else None))


@pytest.mark.parametrize(
    ("machines", "last", "is_whole", "is_well"),
    [
        ((machine("a", 5),), INTACT, True, True),
        ((machine("a", 5),), None, True, True),  # a new workspace
        ((machine("a", BEAT_FRESH_S + 1),), INTACT, True, False),
        ((machine("a", 5, is_ended=True),), INTACT, True, False),  # nobody is at work
        ((machine("a", 5), machine("b", 5, is_ended=True)), INTACT, True, True),
        ((machine("a", 5), machine("b", 600)), INTACT, True, False),  # one died
        ((machine("a", 5), machine("b", GIVEN_UP.total_seconds() + 1)), INTACT, True, True),  # taken out of service
        ((), INTACT, True, False),
        ((machine("a", 5),), LogCheck(INTACT.at, is_intact=False, entries=10), True, False),
        ((machine("a", 5),), INTACT, False, False),
    ],
)
def test_well_means_at_work_and_whole(
    machines: tuple[Machine, ...], last: LogCheck | None, is_whole: bool, is_well: bool
) -> None:
    for stores in ((StoreHealth(None, is_whole=is_whole), WHOLE), (WHOLE, StoreHealth(None, is_whole=is_whole))):
        health = judge(machines, last, NOW, *stores)
        assert health.is_well is is_well
        assert health.log.age_s == (None if last is None else 9 * 3600)


def test_health_tells_no_name_of_a_machine() -> None:
    health = judge((machine("amelia-riverstones-laptop", 5),), INTACT, NOW, WHOLE, WHOLE)
    assert "amelia" not in json.dumps(asdict(health))
    assert health.watchers[0].machine == machine_digits("amelia-riverstones-laptop")


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Living]:
    with open_living(tmp_path) as found:
        yield found


def test_the_watcher_checks_the_log_once_a_day_and_an_edit_is_told_everywhere(living: Living) -> None:
    living.add_device()
    check_daily(living.workspace)
    first = last_check(living)
    assert first.is_intact and first.entries == 1
    living.clock.go(hours=1)
    check_daily(living.workspace)
    assert last_check(living) == first
    with living.workspace.database.write() as connection:
        connection.execute(update(log_entries).values(kind="photo.stored"))
    living.clock.go(seconds=EVERY.total_seconds())
    check_daily(living.workspace)
    assert not last_check(living).is_intact
    health, status = read_health(living.workspace), read_status(living.workspace)
    assert health.log.is_intact is False and not health.is_well
    assert [item.what for item in status.for_person if item.id == "audit-log"] == ["log not intact"]


def test_what_a_person_checks_is_written_down_too_and_mended_by_a_check(living: Living, tmp_path: Path) -> None:
    living.add_device()
    where = ["--workspace", str(living.workspace.settings.folder)]
    CliRunner().invoke(app, ["audit", "verify", *where])
    assert last_check(living).is_intact
    with living.workspace.database.write() as connection:
        connection.execute(update(log_entries).values(kind="photo.stored"))
    assert CliRunner().invoke(app, ["audit", "verify", *where]).exit_code == 1
    assert not last_check(living).is_intact
    with living.workspace.database.write() as connection:
        connection.execute(update(log_entries).values(kind="device.registered"))
    check_daily(living.workspace)  # a bad one is never recent
    assert last_check(living).is_intact


def test_status_as_json_says_which_machine_is_which(living: Living) -> None:
    with living.workspace.database.write() as connection:
        executors.beat(connection, living.workspace.executor, living.clock())
    status = read_status(living.workspace)
    assert status.health is not None and status.health.is_well
    assert [digits for digits, _, _ in status.machines] == [each.machine for each in status.health.watchers]
    assert status.machines[0][1] == living.workspace.executor


def last_check(living: Living) -> LogCheck:
    with living.workspace.database.read() as connection:
        found = read_last_check(connection)
    assert found is not None
    return found
