"""Pixels as the networks take them."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from models.findings import Pixels


def to_planes(pixels: Pixels, *, is_bgr: bool = False) -> npt.NDArray[np.float32]:
    """Return `pixels` (RGB) as (1, 3, height, width) floats 0..255, a plane for each colour.

    The planes are parted by OpenCV and made floats one by one: a fifth of what numpy takes for both at once.

    Args:
        pixels: of a picture or a part of one.
        is_bgr: blue comes first, as some networks were trained.
    """
    planes = cv2.split(pixels)
    tensor = np.empty((1, 3, *pixels.shape[:2]), np.float32)
    for place, plane in zip(tensor[0], planes[::-1] if is_bgr else planes, strict=True):
        place[...] = plane
    return tensor


def to_signed_planes(pixels: Pixels) -> npt.NDArray[np.float32]:
    """Return `pixels` (RGB) as floats -1..1, blue first: as PP-OCR's networks were trained."""
    tensor = to_planes(pixels, is_bgr=True)
    tensor /= np.float32(127.5)
    tensor -= np.float32(1.0)
    return tensor
