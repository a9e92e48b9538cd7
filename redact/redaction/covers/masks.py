"""Which pixels of a picture must be hidden, which a cover changes, and how strongly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from models.findings import bounds
from redact.redaction.covers.outline import REPORTED_PX
from redact.redaction.covers.places import Head, Places
from redact.redaction.values import CODED_BLOCK_PX, Box, Polygon

Mask: TypeAlias = npt.NDArray[np.bool_]  # (height, width); True where covered
Shares: TypeAlias = npt.NDArray[np.float32]  # (height, width); 0..1
Window: TypeAlias = tuple[slice, slice]  # rows, columns

#: Least margin in output pixels: INTER_AREA mixes at most one neighbour, rounding of corners half a pixel more.
LEAST_MARGIN_PX: Final = 2
#: Width of the soft edge around a head, in sides of its face's box, and its limits in pixels; by eye on 31 photos.
_RING_SHARE: Final = 0.18
_RING_PX: Final = (3.0, 40.0)


@dataclass(frozen=True, slots=True, eq=False)
class Extent:
    """What a cover does to which pixels."""

    must_hide: Mask  # nothing of the picture may stay here
    changed: Mask  # the same, and the soft edge around it: outside of it not a bit changes
    share: Shares  # of the fill in each pixel: 1 in `must_hide`, above 0 in `changed`


def margin_px(scale: float, spread_px: int = CODED_BLOCK_PX) -> int:
    """Return the margin in output pixels around a cover: as far as its place may have coloured the source.

    Args:
        scale: of the output to the source.
        spread_px: of the source, in its pixels: redact.redaction.values.spread_px.
    """
    return max(LEAST_MARGIN_PX, int(np.ceil(spread_px * scale)))


def head_margin_px(scale: float, spread_px: int = CODED_BLOCK_PX) -> int:
    """Return the same around the outline of a head, which holds a part of its margin already."""
    return int(np.ceil(margin_px(scale, spread_px) - REPORTED_PX * scale))


def mask_of(size: tuple[int, int], polygons: Sequence[Polygon], margin: int) -> Mask:
    """Return the mask of all `polygons`, each grown by `margin` pixels, on a picture of (width, height).

    Polygons may reach beyond the picture.  Every pixel that an upright rectangle touches is inside; along a slanted
    edge a pixel that is only grazed may be left out, which is what a margin of 1 and more is for.
    """
    mask = np.zeros((size[1], size[0]), np.uint8)
    for polygon in polygons:
        _paint(mask, polygon)
    return _grown(mask, margin) if margin > 0 and polygons else mask.astype(bool)


def hard_extent(places: Places) -> Extent:
    """Return the extent of covers without a soft edge: every pixel of which nothing may stay."""
    hidden = mask_of(places.size, places.flats, margin_px(places.scale, places.spread_px))
    for head in places.heads:
        place = own_mask(head, places, reach_px=1)
        if place is not None:
            window, own = place
            hidden[window] |= own
    return Extent(hidden, hidden, hidden.astype(np.float32))


def soft_extent(places: Places) -> Extent:
    """Return the extent of covers whose heads fade into the picture outside of what must be hidden.

    A pixel of the edge is a mixture of itself and the fill, and it lies outside *every* place that must be hidden:
    those have share 1 at the end whatever edge reaches into them, so an edge is never cut out of another head.
    """
    hidden = mask_of(places.size, places.flats, margin_px(places.scale, places.spread_px))
    share = np.zeros(hidden.shape, np.float32)
    for head in places.heads:
        ring = ring_px(head.face)
        place = own_mask(head, places, reach_px=int(ring) + 2)
        if place is not None:
            window, own = place
            hidden[window] |= own
            np.maximum(share[window], _edge(own, ring), out=share[window])
    share[hidden] = 1.0
    return Extent(hidden, share > 0, share)


def own_mask(head: Head, places: Places, reach_px: int) -> tuple[Window, Mask] | None:
    """Return the pixels that must be hidden for `head` alone, in a window around it.

    Args:
        head: one of the heads.
        places: the picture they are on.
        reach_px: room around the pixels in the window, pixels.

    Returns:
        The window of the picture, and the mask of it; None where no pixel of the picture is concerned.
    """
    margin = head_margin_px(places.scale, places.spread_px)
    window = window_around(bounds(head.outline), reach_px + margin + 1, places.size)
    if window is None:
        return None
    rows, columns = window
    moved = tuple((x - columns.start, y - rows.start) for x, y in head.outline)
    own = mask_of((columns.stop - columns.start, rows.stop - rows.start), [moved], margin)
    return (window, own) if own.any() else None


def ring_px(face: Box) -> float:
    """Return the width of the soft edge around the head of `face`, pixels."""
    return float(np.clip(_RING_SHARE * np.sqrt(face.width * face.height), *_RING_PX))


def smoothstep(values: Shares) -> Shares:
    """Return the smooth step from 0 at 0 to 1 at 1 (the cubic of Hermite)."""
    held = np.clip(values, 0, 1)
    return np.asarray(held * held * (3 - 2 * held), np.float32)


def window_around(box: Box, reach_px: int, size: tuple[int, int]) -> Window | None:
    """Return the part of a picture of (width, height) within `reach_px` of `box`; None where there is none."""
    low, high = np.floor((box.x0, box.y0)) - reach_px, np.ceil((box.x1, box.y1)) + reach_px
    x0, y0 = (int(value) for value in np.clip(low, 0, size))
    x1, y1 = (int(value) for value in np.clip(high, 0, size))
    return (slice(y0, y1), slice(x0, x1)) if x0 < x1 and y0 < y1 else None


def _edge(own: Mask, ring: float) -> Shares:
    """Return 1 in `own`, falling to 0 over `ring` pixels around it."""
    distance = cv2.distanceTransform((~own).view(np.uint8), cv2.DIST_L2, 5)
    return np.asarray(1 - smoothstep((distance - 0.5) / ring), np.float32)


def _grown(mask: npt.NDArray[np.uint8], margin: int) -> Mask:
    square = cv2.getStructuringElement(cv2.MORPH_RECT, (2 * margin + 1, 2 * margin + 1))  # as coded blocks are
    return np.asarray(cv2.dilate(mask, square), bool)


def _paint(mask: npt.NDArray[np.uint8], polygon: Polygon) -> None:
    """Fill `polygon`: once as it is, once as the line around it, so that a thin one leaves no gap."""
    far = 4 * max(mask.shape)  # fillPoly wants 32-bit corners; what is farther out paints the same pixels
    corners = np.clip(np.array(polygon, np.float64), -far, far)
    inner = np.floor(corners).astype(np.int32)
    cv2.fillPoly(mask, [inner], 1)
    cv2.fillPoly(mask, [np.ceil(corners).astype(np.int32)], 1)
    cv2.polylines(mask, [inner], isClosed=True, color=1)
