"""Draw what would be covered onto the picture, for a person to look at; the picture is *not* redacted."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from models.findings import scale_polygon
from redact.redaction.encode import encode
from redact.redaction.photo import RedactionContext, examine_photo
from redact.redaction.picture.decode import decode
from redact.redaction.picture.resize import shrink
from redact.redaction.shapes.geometry import corners_of
from redact.redaction.values import Action, Outcome, Picture, Pixels, Region, Status

_COLOUR: Final = {  # RGB
    Action.COVERED: (220, 30, 30),
    Action.ASK: (235, 140, 0),
    Action.SHOWN: (0, 140, 60),
    Action.MAYBE: (20, 80, 220),
}
_SIDE_PX: Final = 2048  # a picture for a screen


def draw_photo(data: bytes, context: RedactionContext) -> Outcome:
    """Return what would be covered on one photo, with a picture that shows the regions, numbered, and the reasons."""
    outcome = examine_photo(data, context)
    if outcome.status is not Status.CHECKED:
        return outcome
    picture = shrink(decode(data), _SIDE_PX)
    return replace(outcome, output=encode(draw(picture, outcome)), output_size=picture.size)


def draw(picture: Picture, outcome: Outcome) -> Picture:
    """Return `picture` with the regions of `outcome` drawn on it and a list of the reasons below."""
    source_width_px = outcome.source_size[0] if outcome.source_size else picture.width_px
    pixels = picture.pixels.copy()
    for number, region in enumerate(outcome.regions, 1):
        _draw_region(pixels, region, number, picture.width_px / source_width_px)
    return Picture(np.vstack([pixels, _legend(outcome.regions, picture.width_px)]))


def _draw_region(pixels: Pixels, region: Region, number: int, k: float) -> None:
    corners = corners_of(scale_polygon(region.polygon, k))
    thick = max(2, max(pixels.shape) // 700)
    cv2.polylines(pixels, [corners], isClosed=True, color=_COLOUR[region.action], thickness=thick, lineType=cv2.LINE_AA)
    x, y = (int(value) for value in corners.min(axis=0))
    _write(pixels, str(number), (x, max(y - 4, 14)), _COLOUR[region.action], thick)


def _legend(regions: tuple[Region, ...], width_px: int) -> Pixels:
    row_px = max(16, width_px // 60)
    band = np.full((row_px * (len(regions) + 1), width_px, 3), 255, np.uint8)
    for number, region in enumerate(regions, 1):
        text = f"{number}  {region.kind} {region.action} {region.score:.2f}: {region.reason}"
        _write(band, text, (8, row_px * number), _COLOUR[region.action], max(1, row_px // 18))
    return band


def _write(pixels: Pixels, text: str, place: tuple[int, int], colour: tuple[int, int, int], thick: int) -> None:
    size = max(0.4, pixels.shape[1] / 2400)
    cv2.putText(pixels, text, place, cv2.FONT_HERSHEY_SIMPLEX, size, (255, 255, 255), thick + 2, cv2.LINE_AA)
    cv2.putText(pixels, text, place, cv2.FONT_HERSHEY_SIMPLEX, size, colour, thick, cv2.LINE_AA)
