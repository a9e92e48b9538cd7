"""Which pixels of a picture must be hidden, which a cover changes, and how strongly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from models.findings import bounds
from redact.redaction.covers.coded import changed_by, reach_px
from redact.redaction.covers.masks import (
    Mask,
    Shares,
    Window,
    mask_of,
    rounded_out,
    smoothstep,
    stretched_over,
    window_around,
)
from redact.redaction.covers.outline import REPORTED_PX
from redact.redaction.covers.places import Head, Places
from redact.redaction.values import CODED_BLOCK_PX, Box, Polygon

#: Least margin in output pixels, for the rounding of corners.
LEAST_MARGIN_PX: Final = 1
#: Width of the soft edge around a head, in sides of its face's box, and its limits in pixels; by eye on 31 photos.
_RING_SHARE: Final = 0.18
_RING_PX: Final = (3.0, 40.0)


@dataclass(frozen=True, slots=True, eq=False)
class Extent:
    """What a cover does to which pixels."""

    must_hide: Mask  # nothing of the picture may stay here
    changed: Mask  # the same, what is recoloured, and the soft edge: outside of it not a bit changes
    share: Shares  # of the fill in each pixel: 1 in `must_hide`, 0 outside of `changed`
    recoloured: Mask  # outside of `must_hide`: the lightness may stay here, the colour may not


def margin_px(scale: float) -> int:
    """Return the margin in output pixels around a place: one block of its source.

    Letters stick out of their place, and hair and neck say something about who it is: with the 4 px on average that
    blocks alone ask around a head, the attack knew 5 of 60 people under the blur (chance 1, p = 0.003).

    Args:
        scale: of the output to the source.
    """
    return max(LEAST_MARGIN_PX, int(np.ceil(CODED_BLOCK_PX * scale)))


def head_margin_px(scale: float) -> int:
    """Return the margin around the outline of a head, which holds a part of it already."""
    return max(LEAST_MARGIN_PX, int(np.ceil(margin_px(scale) - REPORTED_PX * scale)))


def no_extent(size: tuple[int, int]) -> Extent:
    """Return the extent of nothing on a picture of `size` (width, height): one zero that is read everywhere."""
    nowhere, no_share = (np.broadcast_to(np.zeros((), kind), (size[1], size[0])) for kind in (bool, np.float32))
    return Extent(nowhere, nowhere, no_share, nowhere)


def hard_extent(places: Places) -> Extent:
    """Return the extent of covers without a soft edge."""
    hidden, coloured = _flats(places)
    for head in places.heads:
        own = own_masks(head, places, room_px=0)
        if own is not None:
            hidden[own.window] |= own.hidden
            coloured[own.window] |= own.coloured
    return Extent(hidden, hidden | coloured, hidden.astype(np.float32), coloured & ~hidden)


def solid_extent(places: Places) -> Extent:
    """Return the same, each head as its own outline, as large as it must be: whole blocks look like blocks."""
    extent, share = hard_extent(places), np.zeros((places.size[1], places.size[0]), np.float32)
    for head in places.heads:
        own = own_masks(head, places, room_px=0)
        if own is None or not own.hidden.any():
            continue
        rows, columns = own.window
        outline = stretched_over(own.hidden, tuple((x - columns.start, y - rows.start) for x, y in head.outline))
        whole = tuple((x + columns.start, y + rows.start) for x, y in outline)
        around = window_around(bounds(whole), 1, places.size)
        if around is not None:
            rows, columns = around
            part = tuple((x - columns.start, y - rows.start) for x, y in whole)
            share[around][mask_of((columns.stop - columns.start, rows.stop - rows.start), [part], 0)] = 1.0
    share[extent.must_hide] = 1.0
    return Extent(extent.must_hide, extent.changed | (share > 0), share, extent.recoloured)


def soft_extent(places: Places) -> Extent:
    """Return the extent of covers whose heads fade into the picture outside of what must be hidden.

    A pixel of the edge is a mixture of itself and the fill, and it lies outside *every* place that must be hidden:
    those have share 1 at the end whatever edge reaches into them, so an edge is never cut out of another head.
    """
    hidden, coloured = _flats(places)
    share = np.zeros(hidden.shape, np.float32)
    for head in places.heads:
        ring = ring_px(head.face)
        own = own_masks(head, places, room_px=int(ring) + 2)
        if own is not None:
            hidden[own.window] |= own.hidden
            coloured[own.window] |= own.coloured
            np.maximum(share[own.window], _edge(own.hidden, ring), out=share[own.window])
    share[hidden] = 1.0
    return Extent(hidden, (share > 0) | coloured, share, coloured & ~hidden)


@dataclass(frozen=True, slots=True, eq=False)
class Own:
    """What one place asks for, in a window of the picture."""

    window: Window
    hidden: Mask  # nothing of the picture may stay here
    coloured: Mask  # the same, and where its colour may not stay


def own_masks(head: Head, places: Places, room_px: int) -> Own | None:
    """Return what must be hidden for `head` alone; None where no pixel of the picture is concerned.

    Args:
        head: one of the heads.
        places: the picture they are on.
        room_px: room around the pixels in the window, pixels.
    """
    return _own(head.outline, places, head_margin_px(places.scale), room_px)


def _flats(places: Places) -> tuple[Mask, Mask]:
    """Return the pixels that must be hidden for the flat places, and those where no colour may stay."""
    hidden, coloured = (np.zeros((places.size[1], places.size[0]), bool) for _ in range(2))
    for polygon in places.flats:
        own = _own(polygon, places, margin_px(places.scale), room_px=0)
        if own is not None:
            hidden[own.window] |= own.hidden
            coloured[own.window] |= own.coloured
    return hidden, coloured


def _own(polygon: Polygon, places: Places, margin: int, room_px: int) -> Own | None:
    """Return `polygon` grown by `margin`, and all that it may have changed, in a window with room around it.

    Blocks around a place are a staircase: what lies between its steps is filled, so that a cover has a smooth border.
    """
    window = window_around(bounds(polygon), max(margin, reach_px(places)) + 1 + room_px, places.size)
    if window is None:
        return None
    rows, columns = window
    moved = tuple((x - columns.start, y - rows.start) for x, y in polygon)
    place = mask_of((columns.stop - columns.start, rows.stop - rows.start), [moved], margin)
    hidden = rounded_out(place | changed_by(polygon, places, places.coding.lightness, window))
    is_split = places.coding.is_split
    coloured = hidden | changed_by(polygon, places, places.coding.colour, window) if is_split else hidden
    return Own(window, hidden, coloured) if coloured.any() else None


def ring_px(face: Box) -> float:
    """Return the width of the soft edge around the head of `face`, pixels."""
    return float(np.clip(_RING_SHARE * np.sqrt(face.width * face.height), *_RING_PX))


def _edge(own: Mask, ring: float) -> Shares:
    """Return 1 in `own`, falling to 0 over `ring` pixels around it."""
    distance = cv2.distanceTransform((~own).view(np.uint8), cv2.DIST_L2, 5)
    return np.asarray(1 - smoothstep((distance - 0.5) / ring), np.float32)
