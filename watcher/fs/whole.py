"""Write a file whole: under its name lies all of it, or what lay there before.

Threat: a file that is short, empty or only in memory lies under a name that others trust; a file that was there is
replaced unasked; two writers mix; what somebody put there instead is read without end (a sparse file of a terabyte
takes no room on a share, and all of this machine's memory).
Rule: (1) a temporary file, made exclusively, (2) written and brought to the disk, (3) read back from there and
compared, (4) renamed, (5) the folder brought to the disk.  A fault before 4 leaves at most the temporary, after it
the whole file, of which nothing was claimed yet.
Residue: a killed program leaves its temporary until `sweep_parts`, and a sweep while another machine writes here makes
that one fail and try again (locks were rejected: over SMB a locked file cannot be read back); a disk that answers a
read from its own memory can lie.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
from collections.abc import Iterator

from watcher.fs.folders import Folder
from watcher.fs.system import bring_to_disk, drop_from_memory

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})  # the system's numbers for "no room"
#: Of a file that is read into memory: the sealed original of the largest photo that is taken in (1 GiB,
#: watcher/quarantine.py), which is 16 bytes longer for each 64 KiB, and its header.
MOST_BYTES = (1 << 30) + (1 << 20)
# The second spelling is the former one of redact's own files: what a killed former version left goes as well.
_PART_NAME = re.compile(r"[0-9a-f]{32}\.part|\.redact-[a-z0-9_]{8}\.part")


def is_part(name: str) -> bool:
    """Say whether a file is called as our temporaries are."""
    return _PART_NAME.fullmatch(name) is not None


def new_part_name() -> str:
    """Return a name for a temporary that nobody else has."""
    return f"{secrets.token_hex(16)}.part"


@contextlib.contextmanager
def unfinished(folder: Folder) -> Iterator[str]:
    """Give the name of a temporary to be made in `folder` and renamed; after any fault nothing lies at it."""
    part = new_part_name()
    try:
        yield part
    except BaseException:
        with contextlib.suppress(OSError):  # the sweep finds it
            folder.unlink(part)
        raise


def write_whole(folder: Folder, name: str, content: bytes, mode: int) -> None:
    """Write `content` to `name` in `folder`, over what lies there, and bring it to the disk.

    Args:
        folder: an open one.
        name: one component.
        content: all of it.
        mode: of the file, less what the process's umask takes.

    Raises:
        OSError: it could not be written; what lay at `name` lies there still, or all of `content` does.
    """
    with unfinished(folder) as part:
        _write_proved(folder, part, content, mode)
        folder.replace(part, name)
    folder.flush()


def write_once(folder: Folder, name: str, content: bytes, mode: int) -> bool:
    """Write `content` to `name` in `folder` as `write_whole` does, but never over what lies there.

    Returns:
        True when it was written, False when the name was taken (nothing was changed).

    Raises:
        OSError: it could not be written; either nothing lies at `name`, or all of `content` does.
    """
    try:
        with unfinished(folder) as part:
            _write_proved(folder, part, content, mode)
            folder.rename(part, name)
    except FileExistsError:
        return False
    folder.flush()
    return True


def read_back(folder: Folder, name: str, most_bytes: int = MOST_BYTES) -> bytes:
    """Return what lies at `name`, read from the disk rather than from memory where the system offers that.

    Args:
        folder: open.
        name: of the file.
        most_bytes: more than any file of ours has there: what is larger, or grows meanwhile, is not read to its end.

    Raises:
        OSError: nothing lies there, it is no regular file, is larger, or cannot be read.
    """
    with os.fdopen(folder.open_file(name), "rb") as file:
        drop_from_memory(file.fileno())
        if os.fstat(file.fileno()).st_size > most_bytes or len(found := file.read(most_bytes + 1)) > most_bytes:
            raise OSError(errno.EOVERFLOW, "it is larger than any file that is put there")
        return found


def sweep_parts(folder: Folder) -> int:
    """Remove the temporaries that a killed program left and return how many; call it before anything is written.

    Raises:
        OSError: the folder cannot be read or written.
    """
    left = [name for name, _ in folder.entries() if is_part(name)]
    for name in left:
        with contextlib.suppress(FileNotFoundError):  # another one swept it, or it has its name now
            folder.unlink(name)
    if left:
        folder.flush()
    return len(left)


def write_all(handle: int, content: bytes) -> None:
    """Write all of `content` to an open file; the system may take less at a time.

    Raises:
        OSError: it cannot be written.
    """
    view = memoryview(content)
    while view:
        view = view[os.write(handle, view) :]


def _hand_on(handle: int, mode: int) -> None:
    """Let those read a file whom it was made for, whatever the process's umask; a card's file system knows no modes."""
    if mode & 0o077 and hasattr(os, "fchmod") and os.fstat(handle).st_mode & 0o777 != mode:
        with contextlib.suppress(OSError):
            os.fchmod(handle, mode)


def _write_proved(folder: Folder, part: str, content: bytes, mode: int) -> None:
    handle = folder.create(part, mode)
    try:
        write_all(handle, content)
        _hand_on(handle, mode)
        bring_to_disk(handle)
    finally:
        os.close(handle)
    if read_back(folder, part) != content:
        raise OSError(errno.EIO, "what was read back is not what was written")
