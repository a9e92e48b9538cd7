"""Signing in: password or one-time code, and the lock after too many failures.

Threat: passwords are tried by the thousand, at one login or from one address at many; answers tell which logins exist;
a lock is lifted by starting the desk again.
Rule: five failures lock a login and twenty within an hour an address, for a quarter of an hour; failures lie in the
database.  Unknown logins are hashed, counted and locked like known ones, and every refusal reads the same.  The audit
log has each lock, not each failure: strangers must not grow it.
Accepted residue: whoever knows a login can keep it locked; `redact people reset` lifts a lock, and the address is
locked too before long.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from redact.audit.events import person_tag
from redact.audit.kinds import Kind
from redact.desk.sign_in.hashing import Hashing, why_no_password
from redact.desk.sign_in.sessions import open_session
from redact.posts.people import hash_code, is_like_code
from redact.store import people as rows
from redact.store.log.audit_log import Entries
from redact.store.people import Failures, Person
from redact.system.clock import print_moment
from redact.workspace.open import Workspace

OF_LOGIN: Final = 5  # failures until a login is locked; NCSC names 5 to 10
OF_ADDRESS: Final = 20  # failures within WINDOW until an address is; a school's staff share one
WINDOW: Final = timedelta(hours=1)
LOCKED: Final = timedelta(minutes=15)

WRONG: Final = "The login or the password is wrong"
NOT_HERE: Final = "The login or the password is wrong. A one-time code is typed under “I have a one-time code”, below"
WRONG_CODE: Final = "The login or the code is wrong, or the code was used or is over a day old. Ask for a new one"
LOCK: Final = (
    "Too many failed sign-ins. Wait 15 minutes, then try again; or ask your IT services manager for a new code"
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session has begun."""

    cookie: str


@dataclass(frozen=True, slots=True)
class Refused:
    """It has not."""

    field: str  # of the form
    sentence: str


def sign_in(
    workspace: Workspace, hashing: Hashing, login: str, password: str, client: str, old: str
) -> SignedIn | Refused:
    """Begin a session with a password.

    Args:
        workspace: opened.
        hashing: its two places.
        login: as typed.
        password: as typed.
        client: the address it came from.
        old: the cookie that the browser had; its session ends.

    Raises:
        Busy: too many sign in at this moment.
        DatabaseFault: nobody was signed in.
    """
    login = _tidy(login)
    with hashing.place():
        if _is_locked(workspace, login, client):
            return Refused("login", LOCK)
        person, kept = _known(workspace, login)
        is_right = hashing.fits(kept, password)
    if not is_right or person is None:
        return _fail(workspace, login, client, NOT_HERE if is_like_code(password) else WRONG)
    with workspace.audit_log.writing() as entries:
        if rows.read_secrets(entries.connection, person.id).password != kept:  # reset or disabled meanwhile
            return Refused("login", WRONG)
        return SignedIn(_begin(workspace, entries, person, "password", old))


def use_code(
    workspace: Workspace, hashing: Hashing, login: str, code: str, passwords: tuple[str, str], client: str, old: str
) -> SignedIn | Refused:
    """Choose a password with a one-time code, and begin a session; arguments and errors as of `sign_in`."""
    login, digest = _tidy(login), hash_code(code)
    if passwords[0] != passwords[1]:
        return Refused("again", "The two passwords are not the same")
    why_not = why_no_password(passwords[0], login)
    if why_not is not None:
        return Refused("password", why_not)
    with hashing.place():
        if _is_locked(workspace, login, client):
            return Refused("login", LOCK)
        person, kept = None, hashing.hash(passwords[0])
    with workspace.audit_log.writing() as entries:
        at = print_moment(workspace.latest(entries.connection))  # a clock that was set back makes no code young again
        person = rows.find_person(entries.connection, login)
        is_in_time = person is not None and person.code_until is not None and at < person.code_until
        if person is not None and is_in_time and rows.use_code(entries.connection, person.id, digest, kept):
            return SignedIn(_begin(workspace, entries, person, "code", old))
    return _fail(workspace, login, client, WRONG_CODE)


def confirm(
    workspace: Workspace, hashing: Hashing, person: Person, session: str, password: str, client: str
) -> Refused | None:
    """Take the password again in a session that goes on; None where it is right."""
    with hashing.place():
        if _is_locked(workspace, person.login, client):
            return Refused("password", LOCK)
        is_right = hashing.fits(_known(workspace, person.login)[1], password)
    if not is_right:
        return Refused("password", _fail(workspace, person.login, client, "The password is wrong").sentence)
    with workspace.database.write() as connection:
        rows.change_session(connection, session, password_at=print_moment(workspace.now()))
        rows.forget_failures(connection, person.tag)
    return None


def count_failure(known: Failures | None, now: datetime, most: int) -> Failures:
    """Return what is known after one more failure; locked from `most` on within an hour."""
    at, began = print_moment(now), print_moment(now - WINDOW)
    if known is None or known.first_at < began or (known.until is not None and known.until <= at):
        known = Failures(at, 0, None)
    failures = known.failures + 1
    until = print_moment(now + LOCKED) if failures >= most else None
    return Failures(known.first_at, failures, until)


# -- inside --


def _tidy(login: str) -> str:
    return login.strip().lower()[:100] or "-"


def _known(workspace: Workspace, login: str) -> tuple[Person | None, str | None]:
    with workspace.database.read() as connection:
        person = rows.find_person(connection, login)
        if person is None or person.disabled_at is not None:
            return None, None
        return person, rows.read_secrets(connection, person.id).password


def _tags(workspace: Workspace, login: str, client: str) -> tuple[str, str]:
    return person_tag(workspace.keys.tags, login), person_tag(workspace.keys.tags, f"address {client}")


def _is_locked(workspace: Workspace, login: str, client: str) -> bool:
    at = print_moment(workspace.now())
    with workspace.database.read() as connection:
        known = rows.read_failures(connection, _tags(workspace, login, client))
    return any(failures.until is not None and at < failures.until for failures in known.values())


def _fail(workspace: Workspace, login: str, client: str, sentence: str) -> Refused:
    now, tags = workspace.now(), _tags(workspace, login, client)
    with workspace.audit_log.writing() as entries:
        rows.forget_old_failures(entries.connection, print_moment(now - WINDOW))
        known = rows.read_failures(entries.connection, tags)
        for tag, most, cause in zip(tags, (OF_LOGIN, OF_ADDRESS), ("login", "address"), strict=True):
            failures = count_failure(known.get(tag), now, most)
            rows.write_failures(entries.connection, tag, failures)
            if failures.until is not None:
                of = {"person": tag} if cause == "login" and _exists(entries, login) else {}
                entries.add(Kind.SESSION_LOCKED, cause=f"failures-of-{cause}", until=failures.until, **of)
                sentence = LOCK
    return Refused("login", sentence)


def _exists(entries: Entries, login: str) -> bool:
    return rows.find_person(entries.connection, login) is not None


def _begin(workspace: Workspace, entries: Entries, person: Person, method: str, old: str) -> str:
    rows.forget_failures(entries.connection, person.tag)
    return open_session(entries, person, workspace.now(), method, old)
