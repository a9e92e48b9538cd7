"""Plane geometry of regions: clip to the picture, and how much of a place a mask covers."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from models.findings import bounds
from redact.redaction.values import Box, Point, Polygon

Corners = npt.NDArray[np.int32]  # (points, 2): x, y, as OpenCV's drawing functions want them


def corners_of(polygon: Polygon) -> Corners:
    """Return the nearest pixel to each corner."""
    return np.round(np.array(polygon, np.float64)).astype(np.int32)


def clip(polygon: Polygon, size: tuple[int, int]) -> Polygon | None:
    """Return the part of `polygon` inside a picture of (width, height), or None where none is.

    Cut edge by edge (Sutherland and Hodgman 1974).  Moving corners to the nearest point of the picture is shorter
    and wrong: a polygon that slants across a corner of the picture would lose that corner.  Corners that are not
    finite count as far outside.
    """
    width, height = size
    part: list[Point] = [_finite(point) for point in polygon]
    for axis, limit, side in ((0, 0.0, 1.0), (0, float(width), -1.0), (1, 0.0, 1.0), (1, float(height), -1.0)):
        part = _cut(part, axis, limit, side)
    inside = np.clip(np.array(part or [(0.0, 0.0)]), (0, 0), size)  # the last bit of a division
    if (np.ptp(inside, axis=0) < 1e-6).any():
        return None
    return tuple((float(x), float(y)) for x, y in inside)


def _finite(point: Point) -> Point:
    x, y = np.nan_to_num(np.array(point, np.float64), nan=-1e9, posinf=1e9, neginf=-1e9)
    return float(x), float(y)


def _cut(corners: list[Point], axis: int, limit: float, side: float) -> list[Point]:
    """Return the part of a polygon on one side (+1: above) of the line where coordinate `axis` is `limit`."""
    part: list[Point] = []
    for here, there in zip(corners, [*corners[1:], *corners[:1]], strict=True):
        a, b = (side * (point[axis] - limit) for point in (here, there))
        if a >= 0:
            part.append(here)
        if a * b < 0:
            t = a / (a - b)
            part.append((here[0] + t * (there[0] - here[0]), here[1] + t * (there[1] - here[1])))
    return part


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
