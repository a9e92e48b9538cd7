"""What is left untouched, and who must know: photos on devices that are not approved, or that nobody registered.

Threat: a teacher's own card, or a device whose approval ended, is worked with as if it were approved; or it is passed
over in silence, and children's photos stay on it for ever.
Rule: files of such a device are counted by their names and never opened; the count is reported, without names.
What was reported for a person stays on the list until it is no longer there.
Accepted residue: a device that is never connected to a folder of `ingest` is not seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from redact.house import House
from redact.moments import print_moment
from redact.store import records
from redact.store.devices import RegisteredDevice
from watcher.device import device_of
from watcher.errors import FoldersOverlap, SourceFault, SourceGone, Unsafe
from watcher.folders import Folder, is_link, open_top
from watcher.guard import Entry, Place, check_apart, open_parent, walk
from watcher.sort import Sort, may_enter, sort_file

UNREGISTERED = "unregistered"  # stands for the device of a folder that belongs to none
_WHOLE = ("-",)  # the place of a report on a whole device


def report_unapproved(house: House, devices: Sequence[RegisteredDevice]) -> None:
    """Write down how many photos wait on devices that are not approved now, and in folders of no device."""
    now = house.now()
    at = print_moment(now)
    waiting = [*_not_approved(house, devices), *_not_registered(house, devices)]
    with house.database.write() as connection:
        for place, why in waiting:
            records.note_left(connection, house.keys.tags, place, why, at)
        for item in records.list_left(connection):
            if (item.parts == _WHOLE or item.device == UNREGISTERED) and item.last_seen_at < at:
                records.resolve_left(connection, house.keys.tags, Place(item.device, item.parts), at)


def _not_approved(house: House, devices: Sequence[RegisteredDevice]) -> Iterator[tuple[Place, str]]:
    for device in devices:
        why = device.why_not(house.now())
        if why is None or device.record.root is None:
            continue
        try:
            with device_of(device.record).open() as root:
                number = _count_photos(root, device.id)
        except SourceFault:
            continue  # away, or (after it was retired) without its marker
        if number:
            sentence = f"{number} photos lie there and are left untouched: the device is {why}."
            yield Place(device.id, _WHOLE), sentence


def _not_registered(house: House, devices: Sequence[RegisteredDevice]) -> Iterator[tuple[Place, str]]:
    known = [folder for device in devices for folder in device.record.folders]
    known += [device.record.mount for device in devices if device.record.mount is not None]
    for ingest in house.settings.ingest:
        for folder in _folders_in(ingest):
            if _is_apart(folder, known) and (number := _count_in(folder)):
                sentence = f"{number} photos lie there and are left untouched: the folder is no registered device's."
                yield Place(UNREGISTERED, (folder.name,)), sentence


def _folders_in(ingest: Path) -> list[Path]:
    try:
        with open_top(ingest) as top:
            names = [name for name, status in top.entries() if not is_link(status)]
    except OSError:
        return []
    return [ingest / name for name in sorted(names) if may_enter(name) and (ingest / name).is_dir()]


def _is_apart(folder: Path, known: Sequence[Path]) -> bool:
    try:
        check_apart([folder], known)
    except FoldersOverlap:
        return False
    return True


def _count_in(folder: Path) -> int:
    try:
        with open_top(folder) as top:
            return _count_photos(top, UNREGISTERED)
    except (OSError, SourceFault):
        return 0


def _count_photos(root: Folder, device_id: str) -> int:
    found = walk(root, device_id, lambda parts: may_enter(parts[-1]))
    return sum(isinstance(item, Entry) and sort_file(item.place.parts).sort is Sort.PHOTO for item in found)


def recheck(house: House, devices: Sequence[RegisteredDevice]) -> None:
    """Take off the list what is no longer on a device that is there: a person took care of it."""
    with house.database.read() as connection:
        items = [item for item in records.list_left(connection) if item.parts != _WHOLE]
    by_id = {device.id: device for device in devices}
    at = print_moment(house.now())
    gone = [item for item in items if item.device in by_id and _is_gone(by_id[item.device], item.parts)]
    if gone:
        with house.database.write() as connection:
            for item in gone:
                records.resolve_left(connection, house.keys.tags, Place(item.device, item.parts), at)


def _is_gone(device: RegisteredDevice, parts: tuple[str, ...]) -> bool:
    """Say whether nothing lies there any more; what cannot be seen is not gone."""
    place = Place(device.id, parts)
    try:
        with device_of(device.record).open() as root, open_parent(root, place) as parent:
            parent.look(place.name)
    except (SourceGone, FileNotFoundError):
        return True
    except (SourceFault, Unsafe, OSError):
        return False
    return False
