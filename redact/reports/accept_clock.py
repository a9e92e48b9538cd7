"""A person accepts the clock as it is now: it ran ahead before, so that the audit log has times of the future.

Threat: whoever sets the clock back, so that ended consents count again, also ends the objection, anonymously.
Rule: role, person and reason are an entry of the audit log, with the time that the log had been at; without one the
clock stays behind.  Only a clock that is behind is accepted.
Accepted residue: a false role or reason can be given; it stands there for ever.
"""

from __future__ import annotations

from redact.audit.kinds import Kind, Role
from redact.errors import UsageError
from redact.store.latest import newest_known, note_accepted, why_behind
from redact.system.clock import print_moment
from redact.workspace.ids import acting
from redact.workspace.open import Workspace
from redact.workspace.reasons import check_reason


def accept_clock(workspace: Workspace, by: Role, person: str, reason: str) -> None:
    """Accept that the clock is right although the audit log has been later.

    Args:
        workspace: opened.
        by: role of the person.
        person: account or staff number; only its tag is kept.
        reason: what happened, a sentence; it stands in the audit log.

    Raises:
        UsageError: nobody is named, the clock is not behind the log, or the reason does not fit the audit log.
        DatabaseFault: nothing was changed.
    """
    actor, reason = acting(workspace, by, person), check_reason(workspace, reason)
    with workspace.audit_log.writing() as entries:
        newest = newest_known(entries.connection)
        is_behind = why_behind(entries.connection, workspace.now(), workspace.settings.zone) is not None
        if newest is None or not is_behind:
            raise UsageError("The clock is not behind the audit log. There is nothing to accept.")
        facts = {"latest": print_moment(newest), "by": actor.role, "person": actor.tag, "reason": reason}
        note_accepted(entries.connection, entries.add(Kind.CLOCK_ACCEPTED, **facts))
