"""The only SQL of the review queue: which photos wait for a person, page by page, and one of them with all of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, not_, or_, select, true, tuple_

from redact.redaction.plans import NO_POLYGONS, parse_box
from redact.redaction.values import Box, is_little_left
from redact.store.photos import State, parse_look
from redact.store.photos.states import ReviewState
from redact.store.reviewing.versions import size_of
from redact.store.schema.tables import device_files, devices, photos, shown

Schools = frozenset[str] | None  # None: every one, and what belongs to none
Key = tuple[str, str]  # (arrived_at, sha256): where a page begins


@dataclass(frozen=True, slots=True)
class Shot:
    """One file of a photo, as its camera counted it."""

    device: str
    series: str | None
    number: int | None
    written_ns: int  # when the file was written, by the device's clock


@dataclass(frozen=True, slots=True)
class QueuedPhoto:
    """A photo of the queue."""

    sha256: str
    state: State
    reason: str | None
    school: str
    arrived_at: str
    output: str | None
    output_name: str | None
    plan: str
    source_size: tuple[int, int] | None
    size: tuple[int, int] | None
    asks: bool  # a place of its plan asks a person
    is_recalled: bool
    sealed: bool
    stored_at: str | None
    review: str  # open | fit | unfit; of a stored copy
    reviewed_at: str | None
    shows: Box | None  # the part of the source that the copy shows, source pixels; None: all of it
    event: str  # neutral label of the drop folder; "" where none is known
    taken_on: str | None  # day, as its camera or its file says; None before its copy was made
    shots: tuple[Shot, ...]
    is_little_left: bool = False  # covers take much of the picture, and nobody chose a part of it
    crop: Box | None = None  # the part of it that is worth keeping then, source pixels
    register: int | None = None  # version that its copy was decided with
    is_unread: bool = False  # text can be read on its copy, and nobody wrote down whether it names an adult

    @property
    def key(self) -> Key:
        """Where it stands in the order."""
        return self.arrived_at, self.sha256


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which photos are looked for."""

    states: Collection[State]
    schools: Schools
    asks: bool | None = None  # a place of the plan asks a person, or none does; None: both
    is_recalled: bool | None = None
    device: str | None = None
    review: str | None = None  # of stored copies: open | fit | unfit
    events: tuple[str, ...] | None = None  # as the photos' rows call them
    since: str | None = None  # arrived then or later
    school: str | None = None


def list_queued(connection: Connection, wanted: Wanted, after: Key | None, limit: int) -> tuple[QueuedPhoto, ...]:
    """Return photos in the order of their arrival, from behind a place on."""
    found: list[QueuedPhoto] = []
    for one in _ordered(wanted):
        query = _select().where(_matches(one))
        if after is not None:
            query = query.where(tuple_(photos.c.arrived_at, photos.c.sha256) > tuple_(*after))
        found += _read(connection, query.order_by(photos.c.arrived_at, photos.c.sha256).limit(limit))
    return tuple(sorted(found, key=lambda photo: photo.key)[:limit])


def list_before(connection: Connection, wanted: Wanted, before: Key, limit: int) -> tuple[QueuedPhoto, ...]:
    """Return the photos right before a place, in the order of their arrival: the last one is the nearest."""
    found: list[QueuedPhoto] = []
    for one in _ordered(wanted):
        query = _select().where(_matches(one), tuple_(photos.c.arrived_at, photos.c.sha256) < tuple_(*before))
        found += _read(connection, query.order_by(photos.c.arrived_at.desc(), photos.c.sha256.desc()).limit(limit))
    return tuple(sorted(found, key=lambda photo: photo.key)[-limit:])


def _ordered(wanted: Wanted) -> tuple[Wanted, ...]:
    """Return what is asked for in parts, each of which the index has in order: half of all photos are not sorted."""
    if wanted.review is None or wanted.asks is not None or wanted.events is not None:
        return (wanted,)
    return replace(wanted, asks=False), replace(wanted, asks=True)


def find_queued(connection: Connection, sha256: str, schools: Schools) -> QueuedPhoto | None:
    """Return one photo; None where there is none, or it is of another school."""
    found = _read(connection, _select().where(photos.c.sha256 == sha256, _of(schools)))
    return found[0] if found else None


def find_by_prefix(connection: Connection, text: str, schools: Schools, limit: int) -> tuple[QueuedPhoto, ...]:
    """Return photos whose id, or whose copy's file name, begins so (hex digits)."""
    columns = (photos.c.sha256, photos.c.output)  # each has an index, which an SQLite does not use for "like"
    begins = or_(*(and_(column >= text, column < f"{text}{_BEHIND_HEX}") for column in columns))
    return _first(connection, begins, schools, limit)


def find_by_file_tag(connection: Connection, tag: str, schools: Schools, limit: int) -> tuple[QueuedPhoto, ...]:
    """Return the photos that were seen in a file of this name (as a tag)."""
    seen = select(device_files.c.photo).where(device_files.c.name == tag)
    return _first(connection, photos.c.sha256.in_(seen), schools, limit)


def find_by_day(
    connection: Connection, day: str, arrived: tuple[str, str], schools: Schools, limit: int
) -> tuple[QueuedPhoto, ...]:
    """Return the photos that were taken on a day, or came in between two moments (the second not included)."""
    came = and_(photos.c.arrived_at >= arrived[0], photos.c.arrived_at < arrived[1])
    return _first(connection, or_(photos.c.taken_on == day, came), schools, limit)


def find_of_events(
    connection: Connection, events: Collection[str], schools: Schools, limit: int
) -> tuple[QueuedPhoto, ...]:
    """Return the photos of events, as the photos' rows call them."""
    return _first(connection, photos.c.event.in_([*events]), schools, limit)


def _first(
    connection: Connection, is_sought: ColumnElement[bool], schools: Schools, limit: int
) -> tuple[QueuedPhoto, ...]:
    """Return those of some schools' photos that came first."""
    query = _select().where(is_sought, _of(schools))
    return _read(connection, query.order_by(photos.c.arrived_at, photos.c.sha256).limit(limit))


@dataclass(frozen=True, slots=True)
class Count:
    """How many photos stand so."""

    state: State
    review: str
    asks: bool
    is_recalled: bool
    number: int


def count_queued(connection: Connection, schools: Schools) -> tuple[Count, ...]:
    """Return how many photos stand how, those that are recalled counted apart from the others."""
    groups = (photos.c.state, photos.c.review, photos.c.asks)
    counts_of = select(*groups, func.count().label("number")).group_by(*groups)
    every = counts_of.where(_of(schools))
    gone = select(shown.c.photo).where(shown.c.recalled_at.is_not(None))
    by_row = true() if schools is None else photos.c.school.concat("").in_(sorted(schools))  # few: no index of schools
    found = connection.execute(counts_of.where(photos.c.sha256.in_(gone), by_row))
    recalled = {(row.state, row.review, row.asks): row.number for row in found}
    counts: list[Count] = []
    for row in connection.execute(every):
        apart = recalled.get((row.state, row.review, row.asks), 0)
        counts.append(Count(State(row.state), row.review, row.asks, is_recalled=False, number=row.number - apart))
        counts.append(Count(State(row.state), row.review, row.asks, is_recalled=True, number=apart))
    return tuple(counts)


def count_to_review(connection: Connection, schools: Schools, most: int) -> dict[bool, int]:
    """Return how many stored copies nobody has decided on, by whether a place asks; `most` of each kind are counted.

    Those that are recalled count apart: they wait for nobody's look.
    """
    is_open = photos.c.state == State.STORED.value, photos.c.review == ReviewState.OPEN.value
    counts = {}
    for asks in (False, True):  # each alone, as the index has them: many that ask nothing hide none that does
        is_one = *is_open, photos.c.asks == asks, not_(_IS_RECALLED), _of(schools)
        first = select(photos.c.sha256).where(*is_one).limit(most).subquery()
        counts[asks] = int(connection.execute(select(func.count()).select_from(first)).scalar_one())
    return counts


def list_queue_devices(connection: Connection, schools: Schools) -> tuple[str, ...]:
    """Return the devices of these schools that photos came from."""
    has_files = exists().where(device_files.c.device == devices.c.id)
    of = devices.c.id.is_not(None) if schools is None else devices.c.school.in_(sorted(schools))
    return tuple(connection.execute(select(devices.c.id).where(has_files, of).order_by(devices.c.id)).scalars())


_BEHIND_HEX = "g"  # behind every digit, in whatever order of letters
_IS_RECALLED = exists().where(shown.c.photo == photos.c.sha256, shown.c.recalled_at.is_not(None))


def _select() -> Select[tuple[object, ...]]:
    return select(photos, _IS_RECALLED.label("is_recalled"))


def _of(schools: Schools) -> ColumnElement[bool]:
    return photos.c.sha256.is_not(None) if schools is None else photos.c.school.in_(sorted(schools))


def _matches(wanted: Wanted) -> ColumnElement[bool]:
    of_event = wanted.events is not None  # few photos: they are found by their event, not by their state
    state = photos.c.state.concat("") if of_event else photos.c.state
    parts = [state.in_([*wanted.states]), _of(wanted.schools)]
    if wanted.asks is not None:
        parts.append(photos.c.asks == wanted.asks)
    if wanted.review is not None:
        parts.append(photos.c.review == wanted.review)
    if wanted.events is not None:
        parts.append(photos.c.event.in_(wanted.events))
    if wanted.since is not None:
        parts.append(photos.c.arrived_at >= wanted.since)
    if wanted.school is not None:
        parts.append(photos.c.school == wanted.school)
    if wanted.is_recalled is not None:
        parts.append(_IS_RECALLED if wanted.is_recalled else ~_IS_RECALLED)
    if wanted.device is not None:
        parts.append(exists().where(device_files.c.photo == photos.c.sha256, device_files.c.device == wanted.device))
    return and_(*parts)


def _read(connection: Connection, query: Select[tuple[object, ...]]) -> tuple[QueuedPhoto, ...]:
    rows = connection.execute(query).all()
    shots = _shots(connection, [row.sha256 for row in rows])
    return tuple(_photo(row, shots[row.sha256]) for row in rows)


def _shots(connection: Connection, ids: Iterable[str]) -> defaultdict[str, tuple[Shot, ...]]:
    found: defaultdict[str, tuple[Shot, ...]] = defaultdict(tuple)
    of = device_files.c
    query = select(of.photo, of.device, of.series, of.number, of.look).where(of.photo.in_([*ids])).order_by(of.id)
    for row in connection.execute(query):
        found[row.photo] += (Shot(row.device, row.series, row.number, parse_look(row.look).mtime_ns),)
    return found


def _photo(row: Row[tuple[object, ...]], shots: tuple[Shot, ...]) -> QueuedPhoto:
    return QueuedPhoto(
        row.sha256,
        State(row.state),
        row.reason,
        row.school,
        row.arrived_at,
        row.output,
        row.output_name,
        row.plan or "[]",
        size_of(row.source_width_px, row.source_height_px),
        size_of(row.width_px, row.height_px),
        row.asks,
        bool(row.is_recalled),
        row.sealed is not None and row.destroyed_at is None,
        row.stored_at,
        row.review,
        row.reviewed_at,
        parse_box(row.shows),
        row.event,
        row.taken_on,
        shots,
        row.covered_share is not None and is_little_left(row.covered_share),
        parse_box(row.crop),
        row.register,
        not row.names_known and row.judged != NO_POLYGONS,
    )
