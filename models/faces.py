"""Find faces: several passes over a picture, their findings merged."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from models.centerface import Boxes, CenterFace, keep_best
from models.findings import Box, Face, Pixels
from models.weights import read_weight

THRESHOLD = 0.1  # CenterFace score; first guess, stack.md


class FaceFinder(Protocol):
    """Whatever finds faces."""

    def find(self, pixels: Pixels) -> tuple[Face, ...]:
        """Return the faces of `pixels` (RGB, upright, any size from 1 x 1), in its pixels."""
        ...


def open_face_finder(folder: Path | None = None, threads: int = 1) -> FaceFinder:
    """Open the best finder the installed weights allow."""
    return _Composed(CenterFace(read_weight("centerface.onnx"), threads))


class _Composed:
    def __init__(self, centerface: CenterFace) -> None:
        self._centerface = centerface

    def find(self, pixels: Pixels) -> tuple[Face, ...]:
        """Return the faces of `pixels`, best first."""
        found = np.concatenate([self._pass(pixels, scale) for scale in (1.0, 0.5)])
        return tuple(Face(Box(float(b[0]), float(b[1]), float(b[2]), float(b[3])), float(b[4]), "centerface")
                     for b in keep_best(found, 0.6))

    def _pass(self, pixels: Pixels, scale: float) -> Boxes:
        height, width = pixels.shape[:2]
        size = max(1, round(width * scale)), max(1, round(height * scale))
        boxes = self._centerface.find(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), THRESHOLD)
        return boxes * np.array([width / size[0], height / size[1]] * 2 + [1], np.float32)
