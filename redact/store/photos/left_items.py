"""The only SQL on what lies on a device and is left for a person.

Most of it lies at a place on the device; what is said of a device as a whole lies at none.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, case, func, insert, select, update

from redact.store.photos.device_files import place_tag
from redact.store.schema.rows import all_text, readable
from redact.store.schema.tables import left_items
from redact.system.clock import parse_moment
from watcher import Place, Unsafe


class LeftKind(StrEnum):
    """What is left for a person."""

    FILE = "file"  # a film, a RAW photo, a link, a photo that was not taken in
    BINNED_PHOTO = "binned-photo"  # in a bin of the device, and never taken in
    BINNED_FILM = "binned-film"  # a film or a RAW photo in a bin
    CLOSED_BIN = "closed-bin"  # a bin that could not be looked into
    FOLDER = "folder"  # a folder of no device, with all that lies in it
    DEVICE = "device"  # all that lies on a device that is not approved; no place
    UNMARKED = "unmarked"  # the device's folder is there without its marker; no place
    FOREIGN = "foreign"  # ... or with another workspace's; no place


IN_BINS: Final = frozenset({LeftKind.BINNED_PHOTO, LeftKind.BINNED_FILM, LeftKind.CLOSED_BIN})


@dataclass(frozen=True, slots=True)
class LeftItem:
    """Something on a device that a person must see to."""

    id: int
    device: str
    kind: LeftKind
    place: Place | None  # None: it is said of the device as a whole
    why: str  # a sentence
    first_seen_at: str
    last_seen_at: str


def note_left(
    connection: Connection,
    key: bytes,
    place: Place,
    why: str,
    at: str,
    kind: LeftKind = LeftKind.FILE,
    files: int = 1,
) -> None:
    """Write down something on a device that a person must see to; what had been taken off the list begins again.

    Args:
        connection: of a transaction.
        key: of the workspace's tags.
        place: where it lies.
        why: a sentence.
        at: the moment.
        kind: one that lies at a place.
        files: of which the sentence speaks.
    """
    tag = place_tag(key, place)
    row = {"device": place.device_id, "place": tag, "folder": place.folder}
    where = and_(left_items.c.device == place.device_id, left_items.c.place == tag)
    seen = {"kind": kind.value, "parts": json.dumps(place.parts), "why": str(why), "files": files}
    _write(connection, where, row, seen, at)


def note_device(connection: Connection, device: str, kind: LeftKind, why: str, at: str, files: int = 1) -> None:
    """Write down what is said of a device as a whole, in place of what was said of it under this kind.

    Args:
        connection: of a transaction.
        device: its id.
        kind: one without a place.
        why: a sentence.
        at: the moment.
        files: of which the sentence speaks.
    """
    where = and_(left_items.c.device == device, left_items.c.kind == kind.value, left_items.c.place.is_(None))
    row = {"device": device, "kind": kind.value, "parts": "[]"}
    _write(connection, where, row, {"why": why, "files": files}, at)


def _write(connection: Connection, where: Any, row: dict[str, Any], seen: dict[str, Any], at: str) -> None:
    again = case((left_items.c.resolved_at.is_not(None), at), else_=left_items.c.first_seen_at)
    seen |= {"last_seen_at": at, "resolved_at": None}
    if not connection.execute(update(left_items).where(where).values(first_seen_at=again, **seen)).rowcount:
        connection.execute(insert(left_items), row | seen | {"first_seen_at": at})


def resolve_left(connection: Connection, items: Iterable[LeftItem], at: str) -> None:
    """Mark these as resolved: they are not there any more, and their names are not needed any more."""
    for item in items:
        swap = update(left_items).where(left_items.c.id == item.id, left_items.c.resolved_at.is_(None))
        connection.execute(swap.values(resolved_at=at, parts="[]"))


def list_left(
    connection: Connection, device: str | None = None, kinds: Collection[LeftKind] = frozenset(LeftKind)
) -> tuple[LeftItem, ...]:
    """Return what is left for a person, oldest first."""
    query = select(left_items).where(left_items.c.resolved_at.is_(None)).order_by(left_items.c.id)
    if device is not None:
        query = query.where(left_items.c.device == device)
    return tuple(
        item for item in readable(connection, left_items.name, connection.execute(query), _left_item)
        if item.kind in kinds
    )  # fmt: skip


def _left_item(row: Row[Any]) -> LeftItem:
    all_text((row.device, row.why, row.first_seen_at, row.last_seen_at))
    parse_moment(row.first_seen_at)
    parts = tuple(json.loads(row.parts))
    all_text(parts)
    kind, place = LeftKind(row.kind), None if row.place is None else _place_of(row, parts)
    return LeftItem(int(row.id), row.device, kind, place, row.why, row.first_seen_at, row.last_seen_at)


def _place_of(row: Row[Any], parts: tuple[str, ...]) -> Place:
    """Return where something lies.

    Raises:
        ValueError: none of ours wrote such a place.
    """
    try:
        return Place(row.device, parts, int(row.folder))
    except Unsafe as error:
        raise ValueError(error.why) from error


def count_left(connection: Connection, kinds: Iterable[LeftKind]) -> Counter[str]:
    """Return how many things of these kinds are on the list for each device."""
    query = (
        select(left_items.c.device, func.count())
        .where(left_items.c.resolved_at.is_(None), left_items.c.kind.in_([kind.value for kind in kinds]))
        .group_by(left_items.c.device)
    )
    return Counter({device: count for device, count in connection.execute(query)})  # noqa: C416  rows are no pairs
