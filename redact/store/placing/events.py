"""The only SQL on events: drop folders, told apart by tags, and what the office calls each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, String, bindparam, cast, func, select, update

from redact.store.photos.device_files import parse_look
from redact.store.queue import Schools
from redact.store.schema.tables import device_files, devices, events, photos
from redact.store.trust.names import Story
from redact.system.clock import day_of, utc_day

_EARLIEST = "1995-01-01"  # of a photo's day: digital cameras came then; an older one is a clock that was never set
_STORY = select(photos.c.taken_on, photos.c.arrived_at, photos.c.school, photos.c.event).where(
    photos.c.sha256 == bindparam("photo")
)
_LOOKS = select(device_files.c.look).where(device_files.c.photo == bindparam("photo")).order_by(device_files.c.id)
_LABELS = select(events.c.id, events.c.label).where(
    events.c.id.in_(bindparam("numbers", expanding=True)), events.c.label != ""
)


@dataclass(frozen=True, slots=True)
class Event:
    """One drop folder, as an occasion that photos were taken on."""

    id: int
    device: str
    school: str  # of the device
    label: str  # "": the office has not chosen one
    photos: int
    first_on: str | None  # the earliest day on which one of them was taken

    @property
    def name(self) -> str:
        """What it is called on pages: the label, else "event 12"."""
        return self.label or f"event {self.id}"


def list_events(connection: Connection, schools: Schools = None) -> tuple[Event, ...]:
    """Return the events that have photos, the newest first."""
    # The index of events has all that is counted; no row of a photo is looked at.
    counts = func.count().label("photos"), func.min(photos.c.taken_on).label("first_on")
    of = select(photos.c.event, *counts).group_by(photos.c.event).subquery()
    query = (
        select(
            events.c.id, events.c.device, func.coalesce(devices.c.school, "").label("school"), events.c.label,
            of.c.photos, of.c.first_on,
        )
        .join(of, of.c.event == "event-" + cast(events.c.id, String))
        .outerjoin(devices, devices.c.id == events.c.device)
        .order_by(events.c.id.desc())
    )  # fmt: skip
    if schools is not None:
        query = query.where(devices.c.school.in_(sorted(schools)))
    return tuple(Event(*row) for row in connection.execute(query))


def list_names(connection: Connection, schools: Schools = None, most: int = 200) -> tuple[tuple[str, str], ...]:
    """Return events as the photos' rows call them, the newest first, each with what it is called; none is counted."""
    query = select(events.c.id, events.c.label).order_by(events.c.id.desc()).limit(most)
    if schools is not None:
        of = select(devices.c.id).where(devices.c.school.in_(sorted(schools)))
        query = query.where(events.c.device.in_(of))
    return tuple((f"event-{row.id}", row.label or f"event {row.id}") for row in connection.execute(query))


def set_label(connection: Connection, number: int, label: str) -> bool:
    """Write down what the office calls an event; False where there is none of that number."""
    return bool(connection.execute(update(events).where(events.c.id == number).values(label=label)).rowcount)


def read_labels(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Return the labels of events that have one, by what the photos' rows call them ("event-12")."""
    numbers = [int(each.removeprefix("event-")) for each in ids if each.removeprefix("event-").isdigit()]
    return {f"event-{row.id}": row.label for row in connection.execute(_LABELS, {"numbers": numbers})}


def read_story(connection: Connection, photo: str) -> Story:
    """Return what a photo's place in trust storage tells of it."""
    row = connection.execute(_STORY, {"photo": photo}).one()
    label = read_labels(connection, [row.event]).get(row.event, "")
    return Story(row.taken_on or utc_day(row.arrived_at), row.school, row.event, label)


def find_day(connection: Connection, photo: str, by_camera: str | None) -> str:
    """Return the day on which a photo was taken: its camera's word, else when its file was written, else came in."""
    arrived = connection.execute(_STORY, {"photo": photo}).one().arrived_at
    looks = connection.execute(_LOOKS, {"photo": photo}).scalars()
    written = (day_of(parse_look(look).mtime_ns) for look in looks)
    days = (day for day in (by_camera, *written) if day is not None and _EARLIEST <= day <= utc_day(arrived))
    return next(days, utc_day(arrived))
