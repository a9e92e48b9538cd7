"""Look at a device again: are the photos that were deleted from it still gone, and is any of them back?

Threat: "gone" was true on the day of the deletion, and the card has been in a camera since; a copy came back with a
backup or out of a trash; or a verdict stays low for ever, although everybody could look.
Rule: the device is there and approved, and one walk looks at everything that may be looked at.  A photo's name is
forgotten when it is deleted, so it is looked for by its content, in every folder and trash.  Each deletion gets its own
entry with what was seen (`deletion.rechecked`).  A copy that is found is a new device file, and is cleared next.  One
that was gone before it was deleted stays `removed`, whatever is not found here.  A file that this program never deleted
because nothing of it was stored (held, refused, wanted, set aside) and that is not there any more gets the entry
`file.gone`: somebody took it away.  What was listed for a person by its name (a film, a link) leaves the list once it
is not there.  Nothing is deleted here, and nothing is recorded of a device that is away. A device that is not approved,
and the folders of none, are looked at by their names alone: no file is opened, and no photo is recorded as gone.
Accepted residue: what belonged to the photo by its name alone (RAW, film, side file) cannot be looked for any more and
stays counted as it was, and so does a hard link outside of the device; an edited copy has other bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from redact.audit.deletions.leftovers import Leftovers
from redact.audit.kinds import Fact, Kind
from redact.audit.level import Level, lowest
from redact.audit.reasons import as_reason
from redact.devices.bins import look_into_bins
from redact.devices.clearing.found import write_found
from redact.devices.clearing.leftovers import FOUND_BY_BYTES, count_leftovers
from redact.devices.clearing.lock import LOCK_WAIT_S, hold_clearing
from redact.devices.next_step import way_to_reach
from redact.devices.unmarked import report_unmarked
from redact.devices.untouched import UNREGISTERED, count_on, report_unapproved, resolve_gone, why_not_seen
from redact.errors import UsageError
from redact.store import photos as photo_rows
from redact.store.devices import RegisteredDevice, mark_seen, read_devices
from redact.store.log.audit_log import Entries
from redact.store.photos import DeviceFile, FileState, State
from redact.system.clock import print_moment
from redact.workspace.ids import known_device
from redact.workspace.open import Workspace
from watcher import (
    Arrival,
    Inventory,
    Residue,
    ResidueKind,
    Unknown,
    device_of,
    find_contents,
    find_residue,
    take_inventory,
)

PERIOD_DAYS = 30  # of deletions that are looked for again: as long as sealed originals are kept by default; a choice
_NOT_PUBLISHED = (State.HELD, State.REFUSED, State.WANTED, State.SET_ASIDE)
_BLIND = "The device, or a folder of it, could not be looked at."
_TAKEN_AWAY = "It is not there any more; it was not this program that deleted it."


@dataclass(frozen=True, slots=True)
class LookedAgain:
    """What was seen."""

    gone: int  # files that are gone and were looked for again
    found: int  # files of photos of this workspace that nobody knew of: they are cleared next
    taken_away: int  # files that this program did not delete, and that are gone
    still_there: int  # files of photos that are held, refused, wanted or set aside
    level: Level | Literal[""]  # the lowest that was written; "" where there was nothing to look for
    listed: int = 0  # what else is on the list for a person: films, RAW, links, photos in a bin

    @property
    def is_all_gone(self) -> bool:
        """Whether nothing was found and everything could be looked at."""
        return not (self.found or self.still_there or self.listed or self.level == Level.UNKNOWN)


@dataclass(frozen=True, slots=True)
class SeenByName:
    """What the names alone showed, where nothing may be opened."""

    why: str  # why nothing may be: "expired", "retired", "unregistered"
    lying: int  # files, as far as they were not listed one by one
    listed: int  # entries of `redact status` that stay
    taken: int  # files of photos that were taken in and are not known to be gone
    is_whole: bool = True  # False: a folder of it could not be looked into, so there may be more

    @property
    def is_all_gone(self) -> bool:
        """Whether nothing lies there, and nothing waits for an attestation."""
        return not (self.lying or self.listed or self.taken)


@dataclass(slots=True)
class _Look:
    """One walk over the device, and what is written of it."""

    workspace: Workspace
    inventory: Inventory
    entries: Entries
    at: str
    levels: list[Level]
    found: int = 0
    taken_away: int = 0
    still_there: int = 0


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The files of a device that are looked for."""

    deleted: tuple[DeviceFile, ...]  # by this program, or as somebody said
    sizes: Mapping[str, int]  # bytes of each photo of which a file is gone, whoever took it away
    unpublished: tuple[DeviceFile, ...]  # on the device by what is known, and this program does not delete them


def _read_wanted(workspace: Workspace, device_id: str, days: int) -> _Wanted:
    since = print_moment(workspace.now() - timedelta(days=days))
    with workspace.database.read() as connection:
        gone, removed = (
            photo_rows.list_device_files(connection, device=device_id, states=[state], cleared_since=since)
            for state in (FileState.GONE, FileState.REMOVED)
        )
        on_device = photo_rows.ON_DEVICE - {FileState.OPENED}
        unpublished = photo_rows.list_device_files(
            connection, device=device_id, states=on_device, of_photos=_NOT_PUBLISHED
        )
    deleted = tuple(each for each in gone if each.removed_at is None)  # of the others a look shows nothing new
    return _Wanted(deleted, {each.photo: each.size for each in (*gone, *removed)}, unpublished)


def look_again(
    workspace: Workspace, device_id: str, days: int = PERIOD_DAYS, *, wait_s: float = LOCK_WAIT_S
) -> LookedAgain:
    """Look for everything that was deleted from a device in the last `days`, and write down what was seen.

    Args:
        workspace: opened.
        device_id: of the device.
        days: deletions of so many days are looked for again.
        wait_s: seconds to wait while somebody clears it.

    Raises:
        UsageError: there is no such device, it is not approved, or it cannot be looked at now; nothing was written.
        ClearingBusy: it is being cleared at this moment.
        DatabaseFault: nothing was written.
    """
    device = known_device(workspace, device_id)
    _check_may_look(workspace, device)
    with hold_clearing(workspace, device_id, who="redact devices check", wait_s=wait_s):
        wanted = _read_wanted(workspace, device_id, days)
        # 1. Look: at everything that lies there, before anything is written.
        inventory = take_inventory(device_of(device.record))
        contents = find_contents(inventory, wanted.sizes)
        beside = _look_beside(inventory, wanted.unpublished)
        _check_may_look(workspace, device)  # it was there from the beginning to the end
        # 2. Write what was seen, in one transaction.
        with workspace.audit_log.writing() as entries:
            look = _Look(workspace, inventory, entries, print_moment(workspace.now()), [])
            mark_seen(entries.connection, device_id, look.at)
            for device_file, walked, residue in beside:
                _look_for_unpublished(look, walked, device_file, residue)
            for photo, size in wanted.sizes.items():
                _write_found(look, photo, size, contents[photo])
            done = sum(_look_for_deleted(look, each, contents[each.photo]) for each in wanted.deleted)
    # 3. Bring the list of what is left for a person up to date.
    resolve_gone(workspace, [device])
    report_unmarked(workspace, [device])  # it has its marker: it was just looked at
    look_into_bins(workspace, [device])
    with workspace.database.read() as connection:
        listed = [item for item in photo_rows.list_left(connection, device_id) if item.place is not None]
    return LookedAgain(done, look.found, look.taken_away, look.still_there, lowest(look.levels), len(listed))


def look_by_name(workspace: Workspace, device_id: str) -> SeenByName | None:
    """Look at what lies on a device that is not approved, or in folders of no device; take off the list what is gone.

    Args:
        workspace: opened.
        device_id: of the device; `redact.devices.untouched.UNREGISTERED` for the folders of none.

    Returns:
        None where the device is approved: then `look_again` looks better.

    Raises:
        UsageError: there is no such device, or it cannot be looked at now; nothing was changed.
        DatabaseFault: nothing was changed.
    """
    with workspace.database.read() as connection:
        devices = read_devices(connection)
    lying, why, is_whole = 0, UNREGISTERED, True
    if device_id != UNREGISTERED:
        device = known_device(workspace, device_id)
        reason = device.why_not(workspace.latest())
        if reason is None:
            return None
        count, why = count_on(workspace, device, devices), reason
        if count is None:
            raise UsageError(_cannot_look(device, why_not_seen(device, devices)))
        lying, is_whole = count.total, count.is_whole
    report_unapproved(workspace, devices)
    rest = photo_rows.NOT_GONE
    with workspace.database.read() as connection:
        listed = [item for item in photo_rows.list_left(connection, device_id) if item.place is not None]
        taken = len(photo_rows.list_device_files(connection, device=device_id, states=rest))
        return SeenByName(why, lying, len(listed), taken, is_whole)


def _cannot_look(device: RegisteredDevice, why: str) -> str:
    return f"The device {device.id} cannot be looked at: {why}. Nothing was changed. {way_to_reach(device.id)}"


def _check_may_look(workspace: Workspace, device: RegisteredDevice) -> None:
    why = device.why_not(workspace.latest())
    if why is not None:
        raise UsageError(f"The device {device.id} is {why}, so its files are left untouched. Nothing was looked at.")
    presence = device_of(device.record).is_present()
    if isinstance(presence, Unknown):
        raise UsageError(_cannot_look(device, presence.reason))


def _look_for_deleted(look: _Look, device_file: DeviceFile, contents: tuple[Residue, ...]) -> bool:
    """Write what was seen of one file that is gone; False where the photo lies in the same place again."""
    level = _level(look.inventory, contents)
    level = Level.NOT_LISTED if level is Level.RE_CHECKED and device_file.links else level
    left = len(contents) + device_file.by_name + device_file.links
    found = count_leftovers(look.inventory, contents, device_file.by_name, device_file.links)
    reason = _BLIND if look.inventory.is_blind else None
    if device_file.opened is None and level is Level.UNKNOWN:
        return False  # nobody looked, and there is no deletion to record it for
    if not photo_rows.move_device_file(
        look.entries.connection, device_file, FileState.GONE, level=level, left=left, by_name=found.by_name,
        reason=_describe(reason, found),
    ):  # fmt: skip
        return False
    facts: dict[str, Fact] = {"photo": device_file.photo, "device": device_file.device, "level": level, "left": left}
    facts |= found.facts | ({} if reason is None else {"reason": as_reason(reason)})
    if device_file.opened is None:  # it was not this program that deleted it
        look.entries.add(Kind.FILE_GONE, name=device_file.name, **facts)
    else:
        look.entries.add(Kind.DELETION_RECHECKED, opened=device_file.opened, **facts)
    look.levels.append(level)
    return True


def _look_beside(
    inventory: Inventory, device_files: Iterable[DeviceFile]
) -> list[tuple[DeviceFile, Inventory, tuple[Residue, ...]]]:
    """Return what is left of files that this program did not delete, and by which walk.

    One that is not at its place is looked for in a second walk before it is recorded as gone: a walk misses
    what is moved meanwhile from a folder not walked yet into one walked already.
    """
    files = [(each, each.arrival) for each in device_files if each.arrival is not None]
    first = {each.id: find_residue(inventory, arrival) for each, arrival in files}
    missing = {each.id for each, arrival in files if all(left.place != arrival.place for left in first[each.id])}
    again = take_inventory(inventory.device) if missing else inventory
    return [
        (each, again, find_residue(again, arrival)) if each.id in missing else (each, inventory, first[each.id])
        for each, arrival in files
    ]


def _look_for_unpublished(
    look: _Look, inventory: Inventory, device_file: DeviceFile, residue: tuple[Residue, ...]
) -> None:
    arrival, level = device_file.arrival, _level(inventory, residue)
    assert arrival is not None
    if level is Level.UNKNOWN or any(left.place == arrival.place for left in residue):
        look.still_there += 1  # or it is not known
        return
    others = tuple(left for left in residue if left.place != arrival.place)
    found = count_leftovers(inventory, others)
    columns: dict[str, object] = {
        "level": level, "left": len(others), "by_name": found.by_name, "cleared_at": look.at,
        "reason": _describe(_TAKEN_AWAY, found),
    }  # fmt: skip
    if photo_rows.move_device_file(look.entries.connection, device_file, FileState.GONE, **columns):
        facts = {"photo": device_file.photo, "device": device_file.device, "name": device_file.name} | found.facts
        look.entries.add(Kind.FILE_GONE, level=level, left=len(others), reason=as_reason(_TAKEN_AWAY), **facts)
        look.taken_away += 1
        look.levels.append(level)
        _write_found(look, device_file.photo, arrival.size, others)


def _write_found(look: _Look, photo: str, size: int, residue: Iterable[Residue]) -> None:
    """Write down the files that have the photo's very bytes as seen, unless they are known."""
    key = look.workspace.keys.tags
    for left in residue:
        if left.kind not in FOUND_BY_BYTES or left.place is None or left.stat is None:
            continue
        arrival = Arrival(photo, size, f"{photo}.photo", left.place, left.stat)
        look.found += write_found(look.entries, key, arrival, look.at)


def _level(inventory: Inventory, residue: Iterable[Residue]) -> Level:
    """Return how surely it is gone, as after a deletion: re-checked only where copies and trash could be searched."""
    if inventory.is_blind:
        return Level.UNKNOWN
    is_read = inventory.is_read and all(left.kind is not ResidueKind.UNREADABLE for left in residue)
    return Level.RE_CHECKED if inventory.device.record.may_search_volume and is_read else Level.NOT_LISTED


def _describe(reason: str | None, found: Leftovers) -> str | None:
    return " ".join(filter(None, (reason, *found.describe()))) or None
