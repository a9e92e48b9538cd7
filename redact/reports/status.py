"""Where everything stands: what came in, what is under way, what needs a person, what is overdue.  Reads only.

Every entry has an id that a person can type, a reason in a sentence and the next step.  Entries carry no path, no file
name and no child's name, so that they may be printed anywhere, into a log too; only `redact show` says where a file
lies, and only on a terminal (redact/reports/story.py).

A device's verdict is the lowest level of its places, on the ladder of redact/audit/level.py:
unknown < attested < not-listed < re-checked < cleared < erased.  Lowest first because each step needs more to have
been seen: nothing known; an attestation; the file system does not list it; the volume, its copies and its trash were
searched; the whole card was overwritten and read back; the managed device was reset.  A file that is still there, or
whose deletion failed or never ended, or that lies in a bin and was never taken in, makes the device `unknown`: one such
file outweighs a thousand that are gone.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeVar

from sqlalchemy import Connection

from redact.audit.level import Level, lowest
from redact.devices.next_step import standing_of
from redact.errors import counted, short_id
from redact.reports.for_person import list_for_person, list_unreadable
from redact.reports.health import Health, health_of, is_fresh, machine_digits, why_nothing_comes_in
from redact.reports.items import Item, item_of_photo, only_of, photos_of_school
from redact.reports.overdue import Late, list_late
from redact.store import photos as photo_rows
from redact.store.devices import DeviceStanding, Kind, RegisteredDevice, read_devices
from redact.store.holds import LegalHold, list_holds
from redact.store.machines import last_sign, list_machines
from redact.store.photos import IN_BINS, FileState, State
from redact.store.photos.counter_runs import runs_by_device
from redact.store.photos.overview import (
    Files,
    count_files,
    list_little_left,
    list_maybes,
    read_changes,
)
from redact.store.posts.take_down_list import list_take_downs
from redact.store.queue import count_to_review
from redact.store.schema.rows import noting
from redact.system.clock import print_moment
from redact.workspace.open import Workspace
from watcher import CounterRun, Gap, find_gaps_between

T = TypeVar("T")

#: Copies to review that are counted, of those that ask and of the others each, so that a million of them cost no more:
#: whoever reads "1000" goes and looks.
MOST_TO_REVIEW = 1000


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """One device of the register."""

    id: str
    kind: str
    owner: str
    holder: str  # role
    standing: DeviceStanding
    until: str
    clears: str  # at-once | by-hand
    last_seen_at: str | None
    attested_at: str | None
    taken: int  # files whose photos were taken in
    cleared: int  # ... of which so many are known to be gone
    left: int  # ... and so many are not
    verdict: Level | Literal[""]  # "" where nothing was ever found
    holds: tuple[str, ...]  # ids
    gaps: tuple[str, ...]  # in the camera's counter, a sentence each
    binned: int = 0  # things in its bins that were never taken in, and bins that could not be looked into


@dataclass(frozen=True, slots=True)
class Status:
    """Where everything stands at one moment."""

    at: str
    watched_at: str | None  # the watcher's last sign of life; None: it never ran here
    is_watched: bool  # that sign is fresh, and the watcher did not end
    photos: tuple[tuple[str, int], ...]  # by state, every state
    waits: tuple[Item, ...]  # tried again by itself, or held back on purpose
    for_person: tuple[Item, ...]
    overdue: tuple[Item, ...]
    devices: tuple[DeviceLine, ...]
    holds: tuple[LegalHold, ...]
    ended_at: str | None = None  # when the watcher ended, where it was not started since
    maybes: tuple[tuple[str, int], ...] = ()  # photo's id and its places that may be faces and were left bare
    health: Health | None = None  # of the whole workspace, whichever school is asked for
    machines: tuple[tuple[str, str, str], ...] = ()  # digits of `health`, machine and host
    take_downs: tuple[tuple[int, int, str, bool], ...] = ()  # number, post, due, and whether that is over
    little_left: tuple[tuple[str, bool], ...] = ()  # photo's id, and whether a part of it is worth keeping
    to_review: int = 0  # copies on which nobody has decided; `MOST_TO_REVIEW` that ask, and as many others, at most
    asks: int = 0  # of those, so many in which a place asks somebody
    disk: str = ""  # why photos wait on their devices, a sentence


def read_status(workspace: Workspace, school: str | None = None) -> Status:
    """Return where everything stands, of one school or of all.

    What belongs to no school (a mirror of the audit log, a hold on the workspace) is only in the list of all.

    Raises:
        DatabaseFault: the database does not answer.
    """
    now, schools = workspace.now(), None if school is None else frozenset({school})
    with workspace.database.read() as connection:
        unreadable = noting(connection)
        photo_rows.note_stateless(connection)
        devices, holds = read_devices(connection, school), list_holds(connection)
        # What waits, and what is said of photos; of one school what is its own.
        waits = tuple(_waits(connection, workspace, holds))
        for_person = tuple(list_for_person(connection, workspace, devices, holds))
        maybes, little_left = list_maybes(connection), list_little_left(connection)
        ids = (*(item.id for item in (*waits, *for_person)), *(short_id(photo) for photo, _ in (*maybes, *little_left)))
        of_school = photos_of_school(connection, school, ids)
        counts = photo_rows.count_states(connection, school)
        to_review = count_to_review(connection, schools, MOST_TO_REVIEW)
        sign = last_sign(connection, workspace.executor)
        status = Status(
            at=print_moment(now),
            watched_at=sign.ended_at or sign.beat_at,
            is_watched=is_fresh(sign, now),
            photos=tuple((state.value, counts.get(state, 0)) for state in State),
            waits=tuple(only_of(of_school, devices, waits)),
            for_person=tuple(only_of(of_school, devices, for_person)),
            overdue=_overdue(connection, workspace, devices, now),
            devices=_lines(connection, devices, holds, workspace.latest(connection)),
            holds=holds,
            ended_at=sign.ended_at,
            maybes=_of_school(maybes, of_school),
            health=health_of(connection, now),
            machines=tuple((machine_digits(each.id), each.id, each.host) for each in list_machines(connection)),
            take_downs=_take_downs(connection, schools, print_moment(now)),
            little_left=_of_school(little_left, of_school),
            to_review=sum(to_review.values()),
            asks=to_review.get(True, 0),
            disk=why_nothing_comes_in(workspace.settings),
        )
        if school is not None:
            return status
        changed = list_unreadable(unreadable, now)  # last: all was read by now
        return replace(status, for_person=(*changed, *status.for_person))


def _lines(
    connection: Connection, devices: Iterable[RegisteredDevice], holds: Sequence[LegalHold], now: datetime
) -> tuple[DeviceLine, ...]:
    """Return how devices stand, by three queries, however many there are."""
    files, runs = count_files(connection), runs_by_device(connection)
    binned = photo_rows.count_left(connection, IN_BINS)
    return tuple(
        _line(each, files.get(each.id, Files()), holds, now, binned[each.id], runs.get(each.id, ())) for each in devices
    )


def needs_person(workspace: Workspace) -> bool:
    """Return whether anything stands still until a person does something.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        unreadable = noting(connection)
        photo_rows.note_stateless(connection)
        found = list_for_person(connection, workspace, read_devices(connection), list_holds(connection))
        return next(found, None) is not None or bool(unreadable)


def list_overdue(workspace: Workspace, school: str | None = None) -> tuple[Item, ...]:
    """Return the devices whose photos should have been deleted by now: for `redact devices overdue`.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        return _overdue(connection, workspace, read_devices(connection, school), workspace.now())


def device_line(connection: Connection, device: RegisteredDevice, now: datetime) -> DeviceLine:
    """Return how one device stands."""
    files = count_files(connection).get(device.id, Files())
    binned = photo_rows.count_left(connection, IN_BINS)[device.id]
    runs = runs_by_device(connection, device.id).get(device.id, ())
    return _line(device, files, list_holds(connection), now, binned, runs)


def _take_downs(
    connection: Connection, schools: frozenset[str] | None, now: str
) -> tuple[tuple[int, int, str, bool], ...]:
    found = list_take_downs(connection, schools)
    return tuple((each.id, each.post, each.due_at, each.is_overdue_at(now)) for each in found)


# -- photos of one school --


def _of_school(found: Iterable[tuple[str, T]], of_school: Container[str] | None) -> tuple[tuple[str, T], ...]:
    """Return of photos, each with what is known of it, those of the school, with the id that a person types."""
    named = ((short_id(sha256), fact) for sha256, fact in found)
    return tuple((photo, fact) for photo, fact in named if of_school is None or photo in of_school)


# -- what waits and goes on by itself --


def _waits(connection: Connection, workspace: Workspace, holds: Iterable[LegalHold]) -> Iterator[Item]:
    since = read_changes(connection, photo_rows.UNDER_WAY)
    for photo in photo_rows.list_photos(connection, photo_rows.UNDER_WAY):
        if photo.reason:
            next_step = "Nothing to do, unless it says so: it is tried again by the running watcher, for ever."
            yield item_of_photo(workspace, photo, "waits", next_step, since)
    for hold in holds:
        named = {
            "device": f"Nothing of device {hold.device}",
            "photo": f"No file of photo {short_id(hold.photo or '')}",
            "workspace": "Nothing at all",
        }
        reason = f"{named.get(hold.scope, named['workspace'])} is deleted: {hold.reason}"
        yield Item(
            hold.id, "on hold", hold.added_at, reason, f"When it is over: redact hold lift {hold.id}", hold.device
        )


# -- what is overdue --


def _overdue(
    connection: Connection, workspace: Workspace, devices: Sequence[RegisteredDevice], now: datetime
) -> tuple[Item, ...]:
    found = [_item(late) for lates in list_late(connection, workspace, devices, now).values() for late in lates]
    return tuple(sorted(found, key=lambda item: (item.since, item.id)))


def _item(late: Late) -> Item:
    return Item(late.device, late.what, late.since, late.reason, late.next_step, late.device, 0, late.count)


# -- devices --


def _line(
    device: RegisteredDevice,
    files: Files,
    holds: Iterable[LegalHold],
    now: datetime,
    binned: int,
    runs: Iterable[CounterRun],
) -> DeviceLine:
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
        _verdict(device, files, binned),
        tuple(hold.id for hold in holds if hold.scope == "workspace" or hold.device == device.id),
        tuple(map(_print_gap, find_gaps_between(runs))),
        binned,
    )


def _verdict(device: RegisteredDevice, files: Files, binned: int) -> Level | Literal[""]:
    levels = set(files.levels)
    if files.left or binned:
        levels.add(Level.UNKNOWN)
    if device.kind is Kind.ATTEST_ONLY:
        levels.add(Level.UNKNOWN if device.attested_at is None else Level.ATTESTED)
    return lowest(levels)


def _print_gap(gap: Gap) -> str:
    photos = counted(gap.missing, "photo")
    return f"{gap.series}{gap.after:04} to {gap.series}{gap.before:04}: {photos} counted and not handed in"
