"""The only SQL on how stored copies were found when trust storage was checked."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, func, or_, select, update

from redact.store.key_facts import read_facts, write_facts
from redact.store.schema.tables import IS_STORED_BY_ROW, photos, shown


@dataclass(frozen=True, slots=True)
class StoredCopy:
    """A copy that trust storage must hold."""

    photo: str
    output: str  # SHA-256 of the copy
    name: str  # in trust storage
    stored_at: str
    fault: str | None  # as it was found last: redact.audit.shapes.DIFFERENCE
    fault_at: str | None  # when that was first seen
    is_destroyed: bool  # its sealed original is gone: only a backup brings the copy back
    for_use: str | None = None  # name of what lies in for-use of it, where that is proved


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass through all copies, newest first, as far as it has come."""

    began: str
    last: str  # when it last went on
    total: int  # copies when it began
    at: str = ""  # the copy looked at last: when it was stored ...
    photo: str = ""  # ... and its photo; "" before the first
    checked: int = 0
    missing: int = 0
    differs: int = 0
    ended: str = ""


def read_pass(connection: Connection) -> Pass | None:
    """Return the pass under way or ended last; None before the first."""
    text = read_facts(connection).get(_PASS)
    return None if text is None else Pass(**json.loads(text))


def write_pass(connection: Connection, under_way: Pass) -> None:
    """Write down how far it has come."""
    write_facts(connection, {_PASS: json.dumps(asdict(under_way))})


def count_copies(connection: Connection) -> int:
    """Return how many copies a pass looks at."""
    return int(connection.execute(select(func.count()).select_from(photos).where(_MUST_BE_THERE)).scalar_one())


def next_copies(connection: Connection, under_way: Pass, most: int) -> tuple[StoredCopy, ...]:
    """Return the copies that a pass comes to next: those stored before it began, newest first."""
    is_older = photos.c.stored_at <= under_way.began
    if under_way.photo:
        is_same = and_(photos.c.stored_at == under_way.at, photos.c.sha256 > under_way.photo)
        is_older = or_(photos.c.stored_at < under_way.at, is_same)
    return _read(connection, is_older, most)


def list_faults(connection: Connection, most: int = -1) -> tuple[StoredCopy, ...]:
    """Return the copies that were not found as they were stored."""
    query = select(*_COLUMNS).where(_IS_WANTED, photos.c.copy_fault.is_not(None))  # in no order: found by its own index
    found = [_copy(row) for row in connection.execute(query) if row.stored_at is not None]
    found.sort(key=lambda copy: copy.photo)
    found.sort(key=lambda copy: copy.stored_at, reverse=True)  # newest first
    return tuple(found if most < 0 else found[:most])


def note_fault(connection: Connection, copy: StoredCopy, fault: str | None, at: str) -> bool:
    """Write down how a copy was found, None for whole; False where that stands there already, or it is another now."""
    is_news = photos.c.copy_fault.is_not(None) if fault is None else photos.c.copy_fault.is_distinct_from(fault)
    swap = update(photos).where(photos.c.sha256 == copy.photo, photos.c.output == copy.output, _MUST_BE_THERE, is_news)
    first_seen = None if fault is None else func.coalesce(photos.c.copy_fault_at, at)
    return bool(connection.execute(swap.values(copy_fault=fault, copy_fault_at=first_seen)).rowcount)


_PASS = "storage-check"  # noqa: S105  among the facts
# A recalled copy is about to be removed, outside any transaction: that it is missing is no incident.
_IS_RECALLED = exists().where(shown.c.photo == photos.c.sha256, shown.c.recalled_at.is_not(None)).correlate(photos)
_IS_WANTED = and_(IS_STORED_BY_ROW, photos.c.output.is_not(None), photos.c.output_name.is_not(None), ~_IS_RECALLED)
_MUST_BE_THERE = and_(_IS_WANTED, photos.c.stored_at.is_not(None))
_COLUMNS = (
    photos.c.sha256, photos.c.output, photos.c.output_name, photos.c.stored_at, photos.c.copy_fault,
    photos.c.copy_fault_at, photos.c.destroyed_at, photos.c.for_use, photos.c.for_use_at,
)  # fmt: skip


def _read(connection: Connection, which: ColumnElement[bool], most: int) -> tuple[StoredCopy, ...]:
    query = select(*_COLUMNS).where(_MUST_BE_THERE, which).order_by(photos.c.stored_at.desc(), photos.c.sha256)
    return tuple(_copy(row) for row in connection.execute(query.limit(most)))


def _copy(row: Row[*tuple[Any, ...]]) -> StoredCopy:
    sha256, output, name, stored_at, fault, fault_at, destroyed_at, for_use, for_use_at = row
    placed = None if for_use_at is None else for_use
    return StoredCopy(sha256, output, name, stored_at, fault, fault_at, destroyed_at is not None, placed)
