"""Events: what the office calls the occasions that photos were taken on, once for each drop folder."""

from __future__ import annotations

from typing import Final

from starlette.responses import RedirectResponse, Response

from redact.desk import answers
from redact.desk.asked import read_number
from redact.desk.pages.events import show_list
from redact.desk.visit import Visit
from redact.errors import UsageError
from redact.photos.placing.events import name_event, read_events, read_first_photos

_PICTURED: Final = 12  # events without a name that show pictures, the newest first: a query each
_PICTURES: Final = 4  # of an event: enough to see what it was


def show_events(visit: Visit) -> Response:
    """Draw the list of events."""
    return _page(visit, visit.query.get("named", ""))


def name_one(visit: Visit) -> Response:
    """Write down what an event is called; a name that the roll knows comes back with the page."""
    number, label = read_number(visit.parts["number"]), visit.form.get("label")
    if number not in {event.id for event in read_events(visit.desk.workspace, visit.schools)}:
        return answers.not_found(visit)
    try:
        name_event(visit.desk.workspace, number, label, visit.actor, visit.schools)
    except UsageError as error:
        return _page(visit, "", {f"event-{number}": str(error)}, label)
    return RedirectResponse(f"/events?named={number}#event-{number}", 303)


def _page(visit: Visit, named: str, errors: dict[str, str] | None = None, typed: str = "") -> Response:
    found = read_events(visit.desk.workspace, visit.schools)
    unnamed = [event for event in found if not event.label][:_PICTURED]
    pictures = read_first_photos(visit.desk.workspace, unnamed, visit.schools, _PICTURES)
    view = show_list(found, pictures, visit.desk.workspace.settings.trust_folders)
    status = 422 if errors else 200
    return answers.page(visit, "events.html", status, view=view, named=named, errors=errors or {}, typed=typed[:100])
