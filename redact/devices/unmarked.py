"""A device's folder that is there and has lost its marker: a card formatted in the camera, a drop folder made again.

Threat: a card that was formatted proves nothing any more, is passed over like one that is away, and its photos are
never taken in or deleted; or another card that is put in its place is taken for it.
Rule: what is seen is reported with a question: only a person can say that it is the device, and have it marked again
(register.py, `mark`).  Nothing is asked of a folder that carries any marker; another workspace's is reported as such.
Accepted residue: a person can be wrong and mark a stranger's card: what lies there then is taken in and deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from redact.devices.untouched import NONE, Count, count_below, holds_its_place
from redact.errors import counted
from redact.store import photos as photo_rows
from redact.store.devices import RegisteredDevice
from redact.store.photos import LeftKind
from redact.system.clock import print_moment
from redact.workspace.open import Workspace
from watcher import (
    OUR_MARKERS,
    DeviceKind,
    DeviceRecord,
    FoldersOverlap,
    Present,
    SourceFault,
    Unknown,
    check_apart,
    device_of,
    holds_marker,
)
from watcher.fs import is_mount, open_top

_OF_ANOTHER = "is a device of another workspace by now: its marker says so. Nothing there is taken in or deleted."


@dataclass(frozen=True, slots=True)
class Unmarked:
    """What is there where a device was, without its marker."""

    device: RegisteredDevice
    count: Count  # what lies there, by name

    @property
    def sentence(self) -> str:
        """What a person is asked."""
        name = self.device.id
        lying = counted(self.count.photos, "photo") if self.count.photos else "no photo"
        if self.device.record.kind is DeviceKind.CARD:
            return f"An unmarked card with {lying} is mounted where {name} was: is it {name}?"
        return f"The folder of {name} is there with {lying} and without its marker: is it still {name}'s?"


def find_unmarked(device: RegisteredDevice, devices: Iterable[RegisteredDevice]) -> Unmarked | None:
    """Return what lies, unmarked, where a device was; None where it proves itself, is away, or another one is there."""
    record = device.record
    if record.root is None or device.retired_at is not None:
        return None
    if isinstance(device_of(record).is_present(), Present):
        return None
    if record.kind is DeviceKind.CARD and (record.mount is None or not is_mount(record.mount)):
        return None
    others = [other for other in devices if other.id != device.id and holds_its_place(other)]
    try:
        check_apart([record.root], [folder for other in others for folder in other.record.folders])
        return None if _is_any_marked(record) else Unmarked(device, _count(record.root, device.id))
    except (FoldersOverlap, OSError, SourceFault):
        return None  # another device's by now, or it cannot be looked at


def _is_any_marked(record: DeviceRecord) -> bool:
    """Say whether the root or the top of its card carries a marker of ours: then it is another one.

    Raises:
        OSError: neither is there.
    """
    places = [place for place in (record.mount, record.root) if place is not None]
    there = [place for place in places if place.exists()]
    if not there:
        raise FileNotFoundError
    for place in there:
        with open_top(place) as folder:
            if holds_marker(folder, OUR_MARKERS):
                return True
    return False


def _count(root: Path, device_id: str) -> Count:
    """Count what lies in the agreed folder; after formatting it may not have been made again."""
    try:
        with open_top(root) as folder:
            return count_below(folder, device_id)
    except FileNotFoundError:
        return NONE


def is_anothers(device: RegisteredDevice) -> bool:
    """Say whether the folder of a device carries another workspace's marker by now."""
    presence = device_of(device.record).is_present()
    return isinstance(presence, Unknown) and presence.is_anothers


def _describe(device: RegisteredDevice, devices: Sequence[RegisteredDevice]) -> Iterator[tuple[LeftKind, str]]:
    """Yield what is reported of a device's marker."""
    if (unmarked := find_unmarked(device, devices)) is not None:
        yield LeftKind.UNMARKED, unmarked.sentence
    elif is_anothers(device):
        yield LeftKind.FOREIGN, f"The folder of {device.id} {_OF_ANOTHER}"


def report_unmarked(workspace: Workspace, devices: Sequence[RegisteredDevice]) -> None:
    """Write down which of these devices are approved and there without their marker, or with another workspace's.

    What no longer holds of them is taken off the list.

    Raises:
        DatabaseFault: nothing was written down.
    """
    now = workspace.latest()
    found = {
        (device.id, kind): why
        for device in devices
        if device.is_approved(now)
        for kind, why in _describe(device, devices)
    }
    with workspace.database.read() as connection:
        left = photo_rows.list_left(connection, kinds={LeftKind.UNMARKED, LeftKind.FOREIGN})
    ids = {device.id for device in devices}
    listed = {(item.device, item.kind): item for item in left if item.device in ids}
    if {key: item.why for key, item in listed.items()} == found:
        return
    at = print_moment(workspace.now())
    with workspace.database.write() as connection:
        for (device_id, kind), why in found.items():
            photo_rows.note_device(connection, device_id, kind, why, at)
        photo_rows.resolve_left(connection, [item for key, item in listed.items() if key not in found], at)
