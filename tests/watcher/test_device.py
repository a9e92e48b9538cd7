"""A device is there only when its marker proves it; everything else is unknown, never empty."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.rigs.device_folders import DEVICE_ID, make_device
from watcher.device import (
    VOLUME_TOP,
    AttestOnlyDevice,
    CardDevice,
    DeviceKind,
    DeviceRecord,
    FolderDevice,
    Present,
    Unknown,
    device_of,
    write_marker,
)
from watcher.errors import AlreadyMarked, SourceFault
from watcher.sort import MARKER_NAME


def test_a_marked_folder_is_present(tmp_path: Path) -> None:
    device = make_device(tmp_path / "drop")
    assert device.is_present() == Present()
    with device.open() as root:
        assert [name for name, _ in root.entries()] == [MARKER_NAME]


def test_a_marker_is_written_once(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    nonce = write_marker(first, DEVICE_ID)
    assert len(nonce) == 32 and nonce != write_marker(second, DEVICE_ID)
    before = (first / MARKER_NAME).read_bytes()
    with pytest.raises(AlreadyMarked):
        write_marker(first, "other")
    assert (first / MARKER_NAME).read_bytes() == before


def test_a_link_in_the_marker_s_place_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / MARKER_NAME).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(AlreadyMarked):
        write_marker(tmp_path / "drop", DEVICE_ID)
    assert not (tmp_path / "elsewhere").exists()


def test_a_marker_that_could_not_be_written_whole_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a marker would prove nothing, and stop the next attempt as somebody else's."""

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "drop").mkdir()
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(SourceFault, match="no space left"):
            write_marker(tmp_path / "drop", DEVICE_ID)
    assert not list((tmp_path / "drop").iterdir())
    write_marker(tmp_path / "drop", DEVICE_ID)


def test_no_folder_no_marker(tmp_path: Path) -> None:
    with pytest.raises(SourceFault):
        write_marker(tmp_path / "missing", DEVICE_ID)


def _unmounted(root: Path) -> None:
    root.rename(root.with_name("away"))


def _empty(root: Path) -> None:
    (root / MARKER_NAME).unlink()


def _other_volume(root: Path) -> None:
    _empty(root)
    write_marker(root, DEVICE_ID)


def _linked_marker(root: Path) -> None:
    (root / MARKER_NAME).rename(root / "copy")
    (root / MARKER_NAME).symlink_to("copy")


def _trust_storage(root: Path) -> None:
    (root / ".redact-trust").write_text("redact-trust 2\n00\n")


def _linked_root(root: Path) -> None:
    _unmounted(root)
    root.symlink_to(root.with_name("away"))


def _folder_as_marker(root: Path) -> None:
    _empty(root)
    (root / MARKER_NAME).mkdir()


def _longer(root: Path) -> None:
    with (root / MARKER_NAME).open("ab") as file:
        file.write(b"\n")


@pytest.mark.parametrize(
    "spoil",
    [_unmounted, _empty, _other_volume, _linked_marker, _linked_root, _folder_as_marker, _longer, _trust_storage],
)
def test_anything_else_is_unknown(tmp_path: Path, spoil: object) -> None:
    device = make_device(tmp_path / "drop")
    assert callable(spoil)
    spoil(tmp_path / "drop")
    presence = device.is_present()
    assert isinstance(presence, Unknown) and presence.reason
    assert str(tmp_path) not in presence.reason
    with pytest.raises(SourceFault):
        device.open()


def test_another_device_s_marker_is_unknown(tmp_path: Path) -> None:
    device = make_device(tmp_path / "drop")
    assert isinstance(FolderDevice(replace(device.record, id="other")).is_present(), Unknown)
    assert isinstance(FolderDevice(replace(device.record, nonce="0" * 32)).is_present(), Unknown)


def test_every_further_folder_proves_itself(tmp_path: Path) -> None:
    device = make_device(tmp_path / "drop", further=(tmp_path / "copies",))
    with device.open(1):
        pass
    (tmp_path / "copies" / MARKER_NAME).unlink()
    assert device.is_present() == Present()
    with pytest.raises(SourceFault):
        device.open(1)
    with pytest.raises(SourceFault):
        device.open(VOLUME_TOP)


def card(tmp_path: Path) -> CardDevice:
    root = tmp_path / "card" / "DCIM"
    record = make_device(root).record
    return CardDevice(replace(record, kind=DeviceKind.CARD, mount=tmp_path / "card"))


def test_a_card_is_unknown_while_no_volume_hangs_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder, and even a copy of the marker, may still lie there on the machine's own disk."""
    device = card(tmp_path)
    assert isinstance(device.is_present(), Unknown)
    monkeypatch.setattr("watcher.fs.system.is_mount", lambda path: path == tmp_path / "card")
    assert device.is_present() == Present()
    with device.open(VOLUME_TOP) as top:
        assert [name for name, _ in top.entries()] == ["DCIM"]


REAL_CARD = """
import subprocess, sys
from dataclasses import replace
from pathlib import Path
from tests.rigs.device_folders import make_device
from watcher.device import CardDevice, DeviceKind, write_marker
card = Path(sys.argv[1])
def mount(): subprocess.run(["mount", "-t", "tmpfs", "none", str(card)], check=True)
mount()
device = CardDevice(replace(make_device(card / "DCIM").record, kind=DeviceKind.CARD, mount=card))
said = [device.is_present()]
with device.open():
    subprocess.run(["umount", "-l", str(card)], check=True)  # pulled out while it was being read
    said.append(device.is_present())
mount()
said.append(device.is_present())
(card / "DCIM").mkdir()
write_marker(card / "DCIM", device.record.id)
said.append(device.is_present())
print([type(presence).__name__ for presence in said])
"""


@pytest.mark.skipif(shutil.which("unshare") is None or os.geteuid() != 0, reason="mounts volumes")
def test_a_real_volume_mounted_pulled_out_empty_and_another(tmp_path: Path) -> None:
    command = ["unshare", "-m", sys.executable, "-c", REAL_CARD, str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if "unshare:" in ended.stderr or "mount:" in ended.stderr:
        pytest.skip("may not mount here")
    assert ended.stdout == "['Present', 'Unknown', 'Unknown', 'Unknown']\n", ended.stderr


def test_an_attest_only_device_is_never_present() -> None:
    device = device_of(DeviceRecord("ipad-3", DeviceKind.ATTEST_ONLY, "0" * 32))
    assert isinstance(device, AttestOnlyDevice)
    assert isinstance(device.is_present(), Unknown)
    with pytest.raises(SourceFault):
        device.open()


def test_each_kind_has_its_device(tmp_path: Path) -> None:
    folder = DeviceRecord("a", DeviceKind.FOLDER, "0", tmp_path)
    assert isinstance(device_of(folder), FolderDevice)
    assert isinstance(device_of(replace(folder, kind=DeviceKind.CARD, mount=tmp_path)), CardDevice)


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "a b"},
        {"id": ""},
        {"id": "../x"},
        {"id": "a\n"},
        {"root": None},
        {"kind": DeviceKind.ATTEST_ONLY},
        {"kind": DeviceKind.CARD},
        {"mount": Path("/")},
    ],
)
def test_a_record_that_cannot_be_worked_with_is_refused(tmp_path: Path, wrong: dict[str, object]) -> None:
    good: dict[str, object] = {"id": "a", "kind": DeviceKind.FOLDER, "nonce": "0", "root": tmp_path}
    with pytest.raises(ValueError, match="device|card"):
        DeviceRecord(**{**good, **wrong})  # type: ignore[arg-type]
