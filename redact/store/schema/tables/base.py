"""What all tables share: the metadata that they stand in, and the types of columns that recur."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, Index, MetaData, String, TextClause

metadata = MetaData()

TIME = String(24)  # "2026-09-07T13:45:12.345Z"
DAY = String(10)  # "2026-09-07", the school's day
SHA256 = String(64)
ID = String(40)  # redact/audit/shapes.py, ID
#: A file's name in trust storage, with its sub-folders.  SQLite keeps text of any length, and would write the whole
#: table again to say so: there the columns are declared as they were.
PLACE = String(200).with_variant(String(40), "sqlite")
WORD = String(24)  # redact/audit/shapes.py, WORD
ROLE = String(40)  # redact.audit.kinds.Role


@dataclass(frozen=True, slots=True)
class PartialIndex:
    """An index of the rows that fit a condition alone."""

    name: str
    columns: tuple[Column[object], ...]
    where: TextClause | ColumnElement[bool]
    is_unique: bool


#: Those of all tables.  The migrations make them; here they are said for who reads, and for what compares both.
PARTIAL_INDEXES: list[PartialIndex] = []


def partial_index(
    name: str, *columns: Column[object], where: TextClause | ColumnElement[bool], is_unique: bool = False
) -> None:
    """Say that there is a partial index.

    It is no `Index` yet: one with a condition loads every dialect that it names, PostgreSQL's too, into every command.
    """
    PARTIAL_INDEXES.append(PartialIndex(name, columns, where, is_unique))


def add_partial_indexes() -> None:
    """Put the partial indexes into the metadata, for who compares it with a database or makes tables of it."""
    there = {index.name for table in metadata.tables.values() for index in table.indexes}
    for each in PARTIAL_INDEXES:
        if each.name not in there:
            where, is_unique = each.where, each.is_unique
            Index(each.name, *each.columns, unique=is_unique, sqlite_where=where, postgresql_where=where)
