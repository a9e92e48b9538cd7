"""Change the consent register: import an export, or write what one pupil or parent said.

Threat: a yes that nobody gave is written in bulk, because a column was guessed, the wrong file was taken, or the
register changed between the preview and the import.
Rule: an import takes no purpose that is only guessed, and stops at its alarms until a person confirms them; the
difference that is written is made in the transaction that writes it, and what a person confirmed is remembered there.
An answer by hand names a purpose that is known.
Accepted residue: a person can confirm a wrong file; the audit log says who, and which file by its hash.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from redact.audit.kinds import Role
from redact.errors import UsageError
from redact.pupils.adults import is_adult
from redact.pupils.consent import KNOWN_PURPOSES, Consent, PupilRecord, State
from redact.pupils.consents.diff import Difference, diff
from redact.pupils.consents.importing import MAX_SOURCE_CHARS, Export
from redact.pupils.consents.words.answers import known_purpose
from redact.registers.act import ImportOrder, act_of, check_large, pupil_number
from redact.store.pupils import reading, register
from redact.store.pupils.acts import TakenDown
from redact.store.pupils.mappings import Source, remember
from redact.system.clock import print_day
from redact.workspace.open import Workspace


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import of consents wrote."""

    difference: Difference
    taken: TakenDown


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """What a person enters by hand."""

    purpose: str  # as typed
    state: State
    given_on: date | None = None  # today when not given
    expires_on: date | None = None  # its last day
    source: str = ""  # where it was said


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that was written by hand, and of whom."""

    answer: Consent
    pupil: PupilRecord  # as it was before
    day: date  # of the change
    taken: TakenDown


def preview_consents(
    workspace: Workspace, export: Export, *, is_complete: bool = False, school: str = ""
) -> Difference:
    """Return what importing `export` would change now; nothing is written.

    Args:
        workspace: opened.
        export: as `read_consents` read it.
        is_complete: the file has every yes there is: one it does not mention becomes pending.
        school: whose export it is.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        now = reading.read_register(connection, workspace.today(connection))
        return diff(now, export.answers, is_complete=is_complete, school=school, said_on=export.said_on)


def import_consents(workspace: Workspace, by: Role | None, export: Export, order: ImportOrder) -> Imported:
    """Write what an export changes in the register of this very moment, which may be another than the preview's.

    Args:
        workspace: opened.
        by: role of the person.
        export: as `read_consents` read it.
        order: of a whole file, a yes that it does not mention becomes pending.

    Raises:
        UsageError: nobody is named, or an alarm is not confirmed; nothing was written.
        DatabaseFault: nothing was written.
    """
    act = act_of(workspace, by)
    with workspace.audit_log.writing() as entries:
        now = reading.read_register(entries.connection, act.day)
        difference = diff(now, export.answers, is_complete=order.is_whole, school=order.school, said_on=export.said_on)
        check_large(difference.alarms, confirms_large=order.confirms_large)
        remember(entries, act, Source.CONSENT, order.confirmed, order.school)
        if not difference.changes:
            return Imported(difference, TakenDown())
        taken = register.apply_import(entries, act, difference, order.digest, export.rows, order.school)
        return Imported(difference, taken)


def set_answer(workspace: Workspace, by: Role | None, upn: str, new: NewAnswer) -> Answered:
    """Write one answer, given to a person; an import does not undo a no that was written so.

    Raises:
        UsageError: nobody or no pupil is named, the purpose is not known, or the last day is before the first.
        DatabaseFault: nothing was written.
    """
    act = act_of(workspace, by)
    first, last = new.given_on or act.day, new.expires_on
    check_days(first, last)
    if is_adult(pupil_number(upn)) and new.state is State.GIVEN and not new.source.strip():
        raise UsageError(
            "An adult's permission must be in writing: say what it is written in, with --source. Nothing was changed."
        )
    with workspace.audit_log.writing() as entries:
        pupil = reading.read_pupil(entries.connection, pupil_number(upn))
        purpose = purpose_named(new.purpose, _known_to(workspace, pupil))
        answer = Consent(pupil.upn, purpose, new.state, first, last, _tidy_source(new.source), is_by_hand=True)
        return Answered(answer, pupil, act.day, register.set_consent(entries, act, answer))


def withdraw(workspace: Workspace, by: Role | None, upn: str, purpose: str | None, source: str = "") -> TakenDown:
    """Withdraw a consent, or with no `purpose` every one, being recognised included.

    Raises:
        UsageError: nobody or no pupil is named, or the purpose is not known.
        DatabaseFault: nothing was written.
    """
    act = act_of(workspace, by)
    with workspace.audit_log.writing() as entries:
        pupil = reading.read_pupil(entries.connection, pupil_number(upn))
        purposes = None if purpose is None else (purpose_named(purpose, _known_to(workspace, pupil)),)
        return register.withdraw(entries, act, pupil.upn, purposes, _tidy_source(source))


def set_never_show(workspace: Workspace, by: Role | None, upn: str, *, is_never_shown: bool) -> TakenDown:
    """Write that the pupil must never be shown, or may be shown again as answers say.

    Raises:
        UsageError: nobody or no pupil is named.
        DatabaseFault: nothing was written.
    """
    act = act_of(workspace, by)
    with workspace.audit_log.writing() as entries:
        return register.set_never_show(entries, act, pupil_number(upn), is_never_shown=is_never_shown)


def forget(workspace: Workspace, by: Role | None, upn: str, *, is_confirmed: bool) -> TakenDown:
    """Erase a pupil's names, class, templates and sources; number and answers stay.

    Raises:
        UsageError: nobody or no pupil is named, or it was not confirmed.
        DatabaseFault: nothing was written.
    """
    act, upn = act_of(workspace, by), pupil_number(upn)
    with workspace.database.read() as connection:
        reading.read_pupil(connection, upn)
    if not is_confirmed:
        raise UsageError(f"Names and templates of pupil {upn} would be erased for good. If so, confirm it with --yes.")
    with workspace.audit_log.writing() as entries:
        return register.forget(entries, act, upn)


def check_days(given: date | None, expires: date | None) -> None:
    """Check the days of an answer.

    Raises:
        UsageError: the last is before the first.
    """
    if given is not None and expires is not None and expires < given:
        raise UsageError(
            f"The last day, {print_day(expires)}, is before the day of the answer, {print_day(given)}; nothing was "
            "written. Look at --given and --expires: without --given an answer is of today."
        )


def purpose_named(text: str, further: tuple[str, ...]) -> str:
    """Return the purpose that a person names.

    Args:
        text: as typed.
        further: purposes that are known beside the usual ones.

    Raises:
        UsageError: it is none of the known ones.
    """
    purpose = known_purpose(text, further)
    if purpose is None:
        known = ", ".join(dict.fromkeys((*KNOWN_PURPOSES, *further)))
        raise UsageError(f"That purpose is not known; a slip would leave the old answer standing. Known are: {known}.")
    return purpose


def _known_to(workspace: Workspace, pupil: PupilRecord) -> tuple[str, ...]:
    """Return the purposes of the workspace and of a pupil's answers, known beside the usual ones."""
    return (*workspace.settings.purposes, *(consent.purpose for consent in pupil.consents))


def _tidy_source(source: str) -> str:
    """Return where an answer came from, as it is kept."""
    return "".join(letter for letter in source if letter.isprintable())[:MAX_SOURCE_CHARS]
