"""What a person writes that stays for ever: it fits the audit log, and names no pupil."""

from __future__ import annotations

from redact.audit import kinds
from redact.errors import UsageError
from redact.redaction.names.free_text import name_in
from redact.workspace.open import Workspace


def check_reason(workspace: Workspace, reason: str) -> str:
    """Return a person's reason if the audit log takes it as it stands, and it names no pupil.

    Raises:
        UsageError: it does not fit, or names one.
    """
    if not kinds.REASON.accepts(reason):
        raise UsageError(f"The reason must be {kinds.REASON.rule}. Nothing was changed.")
    check_names_nobody(workspace, reason)
    return reason


def check_names_nobody(workspace: Workspace, *texts: str) -> None:
    """Refuse words that name a pupil of the roll, leavers included: what is in the audit log stays there.

    Raises:
        UsageError: one does.
    """
    with workspace.database.read() as connection:
        known = workspace.rolls.everybody(connection)
    for text in texts:
        name = name_in(text, known)
        if name is not None:
            raise UsageError(f"{name} is on the roll; say it without the name. Nothing was changed.")
