"""Small pictures made for tests."""

from __future__ import annotations

import numpy as np

from redact.redaction.encode import encode
from redact.redaction.values import Picture


def noisy_picture(width: int = 320, height: int = 240, seed: int = 1) -> Picture:
    """Return a picture with detail everywhere, so that a missing cover shows."""
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 256, (height // 4 + 1, width // 4 + 1, 3), np.uint8)
    return Picture(np.ascontiguousarray(np.kron(coarse, np.ones((4, 4, 1), np.uint8))[:height, :width]))


def noisy_jpeg(width: int = 320, height: int = 240, seed: int = 1) -> bytes:
    """Return `noisy_picture` as a JPEG file."""
    return encode(noisy_picture(width, height, seed))
