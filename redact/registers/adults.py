"""Acts on the register of adults: add one, write what was permitted, mark one as left."""

from __future__ import annotations

from dataclasses import dataclass

from redact.audit.kinds import Role
from redact.errors import UsageError
from redact.pupils.adults import Adult, AdultKind, is_adult
from redact.pupils.consent import No, PupilRecord, may_recognise, may_show
from redact.pupils.upn import tidy_upn
from redact.registers.act import act_of
from redact.registers.consents import Answered, NewAnswer, set_answer
from redact.store.pupils import adults, reading
from redact.store.pupils.acts import TakenDown
from redact.store.pupils.templates import count_templates
from redact.workspace.open import Workspace

LEFT = "has left"  # why an adult is not shown; the register's words are of a pupil
MAX_NAME_CHARS = 80  # of a forename or a surname; a choice


@dataclass(frozen=True, slots=True)
class AdultView:
    """An adult with all that is known."""

    adult: Adult
    record: PupilRecord
    templates: int
    why_not_shown: str  # empty: may be shown today
    why_not_recognised: str


def list_adults(workspace: Workspace, school: str | None = None) -> tuple[AdultView, ...]:
    """Return the adults of a school, or of all, with what each permits today.

    Raises:
        DatabaseFault: the database does not answer.
    """
    purposes, day = workspace.settings.purposes, workspace.today()
    with workspace.database.read() as connection:
        known = reading.read_register(connection, day).pupils
        enrolled = count_templates(connection)
        found = adults.read_adults(connection, school)
    views = []
    for adult in found:
        record = known[adult.number]
        answers = (may_show(record, purposes, day), may_recognise(record, purposes, day))
        whys = ((LEFT if adult.has_left else answer.reason) if isinstance(answer, No) else "" for answer in answers)
        views.append(AdultView(adult, record, enrolled.get(adult.number, 0), *whys))
    return tuple(views)


def add_adult(
    workspace: Workspace, by: Role | None, kind: AdultKind, forename: str, surname: str, school: str = ""
) -> Adult:
    """Write down an adult; no face of theirs is shown before there is a permission in writing, and they are enrolled.

    Raises:
        UsageError: nobody is named, or the name does not fit.
        DatabaseFault: nothing was written.
    """
    act = act_of(workspace, by)
    fore, sur = (" ".join(name.split()) for name in (forename, surname))
    if not (fore or sur) or any(len(name) > MAX_NAME_CHARS or not name.isprintable() for name in (fore, sur)):
        raise UsageError(f"A name is one line of up to {MAX_NAME_CHARS} characters. Nothing was changed.")
    with workspace.audit_log.writing() as entries:
        return adults.add_adult(entries, act, kind, fore, sur, school)


def permit(workspace: Workspace, by: Role | None, number: str, new: NewAnswer) -> Answered:
    """Write what an adult answered, and in what it is written.

    Raises:
        UsageError: nobody is named, it is no adult's number, or a yes has no source.
        DatabaseFault: nothing was written.
    """
    return set_answer(workspace, by, adult_number(number), new)


def mark_left(workspace: Workspace, by: Role | None, number: str) -> TakenDown:
    """Write down that an adult left; templates are deleted.

    Raises:
        UsageError: nobody is named, or there is no such adult.
        DatabaseFault: nothing was written.
    """
    act, number = act_of(workspace, by), adult_number(number)
    with workspace.audit_log.writing() as entries:
        return adults.mark_left(entries, act, number)


def no_adult(number: str) -> UsageError:
    """Return the error that there is no adult of this number."""
    return UsageError(f"There is no adult {number} in the register. See: redact adults list")


def adult_number(text: str) -> str:
    """Return an adult's number as it is kept.

    Raises:
        UsageError: it is none.
    """
    number = tidy_upn(text)
    if not is_adult(number):
        raise UsageError("That is no adult's number, such as ADULT-7. See: redact adults list")
    return number
