"""Import a roll: whose names are looked for in photos from now on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from redact.audit.kinds import Role
from redact.pupils.roll import Roll
from redact.pupils.rolls.diff import RollDifference, diff_roll, roll_alarms
from redact.registers.act import act_of, check_large
from redact.store.pupils import reading, register
from redact.store.pupils.acts import TakenDown
from redact.store.pupils.mappings import Source, remember
from redact.workspace.open import Workspace


@dataclass(frozen=True, slots=True)
class RollImported:
    """What an import of a roll wrote."""

    difference: RollDifference
    taken: TakenDown


def preview_roll(workspace: Workspace, roll: Roll, school: str = "") -> RollDifference:
    """Return what importing `roll` would change now; nothing is written.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        return diff_roll(reading.read_every_pupil(connection), roll, school)


def import_roll(
    workspace: Workspace,
    by: Role | None,
    roll: Roll,
    digest: str,
    *,
    is_full: bool = False,
    confirms_large: bool = False,
    confirmed: Mapping[str, str] = MappingProxyType({}),
    school: str = "",
) -> RollImported:
    """Write what a roll changes in the register of this very moment.

    Args:
        workspace: opened.
        by: role of the person.
        roll: as `read_roll` read it.
        digest: SHA-256 of the file.
        is_full: the file lists every pupil: those it does not list have left.
        confirms_large: a person confirms what the alarms warn of.
        confirmed: headings and what a person says they hold, to be remembered.
        school: whose roll it is.

    Raises:
        UsageError: nobody is named, or an alarm is not confirmed; nothing was written.
        DatabaseFault: nothing was written.
    """
    act = act_of(workspace, by)
    with workspace.audit_log.writing() as entries:
        difference = diff_roll(reading.read_every_pupil(entries.connection), roll, school)
        check_large(roll_alarms(difference, is_full=is_full), confirms_large=confirms_large)
        remember(entries, act, Source.ROLL, confirmed, school)
        return RollImported(
            difference, register.apply_roll(entries, act, difference, digest, marks_left=is_full, school=school)
        )
