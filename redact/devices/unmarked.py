"""A device's folder that is there and has lost its marker: a card formatted in the camera, a drop folder made again.

Threat: a card that was formatted proves nothing any more, is passed over like one that is away, and its photos are
never taken in or deleted; or another card that is put in its place is taken for it.
Rule: what is seen is told, with a question: only a person can say that it is the device.  Their word is an entry of the
audit log (`device.remarked`); the id stays, and a new nonce is drawn, so that a former copy of the card does not pass
for it; where another folder of it still proves itself, the nonce is that one's.  A folder that carries any marker, or
is not apart from the workspace's and from other devices', is not marked; photos that lie there need a word of their
own, as at a registration.
Accepted residue: a person can be wrong, and marks a stranger's card: what lies there then is taken in and deleted.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from redact.audit import kinds
from redact.audit.kinds import Role
from redact.devices.already_there import Lying, check_meant, look_into
from redact.devices.new_device import NONCE_BYTES, check_free
from redact.devices.register import translated
from redact.devices.untouched import NONE, Count, count_below, holds_its_place
from redact.errors import UsageError, counted
from redact.store import photos as records
from redact.store.devices import RegisteredDevice, write_nonce
from redact.system.clock import print_moment
from redact.workspace.ids import acting, check_reason, known_device, why_no_device
from redact.workspace.open import Workspace
from watcher import (
    OUR_MARKERS,
    DeviceKind,
    DeviceRecord,
    FoldersOverlap,
    Place,
    Present,
    SourceFault,
    check_apart,
    device_of,
    holds_marker,
    remove_marker,
    write_marker,
)
from watcher.fs import is_mount, open_top

UNMARKED = ("-", "unmarked")  # the place of a report on a folder without its marker
_FORMATTED = "It lost its marker: it was formatted, or made again."


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


def report_unmarked(workspace: Workspace, devices: Sequence[RegisteredDevice]) -> None:
    """Write down which approved devices are there without their marker; take off the list what is so no longer.

    Raises:
        DatabaseFault: nothing was written down.
    """
    now = workspace.now()
    found = [find_unmarked(device, devices) for device in devices if device.is_approved(now)]
    told = {Place(each.device.id, UNMARKED): each.sentence for each in found if each is not None}
    with workspace.database.read() as connection:
        listed = {item.place: item.why for item in records.list_left(connection) if item.parts == UNMARKED}
    if listed == told:
        return
    with workspace.database.write() as connection:
        records.list_exactly(connection, workspace.keys.tags, listed, told, print_moment(now))


# -- a person's word --


@dataclass(frozen=True, slots=True)
class Marked:
    """A device that was marked again."""

    device: RegisteredDevice
    folders: int  # so many were marked
    lying: Lying  # what lies in them already


def mark(
    workspace: Workspace,
    device_id: str,
    by: Role,
    person: str,
    reason: str | None = None,
    *,
    is_confirmed: bool = False,
) -> Marked:
    """Write a new marker into the folders of a device that lost theirs: a person says that it is the device.

    Args:
        workspace: opened.
        device_id: of the device; it stays.
        by: role of the person.
        person: account or staff number; only its tag is kept.
        reason: a sentence for the audit log; that it lost its marker, when None.
        is_confirmed: a person knows that more than a few photos lie there already, and what becomes of them.

    Raises:
        UsageError: nobody is named, there is no such device, it is retired, it proves itself, its folder is not there,
            a folder overlaps another one, or a word is missing; nothing was changed.
        RedactError: a folder carries another marker, or cannot be written; nothing was changed.
        DatabaseFault: nothing was changed.
    """
    actor, why = acting(workspace, by, person), check_reason(workspace, reason or _FORMATTED)
    device = known_device(workspace, device_id)
    numbers = _numbers_to_mark(workspace, device)
    folders = [device.record.folders[number] for number in numbers]
    with translated():
        check_free(workspace, folders, device_id)
        lying = look_into(folders, workspace.settings.zone)
        check_meant(folders, lying, device.clears, is_card=True, is_confirmed=is_confirmed, is_meant=True)
        return Marked(_write_down(workspace, device, numbers, {"by": actor.role, "person": actor.tag, "reason": why}),
                      len(numbers), lying)  # fmt: skip


def _numbers_to_mark(workspace: Workspace, device: RegisteredDevice) -> list[int]:
    """Return which folders of a device, as Place.folder counts them, are to be marked.

    Raises:
        UsageError: there is nothing to mark, or it may not be marked now.
    """
    record, name = device.record, device.id
    if device.retired_at is not None:
        with workspace.database.read() as connection:
            raise UsageError(why_no_device(connection, name))
    if record.root is None:
        raise UsageError(f"The device {name} has no folder: its holder attests what was deleted. Nothing was marked.")
    if record.kind is DeviceKind.CARD and (record.mount is None or not is_mount(record.mount)):
        raise UsageError(f"No volume is mounted where {name} was. Connect the card; nothing was marked.")
    numbers = [number for number in range(len(record.folders)) if not _proves_itself(record, number)]
    if not numbers:
        raise UsageError(f"The device {name} is here and proves itself. There is nothing to mark.")
    for number in numbers:
        if not record.folders[number].is_dir():
            raise UsageError(
                f"A folder of the device {name} is not there: {record.folders[number]}. Make it (on a card, take one "
                "photo with the camera), then mark the device again. Nothing was marked."
            )
    return numbers


def _proves_itself(record: DeviceRecord, number: int) -> bool:
    try:
        device_of(record).open(number).__exit__(None, None, None)
    except SourceFault:
        return False
    return True


def _write_down(
    workspace: Workspace, device: RegisteredDevice, numbers: Sequence[int], facts: dict[str, kinds.Fact]
) -> RegisteredDevice:
    is_new = len(numbers) == len(device.record.folders)
    nonce = secrets.token_hex(NONCE_BYTES) if is_new else device.record.nonce
    renewed = replace(device, record=replace(device.record, nonce=nonce))
    with workspace.ledger.writing() as entries, _marked(renewed.record, numbers):
        if not write_nonce(entries.connection, device.record, nonce):
            raise UsageError(f"The device {device.id} changed meanwhile. Nothing was marked. Try again.")
        entries.add(kinds.Kind.DEVICE_REMARKED, device=device.id, **facts)
        at = print_moment(workspace.now())
        records.resolve_left(entries.connection, workspace.keys.tags, Place(device.id, UNMARKED), at)
    return renewed


@contextlib.contextmanager
def _marked(record: DeviceRecord, numbers: Sequence[int]) -> Iterator[None]:
    """Mark these folders; take the markers back when what follows fails."""
    with contextlib.ExitStack() as back:
        for number in numbers:
            write_marker(record.folders[number], record.id, record.nonce)
            back.callback(_unmark, record, number)
        yield
        back.pop_all()


def _unmark(record: DeviceRecord, number: int) -> None:
    with contextlib.suppress(SourceFault):  # the fault that brought us here is the one to tell
        remove_marker(record, number)
