"""Rows that cannot be read, because somebody wrote into the database by hand.

Threat: one such row ends every command with "the program failed", or whoever reads on treats it as one that is not
there, and what it stood for is deleted.
Rule: who makes a value of a row says of which table and row it is (`made`).  A list passes over such a row and notes it
on the connection of a caller who asked for that (`noting`): status and doctor tell each of them and go on with the
rest.  A row that cannot be read gives leave to nothing: a device is not watched, a file not deleted; a hold stops
everything (redact/store/holds.py).
Accepted residue: what was written so that it can be read is believed here; the log proves what must be sure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Row

from redact.errors import RedactError, short_id

T = TypeVar("T")
#: What parsers of ours raise on a value that none of ours wrote.
GARBAGE: Final = (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, RecursionError)
NEXT_STEP: Final = (
    "Find out who has access to the database. Bring the database back from the backup (docs/running.md, Backup), or "
    "have the row put right by whoever changed it. Until then what it stands for is left as it is."
)
_NOTED: Final = "redact_unreadable"  # option of a connection
_MOST_SHOWN: Final = 40  # characters of a row's key: those of redact.audit.shapes.ID


class RowUnreadable(RedactError):
    """A row of the database is none of ours."""

    def __init__(self, table: str, row: object) -> None:
        """Say which: its table, and its key there."""
        called = short_id(row) if isinstance(row, str) and len(row) == 64 else str(row)[:_MOST_SHOWN]
        self.table, self.row = table, row
        self.what = f"The row {called} of the table {table} cannot be read: somebody changed the database."
        super().__init__(f"{self.what} {NEXT_STEP}")


def made(table: str, row: object, make: Callable[[], T]) -> T:
    """Return what `make` makes of a row.

    Args:
        table: its name.
        row: its key.
        make: takes the row's values apart.

    Raises:
        RowUnreadable: they are none of ours.
    """
    try:
        return make()
    except GARBAGE as error:
        raise RowUnreadable(table, row) from error


def readable(
    connection: Connection, table: str, rows: Iterable[Row[Any]], make: Callable[[Row[Any]], T]
) -> Iterator[T]:
    """Give what `make` makes of each row, whose first column is its key; those that cannot be read are noted."""
    for row in rows:
        try:
            value = made(table, row[0], partial(make, row))
        except RowUnreadable as unreadable:
            note(connection, unreadable)
            continue
        yield value


def as_far_as_readable(connection: Connection, table: str, values: Iterable[T]) -> Iterator[T]:
    """Give values that are made of rows, up to where one cannot be read that nobody foresaw; that is noted."""
    try:
        yield from values
    except GARBAGE:
        note(connection, RowUnreadable(table, "(which one is not known)"))


def noting(connection: Connection) -> list[RowUnreadable]:
    """Have rows that cannot be read noted from now on, and return the list that they are put into."""
    found: list[RowUnreadable] = []
    connection.execution_options(**{_NOTED: found})
    return found


def note(connection: Connection, unreadable: RowUnreadable) -> None:
    """Note a row that cannot be read, once, where the caller wants to hear of it."""
    found = connection.get_execution_options().get(_NOTED)
    if found is not None and (unreadable.table, unreadable.row) not in {(each.table, each.row) for each in found}:
        found.append(unreadable)


def all_text(row: Iterable[object]) -> None:
    """Check that each value is text or nothing: SQLite keeps numbers and bytes in any column.

    Raises:
        TypeError: one is neither.
    """
    if not all(value is None or isinstance(value, str) for value in row):
        raise TypeError("a value is no text")
