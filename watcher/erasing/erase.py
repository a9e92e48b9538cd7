"""Delete one photo from a device, if it still is the photo that was taken in; then look again.

Threat: the camera has reused the name, a person has put another picture there, or a program still writes into the
file, and other bytes than the ones we keep are destroyed; or "deleted" is said of a file that only could not be seen.
Rule: the bytes are hashed right before they go, and it is that very file that goes.  A name can change its file between
a check and an unlink, so (1) the file is first renamed, in its own folder and without replacing anything, to a neutral
name that only we use; from then on nobody's new photo can lie under the name we unlink; (2) the renamed file is opened
and hashed, under a lease where the system offers one, so that nobody writes into it unnoticed; (3) the name must still
lead to that open file, and only then is it unlinked.  If the bytes differ the old name is given back.  The neutral name
is made from the two hashes, so that after a crash the next attempt finds the file and ends what was begun.
After that everything is opened again: a device that cannot be looked at afterwards gives Unclear, not Erased.
An attempt that finds nothing gives AlreadyGone: only the caller's log knows whether it was us, because it is called
(`note`) between the hash and the unlink, and nothing is unlinked of which it did not write that down.
Residue: without leases (not our file, network, FAT over FUSE, Windows) a program that had the file open for writing
before may write between hash and unlink: what is lost then was never a finished photo.  Whoever attacks the neutral
name on purpose, in the microseconds before the unlink, can lose a file he put there himself.  Deleted from the file
system is not overwritten: flash memory may keep it until reused.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum

from watcher.device import Device
from watcher.errors import SourceFault, SourceGone, Unsafe
from watcher.fs.content import hash_open_file
from watcher.fs.folders import HAS_FOLDER_HANDLES, Folder
from watcher.fs.system import Lease, Writer
from watcher.guard import Place, open_file, open_parent, stat_of
from watcher.quarantine import Arrival
from watcher.sort import ERASING_PREFIX
from watcher.stability import FileStat

#: Called when the bytes are proved, right before the unlink: the log writes it down; False: it could not, and the
#: file stays.  Whoever finds the file gone later, and this written down, knows that it was not moved away before.
Note = Callable[[], bool]


def _note_nothing() -> bool:
    return True


_HASH_PART = 32  # hex digits of each hash in the neutral name: 128 bits
_REFUSALS = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY})  # the system said no and did nothing


class Why(Enum):
    """Why a file was kept."""

    OTHER_BYTES = "other bytes lie at its place now"
    BEING_WRITTEN = "a program has it open for writing"
    MAY_NOT_DELETE = "the folder may not be written"
    UNREADABLE = "it cannot be read"
    UNSAFE = "its place is no longer safe to touch"
    DEVICE_UNKNOWN = "the device is not there, or is another one"
    NAME_LOST = "it could not get its name back and lies in its folder under a neutral name"
    CAME_BACK = "the same photo lies at its place again"
    NOT_NOTED = "it could not be written down that it is about to go"


@dataclass(frozen=True, slots=True)
class Erased:
    """We unlinked it, and looking again did not find it."""

    hard_links_left: int  # other names, anywhere on the volume, that still lead to the same bytes
    is_flushed: bool  # the system confirmed that the folder's new state is on the disk


@dataclass(frozen=True, slots=True)
class Kept:
    """It is still there, or may be; nothing was removed (after CAME_BACK: it was removed and is there again)."""

    why: Why


@dataclass(frozen=True, slots=True)
class AlreadyGone:
    """The device is there and the file was not, before we did anything: no proof of who removed it."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """The deletion was begun and its end could not be seen: look again when the device is back."""


Erasure = Erased | Kept | AlreadyGone | Unclear


class _Stop(Exception):
    """Ends an attempt early; leaves this module as Kept."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


def erase_photo(device: Device, arrival: Arrival, note: Note = _note_nothing) -> Erasure:
    """Delete the file of `arrival` from `device` if its bytes still are the arrival's.

    Never raises for what a device does: each outcome is a value, for the log.

    Args:
        device: where it lies.
        arrival: what was taken in.
        note: called right before the unlink.
    """
    try:
        with device.open(arrival.place.folder) as root, open_parent(root, arrival.place) as parent:
            done = _remove(parent, arrival, note)
    except SourceGone:
        done = AlreadyGone()
    except SourceFault:
        return Kept(Why.DEVICE_UNKNOWN)
    except Unsafe:
        return Kept(Why.UNSAFE)
    except _Stop as stop:
        return Kept(stop.why)
    return done if isinstance(done, Unclear) else _look_again(device, arrival, done)


def neutral_name(arrival: Arrival) -> str:
    """Return the name that this file of this photo carries while it is being deleted."""
    of_name = hashlib.sha256(os.fsencode(arrival.place.name)).hexdigest()
    return f"{ERASING_PREFIX}{arrival.sha256[:_HASH_PART]}-{of_name[:_HASH_PART]}"


def _remove(parent: Folder, arrival: Arrival, note: Note) -> Erased | AlreadyGone | Unclear:
    """Rename, hash, unlink, flush.  Raises _Stop when the file stays, under its own name wherever possible."""
    neutral, place = neutral_name(arrival), arrival.place
    # 1 an attempt that was cut off left the file under its neutral name: go on from there
    if not _is_there(parent, neutral):
        # 2 look before touching: a file of other bytes is not even renamed for a moment
        if not _is_there(parent, place.name):
            return AlreadyGone()
        with _opened(parent, place) as handle:
            _check_bytes(handle, arrival)
        # 3 take it out of everybody's reach
        if not _rename_away(parent, place.name, neutral):
            return AlreadyGone()
    # 4 hash what was renamed, 5 note that it goes, 6 unlink that very file, 7 flush
    try:
        return _unlink_if_equal(parent, replace(place, parts=(*place.parts[:-1], neutral)), arrival, note)
    except _Stop:
        _give_name_back(parent, neutral, place.name)
        raise


def _unlink_if_equal(parent: Folder, renamed: Place, arrival: Arrival, note: Note) -> Erased | Unclear:
    links_left = 0  # Windows tells of none
    with _opened(parent, renamed) as handle, Lease(handle) as lease:
        proved = _check_unwritten(handle, lease, arrival)
        if not note():
            raise _Stop(Why.NOT_NOTED)
        if stat_of(os.fstat(handle)) != proved or lease.writer() is Writer.OPEN:  # a note takes its time
            raise _Stop(Why.BEING_WRITTEN)
        _check_same_file(parent, renamed.name, handle)
        if HAS_FOLDER_HANDLES:
            before = os.fstat(handle).st_nlink
            if not _unlink(parent, renamed.name):
                return Unclear()
            links_left = _links_left(before, os.fstat(handle).st_nlink)
    if not HAS_FOLDER_HANDLES and not _unlink(parent, renamed.name):  # Windows unlinks no file that is open
        return Unclear()
    try:
        return Erased(links_left, is_flushed=parent.flush())
    except OSError:
        return Unclear()


def _links_left(before: int, after: int) -> int:
    """Return how many names are left; NFS keeps an open file under a hidden name until it is closed, and counts it."""
    return after if after < before else before - 1


def _check_unwritten(handle: int, lease: Lease, arrival: Arrival) -> FileStat:
    """Raise _Stop unless the bytes are the arrival's and nobody wrote, or waits to write, while they were hashed."""
    if lease.writer() is Writer.OPEN:
        raise _Stop(Why.BEING_WRITTEN)
    before = stat_of(os.fstat(handle))
    _check_bytes(handle, arrival)
    if stat_of(os.fstat(handle)) != before or lease.writer() is Writer.OPEN:
        raise _Stop(Why.BEING_WRITTEN)
    return before


def _check_bytes(handle: int, arrival: Arrival) -> None:
    """Raise _Stop unless the open file has the arrival's bytes."""
    try:
        if os.fstat(handle).st_size != arrival.size or hash_open_file(handle) != (arrival.sha256, arrival.size):
            raise _Stop(Why.OTHER_BYTES)
    except OSError as error:
        raise _Stop(Why.UNREADABLE) from error


def _check_same_file(parent: Folder, name: str, handle: int) -> None:
    """Raise _Stop unless `name` still leads to the open file."""
    try:
        is_same = stat_of(parent.look(name)) == stat_of(os.fstat(handle))
    except OSError as error:
        raise _Stop(Why.UNSAFE) from error
    if not is_same:
        raise _Stop(Why.UNSAFE)


def _is_there(parent: Folder, name: str) -> bool:
    try:
        parent.look(name)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _Stop(Why.UNREADABLE) from error
    return True


@contextlib.contextmanager
def _opened(parent: Folder, place: Place) -> Iterator[int]:
    """Open the file, or raise _Stop."""
    try:
        handle = open_file(parent, place)
    except Unsafe as error:
        raise _Stop(Why.UNSAFE) from error
    except SourceFault as error:
        raise _Stop(Why.UNREADABLE) from error
    try:
        yield handle
    finally:
        os.close(handle)


def _rename_away(parent: Folder, name: str, neutral: str) -> bool:
    """Rename; False when the file went away first."""
    try:
        parent.rename(name, neutral)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _Stop(_why_not_changed(error)) from error
    return True


def _unlink(parent: Folder, name: str) -> bool:
    """Unlink; False when the device failed and nobody knows whether it happened."""
    try:
        parent.unlink(name)
    except OSError as error:
        if error.errno in _REFUSALS:
            raise _Stop(_why_not_changed(error)) from error
        return False
    return True


def _why_not_changed(error: OSError) -> Why:
    return Why.MAY_NOT_DELETE if error.errno in _REFUSALS else Why.UNREADABLE


def _give_name_back(parent: Folder, neutral: str, name: str) -> None:
    """Undo the renaming without replacing a file that has taken the name meanwhile."""
    try:
        parent.rename(neutral, name)
        parent.flush()
    except FileNotFoundError:
        return  # somebody removed it under its neutral name: there is nothing to give back
    except OSError as error:
        raise _Stop(Why.NAME_LOST) from error


def _look_again(device: Device, arrival: Arrival, done: Erased | AlreadyGone) -> Erasure:
    """Open everything again and search both names for the photo's bytes; what cannot be seen is not certified."""
    place = arrival.place
    try:
        with device.open(place.folder) as root, open_parent(root, place) as parent:
            names = (place.name, neutral_name(arrival))
            return Kept(Why.CAME_BACK) if any(_has_bytes(parent, name, arrival) for name in names) else done
    except SourceGone:
        return done  # the folder itself is gone from a device that is there
    except (SourceFault, Unsafe, _Stop):
        return Unclear() if isinstance(done, Erased) else Kept(Why.DEVICE_UNKNOWN)


def _has_bytes(parent: Folder, name: str, arrival: Arrival) -> bool:
    """Say whether the arrival's bytes lie at `name`; raises _Stop when that cannot be seen."""
    if not _is_there(parent, name):
        return False
    try:
        with _opened(parent, replace(arrival.place, parts=(*arrival.place.parts[:-1], name))) as handle:
            _check_bytes(handle, arrival)
    except _Stop as stop:
        if stop.why is Why.UNREADABLE:
            raise
        return False  # other bytes, or a link: not the photo
    return True
