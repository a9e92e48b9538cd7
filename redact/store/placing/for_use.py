"""The only SQL on `for-use/`: which copies stand among what a person has passed, and which should."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlalchemy import Connection, and_, case, func, select, update

from redact.store.key_facts import read_fact, write_facts
from redact.store.photos.states import ReviewState, State
from redact.store.schema.tables import IS_MISPLACED, photos
from redact.system.clock import parse_moment

_NOT_OURS: Final = "not-ours-in-for-use"  # among the facts


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A photo whose copy stands in for-use and should not, or the other way round."""

    photo: str
    output: str | None
    name: str | None  # of its copy in trust storage
    for_use: str | None  # what lies in for-use, or may
    is_fit: bool  # a person has passed the copy that stands


def list_misplaced(connection: Connection, photo: str | None, most: int) -> tuple[Misplaced, ...]:
    """Return what must be put into for-use or taken out of it, of one photo or of all; what lies there comes first."""
    of = photos.c
    query = select(of.sha256, of.output, of.output_name, of.for_use, of.review, of.state).where(IS_MISPLACED)
    first = query.order_by(of.for_use.is_(None)).limit(most)
    query = first if photo is None else query.where(of.sha256 == photo)
    return tuple(
        Misplaced(row.sha256, row.output, row.output_name, row.for_use, _is_fit(row.review, row.state))
        for row in connection.execute(query)
    )


def list_placed(connection: Connection, photo: str | None, most: int) -> tuple[Misplaced, ...]:
    """Return what lies in for-use, or may, of one photo or of all: what goes where there is to be no such folder."""
    of = photos.c
    query = select(of.sha256, of.output, of.output_name, of.for_use).where(of.for_use.is_not(None))
    query = query.limit(most) if photo is None else query.where(of.sha256 == photo)
    rows = connection.execute(query)
    return tuple(Misplaced(row.sha256, row.output, row.output_name, row.for_use, is_fit=False) for row in rows)


def count_for_use(connection: Connection) -> tuple[int, int]:
    """Return how many copies are proved to lie in for-use, and how many wait to be put there or taken out.

    By two indexes, without a look at a million rows: one that has a name there and is not proved yet always waits.
    """
    is_unproved = and_(photos.c.for_use.is_not(None), photos.c.for_use_at.is_(None))
    named = connection.execute(select(func.count()).where(photos.c.for_use.is_not(None))).scalar_one()
    counted = func.count(), func.count(case((is_unproved, 1)))
    waits, unproved = connection.execute(select(*counted).select_from(photos).where(IS_MISPLACED)).one()
    return int(named - unproved), int(waits)


def names_placed(connection: Connection, names: Iterable[str]) -> frozenset[str]:
    """Return those of some names that a copy of ours lies under in for-use, or may."""
    return frozenset(connection.execute(select(photos.c.for_use).where(photos.c.for_use.in_([*names]))).scalars())


@dataclass(frozen=True, slots=True)
class NotOurs:
    """How a look at for-use ended last: files there that this program did not put."""

    at: str
    count: int = 0
    since: str = ""  # when one was first seen


def read_not_ours(connection: Connection) -> NotOurs | None:
    """Return how the last look ended; None before the first."""
    return read_fact(connection, _NOT_OURS, _found)


def _found(parsed: Any) -> NotOurs:
    found = NotOurs(**parsed)
    parse_moment(found.at)
    if found.count:
        parse_moment(found.since)
    return found


def write_not_ours(connection: Connection, found: NotOurs) -> None:
    """Write down how a look ended."""
    write_facts(connection, {_NOT_OURS: json.dumps(asdict(found))})


def begin_placing(connection: Connection, photo: str, output: str, name: str) -> bool:
    """Write down under which name a copy is about to lie in for-use; False where it is not passed any more."""
    return _swap(connection, photo, _passed(output), for_use=name, for_use_at=None)


def note_placed(connection: Connection, photo: str, output: str, name: str, at: str) -> bool:
    """Write down that a copy is proved to lie in for-use; False where it is not passed any more."""
    return _swap(connection, photo, (*_passed(output), photos.c.for_use == name), for_use_at=at)


def note_taken_out(connection: Connection, photo: str, name: str) -> bool:
    """Write down that a copy is out of for-use, which was looked at."""
    return _swap(connection, photo, (photos.c.for_use == name,), for_use=None, for_use_at=None)


def is_placed_for_others(connection: Connection, name: str, photo: str) -> bool:
    """Say whether another photo's copy, of the same bytes, has the same file in for-use."""
    others = select(photos.c.sha256).where(photos.c.for_use == name, photos.c.sha256 != photo)
    return connection.execute(others.limit(1)).first() is not None


def ask_to_place_again(connection: Connection, events: Iterable[str]) -> None:
    """Have the copies of events put into for-use again, under what these are called now."""
    which = photos.c.event.in_([*events]), photos.c.for_use.is_not(None)
    connection.execute(update(photos).where(*which).values(for_use_at=None))


def _passed(output: str) -> tuple[object, ...]:
    return photos.c.output == output, photos.c.review == ReviewState.FIT.value, photos.c.state == State.STORED.value


def _swap(connection: Connection, photo: str, conditions: tuple[object, ...], **columns: object) -> bool:
    swap = update(photos).where(photos.c.sha256 == photo, *conditions).values(**columns)  # type: ignore[arg-type]
    return bool(connection.execute(swap).rowcount)


def _is_fit(review: str, state: str) -> bool:
    return review == ReviewState.FIT and state == State.STORED.value
