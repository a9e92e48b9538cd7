"""Cover places so that what lay there cannot be seen or recovered.

Threat: a blur is a function of the face under it, and is undone by today's tools (Revelio, arXiv 2506.12344:
95.9 % of Gaussian-blurred faces re-identified; mosaics likewise).
Rule: a cover is computed from pixels *outside* every cover only.  The test of it: put noise under the covers
first, and no byte of the output changes.
Accepted residue: the size, place and outline of a cover stay visible, and so does what surrounds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

import cv2
import numpy as np
import numpy.typing as npt

from redact.redaction.values import Picture, Pixels, Polygon, Style

Mask = npt.NDArray[np.bool_]  # (height, width); True where covered
_Planes = npt.NDArray[np.float32]

#: Margin around a cover, in *source* pixels: a JPEG codes luma in blocks of 8, so ringing carries a trace of what
#: lies inside a cover up to one block beyond it (ITU-T T.81, A.3).
JPEG_BLOCK_PX = 8
#: Least margin in output pixels: INTER_AREA mixes at most one neighbour, rounding of corners half a pixel more.
LEAST_MARGIN_PX = 2
#: Grey of a solid cover, and of a soft one that has no outside: sRGB mid grey, says nothing of the picture.
SOLID_GREY = 96
#: Pixels around a group of covers that its fill is computed with: one is the border, one more for its noise.
_FRAME_PX = 2
#: Jacobi steps on each grid, and on grids above a size where the coarser solution is smooth enough to start from.
_STEPS, _STEPS_LARGE, _SMALL_GRID_PX = 40, 6, 160
#: A cover fades from its border to the average over so many pixels.  It must stay within the margin around a place:
#: on 100 crowd photos (2,006 covers) a fade by share of the cover's size left 5 covers that follow their source by
#: chance beyond what the surroundings tell (correlation 0.5), the bare membrane 15 of 4,027, this fade none.
_FADE_PX = 5.0
#: Share of the membrane's structure that is kept further in, so that it looks like a blur and not like a sticker.
_STRUCTURE = 0.15
_CROSS = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], np.float32) / 4


def margin_px(scale: float) -> int:
    """Return the margin in output pixels where the output is `scale` times as large as the source."""
    return max(LEAST_MARGIN_PX, int(np.ceil(JPEG_BLOCK_PX * scale)))


def mask_of(size: tuple[int, int], polygons: Sequence[Polygon], margin: int) -> Mask:
    """Return the mask of all `polygons`, each grown by `margin` pixels, on a picture of (width, height).

    Polygons may reach beyond the picture.  Every pixel that an upright rectangle touches is inside; along a slanted
    edge a pixel that is only grazed may be left out, which is what a margin of 1 and more is for.
    """
    mask = np.zeros((size[1], size[0]), np.uint8)
    for polygon in polygons:
        _paint(mask, polygon)
    if margin <= 0 or not polygons:
        return mask.astype(bool)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * margin + 1, 2 * margin + 1))
    return cv2.dilate(mask, disc).astype(bool)


def _paint(mask: npt.NDArray[np.uint8], polygon: Polygon) -> None:
    """Fill `polygon`: once as it is, once as the line around it, so that a thin one leaves no gap."""
    far = 4 * max(mask.shape)  # fillPoly wants 32-bit corners; what is farther out paints the same pixels
    corners = np.clip(np.array(polygon, np.float64), -far, far)
    inner = np.floor(corners).astype(np.int32)
    cv2.fillPoly(mask, [inner], 1)
    cv2.fillPoly(mask, [np.ceil(corners).astype(np.int32)], 1)
    cv2.polylines(mask, [inner], isClosed=True, color=1)


def cover(picture: Picture, mask: Mask, style: Style) -> Picture:
    """Return `picture` with every pixel of `mask` replaced by one that knows nothing of what lay there.

    Raises:
        ValueError: the mask is not of the picture's size.
    """
    if mask.shape != picture.pixels.shape[:2]:
        raise ValueError(f"mask {mask.shape} on a picture {picture.pixels.shape[:2]}")
    if not mask.any():
        return picture
    out = picture.pixels.copy()
    out[mask] = SOLID_GREY  # from here on nothing under the covers exists
    match style:
        case Style.SOLID:
            pass
        case Style.SOFT:
            if not mask.all():
                _soften(out, mask)
        case _:
            assert_never(style)
    return Picture(out)


def _soften(pixels: Pixels, mask: Mask) -> None:
    """Fill `mask` in place, one group of touching covers at a time, from the pixels at the group's border."""
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    outside = np.where(mask[..., None], 0, pixels)  # what one group fills in must not feed the next
    for label in range(1, count):
        x, y, width, height = (int(value) for value in boxes[label][:4])
        rows = slice(max(0, y - _FRAME_PX), y + height + _FRAME_PX)
        columns = slice(max(0, x - _FRAME_PX), x + width + _FRAME_PX)
        known = ~mask[rows, columns]
        if known.any():
            inside = labels[rows, columns] == label
            pixels[rows, columns][inside] = _fade_in(outside[rows, columns], known, inside)[inside]


def _fade_in(patch: Pixels, known: Mask, inside: Mask) -> Pixels:
    """Return a surface that meets `patch` at the border of `inside` and fades to a broad average further in.

    At the border it is the smoothest surface there is, so no edge shows; its own structure further in is taken
    out, because whatever has structure can resemble a face by chance.
    """
    weight = known.astype(np.float32)
    membrane = _solve(patch.astype(np.float32) * weight[..., None], weight)
    depth = cv2.distanceTransform(np.pad(inside, 1, mode="edge").astype(np.uint8), cv2.DIST_L2, 3)[1:-1, 1:-1]
    radius = max(1, int(depth.max()))
    average = _average(membrane, inside, 2 * radius)
    share = (1 - _STRUCTURE) * np.clip(depth / _FADE_PX, 0, 1)[..., None]
    faded = np.clip(np.rint(membrane + share * (average - membrane)), 0, 255)
    return np.asarray(faded, np.uint8)


def _average(surface: _Planes, inside: Mask, radius_px: int) -> _Planes:
    """Return the mean of `surface` over the part of `inside` that lies within about `radius_px`."""
    window = (2 * radius_px + 1, 2 * radius_px + 1)
    share = inside.astype(np.float32)
    total = surface * share[..., None]
    for _ in range(2):  # two box means: a triangular window, without corners that show
        total = np.asarray(cv2.blur(total, window, borderType=cv2.BORDER_CONSTANT), np.float32)
        share = np.asarray(cv2.blur(share, window, borderType=cv2.BORDER_CONSTANT), np.float32)
    return np.asarray(total / np.maximum(share, 1e-6)[..., None], np.float32)


def _solve(colour: _Planes, weight: _Planes) -> _Planes:
    """Return the solution of Laplace's equation, coarse to fine (a cascade of halved grids, Jacobi steps on each).

    Args:
        colour: (height, width, 3), each pixel times its weight.
        weight: (height, width), 0 where unknown, else above 0.
    """
    fixed = weight > 0
    own = colour / np.maximum(weight, 1e-6)[..., None]
    if fixed.all():
        return np.asarray(own, np.float32)
    height, width = weight.shape
    if max(height, width) <= 2:
        return np.asarray(np.where(fixed[..., None], own, colour.sum(axis=(0, 1)) / weight.sum()), np.float32)
    half = ((width + 1) // 2, (height + 1) // 2)
    coarse = _solve(_halve(colour, half), _halve(weight, half))
    start = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    surface = np.where(fixed[..., None], own, start).astype(np.float32)
    for _ in range(_STEPS if max(height, width) <= _SMALL_GRID_PX else _STEPS_LARGE):
        mean = cv2.filter2D(surface, -1, _CROSS, borderType=cv2.BORDER_REPLICATE)
        surface = np.asarray(np.where(fixed[..., None], surface, mean), np.float32)
    return surface


def _halve(planes: _Planes, size: tuple[int, int]) -> _Planes:
    """Return `planes` on a grid of half the size (width, height), each cell the mean of the four it replaces."""
    padded = cv2.copyMakeBorder(planes, 0, planes.shape[0] % 2, 0, planes.shape[1] % 2, cv2.BORDER_CONSTANT, value=0)
    return np.asarray(cv2.resize(padded, size, interpolation=cv2.INTER_AREA), np.float32)
