"""Who is signed in: sessions, and how long they last.

Threat: a cookie is stolen, guessed or planted; a browser left open in the staff room works on for a stranger; a person
who was disabled goes on; a clock that is set back makes an old session, or an old password, young again.
Rule: a cookie holds 32 random bytes, new at each sign-in; the table has its hash alone.  A session ends after half an
hour without a request (an approver's phone: 12 hours) and 12 hours after it began, on signing out, and with the
person.  One that began, was seen or had its password later than it is now, by more than two machines may differ, has an
age that nobody knows: it is over.  People and roles are read again for each request.  The token that forms bring back
is made of the cookie, so that it ends with it.
Accepted residue: a stolen cookie works until then; it shows copies, never an original.  A clock that is set back by no
more than TOLERANCE (redact/store/latest.py) lengthens a session by that.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Final

from redact.audit.kinds import Kind
from redact.posts.approving.rules import APPROVERS
from redact.store import people as rows
from redact.store.latest import TOLERANCE
from redact.store.log.audit_log import Entries
from redact.store.people import HeldRole, Person, Session
from redact.system.clock import parse_moment, print_moment
from redact.workspace.open import Workspace

COOKIE: Final = "__Host-redact"  # the prefix: this host alone, https alone (browsers count localhost as such)
IDLE: Final = timedelta(minutes=30)
IDLE_OF_APPROVERS: Final = timedelta(hours=12)
LONGEST: Final = timedelta(hours=12)
FRESH: Final = timedelta(minutes=15)  # how long a password given counts for people, sites and originals
_SEEN_EVERY: Final = timedelta(minutes=1)  # a page of 48 pictures writes once
_RANDOM_BYTES: Final = 32


def open_session(entries: Entries, person: Person, now: datetime, method: str, old_cookie: str) -> str:
    """Begin a session in a transaction of the caller's, end the one the browser had; return the new cookie."""
    cookie, at = secrets.token_urlsafe(_RANDOM_BYTES), print_moment(now)
    close_session(entries, old_cookie, "signed-in-again")
    rows.end_old_sessions(entries.connection, print_moment(now - LONGEST))
    session = Session(hash_cookie(cookie), f"s-{secrets.token_hex(8)}", person.id, at, at, at)
    rows.add_session(entries.connection, session)
    entries.add(Kind.SESSION_OPENED, session=session.ref, person=person.tag, method=method)
    return cookie


def close_session(entries: Entries, cookie: str, cause: str) -> None:
    """End the session of a cookie, if it has one."""
    for session in rows.end_sessions(entries.connection, session=hash_cookie(cookie)):
        person = rows.read_person(entries.connection, session.person)
        if person is not None:
            entries.add(Kind.SESSION_CLOSED, session=session.ref, person=person.tag, cause=cause)


def find_visitor(workspace: Workspace, cookie: str) -> tuple[Person, Session] | None:
    """Return who is signed in with a cookie, None where nobody is or it is over.

    Raises:
        DatabaseFault: the database does not answer.
    """
    now = workspace.now()
    with workspace.database.read() as connection:
        session = rows.find_session(connection, hash_cookie(cookie)) if cookie else None
        person = rows.read_person(connection, session.person) if session else None
        latest = workspace.latest(connection)
    if session is None or person is None or person.disabled_at is not None:
        return None
    if is_over(session, person.roles_at(print_moment(latest)), now):
        return None
    if now - parse_moment(session.seen_at) >= _SEEN_EVERY:
        with workspace.database.write() as connection:
            rows.change_session(connection, session.id, seen_at=print_moment(now))
    return person, session


def is_over(session: Session, roles: tuple[HeldRole, ...], now: datetime) -> bool:
    """Return whether a session has ended by itself."""
    is_approver = any(held.role in APPROVERS for held in roles)
    idle = IDLE_OF_APPROVERS if is_approver else IDLE
    return not (_is_within(session.opened_at, now, LONGEST) and _is_within(session.seen_at, now, idle))


def is_fresh(session: Session, now: datetime) -> bool:
    """Return whether the password was given within the last quarter of an hour."""
    return _is_within(session.password_at, now, FRESH)


def _is_within(at: str, now: datetime, span: timedelta) -> bool:
    """Say whether that was less than `span` ago; what is still to come was at a time that nobody knows."""
    return -TOLERANCE <= now - parse_moment(at) < span


def hash_cookie(cookie: str) -> str:
    """Return the id of a cookie's session."""
    return hashlib.sha256(cookie.encode("utf-8", "surrogatepass")).hexdigest()


def form_token(cookie: str) -> str:
    """Return what the forms of a session bring back: nobody can make it without the cookie."""
    return hmac.new(cookie.encode("utf-8", "surrogatepass"), b"form", hashlib.sha256).hexdigest()


def is_token(cookie: str, token: str) -> bool:
    """Return whether a form brought back the token of this session."""
    return hmac.compare_digest(form_token(cookie).encode(), token.encode("utf-8", "surrogatepass"))
