"""A picture that is published, and which part of the source it shows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from models.findings import Box
from redact.redaction.covers.crop import Crop
from redact.redaction.values import Picture


@dataclass(frozen=True, slots=True)
class View:
    """A picture that is published, and which part of the source it shows."""

    picture: Picture
    shows: Box  # source pixels

    @property
    def width_of_pixel(self) -> float:
        """Source pixels, along a row, of one pixel of the picture."""
        return self.shows.width / self.picture.width_px


def part_of(view: View, wanted: Box) -> View:
    """Return the part of a view that shows `wanted`, source pixels, as near as pixels allow; at least one of them."""
    kx, ky = view.picture.width_px / view.shows.width, view.picture.height_px / view.shows.height
    width, height = view.picture.size
    x0 = min(max(0, round((wanted.x0 - view.shows.x0) * kx)), width - 1)
    y0 = min(max(0, round((wanted.y0 - view.shows.y0) * ky)), height - 1)
    x1 = max(x0 + 1, min(width, round((wanted.x1 - view.shows.x0) * kx)))
    y1 = max(y0 + 1, min(height, round((wanted.y1 - view.shows.y0) * ky)))
    return cut(view, (x0, y0, x1, y1))


def cut(view: View, part: Crop) -> View:
    """Return a part of a view, given in its pixels."""
    x0, y0, x1, y1 = part
    kx, ky = view.shows.width / view.picture.width_px, view.shows.height / view.picture.height_px
    left, top = view.shows.x0, view.shows.y0
    shows = Box(left + x0 * kx, top + y0 * ky, left + x1 * kx, top + y1 * ky)
    picture = view.picture
    whole = picture.lightness
    lightness = None if whole is None else cache(lambda: whole()[y0:y1, x0:x1])
    return View(Picture(picture.pixels[y0:y1, x0:x1].copy(), coding=picture.coding, lightness=lightness), shows)
