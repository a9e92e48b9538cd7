"""Markers in a device's folders name the workspace; one of version 0.1.0 stays valid, another workspace's does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from redact.audit.kinds import Role
from redact.devices.new_device import NewDevice
from redact.devices.register import add_device, mark, name_workspace
from redact.devices.unmarked import find_unmarked, report_unmarked
from redact.errors import RedactError
from redact.reports.doctor.examine import examine
from redact.reports.status import read_status
from redact.service.periodic import _report_unapproved
from redact.store.devices import Kind, Owner, RegisteredDevice, read_devices
from redact.store.schema.tables import devices
from redact.workspace.open import workspace_id
from tests.rigs.living import Living, open_living
from watcher import Present, Unknown, device_of, name_owner, write_marker
from watcher.sort import MARKER_NAME

OTHER = "0" * 32  # another workspace's id


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Living]:
    with open_living(tmp_path) as found:
        yield found


def made_by_010(living: Living) -> RegisteredDevice:
    """Register a device of two folders as version 0.1.0 did."""
    living.add_device(further=1)
    with living.workspace.database.write() as connection:
        connection.execute(update(devices).values(workspace=""))
    device = living.device("cam-office")
    for folder in device.record.folders:
        (folder / MARKER_NAME).unlink()
        write_marker(folder, device.id, device.record.nonce)
        assert (folder / MARKER_NAME).read_text() == f"redact device marker 1\ncam-office\n{device.record.nonce}\n"
    return device


def told(living: Living) -> dict[str, str]:
    with living.workspace.database.read() as connection:
        known = read_devices(connection)
    report_unmarked(living.workspace, known)
    return {item.what: item.next_step for item in read_status(living.workspace).for_person}


def take_over(living: Living, folder: Path) -> None:
    """Have another workspace mark the folder as its own."""
    (folder / MARKER_NAME).unlink(missing_ok=True)
    write_marker(folder, "cam-office", owner=OTHER)


def test_every_folder_of_a_new_device_names_the_workspace(living: Living) -> None:
    living.add_device(further=1)
    device, owner = living.device("cam-office"), workspace_id(living.workspace.keys)
    assert len(owner) == 32
    for folder in device.record.folders:
        said = f"redact device marker 2\n{owner}\ncam-office\n{device.record.nonce}\n"
        assert (folder / MARKER_NAME).read_text() == said


def test_a_marker_of_version_010_stays_valid_and_is_brought_up_to_date(living: Living) -> None:
    device = made_by_010(living)
    assert isinstance(device_of(device.record).is_present(), Present)
    _report_unapproved(living.workspace)  # what a watcher does at its start, and whenever the register changes
    owner, renewed = workspace_id(living.workspace.keys), living.device("cam-office")
    assert renewed.record.owner == owner
    for number, folder in enumerate(renewed.record.folders):
        assert (folder / MARKER_NAME).read_text().split("\n")[1] == owner
        device_of(renewed.record).open(number).__exit__(None, None, None)
        assert [path.name for path in folder.iterdir()] == [MARKER_NAME]
        assert not name_owner(renewed.record, number), "once is enough"


def test_a_folder_that_cannot_be_written_keeps_its_marker_which_stays_valid(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = made_by_010(living)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr("watcher.device.write_whole", refuse)
        name_workspace(living.workspace, device.record)
    renewed = living.device("cam-office")
    assert renewed.record.owner and isinstance(device_of(renewed.record).is_present(), Present)
    assert (device.record.folders[0] / MARKER_NAME).read_text().startswith("redact device marker 1")
    name_workspace(living.workspace, renewed.record)
    assert (device.record.folders[0] / MARKER_NAME).read_text().startswith("redact device marker 2")


def test_who_read_the_register_before_its_marker_was_renewed_believes_it_still(living: Living) -> None:
    """A watcher that is at work keeps what it read; else every device would be away until it is started again."""
    device = made_by_010(living)
    name_workspace(living.workspace, device.record)
    assert not device.record.owner and isinstance(device_of(device.record).is_present(), Present)
    marker = device.record.folders[0] / MARKER_NAME
    marker.write_text(marker.read_text().replace(device.record.nonce, "1" * 32))
    assert not isinstance(device_of(device.record).is_present(), Present)


def test_a_retired_device_and_another_devices_marker_are_not_touched(living: Living) -> None:
    device = made_by_010(living)
    marker = device.record.folders[0] / MARKER_NAME
    marker.write_text("redact device marker 1\ncam-2\n" + "1" * 32 + "\n")
    name_workspace(living.workspace, device.record)
    assert marker.read_text().startswith("redact device marker 1\ncam-2")


def test_a_folder_that_another_workspace_marked_is_not_registered_and_the_way_on_is_told(living: Living) -> None:
    folder = living.folder / "elsewhere"
    folder.mkdir()
    take_over(living, folder)
    new = NewDevice("cam-2", Kind.DROP_FOLDER, Owner.TRUST, Role.COMMUNICATIONS, Role.HEADTEACHER, folder=folder)
    with pytest.raises(RedactError, match=r"another workspace: its marker says so.*--replace-marker"):
        add_device(living.workspace, new)
    assert (folder / MARKER_NAME).read_text().split("\n")[1] == OTHER
    add_device(living.workspace, new, replaces_marker=True)
    assert (folder / MARKER_NAME).read_text().split("\n")[1] == workspace_id(living.workspace.keys)


def test_a_device_that_another_workspace_took_over_is_left_alone_and_told_in_words(living: Living) -> None:
    root = living.add_device()
    take_over(living, root)
    presence = device_of(living.device("cam-office").record).is_present()
    assert presence == Unknown(
        "its folder is a device of another workspace by now, the marker there says so", is_anothers=True
    )
    assert "redact devices retire cam-office" in told(living)["another marker"]
    assert find_unmarked(living.device("cam-office"), ()) is None
    found = [each for each in examine(living.workspace.settings.folder, living.clock) if "cam-office" in each.sentence]
    assert len(found) == 1 and "another workspace" in found[0].sentence
    assert "redact devices mark cam-office" in (found[0].hint or "")
    with pytest.raises(RedactError, match="another workspace"):
        mark(living.workspace, "cam-office", Role.HEADTEACHER, "staff-7")
    (root / MARKER_NAME).unlink()
    mark(living.workspace, "cam-office", Role.HEADTEACHER, "staff-7")
    assert not told(living)


def test_the_very_nonce_under_another_workspaces_id_proves_nothing(living: Living) -> None:
    root, device = living.add_device(), living.device("cam-office")
    (root / MARKER_NAME).unlink()
    write_marker(root, device.id, device.record.nonce, OTHER)
    assert isinstance(device_of(device.record).is_present(), Unknown)
