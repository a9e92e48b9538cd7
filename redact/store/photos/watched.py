"""The only SQL on how files were found that must lie where they were put: one rule for copies and for originals.

What is watched says which rows and columns are its own (`Watched`): stored copies in stored_copies.py beside this,
sealed originals in redact/store/originals.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, Row, and_, func, or_, select, update

from redact.store.key_facts import read_fact, write_facts
from redact.store.schema.tables import photos
from redact.system.clock import parse_moment


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that must lie where it was put, as it was written."""

    photo: str
    sha256: str  # of the file
    since: str  # when it was put there
    fault: str | None  # as it was found last: redact.audit.shapes.DIFFERENCE
    fault_at: str | None  # when that was first seen


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass through all files of a kind, newest first, as far as it has come."""

    began: str
    last: str  # when it last went on
    total: int  # files when it began
    at: str = ""  # the file looked at last: when it was put there ...
    photo: str = ""  # ... and its photo; "" before the first
    checked: int = 0
    missing: int = 0
    differs: int = 0
    ended: str = ""
    since: str = ""  # when the pass before began, of one that looks for what changed


KeptT = TypeVar("KeptT", bound=Kept)


@dataclass(frozen=True, slots=True)
class Watched(Generic[KeptT]):
    """A kind of files that are watched: the rows that have one, and the columns that say how it was found."""

    fact: str  # its pass among the facts of the workspace
    is_wanted: ColumnElement[bool]  # of a row: its file must be there
    sha256: Column[Any]
    since: Column[Any]
    fault: Column[Any]
    fault_at: Column[Any]
    further: tuple[ColumnElement[Any], ...]  # what else `make` takes
    make: Callable[..., KeptT]

    @property
    def columns(self) -> tuple[ColumnElement[Any], ...]:
        """What is read of a row."""
        return (photos.c.sha256, self.sha256, self.since, self.fault, self.fault_at, *self.further)


def read_pass(connection: Connection, watched: Watched[KeptT]) -> Pass | None:
    """Return the pass under way or ended last; None before the first, or where it cannot be read: it begins again."""
    return read_fact(connection, watched.fact, _pass)


def _pass(parsed: Any) -> Pass:
    under_way = Pass(**parsed)
    for at in (under_way.began, under_way.last, *([under_way.ended] if under_way.ended else [])):
        parse_moment(at)
    all_numbers = (under_way.total, under_way.checked, under_way.missing, under_way.differs)
    if not all(isinstance(number, int) for number in all_numbers):
        raise TypeError("a count is no number")
    return under_way


def write_pass(connection: Connection, watched: Watched[KeptT], under_way: Pass) -> None:
    """Write down how far it has come."""
    write_facts(connection, {watched.fact: json.dumps(asdict(under_way))})


def count_kept(connection: Connection, watched: Watched[KeptT]) -> int:
    """Return how many files a pass looks at."""
    query = select(func.count()).select_from(photos).where(_must_be_there(watched))
    return int(connection.execute(query).scalar_one())


def next_kept(connection: Connection, watched: Watched[KeptT], under_way: Pass, most: int) -> tuple[KeptT, ...]:
    """Return the files that a pass comes to next: those put there before it began, newest first."""
    is_older: ColumnElement[bool] = watched.since <= under_way.began
    if under_way.photo:  # said so that the index begins there: 1,000,000 rows are not gone through in every turn
        is_after = or_(watched.since < under_way.at, photos.c.sha256 > under_way.photo)
        is_older = and_(watched.since <= under_way.at, is_after)
    query = select(*watched.columns).where(_must_be_there(watched), is_older)
    newest_first = query.order_by(watched.since.desc(), photos.c.sha256).limit(most)
    return tuple(_kept(watched, row) for row in connection.execute(newest_first))


def list_faults(connection: Connection, watched: Watched[KeptT], most: int = -1) -> tuple[KeptT, ...]:
    """Return the files that were not found as they were put there, newest first."""
    query = select(*watched.columns).where(watched.is_wanted, watched.fault.is_not(None))
    # in no order: found by the index of faults alone
    found = [_kept(watched, row) for row in connection.execute(query) if row[2] is not None]
    found.sort(key=lambda kept: kept.photo)
    found.sort(key=lambda kept: kept.since, reverse=True)
    return tuple(found if most < 0 else found[:most])


def note_fault(connection: Connection, watched: Watched[KeptT], kept: KeptT, fault: str | None, at: str) -> bool:
    """Write down how a file was found, None for whole; False where that stands there already, or it is another now."""
    is_news = watched.fault.is_not(None) if fault is None else watched.fault.is_distinct_from(fault)
    is_this = and_(photos.c.sha256 == kept.photo, watched.sha256 == kept.sha256, _must_be_there(watched))
    first_seen = None if fault is None else func.coalesce(watched.fault_at, at)
    found = {watched.fault.name: fault, watched.fault_at.name: first_seen}
    return bool(connection.execute(update(photos).where(is_this, is_news).values(**found)).rowcount)


def _must_be_there(watched: Watched[KeptT]) -> ColumnElement[bool]:
    return and_(watched.is_wanted, watched.since.is_not(None))


def _kept(watched: Watched[KeptT], row: Row[*tuple[Any, ...]]) -> KeptT:
    return watched.make(*row)
