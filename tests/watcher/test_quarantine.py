"""A photo is in quarantine whole, proved and under its hash, or nothing of it is there."""

from __future__ import annotations

import errno
import hashlib
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.rigs.device_folders import DEVICE_ID, SabotagedDevice, arrive, look, make_device, place_of
from watcher import quarantine as copying
from watcher.device import FolderDevice
from watcher.errors import QuarantineFault, SourceFault, Unsafe
from watcher.fs.content import CHUNK_BYTES
from watcher.quarantine import Arrival, NotTaken, sweep, take_in

PHOTO = random.Random(1).randbytes(2_500_000)  # more than two chunks


@pytest.fixture
def device(tmp_path: Path) -> FolderDevice:
    device = make_device(tmp_path / "drop")
    (tmp_path / "drop" / "a.jpg").write_bytes(PHOTO)
    (tmp_path / "q").mkdir()
    return device


def take(device: SabotagedDevice | FolderDevice, tmp_path: Path) -> Arrival | NotTaken:
    return take_in(device, place_of("a.jpg"), look(tmp_path / "drop" / "a.jpg"), tmp_path / "q")


def left_in(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "q").iterdir())


def test_a_photo_is_copied_proved_and_named_by_its_hash(tmp_path: Path, device: FolderDevice) -> None:
    arrival = take(device, tmp_path)
    assert isinstance(arrival, Arrival)
    sha256 = hashlib.sha256(PHOTO).hexdigest()
    assert (arrival.sha256, arrival.size, arrival.name) == (sha256, len(PHOTO), f"{sha256}.photo")
    assert arrival.stat == look(tmp_path / "drop" / "a.jpg")
    assert left_in(tmp_path) == [arrival.name]
    copy = tmp_path / "q" / arrival.name
    assert copy.read_bytes() == PHOTO
    assert copy.stat().st_mode & 0o777 == 0o600
    assert "a.jpg" not in repr(arrival)


def test_an_open_umask_does_not_open_the_copy(tmp_path: Path, device: FolderDevice) -> None:
    before = os.umask(0)
    try:
        arrival = take(device, tmp_path)
    finally:
        os.umask(before)
    assert isinstance(arrival, Arrival)
    assert (tmp_path / "q" / arrival.name).stat().st_mode & 0o777 == 0o600


def test_the_same_bytes_under_two_names_are_one_copy(tmp_path: Path, device: FolderDevice) -> None:
    (tmp_path / "drop" / "sub").mkdir()
    (tmp_path / "drop" / "sub" / "b.jpg").write_bytes(PHOTO)
    first, second = arrive(device, tmp_path / "q", "a.jpg"), arrive(device, tmp_path / "q", "sub", "b.jpg")
    assert first.name == second.name and first.place != second.place
    assert left_in(tmp_path) == [first.name]


def test_a_broken_or_linked_copy_in_the_way_is_replaced(tmp_path: Path, device: FolderDevice) -> None:
    (tmp_path / "other").write_bytes(b"other")
    (tmp_path / "q" / f"{hashlib.sha256(PHOTO).hexdigest()}.photo").symlink_to(tmp_path / "other")
    arrival = arrive(device, tmp_path / "q", "a.jpg")
    copy = tmp_path / "q" / arrival.name
    assert copy.read_bytes() == PHOTO and not copy.is_symlink()
    assert (tmp_path / "other").read_bytes() == b"other"


def test_an_empty_file_is_an_arrival_too(tmp_path: Path, device: FolderDevice) -> None:
    (tmp_path / "drop" / "a.jpg").write_bytes(b"")
    assert arrive(device, tmp_path / "q", "a.jpg").size == 0


def _appended(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def _overwritten(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"other bytes")


def _replaced(path: Path) -> None:
    path.with_name("new").write_bytes(PHOTO)
    path.with_name("new").replace(path)


def _replaced_by_a_link(path: Path) -> None:
    path.rename(path.with_name("moved"))
    path.symlink_to("moved")


def _cut(path: Path) -> None:
    os.truncate(path, 10)


@pytest.mark.parametrize("change", [_appended, _overwritten, _replaced, _replaced_by_a_link, _cut, Path.unlink])
@pytest.mark.parametrize("moment", [0, 1, 2, 3], ids=["before", "first look", "during", "after"])
def test_a_file_that_changes_is_not_taken(
    tmp_path: Path, device: FolderDevice, change: Callable[[Path], None], moment: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It happens right before the opening, before the first comparison, between two chunks, or before the last."""
    path, looks, reads = tmp_path / "drop" / "a.jpg", 0, 0
    true_read = os.read

    def act(what: str, name: str) -> None:
        nonlocal looks
        if name == "a.jpg" and what == "look":
            looks += 1
        if name == "a.jpg" and (
            (what, moment) == ("open", 0) or (what, looks, moment) in {("look", 1, 1), ("look", 2, 3)}
        ):
            change(path)

    def read(handle: int, size: int) -> bytes:
        nonlocal reads
        reads += size == CHUNK_BYTES
        if reads == 2 and moment == 2:
            reads += 1
            change(path)
        return true_read(handle, size)

    monkeypatch.setattr(os, "read", read)
    try:
        found = take(SabotagedDevice(device.record, act), tmp_path)
        assert found in {NotTaken.CHANGED, NotTaken.GONE}
    except Unsafe:
        assert change is _replaced_by_a_link
    assert left_in(tmp_path) == []


def test_a_file_that_changed_since_it_was_seen_is_not_taken(tmp_path: Path, device: FolderDevice) -> None:
    seen = look(tmp_path / "drop" / "a.jpg")
    assert take_in(device, place_of("a.jpg"), replace(seen, mtime_ns=1), tmp_path / "q") is NotTaken.CHANGED
    assert take_in(device, place_of("b.jpg"), seen, tmp_path / "q") is NotTaken.GONE
    assert take_in(device, place_of("a.jpg"), replace(seen, size=1 << 40), tmp_path / "q") is NotTaken.TOO_LARGE
    assert left_in(tmp_path) == []


def test_a_file_that_grows_while_it_is_read_ends_the_copy(
    tmp_path: Path, device: FolderDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = 0

    def endless(_: int, __: str) -> bytes:
        nonlocal reads
        reads += 1
        assert reads < 10, "the copy does not end"
        return b"x" * CHUNK_BYTES

    monkeypatch.setattr(copying, "_read", endless)
    assert take(device, tmp_path) is NotTaken.CHANGED
    assert left_in(tmp_path) == []


def test_a_link_is_not_taken(tmp_path: Path, device: FolderDevice) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "drop" / "a.jpg").unlink()
    (tmp_path / "drop" / "a.jpg").symlink_to(tmp_path / "secret")
    with pytest.raises(Unsafe):
        take(device, tmp_path)
    assert left_in(tmp_path) == []


def test_a_device_that_vanishes_while_it_is_read(
    tmp_path: Path, device: FolderDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    true_read, reads = os.read, 0

    def pulled_out(handle: int, size: int) -> bytes:
        nonlocal reads
        reads += size == CHUNK_BYTES
        if reads == 2:
            raise OSError(errno.EIO, "Input/output error")
        return true_read(handle, size)

    monkeypatch.setattr(os, "read", pulled_out)
    with pytest.raises(SourceFault, match=DEVICE_ID):
        take(device, tmp_path)
    assert left_in(tmp_path) == []


def test_a_device_that_is_away(tmp_path: Path, device: FolderDevice) -> None:
    seen = look(tmp_path / "drop" / "a.jpg")
    (tmp_path / "drop").rename(tmp_path / "away")
    with pytest.raises(SourceFault):
        take_in(device, place_of("a.jpg"), seen, tmp_path / "q")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file(tmp_path: Path, device: FolderDevice) -> None:
    (tmp_path / "drop" / "a.jpg").chmod(0)
    with pytest.raises(SourceFault, match="permission"):
        take(device, tmp_path)


def test_a_disk_that_swallows_bytes_is_found_by_reading_back(
    tmp_path: Path, device: FolderDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "write_all", lambda target, chunk: os.write(target, bytes(len(chunk))))
    with pytest.raises(QuarantineFault, match="read back"):
        take(device, tmp_path)
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("call", ["fsync", "replace", "fstat"])
def test_our_disk_fails_at_any_step(
    tmp_path: Path, device: FolderDevice, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    if call == "fstat":
        monkeypatch.setattr(
            copying, "_check_room", lambda *_: (_ for _ in ()).throw(QuarantineFault("the disk is full"))
        )
    else:

        def fail(*_: object, **__: object) -> None:
            raise OSError(errno.EIO, "Input/output error")

        monkeypatch.setattr(os, call, fail)
    with pytest.raises(QuarantineFault):
        take(device, tmp_path)
    assert left_in(tmp_path) == []


SCRIPT = """
import resource, sys
from pathlib import Path
from tests.rigs.device_folders import look, make_device, place_of
from watcher import quarantine
quarantine.RESERVE_BYTES = 0
base = Path(sys.argv[1])
device = make_device(base / "drop")
(base / "drop" / "a.jpg").write_bytes(b"x" * 3_000_000)
if sys.argv[3] == "limit":
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))
else:
    quarantine._check_room = lambda *_: None
try:
    quarantine.take_in(device, place_of("a.jpg"), look(base / "drop" / "a.jpg"), Path(sys.argv[2]))
except quarantine.QuarantineFault as fault:
    print(fault, [path.name for path in Path(sys.argv[2]).iterdir()])
"""


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    """The system refuses to write on, in the middle of a copy."""
    (tmp_path / "q").mkdir()
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path), str(tmp_path / "q"), "limit"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "the disk is full" in ended.stdout and "[]" in ended.stdout, ended.stderr


@pytest.mark.skipif(shutil.which("unshare") is None or os.geteuid() != 0, reason="mounts a small disk of its own")
def test_a_really_full_disk_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "q").mkdir()
    mount = 'mount -t tmpfs -o size=1m none "$1" || exit 77; shift; exec "$@"'
    copy = [sys.executable, "-c", SCRIPT, str(tmp_path), str(tmp_path / "q"), "disk"]
    command = ["unshare", "-m", "sh", "-c", mount, "sh", str(tmp_path / "q"), *copy]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode == 77 or "unshare:" in ended.stderr:
        pytest.skip("may not mount here")
    assert "the disk is full" in ended.stdout and "[]" in ended.stdout, ended.stderr


def test_too_little_room_is_said_before_anything_is_written(
    tmp_path: Path, device: FolderDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watcher.fs.system.free_bytes", lambda _: copying.RESERVE_BYTES)
    monkeypatch.setattr(copying, "_copy", lambda *_: pytest.fail("it began to write"))
    with pytest.raises(QuarantineFault, match="full"):
        take(device, tmp_path)


def test_no_quarantine_folder_or_a_link_to_one(tmp_path: Path, device: FolderDevice) -> None:
    seen = look(tmp_path / "drop" / "a.jpg")
    (tmp_path / "link").symlink_to("q")
    for wrong in ("missing", "link"):
        with pytest.raises(QuarantineFault):
            take_in(device, place_of("a.jpg"), seen, tmp_path / wrong)


def test_unfinished_copies_of_a_killed_program_are_swept(tmp_path: Path, device: FolderDevice) -> None:
    """kill -9 in the middle of a copy; what is left is one .part, and only that is removed."""
    arrival = arrive(device, tmp_path / "q", "a.jpg")
    script = (
        "import os, signal, sys; from pathlib import Path\n"
        "from tests.rigs.device_folders import look, place_of; from watcher import quarantine; from watcher.device "
        "import *\n"
        "drop = Path(sys.argv[1]) / 'drop'\n"
        "device = FolderDevice(DeviceRecord('ks2-camera', DeviceKind.FOLDER, sys.argv[2], drop))\n"
        "quarantine._check_copy = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "quarantine.take_in(device, place_of('a.jpg'), look(drop / 'a.jpg'), Path(sys.argv[1]) / 'q')"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path), device.record.nonce], capture_output=True, text=True, check=False
    )
    assert ended.returncode == -9, ended.stderr
    (tmp_path / "q" / "somebody's.part").write_bytes(b"")
    assert len(left_in(tmp_path)) == 3
    assert sweep(tmp_path / "q") == 1
    assert left_in(tmp_path) == sorted([arrival.name, "somebody's.part"])
    assert sweep(tmp_path / "q") == 0


def test_a_quarantine_that_is_not_there_is_not_swept(tmp_path: Path) -> None:
    with pytest.raises(QuarantineFault):
        sweep(tmp_path / "missing")
