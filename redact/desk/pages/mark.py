"""The page on which a place is marked without scripts: the copy as an image button, clicked at two corners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from redact.desk.pages.photo import show_larger
from redact.desk.pages.queue import address
from redact.errors import short_id
from redact.posts.queue import Filter
from redact.store.queue import QueuedPhoto

WIDEST_PX: Final = 960  # of the button; its size must be fixed, for a click comes in pixels of the page
WHAT: Final = {"head": "Cover a head", "flat": "Cover something else", "crop": "Crop to a part"}


@dataclass(frozen=True, slots=True)
class MarkView:
    """What mark.html draws."""

    heading: str
    what: str
    ways: tuple[tuple[str, str, bool], ...]  # label, address, whether it is this one
    action: str
    back: str
    output: str
    picture: str
    short: str
    size: tuple[int, int]  # of the button
    copy: tuple[int, int]
    first: tuple[float, float] | None  # the corner that was clicked, pixels of the copy


def mark_width(copy: tuple[int, int]) -> int:
    """Return how wide the button is, in pixels of the page."""
    return min(WIDEST_PX, int(show_larger(copy) or copy[0]))


def show_mark(photo: QueuedPhoto, wanted: Filter, what: str, first: tuple[float, float] | None) -> MarkView:
    """Return the page for a photo with a copy."""
    assert photo.size is not None
    what, here = what if what in WHAT else "head", f"/photos/{photo.sha256}"
    width = mark_width(photo.size)
    return MarkView(
        WHAT[what],
        what,
        tuple((label, f"{address(f'{here}/mark', wanted)}&for={word}", word == what) for word, label in WHAT.items()),
        f"{address(f'{here}/mark', wanted)}&for={what}",
        address(here, wanted),
        photo.output or "",
        f"{here}/copy/{photo.output}.jpg",
        short_id(photo.sha256),
        (width, round(photo.size[1] * width / photo.size[0])),
        photo.size,
        first,
    )
