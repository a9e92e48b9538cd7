"""The only SQL that looks over the whole workspace: counts, oldest ones, what stands open.  It only reads."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, and_, func, literal, or_, select

from redact.audit.kinds import Kind, spellings
from redact.audit.level import Level
from redact.store.photos import ON_DEVICE, FileState, State
from redact.store.schema.tables import (
    HAS_MAYBE,
    IS_LITTLE_LEFT,
    IS_STORED_BY_ROW,
    device_files,
    holds,
    log_entries,
    log_mirrors,
    photos,
)

_ASKED_AT_ONCE = 200  # ids in one query: SQLite takes 32,766 values, PostgreSQL 65,535
_MOVES = spellings(  # entries with which a photo goes from one state to the next
    Kind.PHOTO_ARRIVED, Kind.PHOTO_SEALED, Kind.PHOTO_REDACTED, Kind.PHOTO_HELD, Kind.PHOTO_REFUSED, Kind.COPY_REMOVED,
)  # fmt: skip


@dataclass(slots=True)
class Files:
    """The files of one device in which photos were seen."""

    states: Counter[FileState] = field(default_factory=Counter)
    levels: set[Level] = field(default_factory=set)  # of those that are gone

    @property
    def taken(self) -> int:
        """All of them."""
        return self.states.total()

    @property
    def left(self) -> int:
        """Those that lie there, as far as anybody knows."""
        return sum(count for state, count in self.states.items() if state in ON_DEVICE)


@dataclass(frozen=True, slots=True)
class Waits:
    """Files of stored photos on one device that were not deleted yet, for one reason."""

    device: str
    reason: str | None  # None: nothing was tried
    count: int
    since: str  # seen first
    on_hold: int = 0  # of them, those whose photo a hold is on


@dataclass(frozen=True, slots=True)
class Open:
    """A deletion that was written down and not ended."""

    photo: str
    device: str
    entry: int  # of the audit log
    at: str


@dataclass(frozen=True, slots=True)
class Lag:
    """A checkpoint mirror of the audit log that takes no checkpoint."""

    mirror: str
    size: int  # entries that it has
    at: str  # of the last try
    fault: str  # a sentence part


def count_files(connection: Connection) -> Mapping[str, Files]:
    """Return the files of each device that any was seen on."""
    columns = (device_files.c.device, device_files.c.state, device_files.c.level)
    found: defaultdict[str, Files] = defaultdict(Files)
    for device, state, level, count in connection.execute(select(*columns, func.count()).group_by(*columns)):
        files = found[device]
        if state not in {*FileState}:  # somebody wrote it there; noted by photos.py, note_stateless
            files.levels.add(Level.UNKNOWN)
            continue
        files.states[FileState(state)] += count
        if state not in ON_DEVICE:
            files.levels.add(Level(level) if level in {*Level} else Level.UNKNOWN)
    return found


def count_seen_before(connection: Connection, among: Collection[str], before: str) -> Mapping[str, tuple[int, str]]:
    """Return how many files of each of these devices were seen before then and are not gone, and when the first was."""
    is_there = (device_files.c.device.in_(sorted(among)), device_files.c.state.in_([*ON_DEVICE]))
    query = (
        select(device_files.c.device, func.count(), func.min(device_files.c.seen_at))
        .where(*is_there, device_files.c.seen_at < before)
        .group_by(device_files.c.device)
    )
    return {device: (count, oldest) for device, count, oldest in connection.execute(query)}


def list_waits(connection: Connection) -> tuple[Waits, ...]:
    """Return what waits to be deleted, by device and reason."""
    held = select(holds.c.photo).where(holds.c.photo.is_not(None), holds.c.lifted_at.is_(None))
    on_hold = func.count().filter(device_files.c.photo.in_(held))
    query = (
        select(device_files.c.device, device_files.c.reason, func.count(), func.min(device_files.c.seen_at), on_hold)
        .join(photos, photos.c.sha256 == device_files.c.photo)
        .where(device_files.c.state == FileState.TAKEN.value, IS_STORED_BY_ROW)
        .group_by(device_files.c.device, device_files.c.reason)
        .order_by(device_files.c.device, device_files.c.reason.is_not(None), device_files.c.reason)  # none comes first
    )
    return tuple(Waits(*row) for row in connection.execute(query))


def only_of_school(connection: Connection, school: str, beginnings: Iterable[str]) -> frozenset[str]:
    """Return those of these beginnings of ids by which photos from devices of a school are called.

    Args:
        connection: of a transaction.
        school: its id.
        beginnings: the first digits of photos' ids; what is none is no photo's.
    """
    asked, found = list(beginnings), set[str]()
    for first in range(0, len(asked), _ASKED_AT_ONCE):
        part = asked[first : first + _ASKED_AT_ONCE]
        begins = (and_(photos.c.sha256 >= each, photos.c.sha256 < f"{each}g") for each in part)  # found by the key
        query = select(photos.c.sha256).where(photos.c.school == school, or_(*begins))
        ids = tuple(connection.execute(query).scalars())
        found |= {each for each in part if any(sha256.startswith(each) for sha256 in ids)}
    return frozenset(found)


def list_maybes(connection: Connection) -> tuple[tuple[str, int], ...]:
    """Return the stored photos on which places may be faces and were left bare, and how many places, by photo."""
    query = select(photos.c.sha256, photos.c.plan).where(IS_STORED_BY_ROW, HAS_MAYBE).order_by(photos.c.sha256)
    counts = ((sha256, _count_maybes(plan)) for sha256, plan in connection.execute(query))
    return tuple((sha256, count) for sha256, count in counts if count)


def list_little_left(connection: Connection) -> tuple[tuple[str, bool], ...]:
    """Return the stored photos of which covers leave little, and whether a part of each is worth keeping."""
    query = select(photos.c.sha256, photos.c.crop).where(IS_STORED_BY_ROW, IS_LITTLE_LEFT).order_by(photos.c.sha256)
    return tuple((sha256, crop is not None) for sha256, crop in connection.execute(query))


def _count_maybes(plan: str) -> int:
    return sum(region["action"] == "maybe" for region in json.loads(plan))


def list_set_aside(connection: Connection) -> tuple[Waits, ...]:
    """Return the files of photos that were set aside and lie on their device still, by device: nobody deletes them."""
    query = (
        select(device_files.c.device, literal(None), func.count(), func.min(device_files.c.seen_at))
        .join(photos, photos.c.sha256 == device_files.c.photo)
        .where(photos.c.state == State.SET_ASIDE.value, device_files.c.state == FileState.TAKEN.value)
        .group_by(device_files.c.device)
        .order_by(device_files.c.device)
    )
    return tuple(Waits(*row) for row in connection.execute(query))


def list_open(connection: Connection) -> tuple[Open, ...]:
    """Return the deletions that were opened and not closed, oldest first."""
    query = (
        select(device_files.c.photo, device_files.c.device, device_files.c.opened, log_entries.c.at)
        .join(log_entries, log_entries.c.n == device_files.c.opened)
        .where(device_files.c.state == FileState.OPENED.value)
        .order_by(device_files.c.opened)
    )
    return tuple(Open(*row) for row in connection.execute(query))


def list_lags(connection: Connection) -> tuple[Lag, ...]:
    """Return the checkpoint mirrors that refused the last copy."""
    query = select(log_mirrors).where(log_mirrors.c.fault.is_not(None)).order_by(log_mirrors.c.mirror)
    return tuple(Lag(row.mirror, row.size, row.at, row.fault) for row in connection.execute(query))


def read_changes(connection: Connection, states: Iterable[State]) -> dict[str, str]:
    """Return when each photo in these states came to stand as it does: the time of the newest entry that moved it.

    One that is `wanted` has no entry of its own; it stands with the last thing that is known of it.
    """
    query = (
        select(log_entries.c.photo, log_entries.c.at)
        .join(photos, photos.c.sha256 == log_entries.c.photo)
        .where(photos.c.state.in_([*states]), log_entries.c.kind.in_(_MOVES))
        .order_by(log_entries.c.n)
    )
    return {row.photo: row.at for row in connection.execute(query)}
