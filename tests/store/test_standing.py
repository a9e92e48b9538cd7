"""A log that was set back, or that two machines work with: nothing is written until a person accepts it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from redact.audit.kinds import Kind, Role
from redact.audit.verify import standalone
from redact.audit.verify.export import print_export
from redact.cli import app
from redact.devices.clearing import clear as clearing
from redact.devices.holds import add_hold
from redact.photos.purge import purge_originals
from redact.reports.audit_log import verify_workspace
from redact.reports.doctor.examine import examine
from redact.reports.doctor.values import Grade
from redact.reports.status import read_status
from redact.store.log.reader import read_export
from redact.store.log.standing import LogElsewhere
from redact.store.schema.tables import executors
from redact.workspace.open import Workspace, open_workspace
from tests.rigs.living import Living, open_living

WHO = ["--by", "trustee", "--person", "t-7", "--reason", "The disk broke and a backup was put in place."]


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Living]:
    with open_living(tmp_path) as found:
        found.store(found.add_device() / "a.jpg", b"first")
        yield found


def add_entry(workspace: Workspace) -> None:
    add_hold(workspace, Role.HEADTEACHER, "staff-7", "Somebody has asked for it.")


def back_up(living: Living) -> Path:
    """Copy the database as a backup does."""
    file, copy = living.workspace.settings.database_file, living.folder / "backup.db"
    assert file is not None
    with contextlib.closing(sqlite3.connect(file)) as source, contextlib.closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


@contextlib.contextmanager
def set_back(living: Living, backup: Path) -> Iterator[Workspace]:
    """Put the backup in place, and be a new process."""
    file = living.workspace.settings.database_file
    assert file is not None
    living.workspace.close()
    for beside in ("-wal", "-shm"):
        file.with_name(file.name + beside).unlink(missing_ok=True)
    shutil.copyfile(backup, file)
    with open_workspace(living.workspace.settings.folder, living.clock) as workspace:
        living.workspace = workspace
        yield workspace


def run(workspace: Workspace, *words: str) -> int:
    return CliRunner().invoke(app, [*words, "--workspace", str(workspace.settings.folder)]).exit_code


def sentences(workspace: Workspace) -> list[str]:
    """Return what status and doctor say of it; both read the mirrors themselves."""
    found = [item.reason for item in read_status(workspace).for_person if item.what == "log not written"]
    diagnosed = [one for one in examine(workspace.settings.folder) if one.check == "checkpoint mirrors"]
    failed = [one.sentence for one in diagnosed if one.grade is Grade.FAIL]
    assert [text for text in failed if "set back" in text or "Another machine" in text] == found
    return found


def export_of(workspace: Workspace) -> list[str]:
    with workspace.database.read() as connection:
        return list(print_export(read_export(connection, workspace.settings.origin)))


def copies_of(workspace: Workspace) -> list[str]:
    folder = workspace.settings.checkpoint_mirrors[0]
    return [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))]


def test_nothing_is_written_to_a_log_that_was_set_back_until_somebody_accepts_it(living: Living) -> None:
    backup = back_up(living)
    path = living.devices["cam-office"] / "b.jpg"
    living.store(path, b"second")
    with set_back(living, backup) as workspace:
        before = len(living.events())
        with pytest.raises(LogElsewhere, match="set back, or runs elsewhere"):
            add_entry(workspace)
        with pytest.raises(LogElsewhere):
            living.take(path, b"second")
        with pytest.raises(LogElsewhere):
            workspace.audit_log.catch_up()
        assert len(living.events()) == before and len(sentences(workspace)) == 1
        assert run(workspace, "audit", "accept-set-back", *WHO) == 0
        assert run(workspace, "audit", "accept-set-back", *WHO) != 0, "there is nothing more to accept"
        (entry,) = living.events("workspace.set-back")
        assert (entry.fact("found"), entry.fact("size")) == (before, before + 5)
        workspace.audit_log.standing.look_again()  # it was another process that accepted
        add_entry(workspace)
        for _ in range(9):  # past the size at which the former history ended
            living.workspace.audit_log.standing.look_again()
            add_entry(workspace)
        assert not sentences(workspace)
        report = verify_workspace(workspace)
        assert report.is_intact
        assert [one for one in report.notices if "was given up for a backup" in one.sentence]
        keys = [standalone.read_key(workspace.keys.log_key.text)]
        checked = standalone.check_all(export_of(workspace), copies_of(workspace), keys)
        assert not checked.has_fault(*range(1, 11))
        assert [found for found in checked.by_check[7] if "was given up for a backup" in found[1]]


def test_a_second_history_of_the_same_length_is_noticed(living: Living) -> None:
    backup = back_up(living)
    mirror = living.workspace.settings.checkpoint_mirrors[0]
    add_entry(living.workspace)
    add_entry(living.workspace)
    away = mirror.rename(mirror.with_name("away"))
    with set_back(living, backup) as workspace:
        for _ in range(3):  # the mirror is away: nobody can know
            add_entry(workspace)
        away.rename(mirror)
        with pytest.raises(LogElsewhere, match="other entries"):
            workspace.audit_log.check_mirrors()
        with pytest.raises(LogElsewhere):
            add_entry(workspace)


def test_a_deletion_that_was_opened_before_goes_no_further(living: Living) -> None:
    ids = clearing.open_deletions(living.workspace, "cam-office", "system")
    backup = back_up(living)
    add_entry(living.workspace)
    with set_back(living, backup) as workspace:
        with pytest.raises(LogElsewhere):
            clearing.erase_opened(workspace, "cam-office", ids)
        with pytest.raises(LogElsewhere):
            purge_originals(workspace)
        assert (living.devices["cam-office"] / "a.jpg").exists()


def lease_of(workspace: Workspace) -> Path:
    (path,) = workspace.settings.checkpoint_mirrors[0].glob("lease-*.json")
    return path


def be_elsewhere(living: Living, machine: str = "other-0123456789ab") -> None:
    """Have another machine say that it works with the log; now, by this one's clock."""
    living.workspace.audit_log.standing.write_leases()
    lease = {"machine": machine, "at": living.at, "over": False}
    lease_of(living.workspace).write_text(json.dumps(lease), encoding="ascii")
    living.workspace.audit_log.standing.look_again()


def test_a_second_machine_at_work_is_told_and_ends_when_it_does(living: Living) -> None:
    be_elsewhere(living)
    with pytest.raises(LogElsewhere, match="other-0123456789ab"):
        add_entry(living.workspace)
    with pytest.raises(LogElsewhere):
        living.workspace.audit_log.standing.write_leases()
    assert "other-" in lease_of(living.workspace).read_text(encoding="ascii")
    living.clock.go(minutes=11)
    living.workspace.audit_log.standing.look_again()
    living.workspace.audit_log.standing.write_leases()
    add_entry(living.workspace)
    assert living.workspace.executor in lease_of(living.workspace).read_text(encoding="ascii")


def test_a_workspace_that_moved_is_said_to_have_moved(living: Living) -> None:
    assert run(living.workspace, "workspace", "moved", *WHO) != 0, "nobody objects"
    be_elsewhere(living)
    living.clock.moment = open_workspace(living.workspace.settings.folder).now()  # commands have the machine's clock
    be_elsewhere(living)
    assert run(living.workspace, "workspace", "moved", *WHO) == 0
    assert [event.kind for event in living.events("workspace")] == [Kind.WORKSPACE_MOVED]
    living.workspace.audit_log.standing.look_again()
    add_entry(living.workspace)


def test_machines_that_share_the_database_share_the_log(living: Living) -> None:
    with living.workspace.database.write() as connection:
        connection.execute(executors.insert(), {"id": "other-1", "beat_at": living.at, "host": "other"})
    be_elsewhere(living, "other-1")
    add_entry(living.workspace)
    with living.workspace.database.write() as connection:  # as a backup has it: of before the other one's last word
        connection.execute(update(executors).values(beat_at="2026-09-07T08:00:00.000Z"))
    living.workspace.audit_log.standing.look_again()
    with pytest.raises(LogElsewhere):
        add_entry(living.workspace)


NESTED = "[" * 4000  # fits into what is read of a lease


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", NESTED, '{"machine": 7, "at": "2026-09-07"}', '{"machine": "\\u001b[2J"}']
)
def test_a_lease_that_is_none_says_nothing(living: Living, text: str) -> None:
    be_elsewhere(living)
    lease_of(living.workspace).write_text(text, encoding="ascii")
    living.workspace.audit_log.standing.look_again()
    add_entry(living.workspace)


def test_a_pipe_in_the_place_of_a_lease_does_not_hide_that_the_log_was_set_back(living: Living) -> None:
    backup = back_up(living)
    add_entry(living.workspace)
    (mirror,) = living.workspace.settings.checkpoint_mirrors
    living.workspace.audit_log.standing.write_leases()
    (lease,) = mirror.glob("lease-*.json")
    lease.unlink()
    os.mkfifo(lease)
    with set_back(living, backup) as workspace, pytest.raises(LogElsewhere, match="vouches for more entries"):
        add_entry(workspace)
