"""A person accepts what the checkpoint mirrors object: a backup was put in place, or the workspace was moved.

Threat: whoever set the log back, or runs a copy of it, also ends the objection, anonymously.
Rule: role, person and reason are written as the first entry after it, signed; what was given up stays in the mirrors.
Accepted residue: a false role or reason can be given; it stands there for ever, with its time.
"""

from __future__ import annotations

from redact.audit.kinds import Kind, Role
from redact.errors import UsageError
from redact.store.log.standing import LogElsewhere, Objection, Why
from redact.workspace.ids import acting
from redact.workspace.open import Workspace
from redact.workspace.reasons import check_reason


def accept_set_back(workspace: Workspace, by: Role, person: str, reason: str) -> tuple[Objection, ...]:
    """Accept that entries which the mirrors vouch for are not here; return what was accepted.

    Args:
        workspace: opened.
        by: role of the person.
        person: account or staff number; only its tag is kept.
        reason: what happened, a sentence; it stands in the audit log.

    Raises:
        UsageError: nobody is named, no mirror objects, or the reason does not fit the audit log.
        LogElsewhere: another machine works with a copy of the workspace. DatabaseFault: nothing was changed.
    """
    actor, reason = acting(workspace, by, person), check_reason(workspace, reason)
    objections = workspace.audit_log.standing.look()
    for objection in objections:
        if objection.why is Why.ELSEWHERE:
            raise LogElsewhere(objection)
    if not objections:
        raise UsageError("No checkpoint mirror knows of entries that are not here. There is nothing to accept.")
    with workspace.audit_log.writing(is_accepting=True) as entries:
        for size, found in sorted({(objection.size, objection.found) for objection in objections}):
            facts = {"by": actor.role, "person": actor.tag, "reason": reason}
            entries.add(Kind.WORKSPACE_SET_BACK, size=size, found=found, **facts)
    workspace.audit_log.standing.look_again()
    return objections


def accept_move(workspace: Workspace, by: Role, person: str, reason: str) -> None:
    """Accept that the workspace lies here now, and that the machine which worked with it has stopped.

    Args:
        workspace: opened.
        by: role of the person.
        person: account or staff number; only its tag is kept.
        reason: why, a sentence; it stands in the audit log.

    Raises:
        UsageError: nobody is named, no other machine says that it works, or the reason does not fit the audit log.
        DatabaseFault: nothing was changed.
    """
    actor, reason = acting(workspace, by, person), check_reason(workspace, reason)
    if all(objection.why is not Why.ELSEWHERE for objection in workspace.audit_log.standing.look()):
        raise UsageError("No other machine says that it works with this workspace. There is nothing to accept.")
    with workspace.audit_log.writing(is_accepting=True) as entries:
        entries.add(Kind.WORKSPACE_MOVED, by=actor.role, person=actor.tag, reason=reason)
    workspace.audit_log.standing.take_leases()
