"""From a face to the head around it: the cover takes hair, ears and chin, not the tight box."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from models.findings import Box, Face, Polygon, bounds
from redact.redaction.shapes.geometry import core_of

#: The finder's score from which a face needs no second look (models/faces): its box is then exact enough for a rounder
#: outline, and the look of a cover may show that the finder was sure, and nothing else.
SURE_SCORE: Final = 0.40

# All in shares of the face's own box, from its edges outwards; area against faces hidden: docs/design.md.
_ABOVE: Final = 0.37  # of its height: hair
#: The same of a doubtful face: three of four are none (546 of 753 on 100 crowd photos), and forehead and hairline are
#: hidden by it.  Beside and below it is as wide as a sure one: it is found less exactly.
_ABOVE_DOUBTFUL: Final = 0.25
_BELOW: Final = 0.06  # of its height: chin
_BESIDE: Final = 0.20  # of its width, each side: ears, hair
#: The least of the same, pixels: a small face is found one or two pixels beside its place.
_LEAST_ABOVE_PX: Final = 6.0
_LEAST_BELOW_PX: Final = 3.0
_LEAST_BESIDE_PX: Final = 4.0
#: So much around the egg the plan outlines as well, source pixels: room for what an earlier coding spread,
#: and two faces of 35 and 50 px are hidden by it.  No pixel beside the cover varies with what lies in that outline.
REPORTED_PX: Final = 2.0

_SPANS: Final = 0.70  # of the picture's width or height, from which a face is taken to fill it; docs/finders.md
_REST: Final = 0.50  # of the face's width or height: how far beyond it the rest of such a head may reach; likewise

_CORNERS: Final = 48  # of an outline of 500 px, the farthest from the curve is then half a pixel
_WIDEST: Final = 0.46  # of the outline's height, from above: hair is wider than a chin
#: Exponents of |x|^n + |y|^n = 1 above and below the widest place: 2 is an ellipse, 4 nearly a rectangle.
_ROUND_SURE: Final = (2.0, 2.1)
_ROUND_DOUBTFUL: Final = (2.3, 2.4)  # keeps the corners, for a box that is a little beside the face

#: Two findings are of one head from this intersection over union, or where so much of the smaller lies in the larger.
_SAME_IOU: Final = 0.3
_SAME_INSIDE: Final = 0.8
_CORE_WITHIN: Final = 0.98  # of a finding's core, by which the joined outline must hide it; the rest is a corner


def head_of(face: Face) -> Polygon:
    """Return the outline of the head that belongs to `face`: clockwise, 48 points, in the same pixels.

    The outline contains the core of the face's box and may reach beyond the picture.
    """
    return head_around(face.box, is_sure=face.score >= SURE_SCORE)


def head_around(box: Box, *, is_sure: bool = True) -> Polygon:
    """Return the outline of the head whose face has the tight `box`, found for sure or not; see `head_of`."""
    above = _ABOVE if is_sure else _ABOVE_DOUBTFUL
    beside = max(_BESIDE * box.width, _LEAST_BESIDE_PX) + REPORTED_PX
    top = box.y0 - max(above * box.height, _LEAST_ABOVE_PX) - REPORTED_PX
    bottom = box.y1 + max(_BELOW * box.height, _LEAST_BELOW_PX) + REPORTED_PX
    centre_x, centre_y = (box.x0 + box.x1) / 2, top + _WIDEST * (bottom - top)
    half_width = box.width / 2 + beside
    return tuple(
        (centre_x + half_width * x, centre_y + y * (bottom - centre_y if y > 0 else centre_y - top))
        for x, y in (_SURE if is_sure else _DOUBTFUL)
    )


def head_in(face: Face, size: tuple[int, int]) -> Polygon:
    """Return the outline of the head that belongs to `face` on a picture of (width, height), in the same pixels.

    A finder sees a face that fills the frame smaller than it is, and leaves out mouth or chin: where a face spans the
    picture, the cover is a rectangle that goes on to each border that the rest of the head may reach.
    """
    box, (width, height) = face.box, size
    across = (min(box.x1, width) - max(box.x0, 0)) / width
    down = (min(box.y1, height) - max(box.y0, 0)) / height
    if max(across, down) < _SPANS:
        return head_of(face)
    head, reach_x, reach_y = bounds(head_of(face)), _REST * box.width, _REST * box.height
    left = 0.0 if box.x0 <= reach_x else head.x0
    top = 0.0 if box.y0 <= reach_y else head.y0
    right = float(width) if box.x1 + reach_x >= width else head.x1
    bottom = float(height) if box.y1 + reach_y >= height else head.y1
    return Box(min(left, head.x0), min(top, head.y0), max(right, head.x1), max(bottom, head.y1)).polygon


def face_in(outline: Polygon) -> Box:
    """Return about where the face's own box lies in the outline of a head, for an outline that a person drew."""
    box = bounds(outline)
    beside, height = box.width * _BESIDE / (1 + 2 * _BESIDE), box.height / (1 + _ABOVE + _BELOW)
    top = box.y0 + _ABOVE * height
    return Box(box.x0 + beside, top, box.x1 - beside, top + height)


def join_faces(faces: Sequence[Face]) -> tuple[Face, ...]:
    """Return `faces` with several findings of one head joined to one, as large as all of them together.

    Second findings give a head bumps.  They are joined only where the outline of the joined one hides the core of
    each, so that nothing is bare that was hidden before.
    """
    joined: list[tuple[Face, ...]] = []  # the joined one first, then all that it was made of
    for face in sorted(faces, key=lambda face: -face.box.area):
        for place, (other, *parts) in enumerate(joined):
            both = _join(other, face, parts)
            if both is not None:
                joined[place] = (both, *parts, face)
                break
        else:
            joined.append((face, face))
    return tuple(sorted((face for face, *_ in joined), key=lambda face: -face.score))


def is_one_head(one: Box, other: Box) -> bool:
    """Say whether the faces in two boxes are of one head."""
    return one.iou(other) >= _SAME_IOU or one.overlap(other) >= _SAME_INSIDE * min(one.area, other.area)


def union(one: Box, other: Box) -> Box:
    """Return the smallest box around both."""
    return Box(min(one.x0, other.x0), min(one.y0, other.y0), max(one.x1, other.x1), max(one.y1, other.y1))


def _join(one: Face, other: Face, parts: Sequence[Face]) -> Face | None:
    """Return the finding that `one`, made of `parts`, and `other` are together; None if they are of two heads."""
    if not is_one_head(one.box, other.box):
        return None
    best = max(one, other, key=lambda face: face.score)
    is_sure = any(part.is_sure for part in (*parts, other))
    both = replace(best, is_sure=is_sure, box=union(one.box, other.box))
    outline = head_of(both)
    return both if all(_holds(outline, core_of(part.box)) for part in (*parts, other)) else None


def _holds(outline: Polygon, core: Polygon) -> bool:
    """Say whether the convex `outline` holds nearly all of `core`."""
    area, _ = cv2.intersectConvexConvex(np.array(outline, np.float32), np.array(core, np.float32))
    return float(area) >= _CORE_WITHIN * bounds(core).area


def _egg(above: float, below: float) -> Polygon:
    """Return the egg of half axes 1 and these exponents around the origin, its corners on the curve."""

    def bend(part: float, exponent: float) -> float:
        return math.copysign(abs(part) ** (2 / exponent), part)

    def corner(angle: float) -> tuple[float, float]:
        exponent = below if math.sin(angle) > 0 else above
        return bend(math.cos(angle), exponent), bend(math.sin(angle), exponent)

    return tuple(corner(2 * math.pi * i / _CORNERS) for i in range(_CORNERS))


_SURE: Final = _egg(*_ROUND_SURE)
_DOUBTFUL: Final = _egg(*_ROUND_DOUBTFUL)
