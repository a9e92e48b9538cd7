"""The desk's application: its routes behind the gate, its static files, its answers to what goes wrong."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from redact.desk.address import Address
from redact.desk.answers import REFUSALS
from redact.desk.gate import guard
from redact.desk.images import Thumbnails
from redact.desk.outer import TOO_LARGE, Outer, bare_page
from redact.desk.pages.words import ROLES
from redact.desk.routes.table import WAYS
from redact.desk.sign_in.hashing import Hashing
from redact.desk.visit import Desk
from redact.errors import short_id
from redact.posts.redraws.redrawing import Redrawer
from redact.reports.term.page import LOOK_FOLDER
from redact.workers.program import ProgramReplaced, check_program, stamp_program
from redact.workspace.open import Workspace

_HERE: Final = Path(__file__).parent
_REPORT: Final = "redact.reports.term"  # its style sheet is the same on the desk and in a file


def make_desk(workspace: Workspace, address: Address, redrawer: Redrawer, hashing: Hashing | None = None) -> Desk:
    """Return what the pages work with.

    Args:
        workspace: opened; it stays open as long as the desk.
        address: checked.
        redrawer: opened, for as long as the desk.
        hashing: a cheaper one for tests; the real one when not given.
    """
    return Desk(workspace, address, _templates(), hashing or Hashing(), Thumbnails(), redrawer)


def make_app(desk: Desk) -> ASGIApp:
    """Return the application that a server runs."""
    routes: list[BaseRoute] = [
        Mount("/static", StaticFiles(directory=_HERE / "static", packages=[(_REPORT, LOOK_FOLDER)]), name="static")
    ]
    routes += [Route(way.path, guard(desk, way), methods=[way.method]) for way in WAYS]
    fail = partial(_fail, stamp_program())
    inner = Starlette(routes=routes, exception_handlers={HTTPException: _refuse, Exception: fail})
    return Outer(inner, desk.address)


def _templates() -> Environment:
    loaded = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    loaded.globals["role_words"] = ROLES
    loaded.filters["short_id"] = short_id
    return loaded


async def _refuse(_: Request, error: Exception) -> Response:
    """Answer what no route takes, without a session: a page that says so, and leads back."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    said = {
        each: (heading, advice) for each, heading, advice in (REFUSALS[why] for why in ("form", "not-found", "method"))
    }
    said |= {413: TOO_LARGE, 415: ("That is not a form of the desk", "Begin at your task list. Nothing was changed.")}
    return bare_page(status, *said.get(status, ("That did not work", "Begin at your task list.")))


async def _fail(stamp: str, _: Request, __: Exception) -> Response:
    """Answer a fault of the program; what it was is for the log of the desk's process.

    Pages are drawn by what lies on the disk: those of another version do not fit to this process.
    """
    try:
        check_program(stamp)
    except ProgramReplaced as error:
        return bare_page(503, "The desk must be started again", str(error))
    advice = "Open the page again and look what is written there; then tell your IT services manager."
    return bare_page(500, "The program failed", advice)
