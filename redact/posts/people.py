"""Who may sign in at the desk, in which roles and for which schools.

Threat: somebody makes a login that nobody knows of, gives themselves a further role, or approves posts under a role
that no headteacher gave; a former member of staff still signs in.
Rule: every change stands in the audit log with who did it, people as tags.  Nobody changes their own roles.  The roles
that approve posts are given at the terminal of the machine alone, never in a browser.  Disabling and resetting end the
person's sessions in the same transaction.  A one-time code is printed once and kept as a hash.
Accepted residue: whoever has the machine's account can name anybody as the one who acts, as with every command; the
very first person is added by nobody but themselves.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from redact.audit.events import person_tag
from redact.audit.kinds import ID, Kind, Role
from redact.audit.roles import check_person_role
from redact.errors import UsageError
from redact.posts.approving.rules import APPROVERS
from redact.store import people as rows
from redact.store.log.audit_log import Entries
from redact.store.people import EVERY_SCHOOL, HeldRole, Person
from redact.system.clock import print_moment
from redact.workspace.ids import Actor
from redact.workspace.open import Workspace
from redact.workspace.settings.rules import is_mailbox

CODE_HOURS: Final = 24  # a one-time code's life; desk.md, "First user"
_CODE_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is read as another: no 0 o, 1 i l
_CODE_CHARS: Final = 16  # 79 bits of those 31: not to be guessed within its day at any speed
_LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{1,39}")
_MAX_NAME_CHARS: Final = 80
_NOBODY: Final = "Nobody has that login. See: redact people list"


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody to be added."""

    login: str
    name: str
    roles: tuple[HeldRole, ...]
    email: str = ""  # where messages go; "": none is sent


def add_person(workspace: Workspace, new: NewPerson, who: Actor | None, *, at_terminal: bool) -> str:
    """Add a person and return their one-time code.

    Args:
        workspace: opened.
        new: login, name and at least one role.
        who: who does it; None for the very first person, who adds themselves as IT services manager.
        at_terminal: False where the act comes from a browser.

    Raises:
        UsageError: the login is taken or none, a role may not be given here, or nobody is named who does it.
        DatabaseFault: nothing was changed.
    """
    login, name, email = check_login(new.login), _check_name(new.name or new.login), check_email(new.email)
    if not new.roles:
        raise UsageError("Say in which role the person signs in, with --role. Nobody was added.")
    tag, code = person_tag(workspace.keys.tags, login), _make_code()
    with workspace.audit_log.writing() as entries:
        who = who or _first(entries, new, tag)
        _check_not_self(tag, who, is_new=not rows.has_people(entries.connection))
        _check_roles(new.roles, at_terminal=at_terminal)
        if rows.find_person(entries.connection, login) is not None:
            raise UsageError(f"The login {login} is taken. See: redact people list")
        person = rows.add_person(entries.connection, login, name, tag, print_moment(workspace.now()), email)
        entries.add(Kind.PERSON_ADDED, who=tag, by=who.role, person=who.tag)
        for held in new.roles:
            _give(entries, person, tag, held, who)
        _write_code(workspace, entries, person, code)
    return code


def change_roles(
    workspace: Workspace,
    login: str,
    who: Actor,
    *,
    give: Sequence[HeldRole] = (),
    take: Sequence[HeldRole] = (),
    at_terminal: bool,
) -> Person:
    """Give roles to a person and take others away; return how the person stands now.

    Raises:
        UsageError: there is no such person, it is oneself, a role may not be given here or is not held.
        DatabaseFault: nothing was changed.
    """
    with workspace.audit_log.writing() as entries:
        person = _known(entries, login)
        _check_not_self(person.tag, who)
        _check_roles(give, at_terminal=at_terminal)
        for held in take:
            if not rows.take_role(entries.connection, person.id, held.role, held.school):
                raise UsageError(f"{person.login} does not have the role {_spell(held)}. Nothing was changed.")
            _enter_role(entries, person.tag, "role-taken", held, who)
        for held in give:
            _give(entries, person.id, person.tag, held, who)
        return _known(entries, login)


def change_email(workspace: Workspace, login: str, email: str) -> Person:
    """Write down where a person's messages go, "" for nowhere; return how the person stands now.

    It is no entry of the audit log: an address names a person, and nothing is decided by it.

    Raises:
        UsageError: there is no such person, or it is no address.
        DatabaseFault: nothing was changed.
    """
    email = check_email(email)
    with workspace.database.write() as connection:
        person = rows.find_person(connection, login.strip().lower())
        if person is None:
            raise UsageError(_NOBODY)
        rows.change_person(connection, person.id, email=email)
    return replace(person, email=email)


def disable_person(workspace: Workspace, login: str, who: Actor) -> int:
    """End a person's access for good, and their sessions; return how many were open.

    Raises:
        UsageError: there is no such person, it is oneself, or they are disabled already.
        DatabaseFault: nothing was changed.
    """
    with workspace.audit_log.writing() as entries:
        person = _known(entries, login)
        _check_not_self(person.tag, who)
        _check_enabled(person)
        gone = {"disabled_at": print_moment(workspace.now()), "password": None, "code": None}
        rows.change_person(entries.connection, person.id, **gone)
        entries.add(Kind.PERSON_DISABLED, who=person.tag, by=who.role, person=who.tag)
        return end_sessions(entries, person, "disabled")


def reset_person(workspace: Workspace, login: str, who: Actor) -> str:
    """Put a new one-time code in the place of a forgotten password, end the person's sessions, lift a lock.

    Raises:
        UsageError: there is no such person, or they are disabled.
        DatabaseFault: nothing was changed.
    """
    code = _make_code()
    with workspace.audit_log.writing() as entries:
        person = _known(entries, login)
        _check_enabled(person)
        rows.change_person(entries.connection, person.id, password=None)
        _write_code(workspace, entries, person.id, code)
        rows.forget_failures(entries.connection, person.tag)
        entries.add(Kind.PERSON_CHANGED, who=person.tag, by=who.role, person=who.tag, change="reset")
        end_sessions(entries, person, "reset")
    return code


def read_people(workspace: Workspace) -> tuple[Person, ...]:
    """Return everybody who may sign in or once could.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        return rows.list_people(connection)


def end_sessions(entries: Entries, person: Person, cause: str) -> int:
    """End every session of a person, in a transaction of the caller's; return how many were open."""
    ended = rows.end_sessions(entries.connection, person=person.id)
    for session in ended:
        entries.add(Kind.SESSION_CLOSED, session=session.ref, person=person.tag, cause=cause)
    return len(ended)


def is_like_code(text: str) -> bool:
    """Say whether a text is spelled as one-time codes are: typed as a password, it is told where it belongs."""
    letters = "".join(letter for letter in text.lower() if letter not in "- ")
    return len(letters) == _CODE_CHARS and set(letters) <= set(_CODE_LETTERS)


def hash_code(code: str) -> str:
    """Return what is kept of a one-time code; capitals, spaces and hyphens do not count."""
    letters = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(letters.encode("utf-8", "surrogatepass")).hexdigest()


def check_login(login: str) -> str:
    """Return a login as it is kept.

    Raises:
        UsageError: it is none.
    """
    login = login.strip().lower()
    if not _LOGIN.fullmatch(login):
        raise UsageError(
            "A login is 2 to 40 letters a to z, digits, full stops, hyphens, underscores or @, and its first is a "
            "letter or a digit. Nobody was added."
        )
    return login


def check_email(email: str) -> str:
    """Return an e-mail address as it is kept, "" for none.

    Raises:
        UsageError: it is none.
    """
    email = email.strip()
    if email and not is_mailbox(email):
        raise UsageError("That is no e-mail address, such as h.head@oak.example. Nothing was changed.")
    return email


def check_school(school: str) -> str:
    """Return a school's id, "" for every school.

    Raises:
        UsageError: it is none.
    """
    if school != EVERY_SCHOOL and not ID.accepts(school):
        raise UsageError(f"A school's id is {ID.rule}. Nothing was changed.")
    return school


# -- rules --


def _first(entries: Entries, new: NewPerson, tag: str) -> Actor:
    if rows.has_people(entries.connection):
        raise UsageError("Say who does this, with --by and --person: it stands in the audit log. Nobody was added.")
    if Role.IT_SERVICES_MANAGER not in {held.role for held in new.roles}:
        raise UsageError("The first person is the IT services manager: --role it-services-manager. Nobody was added.")
    return Actor(Role.IT_SERVICES_MANAGER.value, tag)


def _check_not_self(tag: str, who: Actor, *, is_new: bool = False) -> None:
    if tag == who.tag and not is_new:
        raise UsageError("Nobody changes their own roles or access; another person does it. Nothing was changed.")


def _check_roles(roles: Sequence[HeldRole], *, at_terminal: bool) -> None:
    for held in roles:
        check_person_role(held.role)
        check_school(held.school)
        if held.since is not None and held.until is not None and held.until <= held.since:
            raise UsageError("The role would end before it begins: --from is later than --until. Nothing was changed.")
        if held.role in APPROVERS and not at_terminal:
            raise UsageError(
                f"The role {held.role.value} approves posts, so it is given at the terminal of the machine alone: "
                "redact people change. Nothing was changed."
            )


def _check_enabled(person: Person) -> None:
    if person.disabled_at is not None:
        raise UsageError(f"{person.login} is disabled for good. Add the person under another login: redact people add")


def _check_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > _MAX_NAME_CHARS or not name.isprintable():
        raise UsageError(f"A name is 1 to {_MAX_NAME_CHARS} characters. Nobody was added.")
    return name


def _known(entries: Entries, login: str) -> Person:
    person = rows.find_person(entries.connection, login.strip().lower())
    if person is None:
        raise UsageError(_NOBODY)
    return person


# -- writing --


def _give(entries: Entries, person: int, tag: str, held: HeldRole, who: Actor) -> None:
    rows.give_role(entries.connection, person, held)
    _enter_role(entries, tag, "role-given", held, who)


def _enter_role(entries: Entries, tag: str, change: str, held: HeldRole, who: Actor) -> None:
    facts = {"school": held.school} if held.school else {}
    if change == "role-given":
        facts |= {name: at for name, at in (("since", held.since), ("until", held.until)) if at is not None}
    entries.add(Kind.PERSON_CHANGED, who=tag, by=who.role, person=who.tag, change=change, role=held.role.value, **facts)


def _write_code(workspace: Workspace, entries: Entries, person: int, code: str) -> None:
    until = print_moment(workspace.latest(entries.connection) + timedelta(hours=CODE_HOURS))  # as it is asked
    rows.change_person(entries.connection, person, code=hash_code(code), code_until=until)


def _make_code() -> str:
    letters = "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_CHARS))
    return "-".join(letters[start : start + 4] for start in range(0, _CODE_CHARS, 4))


def _spell(held: HeldRole) -> str:
    return held.role.value + (f" at {held.school}" if held.school else " for every school")
