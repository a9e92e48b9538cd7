"""The only SQL on machines that share a database: who lives, who ended, and who has gone silent."""

from __future__ import annotations

import hashlib
import platform
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from redact.store.key_facts import read_facts, write_facts
from redact.store.schema.rows import all_text, readable
from redact.store.schema.tables import executors, facts
from redact.system.clock import parse_moment, print_moment

SILENT_AFTER_S = 600.0  # seconds without a beat; a beat comes every 30, and a database may be away for minutes


@dataclass(frozen=True, slots=True)
class SignOfLife:
    """What the watcher of one machine said last."""

    beat_at: str | None  # that it lives; None: it never ran here
    ended_at: str | None  # that it came to its end since


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine that shares this database."""

    id: str  # Workspace.executor
    host: str
    sign: SignOfLife


def beat(connection: Connection, executor: str, now: datetime) -> None:
    """Write down that this machine lives."""
    at = {"beat_at": print_moment(now)}
    if not connection.execute(update(executors).where(executors.c.id == executor).values(**at)).rowcount:
        connection.execute(insert(executors), {"id": executor, "host": platform.node()[:64]} | at)
    connection.execute(delete(facts).where(facts.c.name == _end_of(executor)))


def end(connection: Connection, executor: str, now: datetime) -> None:
    """Write down that the watcher of this machine came to its end; its photos are asked for as if it were silent."""
    write_facts(connection, {_end_of(executor): print_moment(now)})


def beat_of(connection: Connection, executor: str) -> str | None:
    """Return when a machine said last, in this database, that it lives; None: it never did."""
    return last_sign(connection, executor).beat_at


def last_sign(connection: Connection, executor: str) -> SignOfLife:
    """Return what the watcher of this machine said last."""
    return next((each.sign for each in list_machines(connection) if each.id == executor), SignOfLife(None, None))


def list_machines(connection: Connection) -> tuple[Machine, ...]:
    """Return every machine whose watcher ever said that it lives, by name."""
    rows = connection.execute(select(executors).order_by(executors.c.id)).all()
    ends = read_facts(connection)

    def make(row: Row[Any]) -> Machine:
        all_text(row)
        parse_moment(row.beat_at)
        return Machine(row.id, row.host, SignOfLife(row.beat_at, ends.get(_end_of(row.id))))

    return tuple(readable(connection, executors.name, rows, make))


def host_of(connection: Connection, executor: str) -> str:
    """Return what a machine is called; "" of one whose watcher never said that it lives."""
    return str(connection.execute(select(executors.c.host).where(executors.c.id == executor)).scalar() or "")


def silent(connection: Connection, now: datetime) -> tuple[str, ...]:
    """Return the machines that have gone silent."""
    before = print_moment(now - timedelta(seconds=SILENT_AFTER_S))
    return tuple(connection.execute(select(executors.c.id).where(executors.c.beat_at < before)).scalars())


def _end_of(executor: str) -> str:
    """Return under which name the end stands among the facts; a machine's own name may be longer than theirs."""
    return f"watch-ended-{hashlib.sha256(executor.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
