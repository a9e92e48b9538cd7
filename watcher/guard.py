"""Path safety: which files may be touched at all, and how they are reached.

Threat: whoever can write into a drop folder (a pupil, a synced phone, a card from elsewhere) may try to have a file
read, copied or deleted that is not a photo in that folder: by a link at any depth, `..`, a pipe or device node that
hangs or acts when opened, a folder of another file system mounted inside, a name made to confuse a log or a screen;
or a device folder set up around the workspace's own folders (or the other way round), or these seen a second time
inside one by another mount, so that the watcher eats its output.
Rule: a place is a tuple of single names below the device's folder, walked one open handle at a time, no link followed
at any of them, no file system border crossed, regular files only.  A name is bytes that the file system gave us: it
is used to reach the file and never printed, folded or normalised, so two names that look alike are two files.  A
device's folders and the workspace's are apart by the identity of every folder on the way, not by the spelling of paths;
and a folder that holds a marker of ours (a vault, trust storage, a workspace, another device) is never entered, neither
on a walk nor on the way to a file that is to be copied or deleted.
Residue: a hard link to a file elsewhere looks like any file (deleting it removes only the link, and erase.py reports
the names that remain); a single file mounted inside the folder is not noticed; on Windows see folders.py.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from watcher.errors import FoldersOverlap, SourceFault, SourceGone, Unsafe, system_reason
from watcher.fs.folders import HAS_FOLDER_HANDLES, Folder, is_link
from watcher.sort import OUR_MARKERS
from watcher.stability import FileStat

MayEnter = Callable[[tuple[str, ...]], bool]  # given the names of a folder below the root
Way = Sequence[object]  # what a folder is, and each one above it: see `way_down`

MAX_DEPTH = 32  # folders below the device's; cameras use 2, the limit keeps the number of open handles small
MAX_NAME_BYTES = 1024  # ext4 and NTFS end at 255 units; some network file systems allow more

LINK = "it is a link"
IRREGULAR = "it is not a regular file"
OTHER_VOLUME = "another volume is mounted there"
TOO_DEEP = f"it lies more than {MAX_DEPTH} folders deep"
AROUND = "around"  # of two folders: the second holds the first
OURS = "it carries a marker of this program: it is a vault, trust storage, a workspace or another device's folder"
UNREADABLE = "this account may not read it; once it may, it is taken in"
_OUR_OWN_LIMITS = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM})  # say nothing of what was to be read


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file lies: a device, one of its folders, and the names on the way.  Prints without the names."""

    device_id: str
    parts: tuple[str, ...] = field(repr=False)
    folder: int = 0  # 0: the device's root, 1..: its further folders, below 0: see device.py

    def __post_init__(self) -> None:
        """Raise Unsafe for anything but plain names, one per part."""
        why = _why_not(self.parts)
        if why is not None:
            raise Unsafe(self.device_id, why)

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.parts[-1]


def _why_not(parts: tuple[str, ...]) -> str | None:
    """Return why these names are no place, or None."""
    if not parts:
        return "it has no name"
    if len(parts) > MAX_DEPTH + 1:
        return TOO_DEEP
    for part in parts:
        if part in {"", ".", ".."} or "/" in part or "\0" in part:
            return "its name leads elsewhere"
        if not HAS_FOLDER_HANDLES and ("\\" in part or ":" in part):  # Windows: a path, a drive, a hidden stream
            return "its name leads elsewhere"
        if len(os.fsencode(part)) > MAX_NAME_BYTES:
            return "its name is too long"
    return None


def stat_of(status: os.stat_result) -> FileStat:
    """Return what a file looks like from outside."""
    return FileStat(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev)


@dataclass(frozen=True, slots=True)
class Entry:
    """A regular file met on a walk."""

    place: Place
    status: os.stat_result = field(repr=False)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something met on a walk that is not touched; `place` may be a folder."""

    place: Place
    why: str
    is_special: bool = False  # a link, or no regular file: no folder that could hold photos
    is_unread: bool = False  # the system refused or failed there: what lies there is not known


def open_parent(root: Folder, place: Place) -> Folder:
    """Open the folder in which `place` lies, one name at a time from the device's open `root`.

    Raises:
        Unsafe: a link, something else than a folder, or another file system is in the way.
        SourceGone: a folder on the way is missing.
        SourceFault: the device does not answer.
    """
    with contextlib.ExitStack() as ways:
        folder = ways.enter_context(root.again())
        for name in place.parts[:-1]:
            folder = ways.enter_context(_open_below(folder, name, place))
        return folder.again()


def _open_below(folder: Folder, name: str, place: Place) -> Folder:
    with _translated(place, folder, name):
        below = folder.folder(name)
    with contextlib.ExitStack() as opened:
        opened.enter_context(below)
        if below.status().st_dev != folder.status().st_dev:
            raise Unsafe(place.device_id, OTHER_VOLUME)
        with _translated(place, folder, name):
            is_ours = holds_marker(below)
        if is_ours:
            raise Unsafe(place.device_id, OURS)
        opened.pop_all()
    return below


def holds_marker(folder: Folder, markers: Sequence[str] = OUR_MARKERS) -> bool:
    """Say whether one of the markers lies in an open folder, whatever it is: a link or a folder of that name too.

    Raises:
        OSError: that cannot be seen.
    """
    for name in markers:
        with contextlib.suppress(FileNotFoundError):
            folder.look(name)
            return True
    return False


def open_file(parent: Folder, place: Place) -> int:
    """Open the file at `place` for reading, from its open folder; a regular file and nothing else.

    Raises:
        Unsafe: it is a link, a pipe, a device node, a folder, or was replaced while it was opened.
        SourceGone: it is not there.
        SourceFault: it may not be read, or the device does not answer.
    """
    with _translated(place, parent, place.name):
        return parent.open_file(place.name)


@contextlib.contextmanager
def _translated(place: Place, folder: Folder, name: str) -> Iterator[None]:
    """Turn what the system says into our errors, none of which carries a name."""
    try:
        yield
    except FileNotFoundError as error:
        raise SourceGone(place.device_id) from error
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENXIO, errno.ENOTDIR, errno.ENAMETOOLONG}:
            raise Unsafe(place.device_id, _what_lies_there(folder, name)) from error
        raise SourceFault(place.device_id, system_reason(error)) from error


def _what_lies_there(folder: Folder, name: str) -> str:
    try:
        status = folder.look(name)
    except OSError:
        return "it changed while it was opened"
    if is_link(status):
        return LINK
    return "it changed while it was opened" if stat.S_ISREG(status.st_mode) else IRREGULAR


def walk(root: Folder, device_id: str, may_enter: MayEnter, folder: int = 0) -> Iterator[Entry | Refusal]:
    """Give every regular file below `root`, and what was refused; folders that `may_enter` denies are left out.

    What cannot be read, one file or a folder with all that lies in it, is refused by its place, and the rest is walked.

    Raises:
        SourceFault: the root itself cannot be listed, at first or after a fault below it (the device does not answer).
    """
    try:
        for item in _walk(root, Place(device_id, ("-",), folder), (), may_enter):
            if isinstance(item, Refusal) and item.is_unread:
                root.names()  # nothing is said of one place on a device that is gone
            yield item
    except OSError as error:
        raise SourceFault(device_id, system_reason(error)) from error


def _walk(here: Folder, origin: Place, above: tuple[str, ...], may_enter: MayEnter) -> Iterator[Entry | Refusal]:
    volume, below = here.status().st_dev, []
    for name, status in _look_at_all(here):
        place = Place(origin.device_id, (*above, name), origin.folder)
        if isinstance(status, OSError):
            yield _refused(place, status)
        elif stat.S_ISDIR(status.st_mode) and not is_link(status):
            below.append(place)
        elif is_link(status):
            yield Refusal(place, LINK, is_special=True)
        elif stat.S_ISREG(status.st_mode):
            yield Entry(place, status)
        else:
            yield Refusal(place, IRREGULAR, is_special=True)
    for place in below:
        if may_enter(place.parts):
            yield from _walk_below(here, place, volume, may_enter)


def _look_at_all(here: Folder) -> Iterator[tuple[str, os.stat_result | OSError]]:
    """Give each name and what lies there, or why nobody can see it.

    Raises:
        OSError: the folder cannot be listed, or nothing in it can be looked at: then it is the folder that is refused.
    """
    is_any_seen, faults, missing = False, list[tuple[str, OSError]](), dict[str, OSError]()
    for name in here.names():
        try:
            status = here.look(name)
        except FileNotFoundError as error:
            missing[name] = error
        except OSError as error:
            faults.append((name, error))
        else:
            is_any_seen = True
            yield name, status
    if faults and not is_any_seen:
        raise faults[0][1]
    # Not gone meanwhile: a file system that cannot spell a name (FAT without UTF-8) lists it and does not find it.
    faults += [(name, missing[name]) for name in (here.names() if missing else ()) if name in missing]
    yield from faults


def _walk_below(here: Folder, place: Place, volume: int, may_enter: MayEnter) -> Iterator[Entry | Refusal]:
    if len(place.parts) > MAX_DEPTH:
        yield Refusal(place, TOO_DEEP)
        return
    try:
        with here.folder(place.name) as folder:
            if folder.status().st_dev != volume:
                yield Refusal(place, OTHER_VOLUME)
            elif holds_marker(folder):
                yield Refusal(place, OURS)
            else:
                yield from _walk(folder, place, place.parts, may_enter)
    except FileNotFoundError:
        return  # it went away meanwhile: as if it had never been listed
    except NotADirectoryError:
        yield Refusal(place, LINK, is_special=True)
    except OSError as error:
        yield _refused(place, error)


def _refused(place: Place, error: OSError) -> Refusal:
    """Return that nobody can look at a file or folder; a limit of this machine is no fault of it, and is raised."""
    if error.errno in _OUR_OWN_LIMITS:
        raise error
    why = UNREADABLE if isinstance(error, PermissionError) else f"it cannot be read ({system_reason(error)})"
    return Refusal(place, why, is_unread=True)


def is_over(root: Folder, place: Place) -> bool:
    """Say whether nothing lies at a place that was refused, or it is a folder that can be read by now.

    What cannot be seen is not over; nor is a name that leads nowhere and is listed still.

    Args:
        root: open, of the device.
        place: in it.
    """
    try:
        with open_parent(root, place) as parent:
            try:
                status = parent.look(place.name)
            except FileNotFoundError:
                return place.name not in parent.names()
        return stat.S_ISDIR(status.st_mode) and not is_link(status) and _is_readable(root, place)
    except (SourceGone, FileNotFoundError):
        return True
    except (SourceFault, Unsafe, OSError):
        return False


def _is_readable(root: Folder, place: Place) -> bool:
    """Say whether a walk enters a folder and sees what lies in it; raises where it does not."""
    with open_parent(root, replace(place, parts=(*place.parts, "-"))) as folder:
        for _ in walk(folder, place.device_id, lambda _: False):
            pass
    return True


def check_apart(ours: Sequence[Path], theirs: Sequence[Path]) -> None:
    """Check that no folder of `ours` (the workspace) is, holds, or lies in one of `theirs` (a device), links resolved.

    Raises:
        FoldersOverlap: some pair is the same folder, or one lies inside the other.
    """
    their_ways = [(their, way_down(their)) for their in theirs]
    for our in ours:
        our_way = way_down(our)
        for their, their_way in their_ways:
            relation = relation_of(our_way, their_way)
            if relation is not None:
                raise FoldersOverlap(relation, str(our), str(their))


def relation_of(ours: Way, theirs: Way) -> str | None:
    """Say how the folder of the second way lies to that of the first, or None when they are apart."""
    if ours[0] in theirs:
        return "the same as" if ours[0] == theirs[0] else "inside"
    return AROUND if theirs[0] in ours else None


def way_down(path: Path) -> Way:
    """Return the identity of `path` and of each folder above it, links resolved; where nothing exists, the path."""
    real = Path(os.path.realpath(path))
    return [_identity(folder) for folder in (real, *real.parents)]


def _identity(folder: Path) -> object:
    """Return volume and inode (they see through mounts and names in other case), or the path when it is not there."""
    try:
        status = folder.stat()
    except OSError:
        return folder
    return (status.st_dev, status.st_ino)
