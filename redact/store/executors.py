"""The only SQL on machines that share a database: who lives, and who has gone silent."""

from __future__ import annotations

import platform
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from redact.moments import print_moment
from redact.store.tables import executors

SILENT_AFTER_S = 600.0  # seconds without a beat; a beat comes every 30, and a database may be away for minutes


def beat(connection: Connection, executor: str, now: datetime) -> None:
    """Write down that this machine lives."""
    at = {"beat_at": print_moment(now)}
    if not connection.execute(update(executors).where(executors.c.id == executor).values(**at)).rowcount:
        connection.execute(insert(executors), {"id": executor, "host": platform.node()[:64]} | at)


def silent(connection: Connection, now: datetime) -> tuple[str, ...]:
    """Return the machines that have gone silent."""
    before = print_moment(now - timedelta(seconds=SILENT_AFTER_S))
    return tuple(connection.execute(select(executors.c.id).where(executors.c.beat_at < before)).scalars())
