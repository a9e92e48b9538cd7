"""Which pixels vary with what lies at a place: those whose coded blocks, of colour or of lightness, it touches.

Whole blocks of the coded picture, and the reach of its decoder beyond them, brought to the picture that is covered:
each pixel of that is a mean of the coded pixels which it replaces (redact/redaction/picture/resize.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from redact.redaction.covers.masks import Mask, Window, paint
from redact.redaction.covers.places import Places
from redact.redaction.values import Grid, Polygon

_Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class _Axis:
    """The blocks that each row, or each column, of a window depends on, counted from the first of them all."""

    first: _Numbers
    last: _Numbers
    start: float  # where block 0 begins, coded pixels
    block: int  # its length

    @property
    def coded_px(self) -> int:
        """Length of all the blocks."""
        return (int(self.last.max()) + 1) * self.block


def reach_px(places: Places) -> int:
    """Return how far from a place the pixels lie, at most, that vary with it, in pixels of the covered picture."""
    colour = places.coding.colour  # the larger of the two
    reaches = zip(colour.block, colour.reach, places.step, strict=True)
    return max(int(np.ceil((block + reach) / step)) for block, reach, step in reaches) + 1


def changed_by(polygon: Polygon, places: Places, grid: Grid, window: Window) -> Mask:
    """Return which pixels of `window` vary with what lies in `polygon`, both of the covered picture.

    Args:
        polygon: the place.
        places: the picture that it is on.
        grid: the blocks of its coding.
        window: of that picture.
    """
    rows, columns = _axis(places, grid, 1, window[0]), _axis(places, grid, 0, window[1])
    touched = _touched(polygon, places, rows, columns)
    sums = cv2.integral(touched)
    above, below, left, right = rows.first, rows.last + 1, columns.first, columns.last + 1
    counts = sums[below][:, right] - sums[above][:, right] - sums[below][:, left] + sums[above][:, left]
    return np.asarray(counts > 0, bool)


def _touched(polygon: Polygon, places: Places, rows: _Axis, columns: _Axis) -> npt.NDArray[np.uint8]:
    """Return which blocks `polygon` touches."""
    coded = np.zeros((rows.coded_px, columns.coded_px), np.uint8)
    (left, top), (across, down) = places.corner, places.step
    paint(coded, tuple((left + x * across - columns.start, top + y * down - rows.start) for x, y in polygon))
    height, width = rows.block, columns.block
    if height == width == 1:
        return coded
    across, down = coded.shape[1] // width, coded.shape[0] // height
    strips = coded.reshape(down, height, across * width).max(axis=1)  # rows first: whole rows are compared at once
    return np.ascontiguousarray(strips.reshape(down, across, width).max(axis=2))


def _axis(places: Places, grid: Grid, axis: int, span: slice) -> _Axis:
    block, start, reach = grid.block[axis], grid.start[axis], grid.reach[axis]
    corner, step = places.corner[axis], places.step[axis]
    begins = corner + np.arange(span.start, span.stop) * step - start
    first = np.floor((begins - reach) / block).astype(np.int64)
    last = np.ceil((begins + step + reach) / block).astype(np.int64) - 1
    lowest = int(first.min())
    return _Axis(first - lowest, np.maximum(first, last) - lowest, start + lowest * block, block)
