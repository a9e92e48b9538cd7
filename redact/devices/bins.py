"""What lies in the bins of approved devices and was never taken in: counted, and reported until it is gone.

Threat: a photo that somebody threw away on the device, before it was taken in, lies in a bin: the camera's page says
that nothing is left, and whoever finds the card takes it out again.
Rule: nothing is taken in out of a bin, for somebody meant it to be gone, and what is not known here is not deleted.
Each photo, film or RAW photo (by its name) is on the list for a person until it is no longer found there, and the
device is `unknown` until then; so is a bin that cannot be looked into.  What has the bytes of a photo of this
workspace is written down as one more file of that photo, and goes, or waits, as the others do.
Accepted residue: see watcher/bins.py; a photo that was changed before it was thrown away is a photo of its own here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from redact.audit.kinds import Kind
from redact.devices.clearing.found import write_found
from redact.store import photos as photo_rows
from redact.store.devices import RegisteredDevice
from redact.store.key_facts import read_fact, write_facts
from redact.store.photos import IN_BINS, LeftKind
from redact.system.clock import print_moment
from redact.workspace.open import Workspace
from watcher import (
    Arrival,
    Device,
    Entry,
    Place,
    Refusal,
    Sort,
    SourceFault,
    Unsafe,
    device_of,
    is_trash,
    read_content,
    sort_in_bin,
    walk_bins,
)

_LOGGED = "bins-counted"  # among the facts


#: Why a bin, or what lies in it, is on the list for a person.
WHYS: Final[Mapping[LeftKind, str]] = {
    LeftKind.BINNED_PHOTO: "It is a photo that lies in a bin and was never taken in.",
    LeftKind.BINNED_FILM: "It is a film or a RAW photo that lies in a bin.",
    LeftKind.CLOSED_BIN: "A bin could not be looked into.",
}


@dataclass(frozen=True, slots=True)
class _Found:
    """What lies in the bins of one device."""

    kinds: Mapping[Place, LeftKind]
    copies: tuple[Arrival, ...]  # of photos of this workspace
    unread: tuple[Place, ...]  # what is on the list below them may lie there still


def look_into_bins(workspace: Workspace, devices: Iterable[RegisteredDevice]) -> None:
    """Write down what lies in the bins of the devices that are approved and here; take off the list what is gone.

    Raises:
        DatabaseFault: nothing more was written down.
    """
    devices = tuple(devices)
    for registered in devices:
        if registered.record.root is None or not registered.is_approved(workspace.latest()):
            continue
        device = device_of(registered.record)
        try:
            items = list(walk_bins(device, workspace.now().timestamp()))
        except SourceFault:
            continue  # it is away, or a folder of it is: nothing is known, and the list stays as it is
        found = _look(workspace, device, items)
        _list(workspace, registered.id, found)
        _write_copies(workspace, found.copies)
    _log_counts(workspace, [registered.id for registered in devices])


def _log_counts(workspace: Workspace, devices: Sequence[str]) -> None:
    """Write into the audit log how much lies in the bins of devices, where that has changed."""
    with workspace.database.read() as connection:
        counts, logged = photo_rows.count_left(connection, IN_BINS), _logged(connection)
    if all(counts[device] == logged.get(device, 0) for device in devices):
        return
    with workspace.audit_log.writing() as entries:
        counts, logged = photo_rows.count_left(entries.connection, IN_BINS), _logged(entries.connection)
        for device in devices:
            if counts[device] != logged.get(device, 0):
                entries.add(Kind.BINS_COUNTED, device=device, photos=counts[device])
                logged[device] = counts[device]
        write_facts(entries.connection, {_LOGGED: json.dumps({each: logged[each] for each in logged if logged[each]})})


def _logged(connection: Connection) -> dict[str, int]:
    """Return the counts that the audit log has, by device; to read them there would read every entry of the device."""
    return read_fact(connection, _LOGGED, dict) or {}


def _look(workspace: Workspace, device: Device, items: Sequence[Entry | Refusal]) -> _Found:
    sizes = {item.status.st_size for item in items if isinstance(item, Entry)}
    with workspace.database.read() as connection:
        known = photo_rows.find_sizes(connection, sizes)
    kinds, copies, unread = dict[Place, LeftKind](), list[Arrival](), list[Place]()
    for item in items:
        if isinstance(item, Refusal):
            unread.append(item.place)
            if any(map(is_trash, item.place.parts)):  # the watcher lists any other folder
                kinds[item.place] = LeftKind.CLOSED_BIN
        elif (copy := _copy_at(device, item.place, known.get(item.status.st_size, frozenset()))) is not None:
            copies.append(copy)
        else:
            sort = sort_in_bin(item.place)
            is_photo = sort is None or sort.sort is Sort.PHOTO
            kinds[item.place] = LeftKind.BINNED_PHOTO if is_photo else LeftKind.BINNED_FILM
    return _Found(kinds, tuple(copies), tuple(unread))


def _is_hidden(place: Place | None, unread: Iterable[Place]) -> bool:
    """Say whether a place is, or lies below, one that could not be looked into."""
    return place is not None and any(
        place.folder == each.folder and place.parts[: len(each.parts)] == each.parts for each in unread
    )


def _copy_at(device: Device, place: Place, photos: AbstractSet[str]) -> Arrival | None:
    """Return the file as one of these photos; None where it has other bytes, or cannot be read."""
    if not photos:
        return None
    try:
        content = read_content(device, place)
    except (SourceFault, Unsafe):
        return None
    if content.sha256 not in photos:
        return None
    return Arrival(content.sha256, content.stat.size, f"{content.sha256}.photo", place, content.stat)


def _list(workspace: Workspace, device_id: str, found: _Found) -> None:
    """Bring the list to what lies in the bins of a device now."""
    with workspace.database.read() as connection:
        listed = {item.place: item for item in photo_rows.list_left(connection, device_id, IN_BINS)}
    fresh = {
        place: kind for place, kind in found.kinds.items() if place not in listed or listed[place].kind is not kind
    }
    gone = [item for place, item in listed.items() if place not in found.kinds and not _is_hidden(place, found.unread)]
    if not fresh and not gone:
        return
    key, at = workspace.keys.tags, print_moment(workspace.now())
    with workspace.database.write() as connection:
        for place, kind in fresh.items():
            photo_rows.note_left(connection, key, place, WHYS[kind], at, kind)
        photo_rows.resolve_left(connection, gone, at)


def _write_copies(workspace: Workspace, copies: Sequence[Arrival]) -> None:
    """Write down copies that nobody knew of as further files of their photos."""
    key, at = workspace.keys.tags, print_moment(workspace.now())
    with workspace.database.read() as connection:
        fresh = [copy for copy in copies if not photo_rows.knows_file(connection, key, copy.place, copy.stat)]
    if not fresh:
        return
    with workspace.audit_log.writing() as entries:
        for copy in fresh:
            write_found(entries, key, copy, at)
