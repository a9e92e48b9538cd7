"""What stands still until a person does something: each with its reason and the next step.  Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from redact.devices.next_step import (
    standing_of,
    way_to_account_for,
    way_to_delete,
    way_to_empty_bin,
    way_to_mark,
    way_to_part,
    way_to_take_off,
    way_to_take_off_set_aside,
)
from redact.errors import counted, short_id
from redact.photos.checks.unknown import read_unknown
from redact.photos.kept import why_differs, why_kept, why_original_differs, why_plain_kept, why_unproven
from redact.photos.placing.not_ours import why_not_ours
from redact.reports.items import Item, item_of_photo
from redact.reports.overdue import list_left
from redact.store import photos as photo_rows
from redact.store.devices import Clears, DeviceStanding, Owner, RegisteredDevice
from redact.store.holds import LegalHold
from redact.store.key_facts import read_facts
from redact.store.latest import NEXT_STEP, NEXT_STEP_AHEAD
from redact.store.log.last_check import read_last_check
from redact.store.log.losses import list_losses
from redact.store.log.recent import KEEP_AND_VERIFY, STATUS_MOST, check_recent
from redact.store.originals import (
    ORIGINALS,
    count_sealed_to_former,
    list_kept,
    list_unproven,
    read_kept,
    read_plain_kept,
)
from redact.store.photos import IN_BINS, FileState, LeftItem, LeftKind, State
from redact.store.photos.overview import (
    Waits,
    list_lags,
    list_open,
    list_set_aside,
    list_waits,
    read_changes,
)
from redact.store.photos.recalls import is_recalled_by_hand, list_recalls
from redact.store.photos.stored_copies import COPIES
from redact.store.photos.watched import list_faults
from redact.store.placing.for_use import read_not_ours
from redact.store.schema.rows import NEXT_STEP as NEXT_STEP_ROW
from redact.store.schema.rows import RowUnreadable, as_far_as_readable
from redact.store.staff.messages import newest_fault
from redact.system.clock import print_moment
from redact.workspace.open import SEALED_TO, Workspace

OPEN_LONG_S = 3600.0  # seconds after which an open deletion needs a person; the watcher ends one within minutes
_DOCTOR = "redact doctor"


def list_for_person(
    connection: Connection, workspace: Workspace, devices: Iterable[RegisteredDevice], holds: Iterable[LegalHold]
) -> Iterator[Item]:
    """Yield everything that stands still until a person does something.

    What the database says of one thing and cannot be read hides nothing of another; `list_unreadable` tells it.
    """
    known, holds, now = {device.id: device for device in devices}, tuple(holds), workspace.now()
    sections: tuple[tuple[str, Iterator[Item]], ...] = (
        ("log_checkpoints", _objections(workspace, now)),
        ("log_checkpoints", _clock(connection, workspace, now)),
        ("log_entries", _log_faults(connection, workspace, now)),
        ("log_entries", _changed_holds(workspace, holds)),
        ("photos", _stopped_photos(connection, workspace)),
        ("shown", _recalls(connection)),
        ("device_files", _failed_deletions(connection, known, now)),
        ("device_files", _waiting_deletions(connection, known, holds, now)),
        ("device_files", _set_aside_files(connection, known, now)),
        ("left_items", _left_items(connection, known, now)),
        ("photos", _kept_originals(connection, now)),
        ("facts", _kept_plain(connection, now)),
        ("photos", _sealed_to_former(connection, now)),
        ("photos", _differing_copies(connection)),
        ("photos", _differing_originals(connection)),
        ("facts", _not_ours(connection)),
        ("facts", _unknown_originals(connection)),
        ("messages", _messages(connection)),
        ("log_mirrors", _mirrors(connection)),
    )
    for table, section in sections:
        yield from as_far_as_readable(connection, table, section)


def list_unreadable(unreadable: Iterable[RowUnreadable], now: datetime) -> Iterator[Item]:
    """Give the rows that somebody changed so that they cannot be read, once the rest was read."""
    for each in unreadable:
        yield Item("database", "not readable", print_moment(now), each.what, NEXT_STEP_ROW)


def _messages(connection: Connection) -> Iterator[Item]:
    unsent = newest_fault(connection)
    if unsent is not None:
        number, fault, since = unsent
        reason = f"{counted(number, 'message')} to staff {'was' if number == 1 else 'were'} not sent. {fault}"
        next_step = "Look: redact messages list. When it is mended: redact messages test LOGIN"
        yield Item("messages", "messages not sent", since, reason, next_step)


def _mirrors(connection: Connection) -> Iterator[Item]:
    for loss in list_losses(connection):
        yield Item(loss.mirror, "checkpoints lost", loss.at, loss.sentence, loss.next_step)
    for lag in list_lags(connection):
        has = counted(lag.size, "entry")
        reason = f"A checkpoint mirror of the audit log takes no checkpoint: {lag.fault}. It has {has}."
        next_step = f"Make the folder reachable; the watcher then catches up. See: {_DOCTOR}"
        yield Item(lag.mirror, "checkpoints lag", lag.at, reason, next_step)


def _objections(workspace: Workspace, now: datetime) -> Iterator[Item]:
    """Yield first what stops everything: the mirrors are read here and now."""
    for objection in workspace.audit_log.standing.look():
        at = objection.at or print_moment(now)
        yield Item(objection.mirror, "log not written", at, objection.sentence, objection.next_step)


def _clock(connection: Connection, workspace: Workspace, now: datetime) -> Iterator[Item]:
    why = workspace.why_behind(connection)
    if why is not None:
        reason = f"{why} No post is approved or put out, and no original destroyed."
        yield Item("clock", "clock behind", print_moment(now), reason, NEXT_STEP)
    ahead = workspace.why_ahead(connection)
    if ahead is not None:
        yield Item("clock", "clock went forward", print_moment(now), ahead, NEXT_STEP_AHEAD)


def _log_faults(connection: Connection, workspace: Workspace, now: datetime) -> Iterator[Item]:
    """Yield the first fault of the log's entries since the last check, or else that the last check failed."""
    last = read_last_check(connection)
    faults = check_recent(connection, workspace.log, STATUS_MOST).faults
    for found in faults[:1]:
        reason = f"The audit log is not what was written ({found.fault}): {found.sentence}."
        yield Item("audit-log", "log not intact", print_moment(now), reason, KEEP_AND_VERIFY, count=len(faults))
    if not faults and last is not None and not last.is_intact:
        reason = "The audit log is not what was signed: entries were edited, dropped or swapped."
        yield Item("audit-log", "log check failed", last.at, reason, "Say what, and where: redact audit verify")


def _changed_holds(workspace: Workspace, holds: Iterable[LegalHold]) -> Iterator[Item]:
    known = {hold.id for hold in holds}
    for hold in workspace.audit_log.holds.on_as_listed():
        if hold.id not in known:
            reason = (
                "The audit log says that this hold is on, and the table of holds does not: somebody changed the "
                "database. What it covers stays."
            )
            yield Item(hold.id, "hold changed", hold.added_at, reason, "See: redact audit verify", hold.device)


def _stopped_photos(connection: Connection, workspace: Workspace) -> Iterator[Item]:
    stopped = (State.HELD, State.REFUSED, State.WANTED)
    since = read_changes(connection, stopped)
    for photo in (photo for state in stopped for photo in photo_rows.list_photos(connection, [state])):
        short = short_id(photo.sha256)
        ways = {
            State.HELD: f"Look: redact show {short}. Then: redact retry {short}; or, if nothing of it is to be "
            f"published: redact set-aside {short}",
            State.REFUSED: f"Look: redact show {short}. If nothing of it is to be published: redact set-aside {short}",
            State.WANTED: "Keep the watcher running, with the device connected and the file in its place; or open the "
            f"sealed original: redact retry {short} --key FILE; or give it up: redact set-aside {short}",
        }
        yield item_of_photo(workspace, photo, photo.state.value, ways[photo.state], since)


def _kept_originals(connection: Connection, now: datetime) -> Iterator[Item]:
    for original in list_kept(connection):
        next_step = (
            "Bring the copy back from the backup of trust storage, under its name; or have it made again from the "
            f"original: redact retry {short_id(original.photo)} --key FILE"
        )
        yield Item(short_id(original.photo), "original kept", original.since, why_kept(original), next_step)
    for original in list_unproven(connection):
        at = original.since or print_moment(now)
        yield Item(
            short_id(original.photo), "original unproven", at, why_unproven(original), "See: redact audit verify"
        )


def _kept_plain(connection: Connection, now: datetime) -> Iterator[Item]:
    for photo in sorted(read_plain_kept(connection)):
        next_step = (
            "Keep the folder quarantine as it is. See: redact audit verify. Then bring the database back from its "
            f"backup, or have the photo taken in again: redact retry {short_id(photo)}"
        )
        yield Item(short_id(photo), "plain original kept", print_moment(now), why_plain_kept(photo), next_step)


def _sealed_to_former(connection: Connection, now: datetime) -> Iterator[Item]:
    known = read_facts(connection).get(SEALED_TO)
    count = 0 if known is None else count_sealed_to_former(connection, known)
    if count:
        reason = (
            f"A key was changed, and {counted(count, 'original')} can still be opened with the former one, not with "
            "the new one."
        )
        next_step = "Seal them again, with the former key or the one that did not change: redact keys reseal --key FILE"
        yield Item("keys", "sealed to former key", print_moment(now), reason, next_step, count=count)


def _differing_copies(connection: Connection) -> Iterator[Item]:
    kept = read_kept(connection)  # listed already as kept originals
    for copy in (copy for copy in list_faults(connection, COPIES) if copy.photo not in kept):
        again = "Find out who has access there. Bring the copy back from the backup of trust storage, under its name"
        if not copy.is_destroyed:
            again += f"; or have it made again: redact retry {short_id(copy.photo)} --key FILE"
        at = copy.fault_at or copy.since
        yield Item(short_id(copy.photo), "copy differs", at, why_differs(copy), f"{again}.")


def _differing_originals(connection: Connection) -> Iterator[Item]:
    for original in list_faults(connection, ORIGINALS):
        short = short_id(original.photo)
        lost = (
            "its stored copy stands and cannot be drawn again, and a file of it that lies on a device is not deleted"
            if original.has_copy
            else f"while its file lies on a device, it is sealed again from there: redact retry {short}"
        )
        next_step = (
            "Find out who has access there. Bring its sealed file back from the backup of the vault, in its place. "
            f"Where no backup has it, move what lies there out of the vault: {lost}. Once it is lost for good: redact "
            f"accept-lost {short}"
        )
        at = original.fault_at or original.since
        yield Item(short, "original differs", at, why_original_differs(original), next_step)


def _not_ours(connection: Connection) -> Iterator[Item]:
    found = read_not_ours(connection)
    if found is not None and found.count:
        next_step = (
            "Look into for-use of trust storage: ours are called by 24 hex digits. Move the others to where they "
            "belong; a photo goes into a drop folder. This ends within a minute of it."
        )
        yield Item("for-use", "not ours", found.since, why_not_ours(found.count), next_step, count=found.count)


def _unknown_originals(connection: Connection) -> Iterator[Item]:
    found = read_unknown(connection)
    if found.count:
        next_step = (
            "Write each to a file with a key: redact original ID --key FILE --out FILE; then put it into a drop "
            "folder, and it is taken in again. What is not wanted any more is moved out of the vault by hand."
        )
        yield Item("vault", "originals unknown", found.since, found.sentence, next_step, count=found.count)


def _recalls(connection: Connection) -> Iterator[Item]:
    for recall in list_recalls(connection):
        short, copy = short_id(recall.photo), recall.copy or ""
        by_hand = is_recalled_by_hand(connection, recall.photo)
        gone = "A consent for a face or name that its copy shows has gone."
        reason = "A person recalled its copy." if by_hand else gone
        rest = photo_rows.list_device_files(connection, photo=recall.photo, states=photo_rows.ON_DEVICE)
        again = f"redact retry {short}" if rest else f"redact retry {short} --key FILE"
        next_step = (
            f"Take copy {copy} down where it was posted. Have it made again: {again}; "
            f"or give it up: redact set-aside {short}"
        )
        yield Item(short, "recalled", recall.recalled_at, reason, next_step)


def _failed_deletions(connection: Connection, known: Mapping[str, RegisteredDevice], now: datetime) -> Iterator[Item]:
    for device_file in photo_rows.list_device_files(connection, states=[FileState.KEPT, FileState.UNKNOWN]):
        short = short_id(device_file.photo)
        what = "not deleted" if device_file.state is FileState.KEPT else "not known to be gone"
        reason = device_file.reason or "Its deletion failed."
        yield Item(
            short,
            what,
            device_file.seen_at,
            reason,
            way_to_delete(known.get(device_file.device), device_file.device, now),
            device_file.device,
        )
    for device_file in photo_rows.list_device_files(connection, states=[FileState.REMOVED]):
        reason, at = device_file.reason or "Nobody saw it go.", device_file.cleared_at or device_file.seen_at
        next_step = way_to_account_for(device_file.device)
        yield Item(short_id(device_file.photo), "gone before", at, reason, next_step, device_file.device)
    before = print_moment(now - timedelta(seconds=OPEN_LONG_S))
    for found in list_open(connection):
        if found.at < before or standing_of(known.get(found.device), now) is not DeviceStanding.APPROVED:
            reason = f"Its deletion was begun (entry {found.entry}) and never ended."
            next_step = way_to_delete(known.get(found.device), found.device, now)
            yield Item(short_id(found.photo), "deletion open", found.at, reason, next_step, found.device)


def _waiting_deletions(
    connection: Connection, known: Mapping[str, RegisteredDevice], holds: tuple[LegalHold, ...], now: datetime
) -> Iterator[Item]:
    for waits in list_waits(connection):
        device = known.get(waits.device)
        standing = standing_of(device, now)
        if standing is not DeviceStanding.APPROVED:
            count = waits.count
            lie = "lies" if count == 1 else "lie"
            reason = f"{counted(count, 'file')} of stored photos {lie} on a device that is {standing}."
        else:
            count = _count_free(waits, holds)
            if not count:
                continue  # on purpose; the hold itself is listed
            if waits.reason is None and device is not None and device.clears is Clears.AT_ONCE:
                continue  # the watcher does it by itself
            wait = "waits for a person to have it deleted" if count == 1 else "wait for a person to have them deleted"
            reason = waits.reason or f"{counted(count, 'file')} of stored photos {wait}."
        next_step = way_to_delete(device, waits.device, now)
        yield Item(waits.device, "not deleted", waits.since, reason, next_step, waits.device, 0, count)


def _count_free(waits: Waits, holds: tuple[LegalHold, ...]) -> int:
    """Return how many of the files no hold stops: neither one on everything or the device, nor one on the photo."""
    return 0 if any(hold.covers(waits.device, "") for hold in holds) else waits.count - waits.on_hold


def _set_aside_files(connection: Connection, known: Mapping[str, RegisteredDevice], now: datetime) -> Iterator[Item]:
    for found in list_set_aside(connection):
        device = known.get(found.device)
        whose = "a personal device" if device is not None and device.owner is Owner.PERSONAL else "their device"
        lie = "lies" if found.count == 1 else "lie"
        reason = (
            f"{counted(found.count, 'file')} of photos that were set aside still {lie} on {whose}; this program does "
            "not delete what it did not store."
        )
        next_step = way_to_take_off_set_aside(device, found.device, now)
        yield Item(found.device, "set aside", found.since, reason, next_step, found.device, 0, found.count)


def _left_items(connection: Connection, known: Mapping[str, RegisteredDevice], now: datetime) -> Iterator[Item]:
    alike: dict[tuple[str, LeftKind, str], list[LeftItem]] = {}  # the oldest first
    for left in list_left(connection, known, now):
        alike.setdefault((left.device, left.kind, left.why), []).append(left)
    for (device, kind, why), items in alike.items():
        since, count = items[0].first_seen_at, len(items)
        if kind is LeftKind.UNMARKED:
            yield Item(device, "no marker", since, why, way_to_mark(device), device)
        elif kind is LeftKind.FOREIGN:
            yield Item(device, "another marker", since, why, way_to_part(device), device)
        elif kind in IN_BINS:
            yield _item_of_bin(device, kind, count, since)
        else:
            next_step = way_to_take_off(known.get(device), device, now)
            yield Item(device, "left on device", since, why, next_step, device, 0, count)


def _item_of_bin(device: str, kind: LeftKind, count: int, since: str) -> Item:
    """Return what lies in the bins of a device as one entry."""
    if kind is LeftKind.CLOSED_BIN:
        bins = "A bin" if count == 1 else f"{count} bins"
        reason = f"{bins} of {device} could not be looked into, so that nobody knows what lies there."
        return Item(device, "closed bin", since, reason, way_to_empty_bin(device), device, 0, count)
    what = "photo" if kind is LeftKind.BINNED_PHOTO else "film or RAW photo"
    lie = f"1 {what} lies" if count == 1 else f"{count} {what.replace('film', 'films')}s lie"
    reason = f"{lie} in the bin of {device}: nobody took in what was thrown away there, and nobody deleted it."
    return Item(device, "in the bin", since, reason, way_to_empty_bin(device), device, 0, count)
