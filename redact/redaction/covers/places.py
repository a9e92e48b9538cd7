"""What is covered on one picture: heads, whose covers look like a person, and flat places such as names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from redact.redaction.covers.outline import face_in, is_one_head, union
from redact.redaction.plans import moved
from redact.redaction.values import WITHOUT_BLOCKS, Box, Coding, Kind, Polygon, Region

#: A face of less than this share of the tallest one's height stands farther away: a small child's, at an arm's length
#: before an adult's, is above it.
_FAR: Final = 0.4


@dataclass(frozen=True, slots=True)
class Head:
    """One head, in pixels of the picture that is covered."""

    outline: Polygon  # as it stands in the plan
    face: Box  # the tight box in it
    score: float  # the finder's own, 0..1


@dataclass(frozen=True, slots=True)
class Places:
    """All that is covered on a picture of `size`; with each place goes what it may have coloured."""

    size: tuple[int, int]  # width, height, pixels
    heads: tuple[Head, ...] = ()
    flats: tuple[Polygon, ...] = ()
    coding: Coding = WITHOUT_BLOCKS  # of the picture that it was decoded from
    coded: Box | None = None  # the part of that which it shows, pixels of that; None: all of it, pixel by pixel

    @property
    def is_empty(self) -> bool:
        """Whether nothing is covered."""
        return not (self.heads or self.flats)

    @property
    def step(self) -> tuple[float, float]:
        """Coded pixels, along a row and along a column, of one pixel of the picture."""
        if self.coded is None:
            return 1.0, 1.0
        return self.coded.width / self.size[0], self.coded.height / self.size[1]

    @property
    def corner(self) -> tuple[float, float]:
        """Where the picture begins on the coded one, coded pixels."""
        return (0.0, 0.0) if self.coded is None else (self.coded.x0, self.coded.y0)

    @property
    def scale(self) -> float:
        """Of the picture to the coded one."""
        return 1 / min(self.step)


def places_of(
    regions: Sequence[Region], size: tuple[int, int], shows: Box, coding: Coding, *, is_copy: bool = False
) -> Places:
    """Return the places of `regions`, which are in source pixels.

    Args:
        regions: those to cover.
        size: (width, height) of the picture that is covered, pixels.
        shows: which part of the source that picture shows, source pixels.
        coding: of the picture that was decoded.
        is_copy: that was no source but a copy, which shows `shows` in its own pixels.
    """
    heads: list[_Placed] = []
    flats: list[Polygon] = []
    for region in regions:
        polygon = moved(region.polygon, size, shows)
        if region.kind is Kind.FACE:
            face = None if region.face is None else moved(region.face.polygon, size, shows)
            # Only found in the output: often the rim of a sticker with a collar below, and no face for another one.
            is_later = region.is_found_again
            box = face_in(polygon) if face is None else Box(*face[0], *face[2])
            head = Head(polygon, box, 0.0 if is_later else region.score)
            _put(heads, _Placed(head, is_later, region.is_by_hand))
        else:
            flats.append(polygon)
    return Places(size, tuple(placed.head for placed in heads), tuple(flats), coding, None if is_copy else shows)


def from_the_back(heads: Sequence[Head]) -> list[Head]:
    """Return `heads` from the back to the front: of heads of one distance, whose chin is lower stands in front.

    By the size of the face alone a child before its parents would stand behind them; by the chin alone passers-by stood
    before the large head that hides them.
    """
    tallest = tallest_of(heads)
    return sorted(heads, key=lambda head: (not is_far(head, tallest), head.face.y1, head.face.x0))


def tallest_of(heads: Sequence[Head]) -> float:
    """Return the height of the tallest face, pixels; 0 without any."""
    return max((head.face.height for head in heads), default=0.0)


def is_far(head: Head, tallest: float) -> bool:
    """Say whether `head` is so much smaller than the tallest that it belongs to somebody farther away."""
    return head.face.height < _FAR * tallest


@dataclass(frozen=True, slots=True)
class _Placed:
    head: Head
    is_later: bool  # only found in the output
    is_by_hand: bool


def _put(heads: list[_Placed], new: _Placed) -> None:
    """Add `new`; what was only found in the output is one cover with what was found of the same head before.

    The cover is as large as both and all between them, so that nothing is bare which either hides.  It stays two
    regions of the plan: these are compared to see what a copy hides more than a former one.
    """
    if new.is_later and not new.is_by_hand:
        for place, old in enumerate(heads):
            if not old.is_by_hand and is_one_head(old.head.face, new.head.face):
                heads[place] = replace(old, head=_joined(old.head, new.head))
                return
    heads.append(new)


def _joined(old: Head, new: Head) -> Head:
    corners = np.array([*old.outline, *new.outline], np.float32)
    steps = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], np.float32)
    corners = (corners[:, None] + steps).reshape(-1, 2)  # a line between far corners is painted up to a pixel beside it
    hull = tuple((float(x), float(y)) for x, y in cv2.convexHull(corners)[:, 0])
    return replace(old, outline=hull, face=union(old.face, new.face))
