"""From a face to the head around it: the cover takes hair, ears and chin, not the tight box."""

from __future__ import annotations

import math
from typing import Final

from models.findings import Box, Face, Polygon, bounds

# All in shares of the face's own box, from its edges outwards.  A finder says nothing of how a head is turned, so
# the sides get room for the hair of a head that lies on its side; measured in docs/design.md.
_ABOVE: Final = 0.40  # of its height: hair
_BELOW: Final = 0.20  # of its height: chin, and a finder that stops at the lip
_BESIDE: Final = 0.28  # of its width, each side: ears, hair
_LEAST_PX: Final = 3.0  # pixels on each side: a small face is found one or two pixels beside its place

_SPANS: Final = 0.70  # of the picture's width or height, from which a face is taken to fill it; docs/design.md
_REST: Final = 0.50  # of the face's width or height: how far beyond it the rest of such a head may reach; likewise

_CORNERS: Final = 16  # a rounded outline that still meets the picture's raster well at 2048 px
_ROUNDNESS: Final = 2.6  # exponent of |x|^n + |y|^n = 1; 2 is an ellipse and cuts the jaw, 4 is nearly a rectangle


def head_of(face: Face) -> Polygon:
    """Return the outline of the head that belongs to `face`: clockwise, 16 points, in the same pixels.

    The outline contains the whole box of the face and may reach beyond the picture.
    """
    box = face.box
    left, right = box.x0 - max(_BESIDE * box.width, _LEAST_PX), box.x1 + max(_BESIDE * box.width, _LEAST_PX)
    top, bottom = box.y0 - max(_ABOVE * box.height, _LEAST_PX), box.y1 + max(_BELOW * box.height, _LEAST_PX)
    centre_x, centre_y = (left + right) / 2, (top + bottom) / 2
    half_width, half_height = (right - left) / 2, (bottom - top) / 2
    return tuple((centre_x + half_width * x, centre_y + half_height * y) for x, y in _OUTLINE)


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


def _outline() -> Polygon:
    """Return the rounded shape of half axes 1 around the origin, its corners on the curve."""

    def bend(part: float) -> float:
        return math.copysign(abs(part) ** (2 / _ROUNDNESS), part)

    angles = (2 * math.pi * i / _CORNERS for i in range(_CORNERS))
    return tuple((bend(math.cos(angle)), bend(math.sin(angle))) for angle in angles)


_OUTLINE: Final = _outline()
