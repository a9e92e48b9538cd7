"""A person's statement that photos were deleted, where nobody can look: the lowest step of the ladder, and no proof.

Threat: an attestation is taken where a look was possible, or is later read as a proof; something on hold is said to be
gone and nobody asks.
Rule: a device whose presence can be proved now is not attested but cleared, because looking is better than believing;
there an attestation is taken only of files that were gone before they were deleted, and only when no others wait.  The
folder of a retired device may belong to another device by now, or lie around it: then its photos are looked for in
both; so are those in the further folders of a device that is away itself.  A device that is expired or retired is not
opened, and is attested only when no file is seen on it by name.  An attestation is kept as such: level `attested`, with
the role and the keyed tag of the person.  What is on hold, and what is not stored yet, is left as it is and named.  For
a photo set aside, whose file this program does not delete, the entry `file.gone` says that somebody says it is gone.
What was listed for a person by its name (a film, a link, the files of a device that is not approved) leaves the list,
unless the device or the workspace is on hold.
Accepted residue: an attestation can be false.  If a file that was attested is seen again, it is taken in, recorded as
seen and cleared like any other.

What is written down: the attestation of the device as a whole (`device.attested`; nothing else can be said of an
attest-only device, whose photos come in by other ways), and for each of its files that the workspace knows of and that
is not gone, a deletion of its own, opened and attested in one transaction.  An earlier deletion of the file, closed as
unknown or kept, stays as it was closed; one that was never closed is ended by the attestation.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from redact.audit.kinds import Fact, Kind, Role
from redact.audit.level import Level
from redact.devices.clearing.lock import hold_clearing
from redact.devices.next_step import way_to_clear, way_to_clear_another, way_to_delete, way_to_end_attesting
from redact.devices.untouched import Count, count_on, overlaps, resolve_gone
from redact.errors import UsageError, counted
from redact.store import photos as photo_rows
from redact.store.devices import RegisteredDevice, mark_attested, read_devices
from redact.store.log.audit_log import Entries
from redact.store.photos import NOT_GONE, DeviceFile, FileState, State
from redact.system.clock import print_moment
from redact.workspace.ids import Actor, acting, known_device
from redact.workspace.open import Workspace
from redact.workspace.reasons import check_reason
from watcher import Present, device_of, find_contents, take_inventory

_ATTESTED = "Somebody says that it was deleted; nobody could look."
_ATTESTED_GONE = "Somebody says that it is gone; nobody could look."


@dataclass(frozen=True, slots=True)
class Attested:
    """What an attestation was written down for."""

    files: int  # files of stored and set aside photos, now attested
    on_hold: int  # left as they are
    not_stored: int  # left as they are: their photos wait for a person, and the device may hold the only copy
    unlisted: int = 0  # films and other things that were listed for a person, and are not any more


def attest(workspace: Workspace, device_id: str, by: Role, person: str, reason: str | None = None) -> Attested:
    """Write down that a person says the device's photos were deleted.

    Args:
        workspace: opened.
        device_id: of the device.
        by: role of whoever says so.
        person: account or staff number; only its tag is kept.
        reason: a sentence; it stands in the audit log.

    Raises:
        UsageError: nobody is named, there is no such device, it can be looked at and is better cleared or emptied, or
            the reason does not fit the audit log.
        ClearingBusy: the device is being cleared.
        DatabaseFault: nothing was changed.
    """
    actor = acting(workspace, by, person)
    why: dict[str, Fact] = {} if reason is None else {"reason": check_reason(workspace, reason)}
    device = known_device(workspace, device_id)
    _check_no_look_is_better(workspace, device, actor.role)
    holds = workspace.audit_log.holds.on()
    with hold_clearing(workspace, device_id, who="redact attest"), workspace.audit_log.writing() as entries:
        connection = entries.connection
        entries.add(Kind.DEVICE_ATTESTED, device=device_id, by=actor.role, person=actor.tag, **why)
        mark_attested(connection, device_id, print_moment(workspace.now()))
        rest = photo_rows.NOT_GONE
        done_with = (State.STORED, State.SET_ASIDE)
        stored = photo_rows.list_device_files(connection, device=device_id, states=rest, of_photos=done_with)
        every = photo_rows.list_device_files(connection, device=device_id, states=rest)
        held = {
            device_file.id for device_file in stored if any(hold.covers(device_id, device_file.photo) for hold in holds)
        }
        done = sum(
            _attest_one(workspace, entries, device_file, actor) for device_file in stored if device_file.id not in held
        )
        is_on_hold = any(hold.covers(device_id, "") for hold in holds)
        is_listed_right = device.why_not(workspace.latest(connection)) is None and isinstance(
            device_of(device.record).is_present(), Present
        )
        unlisted = 0 if is_on_hold or is_listed_right else _unlist(workspace, connection, device_id)
    return Attested(done, len(held), len(every) - len(stored), unlisted)


def _check_no_look_is_better(workspace: Workspace, device: RegisteredDevice, role: str) -> None:
    """Raise UsageError where somebody can look at the device, and it is to be cleared or emptied first."""
    standing = device.why_not(workspace.latest())
    if standing is None and _is_only_removed(workspace, device.id):
        return
    if standing is None and isinstance(device_of(device.record).is_present(), Present):
        raise UsageError(
            f"The device {device.id} is here and can be looked at, so it is not attested. "
            f"{way_to_clear(device.id, role)}"
        )
    with workspace.database.read() as connection:
        devices = read_devices(connection)
    resolve_gone(workspace, devices)
    count = count_on(workspace, device, devices)
    if standing is None:
        _check_none_beside(device, count)
    else:
        _check_none_there(workspace, device, standing, count)
        _check_none_on_another(workspace, device, standing, role, devices)


def _check_none_there(workspace: Workspace, device: RegisteredDevice, standing: str, count: Count | None) -> None:
    """Raise UsageError where files still lie on a device that is not approved."""
    with workspace.database.read() as connection:
        listed = [item for item in photo_rows.list_left(connection, device.id) if item.place is not None]
    if count is not None and (lying := count.total + len(listed)):
        files, lie = _seen(lying, count), "lies" if lying == 1 else "lie"
        raise UsageError(
            f"The device {device.id} is {standing}, and {files} still {lie} there, so it is not attested. "
            f"{way_to_delete(device, device.id, workspace.latest())}"
        )


def _check_none_on_another(
    workspace: Workspace, device: RegisteredDevice, standing: str, role: str, devices: Iterable[RegisteredDevice]
) -> None:
    """Raise UsageError where the device's files lie in what is another device's folder by now."""
    for other in devices:
        if other.id != device.id and (lying := _lying_on_another(workspace, device, other)):
            files, lie = counted(lying, "file"), "lies" if lying == 1 else "lie"
            raise UsageError(
                f"The device {device.id} is {standing}, and its folder is the device {other.id}'s by now, where "
                f"{files} of its photos still {lie}, so it is not attested. "
                f"{way_to_clear_another(other, role, workspace.latest())}"
            )


def _check_none_beside(device: RegisteredDevice, count: Count | None) -> None:
    """Raise UsageError where the device itself is away and files lie in a further folder of it that is here."""
    if count is not None and count.total:
        files, lie = _seen(count.total, count), "lies" if count.total == 1 else "lie"
        raise UsageError(
            f"The device {device.id} is away, but {files} still {lie} in a further folder of it, which is here, so it "
            f"is not attested. {way_to_end_attesting(device.id)}"
        )


def _seen(lying: int, count: Count) -> str:
    """Return "3 files", or "at least 3 files" where a folder could not be looked into."""
    return counted(lying, "file") if count.is_whole else f"at least {counted(lying, 'file')}"


def _lying_on_another(workspace: Workspace, device: RegisteredDevice, other: RegisteredDevice) -> int:
    """Return how many of a device's files lie in its place, where that is in the folders of another device by now.

    Of one that is approved and here the bytes are looked for; of any other the names alone, at their places.
    """
    if not overlaps(device, other):
        return 0
    with workspace.database.read() as connection:
        files = photo_rows.list_device_files(connection, device=device.id, states=photo_rows.ON_DEVICE)
    if other.is_approved(workspace.latest()) and isinstance(device_of(other.record).is_present(), Present):
        found = find_contents(take_inventory(device_of(other.record)), {each.photo: each.size for each in files})
        return len({left.place for residues in found.values() for left in residues if left.place is not None})
    folders, arrivals = device.record.folders, [each.arrival for each in files if each.arrival is not None]
    places = [arrival.place for arrival in arrivals if arrival.place.folder in range(len(folders))]
    return sum(os.path.lexists(folders[place.folder].joinpath(*place.parts)) for place in places)


def _is_only_removed(workspace: Workspace, device_id: str) -> bool:
    """Return whether all files not known to be deleted were gone before, so that a look at the device shows nothing."""
    with workspace.database.read() as connection:
        states = {each.state for each in photo_rows.list_device_files(connection, device=device_id, states=NOT_GONE)}
    return states == {FileState.REMOVED}


def _unlist(workspace: Workspace, connection: Connection, device_id: str) -> int:
    """Take what was left for a person on the device off the list; return how many entries."""
    items, at = photo_rows.list_left(connection, device_id), print_moment(workspace.now())
    photo_rows.resolve_left(connection, items, at)
    return len(items)


def _attest_one(workspace: Workspace, entries: Entries, device_file: DeviceFile, actor: Actor) -> bool:
    connection = entries.connection
    photo = photo_rows.read_photo(connection, device_file.photo)
    if photo is not None and photo.state is State.SET_ASIDE:
        return _write_gone(workspace, entries, device_file)
    if photo is None or photo.output is None:
        return False
    opened, at = _opened(entries, device_file, photo.output, actor.role), print_moment(workspace.now())
    columns = {"opened": opened, "level": Level.ATTESTED, "left": 0, "reason": _ATTESTED, "cleared_at": at}
    if not photo_rows.move_device_file(connection, device_file, FileState.GONE, **columns):
        raise UsageError("The device's files changed meanwhile; nothing was written down. Try again.")
    facts: dict[str, Fact] = {"photo": device_file.photo, "device": device_file.device}
    entries.add(Kind.DELETION_ATTESTED, opened=opened, by=actor.role, person=actor.tag, **facts)
    return True


def _write_gone(workspace: Workspace, entries: Entries, device_file: DeviceFile) -> bool:
    """Write down that a person says the file of a photo set aside is gone; an open deletion is left to clearing."""
    at = print_moment(workspace.now())
    columns = {"level": Level.ATTESTED, "left": 0, "reason": _ATTESTED_GONE, "cleared_at": at}
    if device_file.state is FileState.OPENED or not photo_rows.move_device_file(
        entries.connection, device_file, FileState.GONE, **columns
    ):
        return False
    facts = {"photo": device_file.photo, "device": device_file.device, "name": device_file.name}
    entries.add(Kind.FILE_GONE, level=Level.ATTESTED, left=0, reason=_ATTESTED_GONE, **facts)
    return True


def _opened(entries: Entries, device_file: DeviceFile, stored: str, role: str) -> int:
    """Return the entry that opened the deletion: the one that is open, or a new one."""
    if device_file.state is FileState.OPENED and device_file.opened is not None:
        return device_file.opened
    facts = {"photo": device_file.photo, "device": device_file.device, "name": device_file.name, "stored": stored}
    return entries.add(Kind.DELETION_OPENED, by=role, **facts)
