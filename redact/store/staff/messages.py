"""The only SQL on the queue of messages: each key is asked for once, each message taken by one process at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from redact.store.schema.tables.of_posts import messages

NEVER = "9999-12-31T00:00:00.000Z"  # when what was given up is due


@dataclass(frozen=True, slots=True)
class Queued:
    """One message of the queue."""

    id: int
    key: str
    kind: str
    person: int
    about: str
    asked_at: str
    attempts: int
    due_at: str
    sent_at: str | None
    fault: str | None


def known_keys(connection: Connection, keys: Iterable[str]) -> frozenset[str]:
    """Return those of these keys that were asked for before."""
    return frozenset(connection.execute(select(messages.c.key).where(messages.c.key.in_([*keys]))).scalars())


def add_message(connection: Connection, key: str, kind: str, person: int, about: str, at: str) -> None:
    """Put a message into the queue, due now."""
    row = {"key": key, "kind": kind, "person": person, "about": about, "asked_at": at, "attempts": 0, "due_at": at}
    connection.execute(insert(messages), row)


def list_due(connection: Connection, now: str, most: int) -> tuple[Queued, ...]:
    """Return the messages that are due, the oldest first."""
    query = select(messages).where(messages.c.sent_at.is_(None), messages.c.due_at <= now)
    rows = connection.execute(query.order_by(messages.c.id).limit(most))
    return tuple(Queued(**row._mapping) for row in rows)  # noqa: SLF001  SQLAlchemy's public way


def list_messages(connection: Connection, most: int) -> tuple[Queued, ...]:
    """Return the newest messages, sent or not, the newest first."""
    rows = connection.execute(select(messages).order_by(messages.c.id.desc()).limit(most))
    return tuple(Queued(**row._mapping) for row in rows)  # noqa: SLF001


def take(connection: Connection, queued: Queued, until: str) -> bool:
    """Take a message to send it, until a moment; False where another process has it, or it was sent."""
    unchanged = (messages.c.id == queued.id, messages.c.due_at == queued.due_at, messages.c.sent_at.is_(None))
    swap = update(messages).where(*unchanged).values(due_at=until, attempts=queued.attempts + 1)
    return bool(connection.execute(swap).rowcount)


def end_message(connection: Connection, message: int, at: str, note: str | None = None) -> None:
    """Write down that a message was sent, or need not be: then `note` says why."""
    connection.execute(update(messages).where(messages.c.id == message).values(sent_at=at, fault=note))


def put_off(connection: Connection, queued: Queued, due_at: str, fault: str) -> None:
    """Write down that one more try failed, why, and when it is tried again; a message that was sent stays so."""
    is_open = (messages.c.id == queued.id, messages.c.sent_at.is_(None))
    tried = {"due_at": due_at, "attempts": queued.attempts + 1, "fault": fault}
    connection.execute(update(messages).where(*is_open).values(**tried))


def newest_fault(connection: Connection) -> tuple[int, str, str] | None:
    """Return how many messages the server did not take so far, why the newest was not, and since when; None: none."""
    waits = (messages.c.sent_at.is_(None), messages.c.fault.is_not(None))
    query = select(messages.c.fault, messages.c.asked_at).where(*waits).order_by(messages.c.id.desc()).limit(1)
    row = connection.execute(query).first()
    if row is None:
        return None
    number, first = connection.execute(
        select(func.count(), func.min(messages.c.asked_at)).select_from(messages).where(*waits)
    ).one()
    return int(number), str(row.fault), str(first)


def forget_old(connection: Connection, before: str) -> None:
    """Forget what was asked for before then: its key is of a day that is long over."""
    connection.execute(delete(messages).where(messages.c.asked_at < before))
