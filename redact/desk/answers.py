"""Answers that every route gives alike: a page from its template, a refusal, a fault."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from starlette.responses import HTMLResponse, RedirectResponse, Response

from redact.desk.pages.frame import frame_of
from redact.desk.visit import Visit
from redact.errors import RedactError, UsageError
from redact.posts.approving.approve import PostBroken, PostChanged
from redact.posts.changes import ChangedMeanwhile, NeedsOriginal
from redact.posts.duties import PolicyUnread
from redact.posts.releasing.posted import TakenBack
from redact.posts.releasing.release import NotReleasable
from redact.posts.review import NobodyFound, NotShowable, Undecided, Unfinished
from redact.posts.writing.drafting import EditedMeanwhile

#: Why a request was refused: status, heading, what to do.
REFUSALS: Final = {
    "cross-site": (403, "That did not come from the desk", "Open the page in the desk and do it again there."),
    "signed-out": (401, "You are signed out", "Sign in, then do it again. Nothing was changed."),
    "role": (403, "Your role does not open this page", "Ask your IT services manager if you need it."),
    "token": (403, "This page was too old", "Open the page again and do it once more. Nothing was changed."),
    "not-found": (404, "That page is not there", "Check the address, or begin at your task list."),
    "method": (405, "That cannot be done here", "Begin at your task list."),
    "form": (400, "The form could not be read", "Open the page again and do it once more. Nothing was changed."),
}


#: What the way back is called, by the beginning of its address.
_BACK: Final = {
    "/sign-in": "Sign in",
    "/policy": "Read the policy",
    "/photos/": "Back to the photo",
    "/posts/": "Back to the post",
    "/sites/": "Back to the site",
    "/take-downs/": "Back to the take-down",
    "/incidents/": "Back to the incident",
}
_COPY: Final = " Copy what you typed first: it is lost when you leave this page."
_LONG: Final = ("caption", "alt-", "words-", "note", "report-note")  # beginnings of the names of longer fields
#: Errors that the person mends; the others are for whoever keeps the machine.
_THEIRS: Final = (
    UsageError, ChangedMeanwhile, NeedsOriginal, NobodyFound, Undecided, Unfinished, NotShowable, EditedMeanwhile,
    PostBroken, PostChanged, NotReleasable, TakenBack,
)  # fmt: skip


def page(visit: Visit, template: str, status: int = 200, **values: object) -> Response:
    """Return a page."""
    drawn = visit.desk.templates.get_template(template)
    return HTMLResponse(drawn.render(frame=frame_of(visit), visit=visit, **values), status)


def written_down(path: str) -> Response:
    """Return the way to a page of the desk that then says that the act is written down (base.html).

    Args:
        path: of the page, without a query.
    """
    return RedirectResponse(f"{path}?done=yes", 303)


def refuse(visit: Visit, why: str) -> Response:
    """Return a refusal of the table above."""
    status, heading, advice = REFUSALS[why]
    typed = _typed(visit) if why in {"signed-out", "token"} else ()
    advice += _COPY if typed else ""
    back = f"/sign-in?then={quote(_page_of(visit))}" if why == "signed-out" and _page_of(visit) else ""
    return refusal(visit, status, heading, advice, back, typed)


def not_found(visit: Visit) -> Response:
    """Return that there is no such thing, or none that this person may know of."""
    return refuse(visit, "not-found")


def fault(visit: Visit, error: RedactError) -> Response:
    """Return what a program's error says, as a page."""
    is_theirs = isinstance(error, _THEIRS)
    heading = "That could not be done" if is_theirs else "The program could not do that now"
    back = _page_of(visit)
    advice, typed = str(error), _typed(visit)
    if isinstance(error, PolicyUnread):
        heading, advice = "Read the policy first", error.at_desk
        back = f"/policy?post={visit.parts['post']}" if "post" in visit.parts else "/policy"
    return refusal(visit, 409 if is_theirs else 503, heading, f"{advice}{_COPY if typed else ''}", back, typed)


def refusal(
    visit: Visit, status: int, heading: str, advice: str, back: str = "", typed: Sequence[str] = ()
) -> Response:
    """Return a page that says what was not done, and what to do; `back`: where that is done; `typed`: to be copied."""
    label = next((words for start, words in _BACK.items() if back.startswith(start)), "Back")
    return page(visit, "refused.html", status, heading=heading, advice=advice, back=back, back_label=label, typed=typed)


def _typed(visit: Visit) -> tuple[str, ...]:
    """Return what somebody wrote in a form's longer fields; a session ends while one is called away from a caption."""
    fields = visit.form.fields.items()
    return tuple(text for name, texts in fields if name.startswith(_LONG) for text in texts if text.strip())


def _page_of(visit: Visit) -> str:
    """Return the address of what the request was about; "" where it was about nothing that has a page."""
    if "part" in visit.parts:  # of a post: the very form
        return visit.path
    if visit.path == "/incidents":
        return "/incidents/new"
    for name in ("photo", "post", "site"):
        if name in visit.parts:
            return f"/{name}s/{visit.parts[name]}"
    listed = next((start for start in ("/take-downs/", "/incidents/") if visit.path.startswith(start)), "")
    return f"{listed}{visit.parts['number']}" if listed and "number" in visit.parts else ""
