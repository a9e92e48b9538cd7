"""The only SQL on redraws: who asked for another copy of which photo, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, insert, or_, select, update

from redact.store.reviewing.answers import Answerer
from redact.store.schema.tables import photos, redraws

ASKED, WORKING, DONE, FAILED = "asked", "working", "done", "failed"
_OPEN = (ASKED, WORKING)


@dataclass(frozen=True, slots=True)
class RedrawRow:
    """One redraw."""

    id: int
    photo: str
    former: str
    state: str
    needs_original: bool
    reason: str | None
    output: str | None
    who: Answerer
    asked_at: str
    school: str  # of the photo


def add_redraw(
    connection: Connection, copy: tuple[str, str], who: Answerer, at: str, *, executor: str, needs_original: bool
) -> int:
    """Write down that somebody asks for another copy in the place of `copy` (photo, output); return its number."""
    photo, former = copy
    row = {
        "photo": photo,
        "former": former,
        "state": ASKED,
        "needs_original": needs_original,
        "executor": executor,
        "role": who.role,
        "person": who.person,
        "asked_at": at,
    }
    result = connection.execute(insert(redraws), row)
    assert result.inserted_primary_key is not None
    return int(result.inserted_primary_key[0])


def read_redraw(connection: Connection, number: int) -> RedrawRow | None:
    """Return one redraw."""
    row = connection.execute(_select().where(redraws.c.id == number)).first()
    return None if row is None else _redraw(row)


def newest_redraw(connection: Connection, photo: str) -> RedrawRow | None:
    """Return the redraw of a photo that was asked for last."""
    query = _select().where(redraws.c.photo == photo).order_by(redraws.c.id.desc()).limit(1)
    row = connection.execute(query).first()
    return None if row is None else _redraw(row)


def list_asked(connection: Connection, executor: str) -> tuple[RedrawRow, ...]:
    """Return the redraws that wait for this machine and need no key, first come first."""
    query = _select().where(
        redraws.c.state == ASKED, redraws.c.executor == executor, redraws.c.needs_original.is_(False)
    )
    return tuple(_redraw(row) for row in connection.execute(query.order_by(redraws.c.id)))


def list_left(connection: Connection, executor: str) -> tuple[RedrawRow, ...]:
    """Return the redraws of this machine that no process ended, or whose copy may lie in storage, unused."""
    is_left = or_(redraws.c.state == WORKING, and_(redraws.c.state == FAILED, redraws.c.output.is_not(None)))
    query = _select().where(is_left, redraws.c.executor == executor).order_by(redraws.c.id)
    return tuple(_redraw(row) for row in connection.execute(query))


def note_dropped(connection: Connection, number: int) -> None:
    """Write down that the copy of a redraw that was not used lies in storage no more."""
    connection.execute(update(redraws).where(redraws.c.id == number, redraws.c.state != DONE).values(output=None))


def fail_redraw(connection: Connection, number: int, reason: str, at: str) -> None:
    """End a redraw that is under way without a copy; which one may have been put stays written down."""
    swap = update(redraws).where(redraws.c.id == number, redraws.c.state == WORKING)
    connection.execute(swap.values(state=FAILED, reason=reason, ended_at=at))


def move_redraw(
    connection: Connection,
    number: int,
    old: str,
    new: str,
    *,
    reason: str | None = None,
    output: str | None = None,
    ended_at: str | None = None,
) -> bool:
    """Move a redraw on; False where it is not in the state `old` any more."""
    swap = update(redraws).where(redraws.c.id == number, redraws.c.state == old)
    values = {"state": new, "reason": reason, "output": output, "ended_at": ended_at}
    return bool(connection.execute(swap.values(**values)).rowcount)


def take_up_again(connection: Connection, executor: str, reason: str, at: str) -> int:
    """Ask again for what a killed process of this machine had begun; what needs a key, or left a copy, has failed.

    Returns:
        How many are asked for again.
    """
    mine = redraws.c.executor == executor
    left = and_(redraws.c.state == WORKING, redraws.c.output.is_not(None))
    keyed = and_(redraws.c.state.in_(_OPEN), redraws.c.needs_original.is_(True))
    lost = update(redraws).where(mine, or_(keyed, left))
    connection.execute(lost.values(state=FAILED, reason=reason, ended_at=at))
    again = update(redraws).where(mine, redraws.c.state == WORKING)
    return int(connection.execute(again.values(state=ASKED)).rowcount)


def redrawn_by(connection: Connection, photo: str, former: str) -> tuple[str, str] | None:
    """Return who (role and tag) had a copy drawn again; None where nobody had."""
    which = redraws.c.photo == photo, redraws.c.former == former, redraws.c.state == DONE
    query = select(redraws.c.role, redraws.c.person).where(*which).order_by(redraws.c.id.desc()).limit(1)
    row = connection.execute(query).first()
    return None if row is None else (row.role, row.person)


def _select() -> Select[Any]:
    return select(redraws, photos.c.school).join(photos, photos.c.sha256 == redraws.c.photo)


def _redraw(row: Row[tuple[object, ...]]) -> RedrawRow:
    return RedrawRow(
        row.id,
        row.photo,
        row.former,
        row.state,
        row.needs_original,
        row.reason,
        row.output,
        Answerer(row.role, row.person),
        row.asked_at,
        row.school,
    )
