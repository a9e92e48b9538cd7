"""A smiley, a star or the school's own picture, one for each head, on top of its cover.

The cover beneath is whole: nothing rests on the sticker.  A sticker is put only on heads that are large enough and of
which the finder is sure, because a false find would put a smiley on a knee or a dog.
Accepted residue: that shows one bit of what was covered (the finder was sure), as the outline shows where it was.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from redact.redaction.covers.masks import window_around
from redact.redaction.covers.outline import SURE_SCORE
from redact.redaction.covers.places import Head, Places, from_the_back
from redact.redaction.picture.own_picture import open_picture
from redact.redaction.values import Box, Pixels, Style

Plate: TypeAlias = npt.NDArray[np.float32]  # (side, side, 4): RGB times opacity, opacity; all 0..1
Colour: TypeAlias = tuple[int, int, int]

_LEAST_PX: Final = 24.0  # height of a face's box: smaller ones get the plain cover; by eye
_RADIUS: Final = 0.60  # of the box's height: hides forehead to chin
_LEAST_RADIUS: Final = 0.30  # of the same, where heads stand close together: stickers never merge into one shape
_ABOVE: Final = 0.03  # of the box's height, from its middle: the middle of a sticker
_PLATE_PX: Final = 512  # drawn once at this size; larger heads get it enlarged
#: How near two stickers come, in their radii together: the one before overlaps the other, whose eyes and mouth (up to
#: 0.56 of its radius) stay whole.  At 1.0, cheek by cheek, they were dots on large heads.
_NEAREST: Final = 0.80
#: A sticker whose middle would lie nearer to that of another, in radii of the larger, is of the same head, which was
#: found twice; the middles of two heads cheek by cheek are 1.3 apart.
_ONE_HEAD: Final = 0.75
#: Calm colours: yellow, blue, green, coral, lilac.  Heads get them in turn from left to right: neighbours differ.  The
#: largest is yellow: counted from the left, a portrait's colour told how many stand beside it.
_COLOURS: Final[tuple[Colour, ...]] = (
    (247, 201, 72), (126, 190, 226), (143, 205, 160), (244, 160, 120), (190, 168, 222),
)  # fmt: skip
_INK: Final = 0.38  # of the colour: eyes and mouth


@dataclass(frozen=True, slots=True)
class Disc:
    """Where a sticker goes, pixels of the picture."""

    x: float
    y: float
    radius: float
    number: int = 0  # in the row from left to right: 0 is the largest, what is left of it has a number below 0

    @property
    def box(self) -> Box:
        """The square around it."""
        return Box(self.x - self.radius, self.y - self.radius, self.x + self.radius, self.y + self.radius)


def discs_of(places: Places) -> tuple[Disc, ...]:
    """Return the stickers of a picture from the back to the front; heads that are too small or unsure have none.

    A head that was found twice has one.
    """
    large = [head for head in places.heads if head.score >= SURE_SCORE and head.face.height >= _LEAST_PX]
    heads: list[Head] = []
    for head in sorted(large, key=lambda head: -head.score):
        if not any(_is_one_head(_disc(head), _disc(other)) for other in heads):
            heads.append(head)
    discs = [_disc(head) for head in from_the_back(heads)]
    row = sorted(discs, key=lambda disc: (disc.x, disc.y))
    first = row.index(max(row, key=lambda disc: disc.radius)) if row else 0
    numbers = {disc: place - first for place, disc in enumerate(row)}
    return tuple(Disc(disc.x, disc.y, _room_for(disc, discs), numbers[disc]) for disc in discs)


def paint_stickers(pixels: Pixels, discs: Sequence[Disc], style: Style, picture: bytes) -> None:
    """Put one sticker on each of `discs` of `pixels`, in place.

    Args:
        pixels: the covered picture.
        discs: where; those that come later lie on top.
        style: which sticker.
        picture: the school's own picture, a PNG or JPEG file, for the style that shows it.

    Raises:
        UsageError: that picture cannot be used.
    """
    for disc in discs:
        _paint(pixels, disc, _plate(style, picture, _COLOURS[disc.number % len(_COLOURS)]))


def _disc(head: Head) -> Disc:
    box = head.face
    middle = (box.y0 + box.y1) / 2 - _ABOVE * box.height
    return Disc((box.x0 + box.x1) / 2, middle, _RADIUS * box.height)


def _is_one_head(one: Disc, other: Disc) -> bool:
    return _apart_px(one, other) < _ONE_HEAD * max(one.radius, other.radius)


def _apart_px(one: Disc, other: Disc) -> float:
    return math.hypot(one.x - other.x, one.y - other.y)


def _room_for(disc: Disc, discs: Sequence[Disc]) -> float:
    """Return the radius by which `disc` keeps off its neighbours, as far as it stays large enough."""
    rooms = [
        disc.radius * _apart_px(disc, other) / (disc.radius + other.radius) / _NEAREST
        for other in discs
        if other is not disc
    ]
    least = disc.radius * _LEAST_RADIUS / _RADIUS
    return max(least, min([disc.radius, *rooms]))


def _paint(pixels: Pixels, disc: Disc, plate: Plate) -> None:
    side = max(2, round(2 * disc.radius))
    method = cv2.INTER_AREA if side < _PLATE_PX else cv2.INTER_LINEAR
    sticker = cv2.resize(plate, (side, side), interpolation=method)
    x, y = round(disc.x - side / 2), round(disc.y - side / 2)
    window = window_around(Box(x, y, x + side, y + side), 0, (pixels.shape[1], pixels.shape[0]))
    if window is None:
        return
    rows, columns = window
    part = sticker[rows.start - y : rows.stop - y, columns.start - x : columns.stop - x]
    below = pixels[window].astype(np.float32)
    pixels[window] = np.clip(np.rint(part[..., :3] * 255 + (1 - part[..., 3:]) * below), 0, 255).astype(np.uint8)


@lru_cache(maxsize=16)
def _plate(style: Style, picture: bytes, colour: Colour) -> Plate:
    if style is Style.PICTURE:
        return _own_plate(picture)
    return _star_plate(colour) if style is Style.STAR else _smiley_plate(colour)


def _grid() -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return the place of each pixel of a plate, -1..1 to the right and down."""
    axis = (np.arange(_PLATE_PX, dtype=np.float32) + 0.5) * (2 / _PLATE_PX) - 1
    return axis[None, :], axis[:, None]


def _ramp(inside: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the opacity of a shape; `inside` is the distance from its edge inwards, in radii."""
    return np.asarray(np.clip(inside * _PLATE_PX / 4 + 0.5, 0, 1), np.float32)


def _layered(colour: Colour, opacity: npt.NDArray[np.float32]) -> Plate:
    """Return a plate of `colour`, lit from the upper left."""
    x, y = _grid()
    light = 1 + 0.07 * np.clip(-(x + y) / 1.4, -1, 1)
    rgb = np.clip(light[..., None] * np.array(colour, np.float32) / 255, 0, 1)
    return np.asarray(np.concatenate([rgb * opacity[..., None], opacity[..., None]], axis=2), np.float32)


def _inked(plate: Plate, colour: Colour, share: float, ink: npt.NDArray[np.float32]) -> None:
    """Draw on `plate`, in place, with `share` of `colour`."""
    shade = share * np.array(colour, np.float32) / 255
    plate[..., :3] += ink[..., None] * (shade * plate[..., 3:] - plate[..., :3])


def _smiley_plate(colour: Colour) -> Plate:
    x, y = _grid()
    distance = np.hypot(x, y)
    plate = _layered(colour, _ramp((0.99 - distance).astype(np.float32)))
    _inked(plate, colour, 0.72, 0.35 * _ramp((distance - 0.94).astype(np.float32)))
    for side in (-0.34, 0.34):
        eye = (1 - np.hypot((x - side) / 0.09, (y + 0.20) / 0.13)) * 0.09
        _inked(plate, colour, _INK, _ramp(eye.astype(np.float32)))
    angle = np.clip(np.arctan2(y, x), np.radians(28), np.radians(152))
    mouth = 0.055 - np.hypot(x - 0.56 * np.cos(angle), y - 0.56 * np.sin(angle))  # round ends: the nearest point
    _inked(plate, colour, _INK, _ramp(mouth.astype(np.float32)))
    return plate


def _star_plate(colour: Colour) -> Plate:
    """Return a star with five round points, drawn as the place within a distance of a smaller star."""
    angles = np.arange(10) * np.pi / 5 - np.pi / 2
    radii = np.where(np.arange(10) % 2 == 0, 0.84, 0.50)
    corners = np.stack([radii * np.cos(angles), radii * np.sin(angles) + 0.02], axis=1)
    filled = np.zeros((_PLATE_PX, _PLATE_PX), np.uint8)
    cv2.fillPoly(filled, [np.rint((corners + 1) * (_PLATE_PX / 2)).astype(np.int32)], 1)
    outside = cv2.distanceTransform(1 - filled, cv2.DIST_L2, 5) * np.float32(2 / _PLATE_PX)
    plate = _layered(colour, _ramp(np.asarray(0.13 - outside, np.float32)))
    _inked(plate, colour, 0.72, 0.35 * _ramp(np.asarray(outside - 0.08, np.float32)) * plate[..., 3])
    return plate


@lru_cache(maxsize=4)
def _own_plate(content: bytes) -> Plate:
    """Return a white disc with the school's own picture in it, as large as fits; without a picture, the disc."""
    x, y = _grid()
    plate = _layered((255, 255, 255), _ramp((0.99 - np.hypot(x, y)).astype(np.float32)))
    plate[..., :3] = plate[..., 3:]  # white, without light
    if not content:
        return plate
    own = _opened(content)
    k = 0.90 * _PLATE_PX / float(np.hypot(*own.shape[:2]))  # its corners lie on the disc
    width, height = max(1, round(own.shape[1] * k)), max(1, round(own.shape[0] * k))
    small = cv2.resize(own, (width, height), interpolation=cv2.INTER_AREA if k < 1 else cv2.INTER_LINEAR)
    left, top = (_PLATE_PX - width) // 2, (_PLATE_PX - height) // 2
    part = plate[top : top + height, left : left + width]
    part[..., :3] = small[..., :3] + (1 - small[..., 3:]) * part[..., :3]
    return plate


def _opened(content: bytes) -> Plate:
    """Return the school's own picture, colours times opacity.

    Raises:
        UsageError: it is no PNG or JPEG picture, or too large.
    """
    rgba = np.asarray(open_picture(content), np.float32) / 255
    rgba[..., :3] *= rgba[..., 3:]
    return np.asarray(rgba, np.float32)
