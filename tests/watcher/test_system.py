"""What the system tells: writers, mounts, trash places."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from watcher.fs.system import (
    Lease,
    Mount,
    Writer,
    bring_to_disk,
    free_bytes,
    is_mount,
    mount_of,
    thumbnail_folders,
    trash_folders,
)

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="leases are Linux'")


def writer_of(path: Path) -> Writer:
    handle = os.open(path, os.O_RDONLY)
    try:
        with Lease(handle) as lease:
            return lease.writer()
    finally:
        os.close(handle)


@linux_only
def test_a_writer_is_noticed_and_a_reader_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x")
    assert writer_of(path) is Writer.NONE
    with path.open("rb"):
        assert writer_of(path) is Writer.NONE
    with path.open("ab"):
        assert writer_of(path) is Writer.OPEN
    assert writer_of(path) is Writer.NONE


@pytest.mark.parametrize("is_known", [True, False])
def test_on_macos_a_file_is_brought_past_the_drives_own_memory(is_known: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    fcntl, calls = pytest.importorskip("fcntl"), list[str]()

    def ask(_handle: int, _what: int) -> int:
        calls.append("full")
        if not is_known:
            raise OSError(errno.ENOTSUP, "Operation not supported")
        return 0

    monkeypatch.setattr(fcntl, "F_FULLFSYNC", 51, raising=False)
    monkeypatch.setattr(fcntl, "fcntl", ask)
    monkeypatch.setattr(os, "fsync", lambda _handle: calls.append("plain"))
    monkeypatch.setattr(sys, "platform", "darwin")
    bring_to_disk(0)
    assert calls == (["full"] if is_known else ["full", "plain"])


@linux_only
def test_where_there_are_no_leases_nobody_knows() -> None:
    ends = os.pipe()
    with Lease(ends[0]) as lease:
        assert lease.writer() is Writer.UNKNOWN
    for end in ends:
        os.close(end)


@linux_only
def test_a_writer_who_comes_during_the_lease_is_noticed_and_does_not_kill_us(tmp_path: Path) -> None:
    """The kernel signals the holder of a lease, by default with SIGIO, whose default is death."""
    script = (
        "import os, sys, subprocess; from watcher.fs.system import Lease, Writer\n"
        "handle = os.open(sys.argv[1], os.O_RDONLY)\n"
        "opener = 'import os, sys; os.close(os.open(sys.argv[1], os.O_WRONLY))'\n"
        "with Lease(handle) as lease:\n"
        "    assert lease.writer() is Writer.NONE\n"
        "    other = subprocess.Popen([sys.executable, '-c', opener, sys.argv[1]])\n"
        "    while lease.writer() is Writer.NONE: pass\n"
        "assert other.wait() == 0\n"
        "print('alive')"
    )
    (tmp_path / "a").write_bytes(b"x")
    ended = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "a")], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (0, "alive\n"), ended.stderr


def table(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "mountinfo"
    path.write_text("\n".join(rows) + "\n")
    return path


def test_the_deepest_and_latest_mount_counts(tmp_path: Path) -> None:
    mounts = table(
        tmp_path,
        "1 0 8:1 / / rw - ext4 /dev/sda1 rw",
        "2 1 8:2 / /media/My\\040Card rw shared:1 - vfat /dev/sdb1 rw",
        "3 1 0:9 / /srv rw - ext4 /dev/sdc rw",
        "4 1 0:10 / /srv rw - nfs4 server:/x rw",
    )
    assert mount_of(Path("/media/My Card/DCIM"), mounts) == Mount(Path("/media/My Card"), "vfat")
    assert mount_of(Path("/media/My Cards"), mounts) == Mount(Path("/"), "ext4")
    assert mount_of(Path("/srv/drop"), mounts) == Mount(Path("/srv"), "nfs4")
    assert mount_of(Path("/srv"), tmp_path / "missing") is None


@pytest.mark.parametrize(
    ("kind", "tells"),
    [
        ("ext4", True),
        ("vfat", True),
        ("exfat", True),
        ("fuseblk", True),
        ("tmpfs", True),
        ("nfs4", False),
        ("cifs", False),
        ("fuse.sshfs", False),
        ("fuse.rclone", False),
        ("9p", False),
    ],
)
def test_network_mounts_tell_nothing(kind: str, tells: bool) -> None:
    assert Mount(Path("/x"), kind).reports_changes is tells


def test_this_machine_answers(tmp_path: Path) -> None:
    assert is_mount(Path("/")) and not is_mount(tmp_path)
    assert free_bytes(tmp_path) > 0
    if sys.platform == "linux":
        mount = mount_of(tmp_path)
        assert mount is not None and tmp_path.resolve().is_relative_to(mount.point)


def test_trash_and_thumbnails_lie_where_the_desktop_puts_them() -> None:
    home = {"HOME": "/home/a"}
    assert Path("/home/a/.local/share/Trash") in trash_folders(home)
    assert Path("/x/Trash") in trash_folders({**home, "XDG_DATA_HOME": "/x"})
    assert Path("/home/a/.cache/thumbnails/large") in thumbnail_folders(home)
    assert Path("/c/thumbnails/normal") in thumbnail_folders({**home, "XDG_CACHE_HOME": "/c"})
