"""The part of a region inside its picture; apart, for who places regions and looks at no picture."""

from __future__ import annotations

import numpy as np

from redact.redaction.values import Point, Polygon


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
