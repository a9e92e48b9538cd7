"""The cover of a head contains its face, with room for hair, ears and chin."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.findings import Box, Face, bounds
from redact.redaction.covers.masks import mask_of
from redact.redaction.covers.outline import face_in, head_in, head_of, join_faces
from redact.redaction.shapes.geometry import core_of

faces = st.builds(
    lambda x, y, w, h, score: Face(Box(x, y, x + w, y + h), score, "test"),
    st.floats(-500, 5000),
    st.floats(-500, 5000),
    st.floats(1, 2000),
    st.floats(1, 2000),
    st.sampled_from((0.05, 0.5)),  # doubtful, sure
)


@given(faces)
def test_the_core_of_the_face_lies_inside(face: Face) -> None:
    outline = np.array(head_of(face), np.float32)
    for corner in core_of(face.box):
        assert cv2.pointPolygonTest(outline, corner, True) > -1e-2 * max(face.box.width, face.box.height)


@given(faces)
def test_hair_ears_and_chin_have_room(face: Face) -> None:
    """The outline reaches beyond the face on every side, furthest above, and most where the finder is sure."""
    head = bounds(head_of(face))
    assert face.box.y0 - head.y0 >= (0.3 if face.score == 0.5 else 0.2) * face.box.height
    assert head.y1 - face.box.y1 >= 0.05 * face.box.height
    assert min(face.box.x0 - head.x0, head.x1 - face.box.x1) >= 0.19 * face.box.width


@given(faces)
def test_the_outline_is_an_egg(face: Face) -> None:
    """Rounded, convex, smaller than the rectangle around it, widest above its middle."""
    outline, head = np.array(head_of(face), np.float32), bounds(head_of(face))
    assert cv2.contourArea(outline) < 0.9 * head.area
    assert cv2.contourArea(cv2.convexHull(outline)) <= 1.001 * cv2.contourArea(outline)
    widest = outline[outline[:, 0].argmax()][1]
    assert head.y0 < widest < head.y0 + 0.49 * head.height


@given(faces)
def test_the_face_is_found_again_in_an_outline(face: Face) -> None:
    if min(face.box.width, face.box.height) > 60:
        assert face_in(head_of(face)).iou(face.box) > 0.8


def test_two_findings_of_one_head_become_one_and_two_heads_stay_two() -> None:
    one, again = Face(Box(100, 100, 160, 180), 0.9, "a"), Face(Box(105, 95, 170, 178), 0.6, "b")
    beside = Face(Box(170, 100, 230, 180), 0.7, "a")
    joined = join_faces((one, again, beside))
    assert [face.score for face in joined] == [0.9, 0.7]
    assert joined[0].box == Box(100, 95, 170, 180)
    assert joined[1] == beside


def test_a_small_face_in_the_corner_of_a_large_finding_keeps_its_own_cover() -> None:
    large, small = Face(Box(100, 100, 300, 400), 0.5, "a"), Face(Box(262, 352, 300, 400), 0.9, "a")
    assert set(join_faces((large, small))) == {large, small}


near = st.builds(
    lambda x, y, w, h: Face(Box(x, y, x + w, y + h), 0.5, "test"),
    *(st.floats(*span) for span in ((0, 90), (0, 90), (10, 90), (10, 90))),
)


@given(st.lists(near, max_size=6))
def test_no_finding_loses_its_cover_by_being_joined(found: list[Face]) -> None:
    """Every core lies in some outline of those that are left."""
    outlines = [np.array(head_of(face), np.float32) for face in join_faces(found)]
    for face in found:
        core = np.array(core_of(face.box), np.float32)
        shares = [cv2.intersectConvexConvex(outline, core)[0] / bounds(core_of(face.box)).area for outline in outlines]
        assert max(shares) > 0.95


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
