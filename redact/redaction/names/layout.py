"""How lines lie to each other: which one follows to the right, which one follows below, which ones stand together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from redact.redaction.values import Point, Polygon

SAME_ROW = 0.7  # of the taller line's height: how far two centres may lie apart in one row; a choice
RIGHT_REACH = 8.0  # line heights to the right within which a field follows its label; a choice
BELOW_REACH = 4.0  # line heights below within which a name follows its introduction; bench certificates need 2.6
SIMILAR_HEIGHT = 2.5  # how many times taller a line may be that still belongs to the same list; a choice


@dataclass(frozen=True, slots=True)
class Frame:
    """A line as a rectangle that may lean: its middle, its direction, its half sizes (pixels)."""

    middle: Point
    along: Point  # unit vector in reading direction
    half_width: float
    half_height: float

    @property
    def height(self) -> float:
        """Height of the line, in pixels."""
        return 2.0 * self.half_height

    def offset(self, other: Frame) -> Point:
        """Return where `other`'s middle lies: pixels along this line, pixels below it."""
        dx, dy = other.middle[0] - self.middle[0], other.middle[1] - self.middle[1]
        ux, uy = self.along
        return dx * ux + dy * uy, dy * ux - dx * uy


def frame_of(quad: Polygon) -> Frame:
    """Return the frame of a line's quad (clockwise from its own top left)."""
    a, b, c, d = quad
    right = ((b[0] + c[0]) / 2.0, (b[1] + c[1]) / 2.0)
    left = ((a[0] + d[0]) / 2.0, (a[1] + d[1]) / 2.0)
    width = math.dist(left, right)
    along = ((right[0] - left[0]) / width, (right[1] - left[1]) / width) if width > 0 else (1.0, 0.0)
    height = (math.dist(a, d) + math.dist(b, c)) / 2.0
    middle = ((left[0] + right[0]) / 2.0, (left[1] + right[1]) / 2.0)
    return Frame(middle, along, max(width / 2.0, 0.5), max(height / 2.0, 0.5))


def next_right(frames: Sequence[Frame], index: int) -> int | None:
    """Return the line that continues line `index` to the right in the same row, if there is one."""
    me = frames[index]
    best: tuple[float, int] | None = None
    for other, frame in _others(frames, index):
        along, below = me.offset(frame)
        gap = along - me.half_width - frame.half_width
        is_same_row = abs(below) <= SAME_ROW * max(me.height, frame.height)
        if is_same_row and along > 0.0 and -me.height <= gap <= RIGHT_REACH * me.height:
            best = min(best or (gap, other), (gap, other))
    return best[1] if best else None


def next_below(frames: Sequence[Frame], index: int) -> int | None:
    """Return the nearest line under line `index` that shares part of its width, if there is one."""
    me = frames[index]
    best: tuple[float, int] | None = None
    for other, frame in _others(frames, index):
        along, below = me.offset(frame)
        tallest = max(me.height, frame.height)
        is_under = SAME_ROW * tallest < below <= BELOW_REACH * tallest
        if is_under and abs(along) < me.half_width + frame.half_width:
            best = min(best or (below, other), (below, other))
    return best[1] if best else None


def are_neighbours(a: Frame, b: Frame, reach: float) -> bool:
    """Say whether two lines are of similar height and no more than `reach` line heights apart, edge to edge."""
    tall, low = max(a.height, b.height), min(a.height, b.height)
    along, below = a.offset(b)
    gap_x = max(0.0, abs(along) - a.half_width - b.half_width)
    gap_y = max(0.0, abs(below) - a.half_height - b.half_height)
    return tall <= SIMILAR_HEIGHT * low and math.hypot(gap_x, gap_y) <= reach * tall


def _others(frames: Sequence[Frame], index: int) -> Iterable[tuple[int, Frame]]:
    return ((i, frame) for i, frame in enumerate(frames) if i != index)


def clockwise(quad: Polygon) -> Polygon:
    """Return `quad` with its corners clockwise: those of a word in mirror writing run the other way."""
    a, b, c, d = quad
    is_mirrored = (b[0] - a[0]) * (d[1] - a[1]) < (b[1] - a[1]) * (d[0] - a[0])
    return (b, a, d, c) if is_mirrored else quad


def widened(quad: Polygon, along_px: float, across_px: float) -> Polygon:
    """Return a line's or word's quad grown by so many pixels at each end, and above and below."""
    frame = frame_of(quad)
    a, b, c, d = quad
    ux, uy = frame.along
    x, y = (ux * along_px, uy * along_px), (-uy * across_px, ux * across_px)
    return (
        (a[0] - x[0] - y[0], a[1] - x[1] - y[1]),
        (b[0] + x[0] - y[0], b[1] + x[1] - y[1]),
        (c[0] + x[0] + y[0], c[1] + x[1] + y[1]),
        (d[0] - x[0] + y[0], d[1] - x[1] + y[1]),
    )
