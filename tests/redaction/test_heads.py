"""The cover of a head contains its face, with room for hair, ears and chin."""

from __future__ import annotations

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.findings import Box, Face, bounds
from redact.redaction.heads import head_of

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
