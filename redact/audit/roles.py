"""Which roles a person may act in, and which may approve a device; apart, so that a command line starts at once.

Threat: a person's act stands in the audit log as the program's own, so that nobody answers for it.
Rule: the role `system` is the program's alone; whoever acts, holds or approves says in which other role.
Accepted residue: that the person really has the role is for the accounts of the machine, not for this program.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

from redact.audit.kinds import Role
from redact.errors import UsageError

#: Every role but the program's own; as a type, so that the command line offers no other.
PersonRole: TypeAlias = Literal[
    Role.CEO,
    Role.HEADTEACHER,
    Role.IT_SERVICES_MANAGER,
    Role.DATA_PROTECTION_OFFICER,
    Role.TRUSTEE,
    Role.COMMUNICATIONS,
    Role.REVIEWER,
    Role.POSTER,
    Role.HOLDER,
]
PERSON_ROLES: Final[tuple[Role, ...]] = get_args(PersonRole)
#: Who the policy lets approve a device.
ApproverRole: TypeAlias = Literal[Role.CEO, Role.HEADTEACHER, Role.IT_SERVICES_MANAGER]
APPROVERS: Final[tuple[Role, ...]] = get_args(ApproverRole)


def check_person_role(role: Role) -> str:
    """Return the role in which a person acts.

    Raises:
        UsageError: it is the program's own.
    """
    if role is Role.SYSTEM:
        raise UsageError("The role system is the program's own. Say in which role a person does this.")
    return role.value


def check_approver(role: Role) -> None:
    """Check that the policy lets this role approve a device.

    Raises:
        UsageError: it does not.
    """
    if role not in APPROVERS:
        allowed = ", ".join(approver.value for approver in APPROVERS)
        raise UsageError(f"A device is approved by one of: {allowed}; not by {role.value}. Nothing was changed.")
