"""Checkpoint mirrors that are emptied, cut or replaced: it is seen, reported until accepted, and written again."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from redact.audit.kinds import Kind, Role
from redact.cli import app
from redact.devices.holds import add_hold, lift_hold
from redact.reports.audit_log import verify_workspace
from redact.reports.doctor.examine import examine
from redact.reports.doctor.values import Grade
from redact.reports.status import read_status
from redact.store.log.losses import list_losses
from redact.store.log.mirror_folder import Mirror
from redact.store.log.mirrors import Mirrors
from redact.workspace.open import Workspace, open_workspace
from tests.rigs.workspaces import Rig, photo_bytes


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path)
    (rig.add() / "a.jpg").write_bytes(photo_bytes(1))
    rig.run()
    yield rig
    rig.workspace.close()


def place_of(workspace: Workspace) -> Path:
    return workspace.settings.checkpoint_mirrors[0]


def notices(workspace: Workspace) -> list[str]:
    report = verify_workspace(workspace)
    assert report.is_intact
    return [notice.sentence for notice in report.notices if "who took the others" in notice.sentence]


def add_entry(workspace: Workspace) -> None:
    hold = add_hold(workspace, Role.HEADTEACHER, "staff-7", "Somebody has asked for it.")
    lift_hold(workspace, hold.id, Role.HEADTEACHER, "staff-7", "It is over.")


def empty(place: Path) -> None:
    for path in place.iterdir():
        path.unlink()


def replace(place: Path) -> None:
    shutil.rmtree(place)
    place.mkdir()
    (place / "readme.txt").write_text("Another folder, in its place.")


def cut(place: Path) -> None:
    (path,) = place.glob("*.txt")
    notes = path.read_text(encoding="utf-8").split("redact/oak-school\n")
    path.write_text("redact/oak-school\n".join(notes[:3]), encoding="utf-8")


@pytest.mark.parametrize("harm", [empty, replace, cut])
def test_what_went_missing_is_written_again_and_told_until_it_is_accepted(
    rig: Rig, harm: Callable[[Path], None]
) -> None:
    workspace = rig.workspace
    harm(place_of(workspace))
    workspace.audit_log.check_mirrors()
    assert len(notices(workspace)) == 1
    assert len(rig.entries(Kind.MIRROR_INCOMPLETE)) == 1, "it is on record"
    add_entry(workspace)
    workspace.audit_log.check_mirrors()
    assert len(notices(workspace)) == 1, "a new entry does not hide it"
    assert len(rig.entries(Kind.MIRROR_INCOMPLETE)) == 1
    (item,) = [item for item in read_status(workspace).for_person if item.what == "checkpoints lost"]
    assert item.id == "mirror-1" and "accept-loss mirror-1" in item.next_step
    found = [found for found in examine(workspace.settings.folder) if found.check == "checkpoint mirrors"]
    assert any(one.grade is Grade.WARN and "who took the others" in one.sentence for one in found)
    said = ["--by", "trustee", "--person", "t-7", "--reason", "The server was reinstalled."]
    accept = ["audit", "accept-loss", "mirror-1", "--workspace", str(workspace.settings.folder), *said]
    assert CliRunner().invoke(app, accept[:5]).exit_code != 0, "somebody accepts it"
    assert len(notices(workspace)) == 1
    assert CliRunner().invoke(app, accept).exit_code == 0
    assert len(rig.entries(Kind.MIRROR_ACCEPTED)) == 1, "and that is on record"
    assert not notices(workspace) and not [
        item for item in read_status(workspace).for_person if item.what == "checkpoints lost"
    ]
    assert CliRunner().invoke(app, accept).exit_code != 0, "there is nothing more to accept"
    rig.check_record()


@pytest.mark.parametrize("is_same_process", [True, False])
def test_a_new_entry_right_after_it_was_emptied_hides_nothing(rig: Rig, is_same_process: bool) -> None:
    empty(place_of(rig.workspace))
    if is_same_process:
        add_entry(rig.workspace)
    else:
        with open_workspace(rig.workspace.settings.folder, rig.clock) as other:
            add_entry(other)
    assert len(notices(rig.workspace)) == 1
    rig.workspace.audit_log.catch_up()
    assert len(rig.entries(Kind.MIRROR_INCOMPLETE)) == 1


def test_a_place_that_is_as_it_was_left_is_told_of_in_no_way(rig: Rig) -> None:
    before = {path: path.read_bytes() for path in place_of(rig.workspace).iterdir()}
    for _ in range(2):
        rig.workspace.audit_log.check_mirrors()
    assert {path: path.read_bytes() for path in place_of(rig.workspace).iterdir()} == before
    add_entry(rig.workspace)
    with open_workspace(rig.workspace.settings.folder, rig.clock) as other:
        add_entry(other)
    add_entry(rig.workspace)
    rig.workspace.audit_log.check_mirrors()
    assert not notices(rig.workspace) and not rig.entries(Kind.MIRROR_INCOMPLETE)


def test_a_place_that_is_away_is_no_loss_and_is_caught_up_when_it_is_back(rig: Rig) -> None:
    place = place_of(rig.workspace)
    away = place.rename(place.with_name("away"))
    add_entry(rig.workspace)
    rig.workspace.audit_log.check_mirrors()
    away.rename(place)
    rig.workspace.audit_log.check_mirrors()
    assert not notices(rig.workspace)
    with rig.workspace.database.read() as connection:
        assert not list_losses(connection)
    rig.check_record()


def test_a_place_that_was_never_used_is_no_loss(rig: Rig, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    copies = Mirrors(rig.workspace.database, [Mirror("mirror-2", tmp_path / "new")], rig.clock)
    with rig.workspace.database.read() as connection:
        row = connection.exec_driver_sql("select size, note from log_checkpoints order by size desc").first()
    assert row is not None
    copies.check(row.size, row.note)
    assert [path.read_text(encoding="utf-8") for path in (tmp_path / "new").iterdir()] == [row.note]
    with rig.workspace.database.read() as connection:
        assert not list_losses(connection)


def test_heads_of_another_record_vouch_for_nothing(rig: Rig) -> None:
    place = place_of(rig.workspace)
    (path,) = place.glob("*.txt")
    path.write_text(path.read_text(encoding="utf-8").replace("oak-school", "elm-school"), encoding="utf-8")
    rig.workspace.audit_log.check_mirrors()
    with rig.workspace.database.read() as connection:
        (loss,) = list_losses(connection)
    assert (loss.mirror, loss.found) == ("mirror-1", 0)
    assert "redact/oak-school" in path.read_text(encoding="utf-8")
