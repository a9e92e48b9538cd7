"""The only SQL on photos and who is shown on them.  State moves by compare-and-swap."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    union_all,
    update,
)

from redact.pupils.classes import years_in
from redact.redaction.values import Region
from redact.store.photos.states import UNDER_WAY, FileState, State
from redact.store.schema.rows import RowUnreadable, all_text, made, note, readable
from redact.store.schema.tables import device_files, photos, shown, versions
from redact.system.clock import parse_moment
from watcher import Arrival

_MOST_NOTED = 20  # rows that cannot be read, which are reported one by one
_MOST_VARIABLES = 500  # of one query; SQLite's default limit is 32,766, that of old builds 999

# What each photo asks for many times is put together once: that costs four times as much as SQLite's answer.
_COLUMNS = (
    photos.c.sha256, photos.c.bytes, photos.c.state, photos.c.reason, photos.c.attempts, photos.c.arrived_at,
    photos.c.tags, photos.c.sealed, photos.c.output, photos.c.output_bytes, photos.c.output_name, photos.c.stored_at,
    photos.c.register, photos.c.plan, photos.c.destroyed_at,
)  # fmt: skip
_PHOTOS: Select[Any] = select(*_COLUMNS)
_PHOTO = _PHOTOS.where(photos.c.sha256 == bindparam("photo"))
_TAGS = select(photos.c.tags).where(photos.c.sha256 == bindparam("photo"))
_MOVE = update(photos).where(
    photos.c.sha256 == bindparam("photo"), photos.c.state.in_(bindparam("old", expanding=True))
)
_ARRIVE = update(photos).where(photos.c.sha256 == bindparam("photo"), photos.c.state == State.WANTED.value)
_ADD = insert(photos)
_UNDER_WAY = (
    select(photos.c.sha256)
    .where(photos.c.state.in_([*UNDER_WAY]), photos.c.executor == bindparam("executor"))
    .order_by(photos.c.attempts, photos.c.arrived_at)
    .limit(bindparam("limit"))
)
_NO_LONGER_SHOWN = delete(shown).where(shown.c.photo == bindparam("photo"))
_OUTPUTS = union_all(
    select(photos.c.output).where(photos.c.output == bindparam("output")),
    select(versions.c.output).where(versions.c.output == bindparam("output")),
).limit(1)


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo, whatever number of files it was seen in."""

    sha256: str
    size: int  # bytes
    state: State
    reason: str | None
    attempts: int
    arrived_at: str
    tags: tuple[str, ...]
    sealed: str | None
    output: str | None
    output_bytes: int | None
    output_name: str | None
    stored_at: str | None
    register: int | None
    plan: str | None
    destroyed_at: str | None


def read_photo(connection: Connection, sha256: str) -> Photo | None:
    """Return one photo, or None.

    Raises:
        RowUnreadable: its row was changed by hand.
    """
    row = connection.execute(_PHOTO, {"photo": sha256}).first()
    return None if row is None else made(photos.name, sha256, lambda: _photo(row))


def known_of(connection: Connection, ids: Iterable[str]) -> frozenset[str]:
    """Return those of some ids, a few hundred at most, that are photos of this workspace."""
    return frozenset(connection.execute(select(photos.c.sha256).where(photos.c.sha256.in_([*ids]))).scalars())


def find_photos(connection: Connection, prefix: str) -> tuple[Photo, ...]:
    """Return the photos whose id begins with `prefix` (hex digits), at most ten."""
    rows = connection.execute(_PHOTOS.where(photos.c.sha256.startswith(prefix, autoescape=True)).limit(10))
    return tuple(_photo(row) for row in rows)


def find_sizes(connection: Connection, sizes: Iterable[int]) -> dict[int, set[str]]:
    """Return the ids of the photos that have one of these sizes, in bytes, by size."""
    found: dict[int, set[str]] = {}
    every = sorted(set(sizes))
    for first in range(0, len(every), _MOST_VARIABLES):
        some = every[first : first + _MOST_VARIABLES]
        query = select(photos.c.bytes, photos.c.sha256).where(photos.c.bytes.in_(some))
        for size, sha256 in connection.execute(query):
            found.setdefault(size, set()).add(sha256)
    return found


def find_by_copy(connection: Connection, name: str) -> tuple[Photo, ...]:
    """Return the photos of which a copy, this one or a former one, is called so, in whatever folder it lies."""
    digits = name.partition(".")[0]  # of the hash of its bytes: redact.redaction.values.copy_name
    former = select(versions.c.photo).where(versions.c.output.startswith(digits, autoescape=True))
    is_now = photos.c.output.startswith(digits, autoescape=True)
    rows = connection.execute(_PHOTOS.where(is_now | photos.c.sha256.in_(former)))
    return tuple(_photo(row) for row in rows)


def find_by_file(connection: Connection, tag: str) -> tuple[Photo, ...]:
    """Return the photos that were seen in a file of this name (as a tag), at most ten."""
    seen = select(device_files.c.photo).where(device_files.c.name == tag)
    rows = connection.execute(_PHOTOS.where(photos.c.sha256.in_(seen)).order_by(photos.c.arrived_at).limit(10))
    return tuple(_photo(row) for row in rows)


def list_photos(connection: Connection, states: Iterable[State], limit: int | None = None) -> tuple[Photo, ...]:
    """Return photos in these states, first come first, without those whose row cannot be read."""
    query = _PHOTOS.where(photos.c.state.in_([*states])).order_by(photos.c.arrived_at, photos.c.sha256).limit(limit)
    return tuple(readable(connection, photos.name, connection.execute(query), _photo))


def note_stateless(connection: Connection) -> None:
    """Note photos and device files that stand in no state that there is: nothing is done about them."""
    for table, states in ((photos, State), (device_files, FileState)):
        known, column = sorted(states), table.c.state
        gaps = [and_(column > first, column < last) for first, last in pairwise(known)]  # by the index of states
        query = select(table.c[0]).where(or_(column < known[0], *gaps, column > known[-1])).limit(_MOST_NOTED)
        for key in connection.execute(query).scalars():
            note(connection, RowUnreadable(table.name, key))


def ids_under_way(connection: Connection, executor: str, limit: int) -> tuple[str, ...]:
    """Return the photos with work to do whose original lies in the quarantine of `executor`, first come first."""
    return tuple(connection.execute(_UNDER_WAY, {"executor": executor, "limit": limit}).scalars())


def school_of(connection: Connection, sha256: str) -> str:
    """Return the school of the device that a photo first came from; "" where there is none."""
    return str(connection.execute(select(photos.c.school).where(photos.c.sha256 == sha256)).scalar() or "")


def count_states(connection: Connection, school: str | None = None) -> dict[State, int]:
    """Return how many photos are in each state, of one school or of all."""
    query = select(photos.c.state, func.count()).group_by(photos.c.state)
    if school is not None:
        rows = connection.execute(query.where(photos.c.school == school))
        return {State(state): number for state, number in rows if state in {*State}}
    others = query.where(photos.c.state.in_([state for state in State if state is not State.STORED]))
    counts = {State(state): number for state, number in connection.execute(others)}
    every = int(connection.execute(select(func.count()).select_from(photos)).scalar_one())  # SQLite reads no row for it
    return counts | {State.STORED: every - sum(counts.values())}


def add_photo(connection: Connection, arrival: Arrival, executor: str, at: str) -> bool:
    """Write down a photo whose copy is in quarantine; return False where it is known already.

    One that is `wanted` again is `arrived` from now on.
    """
    known = {"state": State.ARRIVED.value, "executor": executor, "reason": None}
    again = connection.execute(_ARRIVE, {"photo": arrival.sha256} | known)
    if again.rowcount or read_photo(connection, arrival.sha256) is not None:
        return False
    row = {
        "sha256": arrival.sha256,
        "bytes": arrival.size,
        "arrived_at": at,
        "attempts": 0,
        "tags": "[]",
        "extension": "",
    }
    connection.execute(_ADD, row | known)
    return True


def move_photo(connection: Connection, sha256: str, old: Iterable[State], new: State, **columns: object) -> bool:
    """Move a photo from one of the `old` states to `new`; return False where it is in none of them."""
    if new not in UNDER_WAY:  # a folder may be called by a name; who takes the photo in again says the tags again
        known = connection.execute(_TAGS, {"photo": sha256}).scalar()
        columns["tags"] = json.dumps(years_in(json.loads(known or "[]")))
    row = {"photo": sha256, "old": [*old], "state": new.value, "reason": None, **columns}
    return bool(connection.execute(_MOVE, row).rowcount)


@dataclass(frozen=True, slots=True)
class Shown:
    """A pupil who is shown uncovered on a copy, or an adult, or an adult who is only named there."""

    upn: str
    is_by_hand: bool  # a person said who it is, or it is a name: no biometric consent is asked for
    is_named: bool = False  # no face of theirs is shown, only the name


def shown_on(regions: Iterable[Region]) -> tuple[Shown, ...]:
    """Return whom a plan leaves bare; who was recognised anywhere counts as recognised, and not as named only."""
    found: dict[str, Shown] = {}
    for region in regions:
        if region.pupil:
            is_named = region.is_name_of_adult
            last = found.get(region.pupil, Shown(region.pupil, is_by_hand=True, is_named=True))
            by_hand = last.is_by_hand and (region.is_by_hand or is_named)
            found[region.pupil] = Shown(region.pupil, by_hand, last.is_named and is_named)
    return tuple(found.values())


def write_shown(connection: Connection, sha256: str, pupils: Iterable[Shown], register: int) -> None:
    """Write down who is shown uncovered on the copy of a photo: these, and nobody else."""
    connection.execute(_NO_LONGER_SHOWN, {"photo": sha256})
    rows = [
        {
            "photo": sha256,
            "pupil": each.upn,
            "register": register,
            "by_hand": each.is_by_hand,
            "named": each.is_named,
        }
        for each in pupils
    ]
    if rows:
        connection.execute(insert(shown), rows)


def note_trouble(connection: Connection, sha256: str, reason: str) -> None:
    """Write down why the photo waits; it stays where it is and is tried again."""
    swap = update(photos).where(photos.c.sha256 == sha256, photos.c.state.in_([*UNDER_WAY, State.WANTED]))
    connection.execute(swap.values(reason=reason, attempts=photos.c.attempts + 1))


def give_up_originals(connection: Connection, executor: str, taker: str) -> int:
    """Ask again for the photos whose plain originals lie in the quarantine of a machine that has gone silent."""
    why = "The machine that had taken it in has gone silent; it is taken in again from the device."
    swap = update(photos).where(photos.c.executor == executor, photos.c.state.in_([*UNDER_WAY]))
    return int(connection.execute(swap.values(state=State.WANTED.value, executor=taker, reason=why)).rowcount)


def is_output(connection: Connection, sha256: str) -> bool:
    """Say whether these bytes are a redacted copy that this workspace made, stored or on its way, now or before."""
    return connection.execute(_OUTPUTS, {"output": sha256}).first() is not None


def _photo(row: Row[Any]) -> Photo:
    all_text((row.sha256, row.reason, row.arrived_at, row.sealed, row.output, row.output_name, row.stored_at, row.plan))
    parse_moment(row.arrived_at)
    return Photo(
        row.sha256,
        row.bytes,
        State(row.state),
        row.reason,
        row.attempts,
        row.arrived_at,
        tuple(json.loads(row.tags)),
        row.sealed,
        row.output,
        row.output_bytes,
        row.output_name,
        row.stored_at,
        row.register,
        row.plan,
        row.destroyed_at,
    )
