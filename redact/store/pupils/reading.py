"""The consent register, read: who is on it, what was answered, and who may be recognised at this moment.

Threat: a pupil who said no, left or must never be shown is still recognised.
Rule: the gallery is read by the register of that very moment, never kept.
What changes it, and what a change takes down: redact/store/pupils/register.py.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import Connection, func, select

from models.identity.templates import Template
from redact.errors import UsageError
from redact.pupils.adults import PUPIL
from redact.pupils.consent import Consent, PupilRecord, Register, Yes, may_recognise
from redact.pupils.recognise import Enrolled, Gallery
from redact.pupils.roll import Pupil, Roll
from redact.store.pupils import templates as store_templates
from redact.store.pupils.rows import all_answers, consent_of, pupil_of, record_of, standing_answers
from redact.store.schema.tables import consents, pupils, register_versions


class PupilUnknown(UsageError):
    """The register does not know the pupil."""

    def __init__(self, upn: str) -> None:
        """Say which number."""
        super().__init__(f"There is no pupil {upn} on the roll. Check the number, or see: redact roll import")


def register_version(connection: Connection) -> int:
    """Return the version of the register; 0 while nothing was ever written."""
    return int(connection.execute(select(func.max(register_versions.c.version))).scalar() or 0)


def read_register(connection: Connection, on: date) -> Register:
    """Return the register as it is now, to be asked about the day `on`."""
    answers: dict[str, list[Consent]] = {}
    for row in connection.execute(standing_answers()):
        answers.setdefault(row.upn, []).append(consent_of(row))
    found = connection.execute(select(pupils).order_by(pupils.c.upn))
    records = (record_of(row, answers.get(row.upn, ())) for row in found)
    return Register(register_version(connection), on, {record.upn: record for record in records})


def read_pupil(connection: Connection, upn: str) -> PupilRecord:
    """Return what the register says of one pupil.

    Raises:
        PupilUnknown: it does not know the pupil.
    """
    row = connection.execute(select(pupils).where(pupils.c.upn == upn)).first()
    if row is None:
        raise PupilUnknown(upn)
    return record_of(row, tuple(consent_of(found) for found in connection.execute(standing_answers(upn))))


def read_history(connection: Connection, upn: str) -> tuple[tuple[Consent, int, str], ...]:
    """Return every answer there ever was for the pupil, oldest first, with version and time of writing."""
    rows = connection.execute(all_answers().where(consents.c.upn == upn).order_by(consents.c.id))
    return tuple((consent_of(row), row.register, row.at) for row in rows)


def read_roll(connection: Connection) -> Roll:
    """Return all pupils who have not left and whose names are known, for names in pictures."""
    query = select(pupils).where(pupils.c.left_at.is_(None), pupils.c.kind == PUPIL)
    rows = connection.execute(query.order_by(pupils.c.upn))
    return Roll(tuple(pupil for row in rows if (pupil := pupil_of(row)).forenames or pupil.surnames))


def read_every_pupil(connection: Connection, *, with_adults: bool = False) -> dict[str, tuple[Pupil, bool]]:
    """Return every pupil there ever was, by UPN, with whether the pupil has left; with adults, them too."""
    query = select(pupils).order_by(pupils.c.upn)
    rows = connection.execute(query if with_adults else query.where(pupils.c.kind == PUPIL))
    return {row.upn: (pupil_of(row), row.left_at is not None) for row in rows}


def read_people(connection: Connection, numbers: Collection[str]) -> dict[str, Pupil]:
    """Return these pupils and adults, by number; who is not in the register is left out."""
    rows = connection.execute(select(pupils).where(pupils.c.upn.in_(sorted(numbers))))
    return {row.upn: pupil_of(row) for row in rows}


def read_gallery(connection: Connection, identity_key: str, purposes: Sequence[str], on_date: date) -> Gallery:
    """Return the pupils who may be recognised, by the register of this moment.

    Args:
        connection: for reading.
        identity_key: the workspace's template key (Keys.templates).
        purposes: consent for all of them is needed, and biometric consent.
        on_date: the day of showing.
    """
    enrolled = store_templates.count_templates(connection)
    if not enrolled:
        return Gallery()
    register = read_register(connection, on_date)
    answers = {upn: may_recognise(register.pupils.get(upn), purposes, on_date) for upn in enrolled}
    allowed = {upn for upn, answer in answers.items() if isinstance(answer, Yes)}
    found = store_templates.read_templates(connection, identity_key, allowed)
    known = read_every_pupil(connection, with_adults=True)
    return Gallery(tuple(_enrolled(known[upn][0], found[upn]) for upn in sorted(found)))


def _enrolled(pupil: Pupil, templates: tuple[Template, ...]) -> Enrolled:
    return Enrolled(pupil.upn, templates, pupil.year, pupil.reg, pupil.school)
