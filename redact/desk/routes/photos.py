"""The queue, one photo, its pictures, and the search."""

from __future__ import annotations

import re
from typing import Final

from starlette.responses import RedirectResponse, Response

from redact.desk import answers
from redact.desk.images import read_copy
from redact.desk.pages.frame import LOOKERS
from redact.desk.pages.home import Task, list_tasks
from redact.desk.pages.photo import show_photo
from redact.desk.pages.queue import Card, address, read_key, show_found, show_queue, thumbnail_of
from redact.desk.visit import Visit
from redact.photos.set_aside import set_aside
from redact.posts import queue
from redact.posts.queue import Filter, Standing, standing_of
from redact.store import photos as records
from redact.store.queue import QueuedPhoto

_DIGITS = re.compile(r"[0-9a-f]{6,64}")
#: Why nothing of a photo is to be published; reasons come from a list, for they stand in the audit log.
REASONS: Final = {
    "not-for-use": "The school has no use for this photo.",
    "no-picture": "The file is no picture, or it cannot be opened.",
    "not-suitable": "The photo should not have been taken, or must not be published.",
    "gone": "The original is gone for good.",
}


def show_home(visit: Visit) -> Response:
    """Draw the task list."""
    tasks: tuple[Task, ...] = ()
    if visit.has(*LOOKERS):
        tasks = list_tasks(queue.count_standings(visit.desk.workspace, _schools(visit)))
    return answers.page(visit, "home.html", tasks=tasks)


def show_photos(visit: Visit) -> Response:
    """Draw a page of the queue."""
    workspace, wanted = visit.desk.workspace, _filter(visit)
    page = queue.read_page(workspace, wanted, read_key(visit.query.get("after", "")))
    counts = queue.count_standings(workspace, wanted.schools)
    view = show_queue(
        wanted, page, counts, queue.list_devices(workspace, wanted.schools), visit.desk.workspace.settings.zone
    )
    return answers.page(visit, "photos.html", view=view)


def go_to_next(visit: Visit) -> Response:
    """Go to the first photo of the queue that a person works through."""
    wanted = _filter(visit)
    first = queue.first_photo(visit.desk.workspace, wanted, read_key(visit.query.get("after", "")))
    there = address("/photos" if first is None else f"/photos/{first}", wanted)
    return RedirectResponse(there, 303)


def show_one(visit: Visit) -> Response:
    """Draw one photo."""
    photo = _photo(visit)
    if photo is None:
        return answers.not_found(visit)
    wanted = _filter(visit, standing_of(photo))
    one = queue.read_around(visit.desk.workspace, photo, wanted)
    coming = queue.read_photo(visit.desk.workspace, one.following[0], visit.schools) if one.following else None
    picture = f"/photos/{coming.sha256}/copy/{coming.output}.jpg" if coming and thumbnail_of(coming) else ""
    view = show_photo(
        one, wanted, visit.desk.workspace.settings.retention_days, visit.desk.workspace.settings.zone, picture
    )
    return answers.page(visit, "photo.html", view=view, reasons=REASONS)


def send_copy(visit: Visit) -> Response:
    """Send a copy, proved to be the one that was made."""
    photo = _photo(visit)
    if photo is None or not _is_its_copy(photo, visit.parts["output"]):
        return answers.not_found(visit)
    content = read_copy(visit.desk.workspace.trust, str(photo.output_name), str(photo.output))
    return Response(content, media_type="image/jpeg")


def send_small(visit: Visit) -> Response:
    """Send a small picture of a copy."""
    photo = _photo(visit)
    if photo is None or not _is_its_copy(photo, visit.parts["output"]):
        return answers.not_found(visit)
    small = visit.desk.thumbnails.make(visit.desk.workspace.trust, str(photo.output_name), str(photo.output))
    return Response(small, media_type="image/jpeg")


def put_aside(visit: Visit) -> Response:
    """Write down that nothing of a stopped photo is to be published."""
    photo, reason = _photo(visit), REASONS.get(visit.form.get("reason"))
    if photo is None or reason is None:
        return answers.not_found(visit) if photo is None else answers.refuse(visit, "form")
    with visit.desk.workspace.database.read() as connection:
        known = records.read_photo(connection, photo.sha256)
    assert known is not None
    role = next(held.role for held in visit.roles if held.role in LOOKERS)
    set_aside(visit.desk.workspace, known, role, visit.who.login, reason)
    return RedirectResponse(f"/photos/{photo.sha256}", 303)


def show_search(visit: Visit) -> Response:
    """Find photos by the first digits of an id, or by a copy's file name."""
    text = visit.query.get("q", "").strip()
    digits = text.lower().partition(".")[0]
    cards: tuple[Card, ...] = ()
    error = ""
    if text and not _DIGITS.fullmatch(digits):
        error = "Type at least 6 digits of an id or of a copy's file name: 0 to 9, a to f"
    elif text:
        cards = show_found(
            queue.search_photos(visit.desk.workspace, digits, visit.schools), visit.desk.workspace.settings.zone
        )
    return answers.page(visit, "search.html", q=text[:100], cards=cards, error=error)


def _photo(visit: Visit) -> QueuedPhoto | None:
    return queue.read_photo(visit.desk.workspace, visit.parts["photo"], visit.schools)


def _is_its_copy(photo: QueuedPhoto, output: str) -> bool:
    return photo.output == output and bool(thumbnail_of(photo))


def _filter(visit: Visit, standing: Standing | None = None) -> Filter:
    asked = visit.query.get("standing", "")
    if asked in {each.value for each in Standing}:
        standing = Standing(asked)
    return Filter(
        standing or Standing.TO_REVIEW,
        visit.schools,
        visit.query.get("school") or None,
        visit.query.get("device") or None,
    )


def _schools(visit: Visit) -> frozenset[str] | None:
    found = {held.school for held in visit.roles if held.role in LOOKERS}
    return None if "" in found else frozenset(found)
