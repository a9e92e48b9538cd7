"""Rows of the pupils' tables to values and back, for redact/store/pupils/register.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, func, select

from redact.pupils.classes import year_group
from redact.pupils.consent import Consent, PupilRecord, State
from redact.pupils.roll import Pupil
from redact.store.schema.tables import consents, register_versions

PERSONAL = ("legal_forename", "legal_surname", "preferred_forename", "preferred_surname", "year", "reg")
SEVERAL = ("more_forenames", "more_surnames")  # one per line


def consent_of(row: Row[Any]) -> Consent:
    """Return the answer that a row of `consents` says; `imported` tells where from."""
    return Consent(
        row.upn,
        row.purpose,
        State(row.state),
        None if row.given_on is None else date.fromisoformat(row.given_on),
        None if row.expires_on is None else date.fromisoformat(row.expires_on),
        row.source,
        is_by_hand=row.imported is None,
    )


def record_of(row: Row[Any], answers: Sequence[Consent]) -> PupilRecord:
    """Return what the register says of a pupil: a row of `pupils`, and the answers that stand."""
    return PupilRecord(row.upn, tuple(answers), bool(row.is_never_shown), row.left_at is not None, row.school)


def pupil_of(row: Row[Any]) -> Pupil:
    """Return a pupil's names, year and class."""
    several = (tuple(getattr(row, column).splitlines()) for column in SEVERAL)
    pupil = Pupil(row.upn, *(getattr(row, column) for column in PERSONAL), *several)
    return replace(
        pupil, year=year_group(pupil.year), school=row.school
    )  # the year of earlier versions, in any spelling


def row_of(pupil: Pupil) -> dict[str, str]:
    """Return the columns of `pupils` that a roll fills."""
    several = {column: "\n".join(getattr(pupil, column)) for column in SEVERAL}
    return (
        {"upn": pupil.upn, "school": pupil.school} | {column: getattr(pupil, column) for column in PERSONAL} | several
    )


def all_answers() -> Select[Any]:
    """Return the query for every answer there ever was."""
    joined = consents.outerjoin(register_versions, register_versions.c.version == consents.c.register)
    return select(consents, register_versions.c.source.label("imported")).select_from(joined)


def standing_answers(upn: str | None = None) -> Select[Any]:
    """Return the query for the newest answer of each pupil and purpose."""
    newest = select(func.max(consents.c.id)).group_by(consents.c.upn, consents.c.purpose)
    query = all_answers().where(consents.c.id.in_(newest)).order_by(consents.c.upn, consents.c.purpose)
    return query if upn is None else query.where(consents.c.upn == upn)
