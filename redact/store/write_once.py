"""Write a file once: whole under its name, or not there.

Threat: a file that is short, empty or only in memory lies under a name that others trust; a file that was there is
replaced; two writers mix; a folder that is empty because its volume is out is taken for one that holds nothing.
Rule: (1) a temporary file, made exclusively, (2) written and brought to the disk, (3) read back from there
and compared, (4) renamed without replacing anything, (5) the folder brought to the disk.  A fault before 4 leaves at
most the temporary, after it the whole file, of which nothing was claimed yet.  A folder proves by a marker file,
written when the workspace was made, that it is there.
Residue: a killed program leaves its temporary until `sweep_parts`, and a sweep while another machine writes here makes
that one fail and try again (locks were rejected: over SMB a locked file cannot be read back); a disk that answers a
read from its own memory can lie; the marker tells a missing volume from an empty one, not one workspace's from
another's.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path

from redact.system.machine import sync_folder
from watcher.errors import said_by
from watcher.fs.folders import Folder, open_top
from watcher.fs.system import drop_from_memory

_PART_NAME = re.compile(r"[0-9a-f]{32}\.part")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


class Unmarked(Exception):
    """The folder is there and its marker is not."""


def keep_once(folder: Folder, name: str, make: Callable[[], bytes], mode: int) -> bytes:
    """Write what `make` gives to `name` in `folder` unless the name is taken, and return what lies there now.

    Raises:
        OSError: it could not be written or read; either nothing lies at `name`, or all of a file does.
    """
    # another thread may be first: then its file is the one, and ours is dropped
    is_ours = not is_there(folder, name) and write_once(folder, name, make(), mode)
    found = read_back(folder, name)
    if not is_ours:  # a file that a killed program named may not be on the disk yet
        folder.flush()
    return found


def write_once(folder: Folder, name: str, content: bytes, mode: int) -> bool:
    """Write `content` to `name` in `folder` and bring it to the disk.

    Returns:
        True when it was written, False when the name was taken (nothing was changed).

    Raises:
        OSError: it could not be written; either nothing lies at `name`, or all of `content` does.
    """
    part = f"{secrets.token_hex(16)}.part"
    try:
        _write_part(folder, part, content, mode)
        if read_back(folder, part) != content:
            raise OSError(errno.EIO, "what was read back is not what was written")
        folder.rename(part, name)
    except FileExistsError:
        _drop(folder, part)
        return False
    except BaseException:
        _drop(folder, part)
        raise
    folder.flush()
    return True


def _write_part(folder: Folder, part: str, content: bytes, mode: int) -> None:
    handle = folder.create(part, mode)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(handle, view) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def _drop(folder: Folder, part: str) -> None:
    with contextlib.suppress(OSError):  # the sweep finds it
        folder.unlink(part)


def read_back(folder: Folder, name: str) -> bytes:
    """Return what lies at `name`, read from the disk rather than from memory where the system offers that.

    Raises:
        OSError: nothing lies there, it is no regular file, or it cannot be read.
    """
    with os.fdopen(folder.open_file(name), "rb") as file:
        drop_from_memory(file.fileno())
        return file.read()


def remove(folder: Folder, name: str) -> None:
    """Remove `name`, bring the folder to the disk and look again; a name that is not there is no fault.

    Raises:
        OSError: it is still there, or that cannot be seen.
    """
    with contextlib.suppress(FileNotFoundError):
        folder.unlink(name)
    folder.flush()
    if is_there(folder, name):
        raise OSError(errno.EBUSY, "what was removed is still there")


def is_there(folder: Folder, name: str) -> bool:
    """Say whether anything lies at `name`.

    Raises:
        OSError: that cannot be seen.
    """
    try:
        folder.look(name)
    except FileNotFoundError:
        return False
    return True


def sweep_parts(folder: Folder) -> int:
    """Remove the temporaries that a killed program left and return how many; call it before anything is written.

    Raises:
        OSError: the folder cannot be read or written.
    """
    left = [name for name, _ in folder.entries() if _PART_NAME.fullmatch(name)]
    for name in left:
        with contextlib.suppress(FileNotFoundError):  # another one swept it, or it has its name now
            folder.unlink(name)
    if left:
        folder.flush()
    return len(left)


def make_marked(path: Path, marker: str, mode: int) -> None:
    """Make the folder `path` where it is missing, with its marker; once is as good as twice.

    Raises:
        OSError: it is a file, or may not be made.
    """
    path.mkdir(mode=mode, parents=True, exist_ok=True)
    sync_folder(path.parent)
    with open_top(path.resolve()) as folder:
        write_once(folder, marker, _marker_text(marker), 0o600)


def open_marked(path: Path, marker: str) -> Folder:
    """Open the folder `path`, proved by its marker; a link to it is the administrator's and is followed.

    Raises:
        Unmarked: it is there without its marker: a volume that is out, or another folder.
        OSError: it is missing or does not open.
    """
    folder = open_top(path.resolve())
    try:
        if read_back(folder, marker) != _marker_text(marker):
            raise Unmarked
    except FileNotFoundError as error:
        folder.__exit__(None, None, None)
        raise Unmarked from error
    except BaseException:
        folder.__exit__(None, None, None)
        raise
    return folder


def _marker_text(marker: str) -> bytes:
    return f"{marker.lstrip('.')} 1\n".encode()


def why_not(error: OSError | Unmarked) -> str:
    """Return what went wrong as a part of a sentence, without any path."""
    if isinstance(error, Unmarked):
        return "it is not the folder that the workspace was made with, its marker is missing (is the volume connected?)"
    if error.errno in _FULL:
        return "the disk is full"
    return "it may not be written" if error.errno in _REFUSED else said_by(error)
