"""The take-downs as they are read; apart from what asks for one (take_downs.py), which knows posts, sites, consents."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, func, select

from redact.store.schema.tables.of_posts import posts, take_downs

TAKE_DOWN_HOURS: Final = 24.0  # default of the setting: a working day and its night; desk.md, section 2

Schools = frozenset[str] | None  # None: every one


@dataclass(frozen=True, slots=True)
class TakeDown:
    """One take-down."""

    id: int
    post: int
    school: str  # of the post
    content: str
    site: str
    link: str  # "" while nobody pasted one
    cause: str
    opened_at: str
    opened_by: str  # role
    due_at: str
    told: tuple[tuple[str, str], ...]  # (who, a word of the program's; when)
    note: str
    closed_at: str | None
    closed_by: str | None

    @property
    def ref(self) -> str:
        """How the audit log calls it."""
        return f"takedown-{self.id}"

    def is_overdue_at(self, at: str) -> bool:
        """Return whether it should be down by then and nobody says that it is."""
        return self.closed_at is None and self.due_at < at


def read_take_down(connection: Connection, number: int, schools: Schools = None) -> TakeDown | None:
    """Return one take-down; None where there is none, or its post is of another school."""
    row = connection.execute(_every(schools).where(take_downs.c.id == number)).first()
    return None if row is None else _take_down(row)


def list_take_downs(connection: Connection, schools: Schools = None, *, is_every: bool = False) -> tuple[TakeDown, ...]:
    """Return the open take-downs, the one that is due first before the others; with every one, closed ones last."""
    query = _every(schools) if is_every else _every(schools).where(take_downs.c.closed_at.is_(None))
    rows = connection.execute(query.order_by(func.coalesce(take_downs.c.closed_at, ""), take_downs.c.due_at))
    return tuple(map(_take_down, rows))


def find_open(connection: Connection, post: int) -> TakeDown | None:
    """Return the open take-down of a post."""
    query = _every(None).where(take_downs.c.post == post, take_downs.c.closed_at.is_(None))
    row = connection.execute(query).first()
    return None if row is None else _take_down(row)


def _every(schools: Schools) -> Select[Any]:
    query = select(take_downs, posts.c.school, posts.c.link).join(posts, posts.c.id == take_downs.c.post)
    return query if schools is None else query.where(posts.c.school.in_(sorted(schools)))


def _take_down(row: Row[Any]) -> TakeDown:
    told = tuple((who, at) for who, at in json.loads(row.told))
    names = [name for name in TakeDown.__slots__ if name != "told"]
    return TakeDown(**{name: getattr(row, name) for name in names}, told=told)
