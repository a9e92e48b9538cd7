"""The only SQL on what is true of the whole workspace: whose keys its rows were written with."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sqlalchemy import Connection, insert, select, update

from redact.store.schema.rows import GARBAGE, RowUnreadable, note
from redact.store.schema.tables import facts

T = TypeVar("T")
_FACTS = select(facts)


def read_facts(connection: Connection) -> dict[str, str]:
    """Return every fact by its name; none while the workspace is being made."""
    return {str(row.name): str(row.value) for row in connection.execute(_FACTS)}  # bytes, by hand: equal to nothing


def read_fact(connection: Connection, name: str, make: Callable[[Any], T]) -> T | None:
    """Return what a fact says that is kept as JSON; None where there is none, or it cannot be read, which is noted.

    Args:
        connection: of a transaction.
        name: of the fact.
        make: of what the JSON is.
    """
    text = read_facts(connection).get(name)
    try:
        return None if text is None else make(json.loads(text))
    except GARBAGE:
        note(connection, RowUnreadable(facts.name, name))
        return None


def write_fact(connection: Connection, name: str, value: object) -> None:
    """Write one fact down that is kept as JSON."""
    write_facts(connection, {name: json.dumps(value)})


def write_facts(connection: Connection, values: Mapping[str, str]) -> None:
    """Write facts down; what stood under their names before is replaced."""
    for name, value in values.items():
        if not connection.execute(update(facts).where(facts.c.name == name).values(value=value)).rowcount:
            connection.execute(insert(facts), {"name": name, "value": value})
