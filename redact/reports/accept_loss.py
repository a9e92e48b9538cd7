"""A person accepts that checkpoints went missing in a mirror: the notice ends; who ended it stands in the audit log.

Threat: whoever emptied a checkpoint mirror also makes the notice of it go away, anonymously.
Rule: role, person and reason are written with the same commit that ends the notice; the loss itself stays on record.
Accepted residue: a false role or reason can be given; it stands there for ever, signed, with its time.
"""

from __future__ import annotations

from redact.audit.kinds import Kind, Role
from redact.errors import UsageError
from redact.store.log import losses
from redact.workspace.ids import acting
from redact.workspace.open import Workspace
from redact.workspace.reasons import check_reason


def accept_loss(workspace: Workspace, mirror: str, by: Role, person: str, reason: str) -> None:
    """End the notice of what went missing in a checkpoint mirror.

    Args:
        workspace: opened.
        mirror: as verify names it, "mirror-1".
        by: role of the person.
        person: account or staff number; only its tag is kept.
        reason: what was found out, a sentence; it stands in the audit log.

    Raises:
        UsageError: nobody is named, nothing that is on record went missing there, or the reason does not fit the
        audit log. DatabaseFault: nothing was changed.
    """
    actor, reason = acting(workspace, by, person), check_reason(workspace, reason)
    with workspace.audit_log.writing() as entries:
        if not losses.accept_loss(entries.connection, mirror):
            raise UsageError(
                "Nothing that is on record went missing there. If verify reports it nevertheless, let the watcher "
                "put it on record first: redact watch --once"
            )
        entries.add(Kind.MIRROR_ACCEPTED, mirror=mirror, by=actor.role, person=actor.tag, reason=reason)
