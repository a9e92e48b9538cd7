"""The only SQL that looks over the whole house: counts, oldest ones, what stands open.  It only reads."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select

from redact.audit.kinds import Kind
from redact.store.photos import Sighted, State
from redact.store.schema.tables import log_copies, log_entries, photos, sightings

_MOVES = tuple(  # entries with which a photo goes from one state to the next
    kind.value
    for kind in (
        Kind.PHOTO_ARRIVED, Kind.PHOTO_SEALED, Kind.PHOTO_REDACTED, Kind.PHOTO_HELD, Kind.PHOTO_REFUSED,
        Kind.COPY_REMOVED,
    )
)  # fmt: skip


@dataclass(slots=True)
class Files:
    """The files of one device in which photos were seen."""

    states: Counter[Sighted] = field(default_factory=Counter)
    levels: set[str] = field(default_factory=set)  # of those that are gone; redact.deletion_values.LADDER

    @property
    def taken(self) -> int:
        """All of them."""
        return self.states.total()

    @property
    def left(self) -> int:
        """Those that are not known to be gone."""
        return self.taken - self.states[Sighted.GONE]


@dataclass(frozen=True, slots=True)
class Waits:
    """Files of stored photos on one device that were not deleted yet, for one reason."""

    device: str
    reason: str | None  # None: nothing was tried
    count: int
    since: str  # seen first


@dataclass(frozen=True, slots=True)
class Open:
    """A deletion that was written down and not ended."""

    photo: str
    device: str
    entry: int  # of the record
    at: str


@dataclass(frozen=True, slots=True)
class Lag:
    """A second place of the record that does not take copies."""

    place: str
    size: int  # entries that it has
    at: str  # of the last try
    fault: str  # a sentence part


def count_files(connection: Connection) -> Mapping[str, Files]:
    """Return the files of each device that any was seen on."""
    columns = (sightings.c.device, sightings.c.state, sightings.c.level)
    found: defaultdict[str, Files] = defaultdict(Files)
    for device, state, level, count in connection.execute(select(*columns, func.count()).group_by(*columns)):
        files = found[device]
        files.states[Sighted(state)] += count
        if state == Sighted.GONE.value:
            files.levels.add(level or "unknown")
    return found


def count_seen_before(connection: Connection, device: str, before: str) -> tuple[int, str | None]:
    """Return how many files of a device were seen before then and are not gone, and when the first was seen."""
    query = select(func.count(), func.min(sightings.c.seen_at)).where(
        sightings.c.device == device, sightings.c.state != Sighted.GONE.value, sightings.c.seen_at < before
    )
    count, oldest = connection.execute(query).one()
    return count, oldest


def list_waits(connection: Connection) -> tuple[Waits, ...]:
    """Return what waits to be deleted, by device and reason."""
    query = (
        select(sightings.c.device, sightings.c.reason, func.count(), func.min(sightings.c.seen_at))
        .join(photos, photos.c.sha256 == sightings.c.photo)
        .where(sightings.c.state == Sighted.TAKEN.value, photos.c.state == State.STORED.value)
        .group_by(sightings.c.device, sightings.c.reason)
        .order_by(sightings.c.device, sightings.c.reason.is_not(None), sightings.c.reason)  # none comes first
    )
    return tuple(Waits(*row) for row in connection.execute(query))


def list_open(connection: Connection) -> tuple[Open, ...]:
    """Return the deletions that were opened and not closed, oldest first."""
    query = (
        select(sightings.c.photo, sightings.c.device, sightings.c.opened, log_entries.c.at)
        .join(log_entries, log_entries.c.n == sightings.c.opened)
        .where(sightings.c.state == Sighted.OPENED.value)
        .order_by(sightings.c.opened)
    )
    return tuple(Open(*row) for row in connection.execute(query))


def list_lags(connection: Connection) -> tuple[Lag, ...]:
    """Return the second places that refused the last copy."""
    query = select(log_copies).where(log_copies.c.fault.is_not(None)).order_by(log_copies.c.place)
    return tuple(Lag(row.place, row.size, row.at, row.fault) for row in connection.execute(query))


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
