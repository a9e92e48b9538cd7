"""Import a roll: whose names are looked for in photos from now on."""

from __future__ import annotations

from dataclasses import dataclass

from redact.audit.kinds import Role
from redact.pupils.roll import Roll
from redact.pupils.rolls.diff import RollDifference, diff_roll, roll_alarms
from redact.registers.act import ImportOrder, act_of, check_large
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
        return diff_roll(reading.read_every_pupil(connection), roll, school, workspace.today(connection))


def import_roll(workspace: Workspace, by: Role | None, roll: Roll, order: ImportOrder) -> RollImported:
    """Write what a roll changes in the register of this very moment.

    Args:
        workspace: opened.
        by: role of the person.
        roll: as `read_roll` read it.
        order: of a whole file, pupils that it does not list have left.

    Raises:
        UsageError: nobody is named, or an alarm is not confirmed; nothing was written.
        DatabaseFault: nothing was written.
    """
    act = act_of(workspace, by)
    with workspace.audit_log.writing() as entries:
        today = workspace.today(entries.connection)
        difference = diff_roll(reading.read_every_pupil(entries.connection), roll, order.school, today)
        check_large(roll_alarms(difference, is_full=order.is_whole), confirms_large=order.confirms_large)
        remember(entries, act, Source.ROLL, order.confirmed, order.school)
        taken = register.apply_roll(
            entries, act, difference, order.digest, marks_left=order.is_whole, school=order.school
        )
        return RollImported(difference, taken)
