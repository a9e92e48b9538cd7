"""Register, renew and retire devices: the rules, the markers in their folders, the entry in the audit log.

Threat: a device is approved by nobody in charge; the workspace's own folders, or one folder twice, are taken for a
device; a marker is written over another workspace's, or stays behind and stands in the way.
Rule: only the people of the policy approve, and until a date; what lies in a folder already, and a folder that can
hardly be meant, must be confirmed (already_there.py); every folder is apart from the workspace and from every other
device; markers are written before the register says so, and removed when that fails.  A device that lost its marker is
marked again when a person says so, with an entry in the audit log (`device.remarked`); the id stays, and a new nonce is
drawn, so that a former copy of the card does not pass for it; where another folder of it still proves itself, the nonce
is that one's; photos that lie there must be confirmed, as at a registration.
Accepted residue: a crash between marker and register leaves a marker that no register knows; adding the device again
with `--replace-marker` is the next step.  Two cards that are mounted in one place, one at a time, are told apart by
their markers.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from redact.audit import kinds
from redact.audit.events import name_tag
from redact.audit.kinds import Role
from redact.audit.roles import check_approver
from redact.devices.already_there import Lying, check_meant, look_into
from redact.devices.new_device import NONCE_BYTES, NewDevice, check_free, checked, last_moment
from redact.errors import RedactError, UsageError
from redact.store import photos as photo_rows
from redact.store.devices import (
    RegisteredDevice,
    insert_device,
    read_device,
    renew_device,
    retire_device,
    write_nonce,
    write_owner,
    write_school,
)
from redact.store.photos import NOT_GONE, LeftKind, list_device_files
from redact.system.clock import print_moment
from redact.workspace.ids import acting, acting_role, find_device, known_device, why_no_device
from redact.workspace.open import Workspace, workspace_id
from redact.workspace.reasons import check_names_nobody, check_reason
from watcher import (
    MARKER_NAME,
    DeviceKind,
    DeviceRecord,
    SourceFault,
    WatcherError,
    device_of,
    name_owner,
    remove_marker,
    system_reason,
    write_marker,
)
from watcher.fs import is_mount, open_top

_FORMATTED = "It lost its marker: it was formatted, or made again."


@dataclass(frozen=True, slots=True)
class Retired:
    """What became of a device that was retired."""

    device: RegisteredDevice
    marked: tuple[Path, ...]  # folders that still carry its marker: they could not be proved, or not be written
    waiting: int  # files of it that were taken in and not cleared


def add_device(
    workspace: Workspace,
    new: NewDevice,
    *,
    replaces_marker: bool = False,
    is_confirmed: bool = False,
    is_meant: bool = False,
) -> RegisteredDevice:
    """Register a device: check it, mark its folders, write it down and log it.

    Args:
        workspace: whose register.
        new: the device.
        replaces_marker: take away a marker that another register, or a broken run, left in its folders.
        is_confirmed: a person knows that more than a few photos lie there already, and what becomes of them.
        is_meant: a person means a home, a system's folder, Pictures, Desktop or the like.

    Raises:
        UsageError: the device does not fit the rules, a folder overlaps another one, or something is not confirmed;
            nothing was changed.
        RedactError: a folder is marked already, or cannot be written; nothing was changed.
        DatabaseFault: nothing was changed.
    """
    check_names_nobody(workspace, new.id, new.make, new.model, new.serial)
    with translated():
        device = checked(new, workspace.now(), workspace.settings.zone, workspace_id(workspace.keys))
        check_free(workspace, device.record.folders)  # looks at devices: not while writers wait
        folders, is_card = device.record.folders, device.record.kind is DeviceKind.CARD
        lying = look_into(folders, workspace.settings.zone)
        check_meant(folders, lying, device.clears, is_card=is_card, is_confirmed=is_confirmed, is_meant=is_meant)
        return _write_down(workspace, device, replaces_marker=replaces_marker)


def _write_down(workspace: Workspace, device: RegisteredDevice, *, replaces_marker: bool) -> RegisteredDevice:
    with workspace.audit_log.writing() as entries:
        if read_device(entries.connection, device.id) is not None:
            raise UsageError(
                f"There is a device {device.id} on the register; an id is never given twice. Choose another."
            )
        with _marked(device.record, range(len(device.record.folders)), replaces_marker=replaces_marker):
            insert_device(entries.connection, device)
            entries.add(kinds.Kind.DEVICE_REGISTERED, **_facts(device, workspace.keys.tags))
    return device


def renew(
    workspace: Workspace, device_id: str, approved_by: Role, until: date | None = None, school: str | None = None
) -> RegisteredDevice:
    """Approve a device again, for its school or from now on for another one.

    Photos that came in before stay their school's: consents, posts and people there go by it.

    Args:
        workspace: opened.
        device_id: of the device.
        approved_by: role of whoever approves it.
        until: its last day; the end of the school year when None.
        school: whose it is from now on; as before when None.

    Raises:
        UsageError: there is no such device, it is retired, or the approval does not fit the rules.
        DatabaseFault: nothing was changed.
    """
    now = workspace.now()
    last = last_moment(until, now, workspace.settings.zone)
    check_approver(approved_by)
    with workspace.audit_log.writing() as entries:
        if not renew_device(entries.connection, device_id, approved_by, print_moment(now), last):
            raise UsageError(why_no_device(entries.connection, device_id))
        if school is not None:
            write_school(entries.connection, device_id, school)
        facts = {"school": school} if school else {}
        entries.add(kinds.Kind.DEVICE_RENEWED, device=device_id, approved_by=approved_by.value, until=last, **facts)
        return find_device(entries.connection, device_id)


def retire(workspace: Workspace, device_id: str, by: Role, reason: str) -> Retired:
    """Retire a device for good; its photos stay where they are, its markers go where it is present.

    The markers go so that its folders can be registered as another device's; from then on nothing of it can be proved
    or deleted, so what is to be cleared is cleared before.

    Raises:
        UsageError: there is no such device, it is retired, or the role or reason does not fit the audit log.
        DatabaseFault: nothing was changed.
    """
    role, reason = acting_role(by), check_reason(workspace, reason)
    with workspace.audit_log.writing() as entries:
        if not retire_device(entries.connection, device_id, print_moment(workspace.now())):
            raise UsageError(why_no_device(entries.connection, device_id))
        entries.add(kinds.Kind.DEVICE_RETIRED, device=device_id, by=role, reason=reason)
        device = find_device(entries.connection, device_id)
        left = list_device_files(entries.connection, device=device_id, states=NOT_GONE)
    return Retired(
        device, tuple(_unmark(device.record)), len(left)
    )  # after the commit: a fault leaves a marker, never a lie


def name_workspace(workspace: Workspace, record: DeviceRecord) -> None:
    """Write the workspace's id into the markers of a device that version 0.1.0 registered, where they prove themselves.

    A folder that is away, or cannot be written, keeps its marker, which stays valid, until the device is seen again.

    Raises:
        DatabaseFault: nothing was changed.
    """
    if not record.owner:
        owner = workspace_id(workspace.keys)
        with workspace.database.write() as connection:  # first: a marker is believed with the id and without
            write_owner(connection, record, owner)
        record = replace(record, owner=owner)
    for number in range(len(record.folders)):
        with contextlib.suppress(SourceFault):
            name_owner(record, number)


@contextlib.contextmanager
def _marked(record: DeviceRecord, numbers: Iterable[int], *, replaces_marker: bool = False) -> Iterator[None]:
    """Mark these folders, counted as in Place.folder; remove the markers when what follows fails."""
    with contextlib.ExitStack() as back:
        for number in numbers:
            folder = record.folders[number]
            if replaces_marker:
                _drop_marker(folder, record.id)
            write_marker(folder, record.id, record.nonce, record.owner)
            back.callback(_unmark_quietly, record, number)
        yield
        back.pop_all()


def _drop_marker(folder: Path, device_id: str) -> None:
    try:
        with open_top(folder) as top, contextlib.suppress(FileNotFoundError):
            top.unlink(MARKER_NAME)
    except OSError as error:
        raise SourceFault(device_id, system_reason(error)) from error


def _unmark_quietly(record: DeviceRecord, number: int) -> None:
    with contextlib.suppress(SourceFault):  # the fault that brought us here is the one to report
        remove_marker(record, number)


def _unmark(record: DeviceRecord) -> Iterator[Path]:
    """Remove the markers; yield the folders where that failed."""
    for number, folder in enumerate(record.folders):
        try:
            device_of(record).open(number).__exit__(None, None, None)  # for a card: on its mounted volume
            remove_marker(record, number)
        except SourceFault:
            yield folder


def _facts(device: RegisteredDevice, tag_key: bytes) -> dict[str, kinds.Fact]:
    facts: dict[str, kinds.Fact] = {
        "device": device.id,
        "type": device.kind.value,
        "owner": device.owner.value,
        "holder": device.holder.value,
        "approved_by": device.approved_by.value,
        "until": device.until,
    }
    if device.serial and device.serial_source:
        facts |= {"serial": name_tag(tag_key, device.serial), "serial_source": device.serial_source.value}
    return facts | ({"school": device.school} if device.school else {})


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turn a fault of the watcher into an error that the command line prints."""
    try:
        yield
    except WatcherError as error:
        raise RedactError(str(error)) from error


# -- a device that lost its marker is marked again --


@dataclass(frozen=True, slots=True)
class Marked:
    """A device that was marked again."""

    device: RegisteredDevice
    folders: int  # that were marked
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
            a folder overlaps another one, or something is not confirmed; nothing was changed.
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
        return Marked(_write_again(workspace, device, numbers, {"by": actor.role, "person": actor.tag, "reason": why}),
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


def _write_again(
    workspace: Workspace, device: RegisteredDevice, numbers: Sequence[int], facts: dict[str, kinds.Fact]
) -> RegisteredDevice:
    is_new = len(numbers) == len(device.record.folders)
    nonce = secrets.token_hex(NONCE_BYTES) if is_new else device.record.nonce
    owner = workspace_id(workspace.keys)
    renewed = replace(device, record=replace(device.record, nonce=nonce, owner=owner))
    with workspace.audit_log.writing() as entries, _marked(renewed.record, numbers):
        if not write_nonce(entries.connection, device.record, nonce):
            raise UsageError(f"The device {device.id} changed meanwhile. Nothing was marked. Try again.")
        write_owner(entries.connection, device.record, owner)
        entries.add(kinds.Kind.DEVICE_REMARKED, device=device.id, **facts)
        at = print_moment(workspace.now())
        unmarked = photo_rows.list_left(entries.connection, device.id, {LeftKind.UNMARKED})
        photo_rows.resolve_left(entries.connection, unmarked, at)
    return renewed
