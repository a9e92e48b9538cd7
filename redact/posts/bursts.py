"""Which photos were taken in one go: one camera's neighbouring numbers, seconds apart.  Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from redact.store.queue import QueuedPhoto, Shot

#: Photos that are looked at and decided on as one burst: a form has 200 fields, one for each of the others.
MOST: Final = 120
APART_S: Final = 2.0  # seconds; desk.md, "Burst".  FAT writes times in steps of 2 s (Microsoft, "FAT", DIR_WrtTime)


def group_bursts(photos: Iterable[QueuedPhoto]) -> tuple[tuple[QueuedPhoto, ...], ...]:
    """Return photos in groups: those of a burst together, in the camera's order; the others alone.

    The groups come in the order of their first photo.
    """
    every = tuple(photos)
    group_of, places = [*range(len(every))], defaultdict[tuple[str, str | None, int], list[int]](list)
    for place, photo in enumerate(every):
        counted = [(shot.device, shot.series, shot.number) for shot in photo.shots if shot.number is not None]
        for device, series, number in counted:
            for other in (*places[device, series, number - 1], *places[device, series, number + 1]):
                if _are_neighbours(photo, every[other]):
                    _join(group_of, place, other)
            places[device, series, number].append(place)
    groups = defaultdict[int, list[QueuedPhoto]](list)
    for place, photo in enumerate(every):
        groups[_first(group_of, place)].append(photo)
    return tuple(tuple(sorted(group, key=number_of)) for group in groups.values())


def part_of(burst: Sequence[QueuedPhoto], photo: QueuedPhoto) -> tuple[QueuedPhoto, ...]:
    """Return the part of a burst that a photo is in: all of it, or of a long one what its camera counted in one go.

    It is cut at the same numbers whichever of its photos is looked at.
    """
    if len(burst) <= MOST:
        return tuple(burst)
    return tuple(each for each in burst if number_of(each) // MOST == number_of(photo) // MOST)


def whole_until(photos: Sequence[QueuedPhoto], most: int) -> int:
    """Return how many photos a page takes, at most `most`, so that no burst is cut where the page ends.

    A burst that is longer than half a page is cut all the same: no page is to be nearly empty.

    Args:
        photos: of the page and some behind it, in the queue's order.
        most: on a page.
    """
    if len(photos) <= most:
        return len(photos)
    place = {photo.sha256: number for number, photo in enumerate(photos)}
    spans = [[place[photo.sha256] for photo in group] for group in group_bursts(photos) if len(group) > 1]
    for end in range(most, most // 2, -1):
        if not any(min(span) < end <= max(span) for span in spans):
            return end
    return most


def _are_neighbours(a: QueuedPhoto, b: QueuedPhoto) -> bool:
    return any(_is_next(x, y) for x in a.shots for y in b.shots)


def _is_next(a: Shot, b: Shot) -> bool:
    if a.number is None or b.number is None or (a.device, a.series) != (b.device, b.series):
        return False
    return abs(a.number - b.number) == 1 and abs(a.written_ns - b.written_ns) <= APART_S * 1e9


def _join(group_of: list[int], place: int, other: int) -> None:
    """Make two groups one, called by its first photo."""
    first, second = sorted((_first(group_of, place), _first(group_of, other)))
    group_of[second] = first


def _first(group_of: list[int], place: int) -> int:
    while group_of[place] != place:
        group_of[place] = group_of[group_of[place]]
        place = group_of[place]
    return place


def number_of(photo: QueuedPhoto) -> int:
    """Return which number a camera gave a photo; 0 where none did."""
    return min((shot.number for shot in photo.shots if shot.number is not None), default=0)
