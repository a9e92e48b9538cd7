"""The only SQL on everything that lies in trust storage: each file's name, with what it must hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from redact.store.photos.states import State
from redact.store.schema.tables import photos, versions

_AT_ONCE = 1000  # rows that are read in one go


@dataclass(frozen=True, slots=True)
class Lying:
    """A file in trust storage."""

    photo: str
    name: str
    output: str  # SHA-256 of what it must hold
    must_be_there: bool  # False: it is on its way in, or on its way out


def list_lying(connection: Connection) -> Iterator[Lying]:
    """Give every file that lies in trust storage, or may: copies, former ones, and those in for-use."""
    yield from _current(connection)
    query = select(versions).where(versions.c.removed_at.is_(None)).order_by(versions.c.id)
    for row in connection.execute(query):
        yield Lying(row.photo, row.name, row.output, must_be_there=False)


def _current(connection: Connection) -> Iterator[Lying]:
    of, after = photos.c, ""
    columns = select(of.sha256, of.state, of.output, of.output_name, of.for_use)
    while True:
        query = columns.where(of.sha256 > after, of.output.is_not(None)).order_by(of.sha256).limit(_AT_ONCE)
        rows = connection.execute(query).all()
        for row in rows:
            if row.output_name is not None:
                yield Lying(row.sha256, row.output_name, row.output, must_be_there=row.state == State.STORED.value)
            if row.for_use is not None:
                yield Lying(row.sha256, row.for_use, row.output, must_be_there=False)
        if len(rows) < _AT_ONCE:
            return
        after = rows[-1].sha256
