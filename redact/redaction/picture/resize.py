"""Make a picture smaller, never larger."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from redact.redaction.values import Picture


def shrink(picture: Picture, max_side_px: int) -> Picture:
    """Return `picture` with its long side at most `max_side_px` pixels; a smaller one is returned as it is.

    Every output pixel is the mean of the source pixels it replaces (area averaging): no ringing at a cover's
    border, and small print keeps its weight.

    Args:
        picture: The picture to make smaller.
        max_side_px: Longest side allowed, 1 or more.

    Raises:
        ValueError: `max_side_px` is less than 1.
    """
    if max_side_px < 1:
        raise ValueError(f"max_side_px must be 1 or more, not {max_side_px}")
    long_side = max(picture.size)
    if long_side <= max_side_px:
        return picture
    width, height = (max(1, round(side * max_side_px / long_side)) for side in picture.size)
    whole = picture.lightness  # not the picture: it would be kept as long as the small one is
    lightness = None if whole is None else cache(lambda: _means(whole(), (width, height)))
    return Picture(_means(picture.pixels, (width, height)), coding=picture.coding, lightness=lightness)


def _means(pixels: npt.NDArray[np.uint8], size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
