"""Cover places of a picture in a style: the entry point of this package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, assert_never

import numpy as np
import numpy.typing as npt

from models.findings import bounds
from redact.redaction.covers.extent import Extent, no_extent, soft_extent, solid_extent
from redact.redaction.covers.fill import SOLID_GREY, Group, groups_of, spread, surface_of
from redact.redaction.covers.masks import window_around
from redact.redaction.covers.mosaic import mosaic_extent, paint_mosaics
from redact.redaction.covers.person import add_people
from redact.redaction.covers.places import Head, Places, tallest_of
from redact.redaction.covers.stickers import discs_of, paint_stickers
from redact.redaction.values import Box, Picture, Pixels, Style

STICKERS: Final = frozenset({Style.SMILEY, Style.STAR, Style.PICTURE})
#: Cells of the grid that a fill is worked out on, across the box of the smallest face among covers that touch.
_CELLS_A_FACE: Final = 20
_MOST_CELL_PX: Final = 32
_LIGHTNESS: Final = np.array((0.299, 0.587, 0.114), np.float32)  # of red, green, blue: ITU-R BT.601, as JFIF has it


@dataclass(frozen=True, slots=True)
class Look:
    """How covers look."""

    style: Style = Style.BLUR
    picture: bytes = b""  # the school's own, a PNG or JPEG file; of the style that shows it


def extent_of(places: Places, look: Look) -> Extent:
    """Return which pixels a cover of `places` hides and changes."""
    if places.is_empty:
        return no_extent(places.size)
    match look.style:
        case Style.SOLID:
            return solid_extent(places)
        case Style.MOSAIC:
            return mosaic_extent(places)
        case Style.BLUR:
            return soft_extent(places)
        case Style.SMILEY | Style.STAR | Style.PICTURE:
            extent = soft_extent(places)
            for disc in discs_of(places):
                window = window_around(disc.box, 1, places.size)
                if window is not None:
                    extent.changed[window] = True  # the fill must not depend on pixels that only a sticker hides
            return extent
        case _:
            assert_never(look.style)


def cover(picture: Picture, places: Places, look: Look, extent: Extent | None = None) -> Picture:
    """Return `picture` with every place covered by what knows nothing of what lay there.

    Args:
        picture: what is covered.
        places: where, in its pixels.
        look: how.
        extent: `extent_of(places, look)`, where the caller has it already.

    Raises:
        ValueError: the places are of a picture of another size.
        UsageError: the school's own picture cannot be used.
    """
    if places.size != picture.size:
        raise ValueError(f"places on {places.size}, a picture of {picture.size}")
    extent = extent_of(places, look) if extent is None else extent
    if places.is_empty or not extent.changed.any():
        return picture
    pixels = picture.pixels.copy()
    pixels[extent.must_hide] = SOLID_GREY  # from here on nothing that must be hidden is left
    if extent.recoloured.any():
        if picture.lightness is None:
            raise ValueError("places whose colour must go, on a picture of which no lightness is known")
        grey = picture.lightness()[extent.recoloured]
        pixels[extent.recoloured] = grey[:, None]  # nor of colours that may not stay
    if look.style is not Style.SOLID or extent.recoloured.any():
        _fill(pixels, places, extent)
    if look.style is Style.SOLID:
        pixels[extent.share > 0] = SOLID_GREY
    if look.style is Style.MOSAIC:
        paint_mosaics(pixels, places)
    elif look.style in STICKERS:
        paint_stickers(pixels, discs_of(places), look.style, look.picture)
    return Picture(pixels)


def _fill(pixels: Pixels, places: Places, extent: Extent) -> None:
    """Fill the covers of `pixels` in place, one group of touching covers at a time."""
    heads = sorted(places.heads, key=lambda head: head.face.area)
    boxes, tallest = [bounds(head.outline) for head in heads], tallest_of(heads)
    for group in groups_of(extent.changed, _cells_px(heads, extent)):
        near = [head for head, box in zip(heads, boxes, strict=True) if _is_in(box, group)]
        surface = surface_of(pixels, group, is_head=bool(near))
        add_people(surface, group, near, tallest)
        below, fill = pixels[group.window], spread(surface, group)
        share = extent.share[group.window][..., None]
        mixed = np.asarray(below + share * (fill - below), np.float32)
        grey = extent.recoloured[group.window] & group.inside
        mixed[grey] += (1 - share[grey]) * _colour_of(fill[grey])
        np.copyto(below, (np.clip(mixed, 0, 255) + 0.5).astype(np.uint8), where=group.inside[..., None])


def _colour_of(fill: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return pixels without their lightness: what makes a grey of that lightness the pixel."""
    return np.asarray(fill - (fill @ _LIGHTNESS)[:, None], np.float32)


def _cells_px(heads: list[Head], extent: Extent) -> npt.NDArray[np.uint8]:
    """Return the cell that each pixel asks for: near a head by the size of its face; 0 elsewhere."""
    height, width = extent.must_hide.shape
    cells = np.zeros((height, width), np.uint8)
    for head in reversed(heads):  # the smaller a head, the finer the grid: it asks last
        window = window_around(bounds(head.outline), 0, (width, height))
        if window is not None:
            cells[window] = int(np.clip(head.face.height / _CELLS_A_FACE, 1, _MOST_CELL_PX))
    return cells


def _is_in(box: Box, group: Group) -> bool:
    """Say whether the box around a head reaches into `group`."""
    rows, columns = group.window
    height, width = group.inside.shape
    x, y = columns.start, rows.start
    window = window_around(Box(box.x0 - x, box.y0 - y, box.x1 - x, box.y1 - y), 0, (width, height))
    return window is not None and bool(group.inside[window].any())
