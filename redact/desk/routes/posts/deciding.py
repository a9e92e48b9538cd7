"""An approver says yes or no to a post, exactly as the page showed it."""

from __future__ import annotations

import re
from typing import Final

from starlette.responses import RedirectResponse, Response

from redact.desk import answers
from redact.desk.asked import SHA256, FormFault
from redact.desk.routes.posts.reading import approver_of, draw_post, find_post, read_post_number
from redact.desk.visit import Visit
from redact.posts.approving import approve as approving
from redact.posts.approving.approve import PostChanged, SeenPost
from redact.posts.approving.details import read_details
from redact.posts.approving.rules import Refusal
from redact.store.posts.posts import read_post
from redact.store.posts.values import PostState

_VERSION: Final = re.compile(r"[0-9]{1,9}")


def approve(visit: Visit) -> Response:
    """Approve a post."""
    if not _is_known(visit):
        return answers.not_found(visit)
    seen = _seen(visit)
    try:
        approving.approve(visit.desk.workspace, seen, approver_of(visit))
    except PostChanged:
        if not _has_approved(visit, seen):
            raise
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


def _has_approved(visit: Visit, seen: SeenPost) -> bool:
    """Say whether this person has approved just that already: a second tap is told how it stands, not "nothing"."""
    with visit.desk.workspace.database.read() as connection:
        post = read_post(connection, seen.number, visit.schools)
    is_so = post is not None and (post.state, post.content) == (PostState.APPROVED, seen.content)
    return is_so and post is not None and post.approver is not None and post.approver.tag == visit.who.tag


def _seen(visit: Visit) -> SeenPost:
    number, content, register = read_post_number(visit), visit.form.get("content"), visit.form.get("register")
    if number is None or not SHA256.fullmatch(content) or not _VERSION.fullmatch(register):
        raise FormFault
    return SeenPost(number, content, int(register))
