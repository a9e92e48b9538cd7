"""An original as a reviewer looks at it: small, and marked so that nobody takes it for a copy."""

from __future__ import annotations

import hashlib
from typing import Final

import cv2
import numpy as np

from redact.errors import PictureHeld, PictureRefused
from redact.redaction.encode import encode
from redact.redaction.picture.decode import decode
from redact.redaction.picture.resize import shrink
from redact.redaction.values import Outcome, Picture, Pixels, Status

_MARK: Final = "NOT FOR RELEASE"
_FONT: Final = cv2.FONT_HERSHEY_DUPLEX
_ROWS: Final = 5  # lines of it over the height: no part of the picture worth having is without
_SHARE: Final = 0.28  # of its colour; a face below stays to be recognised


def draw_for_looking(data: bytes, side_px: int) -> Outcome:
    """Return an original with the mark across it, at most `side_px` long; one that may not be opened is held."""
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        source = decode(data)
    except (PictureRefused, PictureHeld) as error:
        return Outcome(Status.HELD, sha256, str(error))
    picture = shrink(source, side_px)
    marked = Picture(_marked(picture.pixels))
    return Outcome(Status.CHECKED, sha256, output=encode(marked), source_size=source.size, output_size=marked.size)


def _marked(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    (text_width, text_height), _ = cv2.getTextSize(_MARK, _FONT, 1.0, 2)
    scale = width / (1.2 * text_width)
    thick = max(1, round(2 * scale))
    layer = np.zeros((height, width), np.uint8)
    for row in range(_ROWS):
        y = round((row + 0.5) * height / _ROWS + text_height * scale / 2)
        cv2.putText(layer, _MARK, (round(width * 0.08), y), _FONT, scale, 255, thick, cv2.LINE_AA)
    share = _SHARE * layer[..., None].astype(np.float32) / 255
    light = np.where(pixels.mean(axis=2, keepdims=True) > 127, 0.0, 255.0)  # dark on light, light on dark
    return np.asarray(pixels + share * (light - pixels) + 0.5, np.uint8)
