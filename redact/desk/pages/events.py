"""The page of events: one line per drop folder, with a field for what it is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from redact.desk.pages.queue import thumbnail_of
from redact.desk.pages.words import count
from redact.store.placing.events import Event
from redact.store.queue import QueuedPhoto
from redact.store.trust.names import Part
from redact.system.clock import print_day


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event."""

    id: int
    field: str  # name of its field
    label: str
    name: str  # the label, else "event 12"
    where: str  # device, and school where there are several
    first: str  # "03/11/2026"
    photos: str
    href: str  # to its photos
    pictures: tuple[str, ...]  # addresses of small ones, of those that were read


@dataclass(frozen=True, slots=True)
class EventsView:
    """What events.html draws."""

    unnamed: tuple[EventLine, ...]
    named: tuple[EventLine, ...]
    names_folders: bool  # copies lie in folders of these names


def show_list(
    events: Sequence[Event], photos: Mapping[int, Sequence[QueuedPhoto]], parts: Sequence[Part]
) -> EventsView:
    """Return the page: those that have no name yet come first; `photos` are some of theirs, by the event's number."""
    lines = tuple(_line(event, photos.get(event.id, ())) for event in events)
    unnamed, named = tuple(x for x in lines if not x.label), tuple(x for x in lines if x.label)
    return EventsView(unnamed, named, Part.EVENT in parts)


def _line(event: Event, photos: Sequence[QueuedPhoto]) -> EventLine:
    return EventLine(
        event.id,
        f"event-{event.id}",
        event.label,
        event.name,
        " · ".join(filter(None, (event.school, event.device))),
        "" if event.first_on is None else print_day(event.first_on),
        count(event.photos, "photo"),
        f"/photos?event=event-{event.id}",
        tuple(filter(None, map(thumbnail_of, photos))),
    )
