"""The queue's page: tabs, filters, cards with thumbnails, and where the next page begins."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Final
from urllib.parse import urlencode

from redact.desk.pages.words import KINDS, MEANINGS, NEXT_STEPS, STANDINGS, count, when
from redact.errors import short_id
from redact.posts.plans import PlannedPlace, places_of
from redact.posts.queue import Filter, QueuePage, Standing, standing_of
from redact.redaction.values import Action, Kind, what_of_little_left
from redact.store.queue import Key, QueuedPhoto

_COVERED: Final = frozenset({Action.COVERED, Action.ASK})


@dataclass(frozen=True, slots=True)
class Tab:
    """One standing, with its number of photos."""

    label: str
    href: str
    number: str  # "" while the queue is narrowed to a school, a device or an event
    is_here: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One photo of the grid."""

    short: str
    href: str
    thumbnail: str  # "" where there is no copy to show
    size: tuple[int, int]  # of the thumbnail's picture, for its place before it is there
    title: str  # "4 faces, 1 name"; where there is no copy, the device that a person looks on
    mark: str  # "Asks", "" ...
    arrived: str
    reason: str
    next_step: str
    burst: str  # "2 of 3", "" where it stands alone
    copy: str = ""  # what a box for ticking sends: photo and copy; "" where the copy is not passed


@dataclass(frozen=True, slots=True)
class QueueView:
    """What photos.html draws."""

    heading: str
    meaning: str
    tabs: tuple[Tab, ...]
    cards: tuple[Card, ...]
    start: str  # address of the first photo to work through; "" where there is none
    more: str  # address of the next page; "" on the last
    standing: str
    device: str
    devices: tuple[str, ...]
    event: str
    events: tuple[tuple[str, str], ...]  # as the photos' rows call them, and their names
    school: str
    schools: tuple[str, ...]
    query: str  # what the address of a photo ends with, to come back to this queue


@dataclass(frozen=True, slots=True)
class Choices:
    """What the queue can be narrowed to."""

    devices: tuple[str, ...]
    events: tuple[tuple[str, str], ...]
    schools: tuple[str, ...]  # of those whose photos the person may see


def show_queue(
    wanted: Filter, page: QueuePage, counts: Mapping[Standing, int], choices: Choices, zone: tzinfo
) -> QueueView:
    """Return a page of the queue."""
    cards = tuple(
        _card(photo, wanted, zone, f"{number} of {len(group)}" if len(group) > 1 else "")
        for group in page.groups
        for number, photo in enumerate(group, 1)
    )
    is_worked = wanted.standing in {Standing.TO_REVIEW, Standing.ASKS}
    return QueueView(
        STANDINGS[wanted.standing],
        MEANINGS[wanted.standing],
        tuple(_tab(standing, counts.get(standing, 0), wanted) for standing in Standing),
        cards,
        cards[0].href if cards and is_worked else "",
        address("/photos", wanted, page.after) if page.after else "",
        wanted.standing.value,
        wanted.device or "",
        choices.devices,
        wanted.events[0] if wanted.events else "",
        choices.events,
        wanted.school or "",
        tuple(sorted(choices.schools)),
        address("", wanted),
    )


def show_found(photos: tuple[QueuedPhoto, ...], zone: tzinfo) -> tuple[Card, ...]:
    """Return what a search found."""
    return tuple(_card(photo, Filter(standing_of(photo) or Standing.TO_REVIEW, None), zone, "") for photo in photos)


def show_choice_cards(page: QueuePage, zone: tzinfo) -> tuple[Card, ...]:
    """Return the passed copies of a page, to be ticked for a post; their pictures are for who writes."""
    cards = (_card(photo, Filter(Standing.FIT, None), zone, "") for group in page.groups for photo in group)
    return tuple(replace(card, thumbnail=card.thumbnail.replace("/photos/", "/posts/passed/", 1)
                         .replace("/small/", "/", 1)) for card in cards)  # fmt: skip


def address(path: str, wanted: Filter, after: Key | None = None) -> str:
    """Return an address that keeps what a person is looking at."""
    asked = {"standing": wanted.standing.value, "school": wanted.school, "device": wanted.device}
    asked["event"] = wanted.events[0] if wanted.events else None
    asked["after"] = None if after is None else "~".join(after)
    return f"{path}?{urlencode({name: value for name, value in asked.items() if value})}"


def read_key(text: str) -> Key | None:
    """Return where a page begins, as `address` wrote it; None where nothing, or nonsense, is given."""
    arrived_at, _, sha256 = text.partition("~")
    return (arrived_at, sha256) if re.fullmatch(r"[0-9a-f]{64}", sha256) and len(arrived_at) <= 24 else None


def describe_places(places: tuple[PlannedPlace, ...]) -> str:
    """Return "4 faces and 1 name covered, 1 face shown": what was done, in a line."""
    nobody = sum(place.is_nobody for place in places)
    bare = sum(place.action is Action.MAYBE for place in places)
    phrases = [
        f"{said} {word}"
        for actions, word in ((_COVERED, "covered"), ({Action.SHOWN}, "shown"))
        if (said := _count_kinds(place.kind for place in places if place.action in actions and not place.is_nobody))
    ]
    phrases += [f"{count(bare, 'place')} in doubt and left bare"] if bare else []
    phrases += [f"{count(nobody, 'place')} with nobody"] if nobody else []  # as the list of places says it
    return ", ".join(phrases) or "Nothing found"


def _count_kinds(kinds: Iterable[Kind]) -> str:
    """Return "4 faces and 1 name"; "" of nothing."""
    number = Counter(kinds)
    return _join([count(number[kind], KINDS[kind].lower()) for kind in Kind if number[kind]])


def devices_of(photo: QueuedPhoto) -> tuple[str, ...]:
    """Return the devices that a photo came from, each once."""
    return tuple(dict.fromkeys(shot.device for shot in photo.shots))


def describe_rest(photo: QueuedPhoto) -> str:
    """Return what to do with a photo of which covers leave little; "" for all others."""
    if not photo.is_little_left or not photo.output:
        return ""
    return f"Little is left: {what_of_little_left('crop it' if photo.crop else '')}."


def thumbnail_of(photo: QueuedPhoto) -> str:
    """Return the address of a photo's small picture; "" where it has no copy, or one that must not be used."""
    standing = standing_of(photo)
    may_be_seen = standing in {Standing.TO_REVIEW, Standing.ASKS, Standing.FIT, Standing.UNFIT}
    return f"/photos/{photo.sha256}/small/{photo.output}.jpg" if may_be_seen and photo.output else ""


def _card(photo: QueuedPhoto, wanted: Filter, zone: tzinfo, burst: str) -> Card:
    places = places_of(photo)
    standing = standing_of(photo)
    short = short_id(photo.sha256)
    asks = sum(place.action in {Action.ASK, Action.MAYBE} for place in places)
    return Card(
        short,
        address(f"/photos/{photo.sha256}", wanted),
        thumbnail_of(photo),
        photo.size or (4, 3),
        describe_places(places) if photo.output else f"From {', '.join(devices_of(photo)) or 'no device'}",
        count(asks, "question") if asks and standing is Standing.ASKS else "",
        when(photo.arrived_at, zone),
        photo.reason or describe_rest(photo),
        NEXT_STEPS[standing].format(short=short) if standing in NEXT_STEPS else "",
        burst,
        f"{photo.sha256}-{photo.output}" if standing is Standing.FIT else "",
    )


def _tab(standing: Standing, number: int, wanted: Filter) -> Tab:
    there = Filter(standing, wanted.schools, wanted.school, wanted.device, wanted.events)
    told = "" if wanted.is_narrowed else f"{number:,}"  # counts are of the whole queue
    return Tab(STANDINGS[standing], address("/photos", there), told, standing is wanted.standing)


def _join(parts: list[str]) -> str:
    return "".join(parts) if len(parts) <= 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
