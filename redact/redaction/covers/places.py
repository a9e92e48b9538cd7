"""What is covered on one picture: heads, whose covers look like a person, and flat places such as names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from redact.redaction.covers.outline import face_in
from redact.redaction.plans import moved
from redact.redaction.values import CODED_BLOCK_PX, Box, Kind, Polygon, Region

#: The finder's score from which a face stands without a second look (models/faces): what a cover looks like may say
#: whether one was sure, and nothing else of it.
SURE_SCORE: Final = 0.40


@dataclass(frozen=True, slots=True)
class Head:
    """One head, in pixels of the picture that is covered."""

    outline: Polygon  # as it is reported
    face: Box  # the tight box in it
    score: float  # the finder's own, 0..1


@dataclass(frozen=True, slots=True)
class Places:
    """All that is covered on a picture of `size`; each place will be grown by a margin."""

    size: tuple[int, int]  # width, height, pixels
    heads: tuple[Head, ...] = ()
    flats: tuple[Polygon, ...] = ()
    scale: float = 1.0  # of the picture to its source
    spread_px: int = CODED_BLOCK_PX  # how far a place may have coloured its source, source pixels


def places_of(regions: Sequence[Region], size: tuple[int, int], shows: Box, spread_px: int = CODED_BLOCK_PX) -> Places:
    """Return the places of `regions`, which are in source pixels.

    Args:
        regions: those to cover.
        size: (width, height) of the picture that is covered, pixels.
        shows: which part of the source that picture shows, source pixels.
        spread_px: of the source, in its pixels: redact.redaction.values.spread_px.
    """
    heads, flats = [], []
    for region in regions:
        polygon = moved(region.polygon, size, shows)
        if region.kind is Kind.FACE:
            face = None if region.face is None else moved(region.face.polygon, size, shows)
            heads.append(Head(polygon, face_in(polygon) if face is None else Box(*face[0], *face[2]), region.score))
        else:
            flats.append(polygon)
    scale = max(size[0] / shows.width, size[1] / shows.height)
    return Places(size, tuple(heads), tuple(flats), scale, spread_px)
