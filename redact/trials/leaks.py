"""Look for traces of what lay under a cover in the written output.

The judge is the cover made again on noise (redact/redaction/covers/control.py): what is in the output and not in that
one stems from the source.  Correlation with the source alone calls one generic head in six a leak.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from models.findings import scale_polygon
from redact.redaction.covers.control import differences, make_again
from redact.redaction.covers.paint import Look
from redact.redaction.covers.places import places_of
from redact.redaction.picture.decode import decode
from redact.redaction.picture.resize import shrink
from redact.redaction.shapes.geometry import corners_of
from redact.redaction.values import Box, Picture, Polygon
from redact.workers.intake import Item
from redact.workers.report import Done

_Grey = npt.NDArray[np.float32]

LEAK_CORRELATION = 0.5  # of source and output under a cover, less what the surroundings tell; ours stay near 0
LEAST_DETAIL_LEVELS = 2.5  # standard deviation, grey levels: less than that shows nothing
_LEAST_PX = 10  # a smaller cover has too few pixels to correlate
_GRID = 32  # cells across a cover and its surroundings: coarse enough that a strong blur still shows what it keeps
_LEAST_CELLS = 30  # of the grid, wholly inside; fewer correlate by chance
_ROUND_SHARE = 1 / 3  # of the cover's size: the surroundings that are looked at, each side
_STEPS = 400  # Jacobi steps on the grid: it is 32 cells wide, so the border has long reached its middle


@dataclass(frozen=True, slots=True)
class Traces:
    """What is left of the source under the covers of a batch."""

    leaks: int  # covers that follow their source
    largest: float  # difference to the cover made again, of all groups of covers: mean, grey levels


def find_traces(items: Sequence[Item], results: Sequence[Done], out: Path, look: Look | None) -> Traces:
    """Return what the outputs in `out` still hold of their sources; those that show a part only are left out.

    Args:
        items: the photos of the batch.
        results: what became of each.
        out: the folder of the outputs.
        look: how they were covered; None: by another program, whose covers cannot be made again.
    """
    found = [
        _traces(item, done, out, look)
        for item, done in zip(items, results, strict=True)
        if done.output and not done.outcome.is_cropped
    ]
    return Traces(sum(each.leaks for each in found), max((each.largest for each in found), default=0.0))


def _traces(item: Item, done: Done, out: Path, look: Look | None) -> Traces:
    source, output = decode(item.path.read_bytes()), decode((out / str(done.output)).read_bytes())
    regions = tuple(region for region in done.outcome.regions if region.is_covered)
    again, largest = None, 0.0
    if look is not None:
        places = places_of(regions, output.size, Box(0, 0, source.width_px, source.height_px), source.coding)
        remade, mask = make_again(output, places, look)
        again, largest = _grey(remade), float(differences(output, remade, mask).max(initial=0.0))
    before, after, k = _grey(shrink(source, max(output.size))), _grey(output), output.width_px / source.width_px
    polygons = [scale_polygon(region.polygon, k) for region in regions]
    return Traces(sum(is_leaking(before, after, polygon, again) for polygon in polygons), largest)


def _grey(picture: Picture) -> _Grey:
    return np.asarray(cv2.cvtColor(picture.pixels, cv2.COLOR_RGB2GRAY), np.float32)


def is_leaking(before: _Grey, after: _Grey, polygon: Polygon, again: _Grey | None = None) -> bool:
    """Return whether `after` follows `before` inside `polygon` further than its surroundings explain; same sizes.

    `again`, the cover made once more on noise, is what the surroundings tell of a cover of ours.

    A Gaussian blur and a mosaic do: they keep the coarse light and shade of a face, so it is the coarse grid that is
    compared, and not the fine detail, which they remove.
    """
    corners = corners_of(polygon)
    x, y, w, h = cv2.boundingRect(corners)
    x0, y0 = max(0, x - int(w * _ROUND_SHARE)), max(0, y - int(h * _ROUND_SHARE))
    x1, y1 = min(after.shape[1], x + w + int(w * _ROUND_SHARE)), min(after.shape[0], y + h + int(h * _ROUND_SHARE))
    if min(x1 - x0, y1 - y0) < _LEAST_PX or min(w, h) < _LEAST_PX:
        return False
    place = np.zeros((y1 - y0, x1 - x0), np.float32)
    cv2.fillPoly(place, [corners - np.array((x0, y0), np.int32)], 1)
    share = _coarse(place)
    inside, touched = share > 0.98, share > 0.02
    if inside.sum() < _LEAST_CELLS or touched.all():
        return False
    source, output = _coarse(before[y0:y1, x0:x1]), _coarse(after[y0:y1, x0:x1])
    rows, columns = np.mgrid[0:_GRID, 0:_GRID].astype(np.float32)
    smooth = _fill_smoothly(output, touched)
    explained = [np.ones_like(rows), columns, rows, smooth]
    if again is not None:
        explained.append(_coarse(again[y0:y1, x0:x1]))
    explanation = np.stack([grid[inside] for grid in explained], axis=1)
    a, b = (_unexplained(grid[inside], explanation) for grid in (source, output))
    if a.std() < LEAST_DETAIL_LEVELS or b.std() < LEAST_DETAIL_LEVELS:
        return False
    return bool(np.corrcoef(a, b)[0, 1] >= LEAK_CORRELATION)


def _coarse(patch: _Grey) -> _Grey:
    return np.asarray(cv2.resize(patch, (_GRID, _GRID), interpolation=cv2.INTER_AREA), np.float32)


def _fill_smoothly(grid: _Grey, unknown: npt.NDArray[np.bool_]) -> _Grey:
    """Return `grid` with its unknown cells as smooth as its known ones allow (Laplace's equation)."""
    kernel = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], np.float32) / 4
    surface = np.where(unknown, grid[~unknown].mean(), grid).astype(np.float32)
    for _ in range(_STEPS):
        mean = cv2.filter2D(surface, -1, kernel, borderType=cv2.BORDER_REPLICATE)
        surface = np.where(unknown, mean, grid).astype(np.float32)
    return surface


def _unexplained(values: _Grey, explained_by: _Grey) -> _Grey:
    """Return what is left of `values` when the best linear mixture of the columns of `explained_by` is taken out."""
    mixture = np.linalg.lstsq(explained_by, values, rcond=None)[0]
    return np.asarray(values - explained_by @ mixture, np.float32)
