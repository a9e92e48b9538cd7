"""The queue, one photo, its pictures, and the search."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from redact.audit.kinds import Role
from redact.desk import answers
from redact.desk.asked import MOST_ANSWERED, SHA256
from redact.desk.pages.frame import LOOKERS, POST_HANDS, POST_READERS, REVIEWERS, TAKE_DOWN_READERS, WRITERS
from redact.desk.pages.home import Task, list_tasks
from redact.desk.pages.photo import Around, Coming, Viewer, show_larger, show_photo
from redact.desk.pages.posts.out import PhotoReader, show_photo_out
from redact.desk.pages.queue import Card, Choices, address, read_key, show_found, show_queue, thumbnail_of
from redact.desk.pages.staff import policy_tasks
from redact.desk.pages.words import STYLES
from redact.desk.routes.posts import reading as posts
from redact.desk.routes.reasons import RECALLS, reasons_for
from redact.desk.routes.registers import tasks as registers
from redact.desk.sign_in import sessions
from redact.desk.visit import Visit
from redact.photos.placing.events import event_name, read_names
from redact.posts import queue, redraw
from redact.posts.duties import read_owed
from redact.posts.queue import Filter, Standing, standing_of
from redact.posts.writing.drafting import is_passed_by_row
from redact.store.posts.take_down_list import find_open
from redact.store.posts.take_downs import list_out_with_photo
from redact.store.pupils.adults import list_once_permitted
from redact.store.queue import QueuedPhoto
from redact.store.trust.copies import read_copy

MOST_TYPED: Final = 260  # characters of a search: a file's name with its folders on Windows (MAX_PATH)
_EVENT: Final = re.compile(r"event-[0-9]{1,9}")


def show_home(visit: Visit) -> Response:
    """Draw the task list."""
    workspace = visit.desk.workspace
    tasks: tuple[Task, ...] = policy_tasks(
        *read_owed(workspace, visit.who), workspace.today(), has_posts=visit.has(*POST_HANDS)
    )
    if visit.has(*LOOKERS):
        tasks += list_tasks(
            queue.count_standings(workspace, visit.schools_of(LOOKERS)), may_decide=visit.has(*REVIEWERS)
        )
    tasks = (*registers.list_tasks(visit), *posts.list_tasks(visit), *tasks)
    tasks = tuple(sorted(tasks, key=lambda task: (not task.is_urgent, not task.is_waiting)))
    return answers.page(visit, "home.html", tasks=tasks)


def show_photos(visit: Visit) -> Response:
    """Draw a page of the queue."""
    workspace, wanted = visit.desk.workspace, asked_filter(visit)
    if wanted.is_narrowed and not visit.query.get("standing"):  # a link that means photos, wherever they stand
        wanted = replace(wanted, standing=queue.first_standing(workspace, wanted) or wanted.standing)
    page = queue.read_page(workspace, wanted, read_key(visit.query.get("after", "")))
    counts = queue.count_standings(workspace, wanted.schools)
    devices, events = queue.list_devices(workspace, wanted.schools), read_names(workspace, wanted.schools)
    schools = tuple(workspace.settings.schools if wanted.schools is None else wanted.schools)  # None: a trust's own
    view = show_queue(wanted, page, counts, Choices(devices, events, schools), workspace.settings.zone)
    may_write = visit.has(*WRITERS) and wanted.standing is Standing.FIT
    return answers.page(visit, "photos.html", view=view, did=_did(visit), may_write=may_write)


def go_to_next(visit: Visit) -> Response:
    """Go to the first photo of the queue that a person works through."""
    wanted = asked_filter(visit)
    after, others = read_key(visit.query.get("after", "")), visit.desk.looking.by_others(visit.who.id)
    first = queue.first_photo(visit.desk.workspace, wanted, after, others)
    there = address("/photos" if first is None else f"/photos/{first}", wanted)
    return RedirectResponse(there, 303)


def show_one(visit: Visit) -> Response:
    """Draw one photo."""
    # Before the photo: where a redraw ends meanwhile, the page waits for it or has its copy, and is never one of the
    # former copy that waits for nothing.
    redrawn = redraw.under_way(visit.desk.workspace, visit.parts["photo"])
    photo = find_photo(visit)
    if photo is None:
        return answers.not_found(visit)
    workspace, wanted = visit.desk.workspace, asked_filter(visit, standing_of(photo))
    visit.desk.looking.note(visit.who.id, photo.sha256)
    one = queue.read_around(workspace, photo, wanted, visit.desk.looking.by_others(visit.who.id))
    around = Around(
        redraw.list_answers(workspace, photo.sha256),
        redrawn,
        tuple(_coming(each, wanted) for each in one.coming),
        workspace.settings.policy.style.value,
        event_name(workspace, photo.event),
        _count_left(visit, wanted),
    )
    is_fresh = visit.session is not None and sessions.is_fresh(visit.session, workspace.now())
    viewer = Viewer(visit.has_at(Role.REVIEWER, photo.school), is_fresh)
    settings = workspace.settings
    view = show_photo(one, wanted, around, viewer, settings.retention_days, settings.zone)
    copy = f"{photo.sha256}-{photo.output}" if is_passed_by_row(photo) and visit.has(*WRITERS) else ""
    lists = {"reasons": reasons_for(photo), "recalls": RECALLS, "styles": STYLES, "most_asked": MOST_ANSWERED}
    with workspace.database.read() as connection:
        asked = {post.id: find_open(connection, post.id) for post in list_out_with_photo(connection, photo.sha256)}
        is_unread = photo.is_unread and bool(list_once_permitted(connection, photo.register))
    reads = PhotoReader(visit.has(*POST_READERS), visit.has(*TAKE_DOWN_READERS))
    out = show_photo_out(asked, reads, is_recalled=standing_of(photo) is Standing.RECALLED)
    here = {"did": _did(visit), "copy": copy, "out": out, "is_unread": is_unread}
    return answers.page(visit, "photo.html", 200, view=view, lists=lists, **here)


def send_copy(visit: Visit) -> Response:
    """Send a copy, proved to be the one that was made."""
    photo = find_photo(visit)
    if photo is None or not _is_its_copy(photo, visit.parts["output"]):
        return answers.not_found(visit)
    content = read_copy(visit.desk.workspace.trust, str(photo.output_name), str(photo.output))
    return Response(content, media_type="image/jpeg")


def send_small(visit: Visit) -> Response:
    """Send a small picture of a copy."""
    photo = find_photo(visit)
    if photo is None or not _is_its_copy(photo, visit.parts["output"]):
        return answers.not_found(visit)
    small = visit.desk.thumbnails.make(visit.desk.workspace.trust, str(photo.output_name), str(photo.output))
    return Response(small, media_type="image/jpeg")


def show_search(visit: Visit) -> Response:
    """Draw the search, and what an address asks for; that never is a file's name, which may be a child's."""
    text = visit.query.get("q", "").strip()[:MOST_TYPED]
    return _found(visit, text)


def search(visit: Visit) -> Response:
    """Find photos by what a person typed: it comes with the form, so that no address and no browser keeps a name."""
    workspace, text = visit.desk.workspace, visit.form.get("q").strip()[:MOST_TYPED]
    if text and queue.is_no_name(workspace, text, visit.schools):
        return RedirectResponse(f"/search?{urlencode({'q': text})}", 303)
    found = queue.search_photos(workspace, text, visit.schools)
    if len(found) == 1:
        return RedirectResponse(f"/photos/{found[0].sha256}", 303)
    return _found(visit, text)


def _found(visit: Visit, text: str) -> Response:
    workspace = visit.desk.workspace
    found = queue.search_photos(workspace, text, visit.schools) if text else ()
    cards: tuple[Card, ...] = show_found(found, workspace.settings.zone)
    return answers.page(visit, "search.html", q=text, cards=cards, most=queue.PAGE)


def find_photo(visit: Visit) -> QueuedPhoto | None:
    """Return the photo of the address; None where there is none, or it is of another school."""
    return queue.read_photo(visit.desk.workspace, visit.parts["photo"], visit.schools)


def is_to_be_seen(photo: QueuedPhoto) -> bool:
    """Return whether a photo has a copy that may be looked at."""
    return bool(thumbnail_of(photo))


def _is_its_copy(photo: QueuedPhoto, output: str) -> bool:
    return photo.output == output and is_to_be_seen(photo)


def _coming(photo: QueuedPhoto, wanted: Filter) -> Coming:
    picture = f"/photos/{photo.sha256}/copy/{photo.output}.jpg" if is_to_be_seen(photo) else ""
    shown = show_larger(photo.size) if picture and photo.size else ""
    return Coming(address(f"/photos/{photo.sha256}", wanted), picture, shown)


def _count_left(visit: Visit, wanted: Filter) -> int | None:
    """Return how many photos stand so; None for a part of the queue: only the whole is counted from an index."""
    if wanted.is_narrowed:
        return None
    return queue.count_standings(visit.desk.workspace, wanted.schools)[wanted.standing]


def _did(visit: Visit) -> tuple[str, str]:
    """Return what was just done with another photo, and that photo: for a way back to it."""
    for word, sentence in (("passed", "Passed"), ("aside", "Set aside")):
        if SHA256.fullmatch(visit.query.get(word, "")):
            return sentence, visit.query[word]
    return "", ""


def asked_filter(visit: Visit, standing: Standing | None = None) -> Filter:
    """Return what the person looks at, as the address says it; else photos that stand as `standing`."""
    asked = visit.query.get("standing", "")
    if asked in {each.value for each in Standing}:
        standing = Standing(asked)
    return Filter(
        standing or Standing.TO_REVIEW,
        visit.schools,
        visit.query.get("school") or None,
        visit.query.get("device") or None,
        (visit.query["event"],) if _EVENT.fullmatch(visit.query.get("event", "")) else None,
    )
