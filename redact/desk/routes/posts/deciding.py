"""An approver says yes or no to a post, exactly as the page showed it."""

from __future__ import annotations

import re
from typing import Final

from starlette.responses import RedirectResponse, Response

from redact.desk import answers
from redact.desk.asked import FormFault
from redact.desk.routes.posts.reading import approver_of, draw_post, find_post, read_post_number
from redact.desk.visit import Visit
from redact.posts.approving import approve as approving
from redact.posts.approving.approve import SeenPost
from redact.posts.approving.details import read_details
from redact.posts.approving.rules import Refusal
from redact.store.posts.posts import read_post

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_VERSION: Final = re.compile(r"[0-9]{1,9}")


def approve(visit: Visit) -> Response:
    """Approve a post."""
    if not _is_known(visit):
        return answers.not_found(visit)
    seen = _seen(visit)
    approving.approve(visit.desk.workspace, seen, approver_of(visit))
    return RedirectResponse(f"/posts/{seen.number}", 303)


def refuse(visit: Visit) -> Response:
    """Send a post back to its author."""
    post = find_post(visit)
    if post is None:
        return answers.not_found(visit)
    cause = visit.form.get("cause")
    if cause not in {each.value for each in Refusal}:
        errors = {"cause-words": "Choose why it goes back to its author"}
        return draw_post(visit, read_details(visit.desk.workspace, post), errors, 422)
    seen = _seen(visit)
    approving.refuse(visit.desk.workspace, seen, approver_of(visit), Refusal(cause), visit.form.get("note"))
    return RedirectResponse("/posts?state=proposed", 303)


def _is_known(visit: Visit) -> bool:
    """Say whether there is such a post at a school of this person's, whatever became of it."""
    number = read_post_number(visit)
    with visit.desk.workspace.database.read() as connection:
        return number is not None and read_post(connection, number, visit.schools) is not None


def _seen(visit: Visit) -> SeenPost:
    number, content, register = read_post_number(visit), visit.form.get("content"), visit.form.get("register")
    if number is None or not _SHA256.fullmatch(content) or not _VERSION.fullmatch(register):
        raise FormFault
    return SeenPost(number, content, int(register))
