"""Which pixels of a picture lie in a polygon, around a box, between others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from redact.redaction.values import Box, Polygon

Mask: TypeAlias = npt.NDArray[np.bool_]  # (height, width); True where covered
Window: TypeAlias = tuple[slice, slice]  # rows, columns
Shares: TypeAlias = npt.NDArray[np.float32]  # (height, width); 0..1

_LEAST_ROOM_PX: Final = 1e-3  # less is a line, and has no inside
_MOST_STRETCH: Final = 2.5  # a head of 12 px in whole blocks of 8 comes to 1.9


def mask_of(size: tuple[int, int], polygons: Sequence[Polygon], margin: int) -> Mask:
    """Return the mask of all `polygons`, each grown by `margin` pixels, on a picture of (width, height).

    Polygons may reach beyond the picture.  Every pixel that an upright rectangle touches is inside; along a slanted
    edge a pixel that is only grazed may be left out, which is what a margin of 1 and more is for.
    """
    mask = np.zeros((size[1], size[0]), np.uint8)
    for polygon in polygons:
        paint(mask, polygon)
    if margin <= 0 or not polygons:
        return mask.astype(bool)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * margin + 1, 2 * margin + 1))
    return np.asarray(cv2.dilate(mask, disc), bool)


def window_around(box: Box, reach_px: int, size: tuple[int, int]) -> Window | None:
    """Return the part of a picture of (width, height) within `reach_px` of `box`; None where there is none."""
    low, high = np.floor((box.x0, box.y0)) - reach_px, np.ceil((box.x1, box.y1)) + reach_px
    x0, y0 = (int(value) for value in np.clip(low, 0, size))
    x1, y1 = (int(value) for value in np.clip(high, 0, size))
    return (slice(y0, y1), slice(x0, x1)) if x0 < x1 and y0 < y1 else None


def smoothstep(values: Shares) -> Shares:
    """Return the smooth step from 0 at 0 to 1 at 1 (the cubic of Hermite)."""
    held = np.clip(values, 0, 1)
    return np.asarray(held * held * (3 - 2 * held), np.float32)


def rounded_out(mask: Mask) -> Mask:
    """Return the convex hull of what `mask` holds."""
    rows = np.flatnonzero(mask.any(axis=1))
    if not rows.size:
        return mask
    left = mask[rows].argmax(axis=1)
    right = mask.shape[1] - 1 - mask[rows, ::-1].argmax(axis=1)
    ends = np.concatenate([np.stack([left, rows], 1), np.stack([right, rows], 1)]).astype(np.int32)
    hull = np.zeros(mask.shape, np.uint8)
    cv2.fillConvexPoly(hull, cv2.convexHull(ends), 1)
    return np.asarray(mask | hull.astype(bool), bool)


def stretched_over(mask: Mask, outline: Polygon) -> Polygon:
    """Return the convex hull of `outline`, made larger around its middle until it holds all of `mask`.

    One that would have to become much larger is returned as it is: a sliver would be very long.
    """
    corners = cv2.convexHull(np.array(outline, np.float32))[:, 0].astype(np.float64)
    middle = corners.mean(axis=0)
    ahead = np.roll(corners, -1, axis=0) - corners
    across = np.stack([ahead[:, 1], -ahead[:, 0]], axis=1)  # at right angles to each side
    room = ((corners - middle) * across).sum(axis=1)  # from the middle to the side, in lengths of the side
    if (np.abs(room) < _LEAST_ROOM_PX).any():
        return outline
    parts = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0]
    points = np.concatenate([part[:, 0] for part in parts]) + 0.5
    needed = float(((points - middle) @ across.T / room).max())
    if needed > _MOST_STRETCH:
        return outline
    return tuple((float(x), float(y)) for x, y in middle + max(1.0, needed) * (corners - middle))


def paint(mask: npt.NDArray[np.uint8], polygon: Polygon) -> None:
    """Fill `polygon` with 1, in place: as it is rounded down and up, and as the line around it where it is thin."""
    far = 4 * max(mask.shape)  # fillPoly wants 32-bit corners; what is farther out paints the same pixels
    corners = np.clip(np.array(polygon, np.float64), -far, far)
    inner = np.floor(corners).astype(np.int32)
    cv2.fillPoly(mask, [inner], 1)
    cv2.fillPoly(mask, [np.ceil(corners).astype(np.int32)], 1)
    cv2.polylines(mask, [inner], isClosed=True, color=1)
