"""When covers leave little of a picture: detect it, and propose the part of it that is worth keeping."""

from __future__ import annotations

from typing import Final, TypeAlias

import cv2
import numpy as np

from redact.redaction.covers.masks import Mask

Crop: TypeAlias = tuple[int, int, int, int]  # x0, y0, x1, y1; half-open, pixels

_CELLS: Final = 40  # along the longer side: the grid on which parts are compared
_LEAST_SIDE: Final = 0.35  # of the picture's own side: a smaller part is another photo; a choice
_LEAST_AREA: Final = 0.25  # of the picture: of a face that fills it a corner with a shoulder was proposed; a choice
_LONGEST: Final = 2.5  # sides of a part, long to short: what websites show; a choice
_PRICE: Final = 1.5  # what a covered cell costs, in cells that are kept; by eye
_MOST_COVERED: Final = 0.2  # of the part: above it the part is no better than the picture


def propose_crop(mask: Mask) -> Crop | None:
    """Return the part of the picture that keeps the most of what `mask` does not cover; None where none is worth it."""
    height, width = mask.shape
    k = _CELLS / max(height, width)
    columns, rows = max(1, round(width * k)), max(1, round(height * k))
    covered = cv2.resize(mask.astype(np.float32), (columns, rows), interpolation=cv2.INTER_AREA)
    sums = np.pad(np.cumsum(np.cumsum(covered, 0), 1), ((1, 0), (1, 0)))
    left, right = np.triu_indices(columns + 1, max(1, round(_LEAST_SIDE * columns)))
    best, found = 0.0, None
    for top in range(rows):
        for bottom in range(top + max(1, round(_LEAST_SIDE * rows)), rows + 1):
            hidden = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
            area = (right - left) * (bottom - top)
            sides = (right - left) / (bottom - top)
            fits = (hidden <= _MOST_COVERED * area) & (sides <= _LONGEST) & (sides >= 1 / _LONGEST)
            fits &= area >= _LEAST_AREA * rows * columns
            gain = np.where(fits, area - (1 + _PRICE) * hidden, 0)
            at = int(gain.argmax())
            if gain[at] > best:
                best, found = float(gain[at]), (int(left[at]), top, int(right[at]), bottom)
    return None if found is None else _in_pixels(found, (width / columns, height / rows))


def _in_pixels(cells: Crop, cell: tuple[float, float]) -> Crop:
    x0, y0, x1, y1 = cells
    return round(x0 * cell[0]), round(y0 * cell[1]), round(x1 * cell[0]), round(y1 * cell[1])
