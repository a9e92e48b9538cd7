"""The take-down list: which copies show a pupil, or show or name an adult, whose consent has gone.

Rows are written with the copy (photos.py, write_shown), which also ends a recall: a copy that was made again
shows whom the register allows at that time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, false, insert, select, update

from redact.store.photos import Shown, State
from redact.store.photos.states import ReviewState
from redact.store.schema.tables import IS_STORED_BY_ROW, photos, shown, versions

#: Stands where a pupil's number would, in the row of a copy that a person recalled.
NOBODY: Final = ""

_RECALLED: Select[tuple[str, str | None, str]] = (
    select(shown.c.photo, photos.c.output_name, shown.c.recalled_at)
    .join(photos, photos.c.sha256 == shown.c.photo)
    .where(shown.c.recalled_at.is_not(None))
    .order_by(shown.c.recalled_at, shown.c.photo)
)
_RECALL_OF = _RECALLED.where(shown.c.photo == bindparam("of")).limit(1)
_SHOWN_ON = select(shown.c.pupil, shown.c.by_hand, shown.c.named).where(
    shown.c.photo == bindparam("on"), shown.c.pupil != NOBODY
)


@dataclass(frozen=True, slots=True)
class Recall:
    """One copy that must be taken down or made again."""

    photo: str  # SHA-256 of the original
    copy: str | None  # its neutral name in trust storage; None where it is not there yet
    recalled_at: str


def recall(connection: Connection, upn: str, at: str, *, recognised_only: bool = False) -> tuple[Recall, ...]:
    """Recall copies that show the pupil; return them, those recalled earlier and not made again included.

    Args:
        connection: of a transaction.
        upn: the pupil's.
        at: when.
        recognised_only: what has gone is the consent to be recognised, which nobody asks for where a person said who
            it is.
    """
    fresh = update(shown).where(_shows(upn, recognised_only=recognised_only))
    photos_of = select(shown.c.photo).where(_shows(upn, recognised_only=recognised_only))
    connection.execute(
        update(photos).where(photos.c.sha256.in_(photos_of)).values(review=ReviewState.OPEN.value, reviewed_at=None)
    )
    connection.execute(fresh.values(recalled_at=at))
    return tuple(map(_recall, connection.execute(_RECALLED.where(shown.c.pupil == upn))))


def recall_by_hand(connection: Connection, photo: str, output: str, register: int, at: str) -> bool:
    """Recall the copy of one photo, whoever it shows; False where it is not the copy that stands, or is recalled."""
    unchanged = photos.c.sha256 == photo, photos.c.output == output, photos.c.state == State.STORED.value
    if is_recalled(connection, photo):
        return False
    if not connection.execute(
        update(photos).where(*unchanged).values(review=ReviewState.OPEN.value, reviewed_at=None)
    ).rowcount:
        return False
    row = {"photo": photo, "pupil": NOBODY, "register": register, "recalled_at": at, "by_hand": True}
    connection.execute(insert(shown), row)
    return True


def is_recalled_by_hand(connection: Connection, photo: str) -> bool:
    """Say whether it was a person who recalled the photo's copy, for whatever reason, and no consent has gone."""
    query = select(shown.c.pupil).where(shown.c.photo == photo, shown.c.recalled_at.is_not(None))
    return connection.execute(query).scalars().all() == [NOBODY]


def list_shown(
    connection: Connection, upn: str, *, recognised_only: bool = False
) -> tuple[tuple[str, str | None], ...]:
    """Return every photo whose copy shows the pupil and is not recalled yet, with the copy's SHA-256 if it is made.

    See `recall` for the arguments.
    """
    query = select(photos.c.sha256, photos.c.output).join(shown, shown.c.photo == photos.c.sha256)
    rows = connection.execute(query.where(_shows(upn, recognised_only=recognised_only)).order_by(photos.c.sha256))
    return tuple((row.sha256, row.output) for row in rows)


def _shows(upn: str, *, recognised_only: bool) -> ColumnElement[bool]:
    is_shown = and_(shown.c.pupil == upn, shown.c.recalled_at.is_(None))
    return and_(is_shown, shown.c.by_hand == false()) if recognised_only else is_shown


def list_shown_on(connection: Connection, photo: str) -> tuple[Shown, ...]:
    """Return whom the photo's copy shows or names, recalled or not."""
    return tuple(Shown(row.pupil, row.by_hand, row.named) for row in connection.execute(_SHOWN_ON, {"on": photo}))


def list_recalls(connection: Connection) -> tuple[Recall, ...]:
    """Return all copies that must be taken down or made again, each once, longest waiting first; no pupil is named.

    One that is not stored yet is none of them: it is made again before it is stored (steps.store).
    """
    found: dict[str, Recall] = {}
    for row in connection.execute(_RECALLED.where(IS_STORED_BY_ROW)):
        found.setdefault(row.photo, _recall(row))
    return tuple(found.values())


def is_recalled(connection: Connection, photo: str) -> bool:
    """Say whether a consent has gone for a face that the photo's copy shows."""
    return connection.execute(_RECALL_OF, {"of": photo}).first() is not None


def is_shared(connection: Connection, photo: str, copy: str | None) -> bool:
    """Say whether another photo's copy, or a former one, has the same bytes: the same file in trust storage."""
    made = (State.REDACTED.value, State.STORED.value)
    others = select(photos.c.sha256).where(
        photos.c.sha256 != photo, photos.c.output_name == copy, photos.c.state.in_(made)
    )
    former = select(versions.c.photo).where(
        versions.c.photo != photo, versions.c.name == copy, versions.c.removed_at.is_(None)
    )
    return any(connection.execute(query.limit(1)).first() is not None for query in (others, former))


def _recall(row: Row[tuple[str, str | None, str]]) -> Recall:
    return Recall(row.photo, row.output_name, row.recalled_at)
