"""The only SQL on holds: what stops every deletion until a named person lifts it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from redact.store.originals import count_sealed
from redact.store.photos import ON_DEVICE
from redact.store.schema.rows import GARBAGE, RowUnreadable, all_text, note
from redact.store.schema.tables import device_files, holds
from redact.system.clock import parse_moment

_EVERY = select(holds).order_by(holds.c.added_at, holds.c.id)
_ON = _EVERY.where(holds.c.lifted_at.is_(None))


@dataclass(frozen=True, slots=True)
class LegalHold:
    """One hold."""

    id: str
    scope: str  # device | photo | workspace
    device: str | None
    photo: str | None
    by: str  # role
    reason: str
    added_at: str
    lifted_at: str | None

    def covers(self, device: str, photo: str) -> bool:
        """Return whether it stops the deletion of `photo` on `device` (or, with "" for the device, in the vault).

        A scope that this version does not know covers everything: better a photo too long than one lost.
        """
        is_whole = self.scope not in {"device", "photo"}
        return self.lifted_at is None and (
            is_whole or (self.scope == "device" and self.device == device) or self.photo == photo
        )


def list_holds(connection: Connection, *, is_every: bool = False) -> tuple[LegalHold, ...]:
    """Return the holds that are on, oldest first; `is_every` gives the lifted ones too.

    One whose row cannot be read is on, and stops everything.
    """
    rows = connection.execute(_EVERY if is_every else _ON)
    return tuple(_hold(connection, row) for row in rows)


def _hold(connection: Connection, row: Row[Any]) -> LegalHold:
    try:
        all_text(row)
        parse_moment(row.added_at)
    except GARBAGE:
        unreadable = RowUnreadable(holds.name, row.id)
        note(connection, unreadable)
        return LegalHold(str(row.id), "workspace", None, None, "system", unreadable.what, "", None)
    return LegalHold(**row._mapping)  # noqa: SLF001  SQLAlchemy's public way


@dataclass(frozen=True, slots=True)
class Held:
    """What one hold stops."""

    files: int  # on devices, as far as anybody knows
    devices: tuple[str, ...]  # that these lie on
    originals: int  # sealed


def count_held(connection: Connection, hold: LegalHold) -> Held:
    """Return what a hold stops now; of a scope that this version does not know, everything, as `covers` says."""
    device = hold.device if hold.scope == "device" else None
    photo = hold.photo if hold.scope == "photo" else None
    query = select(device_files.c.device, func.count()).where(device_files.c.state.in_([*ON_DEVICE]))
    if device is not None:
        query = query.where(device_files.c.device == device)
    if photo is not None:
        query = query.where(device_files.c.photo == photo)
    files = {row[0]: int(row[1]) for row in connection.execute(query.group_by(device_files.c.device))}
    originals = count_sealed(connection, device=device, photo=photo)
    return Held(sum(files.values()), tuple(sorted(files)), originals)


def add_hold(connection: Connection, hold: LegalHold) -> None:
    """Write down a new hold."""
    row = {name: getattr(hold, name) for name in hold.__slots__}
    connection.execute(insert(holds), row)


def lift_hold(connection: Connection, hold_id: str, at: str) -> bool:
    """Lift a hold; return False where there is none, or it was lifted before."""
    swap = update(holds).where(holds.c.id == hold_id, holds.c.lifted_at.is_(None))
    return bool(connection.execute(swap.values(lifted_at=at)).rowcount)
