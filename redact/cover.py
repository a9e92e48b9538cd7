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

from redact.values import Picture, Pixels, Polygon, Style

Mask = npt.NDArray[np.bool_]  # (height, width); True where covered
_Planes = npt.NDArray[np.float32]

#: Margin around a cover, in *source* pixels: a JPEG codes luma in blocks of 8, so ringing carries a trace of what
#: lies inside a cover up to one block beyond it (ITU-T T.81, A.3).
JPEG_BLOCK_PX = 8
#: Least margin in output pixels: INTER_AREA mixes at most one neighbour, rounding of corners half a pixel more.
LEAST_MARGIN_PX = 2
#: Grey of a solid cover, and of a soft one that has no outside: sRGB mid grey, says nothing of the picture.
SOLID_GREY = 96
#: Rounds of smoothing of a soft cover: the pyramid's seams are gone to the eye after two (looked at on 30 photos).
_SMOOTHINGS = 2
#: Least width of the ring a soft cover is computed from, px: wide enough that one odd pixel does not colour it.
_LEAST_RING_PX = 6


def margin_px(scale: float) -> int:
    """Return the margin in output pixels where the output is `scale` times as large as the source."""
    return max(LEAST_MARGIN_PX, int(np.ceil(JPEG_BLOCK_PX * scale)))


def mask_of(size: tuple[int, int], polygons: Sequence[Polygon], margin: int) -> Mask:
    """Return the mask of all `polygons`, each grown by `margin` pixels, on a picture of (width, height).

    Polygons may reach beyond the picture.  Every pixel that a polygon touches is inside.
    """
    mask = np.zeros((size[1], size[0]), np.uint8)
    for polygon in polygons:
        _paint(mask, polygon)
    if margin > 0 and mask.any():
        mask = cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * margin + 1, 2 * margin + 1)))
    return mask.astype(bool)


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
    """Fill `mask` in place, one group of touching covers at a time, from a ring of pixels around the group."""
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    for label in range(1, count):
        x, y, width, height = (int(value) for value in boxes[label][:4])
        ring = max(_LEAST_RING_PX, max(width, height) // 8)
        window = (slice(max(0, y - ring), y + height + ring), slice(max(0, x - ring), x + width + ring))
        inside = labels[window] == label
        near = cv2.dilate(inside.astype(np.uint8), np.ones((2 * ring + 1, 2 * ring + 1), np.uint8)).astype(bool)
        known = near & ~mask[window]
        if known.any():
            pixels[window][inside] = _fade_in(pixels[window], known)[inside]


def _fade_in(patch: Pixels, known: Mask) -> Pixels:
    """Return `patch` with all that is not `known` faded in from what is (pull-push pyramid)."""
    weight = np.float32(known)[..., None]
    surface = _pull_push(patch.astype(np.float32) * weight, weight)
    radius = max(1, min(known.shape) // 16)
    for _ in range(_SMOOTHINGS):
        blurred = cv2.blur(surface, (2 * radius + 1, 2 * radius + 1))
        surface = np.where(known[..., None], patch, blurred).astype(np.float32)
    return np.clip(np.rint(surface), 0, 255).astype(np.uint8)


def _pull_push(colour: _Planes, weight: _Planes) -> _Planes:
    """Return colours for all pixels: where the weight is nought, those of the next coarser level."""
    height, width = weight.shape[:2]
    own = colour / np.maximum(weight, 1e-6)
    if min(height, width) <= 1 or bool((weight > 0).all()):
        return _known_or_mean(own, weight)
    half = (max(1, (width + 1) // 2), max(1, (height + 1) // 2))
    coarse = _pull_push(cv2.pyrDown(colour, dstsize=half), cv2.pyrDown(weight, dstsize=half)[..., None])
    wide = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    share = np.minimum(weight, 1)
    return np.asarray(share * own + (1 - share) * wide, np.float32)


def _known_or_mean(own: _Planes, weight: _Planes) -> _Planes:
    """Return the coarsest level: known colours, their mean where nothing is known, grey where nothing at all is."""
    total = float(weight.sum())
    mean = (own * weight).sum(axis=(0, 1)) / total if total > 0 else np.full(3, SOLID_GREY, np.float32)
    return np.where(weight > 0, own, mean).astype(np.float32)
