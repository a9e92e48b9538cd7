"""Bring out what lies in deep shadow, fog or glare, as a stranger with a slider would.

Threat: a name or face at 5 % of the light or 3 % of the contrast is seen by no finder, is published bare, and a slider
in any picture program makes it legible.
Rule: the places whose neighbourhood spans few levels are cut out, stretched and looked at as well, by the reader and by
the check of the written bytes.  As well, not instead: stretched all over, a painting lost its signature and a
worksheet its author.  All other places are not looked at twice.
Accepted residue: what spans fewer levels than `LEAST_LEVELS` drowns in the noise and the JPEG of the copy; what lies
in the shadow of something bright nearer than a block is not stretched.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from redact.redaction.values import Box, Picture, Pixels

_Plane = npt.NDArray[np.float32]

MAP_SIDE_PX = 1024  # long side of the copy on which levels are measured: print is still 2 px wide there
BLOCK_PX = 32  # of that copy; a few letters; a choice
NEAR_BLOCKS = 5  # width of the neighbourhood in blocks; a choice
LEAST_LEVELS = 5.0  # spanned by a neighbourhood that shows anything; plain walls after JPEG: 2 to 4
FAINT_LEVELS = 36.0  # spanned by one from which nothing is stretched any more; print in a lit room spans 80 and more
WANTED_LEVELS = 110.0  # that a stretched neighbourhood spans
MOST_GAIN = 12.0
MIDDLE = 128.0  # grey that a stretched neighbourhood is moved to
LEAST_BLOCKS = 3  # of a group: what print spreads over with its neighbourhood is never less; a choice
LEAST_SHARE = 0.002  # of the picture that is faint, below which nothing is worth the copy


@dataclass(frozen=True, slots=True)
class Stretched:
    """A copy of a picture with its faint places stretched, and where these are, in its pixels."""

    picture: Picture
    places: tuple[Box, ...]


def stretched(picture: Picture) -> Stretched | None:
    """Return `picture` with its faint places stretched; None where there are none."""
    low, high = _levels(picture)
    gain = _gain(low, high)
    if (gain > 1.0).mean() < LEAST_SHARE:
        return None
    pixels, places = picture.pixels.copy(), []
    k = max(picture.size) / min(max(picture.size), MAP_SIDE_PX) * BLOCK_PX  # px of the picture a block stands for
    for rows, columns in _patches(gain > 1.0):
        down, across = _window(rows, k, picture.height_px), _window(columns, k, picture.width_px)
        pixels[down, across] = _stretch(
            picture.pixels[down, across], gain[rows, columns], ((low + high) / 2.0)[rows, columns]
        )
        places.append(Box(across.start, down.start, across.stop, down.stop))
    return Stretched(Picture(pixels), tuple(places))


def _patches(is_faint: npt.NDArray[np.bool_]) -> list[tuple[slice, slice]]:
    """Return the rows and columns of blocks around each group of faint ones, with a rim of one block; large ones."""
    count, _, boxes, _ = cv2.connectedComponentsWithStats(is_faint.astype(np.uint8), connectivity=8)
    return [
        (slice(max(0, y - 1), y + height + 1), slice(max(0, x - 1), x + width + 1))
        for x, y, width, height, area in boxes[1:count].tolist()
        if area >= LEAST_BLOCKS
    ]


def _window(blocks: slice, block_px: float, length_px: int) -> slice:
    return slice(round(blocks.start * block_px), min(length_px, round(blocks.stop * block_px)))


def _stretch(pixels: Pixels, gain: _Plane, middle: _Plane) -> Pixels:
    """Return a patch with the gain and middle of each of its blocks, faded into one another."""
    size = pixels.shape[1], pixels.shape[0]
    gains, middles = (cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR) for plane in (gain, middle))
    weight = np.minimum(gains - 1.0, 1.0)  # fades in at the rim of a faint place
    offset = middles * (1.0 - gains) + weight * (MIDDLE - middles)
    out = cv2.add(cv2.multiply(pixels.astype(np.float32), cv2.merge([gains] * 3)), cv2.merge([offset] * 3))
    return cv2.convertScaleAbs(np.maximum(out, 0.0)).astype(np.uint8, copy=False)


def _levels(picture: Picture) -> tuple[_Plane, _Plane]:
    """Return the lowest and highest grey of every block's neighbourhood, one value a block."""
    k = min(1.0, MAP_SIDE_PX / max(picture.size))
    size = max(1, round(picture.width_px * k)), max(1, round(picture.height_px * k))
    small = cv2.resize(picture.pixels, size, interpolation=cv2.INTER_AREA)
    grey = cv2.blur(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32), (3, 3))
    rows, columns = -(-size[1] // BLOCK_PX), -(-size[0] // BLOCK_PX)
    padded = cv2.copyMakeBorder(
        grey, 0, rows * BLOCK_PX - size[1], 0, columns * BLOCK_PX - size[0], cv2.BORDER_REPLICATE
    )
    blocks = padded.reshape(rows, BLOCK_PX, columns, BLOCK_PX)
    near = np.ones((NEAR_BLOCKS, NEAR_BLOCKS), np.uint8)
    low = cv2.erode(np.ascontiguousarray(blocks.min(axis=(1, 3))), near)
    high = cv2.dilate(np.ascontiguousarray(blocks.max(axis=(1, 3))), near)
    return np.asarray(low, np.float32), np.asarray(high, np.float32)


def _gain(low: _Plane, high: _Plane) -> _Plane:
    span = high - low
    is_faint = (span >= LEAST_LEVELS) & (span <= FAINT_LEVELS)
    gain = np.where(is_faint, np.minimum(WANTED_LEVELS / np.maximum(span, 1.0), MOST_GAIN), 1.0)
    return np.asarray(gain, np.float32)
