"""Signing in and out, choosing a password, giving it again, one's own settings."""

from __future__ import annotations

import re
from typing import Final

from starlette.responses import RedirectResponse, Response

from redact.desk import answers
from redact.desk.sign_in import signin
from redact.desk.sign_in.sessions import COOKIE, close_session
from redact.desk.sign_in.signin import Refused, SignedIn
from redact.desk.visit import Form, Visit
from redact.store import people as rows

_LOCAL = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,500}")
_ENTER: Final = {
    "login": "Enter your login", "password": "Enter your password", "code": "Enter your one-time code",
}  # fmt: skip
_COOKIE: Final = "Path=/; Secure; HttpOnly; SameSite=Lax"


def show_sign_in(visit: Visit) -> Response:
    """Draw the sign-in page, or go on where somebody is signed in."""
    then = local(visit.query.get("then", ""))
    if visit.session is not None:
        return RedirectResponse(then, 303)
    return answers.page(visit, "sign_in.html", then=then, login="", errors={})


def do_sign_in(visit: Visit) -> Response:
    """Begin a session with a password."""
    desk, form, then = visit.desk, visit.form, local(visit.form.get("then"))
    login = form.get("login")
    errors = _missing(form, "login", "password")
    if not errors:
        found = signin.sign_in(desk.workspace, desk.hashing, login, form.get("password"), visit.client, visit.cookie)
        if isinstance(found, SignedIn):
            return _signed_in(found, then)
        errors = {found.field: found.sentence}
    return answers.page(visit, "sign_in.html", 422, then=then, login=login[:100], errors=errors)


def show_first_sign_in(visit: Visit) -> Response:
    """Draw the page on which a one-time code becomes a password."""
    return answers.page(visit, "first_sign_in.html", login=visit.query.get("login", "")[:100], code="", errors={})


def do_first_sign_in(visit: Visit) -> Response:
    """Choose a password with a one-time code."""
    desk, form = visit.desk, visit.form
    login, code = form.get("login")[:100], form.get("code")[:40]
    if errors := _missing(form, "login", "code"):
        return answers.page(visit, "first_sign_in.html", 422, login=login, code=code, errors=errors)
    found = signin.use_code(
        desk.workspace,
        desk.hashing,
        form.get("login"),
        form.get("code"),
        (form.get("password"), form.get("again")),
        visit.client,
        visit.cookie,
    )
    if isinstance(found, SignedIn):
        return _signed_in(found, "/")
    errors = {found.field: found.sentence}
    return answers.page(visit, "first_sign_in.html", 422, login=login, code=code, errors=errors)


def show_confirm(visit: Visit) -> Response:
    """Ask for the password again."""
    return answers.page(visit, "confirm.html", then=local(visit.query.get("then", "")), errors={})


def do_confirm(visit: Visit) -> Response:
    """Take the password again."""
    desk, then = visit.desk, local(visit.form.get("then"))
    assert visit.session is not None
    refused: Refused | None = signin.confirm(
        desk.workspace, desk.hashing, visit.who, visit.session.id, visit.form.get("password"), visit.client
    )
    if refused is None:
        return RedirectResponse(then, 303)
    return answers.page(visit, "confirm.html", 422, then=then, errors={refused.field: refused.sentence})


def sign_out(visit: Visit) -> Response:
    """End the session."""
    with visit.desk.workspace.audit_log.writing() as entries:
        close_session(entries, visit.cookie, "signed-out")
    return _with_cookie(RedirectResponse("/sign-in", 303), "", "Max-Age=0; ")


def show_account(visit: Visit) -> Response:
    """Draw one's own page: roles, keys, signing out."""
    return answers.page(visit, "account.html")


def change_keys(visit: Visit) -> Response:
    """Switch single-key shortcuts on or off (WCAG 2.2, 2.1.4)."""
    with visit.desk.workspace.database.write() as connection:
        rows.change_person(connection, visit.who.id, has_keys=visit.form.get("keys") == "on")
    return RedirectResponse("/account", 303)


def local(then: str) -> str:
    """Return an address of the desk itself to go on to; the task list where another site's, or nonsense, is given."""
    return then if _LOCAL.fullmatch(then) and not then.startswith("/sign-") else "/"


def _missing(form: Form, *names: str) -> dict[str, str]:
    return {name: _ENTER[name] for name in names if not form.get(name).strip()}


def _signed_in(found: SignedIn, then: str) -> Response:
    return _with_cookie(RedirectResponse(then, 303), found.cookie, "")


def _with_cookie(response: Response, value: str, age: str) -> Response:
    response.headers.append("set-cookie", f"{COOKIE}={value}; {age}{_COOKIE}")
    return response
