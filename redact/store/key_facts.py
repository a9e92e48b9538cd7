"""The only SQL on what is true of the whole workspace: whose keys its rows were written with."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, insert, select, update

from redact.store.schema.tables import facts

_FACTS = select(facts)


def read_facts(connection: Connection) -> dict[str, str]:
    """Return every fact by its name; none while the workspace is being made."""
    return {row.name: row.value for row in connection.execute(_FACTS)}


def write_facts(connection: Connection, values: Mapping[str, str]) -> None:
    """Write facts down; what stood under their names before is replaced."""
    for name, value in values.items():
        if not connection.execute(update(facts).where(facts.c.name == name).values(value=value)).rowcount:
            connection.execute(insert(facts), {"name": name, "value": value})
