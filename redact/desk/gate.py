"""What every request to a page passes: is it from our own page, who asks, may they, did the form bring its token.

Threat: another site makes a signed-in browser act (CSRF); somebody opens a page of another role or school; a form is
sent again from an old page.
Rule: what changes something is a POST.  A POST comes from our own pages (Sec-Fetch-Site, else Origin) and, in a
session, brings the session's token.  Each route names its roles (routes/table.py); without one of them it is refused,
and what belongs to another school is not found.  The order is fixed: origin, session, role, token, then the page.
Accepted residue: a browser that sends neither header cannot use the desk; those are older than 2020.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Final
from urllib.parse import quote, urlencode

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from redact.desk import answers
from redact.desk.address import Address
from redact.desk.outer import FORM_BYTES
from redact.desk.routes.way import Open, Way
from redact.desk.sign_in.sessions import COOKIE, find_visitor, form_token, is_fresh, is_token
from redact.desk.visit import Desk, Form, Visit
from redact.errors import RedactError
from redact.photos.placing.for_use import take_out_of_for_use, update_for_use
from redact.posts.releasing.sweep import sweep_outbox
from redact.system.clock import print_moment

_MAX_FIELDS: Final = 200
_MAX_FILES: Final = 1  # the key file


def guard(desk: Desk, way: Way) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint of a route, behind the gate."""

    async def endpoint(request: Request) -> Response:
        if request.method == "POST" and not is_same_origin(request.headers, desk.address):
            return answers.refuse(_bare(desk, request), "cross-site")
        form = await _read_form(request) if request.method == "POST" else Form()
        return await run_in_threadpool(_serve, desk, way, request, form)

    return endpoint


def is_same_origin(headers: Headers | Mapping[str, str], address: Address) -> bool:
    """Return whether a request comes from one of our own pages; where nothing says so, it does not."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return headers.get("origin") == address.url


def _serve(desk: Desk, way: Way, request: Request, form: Form) -> Response:
    visit = _bare(desk, request, form)
    try:
        visit = _recognise(visit, way)
        refusal = _refusal(visit, way, request.method)
        answer = way.endpoint(visit) if refusal is None else refusal
    except RedactError as error:
        answer = answers.fault(visit, error)
    if request.method == "POST" and visit.person is not None:
        _take_out_of_for_use(desk)
        _empty_outbox(desk)
        answer.background = BackgroundTask(_update_for_use, desk)
    return answer


def _empty_outbox(desk: Desk) -> None:
    """Take out of the outbox what an act took back; where that fails it is done again soon, and is reported then."""
    with suppress(RedactError):
        sweep_outbox(desk.workspace, wait_s=0.0)


def _take_out_of_for_use(desk: Desk) -> None:
    """Take what is not passed any more out of for-use before anybody is answered; or the watcher does it."""
    with suppress(RedactError):
        take_out_of_for_use(desk.workspace)


def _update_for_use(desk: Desk) -> None:
    """Have what was passed lie there, after the answer: nobody waits for it between two photos; or the watcher does."""
    with suppress(RedactError):
        update_for_use(desk.workspace)


def _bare(desk: Desk, request: Request, form: Form | None = None) -> Visit:
    client = request.client.host if request.client else "unknown"
    parts = {name: str(value) for name, value in request.path_params.items()}
    cookie = request.cookies.get(COOKIE, "")[:100]
    return Visit(desk, request.url.path, parts, dict(request.query_params), form or Form(), client, cookie)


def _recognise(visit: Visit, way: Way) -> Visit:
    if not visit.cookie:
        return visit
    found = find_visitor(visit.desk.workspace, visit.cookie)
    if found is None:
        return visit
    person, session = found
    roles = person.roles_at(print_moment(visit.desk.workspace.latest()))
    allowed = way.roles if isinstance(way.roles, frozenset) else frozenset(held.role for held in roles)
    token = form_token(visit.cookie)
    return replace(visit, person=person, session=session, roles=roles, allowed=allowed, token=token)


def _refusal(visit: Visit, way: Way, method: str) -> Response | None:
    if way.roles is Open.TO_ANYBODY:
        return None
    if visit.session is None:
        return answers.refuse(visit, "signed-out") if method == "POST" else _go(visit, "/sign-in")
    if isinstance(way.roles, frozenset) and not visit.has(*way.roles):
        return answers.refuse(visit, "role")
    if method == "POST" and not is_token(visit.cookie, visit.form.get("token")):
        return answers.refuse(visit, "token")
    is_asked = way.is_fresh and not is_fresh(visit.session, visit.desk.workspace.now())
    return _go(visit, "/confirm") if is_asked else None


def _go(visit: Visit, page: str) -> Response:
    return RedirectResponse(f"{page}?then={quote(_way_back(visit))}", 303)


def _way_back(visit: Visit) -> str:
    """Return where somebody goes on afterwards: to the page itself, or to the photo that a form or picture is of."""
    is_part = visit.path.endswith(("/original", "/sealed-header"))
    there = f"/photos/{visit.parts['photo']}" if is_part else visit.path
    return f"{there}?{urlencode(visit.query)}" if visit.query else there  # which queue somebody works through


async def _read_form(request: Request) -> Form:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        raise HTTPException(415)
    # A file stays in memory: Starlette writes it to a disk from 1 MiB on, and no form is larger than FORM_BYTES.
    async with request.form(max_files=_MAX_FILES, max_fields=_MAX_FIELDS, max_part_size=FORM_BYTES) as found:
        files = {name: await file.read() for name, file in found.items() if isinstance(file, UploadFile)}
        return Form(_fields(found), files)


def _fields(found: FormData) -> dict[str, tuple[str, ...]]:
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in found.multi_items():
        if isinstance(value, str):
            fields[name] = (*fields.get(name, ()), value)
    return fields
