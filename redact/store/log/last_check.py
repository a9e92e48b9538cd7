"""The only SQL on the last check of the whole audit log: when it was made, and whether the log was intact.

Threat: whoever edits the log also writes down that it was checked and is intact.
Rule: this is a notice for monitoring and nothing else; what proves the log is a check made by the reader.
Accepted residue: the threat itself, for a reader of the notice alone.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, select

from redact.store.key_facts import read_fact, write_facts
from redact.store.schema.tables import log_edge
from redact.system.clock import parse_moment

_NAME = "log-check"  # among the facts


@dataclass(frozen=True, slots=True)
class LogCheck:
    """One check of every entry, checkpoint and mirror."""

    at: str
    is_intact: bool
    entries: int  # that the log had


def read_last_check(connection: Connection) -> LogCheck | None:
    """Return the check that was made last; None: none was."""
    return read_fact(connection, _NAME, _check)


def _check(parsed: Any) -> LogCheck:
    check = LogCheck(**parsed)
    parse_moment(check.at)
    return check


def write_last_check(connection: Connection, check: LogCheck) -> None:
    """Write a check down in the place of the one before."""
    write_facts(connection, {_NAME: json.dumps(asdict(check))})


def count_entries(connection: Connection) -> int:
    """Return how many entries the log says that it has."""
    return connection.execute(select(log_edge.c.size)).scalar() or 0
