"""Run a network over a resized picture and bring its findings back."""

from __future__ import annotations

from typing import Protocol

import cv2
import numpy as np

from models.boxes import Boxes
from models.findings import Pixels


class Network(Protocol):
    """One pass of a face network."""

    def find(self, pixels: Pixels, threshold: float) -> Boxes:
        """Return the faces of `pixels` whose score is at least `threshold`, in its pixels."""
        ...


def find_scaled(network: Network, pixels: Pixels, scale: float, threshold: float) -> Boxes:
    """Return what `network` finds in `pixels` resized by `scale`, in the pixels of the original."""
    height, width = pixels.shape[:2]
    resized = resize(pixels, scale)
    back_x, back_y = width / resized.shape[1], height / resized.shape[0]
    return network.find(resized, threshold) * np.array([back_x, back_y, back_x, back_y, 1], np.float32)


def resize(pixels: Pixels, scale: float) -> Pixels:
    """Return `pixels` resized by `scale`, at least one pixel each way."""
    if scale == 1.0:
        return pixels
    size = max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return cv2.resize(pixels, size, interpolation=method).astype(np.uint8, copy=False)
