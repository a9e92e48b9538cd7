"""What is done to the audit log by hand is told by status and doctor; "all was checked" cannot be planted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from redact.reports.audit_log import verify_workspace
from redact.reports.doctor.examine import examine
from redact.reports.doctor.values import Grade
from redact.reports.status import needs_person, read_status
from redact.store.key_facts import write_facts
from redact.store.log.checked import remember
from redact.store.log.reader import read_edge
from redact.store.log.recent import check_further, check_recent
from tests.rigs.living import Living, open_living


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Living]:
    with open_living(tmp_path) as found:
        folder = found.add_device()
        for number in range(3):
            found.store(folder / f"{number}.jpg", bytes([number]))
        yield found


def do(living: Living, *statements: str) -> None:
    with living.workspace.database.write() as connection:
        for statement in statements:
            connection.execute(text(statement))


def faults(living: Living, most: int = 1000) -> set[str]:
    with living.workspace.database.read() as connection:
        return {str(found.fault) for found in check_recent(connection, living.workspace.log, most).faults}


CHANGES = {
    "edited entry": "update log_entries set salt = zeroblob(32) where n = 5",
    "missing entry": "delete from log_entries where n = 7",
    "false index": "update log_entries set photo = null where kind = 'photo.stored'",
    "missing body": "update log_entries set body = null, salt = null where n = 6",
    "forged checkpoint": "update log_checkpoints set note = replace(note, 'redact/oak-school', 'redact/elm-school')",
    "false edge": "update log_edge set size = 0, edge = x''",
    "cut tail": "delete from log_entries where n > 9",
    "malformed": "update log_entries set commitment = x'00' where n = 6",
    "unknown event": "update log_entries set body = cast(replace(body, 'photo.sealed', 'deletion.ended') as blob)",
    "unsigned log": "delete from log_checkpoints",
    "reordered": "update log_entries set n = n + 100 where n = 5",
}


@pytest.mark.parametrize("change", CHANGES)
def test_each_fault_of_what_came_is_told_in_status_and_doctor(living: Living, change: str) -> None:
    with living.workspace.database.read() as connection:
        part = check_recent(connection, living.workspace.log, 4)
    with living.workspace.database.write() as connection:
        remember(connection, living.workspace.log, part.checked)
    assert faults(living) == set() and not needs_person(living.workspace)
    do(living, CHANGES[change])
    assert change in faults(living)
    told = [item for item in read_status(living.workspace).for_person if item.what == "log not intact"]
    assert len(told) == 1 and "redact audit verify" in told[0].next_step
    examined = [
        found for found in examine(living.workspace.settings.folder, living.clock) if found.check == "audit log"
    ]
    assert examined and all(found.grade is Grade.FAIL for found in examined)
    assert check_further(living.workspace.database, living.workspace.log).faults, "nor does the watcher go past it"
    assert faults(living)


def test_the_watcher_and_a_whole_verification_remember_how_far_all_is_well(living: Living) -> None:
    with living.workspace.database.read() as connection:
        size = read_edge(connection).size
        assert check_recent(connection, living.workspace.log, 4).checked.size == 4
    assert check_further(living.workspace.database, living.workspace.log, most=3, times=2).checked.size == 6
    with living.workspace.database.read() as connection:
        assert check_recent(connection, living.workspace.log, 1).checked.size == 7
    assert verify_workspace(living.workspace).is_intact
    with living.workspace.database.read() as connection:
        assert check_recent(connection, living.workspace.log, 1).checked.size == size


def test_nobody_without_the_key_says_that_all_was_checked(living: Living) -> None:
    """Neither by an edge of his own nor by one of another workspace."""
    with living.workspace.database.read() as connection:
        edge = read_edge(connection)
    do(living, CHANGES["edited entry"])
    for said in (f'["[{edge.size}, []]", "{"0" * 64}"]', "nonsense", "[1]", '["[1", 2]'):
        with living.workspace.database.write() as connection:
            write_facts(connection, {"log-checked": said})
        assert faults(living) == {"edited entry"}


def test_a_log_that_was_set_back_behind_what_was_checked_is_told(living: Living) -> None:
    assert verify_workspace(living.workspace).is_intact
    do(living, "delete from log_entries", "delete from log_checkpoints", "update log_edge set size = 0, edge = x''")
    assert faults(living) == {"false edge"}


def test_a_column_that_holds_what_is_no_photo_is_told_whatever_it_is(living: Living) -> None:
    """It ended the check with a fault of the program, and a negative number moved every sum behind it."""
    for planted in ("'zzz'", "''", "'-12'", "12", "x'ff00'"):
        do(living, f"update log_entries set photo = {planted} where kind = 'photo.stored'")
        assert faults(living) == {"false index"}
        assert not verify_workspace(living.workspace).is_intact
