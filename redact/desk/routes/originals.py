"""Originals at the desk: look at one, lift a cover, undo what only the original can undo.

Threat: an original reaches somebody who may not see it, a browser's disk, or another site's page; a key that opens
every original reaches the server; a face is bared whom nobody may show.
Rule: reviewers of the photo's school alone, with a password given within a quarter of an hour.  A page's script takes
the key of the one file out of its header, and that is what comes here; it is used once and kept nowhere
(redact/posts/originals.py).  What is sent is drawn smaller, with "not for release" across it, and may not be kept.
Pupils who may not be shown are not in the list, and nothing says that they are missing.
Accepted residue: without scripts the key file itself comes with the form, and is in memory for that one request.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import RedirectResponse, Response

from redact.desk import answers
from redact.desk.asked import FormFault, read_file_key, read_lift, read_number, read_seen
from redact.desk.file_key import file_key_of
from redact.desk.pages.lift import show_lift, show_undo
from redact.desk.pages.queue import address
from redact.desk.routes.photos import asked_filter, find_photo, is_to_be_seen
from redact.desk.visit import Visit
from redact.posts import redraw
from redact.posts.changes import Changes
from redact.posts.originals import sealed_header
from redact.posts.plans import places_of
from redact.posts.queue import standing_of
from redact.posts.showable import list_showable
from redact.store.queue import QueuedPhoto


def send_header(visit: Visit) -> Response:
    """Send the header of a sealed original: the script finds the key of that file in it."""
    photo = find_photo(visit)
    if photo is None or not photo.sealed:
        return answers.not_found(visit)
    return Response(sealed_header(visit.desk.workspace, photo.sha256), media_type="application/octet-stream")


def send_original(visit: Visit) -> Response:
    """Send a drawing of an opened original, not for release."""
    photo = find_photo(visit)
    if photo is None or not photo.sealed:
        return answers.not_found(visit)
    drawn = visit.desk.redrawer.show_original(photo.sha256, _file_key(visit, photo), visit.actor)
    return Response(drawn, media_type="image/jpeg")


def show_place(visit: Visit) -> Response:
    """Draw the page on which a cover is lifted."""
    photo = find_photo(visit)
    if photo is None or not is_to_be_seen(photo):
        return answers.not_found(visit)
    number, places = read_number(visit.parts["number"]), places_of(photo)
    if number > len(places) or not places[number - 1].is_lifted_by:
        return answers.not_found(visit)
    pupils = list_showable(visit.desk.workspace, photo.sha256, number)
    wanted = asked_filter(visit, standing_of(photo))
    return answers.page(visit, "lift.html", view=show_lift(photo, places[number - 1], pupils, wanted))


def lift(visit: Visit) -> Response:
    """Ask for a copy without one cover."""
    number = read_number(visit.parts["number"])
    return _ask(visit, lambda: Changes(lifts=(read_lift(number, visit.form),)))


def show_answer(visit: Visit) -> Response:
    """Draw the page on which something is undone that needs the original."""
    photo, number = find_photo(visit), read_number(visit.parts["number"])
    if photo is None or not is_to_be_seen(photo):
        return answers.not_found(visit)
    by_number = {each.id: each for each in redraw.list_answers(visit.desk.workspace, photo.sha256)}
    if number not in by_number:
        return answers.not_found(visit)
    wanted = asked_filter(visit, standing_of(photo))
    return answers.page(visit, "lift.html", view=show_undo(photo, by_number[number], wanted))


def undo(visit: Visit) -> Response:
    """Ask for a copy on which something that a person said does not count any more."""
    return _ask(visit, lambda: Changes(undone=(read_number(visit.parts["number"]),)))


def _ask(visit: Visit, changes: Callable[[], Changes]) -> Response:
    photo = find_photo(visit)
    if photo is None or not photo.sealed:
        return answers.not_found(visit)
    seen, wanted = read_seen(photo.sha256, visit.form), asked_filter(visit, standing_of(photo))
    asked, file_key = changes(), _file_key(visit, photo)
    visit.desk.redrawer.ask_with_original(seen, asked, file_key, visit.actor)
    return RedirectResponse(address(f"/photos/{photo.sha256}", wanted), 303)


def _file_key(visit: Visit, photo: QueuedPhoto) -> bytes:
    """Return the key of one sealed file; without scripts it is found here, with the key file that came along."""
    if visit.form.get("file_key"):
        return read_file_key(visit.form.get("file_key"))
    if not visit.form.files.get("key"):
        raise FormFault
    return file_key_of(sealed_header(visit.desk.workspace, photo.sha256), visit.form.files["key"])
