"""A card formatted in the camera, or a drop folder made again: it is told with a question, and a person marks it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from redact.audit.kinds import Kind as Entry
from redact.audit.kinds import Role
from redact.cli import app
from redact.devices.new_device import NewDevice
from redact.devices.register import add_device, mark, retire
from redact.errors import RedactError, UsageError
from redact.reports.doctor.examine import examine
from redact.reports.doctor.values import Grade
from redact.reports.items import Item
from redact.reports.status import read_status
from redact.service.periodic import daily
from redact.store.devices import Kind, Owner
from redact.store.photos import FileState, State
from tests.rigs.workspaces import DEVICE, Rig, photo_bytes, sha
from watcher.device import Present, Unknown, device_of, write_marker
from watcher.sort import MARKER_NAME

WHO = (Role.IT_SERVICES_MANAGER, "staff-7")
MOUNTS = (
    "watcher.fs.system.is_mount",
    "redact.devices.unmarked.is_mount",
    "redact.devices.register.is_mount",
    "redact.devices.new_device.is_mount",
    "redact.devices.untouched.is_mount",
)


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rig:
    """A workspace with one card in its reader, registered as sd-1."""
    for name in MOUNTS:
        monkeypatch.setattr(name, lambda path: path == tmp_path / "reader" and path.is_dir())
    rig = Rig(tmp_path)
    insert(rig, "sd-1")
    rig.tasks.put(daily(rig.workspace))
    return rig


def insert(rig: Rig, name: str) -> None:
    """Put a new card into the reader, and register it."""
    (rig.folder / "reader" / "DCIM").mkdir(parents=True)
    reader = rig.folder / "reader"
    new = NewDevice(name, Kind.CARD, Owner.TRUST, Role.HOLDER, Role.HEADTEACHER, folder=reader / "DCIM", mount=reader)
    add_device(rig.workspace, new)
    rig.scheduler.set_devices(rig.approved())


def format_card(rig: Rig, *photos: bytes, has_folder: bool = True) -> None:
    """Format the card that is in the reader, and take photos with it."""
    dcim = rig.folder / "reader" / "DCIM"
    shutil.rmtree(dcim)
    if has_folder:
        (dcim / "100CANON").mkdir(parents=True)
        for number, content in enumerate(photos):
            (dcim / "100CANON" / f"IMG_{number:04}.JPG").write_bytes(content)


def told(rig: Rig) -> list[Item]:
    return [item for item in read_status(rig.workspace).for_person if item.what == "no marker"]


@pytest.mark.parametrize(
    ("count", "has_folder", "lying"),
    [(0, False, "no photo"), (0, True, "no photo"), (1, True, "1 photo"), (3, True, "3 photos")],
)
def test_a_card_formatted_in_the_camera_is_told_in_status_and_doctor(
    rig: Rig, count: int, has_folder: bool, lying: str
) -> None:
    format_card(rig, *map(photo_bytes, range(count)), has_folder=has_folder)
    rig.mend(restarts=False)
    (item,) = told(rig)
    question = f"An unmarked card with {lying} is mounted where sd-1 was: is it sd-1?"
    assert item.reason == question and "redact devices mark sd-1" in item.next_step
    findings = [found for found in examine(rig.workspace.settings.folder, rig.clock) if found.check == "devices"]
    assert [(found.grade, found.sentence) for found in findings] == [(Grade.WARN, f"sd-1: {question}")]
    assert not rig.photos(), "nothing of it is taken in before a person says so"


def test_it_leaves_the_list_when_the_card_is_taken_out_or_marked(rig: Rig) -> None:
    format_card(rig, photo_bytes(1))
    rig.mend(restarts=False)
    (rig.folder / "reader").rename(rig.folder / "pocket")
    rig.mend(restarts=False)
    assert not told(rig)
    (rig.folder / "pocket").rename(rig.folder / "reader")
    rig.mend(restarts=False)
    assert told(rig)
    mark(rig.workspace, "sd-1", *WHO)
    assert not told(rig)


def test_nothing_is_asked_where_the_card_is_out_and_its_empty_folder_is_left(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    format_card(rig)
    for name in MOUNTS:  # nothing is mounted there any more
        monkeypatch.setattr(name, lambda _path: False)
    rig.mend(restarts=False)
    assert not told(rig)


def test_a_marked_card_goes_on_under_its_id_and_the_log_says_so(rig: Rig) -> None:
    former = rig.device("sd-1")
    rig.take(rig.folder / "reader/DCIM/IMG_9.JPG", photo_bytes(9), "sd-1")
    format_card(rig, photo_bytes(1))
    marked = mark(rig.workspace, "sd-1", *WHO)
    device = rig.device("sd-1")
    assert marked.device == device and marked.folders == 1 and marked.lying.photos == 1
    assert isinstance(device_of(device.record).is_present(), Present)
    assert isinstance(device_of(former.record).is_present(), Unknown), "a former copy of the card is another one now"
    (entry,) = rig.events("device.remarked")
    assert entry.fact("device") == "sd-1" and entry.fact("by") == WHO[0] and "staff-7" not in str(entry.facts)
    rig.restart()
    rig.run()
    assert rig.photos()[sha(photo_bytes(1))].state is State.STORED
    states = {file.photo: file.state for file in rig.device_files("sd-1")}
    assert states[sha(photo_bytes(1))] is FileState.GONE and not rig.on_devices()
    rig.mend()
    states = {file.photo: file.state for file in rig.device_files("sd-1")}
    assert states[sha(photo_bytes(9))] is FileState.REMOVED, "what was formatted away was not deleted by us"
    rig.check_record()


def test_a_card_with_any_marker_is_not_asked_about(rig: Rig) -> None:
    format_card(rig, photo_bytes(1))
    write_marker(rig.folder / "reader" / "DCIM", "sd-1")  # of another register, or of another day
    rig.mend(restarts=False)
    assert not told(rig)
    with pytest.raises(RedactError, match="carries a device marker"):
        mark(rig.workspace, "sd-1", *WHO)
    assert not rig.events("device.remarked")


def test_another_registered_card_in_the_reader_is_itself(rig: Rig) -> None:
    (rig.folder / "reader").rename(rig.folder / "pocket")
    insert(rig, "sd-2")
    rig.mend(restarts=False)
    assert not told(rig)
    with pytest.raises(RedactError):
        mark(rig.workspace, "sd-1", *WHO)


def test_more_than_a_few_photos_need_a_word(rig: Rig) -> None:
    format_card(rig, *map(photo_bytes, range(6)))
    with pytest.raises(UsageError, match="6 photos .* --yes"):
        mark(rig.workspace, "sd-1", *WHO)
    assert not (rig.folder / "reader" / "DCIM" / MARKER_NAME).exists() and not rig.events("device.remarked")
    assert mark(rig.workspace, "sd-1", *WHO, is_confirmed=True).lying.photos == 6


def test_what_may_not_be_marked_says_why(rig: Rig) -> None:
    with pytest.raises(UsageError, match="proves itself"):
        mark(rig.workspace, "sd-1", *WHO)
    with pytest.raises(UsageError, match="There is no device sd-9"):
        mark(rig.workspace, "sd-9", *WHO)
    format_card(rig, has_folder=False)
    with pytest.raises(UsageError, match="Make it .*take one photo"):
        mark(rig.workspace, "sd-1", *WHO)
    (rig.folder / "reader").rename(rig.folder / "pocket")
    with pytest.raises(UsageError, match="No volume is mounted"):
        mark(rig.workspace, "sd-1", *WHO)
    (rig.folder / "pocket").rename(rig.folder / "reader")
    format_card_again(rig)
    retire(rig.workspace, "sd-1", Role.HEADTEACHER, "It is worn out.")
    with pytest.raises(UsageError, match="retired"):
        mark(rig.workspace, "sd-1", *WHO)
    rig.add_attested()
    with pytest.raises(UsageError, match="has no folder"):
        mark(rig.workspace, "ipad-3", *WHO)
    assert not rig.events("device.remarked")


def format_card_again(rig: Rig) -> None:
    (rig.folder / "reader" / "DCIM").mkdir()


def test_a_drop_folder_made_again_is_told_and_marked_too(rig: Rig) -> None:
    folder = rig.add()
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "a.jpg").write_bytes(photo_bytes(1))
    rig.mend(restarts=False)
    (item,) = told(rig)
    assert (
        item.reason == f"The folder of {DEVICE} is there with 1 photo and without its marker: is it still {DEVICE}'s?"
    )
    mark(rig.workspace, DEVICE, *WHO)
    rig.restart()
    rig.run()
    assert rig.photos()[sha(photo_bytes(1))].state is State.STORED


def test_a_further_folder_that_lost_its_marker_is_marked_with_the_devices_own(rig: Rig) -> None:
    rig.add_device("share", further=1)
    device = rig.device("share")
    (device.record.folders[1] / MARKER_NAME).unlink()
    assert mark(rig.workspace, "share", *WHO).device == device
    device_of(device.record).open(1).__exit__(None, None, None)


def test_a_marker_that_the_log_does_not_come_to_know_of_is_taken_back(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    format_card(rig, photo_bytes(1))
    monkeypatch.setattr("redact.devices.register.write_nonce", lambda *_: False)
    with pytest.raises(UsageError, match="changed meanwhile"):
        mark(rig.workspace, "sd-1", *WHO)
    assert not (rig.folder / "reader" / "DCIM" / MARKER_NAME).exists() and not rig.events(Entry.DEVICE_REMARKED)


def test_the_command(rig: Rig) -> None:
    format_card(rig, photo_bytes(1))
    where = ["--workspace", str(rig.workspace.settings.folder)]
    who = ["--by", WHO[0], "--person", WHO[1]]
    ended = CliRunner().invoke(app, ["devices", "mark", "sd-1", *who, *where])
    assert ended.exit_code == 0, ended.output
    assert "marked sd-1 again, in 1 folder; its id stays" in ended.stderr and "1 photo" in ended.stderr
