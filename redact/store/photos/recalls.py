"""The take-down list: which copies show a pupil whose consent has gone.

Rows are written with the copy (photos.py, write_shown), which also ends a recall: a copy that was made again
shows whom the register allows at that time.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Row, Select, select, update

from redact.store.photos import State
from redact.store.schema.tables import photos, shown


@dataclass(frozen=True, slots=True)
class Recall:
    """One copy that must be taken down or made again."""

    photo: str  # SHA-256 of the original
    copy: str | None  # its neutral name in trust storage; None where it is not there yet
    recalled_at: str


def recall(connection: Connection, upn: str, at: str) -> tuple[Recall, ...]:
    """Recall every copy that shows the pupil; return them, those recalled earlier and not made again included."""
    fresh = update(shown).where(shown.c.pupil == upn, shown.c.recalled_at.is_(None))
    connection.execute(fresh.values(recalled_at=at))
    return tuple(map(_recall, connection.execute(_recalled().where(shown.c.pupil == upn))))


def list_shown(connection: Connection, upn: str) -> tuple[tuple[str, str | None], ...]:
    """Return every photo whose copy shows the pupil and is not recalled yet, with the copy's SHA-256 if it is made."""
    query = select(photos.c.sha256, photos.c.output).join(shown, shown.c.photo == photos.c.sha256)
    rows = connection.execute(
        query.where(shown.c.pupil == upn, shown.c.recalled_at.is_(None)).order_by(photos.c.sha256)
    )
    return tuple((row.sha256, row.output) for row in rows)


def list_shown_on(connection: Connection, photo: str) -> tuple[str, ...]:
    """Return the pupils whom the photo's copy shows, recalled or not."""
    return tuple(connection.execute(select(shown.c.pupil).where(shown.c.photo == photo)).scalars())


def list_recalls(connection: Connection) -> tuple[Recall, ...]:
    """Return all copies that must be taken down or made again, each once, longest waiting first; no pupil is named.

    One that is not stored yet is none of them: it is made again before it is stored (steps.store).
    """
    found: dict[str, Recall] = {}
    for row in connection.execute(_recalled().where(photos.c.state == State.STORED.value)):
        found.setdefault(row.photo, _recall(row))
    return tuple(found.values())


def is_recalled(connection: Connection, photo: str) -> bool:
    """Say whether a consent has gone for a face that the photo's copy shows."""
    return connection.execute(_recalled().where(shown.c.photo == photo).limit(1)).first() is not None


def is_shared(connection: Connection, photo: str, copy: str | None) -> bool:
    """Say whether another photo's copy has the same bytes, and so the same file in trust storage."""
    made = (State.REDACTED.value, State.STORED.value)
    others = select(photos.c.sha256).where(
        photos.c.sha256 != photo, photos.c.output_name == copy, photos.c.state.in_(made)
    )
    return connection.execute(others.limit(1)).first() is not None


def _recalled() -> Select[tuple[str, str | None, str]]:
    columns = select(shown.c.photo, photos.c.output_name, shown.c.recalled_at)
    joined = columns.join(photos, photos.c.sha256 == shown.c.photo)
    return joined.where(shown.c.recalled_at.is_not(None)).order_by(shown.c.recalled_at, shown.c.photo)


def _recall(row: Row[tuple[str, str | None, str]]) -> Recall:
    return Recall(row.photo, row.output_name, row.recalled_at)
