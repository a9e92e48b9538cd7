"""Whom a face may be lifted for: pupils who may be shown on this day; who may not is not among them at all."""

from __future__ import annotations

from dataclasses import dataclass

from redact.pupils.consent import Yes
from redact.pupils.roll import Pupil
from redact.store.pupils.reading import read_every_pupil, read_register
from redact.store.reviewing.versions import read_current
from redact.workspace.open import Workspace


@dataclass(frozen=True, slots=True)
class Showable:
    """A pupil who may be shown."""

    upn: str
    name: str  # for the page alone: in no log, no address, no reason
    year: str


def list_showable(workspace: Workspace, photo: str, number: int) -> tuple[Showable, ...]:
    """Return the pupils of the picker for one place of a photo: those whom the program suggests there come first.

    Raises:
        DatabaseFault: the database does not answer.
    """
    settings = workspace.settings
    if not settings.shows_faces:
        return ()
    with workspace.database.read() as connection:
        register, known = read_register(connection, workspace.today(connection)), read_every_pupil(connection)
        copy = read_current(connection, photo)
    suggested = copy.plan[number - 1].suggested if copy is not None and 0 < number <= len(copy.plan) else ()
    may = [upn for upn in known if isinstance(register.may_show(upn, settings.purposes), Yes)]
    order = {upn: place for place, upn in enumerate(suggested)}
    found = [_showable(known[upn][0]) for upn in may]
    return tuple(sorted(found, key=lambda each: (order.get(each.upn, len(order)), each.name.casefold())))


def _showable(pupil: Pupil) -> Showable:
    return Showable(pupil.upn, name_of(pupil), pupil.year)


def name_of(pupil: Pupil) -> str:
    """Return the name that the pupil goes by, as staff say it."""
    first = pupil.preferred_forename or pupil.legal_forename
    return f"{first} {pupil.preferred_surname or pupil.legal_surname}".strip()
