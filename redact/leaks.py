"""Look for traces of what lay under a cover in the written output."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from redact.decode import decode
from redact.geometry import corners_of
from redact.intake import Item
from redact.report import Done
from redact.resize import shrink
from redact.values import Picture, Polygon

_Grey = npt.NDArray[np.float32]

LEAK_CORRELATION = 0.5  # of the details of source and output under a cover; fills from outside stay near 0
LEAST_DETAIL_LEVELS = 2.5  # standard deviation, grey levels: less detail than that shows nothing
_LEAST_PX = 10  # a smaller cover has too few pixels to correlate
_FINE_SHARE = 0.25  # detail finer than a quarter of the cover: the rest may be known from the surroundings


def count_leaks(items: Sequence[Item], results: Sequence[Done], out: Path) -> int:
    """Return how many covers of the outputs in `out` still follow their source."""
    return sum(_leaks(decode(item.path.read_bytes()), decode((out / done.output).read_bytes()), done)
               for item, done in zip(items, results, strict=True) if done.output)


def _leaks(source: Picture, output: Picture, done: Done) -> int:
    before, after = _grey(shrink(source, max(output.size))), _grey(output)
    k = output.width_px / source.width_px
    polygons = [tuple((x * k, y * k) for x, y in region.polygon)
                for region in done.outcome.regions if region.action != "shown"]
    return sum(is_leaking(before, after, polygon) for polygon in polygons)


def _grey(picture: Picture) -> _Grey:
    return np.asarray(cv2.cvtColor(picture.pixels, cv2.COLOR_RGB2GRAY), np.float32)


def is_leaking(before: _Grey, after: _Grey, polygon: Polygon) -> bool:
    """Return whether `after` still follows the fine detail that `before` has inside `polygon`; same sizes."""
    corners = corners_of(polygon)
    x, y, w, h = cv2.boundingRect(corners)
    x0, y0, x1, y1 = max(0, x), max(0, y), min(after.shape[1], x + w), min(after.shape[0], y + h)
    if min(x1 - x0, y1 - y0) < _LEAST_PX:
        return False
    inside = np.zeros((y1 - y0, x1 - x0), np.uint8)
    cv2.fillPoly(inside, [corners - np.array((x0, y0), np.int32)], 1)
    a, b = (_detail(grey[y0:y1, x0:x1])[inside.astype(bool)] for grey in (before, after))
    if a.std() < LEAST_DETAIL_LEVELS or b.std() < LEAST_DETAIL_LEVELS:
        return False
    return bool(np.corrcoef(a, b)[0, 1] >= LEAK_CORRELATION)


def _detail(patch: _Grey) -> _Grey:
    reach = max(3, int(min(patch.shape) * _FINE_SHARE) | 1)
    return np.asarray(patch - cv2.blur(patch, (reach, reach)), np.float32)
