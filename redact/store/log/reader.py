"""All reading of the audit log from the database; every row is handed on as it lies there, whatever was done to it.

Threat: a row that was changed by hand breaks the reader instead of being reported; a column beside the body (kind,
time, photo, device: there to find entries quickly) says something else than the body, and hides the entry from a list.
Rule: values are taken raw, and what cannot be an entry is an error that names it; what is told of an entry comes from
its body; what somebody must be able to rely on (checks, proofs, deletion records) reads every entry and asks no column.
Accepted residue: `read_entries` finds by those columns, so a list can lack an entry until `redact audit verify`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, Table, select, type_coerce
from sqlalchemy.types import NullType

from redact.audit.events import SALT_BYTES, Reading, event_of, reading_of
from redact.audit.faults import AuditLogError
from redact.audit.filters import Filters
from redact.audit.spelling import is_number
from redact.audit.tree import HASH_BYTES, Frontier
from redact.audit.verify.export import Export, Row
from redact.errors import UsageError
from redact.store.schema.tables import log_checkpoints, log_edge, log_entries, log_mirrors

BATCH_ROWS = 2000  # rows fetched at once, half a kB each
MIN_PREFIX = 8  # hex digits of a photo's id: two of 10,000 photos share 8 with a probability of 1 %


class Stored(NamedTuple):
    """One row of the audit log as it lies in the database; nothing of it is checked."""

    number: Any
    kind: Any
    at: Any
    photo: Any
    device: Any
    commitment: Any
    salt: Any
    body: Any

    def row(self) -> Row:
        """Return the entry.

        Raises:
            AuditLogError: this row cannot be one.
        """
        fits = is_number(self.number) and _is_raw(self.commitment, HASH_BYTES)
        fits = fits and (self.salt is None or _is_raw(self.salt, SALT_BYTES))
        if not fits or not (self.body is None or isinstance(self.body, bytes)):
            raise AuditLogError(f"the row of entry {self.number} in the database is not an entry")
        return Row(self.number, self.commitment, self.salt, self.body)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry and what its body says."""

    row: Row
    reading: Reading


def _raw(table: Table) -> Sequence[Any]:
    """Return the columns without the types' conversions, which fail on values that were put there by hand."""
    return [type_coerce(column, NullType()).label(column.name) for column in table.c]


#: The query for whole rows of the audit log by number, to be narrowed and handed to `read_stored`.
RAW_ENTRIES = select(*_raw(log_entries)).order_by(log_entries.c.n)
_NOTES = select(*_raw(log_checkpoints)).order_by(log_checkpoints.c.size)
_NEWEST_NOTE = select(log_checkpoints.c.note).order_by(log_checkpoints.c.size.desc()).limit(1)
_EDGE = select(*_raw(log_edge))


def read_stored(
    connection: Connection, query: Select[Any] = RAW_ENTRIES, named: Mapping[str, object] | None = None
) -> Iterator[Stored]:
    """Yield the rows of the audit log, by number, without holding more than a batch of them.

    Args:
        connection: of a transaction.
        query: made of RAW_ENTRIES.
        named: what its parameters stand for.
    """
    found = connection.execute(query, named, execution_options={"yield_per": BATCH_ROWS})
    yield from map(Stored._make, found)


def read_entries(connection: Connection, filters: Filters) -> Iterator[Entry]:
    """Yield the entries that fit, by number; found by the columns beside the body, judged by the body.

    Raises:
        AuditLogError: a row is not an entry.
    """
    for stored in read_stored(connection, _narrow(filters)):
        entry = Entry(row := stored.row(), reading_of(row.body))
        if _fits(entry, filters):
            yield entry


def read_every(connection: Connection) -> Iterator[Entry]:
    """Yield every entry, by number.

    Raises:
        AuditLogError: a row is not an entry.
    """
    for stored in read_stored(connection):
        yield Entry(row := stored.row(), reading_of(row.body))


def read_export(connection: Connection, origin: str) -> Export:
    """Return the whole log with its checkpoints, in memory.

    Raises:
        AuditLogError: a row is not an entry.
    """
    rows = tuple(stored.row() for stored in read_stored(connection))
    return Export(origin, rows, read_notes(connection))


def read_notes(connection: Connection) -> tuple[str, ...]:
    """Return the signed checkpoints, sizes ascending."""
    return tuple(str(row.note) for row in connection.execute(_NOTES))


def newest_note(connection: Connection) -> str | None:
    """Return the newest signed checkpoint; None while nothing was recorded."""
    note = connection.execute(_NEWEST_NOTE).scalar()
    return None if note is None else str(note)


def read_edge(connection: Connection) -> Frontier:
    """Return the saved right edge of the tree, to which the next entry will be added.

    Raises:
        AuditLogError: it cannot be one.
    """
    row = connection.execute(_EDGE).first()
    if row is None:
        return Frontier()
    if type(row.size) is not int or not isinstance(row.edge, bytes) or len(row.edge) % HASH_BYTES:
        raise AuditLogError("the saved right edge of the tree cannot be one")
    return Frontier(row.size, tuple(row.edge[i : i + HASH_BYTES] for i in range(0, len(row.edge), HASH_BYTES)))


def has_edge(connection: Connection) -> bool:
    """Return whether the saved edge speaks of entries."""
    return connection.execute(select(log_edge.c.size).where(log_edge.c.size != 0)).first() is not None


def read_copied(connection: Connection) -> dict[str, int]:
    """Return up to which size each checkpoint mirror is said to have the checkpoints."""
    return {
        str(row.mirror): int(row.size) for row in connection.execute(select(log_mirrors.c.mirror, log_mirrors.c.size))
    }


def find_photo(connection: Connection, prefix: str) -> str:
    """Return the photo whose id begins with `prefix` (8 to 64 hex digits, any case).

    Raises:
        UsageError: it is too short, or no photo or more than one begins so.
    """
    prefix = prefix.lower()
    if not MIN_PREFIX <= len(prefix) <= 64 or prefix.strip("0123456789abcdef"):
        raise UsageError(f"A photo is named by the first {MIN_PREFIX} to 64 hex digits of its id.")
    query = select(log_entries.c.photo).where(log_entries.c.photo.startswith(prefix)).distinct().limit(2)
    found = connection.execute(query).scalars().all()
    if len(found) != 1:
        which = "More than one photo" if found else "No photo of the audit log"
        raise UsageError(f"{which} has an id that begins with {prefix}.")
    return str(found[0])


def _fits(entry: Entry, filters: Filters) -> bool:
    """An entry whose body is gone fits where nothing was asked that only a body tells."""
    event = event_of(entry.reading)
    if event is not None:
        return filters.fit(event)
    return filters == Filters()


def _narrow(filters: Filters) -> Select[Any]:
    columns, query = log_entries.c, RAW_ENTRIES
    for column, value in ((columns.device, filters.device), (columns.photo, filters.photo)):
        query = query if value is None else query.where(column == value)
    if filters.since is not None:
        query = query.where(columns.at >= filters.since)
    if filters.until is not None:
        query = query.where(columns.at < filters.until)
    if filters.kind is not None:
        query = query.where(columns.kind.in_(sorted(filters.spellings)))
    return query


def _is_raw(value: object, length: int) -> bool:
    return isinstance(value, bytes) and len(value) == length
