"""The only SQL on the copies of a photo that another one has taken the place of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, exists, insert, or_, select, update

from redact.redaction.plans import parse_box, parse_plan, parse_polygons, whole_of
from redact.redaction.values import Box, Polygon, Region, Style
from redact.store.photos.states import ReviewState, State
from redact.store.schema.tables import photos, shown, versions

_LAST_PLAN = select(photos.c.plan, photos.c.shows, photos.c.source_width_px, photos.c.source_height_px).where(
    photos.c.sha256 == bindparam("photo")
)


@dataclass(frozen=True, slots=True)
class Version:
    """A copy of a photo, the one that stands or a former one; places in source pixels."""

    photo: str
    output: str  # SHA-256
    name: str  # in trust storage
    bytes: int
    plan: tuple[Region, ...]
    source_size: tuple[int, int] | None  # None: made by a version that did not write it down
    size: tuple[int, int] | None
    shows: Box | None
    judged: tuple[Polygon, ...]
    style: Style | None
    made_from: str | None = None  # output of the copy that it was drawn on; None: the original
    names_known: bool = True  # whose names of adults it leaves bare was written down

    @property
    def part(self) -> Box | None:
        """The part of the source that it shows, source pixels; None where no size was written down."""
        return self.shows or (None if self.source_size is None else whole_of(self.source_size))


def read_current(connection: Connection, photo: str) -> Version | None:
    """Return the copy that stands, where the photo is stored."""
    query = select(photos).where(photos.c.sha256 == photo, photos.c.state == State.STORED.value)
    row = connection.execute(query).first()
    if row is None or row.output is None or row.output_name is None:
        return None
    source = size_of(row.source_width_px, row.source_height_px)
    return _version(row, source, row.output_name, row.output_bytes or 0, row.made_from)


def read_last_plan(connection: Connection, photo: str) -> tuple[tuple[Region, ...], Box | None] | None:
    """Return plan and shown part of the copy that was made last, wherever the photo is now; None of one never drawn."""
    row = connection.execute(_LAST_PLAN, {"photo": photo}).first()
    if row is None or row.plan is None:
        return None
    source = size_of(row.source_width_px, row.source_height_px)
    return parse_plan(row.plan), parse_box(row.shows) or (None if source is None else whole_of(source))


def read_former(connection: Connection, photo: str) -> tuple[Version, ...]:
    """Return the former copies that lie in trust storage, oldest first."""
    query = (
        select(versions, photos.c.source_width_px, photos.c.source_height_px)
        .join(photos, photos.c.sha256 == versions.c.photo)
        .where(versions.c.photo == photo, versions.c.removed_at.is_(None))
        .order_by(versions.c.id)
    )
    return tuple(
        _version(row, size_of(row.source_width_px, row.source_height_px), row.name, row.bytes, row.made_from)
        for row in connection.execute(query)
    )


def keep_former(connection: Connection, former: Version, at: str) -> None:
    """Write down that a copy is a former one now; it lies where it lay."""
    row = connection.execute(select(photos).where(photos.c.sha256 == former.photo)).one()
    connection.execute(delete(versions).where(versions.c.photo == former.photo, versions.c.output == former.output))
    columns = {
        name: getattr(row, name) for name in ("judged", "shows", "style", "width_px", "height_px", "names_known")
    }
    facts = {"photo": former.photo, "output": former.output, "name": former.name, "bytes": former.bytes}
    when = {"made_from": former.made_from, "superseded_at": at, "removed_at": None}
    connection.execute(insert(versions), {**facts, **columns, "plan": row.plan or "[]", **when})


def stands_again(connection: Connection, photo: str, output: str) -> None:
    """Write down that a former copy is the one that stands."""
    connection.execute(delete(versions).where(versions.c.photo == photo, versions.c.output == output))


def swap_copy(connection: Connection, photo: str, former: str, columns: Mapping[str, Any]) -> bool:
    """Put another copy in the place of `former`; False where that does not stand any more."""
    swap = update(photos).where(
        photos.c.sha256 == photo, photos.c.state == State.STORED.value, photos.c.output == former
    )
    return bool(connection.execute(swap.values(**columns)).rowcount)


def list_superseded(connection: Connection, before: str, photo: str | None = None) -> tuple[tuple[str, str, str], ...]:
    """Return (photo, output, name) of the former copies that nobody needs any more.

    Those of photos that a person decided on, or that are not stored or are recalled; of the others, those that were
    superseded before then.
    """
    is_recalled = exists().where(shown.c.photo == photos.c.sha256, shown.c.recalled_at.is_not(None))
    is_over = or_(
        versions.c.superseded_at < before,
        photos.c.review != ReviewState.OPEN.value,
        photos.c.state != State.STORED.value,
        is_recalled,
    )
    query = (
        select(versions.c.photo, versions.c.output, versions.c.name)
        .join(photos, photos.c.sha256 == versions.c.photo)
        .where(versions.c.removed_at.is_(None), is_over)
        .order_by(versions.c.id)
    )
    query = query if photo is None else query.where(versions.c.photo == photo)
    return tuple((row.photo, row.output, row.name) for row in connection.execute(query))


def list_names(connection: Connection, photo: str) -> tuple[str, ...]:
    """Return what the copies of a photo are called, or were, in trust storage."""
    names = [*connection.execute(select(versions.c.name).where(versions.c.photo == photo)).scalars()]
    now = connection.execute(select(photos.c.output_name).where(photos.c.sha256 == photo)).scalar()
    return tuple(dict.fromkeys((*names, *((now,) if now else ()))))


def note_removed(connection: Connection, photo: str, output: str, at: str) -> bool:
    """Write down that a former copy is out of trust storage; False where that stands there already."""
    which = versions.c.photo == photo, versions.c.output == output, versions.c.removed_at.is_(None)
    return bool(connection.execute(update(versions).where(*which).values(removed_at=at)).rowcount)


def is_named(connection: Connection, name: str, photo: str, output: str) -> bool:
    """Say whether anything but this copy of this photo lies under a name in trust storage."""
    is_current = photos.c.output_name == name, or_(photos.c.sha256 != photo, photos.c.output == output)
    is_former = versions.c.name == name, versions.c.photo != photo, versions.c.removed_at.is_(None)
    one = connection.execute(select(photos.c.sha256).where(*is_current).limit(1)).first()
    return one is not None or connection.execute(select(versions.c.id).where(*is_former).limit(1)).first() is not None


def _version(
    row: Row[tuple[object, ...]], source: tuple[int, int] | None, name: str, size: int, made_from: str | None = None
) -> Version:
    return Version(
        row.photo if hasattr(row, "photo") else row.sha256,
        row.output,
        name,
        size,
        parse_plan(row.plan),
        source,
        size_of(row.width_px, row.height_px),
        parse_box(row.shows),
        parse_polygons(row.judged),
        None if row.style is None else Style(row.style),
        made_from,
        row.names_known,
    )


def size_of(width: int | None, height: int | None) -> tuple[int, int] | None:
    """Return the size of a picture as two columns keep it, in pixels; None where it is not known."""
    return None if not width or not height else (width, height)
