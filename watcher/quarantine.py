"""Take a photo in: one copy from the device into quarantine, proved before it is claimed.

Threat: a copy that is short, mixed from two states of a file, or never reached the disk is later taken for the photo,
and the device's own copy is deleted on its strength; or a copy lies open to other users, under a telling name.
Rule: hash while copying, compare the source before and after, bring the copy to the disk, read it back from there and
compare; only then does it get its name, which is its hash.  Mode 0600, made exclusively, never under the photo's name.
On any fault nothing is left.
Residue: a program killed in between leaves a `.part` file (`sweep` removes it at the next start); a disk that answers
a read from its own memory can lie; a source changed and set back in between, times included, is not noticed by its
times, but the copy is still exactly what was read and hashed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from watcher.device import Device
from watcher.errors import QuarantineFault, SourceFault, SourceGone, system_reason
from watcher.fs import system
from watcher.fs.content import CHUNK_BYTES, hash_open_file
from watcher.fs.folders import Folder, open_top
from watcher.fs.whole import FULL, sweep_parts, unfinished, write_all
from watcher.guard import Place, open_file, open_parent, stat_of
from watcher.stability import FileStat

MAX_PHOTO_BYTES = 1 << 30  # bytes; a 100-megapixel TIFF at 16 bits has 600 MB
RESERVE_BYTES = 64 << 20  # bytes that stay free on our disk, for the audit log and the database beside the quarantine


@dataclass(frozen=True, slots=True)
class Arrival:
    """A photo that is safely in quarantine."""

    sha256: str  # 64 hex digits, of the bytes
    size: int  # bytes
    name: str  # in the quarantine folder; the same bytes always get the same name
    place: Place  # where it was found
    stat: FileStat  # what the source looked like, before and after the copy


class NotTaken(Enum):
    """Why nothing was taken in; nothing is left in quarantine, the device is untouched."""

    CHANGED = "the file changed while it was being copied"
    GONE = "the file went away"
    TOO_LARGE = "the file is larger than any photo"


class _Changed(Exception):
    """The source is not what it was; leaves this module as NotTaken.CHANGED."""


def take_in(device: Device, place: Place, seen: FileStat, quarantine: Path) -> Arrival | NotTaken:
    """Copy the photo at `place` into `quarantine`, if it still looks as `seen`, and prove the copy.

    Raises:
        Unsafe: it is not a regular file inside the device's folder.
        SourceFault: the device is not (or no longer) there, or the file may not be read.
        QuarantineFault: our disk is full or refuses.
    """
    if seen.size > MAX_PHOTO_BYTES:
        return NotTaken.TOO_LARGE
    try:
        with (
            device.open(place.folder) as root,
            open_parent(root, place) as parent,
            _opened(parent, place) as source,
            _top(quarantine) as folder,
        ):
            _check_room(quarantine, seen.size)
            sha256, name = _copy_and_prove(source, folder, seen, parent, place)
    except SourceGone:
        return NotTaken.GONE
    except _Changed:
        return NotTaken.CHANGED
    return Arrival(sha256, seen.size, name, place, seen)


def _copy_and_prove(source: int, folder: Folder, seen: FileStat, parent: Folder, place: Place) -> tuple[str, str]:
    """Return the hash and the quarantine name of the proved copy of the open `source`."""
    with unfinished(folder) as part:
        # 1 the source looks as it did, 2 copy and hash, 3 the copy is on the disk
        _check_unchanged(source, seen, parent, place)
        sha256 = _copy(source, folder, part, seen.size, place.device_id)
        # 4 the source still looks so, and its name still leads to it
        _check_unchanged(source, seen, parent, place)
        # 5 what is on the disk is what was read
        _check_copy(folder, part, sha256)
        # 6 the name is the content; the same photo taken in twice replaces its equal
        name = f"{sha256}.photo"
        with _our_disk():
            folder.replace(part, name)
            folder.flush()
        return sha256, name


def _check_unchanged(source: int, seen: FileStat, parent: Folder, place: Place) -> None:
    try:
        is_unchanged = stat_of(os.fstat(source)) == seen == stat_of(parent.look(place.name))
    except FileNotFoundError as error:
        raise _Changed from error
    except OSError as error:
        raise SourceFault(place.device_id, system_reason(error)) from error
    if not is_unchanged:
        raise _Changed


def _copy(source: int, folder: Folder, part: str, size: int, device_id: str) -> str:
    """Copy at most `size` bytes and one chunk into a new file, and return the hash; a growing file ends there."""
    digest, copied = hashlib.sha256(), 0
    with _our_disk():
        target = folder.create(part, 0o600)
    try:
        while (chunk := _read(source, device_id)) and copied <= size:
            digest.update(chunk)
            copied += len(chunk)
            with _our_disk():
                write_all(target, chunk)
        if copied != size:
            raise _Changed
        with _our_disk():
            system.bring_to_disk(target)
            system.drop_from_memory(target)
    finally:
        with _our_disk():
            os.close(target)
    return digest.hexdigest()


def _read(source: int, device_id: str) -> bytes:
    try:
        return os.read(source, CHUNK_BYTES)
    except OSError as error:
        raise SourceFault(device_id, system_reason(error)) from error


def _check_copy(folder: Folder, part: str, sha256: str) -> None:
    with _our_disk():
        handle = folder.open_file(part)
        try:
            found, _ = hash_open_file(handle)
        finally:
            os.close(handle)
    if found != sha256:
        raise QuarantineFault("what was read back is not what was written")


def _check_room(quarantine: Path, size: int) -> None:
    with _our_disk():
        free = system.free_bytes(quarantine)
    if free < size + RESERVE_BYTES:
        raise QuarantineFault("the disk is full")


def sweep(quarantine: Path) -> int:
    """Remove the unfinished copies that a killed program left, and return how many; call it before watching.

    Raises:
        QuarantineFault: the folder cannot be read or written.
    """
    with _top(quarantine) as folder, _our_disk():
        return sweep_parts(folder)


@contextlib.contextmanager
def _top(quarantine: Path) -> Iterator[Folder]:
    with _our_disk():
        folder = open_top(quarantine)
    with folder:
        yield folder


@contextlib.contextmanager
def _opened(parent: Folder, place: Place) -> Iterator[int]:
    handle = open_file(parent, place)
    try:
        yield handle
    finally:
        os.close(handle)


@contextlib.contextmanager
def _our_disk() -> Iterator[None]:
    """Turn what our own disk says into a QuarantineFault."""
    try:
        yield
    except OSError as error:
        why = "the disk is full" if error.errno in FULL else system_reason(error)
        raise QuarantineFault(why) from error
