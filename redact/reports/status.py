"""Where everything stands: what came in, what is under way, what needs a person, what is overdue.  Reads only.

Every entry has an id that a person can type, a reason in a sentence and the next step.  Entries carry no path, no file
name and no child's name, so that they may be printed anywhere, into a log too; where a file lies is told by
`redact show` alone, and only on a terminal (redact/reports/story.py).

A device's verdict is the lowest level of its places, on the ladder of redact/audit/deletions/values.py:
unknown < attested < not-listed < re-checked < cleared < erased.  Lowest first because each step needs more to have
been seen: nothing known; somebody's word; the file system does not list it; the volume, its copies and its trash were
searched; the whole card was overwritten and read back; the managed device was reset.  A file that is still there, or
whose deletion failed or never ended, makes the device `unknown`: one such file outweighs a thousand that are gone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from redact.audit.deletions.values import lowest
from redact.devices.may_clear import ON_HOLD
from redact.devices.next_step import (
    standing_of,
    way_to_account_for,
    way_to_delete,
    way_to_take_off,
    way_to_take_off_set_aside,
)
from redact.errors import short_id
from redact.photos.retention import why_kept
from redact.photos.storage_check import why_differs
from redact.reports.overdue import Late, list_late, list_left
from redact.store import photos as records
from redact.store.devices import Clears, Kind, Owner, RegisteredDevice, read_devices
from redact.store.holds import LegalHold, list_holds
from redact.store.log.losses import list_losses
from redact.store.machines import LastWord, last_word
from redact.store.originals import list_kept, read_kept
from redact.store.overview import (
    Files,
    Waits,
    count_files,
    list_lags,
    list_maybes,
    list_open,
    list_set_aside,
    list_waits,
    read_changes,
)
from redact.store.photos import FileState, Photo, State
from redact.store.recalls import list_recalls
from redact.store.stored_copies import list_faults
from redact.system.clock import print_moment
from redact.workspace.open import Workspace
from watcher import Counter as CameraCounter
from watcher import Gap, find_gaps

OPEN_LONG_S = 3600.0  # seconds after which an open deletion needs a person; the watcher ends one within minutes
BEAT_FRESH_S = 120.0  # seconds; a watcher says every 30 that it lives
_DOCTOR = "redact doctor"


@dataclass(frozen=True, slots=True)
class Item:
    """Something that waits, needs a person, or is overdue."""

    id: str  # what a person types: 12 digits of a photo's id, a device, a hold, a checkpoint mirror
    what: str  # two or three words
    since: str  # a moment
    reason: str  # a sentence
    next_step: str  # what to do
    device: str | None = None
    tries: int = 0  # so far
    count: int = 1  # files or photos it stands for


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """One device of the register."""

    id: str
    kind: str
    owner: str
    holder: str  # role
    standing: str  # approved | expired | retired
    until: str
    clears: str  # at-once | by-hand
    last_seen_at: str | None
    attested_at: str | None
    taken: int  # files whose photos were taken in
    cleared: int  # ... of which so many are known to be gone
    left: int  # ... and so many are not
    verdict: str  # of the ladder; "" where nothing was ever found
    holds: tuple[str, ...]  # ids
    gaps: tuple[str, ...]  # in the camera's counter, a sentence each


@dataclass(frozen=True, slots=True)
class Status:
    """Where everything stands at one moment."""

    at: str
    watched_at: str | None  # the watcher's last word; None: it never ran here
    is_watched: bool  # its last word is fresh, and is not that it came to its end
    photos: tuple[tuple[str, int], ...]  # by state, every state
    waits: tuple[Item, ...]  # tried again by itself, or held back on purpose
    for_person: tuple[Item, ...]
    overdue: tuple[Item, ...]
    devices: tuple[DeviceLine, ...]
    holds: tuple[LegalHold, ...]
    ended_at: str | None = None  # the watcher came to its end then, and was not started since
    maybes: tuple[tuple[str, int], ...] = ()  # photo's id and its places that may be faces and were left bare


def read_status(workspace: Workspace) -> Status:
    """Return where everything stands.

    Raises:
        DatabaseFault: the database does not answer.
    """
    now = workspace.now()
    with workspace.database.read() as connection:
        devices, holds, files = read_devices(connection), list_holds(connection), count_files(connection)
        word = last_word(connection, workspace.executor)
        counts = records.count_states(connection)
        return Status(
            print_moment(now),
            word.ended_at or word.beat_at,
            _is_watched(word, now),
            tuple((state.value, counts.get(state, 0)) for state in State),
            tuple(_waits(connection, workspace, holds)),
            tuple(_for_person(connection, workspace, devices, holds)),
            _overdue(connection, workspace, devices, now),
            tuple(_line(connection, device, files.get(device.id, Files()), holds, now) for device in devices),
            holds,
            word.ended_at,
            tuple((short_id(sha256), places) for sha256, places in list_maybes(connection)),
        )


def _is_watched(word: LastWord, now: datetime) -> bool:
    is_fresh = word.beat_at is not None and word.beat_at >= print_moment(now - timedelta(seconds=BEAT_FRESH_S))
    return is_fresh and word.ended_at is None


def needs_person(workspace: Workspace) -> bool:
    """Say whether anything stands still until a person does something.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        found = _for_person(connection, workspace, read_devices(connection), list_holds(connection))
        return next(found, None) is not None


def list_overdue(workspace: Workspace) -> tuple[Item, ...]:
    """Return the devices whose photos should have been deleted by now: for `redact devices overdue`.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        return _overdue(connection, workspace, read_devices(connection), workspace.now())


def device_line(connection: Connection, device: RegisteredDevice, now: datetime) -> DeviceLine:
    """Return how one device stands."""
    files = count_files(connection).get(device.id, Files())
    return _line(connection, device, files, list_holds(connection), now)


# -- what waits and goes on by itself --


def _waits(connection: Connection, workspace: Workspace, holds: Iterable[LegalHold]) -> Iterator[Item]:
    since = read_changes(connection, records.UNDER_WAY)
    for photo in records.list_photos(connection, records.UNDER_WAY):
        if photo.reason:
            next_step = "Nothing to do, unless it says so: it is tried again by the running watcher, for ever."
            yield _of_photo(workspace, photo, "waits", next_step, since)
    for hold in holds:
        named = {
            "device": f"Nothing of device {hold.device}",
            "photo": f"No file of photo {short_id(hold.photo or '')}",
            "workspace": "Nothing at all",
        }
        reason = f"{named[hold.scope]} is deleted: {hold.reason}"
        yield Item(
            hold.id, "on hold", hold.added_at, reason, f"When it is over: redact hold lift {hold.id}", hold.device
        )


# -- what needs a person --


def _for_person(
    connection: Connection, workspace: Workspace, devices: Iterable[RegisteredDevice], holds: Iterable[LegalHold]
) -> Iterator[Item]:
    known, holds, now = {device.id: device for device in devices}, tuple(holds), workspace.now()
    yield from _stopped_photos(connection, workspace)
    yield from _recalls(connection)
    yield from _failed_deletions(connection, known, now)
    yield from _waiting_deletions(connection, known, holds, now)
    yield from _set_aside_files(connection, known, now)
    yield from _left_items(connection, known, now)
    yield from _kept_originals(connection)
    yield from _differing_copies(connection)
    for loss in list_losses(connection):
        next_step = f"Find out who has access there. When that is settled: redact audit accept-loss {loss.mirror}"
        yield Item(loss.mirror, "checkpoints lost", loss.at, loss.sentence, next_step)
    for lag in list_lags(connection):
        reason = f"A checkpoint mirror of the audit log takes no checkpoint: {lag.fault}. It has {lag.size} entries."
        next_step = f"Make the folder reachable; the watcher then catches up. See: {_DOCTOR}"
        yield Item(lag.mirror, "checkpoints lag", lag.at, reason, next_step)


def _stopped_photos(connection: Connection, workspace: Workspace) -> Iterator[Item]:
    stopped = (State.HELD, State.REFUSED, State.WANTED)
    since = read_changes(connection, stopped)
    for photo in (photo for state in stopped for photo in records.list_photos(connection, [state])):
        short = short_id(photo.sha256)
        ways = {
            State.HELD: f"Look: redact show {short}. Then: redact retry {short}; or, if nothing of it is to be "
            f"published: redact set-aside {short}",
            State.REFUSED: f"Look: redact show {short}. If nothing of it is to be published: redact set-aside {short}",
            State.WANTED: "Keep the watcher running, with the device connected and the file in its place; or open the "
            f"sealed original: redact retry {short} --key FILE; or give it up: redact set-aside {short}",
        }
        yield _of_photo(workspace, photo, photo.state.value, ways[photo.state], since)


def _kept_originals(connection: Connection) -> Iterator[Item]:
    for original in list_kept(connection):
        next_step = (
            "Bring the copy back from the backup of trust storage, under its name; or have it made again from the "
            f"original: redact retry {short_id(original.photo)} --key FILE"
        )
        yield Item(short_id(original.photo), "original kept", original.since, why_kept(original), next_step)


def _differing_copies(connection: Connection) -> Iterator[Item]:
    kept = read_kept(connection)  # told as such already
    for copy in (copy for copy in list_faults(connection) if copy.photo not in kept):
        again = "Find out who has access there. Bring the copy back from the backup of trust storage, under its name"
        if not copy.is_destroyed:
            again += f"; or have it made again: redact retry {short_id(copy.photo)} --key FILE"
        at = copy.fault_at or copy.stored_at
        yield Item(short_id(copy.photo), "copy differs", at, why_differs(copy), f"{again}.")


def _recalls(connection: Connection) -> Iterator[Item]:
    for recall in list_recalls(connection):
        short, copy = short_id(recall.photo), recall.copy or ""
        reason = "A consent for a face that its copy shows has gone."
        rest = records.list_device_files(connection, photo=recall.photo, states=records.ON_DEVICE)
        again = f"redact retry {short}" if rest else f"redact retry {short} --key FILE"
        next_step = (
            f"Take copy {copy} down where it was posted. Have it made again: {again}; "
            f"or give it up: redact set-aside {short}"
        )
        yield Item(short, "recalled", recall.recalled_at, reason, next_step)


def _failed_deletions(connection: Connection, known: Mapping[str, RegisteredDevice], now: datetime) -> Iterator[Item]:
    for device_file in records.list_device_files(connection, states=[FileState.KEPT, FileState.UNKNOWN]):
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
    for device_file in records.list_device_files(connection, states=[FileState.REMOVED]):
        reason, at = device_file.reason or "Nobody saw it go.", device_file.cleared_at or device_file.seen_at
        next_step = way_to_account_for(device_file.device)
        yield Item(short_id(device_file.photo), "gone before", at, reason, next_step, device_file.device)
    before = print_moment(now - timedelta(seconds=OPEN_LONG_S))
    for found in list_open(connection):
        if found.at < before or standing_of(known.get(found.device), now) != "approved":
            reason = f"Its deletion was begun (entry {found.entry}) and never ended."
            next_step = way_to_delete(known.get(found.device), found.device, now)
            yield Item(short_id(found.photo), "deletion open", found.at, reason, next_step, found.device)


def _waiting_deletions(
    connection: Connection, known: Mapping[str, RegisteredDevice], holds: tuple[LegalHold, ...], now: datetime
) -> Iterator[Item]:
    for waits in list_waits(connection):
        device = known.get(waits.device)
        standing = standing_of(device, now)
        if _is_all_held(waits, holds) and standing == "approved":
            continue  # on purpose; the hold itself is listed
        if standing == "approved" and waits.reason is None and device is not None and device.clears is Clears.AT_ONCE:
            continue  # the watcher does it by itself
        reason = waits.reason or f"{_files(waits.count)} of stored photos wait for a person to have them deleted."
        if standing != "approved":
            reason = f"{_files(waits.count)} of stored photos lie on a device that is {standing}."
        next_step = way_to_delete(device, waits.device, now)
        yield Item(waits.device, "not deleted", waits.since, reason, next_step, waits.device, 0, waits.count)


def _set_aside_files(connection: Connection, known: Mapping[str, RegisteredDevice], now: datetime) -> Iterator[Item]:
    for found in list_set_aside(connection):
        device = known.get(found.device)
        whose = "a personal device" if device is not None and device.owner is Owner.PERSONAL else "their device"
        lie = "lies" if found.count == 1 else "lie"
        reason = (
            f"{_files(found.count)} of photos that were set aside still {lie} on {whose}; this program does not delete "
            "what it did not store."
        )
        next_step = way_to_take_off_set_aside(device, found.device, now)
        yield Item(found.device, "set aside", found.since, reason, next_step, found.device, 0, found.count)


def _is_all_held(waits: Waits, holds: tuple[LegalHold, ...]) -> bool:
    """Say whether a hold covers them all: the workspace's, the device's, or (as their reason says) each photo's own."""
    if any(hold.scope == "workspace" or hold.device == waits.device for hold in holds):
        return True
    return waits.reason == ON_HOLD and any(hold.photo for hold in holds)


def _left_items(connection: Connection, known: Mapping[str, RegisteredDevice], now: datetime) -> Iterator[Item]:
    groups: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], str] = {}
    for left in list_left(connection, known, now):
        groups[left.device, left.why] += 1
        first.setdefault((left.device, left.why), left.first_seen_at)
    for (device, why), count in groups.items():
        next_step = way_to_take_off(known.get(device), device, now)
        yield Item(device, "left on device", first[device, why], why, next_step, device, 0, count)


# -- what is overdue --


def _overdue(
    connection: Connection, workspace: Workspace, devices: Iterable[RegisteredDevice], now: datetime
) -> tuple[Item, ...]:
    found = [_item(late) for device in devices for late in list_late(connection, workspace, device, now)]
    return tuple(sorted(found, key=lambda item: (item.since, item.id)))


def _item(late: Late) -> Item:
    return Item(late.device, late.what, late.since, late.reason, late.next_step, late.device, 0, late.count)


# -- devices --


def _line(
    connection: Connection, device: RegisteredDevice, files: Files, holds: Iterable[LegalHold], now: datetime
) -> DeviceLine:
    counters = (CameraCounter(series, number) for series, number in records.counters_of(connection, device.id))
    return DeviceLine(
        device.id,
        device.kind.value,
        device.owner.value,
        device.holder.value,
        standing_of(device, now),
        device.until,
        device.clears.value,
        device.last_seen_at,
        device.attested_at,
        files.taken,
        files.states[FileState.GONE],
        files.left,
        _verdict(device, files),
        tuple(hold.id for hold in holds if hold.scope == "workspace" or hold.device == device.id),
        tuple(map(_print_gap, find_gaps(counters))),
    )


def _verdict(device: RegisteredDevice, files: Files) -> str:
    levels = set(files.levels)
    if files.left:
        levels.add("unknown")
    if device.kind is Kind.ATTEST_ONLY:
        levels.add("unknown" if device.attested_at is None else "attested")
    return lowest(levels)


def _print_gap(gap: Gap) -> str:
    photos = "1 photo" if gap.missing == 1 else f"{gap.missing} photos"
    return f"{gap.series}{gap.after:04} to {gap.series}{gap.before:04}: {photos} counted and not handed in"


# -- shared --


def _of_photo(workspace: Workspace, photo: Photo, what: str, next_step: str, since: Mapping[str, str]) -> Item:
    reason = without_paths(workspace, photo.reason or "No reason was written down.")
    at = since.get(photo.sha256, photo.arrived_at)  # an entry may have been erased, and its photo's id with it
    return Item(short_id(photo.sha256), what, at, reason, next_step, tries=photo.attempts)


def without_paths(workspace: Workspace, sentence: str) -> str:
    """Return a reason with the workspace's folders called by their last name: faults of our disk say whole paths."""
    for folder in sorted(workspace.settings.own_folders, key=lambda folder: -len(str(folder))):
        sentence = sentence.replace(str(folder), folder.name)
    return sentence


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"
