"""The only SQL on how the review of a copy stands."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, update

from redact.store.photos.states import State
from redact.store.schema.tables import photos

OPEN = "open"


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
