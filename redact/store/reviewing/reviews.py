"""The only SQL on how the review of a copy stands."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, false, select, update

from redact.redaction.plans import NO_POLYGONS
from redact.store.photos.photos import Shown
from redact.store.photos.states import ReviewState, State
from redact.store.schema.tables import photos, shown


def set_review(connection: Connection, copy: tuple[str, str], old: Collection[str], new: str, at: str | None) -> bool:
    """Move the review of a copy (photo, output) from one of `old` to `new`; False where it does not stand so."""
    photo, output = copy
    swap = update(photos).where(
        photos.c.sha256 == photo,
        photos.c.output == output,
        photos.c.state == State.STORED.value,
        photos.c.review.in_(sorted(old)),
    )
    return bool(connection.execute(swap.values(review=new, reviewed_at=at)).rowcount)


def set_plan(connection: Connection, copy: tuple[str, str], plan: str, *, asks: bool) -> bool:
    """Write another plan of the same copy; False where that does not stand any more."""
    photo, output = copy
    which = photos.c.sha256 == photo, photos.c.output == output, photos.c.state == State.STORED.value
    return bool(connection.execute(update(photos).where(*which).values(plan=plan, asks=asks)).rowcount)


def list_passed_unread(connection: Connection) -> dict[int, tuple[tuple[str, str], ...]]:
    """Return passed copies (photo, output) of which nobody wrote down whom they name, by the register's version.

    `QueuedPhoto.is_unread` says the same of one.
    """
    of = photos.c
    passed = of.review == ReviewState.FIT.value, of.state == State.STORED.value, of.names_known == false()
    text = of.judged.is_(None) | (of.judged != NO_POLYGONS)
    query = select(of.register, of.sha256, of.output).where(*passed, text, of.register.is_not(None))
    found: dict[int, list[tuple[str, str]]] = {}
    for row in connection.execute(query.order_by(of.sha256)):
        found.setdefault(row.register, []).append((row.sha256, row.output))
    return {register: tuple(copies) for register, copies in found.items()}


def list_passed_showing(connection: Connection) -> dict[Shown, tuple[tuple[str, str], ...]]:
    """Return whom passed copies show or name, each with the copies (photo, output)."""
    columns = select(shown.c.pupil, shown.c.by_hand, shown.c.named, photos.c.sha256, photos.c.output)
    joined = columns.join(photos, photos.c.sha256 == shown.c.photo)
    passed = joined.where(
        photos.c.review == ReviewState.FIT.value, photos.c.state == State.STORED.value, shown.c.recalled_at.is_(None)
    )
    found: dict[Shown, list[tuple[str, str]]] = {}
    for row in connection.execute(passed.order_by(photos.c.sha256)):
        found.setdefault(Shown(row.pupil, row.by_hand, row.named), []).append((row.sha256, row.output))
    return {each: tuple(copies) for each, copies in found.items()}
