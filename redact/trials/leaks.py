"""Look for traces of what lay under a cover in the written output."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from redact.redaction.geometry import corners_of
from redact.redaction.picture.decode import decode
from redact.redaction.picture.resize import shrink
from redact.redaction.values import Picture, Polygon
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


def count_leaks(items: Sequence[Item], results: Sequence[Done], out: Path) -> int:
    """Return how many covers of the outputs in `out` still follow their source."""
    return sum(
        _leaks(decode(item.path.read_bytes()), decode((out / done.output).read_bytes()), done)
        for item, done in zip(items, results, strict=True)
        if done.output
    )


def _leaks(source: Picture, output: Picture, done: Done) -> int:
    before, after = _grey(shrink(source, max(output.size))), _grey(output)
    k = output.width_px / source.width_px
    polygons = [
        tuple((x * k, y * k) for x, y in region.polygon) for region in done.outcome.regions if region.is_covered
    ]
    return sum(is_leaking(before, after, polygon) for polygon in polygons)


def _grey(picture: Picture) -> _Grey:
    return np.asarray(cv2.cvtColor(picture.pixels, cv2.COLOR_RGB2GRAY), np.float32)


def is_leaking(before: _Grey, after: _Grey, polygon: Polygon) -> bool:
    """Return whether `after` follows `before` inside `polygon` further than its surroundings explain; same sizes.

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
    told = np.stack([grid[inside] for grid in (np.ones_like(rows), columns, rows, smooth)], axis=1)
    a, b = (_unexplained(grid[inside], told) for grid in (source, output))
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
