"""Which files the user means, and their bytes.

Threat: a folder may hold links that lead out of it, pipes that never end, devices, files nobody may read, and
files without end.
Rule: only regular files are opened, links are never followed, and no more than the limit is read.
Accepted residue: a file that changes while it is read gives one photo or a broken one, never a mix of two: the
hash in the report is of the bytes that were used.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from redact.errors import PictureHeld, PictureRefused, UsageError
from redact.redaction.picture.limits import DEFAULT_LIMITS
from redact.system.machine import open_unfollowed
from redact.system.printing import printable
from watcher.fs import is_link


@dataclass(frozen=True, slots=True)
class Item:
    """One file to redact: where it lies, and what the report calls it."""

    path: Path
    source: str  # as found under INPUT, "/" between parts


def gather(inputs: Sequence[Path], leave_out: Path | None = None) -> tuple[Item, ...]:
    """Return the files that `inputs` name, folders walked recursively and sorted.

    Args:
        inputs: files and folders.
        leave_out: a folder that is not walked: the output folder, where it lies inside an input.

    Raises:
        UsageError: an input does not exist, or is the folder to leave out.
    """
    items: list[Item] = []
    for given in inputs:
        if not os.path.lexists(given):
            raise UsageError(f"There is no file or folder {printable(str(given))}. Check the spelling.")
        if leave_out is not None and _is_same(given, leave_out):
            raise UsageError(
                "The output folder is also an input; its copies would be redacted again. Choose another --out."
            )
        if given.is_dir():
            items += [Item(path, path.relative_to(given).as_posix()) for path in _walk(given, leave_out)]
        else:
            items.append(Item(given, given.name))
    return tuple(items)


def _walk(folder: Path, leave_out: Path | None) -> Iterator[Path]:
    """Yield the files below `folder`, sorted; linked folders are yielded as what they are, not entered."""
    try:
        entries = sorted(folder.iterdir(), key=lambda path: os.fsencode(path.name))
    except OSError:
        yield folder  # reading it says why
        return
    for path in entries:
        if not _is_folder(path):
            yield path
        elif leave_out is None or not _is_same(path, leave_out):
            yield from _walk(path, leave_out)


def _is_folder(path: Path) -> bool:
    """Say whether this is a folder itself: no link to one, and no junction of Windows, which may lead in a circle."""
    try:
        look = path.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(look.st_mode) and not is_link(look)


def _is_same(path: Path, other: Path) -> bool:
    return other.exists() and path.samefile(other)


def read_photo(path: Path, limit_bytes: int = DEFAULT_LIMITS.max_bytes) -> bytes:
    """Return the bytes of a regular file.

    Raises:
        PictureRefused: a link, a folder, a pipe, a device, or larger than `limit_bytes`.
        PictureHeld: it may be a photo but cannot be read now.
    """
    if path.is_symlink():
        raise PictureRefused("This is a link, and links are never followed. Give the file that it points to.")
    try:
        handle = open_unfollowed(path)
    except OSError as error:
        raise PictureHeld(
            f"The file cannot be read: {error.strerror}. Check its permissions and the device."
        ) from error
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise PictureRefused("This is not a file but a folder, a pipe or a device. Only files are redacted.")
        with os.fdopen(handle, "rb", closefd=False) as file:
            data = file.read(limit_bytes + 1)
    except OSError as error:
        raise PictureHeld(f"Reading stopped: {error.strerror}. Check the device and try again.") from error
    finally:
        os.close(handle)
    if len(data) > limit_bytes:
        raise PictureRefused(
            f"The file is larger than {limit_bytes // 1_000_000} MB; no photo of a phone or camera is."
        )
    return data


def read_file(path: Path, limit_bytes: int = 50_000_000) -> bytes:
    """Return the bytes of a file the user named on purpose (a roll, a truth file); links are followed.

    Raises:
        UsageError: it cannot be read, or is larger than `limit_bytes`.
    """
    try:
        with path.open("rb") as file:
            data = file.read(limit_bytes + 1)
    except OSError as error:
        raise UsageError(f"Cannot read {printable(str(path))}: {error.strerror}. Check the path.") from error
    if len(data) > limit_bytes:
        raise UsageError(f"{printable(str(path))} is larger than {limit_bytes // 1_000_000} MB; is it the right file?")
    return data
