"""Which photos were taken in one go: one camera's neighbouring numbers, seconds apart.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from redact.store.queue import QueuedPhoto, Shot

APART_S: Final = 2.0  # seconds; desk.md, "Burst".  FAT writes times in steps of 2 s (Microsoft, "FAT", DIR_WrtTime)


def group_bursts(photos: Iterable[QueuedPhoto]) -> tuple[tuple[QueuedPhoto, ...], ...]:
    """Return photos in groups: those of a burst together, in the camera's order; the others alone.

    The groups come in the order of their first photo.
    """
    groups: list[list[QueuedPhoto]] = []
    for photo in photos:
        near = [group for group in groups if any(_are_neighbours(photo, other) for other in group)]
        first = near[0] if near else []
        if not near:
            groups.append(first)
        for other in near[1:]:  # the photo between two ends joins them
            first += other
            groups.remove(other)
        first.append(photo)
    return tuple(tuple(sorted(group, key=_number)) for group in groups)


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


def _number(photo: QueuedPhoto) -> int:
    return min((shot.number for shot in photo.shots if shot.number is not None), default=0)
