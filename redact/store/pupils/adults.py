"""Adults in the register: the only SQL on who they are; their answers are register.py's, as a pupil's are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection, Row, func, insert, select, update

from redact.audit.events import person_tag
from redact.audit.kinds import Kind
from redact.pupils.adults import PUPIL, Adult, AdultKind, next_number
from redact.pupils.consent import State, Yes
from redact.pupils.roll import Roll
from redact.store.log.audit_log import Entries
from redact.store.pupils.acts import Act, TakenDown
from redact.store.pupils.reading import PupilUnknown, read_register
from redact.store.pupils.register import new_version, take_down
from redact.store.pupils.rows import pupil_of
from redact.store.schema.tables import consents, pupils


def read_adults(connection: Connection, school: str | None = None) -> tuple[Adult, ...]:
    """Return every adult there ever was, of one school or of all, oldest first."""
    query = select(pupils).where(pupils.c.kind != PUPIL)
    query = query if school is None else query.where(pupils.c.school == school)
    return tuple(sorted(map(_adult, connection.execute(query)), key=lambda adult: int(adult.number.split("-")[1])))


def with_adults(connection: Connection, roll: Roll, purposes: Sequence[str], on: date) -> Roll:
    """Return `roll` with the adults who have not left; those who may be named for all of `purposes` that day apart."""
    rows = connection.execute(select(pupils).where(pupils.c.kind != PUPIL, pupils.c.left_at.is_(None)))
    here = [adult for row in rows if (adult := pupil_of(row)).forenames or adult.surnames]
    if not here:  # no answer of anybody need be read
        return roll
    register = read_register(connection, on)
    may = {adult.upn: isinstance(register.may_show(adult.upn, purposes), Yes) for adult in here}
    hidden = tuple(adult for adult in here if not may[adult.upn])
    return replace(roll, adults=hidden, permitted=tuple(adult for adult in here if may[adult.upn]))


def list_once_permitted(connection: Connection, register: int | None) -> tuple[str, ...]:
    """Return the adults who had permitted anything by a version of the register, whatever they said since.

    Of nobody else a name was left bare on a copy that was made by it.
    """
    query = select(consents.c.upn).distinct().join(pupils, pupils.c.upn == consents.c.upn)
    given = consents.c.state == State.GIVEN.value, consents.c.register <= (register or 0)
    return tuple(connection.execute(query.where(pupils.c.kind != PUPIL, *given).order_by(consents.c.upn)).scalars())


def first_permission(connection: Connection) -> int | None:
    """Return the version of the register with the first permission of any adult; None: on no copy is one named."""
    query = select(func.min(consents.c.register)).join(pupils, pupils.c.upn == consents.c.upn)
    return connection.execute(query.where(pupils.c.kind != PUPIL, consents.c.state == State.GIVEN.value)).scalar()


def add_adult(entries: Entries, act: Act, kind: AdultKind, forename: str, surname: str, school: str) -> Adult:
    """Write down a new adult, of whom no answer is known."""
    known = entries.connection.execute(
        select(func.count()).select_from(pupils).where(pupils.c.kind != PUPIL)
    ).scalar_one()
    adult = Adult(next_number(known), kind, forename, surname, school)
    version = new_version(entries, act, None, 1, 1)
    row = {"upn": adult.number, "kind": kind.value, "legal_forename": forename, "legal_surname": surname}
    entries.connection.execute(insert(pupils), row | {"school": school, "is_never_shown": False})
    tag = person_tag(act.tags, adult.number)
    entries.add(Kind.ADULT_ADDED, adult=tag, register=version, by=act.by)
    return adult


def mark_left(entries: Entries, act: Act, number: str) -> TakenDown:
    """Write down that an adult left: the templates go, and no face of theirs is shown from now on.

    Raises:
        PupilUnknown: there is no such adult.
    """
    where = (pupils.c.upn == number, pupils.c.kind != PUPIL)
    if not entries.connection.execute(update(pupils).where(*where).values(left_at=act.at)).rowcount:
        raise PupilUnknown(number)
    version = new_version(entries, act, None, 1, 1)
    entries.add(Kind.ADULT_LEFT, adult=person_tag(act.tags, number), register=version, by=act.by)
    return take_down(entries, act, version, number, is_template=True, is_copy=False)


def _adult(row: Row[tuple[object, ...]]) -> Adult:
    return Adult(
        row.upn, AdultKind(row.kind), row.legal_forename, row.legal_surname, row.school, row.left_at is not None
    )
