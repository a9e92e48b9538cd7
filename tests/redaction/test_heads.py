"""The cover of a head contains its face, with room for hair, ears and chin."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.findings import Box, Face, bounds
from redact.redaction.cover import mask_of
from redact.redaction.heads import head_in, head_of

faces = st.builds(
    lambda x, y, w, h: Face(Box(x, y, x + w, y + h), 0.5, "test"),
    st.floats(-500, 5000),
    st.floats(-500, 5000),
    st.floats(1, 2000),
    st.floats(1, 2000),
)


@given(faces)
def test_the_whole_face_lies_inside(face: Face) -> None:
    """No corner of the face's box is outside the outline."""
    outline = np.array(head_of(face), np.float32)
    for corner in face.box.polygon:
        assert cv2.pointPolygonTest(outline, corner, True) > -1e-2 * max(face.box.width, face.box.height)


@given(faces)
def test_hair_ears_and_chin_have_room(face: Face) -> None:
    """The outline reaches beyond the face on every side, furthest above."""
    head = bounds(head_of(face))
    assert face.box.y0 - head.y0 >= 0.3 * face.box.height
    assert head.y1 - face.box.y1 >= 0.1 * face.box.height
    assert min(face.box.x0 - head.x0, head.x1 - face.box.x1) >= 0.2 * face.box.width


@given(faces)
def test_the_outline_is_rounded_and_convex(face: Face) -> None:
    """Eight to sixteen points, convex, and smaller than the rectangle around them."""
    outline = np.array(head_of(face), np.float32)
    assert 8 <= len(outline) <= 16
    assert cv2.contourArea(outline) < 0.95 * bounds(head_of(face)).area
    assert cv2.contourArea(cv2.convexHull(outline)) <= 1.001 * cv2.contourArea(outline)


@pytest.mark.parametrize(
    ("box", "reached"),
    [
        (Box(-30, -20, 380, 420), (0, 0, 400, 600)),  # wider than the picture: mouth and chin lie below
        (Box(30, 80, 350, 500), (0, 0, 400, 600)),
        (Box(60, 10, 370, 330), (0, 0, 400, None)),  # the chin is on the picture, and the shoulders stay
        (Box(150, 100, 250, 230), (None, None, None, None)),
    ],
)
def test_a_head_that_fills_the_frame_is_covered_to_its_borders(box: Box, reached: tuple[int | None, ...]) -> None:
    face, size = Face(box, 0.9, "fixed"), (400, 600)
    head = bounds(head_in(face, size))
    assert head.overlap(bounds(head_of(face))) == pytest.approx(bounds(head_of(face)).area), "never less than the head"
    borders = ((head.x0 <= 0, 0), (head.y0 <= 0, 0), (head.x1 >= 400, 400), (head.y1 >= 600, 600))
    assert [is_there for is_there, _ in borders] == [border is not None for border in reached]
    if None not in reached:
        assert mask_of(size, [head_in(face, size)], 0).all(), "its corners too"
