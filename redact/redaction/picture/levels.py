"""Bring out what lies in deep shadow, fog or glare, as anybody with a slider can.

Threat: a name or face at 5 % of the light or 3 % of the contrast is seen by no finder, is published bare, and a slider
in any picture program makes it legible.
Rule: the places whose neighbourhood spans few levels are cut out, stretched and looked at as well, by the reader and by
the check of the written bytes.  In the neighbourhood of a dark place only dark ones count: the lit paper beside a
shadow says nothing of what stands in it.  As well, not instead: stretched all over, a painting lost its signature and a
worksheet its author.  All other places are not looked at twice.
Accepted residue: what spans fewer levels than `LEAST_LEVELS` drowns in the noise and the JPEG of the copy; what lies
at the edge of a hard shadow, nearer than a block, is not stretched.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from redact.redaction.values import Box, Picture, Pixels

_Plane = npt.NDArray[np.float32]

MAP_SIDE_PX = 1024  # long side of the copy on which levels are measured: print is still 2 px wide there
BLOCK_PX = 16  # of that copy; a letter; a choice
NEAR_BLOCKS = 9  # width of the neighbourhood in blocks; a choice
LEAST_LEVELS = 3.0  # spanned by a neighbourhood that shows anything; docs/finders.md
FAINT_LEVELS = 36.0  # spanned by one from which nothing is stretched any more; print in a lit room spans 80 and more
DARK_LEVEL = 36.0  # brightest grey of a dark block: white paper at an eighth of the light is 32
WANTED_LEVELS = 110.0  # that a stretched neighbourhood spans
MOST_GAIN = 12.0
MIDDLE = 128.0  # grey that a stretched neighbourhood is moved to
LEAST_BLOCKS = 12  # of a group: what print spreads over with its neighbourhood is never less; a choice
STEP_PX = 3  # between two pixels of that copy whose difference is a step: the width of a stroke; a choice
SHARP_SHARE = 0.4  # of its neighbourhood's levels that print steps at once; folds and shading take more pixels
NEAR_SHARP = 5  # blocks around a sharp one that belong to it; a choice
LEAST_SHARP = 24  # of a group of these: 12 of two letters' length; a choice
MOST_FAINT = 0.5  # of what shows anything, from which all is stretched alike: a dark room, fog, glare; a choice
LEAST_ALIKE = 2.0  # gain of that, below which it brings out little: faint places are stretched as well; a choice
TAIL_PERCENT = 0.5  # of its values at each end that may lie outside; a choice
WIDEST = 235.0  # levels that the others are stretched to
SOFT_PX = 1.2  # deviation of the blur that smooths the grain; docs/finders.md
SOFT_COLOUR_PX = 3.0  # the same, first, of the colour; the first that was tried
COLOUR_SHARE = 0.5  # of it that is kept: with all or none of it more faces are missed; docs/finders.md
BAND_PX = 64  # rows that are stretched at a time, so that they stay in the processor's cache: a third of the time less
LEAST_SHARE = 0.002  # of the picture that is faint, below which nothing is worth the copy


@dataclass(frozen=True, slots=True)
class Stretched:
    """A copy of a picture with its faint places stretched, and where these are, in its pixels."""

    picture: Picture
    places: tuple[Box, ...]
    shaded: tuple[Box, ...]  # those that `whole` does not bring out
    lettered: tuple[Box, ...]  # those parts of them whose edges are as sharp as print's
    whole: Picture | None  # the whole of it stretched alike and softened, where most of it is faint


def stretched(picture: Picture) -> Stretched | None:
    """Return `picture` with its faint places stretched; None where there are none."""
    blocks = _blocks(picture)
    low, high = _levels(blocks)
    gain = _gain(low, high)
    share = float((gain > 1.0).mean())
    if share < LEAST_SHARE:
        return None
    pixels, places = picture.pixels.copy(), []
    for rows, columns in _patches(gain > 1.0):
        down, across = _window(rows, picture, 0), _window(columns, picture, 1)
        pixels[down, across] = _stretch(
            picture.pixels[down, across], gain[rows, columns], ((low + high) / 2.0)[rows, columns]
        )
        places.append(_box(rows, columns, picture))
    is_sharp = ((gain > 1.0) & (blocks.step >= SHARP_SHARE * (high - low))).astype(np.uint8)
    is_near = cv2.dilate(is_sharp, np.ones((NEAR_SHARP, NEAR_SHARP), np.uint8)) > 0
    lettered = (_box(rows, columns, picture) for rows, columns in _patches((gain > 1.0) & is_near, LEAST_SHARP))
    shown = float((high - low >= LEAST_LEVELS).mean())  # black says nothing of the light: a poster is half of it
    whole, is_brought_out = _whole(picture, share, shown)
    shaded = () if is_brought_out else tuple(places)
    return Stretched(Picture(pixels), tuple(places), shaded, tuple(lettered), whole)


def _whole(picture: Picture, share: float, shown: float) -> tuple[Picture | None, bool]:
    """Return a picture stretched alike if it is dark or pale as a whole, and whether that brings its faint places out.

    Args:
        picture: the picture.
        share: of its blocks that are faint, 0..1.
        shown: share of its blocks that show anything, 0..1.
    """
    if share < MOST_FAINT * shown:  # nearly every photo; the levels of 12 MP take 0.1 s to sort
        return None, False
    darkest, gain = _alike(picture)
    is_brought_out = gain >= LEAST_ALIKE  # not beside a lit stage
    if share < MOST_FAINT and not is_brought_out:
        return None, False
    return _stretched_alike(picture, darkest, gain), is_brought_out


def _alike(picture: Picture) -> tuple[float, float]:
    """Return the darkest level of a picture and the gain that stretches its levels to all there are."""
    darkest, lightest = np.percentile(picture.pixels, (TAIL_PERCENT, 100 - TAIL_PERCENT))
    return float(darkest), WIDEST / max(float(lightest - darkest), 1.0)


def _stretched_alike(picture: Picture, darkest: float, gain: float) -> Picture:
    """Return a picture with its levels stretched by `gain`, and its grain smoothed, that of its colour more.

    Of so few levels a coder leaves blotches of colour, which hide faces; without any colour others are lost.
    """
    bright = np.clip((picture.pixels.astype(np.float32) - darkest) * gain, 0.0, 255.0).astype(np.float32, copy=False)
    grey = cv2.merge([cv2.cvtColor(bright, cv2.COLOR_RGB2GRAY)] * 3)
    colour = cv2.GaussianBlur(cv2.subtract(bright, grey), (0, 0), SOFT_COLOUR_PX)
    out = cv2.GaussianBlur(cv2.addWeighted(grey, 1.0, colour, COLOUR_SHARE, 0.0), (0, 0), SOFT_PX)
    return Picture(cv2.convertScaleAbs(np.maximum(out, 0.0)).astype(np.uint8, copy=False))


@dataclass(frozen=True, slots=True)
class _Blocks:
    """What is measured of each block of a picture."""

    low: _Plane  # grey
    high: _Plane
    step: _Plane  # the largest between two pixels that lie STEP_PX apart


def _patches(is_faint: npt.NDArray[np.bool_], least: int = LEAST_BLOCKS) -> list[tuple[slice, slice]]:
    """Return the rows and columns of blocks around each group of faint ones, with a rim of one block; large ones."""
    count, _, boxes, _ = cv2.connectedComponentsWithStats(is_faint.astype(np.uint8), connectivity=8)
    return [
        (slice(max(0, y - 1), y + height + 1), slice(max(0, x - 1), x + width + 1))
        for x, y, width, height, area in boxes[1:count].tolist()
        if area >= least
    ]


def _window(blocks: slice, picture: Picture, axis: int) -> slice:
    """Return the pixels of some rows (axis 0) or columns of blocks."""
    block_px = max(picture.size) / min(max(picture.size), MAP_SIDE_PX) * BLOCK_PX
    length_px = (picture.height_px, picture.width_px)[axis]
    return slice(round(blocks.start * block_px), min(length_px, round(blocks.stop * block_px)))


def _box(rows: slice, columns: slice, picture: Picture) -> Box:
    down, across = _window(rows, picture, 0), _window(columns, picture, 1)
    return Box(across.start, down.start, across.stop, down.stop)


def _stretch(pixels: Pixels, gain: _Plane, middle: _Plane) -> Pixels:
    """Return a patch with the gain and middle of each of its blocks, faded into one another."""
    size = pixels.shape[1], pixels.shape[0]
    gains, middles = (cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR) for plane in (gain, middle))
    weight = np.minimum(gains - 1.0, 1.0)  # fades in at the rim of a faint place
    offset = middles * (1.0 - gains) + weight * (MIDDLE - middles)
    out = np.empty_like(pixels)
    for top in range(0, len(pixels), BAND_PX):
        band = slice(top, top + BAND_PX)
        scaled = cv2.multiply(pixels[band].astype(np.float32), cv2.merge([gains[band]] * 3))
        out[band] = cv2.convertScaleAbs(np.maximum(cv2.add(scaled, cv2.merge([offset[band]] * 3)), 0.0))
    return out


def _levels(blocks: _Blocks) -> tuple[_Plane, _Plane]:
    """Return the lowest and highest grey of every block's neighbourhood; of a dark one, among dark ones alone."""
    low, high = blocks.low, blocks.high
    near = np.ones((NEAR_BLOCKS, NEAR_BLOCKS), np.uint8)
    is_dark = high <= DARK_LEVEL
    highest = cv2.dilate(np.where(is_dark, high, 0.0).astype(np.float32), near)  # the lowest of dark ones are near 0
    lowest = np.asarray(cv2.erode(low, near), np.float32)
    return lowest, np.where(is_dark, highest, cv2.dilate(high, near)).astype(np.float32)


def _blocks(picture: Picture) -> _Blocks:
    """Return what is measured of every block."""
    k = min(1.0, MAP_SIDE_PX / max(picture.size))
    size = max(1, round(picture.width_px * k)), max(1, round(picture.height_px * k))
    small = cv2.resize(picture.pixels, size, interpolation=cv2.INTER_AREA)
    grey = cv2.blur(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), (3, 3))
    step = np.zeros_like(grey)
    step[:, STEP_PX:] = cv2.absdiff(grey[:, STEP_PX:], grey[:, :-STEP_PX])
    step[STEP_PX:] = cv2.max(step[STEP_PX:], cv2.absdiff(grey[STEP_PX:], grey[:-STEP_PX]))
    low = 255.0 - _highest(cv2.bitwise_not(grey))
    return _Blocks(low, _highest(grey), _highest(step))


def _highest(plane: cv2.typing.MatLike) -> _Plane:
    """Return the highest of every block of a plane, whose last pixels are repeated."""
    height, width = plane.shape
    rows, columns = -(-height // BLOCK_PX), -(-width // BLOCK_PX)
    below, right = rows * BLOCK_PX - height, columns * BLOCK_PX - width
    padded = cv2.copyMakeBorder(plane, 0, below, 0, right, cv2.BORDER_REPLICATE)
    in_rows = padded.reshape(rows, BLOCK_PX, columns * BLOCK_PX).max(axis=1)
    return np.asarray(in_rows.reshape(rows, columns, BLOCK_PX).max(axis=2), np.float32)


def _gain(low: _Plane, high: _Plane) -> _Plane:
    span = high - low
    is_faint = (span >= LEAST_LEVELS) & (span <= FAINT_LEVELS)
    gain = np.where(is_faint, np.minimum(WANTED_LEVELS / np.maximum(span, 1.0), MOST_GAIN), 1.0)
    return np.asarray(gain, np.float32)
