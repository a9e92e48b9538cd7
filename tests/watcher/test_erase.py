"""Only the arrival's own bytes are ever removed, and "erased" is said only after looking again."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.rigs.device_folders import SabotagedDevice, arrive, make_device
from watcher.device import FolderDevice
from watcher.erasing import erase as erasing
from watcher.erasing.erase import AlreadyGone, Erased, Erasure, Kept, Unclear, Why, erase_photo, neutral_name
from watcher.fs.folders import Folder, PathFolder
from watcher.quarantine import Arrival
from watcher.sort import MARKER_NAME, Sort, sort_file

PHOTO = b"the photo's bytes" * 1000
OTHER = b"another photo, not taken in" * 900


@dataclass
class Scene:
    drop: Path
    device: FolderDevice
    arrival: Arrival

    @property
    def path(self) -> Path:
        return self.drop / "sub" / "a.jpg"

    @property
    def neutral(self) -> Path:
        return self.path.with_name(neutral_name(self.arrival))

    def contents(self) -> list[bytes]:
        """The bytes of all that lies on the device, the marker apart."""
        return sorted(path.read_bytes() for path in self.drop.rglob("*") if path.is_file() and path.name != MARKER_NAME)

    def erase_while(
        self, act: Callable[[str, str], None] | None = None, after: Callable[[str, str], None] | None = None
    ) -> Erasure:
        device = SabotagedDevice(self.device.record)
        device.act, device.after = act or device.act, after or device.after
        return erase_photo(device, self.arrival)


def make_scene(base: Path) -> Scene:
    device = make_device(base / "drop")
    (base / "drop" / "sub").mkdir()
    (base / "drop" / "sub" / "a.jpg").write_bytes(PHOTO)
    return Scene(base / "drop", device, arrive(device, base / "q", "sub", "a.jpg"))


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return make_scene(tmp_path)


def test_the_photo_is_erased_and_seen_to_be_gone(scene: Scene) -> None:
    assert erase_photo(scene.device, scene.arrival) == Erased(hard_links_left=0, is_flushed=True)
    assert scene.contents() == []


def test_a_second_attempt_does_not_certify(scene: Scene) -> None:
    erase_photo(scene.device, scene.arrival)
    assert erase_photo(scene.device, scene.arrival) == AlreadyGone()
    (scene.drop / "sub").rmdir()
    assert erase_photo(scene.device, scene.arrival) == AlreadyGone()


def test_other_names_of_the_same_bytes_are_counted(scene: Scene) -> None:
    (scene.drop / "b.jpg").hardlink_to(scene.path)
    assert erase_photo(scene.device, scene.arrival) == Erased(hard_links_left=1, is_flushed=True)
    assert scene.contents() == [PHOTO]


@pytest.mark.parametrize(("before", "after", "left"), [(1, 0, 0), (3, 2, 2), (1, 1, 0), (2, 2, 1)])
def test_a_name_that_the_file_system_keeps_while_the_file_is_open_is_no_link(
    before: int, after: int, left: int
) -> None:
    assert erasing._links_left(before, after) == left  # NFS


@pytest.mark.parametrize("now", [OTHER, PHOTO + b"x", PHOTO[:-1] + b"x", b""])
def test_a_reused_name_is_another_photo(scene: Scene, now: bytes) -> None:
    scene.path.write_bytes(now)
    inode = scene.path.stat().st_ino

    def act(what: str, _: str) -> None:
        assert what != "rename", "another photo lost its name for a moment"

    assert scene.erase_while(act) == Kept(Why.OTHER_BYTES)
    assert scene.path.read_bytes() == now and scene.path.stat().st_ino == inode
    assert not scene.neutral.exists()


def test_a_file_replaced_between_check_and_rename_is_given_back(scene: Scene) -> None:
    def replace(what: str, _: str) -> None:
        if what == "rename":
            scene.path.with_name("new").write_bytes(OTHER)
            scene.path.with_name("new").replace(scene.path)

    seen: list[str] = []

    def once(what: str, name: str) -> None:
        if what == "rename" and not seen:
            seen.append(name)
            replace(what, name)

    assert scene.erase_while(once) == Kept(Why.OTHER_BYTES)
    assert scene.path.read_bytes() == OTHER and scene.contents() == [OTHER]


def test_a_new_photo_under_the_old_name_during_the_erasure_stays(scene: Scene) -> None:
    """The camera writes the next photo under the same name while the old one is on its way out."""

    def after(what: str, _: str) -> None:
        if what == "rename":
            scene.path.write_bytes(OTHER)

    assert scene.erase_while(after=after) == Erased(0, is_flushed=True)
    assert scene.contents() == [OTHER]


def test_neither_photo_is_lost_when_the_name_cannot_be_given_back(scene: Scene) -> None:
    def act(what: str, name: str) -> None:
        if what == "rename" and name == "a.jpg":
            scene.path.write_bytes(OTHER)

    def after(what: str, name: str) -> None:
        if what == "rename" and name != "a.jpg" and not scene.path.exists():
            scene.path.write_bytes(b"a third")

    assert scene.erase_while(act, after) == Kept(Why.NAME_LOST)
    assert scene.contents() == sorted([OTHER, b"a third"])
    assert sort_file((scene.neutral.name,)).sort is Sort.NEEDS_PERSON


def test_the_same_photo_that_comes_back_is_said(scene: Scene) -> None:
    def after(what: str, _: str) -> None:
        if what == "unlink":
            scene.path.write_bytes(PHOTO)

    assert scene.erase_while(after=after) == Kept(Why.CAME_BACK)
    assert erase_photo(scene.device, scene.arrival) == Erased(0, is_flushed=True)


def test_the_same_photo_under_its_neutral_name_is_said(scene: Scene) -> None:
    def after(what: str, name: str) -> None:
        if what == "unlink":
            scene.path.with_name(name).write_bytes(PHOTO)

    assert scene.erase_while(after=after) == Kept(Why.CAME_BACK)


@pytest.mark.skipif(sys.platform != "linux", reason="leases are Linux'")
def test_a_file_that_is_being_written_is_kept(scene: Scene) -> None:
    with scene.path.open("ab"):
        assert erase_photo(scene.device, scene.arrival) == Kept(Why.BEING_WRITTEN)
    assert scene.path.read_bytes() == PHOTO


@pytest.mark.skipif(sys.platform != "linux", reason="leases are Linux'")
def test_a_writer_who_comes_while_the_bytes_are_hashed_is_noticed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    true_check = erasing._check_bytes
    others: list[subprocess.Popen[bytes]] = []

    def check(handle: int, arrival: Arrival) -> None:
        true_check(handle, arrival)
        if scene.neutral.exists() and not others:
            opener = "import os, sys; os.write(os.open(sys.argv[1], os.O_WRONLY), b'changed')"
            others.append(subprocess.Popen([sys.executable, "-c", opener, str(scene.neutral)]))
            while _is_lease_whole(handle):
                pass

    noted: list[bool] = []

    def note() -> bool:
        noted.append(True)
        return True

    monkeypatch.setattr(erasing, "_check_bytes", check)
    assert erase_photo(scene.device, scene.arrival, note) == Kept(Why.BEING_WRITTEN)
    assert not noted, "it was written down that it is about to go"
    assert others[0].wait() == 0
    assert scene.path.read_bytes().startswith(b"changed")


def test_a_file_that_changes_while_that_is_written_down_is_kept(scene: Scene) -> None:
    def note() -> bool:
        os.utime(scene.neutral, ns=(0, 0))
        return True

    assert erase_photo(scene.device, scene.arrival, note) == Kept(Why.BEING_WRITTEN)
    assert scene.path.read_bytes() == PHOTO


@pytest.mark.skipif(sys.platform != "linux", reason="leases are Linux'")
def test_a_writer_who_comes_while_that_is_written_down_is_noticed(scene: Scene) -> None:
    def note() -> bool:
        with pytest.raises(BlockingIOError):
            os.open(scene.neutral, os.O_WRONLY | os.O_NONBLOCK)
        return True

    assert erase_photo(scene.device, scene.arrival, note) == Kept(Why.BEING_WRITTEN)
    assert scene.path.read_bytes() == PHOTO


def _is_lease_whole(handle: int) -> bool:
    import fcntl

    return fcntl.fcntl(handle, fcntl.F_GETLEASE) == fcntl.F_RDLCK


def test_a_link_in_the_photo_s_place_is_not_followed(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.jpg").write_bytes(PHOTO)
    scene.path.unlink()
    scene.path.symlink_to(tmp_path / "elsewhere.jpg")
    assert erase_photo(scene.device, scene.arrival) == Kept(Why.UNSAFE)
    assert scene.path.is_symlink() and (tmp_path / "elsewhere.jpg").exists()


def test_a_linked_folder_on_the_way_is_not_followed(scene: Scene, tmp_path: Path) -> None:
    (scene.drop / "sub").rename(tmp_path / "elsewhere")
    (scene.drop / "sub").symlink_to(tmp_path / "elsewhere")
    assert erase_photo(scene.device, scene.arrival) == Kept(Why.UNSAFE)
    assert (tmp_path / "elsewhere" / "a.jpg").read_bytes() == PHOTO


def test_a_link_put_under_the_neutral_name_is_not_followed(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.jpg").write_bytes(PHOTO)

    def after(what: str, name: str) -> None:
        if what == "rename" and name == scene.neutral.name:
            scene.neutral.unlink()
            scene.neutral.symlink_to(tmp_path / "elsewhere.jpg")

    assert scene.erase_while(after=after) == Kept(Why.UNSAFE)
    assert (tmp_path / "elsewhere.jpg").exists()


def test_another_file_put_under_the_neutral_name_after_the_hash_stays(scene: Scene) -> None:
    looks = 0

    def act(what: str, name: str) -> None:
        nonlocal looks
        if what == "look" and name == scene.neutral.name:
            looks += 1
            if looks == 2:  # the comparison of name and open file, right before the unlink
                scene.path.with_name("new").write_bytes(OTHER)
                scene.path.with_name("new").replace(scene.neutral)

    assert scene.erase_while(act) == Kept(Why.UNSAFE)
    assert scene.contents() == [OTHER]


ELSEWHERE = """
import os, signal, sys
from pathlib import Path
from tests.rigs.device_folders import DEVICE_ID, place_of
from watcher.erasing import erase
from watcher.device import DeviceKind, DeviceRecord, FolderDevice
from watcher.quarantine import Arrival
from watcher.stability import FileStat
root, nonce, sha256, size, mode = sys.argv[1:]
device = FolderDevice(DeviceRecord(DEVICE_ID, DeviceKind.FOLDER, nonce, Path(root)))
if mode == "killed":
    erase._unlink_if_equal = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
print(erase.erase_photo(device, Arrival(sha256, int(size), "", place_of("sub", "a.jpg"), FileStat(0, 0, 0, 0, 0))))
"""


def erase_elsewhere(scene: Scene, mode: str, *before: str) -> subprocess.CompletedProcess[str]:
    """Erase in another process, started through the command `before`."""
    facts = (str(scene.drop), scene.device.record.nonce, scene.arrival.sha256, str(scene.arrival.size), mode)
    command = [*before, sys.executable, "-c", ELSEWHERE, *facts]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_an_attempt_cut_off_after_the_rename_is_ended_by_the_next(scene: Scene) -> None:
    ended = erase_elsewhere(scene, "killed")
    assert ended.returncode == -9, ended.stderr
    assert scene.neutral.read_bytes() == PHOTO and not scene.path.exists()
    assert erase_photo(scene.device, scene.arrival) == Erased(0, is_flushed=True)
    assert scene.contents() == []


def test_a_cut_off_attempt_on_other_bytes_gives_the_name_back(scene: Scene) -> None:
    scene.path.rename(scene.neutral)
    scene.neutral.write_bytes(OTHER)
    assert erase_photo(scene.device, scene.arrival) == Kept(Why.OTHER_BYTES)
    assert scene.path.read_bytes() == OTHER and not scene.neutral.exists()


def test_a_cut_off_attempt_and_a_new_copy_need_two_rounds(scene: Scene) -> None:
    scene.neutral.write_bytes(PHOTO)
    assert erase_photo(scene.device, scene.arrival) == Kept(Why.CAME_BACK)
    assert erase_photo(scene.device, scene.arrival) == Erased(0, is_flushed=True)
    assert scene.contents() == []


def test_a_device_that_is_away_is_not_a_deletion(scene: Scene) -> None:
    scene.drop.rename(scene.drop.with_name("away"))
    assert erase_photo(scene.device, scene.arrival) == Kept(Why.DEVICE_UNKNOWN)
    scene.drop.mkdir()
    assert erase_photo(scene.device, scene.arrival) == Kept(Why.DEVICE_UNKNOWN)


def test_a_device_pulled_out_after_the_unlink_is_unclear(scene: Scene) -> None:
    def after(what: str, _: str) -> None:
        if what == "unlink":
            (scene.drop / MARKER_NAME).unlink()

    assert scene.erase_while(after=after) == Unclear()


def test_a_device_pulled_out_while_the_file_is_looked_for_is_not_a_deletion(scene: Scene) -> None:
    scene.path.unlink()

    def act(what: str, name: str) -> None:
        if (what, name) == ("look", "a.jpg"):
            (scene.drop / MARKER_NAME).unlink(missing_ok=True)

    assert scene.erase_while(act) == Kept(Why.DEVICE_UNKNOWN)


@pytest.mark.parametrize("step", ["unlink", "flush"])
def test_a_device_that_fails_at_the_end_is_unclear(scene: Scene, step: str) -> None:
    assert scene.erase_while(_failing(step, errno.EIO)) == Unclear()


def _failing(step: str, number: int) -> Callable[[str, str], None]:
    def act(what: str, name: str) -> None:
        if what == step and name != MARKER_NAME:
            raise OSError(number, os.strerror(number))

    return act


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.EPERM])
@pytest.mark.parametrize("step", ["rename", "unlink"])
def test_a_folder_that_may_not_be_written_keeps_its_photo_and_name(scene: Scene, step: str, number: int) -> None:
    assert scene.erase_while(_failing(step, number)) == Kept(Why.MAY_NOT_DELETE)
    assert scene.path.read_bytes() == PHOTO and not scene.neutral.exists()


@pytest.mark.skipif(shutil.which("unshare") is None or os.geteuid() != 0, reason="mounts read-only")
def test_a_really_read_only_device_keeps_its_photo(scene: Scene) -> None:
    mount = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" || exit 77; shift; exec "$@"'
    ended = erase_elsewhere(scene, "whole", "unshare", "-m", "sh", "-c", mount, "sh", str(scene.drop))
    if ended.returncode == 77 or "unshare:" in ended.stderr:
        pytest.skip("may not mount here")
    assert "MAY_NOT_DELETE" in ended.stdout, ended.stderr
    assert scene.path.read_bytes() == PHOTO


@pytest.mark.parametrize("step", ["open", "look"])
def test_an_unreadable_file_is_kept(scene: Scene, step: str) -> None:
    def act(what: str, name: str) -> None:
        if what == step and name in {"a.jpg", scene.neutral.name}:
            raise PermissionError(errno.EACCES, "Permission denied")

    assert scene.erase_while(act) == Kept(Why.UNREADABLE)
    assert scene.path.read_bytes() == PHOTO


def test_a_file_that_goes_away_by_itself_is_not_ours(scene: Scene) -> None:
    def act(what: str, name: str) -> None:
        if what == "rename" and name == "a.jpg":
            scene.path.unlink()

    assert scene.erase_while(act) == AlreadyGone()


def test_folders_as_paths_erase_too(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The branch for systems without folder handles."""

    @dataclass(frozen=True)
    class AsPaths(FolderDevice):
        def open(self, folder: int = 0) -> Folder:
            super().open(folder).__exit__(None, None, None)
            return PathFolder(scene.drop)

    monkeypatch.setattr(erasing, "HAS_FOLDER_HANDLES", False)
    assert erase_photo(AsPaths(scene.device.record), scene.arrival) == Erased(0, is_flushed=False)
    assert scene.contents() == []


MISCHIEF = st.tuples(
    st.sampled_from(["look", "open", "rename", "unlink", "flush"]),
    st.booleans(),
    st.integers(0, 6),
    st.sampled_from(["replace", "overwrite", "remove", "replace neutral", "rename away", "append"]),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(MISCHIEF, max_size=3))
def test_other_bytes_are_never_removed(
    tmp_path_factory: pytest.TempPathFactory, mischief: list[tuple[str, bool, int, str]]
) -> None:
    """Whoever meddles at any step: every other photo is still there, and Erased means that ours is not."""
    scene = make_scene(tmp_path_factory.mktemp("scene"))
    counts: dict[tuple[str, bool], int] = {}
    put: list[bytes] = []

    def meddle(kind: str) -> None:
        new = OTHER + bytes([len(put)])
        target = scene.neutral if kind == "replace neutral" else scene.path
        if kind in {"replace", "replace neutral"}:
            if target.exists() and target.read_bytes() != PHOTO:
                return  # it would be the meddler who destroys a photo
            temporary = scene.path.with_name(f"new{len(put)}")
            temporary.write_bytes(new)
            temporary.replace(target)
            put.append(new)
        elif kind in {"overwrite", "append"} and target.exists() and target.read_bytes() == PHOTO:
            new = PHOTO + new if kind == "append" else new
            target.write_bytes(new)
            put.append(new)
        elif kind == "remove" and target.exists() and target.read_bytes() == PHOTO:
            target.unlink()
        elif kind == "rename away" and target.exists():
            target.rename(target.with_name(f"moved{len(put)}"))

    def hook(is_after: bool) -> Callable[[str, str], None]:
        def at(what: str, _: str) -> None:
            counts[what, is_after] = counts.get((what, is_after), -1) + 1
            for step, after, number, kind in mischief:
                # between the last comparison and the unlink itself lies the residue that erase.py names
                if (step, after, number) == (what, is_after, counts[what, is_after]) and (what, after) != (
                    "unlink",
                    False,
                ):
                    meddle(kind)

        return at

    outcome = scene.erase_while(hook(is_after=False), hook(is_after=True))
    contents = scene.contents()
    for photo in put:
        assert photo in contents, (outcome, mischief)
    if isinstance(outcome, Erased) and not any(kind == "rename away" for *_, kind in mischief):
        assert PHOTO not in contents
