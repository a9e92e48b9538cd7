"""The only SQL on holds: what stops every deletion until a named person lifts it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from redact.store.schema.tables import holds


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
    """Return the holds that are on, oldest first; `is_every` gives the lifted ones too."""
    query = select(holds).order_by(holds.c.added_at, holds.c.id)
    if not is_every:
        query = query.where(holds.c.lifted_at.is_(None))
    return tuple(LegalHold(**row._mapping) for row in connection.execute(query))  # noqa: SLF001  SQLAlchemy's public way


def add_hold(connection: Connection, hold: LegalHold) -> None:
    """Write down a new hold."""
    row = {name: getattr(hold, name) for name in hold.__slots__}
    connection.execute(insert(holds), row)


def lift_hold(connection: Connection, hold_id: str, at: str) -> bool:
    """Lift a hold; return False where there is none, or it was lifted before."""
    swap = update(holds).where(holds.c.id == hold_id, holds.c.lifted_at.is_(None))
    return bool(connection.execute(swap.values(lifted_at=at)).rowcount)
