"""Plane geometry of regions: their corners, and how much of a place a mask covers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from models.findings import bounds
from redact.redaction.values import Box, Polygon

_SIDE: Final = 64  # pixels, on which a place is drawn to see what covers it; a choice
_ROOM_PX: Final = 2.0  # source pixels: an outline reaches so far beyond its cover (covers/outline.py, REPORTED_PX)
_HIDDEN: Final = 0.95  # of a place and the room around it; the rest is a corner; a choice

Corners = npt.NDArray[np.int32]  # (points, 2): x, y, as OpenCV's drawing functions want them


def corners_of(polygon: Polygon) -> Corners:
    """Return the nearest pixel to each corner."""
    return np.round(np.array(polygon, np.float64)).astype(np.int32)


def covered_share(mask: npt.NDArray[np.bool_], polygon: Polygon) -> float:
    """Return the share, 0..1, of the part of `polygon` inside the picture that `mask` covers; 1 if none is inside."""
    height, width = mask.shape
    box = bounds(polygon)
    x0, y0 = max(0, int(box.x0)), max(0, int(box.y0))
    x1, y1 = min(width, int(np.ceil(box.x1))), min(height, int(np.ceil(box.y1)))
    if x0 >= x1 or y0 >= y1:
        return 1.0
    place = np.zeros((y1 - y0, x1 - x0), np.uint8)
    corners = np.floor(np.array(polygon)).astype(np.int32) - np.array((x0, y0), np.int32)
    cv2.fillPoly(place, [corners], 1)
    area = int(place.sum())
    return float((mask[y0:y1, x0:x1] & place.astype(bool)).sum() / area) if area else 1.0


def is_hidden(place: Box, covers: Iterable[Polygon]) -> bool:
    """Say whether covers with these outlines hide all of `place` that tells anything, corners left out."""
    x0, y0, x1, y1 = place.x0 - _ROOM_PX, place.y0 - _ROOM_PX, place.x1 + _ROOM_PX, place.y1 + _ROOM_PX
    k = _SIDE / max(x1 - x0, y1 - y0)
    mask = np.zeros((max(1, round((y1 - y0) * k)), max(1, round((x1 - x0) * k))), np.uint8)
    for cover in covers:
        cv2.fillPoly(mask, [corners_of(tuple(((x - x0) * k, (y - y0) * k) for x, y in cover))], 1)
    return float(mask.mean()) >= _HIDDEN


def core_of(box: Box) -> Polygon:
    """Return the central 80 % of a face's box: what one recognises a person by."""
    dx, dy = box.width / 10, box.height / 10
    return Box(box.x0 + dx, box.y0 + dy, box.x1 - dx, box.y1 - dy).polygon
