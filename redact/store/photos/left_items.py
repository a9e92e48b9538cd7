"""The only SQL on what lies on a device and is left for a person."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, case, func, insert, select, update

from redact.store.photos.device_files import place_tag
from redact.store.schema.rows import all_text, readable
from redact.store.schema.tables import left_items
from redact.system.clock import parse_moment
from watcher import Place


@dataclass(frozen=True, slots=True)
class LeftItem:
    """Something on a device that a person must see to."""

    device: str
    parts: tuple[str, ...]
    why: str
    first_seen_at: str
    last_seen_at: str
    folder: int = 0

    @property
    def place(self) -> Place:
        """Where it lies."""
        return Place(self.device, self.parts, self.folder)


def note_left(connection: Connection, key: bytes, place: Place, why: str, at: str, files: int = 1) -> None:
    """Write down something on a device that a person must see to; what had been taken off the list begins again.

    Args:
        connection: of a transaction.
        key: of the workspace's tags.
        place: where it lies.
        why: a sentence.
        at: the moment.
        files: of which the sentence speaks.
    """
    where = and_(left_items.c.device == place.device_id, left_items.c.place == place_tag(key, place))
    again = case((left_items.c.resolved_at.is_not(None), at), else_=left_items.c.first_seen_at)
    seen = {"parts": json.dumps(place.parts), "why": str(why), "files": files, "last_seen_at": at, "resolved_at": None}
    if not connection.execute(update(left_items).where(where).values(first_seen_at=again, **seen)).rowcount:
        row = {"device": place.device_id, "place": place_tag(key, place), "folder": place.folder}
        connection.execute(insert(left_items), row | {"first_seen_at": at} | seen)


def resolve_left(connection: Connection, key: bytes, place: Place, at: str) -> None:
    """Mark something as resolved: it is not there any more, and its names are not needed any more."""
    where = (left_items.c.device == place.device_id, left_items.c.place == place_tag(key, place))
    swap = update(left_items).where(*where, left_items.c.resolved_at.is_(None))
    connection.execute(swap.values(resolved_at=at, parts="[]"))


def list_exactly(
    connection: Connection, key: bytes, listed: Mapping[Place, str], found: Mapping[Place, str], at: str
) -> None:
    """Replace what was `listed` by what is `found` now (reasons by place); the rest of the list stays as it is."""
    for place, why in found.items():
        if listed.get(place) != why:
            note_left(connection, key, place, why, at)
    for place in listed.keys() - found.keys():
        resolve_left(connection, key, place, at)


def list_left(connection: Connection, device: str | None = None) -> tuple[LeftItem, ...]:
    """Return what is left for a person, oldest first."""
    query = select(left_items).where(left_items.c.resolved_at.is_(None)).order_by(left_items.c.id)
    if device is not None:
        query = query.where(left_items.c.device == device)
    return tuple(readable(connection, left_items.name, connection.execute(query), _left_item))


def _left_item(row: Row[Any]) -> LeftItem:
    all_text((row.device, row.why, row.first_seen_at, row.last_seen_at))
    parse_moment(row.first_seen_at)
    parts = tuple(json.loads(row.parts))
    all_text(parts)
    return LeftItem(row.device, parts, row.why, row.first_seen_at, row.last_seen_at, int(row.folder))


def count_left(connection: Connection, whys: Iterable[str]) -> Counter[str]:
    """Return how many things on each device are on the list for one of these reasons."""
    query = (
        select(left_items.c.device, func.count())
        .where(left_items.c.resolved_at.is_(None), left_items.c.why.in_([str(why) for why in whys]))
        .group_by(left_items.c.device)
    )
    return Counter({device: count for device, count in connection.execute(query)})  # noqa: C416  rows are no pairs
