"""One photo's page: the copy with its outlines, the places with their reasons, and what can be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta, tzinfo

from redact.desk.pages.queue import SHORT, address, describe_places, thumbnail_of
from redact.desk.pages.words import ACTIONS, KINDS, NEXT_STEPS, STANDINGS, when
from redact.posts.plans import PlannedPlace, read_places
from redact.posts.queue import Filter, OnePhoto, Standing, standing_of
from redact.store.queue import QueuedPhoto
from redact.system.clock import parse_moment, print_local_day


@dataclass(frozen=True, slots=True)
class Outline:
    """One place on the picture and in the list."""

    number: int
    kind: str
    action: str
    reason: str
    look: str  # the action: its class
    points: str  # of an SVG polygon; "" where the place is not known
    label: tuple[float, float]  # where its number stands


@dataclass(frozen=True, slots=True)
class BurstPhoto:
    """One photo of the burst."""

    number: int
    href: str
    thumbnail: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class PhotoView:
    """What photo.html draws."""

    short: str
    sha256: str
    output: str
    heading: str
    standing: str
    picture: str  # address of the copy; "" where there is none to be seen
    size: tuple[int, int]
    unit: float  # of drawing, in pixels of the copy: a line is two of them wide
    outlines: tuple[Outline, ...]
    summary: str
    reason: str
    next_step: str
    arrived: str
    devices: str
    original: str
    burst: tuple[BurstPhoto, ...]
    former: str  # addresses; "" where there is none
    following: str
    following_picture: str
    queue: str
    may_be_set_aside: bool


def show_photo(one: OnePhoto, wanted: Filter, retention_days: int, zone: tzinfo, following_picture: str) -> PhotoView:
    """Return a photo's page."""
    photo, standing = one.photo, standing_of(one.photo)
    places = read_places(photo.plan, photo.source_size, photo.size, photo.shows)
    size = photo.size or (4, 3)
    short = photo.sha256[:SHORT]
    unit = round(max(size) / 1000, 2)
    picture = f"/photos/{photo.sha256}/copy/{photo.output}.jpg" if thumbnail_of(photo) else ""
    return PhotoView(
        short,
        photo.sha256,
        photo.output or "",
        f"Photo {short}",
        STANDINGS[standing] if standing else "On its way",
        picture,
        size,
        unit,
        tuple(_outline(place, size, unit) for place in places) if picture else (),
        describe_places(places) if picture else "",
        photo.reason or "",
        NEXT_STEPS[standing].format(short=short) if standing in NEXT_STEPS else "",
        when(photo.arrived_at, zone),
        ", ".join(dict.fromkeys(shot.device for shot in photo.shots)),
        original_until(photo, retention_days, zone),
        tuple(
            BurstPhoto(number, address(f"/photos/{each.sha256}", wanted), thumbnail_of(each), each is photo)
            for number, each in enumerate(one.burst, 1)
        )
        if len(one.burst) > 1
        else (),
        address(f"/photos/{one.former}", wanted) if one.former else "",
        address(f"/photos/{one.following[0]}", wanted) if one.following else "",
        following_picture,
        address("/photos", wanted),
        standing in {Standing.HELD, Standing.REFUSED, Standing.WANTED, Standing.RECALLED},
    )


def original_until(photo: QueuedPhoto, retention_days: int, zone: tzinfo) -> str:
    """Return until when the sealed original is kept, in words."""
    if not photo.sealed:
        return "not kept"
    if photo.stored_at is None:
        return "kept, sealed, until the photo is decided"
    ends = parse_moment(photo.stored_at) + timedelta(days=retention_days)
    return f"kept, sealed, until {print_local_day(ends, zone)}"


def _outline(place: PlannedPlace, size: tuple[int, int], unit: float) -> Outline:
    xs, ys = [x for x, _ in place.polygon] or [0.0], [y for _, y in place.polygon] or [0.0]
    label = (min(max(min(xs), 4 * unit), size[0] - 30 * unit), min(max(min(ys) - 8 * unit, 26 * unit), size[1] - 6.0))
    return Outline(
        place.number,
        KINDS[place.kind],
        ACTIONS[place.action],
        place.reason,
        place.action.value,
        " ".join(f"{x},{y}" for x, y in place.polygon),
        (round(label[0], 1), round(label[1], 1)),
    )
