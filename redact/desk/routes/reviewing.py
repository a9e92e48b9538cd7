"""What people do on a photo's page: decide, cover more, undo, keep one of a burst, set aside, try again.

Each act is one function of redact/posts or redact/photos, for exactly the copy that the form says was seen; what comes
back is the next photo, or the same one as it stands now.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from starlette.responses import JSONResponse, RedirectResponse, Response

from redact.audit.kinds import Role
from redact.desk import answers
from redact.desk.asked import box_of, read_changes, read_corner, read_number, read_point, read_seen
from redact.desk.pages.mark import mark_width, show_mark
from redact.desk.pages.queue import address
from redact.desk.routes.photos import asked_filter, find_photo, is_to_be_seen
from redact.desk.routes.reasons import REASONS, RECALLS, reasons_for
from redact.desk.visit import Visit
from redact.errors import RedactError
from redact.photos.retry import retry
from redact.photos.set_aside import set_aside
from redact.photos.superseded import remove_superseded
from redact.posts import queue, redraw, review
from redact.posts.changes import Changes, HandCover
from redact.posts.queue import Standing, standing_of
from redact.posts.recalling import RecallCause, recall_copy
from redact.posts.review import Decision
from redact.redaction.values import Kind
from redact.store import photos as photo_rows
from redact.store.photos import Photo
from redact.store.queue import QueuedPhoto
from redact.workspace.ids import Actor


def decide(visit: Visit) -> Response:
    """Decide on a copy, and go on to the next photo; or take a decision back."""
    photo, word = find_photo(visit), visit.form.get("decision")
    if photo is None:
        return answers.not_found(visit)
    seen, workspace = read_seen(photo.sha256, visit.form), visit.desk.workspace
    if word == "reopen":
        review.reopen(workspace, seen, visit.actor)
        return _reopened(visit, photo)
    if word not in {"fit", "nobody"}:
        return answers.refuse(visit, "form")
    there = _after(visit, photo, "passed")
    review.decide(workspace, seen, Decision.FIT, visit.actor, says_nobody=word == "nobody")
    with suppress(RedactError):  # the decision stands; the watcher removes former copies too
        remove_superseded(workspace, seen.photo)
    return there


def put_aside(visit: Visit) -> Response:
    """Write down that nothing of a photo is to be published, and go on to the next one."""
    photo, word = find_photo(visit), visit.form.get("reason")
    if photo is None:
        return answers.not_found(visit)
    if word not in reasons_for(photo):
        return answers.refuse(visit, "form")
    if is_to_be_seen(photo) and not visit.has_at(Role.REVIEWER, photo.school):
        return answers.refuse(
            visit, "role"
        )  # deciding on a copy is the reviewer's; what stopped, the office clears up too
    there = _after(visit, photo, "aside")
    if is_to_be_seen(photo):
        reviewer = Actor(Role.REVIEWER.value, visit.who.tag)
        review.set_aside(visit.desk.workspace, read_seen(photo.sha256, visit.form), reviewer, word)
        return there
    set_aside(visit.desk.workspace, _record(visit, photo), visit.role, visit.who.login, REASONS[word])
    return _here(visit, photo)


def keep_only(visit: Visit) -> Response:
    """Set every other photo of a burst aside, each as the page showed it."""
    photo = find_photo(visit)
    if photo is None:
        return answers.not_found(visit)
    others = queue.others_of_burst(visit.desk.workspace, photo, visit.schools)
    fields = {other.sha256: f"other-{other.sha256}" for other in others}
    shown = [(other, field) for other, field in fields.items() if visit.form.get(field)]  # what came in since was not
    review.keep_only(visit.desk.workspace, [read_seen(other, visit.form, field) for other, field in shown], visit.actor)
    return _here(visit, photo)


def change(visit: Visit) -> Response:
    """Ask for another copy, from the one that is kept."""
    photo = find_photo(visit)
    if photo is None:
        return answers.not_found(visit)
    return _ask(visit, photo, Changes() if visit.form.get("again") else read_changes(visit.form))


def mark(visit: Visit) -> Response:
    """Take one corner after the other from a picture that is clicked: how places are marked without scripts."""
    photo, what = find_photo(visit), visit.query.get("for", "head")
    if photo is None or photo.size is None or not is_to_be_seen(photo):
        return answers.not_found(visit)
    first = read_point(visit.form.get("first")) if visit.form.get("first") else None
    if visit.form.get("mark.x"):
        clicked = visit.form.get("mark.x"), visit.form.get("mark.y")
        corner = read_corner(*clicked, photo.size[0] / mark_width(photo.size))
        if first is not None:
            return _ask(visit, photo, _marked(what, box_of(first, corner)))
        first = corner
    wanted = asked_filter(visit, standing_of(photo))
    return answers.page(visit, "mark.html", view=show_mark(photo, wanted, what, first))


def show_redraw(visit: Visit) -> Response:
    """Say how far a redraw is, for a page that waits for it."""
    found = redraw.read(visit.desk.workspace, read_number(visit.parts["number"]), visit.schools)
    if found is None:
        return answers.not_found(visit)
    return JSONResponse({"state": found.state.value, "is_over": found.is_over})


def recall(visit: Visit) -> Response:
    """Recall a copy: it must not be used any more."""
    photo, cause = find_photo(visit), visit.form.get("cause")
    if photo is None:
        return answers.not_found(visit)
    if cause not in RECALLS:
        return answers.refuse(visit, "form")
    recall_copy(visit.desk.workspace, read_seen(photo.sha256, visit.form), visit.actor, RecallCause(cause))
    return RedirectResponse(address(f"/photos/{photo.sha256}", asked_filter(visit, Standing.RECALLED)), 303)


def try_again(visit: Visit) -> Response:
    """Send a stopped or recalled photo through the pipeline again; its device is asked for the file."""
    photo = find_photo(visit)
    if photo is None:
        return answers.not_found(visit)
    retry(visit.desk.workspace, (_record(visit, photo),), who=visit.actor)
    return _here(visit, photo)


def _ask(visit: Visit, photo: QueuedPhoto, changes: Changes) -> Response:
    redraw.ask(visit.desk.workspace, read_seen(photo.sha256, visit.form), changes, visit.actor)
    visit.desk.redrawer.wake()
    return _here(visit, photo)


def _marked(what: str, box: tuple[tuple[float, float], ...]) -> Changes:
    if what == "crop":
        return Changes(crop=(*box[0], *box[2]))
    return Changes(covers=(HandCover(box, Kind.FACE if what == "head" else Kind.OTHER),))


def _record(visit: Visit, photo: QueuedPhoto) -> Photo:
    with visit.desk.workspace.database.read() as connection:
        known = photo_rows.read_photo(connection, photo.sha256)
    assert known is not None
    return known


def _here(visit: Visit, photo: QueuedPhoto) -> Response:
    """Go to the photo as it stands now, in the queue that the person works through."""
    asked = visit.query.get("standing", "")
    wanted = asked_filter(visit, Standing(asked) if asked in {each.value for each in Standing} else None)
    return RedirectResponse(address(f"/photos/{photo.sha256}", wanted), 303)


def _reopened(visit: Visit, photo: QueuedPhoto) -> Response:
    """Go to the photo in the queue that it waits in now: those that are decided on are not where a look goes on."""
    wanted, opened = asked_filter(visit, standing_of(photo)), find_photo(visit)
    if wanted.standing is standing_of(photo) and opened is not None:
        wanted = replace(wanted, standing=standing_of(opened) or wanted.standing)
    return RedirectResponse(address(f"/photos/{photo.sha256}", wanted), 303)


def _after(visit: Visit, photo: QueuedPhoto, did: str) -> Response:
    """Go to the photo behind this one: found before it leaves the queue; else to the first, else to the queue."""
    workspace, wanted = visit.desk.workspace, asked_filter(visit, standing_of(photo))
    others = visit.desk.looking.by_others(visit.who.id)
    following = queue.read_around(workspace, photo, wanted, others).following
    there = following[0] if following else queue.first_photo(workspace, wanted, None, others)
    if there is None or there == photo.sha256:
        return RedirectResponse(f"{address('/photos', wanted)}&{did}={photo.sha256}", 303)
    return RedirectResponse(f"{address(f'/photos/{there}', wanted)}&{did}={photo.sha256}", 303)
