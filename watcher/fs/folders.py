"""Open folders: the only way in which the watcher reaches a file.

Threat: between looking at a name and using it, somebody puts a link, a pipe or another folder in its place.
Rule: on POSIX a folder is an open handle, a name below it is one component and is never followed when it is a
link; a file is opened only after it was seen to be a regular file, without blocking, and is compared with what
was seen.  Nothing here replaces an existing file unless it is called `replace`.
Residue: Windows has no such handles in Python, so there folders are paths and the check stands before the use
(`PathFolder`); that branch runs in the tests on Linux, but nobody has tried it on Windows.  Its paths are spelled so
that Windows takes every name to the letter (`spelled_out`): else a folder whose path is too long is "not there", and a
name that ends with a full stop leads to another file.  A folder outside the device (the root's own parents) belongs to
the administrator and is trusted.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, Self

from watcher.fs.system import bring_to_disk

HAS_FOLDER_HANDLES = os.open in os.supports_dir_fd  # POSIX yes, Windows no

_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_READ_FLAGS = (
    os.O_RDONLY
    | _NO_FOLLOW
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_NEW_FLAGS = (
    os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
)
_FOLDER_FLAGS = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _NO_FOLLOW | getattr(os, "O_CLOEXEC", 0)
_REPARSE_POINT = 0x400  # Windows FILE_ATTRIBUTE_REPARSE_POINT: links, junctions and placeholders of cloud drives
_RENAME_NOREPLACE = 1  # linux/fs.h
_NOT_OFFERED = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})  # "this file system cannot"


class Folder(Protocol):
    """An open folder.  Every `name` is one component; no call follows a link at it."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...

    def again(self) -> Folder:
        """Return a second handle on the same folder, closed apart."""

    def folder(self, name: str) -> Folder:
        """Open a folder in this one; raises NotADirectoryError for anything else, links too."""

    def entries(self) -> Iterator[tuple[str, os.stat_result]]:
        """Give each name and what lies there (not followed); a name that vanishes meanwhile is left out."""

    def names(self) -> list[str]:
        """Give the names alone: nothing that hangs behind one of them is touched."""

    def look(self, name: str) -> os.stat_result:
        """Say what lies at `name`, not followed."""

    def open_file(self, name: str) -> int:
        """Open a regular file for reading; raises OSError with ELOOP or ENXIO for anything else."""

    def create(self, name: str, mode: int) -> int:
        """Make a file that was not there, for writing."""

    def rename(self, old: str, new: str) -> None:
        """Rename inside this folder; raises FileExistsError rather than replace."""

    def replace(self, old: str, new: str) -> None:
        """Rename inside this folder, over what is there."""

    def unlink(self, name: str) -> None:
        """Remove a name."""

    def make_folder(self, name: str) -> None:
        """Make a folder in this one that is its owner's alone; raises FileExistsError where the name is taken."""

    def remove_folder(self, name: str) -> None:
        """Remove an empty folder."""

    def hand_to(self, mode: int, group: int | None) -> None:
        """Give this folder a mode, and a group where one is named."""

    def flush(self) -> bool:
        """Bring the folder's names to the disk; False where the system or file system offers no way."""

    def status(self) -> os.stat_result:
        """Say what this folder itself is."""


def open_top(path: Path) -> Folder:
    """Open a folder by its path; its last component may not be a link.

    Raises:
        OSError: it is missing, may not be read, is a link or not a folder.
    """
    if HAS_FOLDER_HANDLES:
        return HandleFolder(os.open(path, _FOLDER_FLAGS))
    return PathFolder(Path(spelled_out(os.path.abspath(path))))  # noqa: PTH100  "..", too, is taken to the letter


def spelled_out(path: str) -> str:
    r"""Return an absolute Windows path so that Windows takes it to the letter: "\\?\C:\drop".

    Without that mark it finds nothing at a path of 260 characters and more, cuts full stops and spaces off the end of a
    name, and opens a device for one like "NUL" (Microsoft, "Naming Files, Paths, and Namespaces").
    """
    if path.startswith(("\\\\?\\", "\\\\.\\")):
        return path
    return f"\\\\?\\UNC\\{path[2:]}" if path.startswith("\\\\") else f"\\\\?\\{path}"


def _refuse_irregular(status: os.stat_result) -> None:
    """Raise OSError unless `status` is of a regular file."""
    if is_link(status):
        raise OSError(errno.ELOOP, "it is a link")
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.ENXIO, "it is not a regular file")


def is_link(status: os.stat_result) -> bool:
    """Say whether this is a symbolic link, or on Windows any reparse point."""
    return stat.S_ISLNK(status.st_mode) or bool(getattr(status, "st_file_attributes", 0) & _REPARSE_POINT)


def _same_file(a: os.stat_result, b: os.stat_result) -> bool:
    return (a.st_dev, a.st_ino) == (b.st_dev, b.st_ino)


class HandleFolder:
    """A folder as an open handle (POSIX): what happens to its path meanwhile does not matter."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._handle)

    def again(self) -> Folder:
        """Return a second handle on the same folder."""
        return HandleFolder(os.dup(self._handle))

    def folder(self, name: str) -> Folder:
        """Open a folder in this one."""
        return HandleFolder(os.open(name, _FOLDER_FLAGS, dir_fd=self._handle))

    def entries(self) -> Iterator[tuple[str, os.stat_result]]:
        """Give each name and what lies there."""
        with os.scandir(self._handle) as found:
            for entry in found:
                with contextlib.suppress(FileNotFoundError):
                    yield entry.name, entry.stat(follow_symlinks=False)

    def names(self) -> list[str]:
        """Give the names alone."""
        return os.listdir(self._handle)  # noqa: PTH208  # a handle has no path

    def look(self, name: str) -> os.stat_result:
        """Say what lies at `name`."""
        return os.stat(name, dir_fd=self._handle, follow_symlinks=False)

    def open_file(self, name: str) -> int:
        """Open a regular file for reading.  Looked at first: opening a device node can already do something."""
        seen = self.look(name)
        _refuse_irregular(seen)
        return _opened(os.open(name, _READ_FLAGS, dir_fd=self._handle), seen)

    def create(self, name: str, mode: int) -> int:
        """Make a file that was not there."""
        return os.open(name, _NEW_FLAGS, mode, dir_fd=self._handle)

    def rename(self, old: str, new: str) -> None:
        """Rename without replacing, in one step where the system can."""
        if not _rename_in_one_step(self._handle, old, new):
            _refuse_existing(self, new)
            os.rename(old, new, src_dir_fd=self._handle, dst_dir_fd=self._handle)

    def replace(self, old: str, new: str) -> None:
        """Rename over what is there."""
        os.replace(old, new, src_dir_fd=self._handle, dst_dir_fd=self._handle)

    def unlink(self, name: str) -> None:
        """Remove a name."""
        os.unlink(name, dir_fd=self._handle)

    def make_folder(self, name: str) -> None:
        """Make a folder in this one."""
        os.mkdir(name, 0o700, dir_fd=self._handle)

    def remove_folder(self, name: str) -> None:
        """Remove an empty folder."""
        os.rmdir(name, dir_fd=self._handle)

    def hand_to(self, mode: int, group: int | None) -> None:
        """Give this folder a mode, and a group where one is named."""
        status = os.fstat(self._handle)
        if group is not None and status.st_gid != group:
            os.fchown(self._handle, -1, group)
        if stat.S_IMODE(status.st_mode) != mode:
            os.fchmod(self._handle, mode)

    def flush(self) -> bool:
        """Bring the folder's names to the disk."""
        try:
            bring_to_disk(self._handle)
        except OSError as error:
            if error.errno in _NOT_OFFERED:
                return False
            raise
        return True

    def status(self) -> os.stat_result:
        """Say what this folder itself is."""
        return os.fstat(self._handle)


class PathFolder:
    """A folder as a path, for systems without folder handles: checks stand before the use (see the residue above)."""

    def __init__(self, path: Path) -> None:
        seen = path.lstat()
        if is_link(seen) or not stat.S_ISDIR(seen.st_mode):
            raise NotADirectoryError(errno.ENOTDIR, "it is not a folder")
        self._path = path

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def again(self) -> Folder:
        """Return the same folder."""
        return PathFolder(self._path)

    def folder(self, name: str) -> Folder:
        """Open a folder in this one."""
        return PathFolder(self._path / name)

    def entries(self) -> Iterator[tuple[str, os.stat_result]]:
        """Give each name and what lies there, looked at one by one: a listing of Windows tells no inode and volume."""
        for name in self.names():
            with contextlib.suppress(FileNotFoundError):
                yield name, self.look(name)

    def names(self) -> list[str]:
        """Give the names alone."""
        return [entry.name for entry in self._path.iterdir()]

    def look(self, name: str) -> os.stat_result:
        """Say what lies at `name`."""
        return (self._path / name).lstat()

    def open_file(self, name: str) -> int:
        """Open a regular file for reading."""
        seen = self.look(name)
        _refuse_irregular(seen)
        return _opened(os.open(self._path / name, _READ_FLAGS), seen)

    def create(self, name: str, mode: int) -> int:
        """Make a file that was not there."""
        return os.open(self._path / name, _NEW_FLAGS, mode)

    def rename(self, old: str, new: str) -> None:
        """Rename without replacing: Windows' own rename refuses, elsewhere a look stands before it."""
        _refuse_existing(self, new)
        (self._path / old).rename(self._path / new)

    def replace(self, old: str, new: str) -> None:
        """Rename over what is there."""
        (self._path / old).replace(self._path / new)

    def unlink(self, name: str) -> None:
        """Remove a name."""
        (self._path / name).unlink()

    def make_folder(self, name: str) -> None:
        """Make a folder in this one."""
        (self._path / name).mkdir(0o700)

    def remove_folder(self, name: str) -> None:
        """Remove an empty folder."""
        (self._path / name).rmdir()

    def hand_to(self, mode: int, group: int | None) -> None:
        """Do nothing: Windows knows no modes, and whom a share is open to is said there."""

    def flush(self) -> bool:
        """Return False: Windows gives no way to flush a folder; NTFS journals its names."""
        return False

    def status(self) -> os.stat_result:
        """Say what this folder itself is."""
        return self._path.lstat()


def _opened(handle: int, seen: os.stat_result) -> int:
    """Return `handle` if it is the regular file that was looked at; else close it and raise."""
    status = os.fstat(handle)
    if stat.S_ISREG(status.st_mode) and _same_file(status, seen):
        return handle
    os.close(handle)
    raise OSError(errno.EBUSY, "it was replaced while it was being opened")


def _refuse_existing(folder: Folder, name: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        folder.look(name)
        raise FileExistsError(errno.EEXIST, "the name is taken")


def _rename_in_one_step(handle: int, old: str, new: str) -> bool:
    """Rename by Linux' renameat2 with RENAME_NOREPLACE; False where system or file system lacks it."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if sys.platform == "linux" else None
    if call is None:
        return False
    if call(handle, os.fsencode(old), handle, os.fsencode(new), _RENAME_NOREPLACE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _NOT_OFFERED:
        return False
    raise OSError(number, os.strerror(number))
