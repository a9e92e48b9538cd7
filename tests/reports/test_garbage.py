"""What somebody writes into the database by hand is told by its row, and so is the rest; nothing goes for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import insert

from redact.audit.kinds import Role
from redact.cli.pages.status import print_status
from redact.devices.attest import attest
from redact.devices.holds import add_hold
from redact.reports.doctor.rows import check_rows
from redact.reports.doctor.values import Patient
from redact.reports.status import needs_person, read_status
from redact.service.periodic import beat, daily
from redact.store import photos as photo_rows
from redact.store.schema.rows import RowUnreadable
from redact.store.schema.tables import metadata
from tests.rigs.living import Living, open_living
from watcher import Place

#: Table, column and value, and what of the row is told: its key.
GARBAGE = [
    ("devices", "until", "soon", "cam-office"),
    ("devices", "until", "2031-08-31T23:59:59", "cam-office"),
    ("devices", "kind", "lorry", "cam-office"),
    ("devices", "further", "[", "cam-office"),
    ("devices", "attested_at", b"\xff", "cam-office"),
    ("holds", "added_at", b"\xff", "hold-1"),
    ("holds", "added_at", "soon", "hold-1"),
    ("executors", "beat_at", "soon", ""),
    ("executors", "id", b"\xff", ""),
    ("facts", "value", "[1", "log-check"),
    ("facts", "value", b"\xff", "storage-check"),
    ("facts", "value", '{"began": "soon"}', "vault-check"),
    ("facts", "value", "7", "not-ours-in-for-use"),
    ("photos", "state", "gone for good", ""),
    ("photos", "tags", "[", ""),
    ("photos", "arrived_at", b"\xff", ""),
    ("device_files", "state", "gone for good", ""),
    ("device_files", "level", "sure", ""),
    ("device_files", "look", "[1, 2]", ""),
    ("device_files", "seen_at", "soon", ""),
    ("left_items", "parts", "[", ""),
    ("counter_runs", "last", "many", "cam-office"),
    ("counter_runs", "series", b"\xff", "cam-office"),
]


@pytest.fixture(scope="module")
def common(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    with open_living(tmp_path_factory.mktemp("garbage")) as living:
        folder, workspace = living.add_device(), living.workspace
        living.stop(folder / "IMG_0001.jpg", b"a photo")
        add_hold(workspace, Role.HEADTEACHER, "17", "The police asked.", device="cam-office")
        beat(workspace)
        for task in daily(workspace):
            if task.name not in {"unapproved devices", "bins"}:
                task.act()
        with workspace.database.write() as connection:
            photo_rows.note_left(connection, workspace.keys.tags, Place("cam-office", ("a.mov",)), "A film.", living.at)
            connection.exec_driver_sql("update device_files set state = 'kept'")
        yield living


@pytest.fixture
def living(common: Living) -> Iterator[Living]:
    """One workspace for all; what a test wrote by hand is put back."""
    tables = {case[0] for case in GARBAGE}
    with common.workspace.database.read() as connection:
        rows = {each: connection.exec_driver_sql(f'select * from "{each}"').mappings().all() for each in tables}  # noqa: S608
    yield common
    with common.workspace.database.write() as connection:
        connection.exec_driver_sql("pragma defer_foreign_keys = on")
        for table, found in rows.items():
            connection.exec_driver_sql(f'delete from "{table}"')  # noqa: S608
            connection.execute(insert(metadata.tables[table]), [dict(row) for row in found])


def write(living: Living, table: str, column: str, value: object, key: str = "") -> None:
    of = f" where name = '{key}'" if table == "facts" else ""
    with living.workspace.database.write() as connection:
        connection.exec_driver_sql("pragma defer_foreign_keys = on")
        connection.exec_driver_sql(f'update "{table}" set "{column}" = ?{of}', (value,))  # noqa: S608


def told(living: Living) -> list[str]:
    """Return what status says of rows, which it must be able to print."""
    status = read_status(living.workspace)
    print_status(status, living.workspace.settings.zone, is_whole=True)
    assert needs_person(living.workspace) and status.photos and status.waits
    return [item.reason for item in status.for_person if item.what == "not readable"]


@pytest.mark.parametrize(("table", "column", "value", "key"), GARBAGE)
def test_a_row_that_cannot_be_read_is_told_and_the_rest_as_well(
    living: Living, table: str, column: str, value: object, key: str
) -> None:
    assert not told(living)
    write(living, table, column, value, key)
    assert any(f" of the table {table} cannot be read" in each and key in each for each in told(living))
    patient = Patient(living.workspace.settings.folder, living.clock, database=living.workspace.database)
    found = list(check_rows(patient))
    assert any(f" of the table {table} " in each.sentence for each in found), found


def test_what_cannot_be_read_gives_leave_to_nothing(living: Living) -> None:
    folder = living.devices["cam-office"]
    living.store(folder / "b.jpg", b"another photo")
    write(living, "holds", "scope", "photo of nobody")
    assert living.clear() == {}, "a hold of no scope that there is stops everything"
    write(living, "holds", "added_at", b"\xff")
    assert living.clear() == {}
    write(living, "devices", "until", "9999")
    with pytest.raises(RowUnreadable, match="The row cam-office of the table devices cannot be read"):
        living.clear()
    with pytest.raises(RowUnreadable, match="Bring the database back from the backup"):
        attest(living.workspace, "cam-office", Role.HOLDER, "staff-7")
    assert (folder / "b.jpg").exists()


def test_progress_that_cannot_be_read_begins_again(living: Living) -> None:
    for fact in ("storage-check", "vault-check", "log-check", "not-ours-in-for-use"):
        write(living, "facts", "value", "{", fact)
    assert len(told(living)) == 4
    for task in daily(living.workspace):
        if task.name.endswith("checked") or task.name == "not ours":
            task.act()
    assert not told(living)
