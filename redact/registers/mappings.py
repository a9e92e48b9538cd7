"""What headings of exports mean: what was confirmed, and forgetting it."""

from __future__ import annotations

from redact.audit.kinds import Role
from redact.errors import UsageError
from redact.registers.act import act_of
from redact.store.pupils import mappings
from redact.store.pupils.mappings import Remembered, Source
from redact.workspace.open import Workspace


def remembered(workspace: Workspace, source: Source, school: str = "") -> tuple[Remembered, ...]:
    """Return what is remembered of a school's exports.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        return mappings.read_mappings(connection, source, school)


def forget_heading(workspace: Workspace, by: Role | None, source: Source, heading: str, school: str = "") -> None:
    """Forget what a heading means; the next import asks again.

    Raises:
        UsageError: nobody is named, or nothing is remembered of it.
        DatabaseFault: nothing was written.
    """
    act = act_of(workspace, by)
    with workspace.audit_log.writing() as entries:
        if not mappings.forget_mapping(entries.connection, source, heading, school):
            raise UsageError(f"Nothing is remembered of a heading {heading!r}. See: redact {source.value} mappings")
        mappings.log_forgotten(entries, act, source, school)
