"""Plane geometry of regions: their corners, and how much of a place a mask covers."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from models.findings import bounds
from redact.redaction.values import Box, Polygon

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


def core_of(box: Box) -> Polygon:
    """Return the central 80 % of a face's box: what one recognises a person by."""
    dx, dy = box.width / 10, box.height / 10
    return Box(box.x0 + dx, box.y0 + dy, box.x1 - dx, box.y1 - dy).polygon
