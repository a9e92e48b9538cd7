"""Where the numbers of places stand on a picture: at a corner of each, on no tiny place and apart from each other."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

from redact.redaction.values import Polygon

Point = tuple[float, float]

_MARGIN: Final = 14  # units of drawing: a number's circle is 13, and stays on the picture
_TINY: Final = 70**2  # units squared: of a smaller place a telephone's number hides a tenth and more
_BESIDE: Final = (
    20  # units from its corner, both ways: clear of it on a telephone too, where numbers are twice as large
)
_APART: Final = 2 * _MARGIN  # units between the middles of two numbers that do not touch
#: Which way a corner lies from the middle of its place, the usual one first.
_CORNERS: Final = ((-1, -1), (1, -1), (-1, 1), (1, 1))


def place_badges(polygons: Sequence[Polygon], size: tuple[int, int], unit: float) -> tuple[Point, ...]:
    """Return the middle of each place's number: at its upper left corner, however it is turned; beside a tiny place.

    Where it would touch a number before it, it goes to the next corner of its place that is free, in a thick crowd to
    the one that is freest.

    Args:
        polygons: in pixels of the picture, in the order of their numbers.
        size: of the picture.
        unit: of drawing, in pixels of the picture.
    """
    placed: list[Point] = []
    for polygon in polygons:
        corners = [_within(corner, size, unit) for corner in _corners(polygon, size, unit)]
        room = [min((math.dist(corner, other) for other in placed), default=math.inf) for corner in corners]
        free = next((corner for corner, apart in zip(corners, room, strict=True) if apart >= _APART * unit), None)
        placed.append(free or corners[room.index(max(room))])
    return tuple(placed)


def _corners(polygon: Polygon, size: tuple[int, int], unit: float) -> Iterator[Point]:
    xs, ys = [x for x, _ in polygon] or [0.0], [y for _, y in polygon] or [0.0]
    left, top, right, bottom = min(xs), min(ys), max(xs), max(ys)
    step, least = _BESIDE * unit, (_BESIDE + _MARGIN) * unit
    if (right - left) * (bottom - top) >= _TINY * unit * unit:
        for across, down in _CORNERS:
            sums = [across * x + down * y for x, y in polygon]
            yield polygon[sums.index(max(sums))]
        return

    def room(across: int, down: int) -> float:
        return max(left if across < 0 else size[0] - right, top if down < 0 else size[1] - bottom)

    # Where the picture's border would push the number onto the place, only if it would so at every corner.
    for across, down in [way for way in _CORNERS if room(*way) >= least] or _CORNERS:
        yield left - step if across < 0 else right + step, top - step if down < 0 else bottom + step


def _within(point: Point, size: tuple[int, int], unit: float) -> Point:
    margin = _MARGIN * unit
    x, y = (round(min(max(value, margin), length - margin), 1) for value, length in zip(point, size, strict=True))
    return x, y
