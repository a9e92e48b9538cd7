"""The only SQL on the register of incidents: what went wrong, to whom it was reported, what was done."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, or_, select, update

from redact.store.schema.tables.of_posts import incidents

Schools = frozenset[str] | None  # None: every one


class IncidentState(StrEnum):
    """How far an incident is."""

    OPEN = "open"  # somebody wrote it down
    REPORTED = "reported"  # headteacher, CEO or data protection officer know of it
    CLOSED = "closed"  # all was done; it stays on the register


@dataclass(frozen=True, slots=True)
class NewIncident:
    """What somebody says went wrong."""

    cause: str  # a word of the program's
    school: str
    happened_on: str  # day
    aware_at: str  # moment when the trust learnt of it
    device: str | None = None
    photo: str | None = None
    post: int | None = None
    is_breach: bool = False  # of personal data
    note: str = ""


@dataclass(frozen=True, slots=True)
class Incident(NewIncident):
    """One incident of the register."""

    id: int = 0
    state: IncidentState = IncidentState.OPEN
    opened_at: str = ""
    opened_by: str = ""  # role
    reported_to: str | None = None  # role
    reported_at: str | None = None
    notice: str | None = None  # to the Information Commissioner: told | not-needed
    notified_at: str | None = None  # when somebody said so
    measure: str | None = None  # a word of the program's
    closed_at: str | None = None

    @property
    def ref(self) -> str:
        """How the audit log calls it."""
        return f"incident-{self.id}"


def add_incident(connection: Connection, new: NewIncident, by: str, opener: str, at: str) -> int:
    """Write an incident down, and return its number."""
    row = {name: getattr(new, name) for name in NewIncident.__slots__}
    row |= {"state": IncidentState.OPEN.value, "opened_at": at, "opened_by": by, "opener": opener}
    return int(connection.execute(insert(incidents).returning(incidents.c.id), row).scalar_one())


def read_incident(connection: Connection, number: int, schools: Schools = None) -> Incident | None:
    """Return one incident; None where there is none, or it is of another school."""
    row = connection.execute(select(incidents).where(incidents.c.id == number, _of(schools))).first()
    return None if row is None else _incident(row)


def list_incidents(connection: Connection, schools: Schools = None, *, is_every: bool = False) -> tuple[Incident, ...]:
    """Return the incidents that are not closed, or every one; newest first."""
    where = [_of(schools)]
    if not is_every:
        where.append(incidents.c.state != IncidentState.CLOSED.value)
    return tuple(map(_incident, connection.execute(select(incidents).where(*where).order_by(incidents.c.id.desc()))))


def change_incident(connection: Connection, seen: Incident, **columns: object) -> bool:
    """Write columns of an incident; False where it stands otherwise than it was seen."""
    names = ("state", "is_breach", "reported_to", "reported_at", "notice", "notified_at", "measure", "note")
    unchanged = (incidents.c[name].is_not_distinct_from(getattr(seen, name)) for name in names)
    return bool(
        connection.execute(update(incidents).where(incidents.c.id == seen.id, *unchanged).values(**columns)).rowcount
    )


def _of(schools: Schools) -> ColumnElement[bool]:
    if schools is None:
        return incidents.c.id.is_not(None)
    return or_(incidents.c.school.in_(sorted(schools)), incidents.c.school == "")


def _incident(row: Row[Any]) -> Incident:
    names = [name for name in (*NewIncident.__slots__, *Incident.__slots__) if name != "state"]
    return Incident(**{name: getattr(row, name) for name in names}, state=IncidentState(row.state))
