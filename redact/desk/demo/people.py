"""Made-up people for `redact demo --desk`: one for each role, with one password that is made again for each demo."""

from __future__ import annotations

import secrets
from typing import Final

from redact.audit.kinds import Role
from redact.audit.roles import PERSON_ROLES
from redact.desk.sign_in.hashing import why_no_password
from redact.desk.sign_in.sessions import close_session
from redact.desk.sign_in.signin import SignedIn, use_code
from redact.desk.visit import Desk
from redact.errors import RedactError
from redact.posts.people import NewPerson, add_person
from redact.store.people import HeldRole
from redact.workspace.ids import acting

_NAMES: Final = {
    Role.CEO: "Ada Trust",
    Role.HEADTEACHER: "Harriet Head",
    Role.IT_SERVICES_MANAGER: "Ivy Systems",
    Role.DATA_PROTECTION_OFFICER: "Dev Protection",
    Role.TRUSTEE: "Tom Trustee",
    Role.COMMUNICATIONS: "Olive Office",
    Role.REVIEWER: "Rae Reviewer",
    Role.POSTER: "Pia Poster",
    Role.HOLDER: "Sam Staff",
}
_BYTES: Final = 9  # of a password: 72 bits, more than the lock lets anybody try


def add_made_up_people(desk: Desk) -> tuple[str, tuple[tuple[Role, str], ...]]:
    """Add one person for each role, and return their one password and, by role, their logins.

    Raises:
        RedactError: the workspace cannot be written.
    """
    password = _make_password()
    roles = sorted(PERSON_ROLES, key=lambda role: role is not Role.IT_SERVICES_MANAGER)  # the first person is that one
    return password, tuple((role, _add(desk, role, password)) for role in roles)


def _make_password() -> str:
    """Return one that no login stands in: of 3,000 random ones one holds "ceo", and would be refused."""
    while True:
        password = secrets.token_urlsafe(_BYTES)
        if not any(why_no_password(password, role.value) for role in PERSON_ROLES):
            return password


def _add(desk: Desk, role: Role, password: str) -> str:
    login, first = role.value, Role.IT_SERVICES_MANAGER
    who = None if role is first else acting(desk.workspace, first, first.value)
    new = NewPerson(login, _NAMES[role], (HeldRole(role),))
    code = add_person(desk.workspace, new, who, at_terminal=True)
    signed = use_code(desk.workspace, desk.hashing, login, code, (password, password), "terminal", "")
    if not isinstance(signed, SignedIn):
        raise RedactError(f"The made-up login {login} was refused: {signed.sentence}. See: redact demo")
    with desk.workspace.audit_log.writing() as entries:
        close_session(entries, signed.cookie, "signed-out")
    return login
