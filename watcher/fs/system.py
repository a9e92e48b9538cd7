"""What differs by system besides folders: who writes, what is mounted, where trash and thumbnails lie.

Linux is measured and tested.  On Windows and macOS nothing here tells of writers or mounts, and the callers then wait
longer and scan instead of listening; those branches are untested.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Self

# File systems on which a change made elsewhere gives this machine no notification (statfs names, mountinfo(5)).
_NETWORK_KINDS = frozenset(
    {
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "9p",
        "afs",
        "ceph",
        "davfs",
        "ncpfs",
        "lustre",
        "glusterfs",
        "ocfs2",
        "gfs2",
        "vboxsf",
        "virtiofs",
        "prl_fs",
        "drvfs",
        "coda",
        "fuse",
    }
)


class Writer(Enum):
    """Has somebody a file open for writing?"""

    NONE = "none"
    OPEN = "open"
    UNKNOWN = "unknown"  # this system or file system does not tell


class Lease:
    """While held, nobody opens the file for writing without our noticing (Linux read lease, fcntl(2)).

    A waiting writer is held up until the lease ends (or 45 s, /proc/sys/fs/lease-break-time), and the kernel tells
    us by a signal.  Its default, SIGIO, would kill the program; SIGURG is ignored by default, so it is chosen.
    """

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._found = Writer.UNKNOWN

    def __enter__(self) -> Self:
        if sys.platform == "linux":
            import fcntl

            try:
                fcntl.fcntl(self._handle, fcntl.F_SETSIG, signal.SIGURG)
                fcntl.fcntl(self._handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
                self._found = Writer.NONE
            except OSError as error:  # EACCES: not our file; EINVAL: the file system has no leases
                self._found = Writer.OPEN if error.errno == errno.EAGAIN else Writer.UNKNOWN
        return self

    def __exit__(self, *_: object) -> None:
        if sys.platform == "linux" and self._found is Writer.NONE:
            import fcntl

            with contextlib.suppress(OSError):  # broken by time, or the device is gone: there is nothing to end
                fcntl.fcntl(self._handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)

    def writer(self) -> Writer:
        """Say whether a writer has the file open, or is waiting for it, now."""
        if sys.platform == "linux" and self._found is Writer.NONE:
            import fcntl

            return Writer.NONE if fcntl.fcntl(self._handle, fcntl.F_GETLEASE) == fcntl.F_RDLCK else Writer.OPEN
        return self._found


@dataclass(frozen=True, slots=True)
class Mount:
    """Where a file system hangs and of what kind it is."""

    point: Path
    kind: str  # "ext4", "vfat", "nfs4", ...

    @property
    def reports_changes(self) -> bool:
        """Whether a change made by anybody gives a notification here."""
        return self.kind not in _NETWORK_KINDS and not self.kind.startswith("fuse.")


def mount_of(path: Path, table: Path = Path("/proc/self/mountinfo")) -> Mount | None:
    """Return the mount that `path` lies on, or None where the system does not say (then: assume a network)."""
    try:
        rows = [line.split(" ") for line in table.read_text(errors="surrogateescape").splitlines()]
    except OSError:
        return None
    real = Path(os.path.realpath(path))
    mounts = (Mount(Path(_unescape(row[4])), row[row.index("-") + 1]) for row in rows)
    above = [mount for mount in mounts if real.is_relative_to(mount.point)]
    return max(reversed(above), key=lambda mount: len(mount.point.parts), default=None)  # of two on one point the later


def _unescape(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)


def is_mount(path: Path) -> bool:
    """Say whether a volume hangs at `path` (on Windows: a drive or a mounted folder)."""
    return os.path.ismount(path)


def bring_to_disk(handle: int) -> None:
    """Bring an open file or folder to the disk itself: on macOS fsync(2) ends in the drive's own memory.

    Raises:
        OSError: as os.fsync.
    """
    if sys.platform == "darwin":
        import fcntl

        with contextlib.suppress(OSError):  # a share, or a card's file system, knows no such call
            fcntl.fcntl(handle, fcntl.F_FULLFSYNC)
            return
    os.fsync(handle)


def drop_from_memory(handle: int) -> None:
    """Ask the system to forget its copy of a written file, so that reading it back reads the disk."""
    if hasattr(os, "posix_fadvise"):
        with contextlib.suppress(OSError):
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)


def free_bytes(path: Path) -> int:
    """Return what a plain user may still write on the disk of `path`."""
    return shutil.disk_usage(path).free


def trash_folders(environment: Mapping[str, str]) -> tuple[Path, ...]:
    """Return the user's own trash folders (freedesktop, macOS); Windows keeps its on each volume."""
    home = Path(environment.get("HOME", "/nonexistent"))
    share = Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share")
    return (share / "Trash", home / ".Trash")


def thumbnail_folders(environment: Mapping[str, str]) -> tuple[Path, ...]:
    """Return the folders of the user's thumbnail cache (freedesktop thumbnail specification)."""
    home = Path(environment.get("HOME", "/nonexistent"))
    cache = Path(environment.get("XDG_CACHE_HOME") or home / ".cache") / "thumbnails"
    return (
        *(cache / size for size in ("normal", "large", "x-large", "xx-large")),
        *(home / ".thumbnails" / size for size in ("normal", "large")),
    )
