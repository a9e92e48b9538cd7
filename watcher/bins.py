"""Bins: the trash folders at the top of a volume and nothing else of it, and what was thrown away on a device.

Threat: a photo that was never taken in lies in a bin, where nobody looks: for the school it is deleted, for whoever
finds the card it is not.
Rule: what lies in a bin of the device's own folders, or is marked as thrown away, is found by its name; of a card of
the trust the bins at the top of its volume too.  A bin of a volume or of this account that others use too is asked
where each thing in it came from (freedesktop.org's trash specification), and what came from the device's folders is
the device's.  A bin that cannot be looked into is reported, not left out.
Residue: what in a shared bin does not say where it came from (Windows, macOS) is nobody's.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

from watcher.device import MACHINE_TRASH, VOLUME_TOP, Device, DeviceKind, outer_folders, volume_of
from watcher.errors import SourceFault, Unsafe, system_reason
from watcher.fs.folders import Folder, is_link
from watcher.guard import (
    LINK,
    MAX_DEPTH,
    OTHER_VOLUME,
    TOO_DEEP,
    Entry,
    Place,
    Refusal,
    open_file,
    open_parent,
    walk,
)
from watcher.sort import Sorted, is_trash, is_unfinished, may_enter, sort_binned

_INFO_BYTES = 8192  # of a file that says where something in a bin came from; a path has up to 4096
_CAME_FROM = re.compile(rb"^Path=(.+)$", re.MULTILINE)


def sort_in_bin(place: Place) -> Sorted | None:
    """Return what lies in a bin at `place`; None for what lies in no bin, and for what nobody would miss in one."""
    above = (".Trash",) if place.folder in MACHINE_TRASH else ()  # where the folder itself is the bin
    return sort_binned((*above, *place.parts))


def walk_bins(device: Device, now_s: float) -> Iterator[Entry | Refusal]:
    """Give the photos, films and RAW photos that lie in the bins of a device, and the bins that were refused.

    A folder that could not be read is given too, whatever it is: bins may lie in it.

    Args:
        device: that proves to be there.
        now_s: seconds of the epoch: a file marked as pending and changed of late is still being written.

    Raises:
        SourceFault: a folder of it does not open: nothing is known of what lies there.
    """
    for folder in _own_folders(device):
        with device.open(folder) as root:
            everything = walk(root, device.record.id, lambda parts: is_trash(parts[-1]) or may_enter(parts[-1]), folder)
            items = trash_at(root, device) if folder == VOLUME_TOP else everything
            yield from (item for item in items if _is_binned(item, now_s))
    for folder in outer_folders(device.record):
        if folder not in _own_folders(device):
            yield from _walk_shared(device, folder)


def _is_binned(item: Entry | Refusal, now_s: float) -> bool:
    """Say whether what was met on a walk lies in a bin and would be missed, or hides bins."""
    if isinstance(item, Refusal):
        return item.is_unread or (not item.is_special and any(map(is_trash, item.place.parts)))
    is_new = is_unfinished(item.place.name, item.status.st_mtime, now_s)
    return not is_new and sort_in_bin(item.place) is not None


def _walk_shared(device: Device, folder: int) -> Iterator[Entry]:
    """Give what lies in a bin that others use too, and came from the device; a bin that does not open is not its."""
    top = volume_of(device.record.root) if folder == VOLUME_TOP and device.record.root else None
    with contextlib.suppress(SourceFault), device.open(folder) as root:
        items = trash_at(root, device) if top else walk(root, device.record.id, lambda _: True, folder)
        for item in items:
            if isinstance(item, Entry) and sort_in_bin(item.place) is not None:
                came_from = _came_from(root, item.place)
                if came_from is not None and _is_of(device, (top or Path("/")) / came_from):
                    yield item


def _came_from(root: Folder, place: Place) -> str | None:
    """Return the path that something in a bin had, as its bin tells; None where it does not."""
    if "files" not in place.parts[:-1]:
        return None
    at = place.parts.index("files")
    info = replace(place, parts=(*place.parts[:at], "info", f"{place.parts[at + 1]}.trashinfo"))
    try:
        with open_parent(root, info) as parent, os.fdopen(open_file(parent, info), "rb") as file:
            found = _CAME_FROM.search(file.read(_INFO_BYTES))
    except (SourceFault, Unsafe, OSError):
        return None
    return None if found is None else unquote(os.fsdecode(found[1].strip()), errors="surrogateescape")


def _is_of(device: Device, path: Path) -> bool:
    with contextlib.suppress(OSError, ValueError):
        real = Path(os.path.realpath(path))
        return any(real.is_relative_to(folder) for folder in device.record.folders)
    return False


def _own_folders(device: Device) -> Iterator[int]:
    yield from range(len(device.record.folders))
    if device.record.kind is DeviceKind.CARD:
        yield from (folder for folder in outer_folders(device.record) if folder == VOLUME_TOP)


def trash_at(top: Folder, device: Device) -> Iterator[Entry | Refusal]:
    """Walk only the trash folders at the top of a volume; a personal folder beside them is nobody's business.

    Only they are looked at: a share that hangs may be mounted beside them.
    """
    try:
        names = top.names()
    except OSError as error:
        raise SourceFault(device.record.id, system_reason(error)) from error
    for name in filter(is_trash, names):
        origin = Place(device.record.id, (name,), VOLUME_TOP)
        try:
            yield from _walk_trash(top, origin)
        except FileNotFoundError:
            continue
        except NotADirectoryError:  # a link, or a file of such a name
            yield from (Refusal(origin, LINK, is_special=True) for _ in range(_is_link_at(top, name)))
        except SourceFault as fault:
            yield Refusal(origin, fault.why)
        except OSError as error:
            yield Refusal(origin, system_reason(error))


def _is_link_at(top: Folder, name: str) -> bool:
    try:
        return is_link(top.look(name))
    except OSError:
        return False


def _walk_trash(top: Folder, origin: Place) -> Iterator[Entry | Refusal]:
    with top.folder(origin.name) as trash:
        if trash.status().st_dev != top.status().st_dev:
            yield Refusal(origin, OTHER_VOLUME)
            return
        for item in walk(trash, origin.device_id, lambda _: True, VOLUME_TOP):
            parts = (origin.name, *item.place.parts)
            if len(parts) > MAX_DEPTH:
                yield Refusal(origin, TOO_DEEP)
            else:
                yield replace(item, place=replace(item.place, parts=parts))
