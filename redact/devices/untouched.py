"""What is left untouched, and who must know: photos on devices that are not approved, or that nobody registered.

Threat: a teacher's own card, or a device whose approval ended, is worked with as if it were approved; or it is passed
over in silence, and children's photos stay on it for ever.
Rule: files of such a device are counted by their names and never opened; the count is reported, without names.
What was reported for a person stays on the list until somebody looked and it was no longer there, or attested it
(redact/devices/attest.py): what cannot be looked at is not gone.  A retired device has no marker any more; its folder
is counted as long as it stands where it stood and belongs to nobody else.
Accepted residue: a device that is never connected to a folder of `ingest` is not seen.  Of a retired device nothing
proves that the folder found is still its own: another card in the same place is counted as its, and never touched.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from redact.errors import counted
from redact.store import photos as photo_rows
from redact.store.devices import RegisteredDevice
from redact.store.photos import LeftItem, LeftKind
from redact.system.clock import print_moment
from redact.workspace.open import Workspace
from watcher import (
    AROUND,
    MARKER_NAME,
    OUR_MARKERS,
    DeviceKind,
    Entry,
    FoldersOverlap,
    Place,
    Present,
    Refusal,
    Sort,
    SourceFault,
    check_apart,
    device_of,
    holds_marker,
    is_over,
    is_trash,
    may_enter,
    sort_binned,
    sort_file,
    system_reason,
    walk,
)
from watcher.fs import Folder, is_link, is_mount, open_top

UNREGISTERED = "unregistered"  # stands for the device of a folder that belongs to none
_Parts = tuple[str, ...]
_At = tuple[int, _Parts]  # a folder of a device, as Place.folder counts it, and the place in it


@dataclass(frozen=True, slots=True)
class Count:
    """How many files lie there that a person would miss, by their names."""

    photos: int
    others: int  # films, RAW and what else is no photo by its name
    is_whole: bool = True  # False: a folder among them could not be looked into, so there may be more

    @property
    def total(self) -> int:
        """All of them."""
        return self.photos + self.others

    def describe(self) -> str:
        """Return "3 photos and 1 other file lie there and are left untouched", or "At least 3 photos lie ..."."""
        photos, others = counted(self.photos, "photo"), counted(self.others, "other file")
        summary = " and ".join([photos] * bool(self.photos) + [others] * bool(self.others))
        lie = "lies there and is" if self.total == 1 else "lie there and are"
        return f"{'' if self.is_whole else 'At least '}{summary or 'No files'} {lie} left untouched"


NONE = Count(0, 0)


def report_unapproved(workspace: Workspace, devices: Sequence[RegisteredDevice]) -> None:
    """Write down what lies on devices that are not approved now and in folders of no device; take off what is gone."""
    resolve_gone(workspace, devices)
    found, key, at = _look(workspace, devices), workspace.keys.tags, print_moment(workspace.now())
    with workspace.database.write() as connection:
        for device, waiting in found.devices.items():
            photo_rows.note_device(connection, device, LeftKind.DEVICE, waiting.why, at, waiting.files)
        for place, waiting in found.folders.items():
            photo_rows.note_left(connection, key, place, waiting.why, at, LeftKind.FOLDER, waiting.files)
        listed = photo_rows.list_left(connection, kinds={LeftKind.DEVICE, LeftKind.FOLDER})
        photo_rows.resolve_left(connection, filter(found.is_over, listed), at)


def resolve_gone(workspace: Workspace, devices: Sequence[RegisteredDevice]) -> None:
    """Take off the list what is no longer on a device that is there: a person took care of it."""
    with workspace.database.read() as connection:
        items = {item.place: item for item in photo_rows.list_left(connection) if item.place is not None}
    gone = [
        items[place]
        for device in devices
        for place in _gone(device, devices, [place for place in items if place.device_id == device.id])
    ]
    if gone:
        with workspace.database.write() as connection:
            photo_rows.resolve_left(connection, gone, print_moment(workspace.now()))


@dataclass(frozen=True, slots=True)
class _Waiting:
    """What waits on one device or in one folder as a whole."""

    why: str  # a sentence
    files: int


@dataclass(frozen=True, slots=True)
class _Found:
    """What waits on devices and in folders, and where nobody could look."""

    devices: Mapping[str, _Waiting]
    folders: Mapping[Place, _Waiting]
    unseen: AbstractSet[str]  # devices that could not be looked at
    ingest: _Folders

    def is_over(self, item: LeftItem) -> bool:
        """Say whether a report on a whole device or folder is over; where nobody could look, it is not."""
        if item.place is None:
            return item.device not in self.devices and item.device not in self.unseen
        if item.place in self.folders or not self.ingest.are_all_listed:
            return False
        return self.ingest.counts.get(item.place.parts, NONE) is not None


def _look(workspace: Workspace, devices: Sequence[RegisteredDevice]) -> _Found:
    now, waiting, unseen = workspace.latest(), dict[str, _Waiting](), set[str]()
    for device in devices:
        why = device.why_not(now)
        if why is None or device.record.root is None:
            continue
        count = count_on(workspace, device, devices)
        if count is None:
            unseen.add(device.id)
        elif count.total:
            waiting[device.id] = _Waiting(f"{count.describe()}: the device is {why}.", count.total)
    ingest = _look_into_ingest(workspace, _taken(devices, unseen))
    folders = {
        Place(UNREGISTERED, parts): _Waiting(f"{count.describe()}: the folder is no registered device's.", count.total)
        for parts, count in ingest.counts.items()
        if count is not None and count.total
    }
    return _Found(waiting, folders, unseen, ingest)


# -- devices --


def count_on(
    workspace: Workspace,
    device: RegisteredDevice,
    devices: Sequence[RegisteredDevice],
    *,
    besides: AbstractSet[_At] = frozenset(),
) -> Count | None:
    """Return how many files lie on a device, by name, without those that are listed one by one.

    In every folder of it that can be looked at: what nobody can see in one hides nothing in another.

    Args:
        workspace: opened.
        device: approved or not.
        devices: the whole register: a retired device's folder may be another's by now.
        besides: folders and places in them that are not counted.

    Returns:
        None where nobody can look.
    """
    with workspace.database.read() as connection:
        places = [item.place for item in photo_rows.list_left(connection, device.id)]
    listed = {(place.folder, place.parts) for place in places if place is not None}
    numbers = range(len(device.record.folders))
    counts = [_count_in_folder(device, devices, number, listed | besides) for number in numbers]
    seen = [count for count in counts if count is not None]
    is_whole = len(seen) == len(counts) and all(count.is_whole for count in seen)
    total = Count(sum(count.photos for count in seen), sum(count.others for count in seen), is_whole)
    return total if counts and (total.total or len(seen) == len(counts)) else None


def _count_in_folder(
    device: RegisteredDevice,
    devices: Sequence[RegisteredDevice],
    number: int,
    besides: AbstractSet[_At],
) -> Count | None:
    """Count the files in one folder of a device, as Place.folder counts it; None where nobody can look."""
    try:
        with _open_untouched(device, devices, number) as folder:
            return _count(folder, device.id, {parts for where, parts in besides if where == number})
    except _IsAnothers:
        return NONE  # what lies there now is reported for that device
    except SourceFault:
        return None


def why_not_seen(device: RegisteredDevice, devices: Sequence[RegisteredDevice]) -> str:
    """Return why nobody could look at a device's names, a sentence part."""
    try:
        with _open_untouched(device, devices):
            pass
    except SourceFault as fault:
        return fault.why
    return "it was there only some of the time"


class _IsAnothers(SourceFault):
    """The folder of a retired device is another device's by now."""


@contextlib.contextmanager
def _open_untouched(device: RegisteredDevice, devices: Iterable[RegisteredDevice], number: int = 0) -> Iterator[Folder]:
    """Open a device's folder to look at names; of a retired one, which has lost its marker, what stands in its place.

    Raises:
        SourceFault: it is not there, or another device's.
    """
    try:
        root = device_of(device.record).open(number)
    except SourceFault:
        if device.retired_at is None:
            raise
        root = _open_unmarked(device, devices, number)
    with root:
        yield root


def _open_unmarked(device: RegisteredDevice, devices: Iterable[RegisteredDevice], number: int) -> Folder:
    record, others = device.record, [other for other in devices if holds_its_place(other)]
    if record.root is None:
        raise SourceFault(device.id, "it has no folder")
    if record.kind is DeviceKind.CARD and (record.mount is None or not is_mount(record.mount)):
        raise SourceFault(device.id, "no volume is mounted where it was")
    folder = record.folders[number]
    if any(_lies_in(folder, theirs) for other in others for theirs in other.record.folders):
        raise _IsAnothers(device.id, "its folder is another device's by now")
    try:
        root = open_top(folder)
    except OSError as error:
        raise SourceFault(device.id, f"its folder does not open ({system_reason(error)})") from error
    if _is_marked(root):
        root.__exit__(None, None, None)
        raise SourceFault(device.id, "the marker found is another device's")
    return root


def _lies_in(folder: Path, theirs: Path) -> bool:
    """Say whether a folder is, or lies in, another one; what lies around that is walked, and that is not entered."""
    try:
        check_apart([theirs], [folder])
    except FoldersOverlap as overlap:
        return overlap.relation != AROUND
    return False


def _is_marked(root: Folder) -> bool:
    try:
        root.look(MARKER_NAME)
    except OSError:
        return False
    return True


def holds_its_place(device: RegisteredDevice) -> bool:
    """Return whether what lies in a device's place is its own; a card that is out leaves its place to the next one."""
    if device.retired_at is not None:
        return False
    return device.record.kind is not DeviceKind.CARD or isinstance(device_of(device.record).is_present(), Present)


def overlaps(device: RegisteredDevice, other: RegisteredDevice) -> bool:
    """Return whether a folder of `device` is in, around or the same as one of `other`, which holds its place."""
    return holds_its_place(other) and not all(
        _is_apart(folder, other.record.folders) for folder in device.record.folders
    )


def _gone(device: RegisteredDevice, devices: Iterable[RegisteredDevice], places: Sequence[Place]) -> Iterator[Place]:
    """Yield the places where nothing lies any more; what cannot be seen is not gone."""
    if not places:
        return
    try:
        with _open_untouched(device, devices) as root:
            yield from (place for place in places if place.folder == 0 and is_over(root, place))
    except _IsAnothers:
        yield from places  # what lies there now is reported for that device
    except SourceFault:
        return


# -- folders of no device --


@dataclass(frozen=True, slots=True)
class _Folders:
    """What lies in the folders of no device, by the name of the folder of `ingest` and their own."""

    counts: dict[_Parts, Count | None]  # None: it could not be looked into
    are_all_listed: bool  # False: a folder of `ingest` could not be looked into


def _look_into_ingest(workspace: Workspace, taken: Sequence[Path]) -> _Folders:
    counts, are_all_listed = dict[_Parts, Count | None](), True
    for ingest in workspace.settings.ingest:
        try:
            with open_top(ingest) as top:
                folders = [name for name, status in top.entries() if _is_folder(status) and may_enter(name)]
                mine = [name for name in sorted(folders) if _is_apart(ingest / name, taken)]
                counts |= {(ingest.name, name): _count_in(top, name) for name in mine}
        except OSError:
            are_all_listed = False
    return _Folders(counts, are_all_listed)


def _taken(devices: Iterable[RegisteredDevice], unseen: AbstractSet[str]) -> list[Path]:
    """Return the folders whose files are reported for a device."""
    counted = (device for device in devices if device.retired_at is not None and device.id not in unseen)
    records_there = [device.record for device in (*filter(holds_its_place, devices), *counted)]
    mounts = [record.mount for record in records_there if record.mount is not None]
    return [*(folder for record in records_there for folder in record.folders), *mounts]


def _is_folder(status: os.stat_result) -> bool:
    return stat.S_ISDIR(status.st_mode) and not is_link(status)


def _is_apart(folder: Path, known: Sequence[Path]) -> bool:
    try:
        check_apart([folder], known)
    except FoldersOverlap:
        return False
    return True


def _count_in(top: Folder, name: str) -> Count | None:
    try:
        with top.folder(name) as folder:
            if holds_marker(folder, [marker for marker in OUR_MARKERS if marker != MARKER_NAME]):
                return NONE  # trust storage, a vault or a workspace: what lies there is no photo of a device
            return _count(folder, UNREGISTERED, frozenset())
    except (OSError, SourceFault):
        return None


def count_below(root: Folder, device_id: str) -> Count:
    """Count the files below an open folder by their names.

    Raises:
        SourceFault: it cannot be listed.
    """
    return _count(root, device_id, frozenset())


def _count(root: Folder, device_id: str, listed: AbstractSet[_Parts]) -> Count:
    """Count the files below a folder by their names, bins too; files of a system, and thumbnails, are nobody's.

    Raises:
        SourceFault: it cannot be listed, or none is seen and a folder below it cannot be read: files may lie there.
    """
    found = list(walk(root, device_id, lambda parts: may_enter(parts[-1]) or is_trash(parts[-1])))
    places = [item.place.parts for item in found if isinstance(item, Entry) and item.place.parts not in listed]
    sorts = [(sort_binned(parts) or sort_file(parts)).sort for parts in places]
    is_whole = not any(isinstance(item, Refusal) and item.is_unread for item in found)
    count = Count(sorts.count(Sort.PHOTO), sorts.count(Sort.NEEDS_PERSON), is_whole)
    if not count.total and not is_whole:
        raise SourceFault(device_id, "a folder in it cannot be read")
    return count
