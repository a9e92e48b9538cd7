"""Clipping keeps all that is inside; a share is a share."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.findings import Box, bounds
from redact.redaction.covers.masks import mask_of
from redact.redaction.shapes.clip import clip
from redact.redaction.shapes.geometry import core_of, covered_share

NUMBERS = st.floats(-200, 200)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    x0, y0 = draw(NUMBERS), draw(NUMBERS)
    return Box(x0, y0, x0 + draw(st.floats(0.01, 300)), y0 + draw(st.floats(0.01, 300)))


@given(boxes(), boxes())
def test_iou_is_symmetric_and_between_nought_and_one(a: Box, b: Box) -> None:
    assert 0 <= a.iou(b) <= 1 + 1e-9
    assert a.iou(b) == pytest.approx(b.iou(a))
    assert a.iou(a) == pytest.approx(1)


@pytest.mark.parametrize("corners", [(0, 0, 0, 5), (3, 0, 1, 5), (0, 0, float("nan"), 1), (0, 0, float("inf"), 1)])
def test_what_is_not_a_box_is_refused(corners: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="not a box"):
        Box(*corners)


@given(boxes(), st.integers(1, 90), st.integers(1, 90))
def test_a_clipped_box_covers_the_same_pixels(box: Box, width: int, height: int) -> None:
    clipped = clip(box.polygon, (width, height))
    whole = np.zeros((height, width), bool)
    x0, y0 = max(0, int(np.ceil(box.x0))), max(0, int(np.ceil(box.y0)))
    whole[y0 : max(0, int(np.floor(box.y1))), x0 : max(0, int(np.floor(box.x1)))] = True
    if clipped is None:
        assert not whole.any()
        return
    assert all(0 <= x <= width and 0 <= y <= height for x, y in clipped)
    assert mask_of((width, height), [clipped], 0)[whole].all()


@given(st.floats(-30, 130), st.floats(-30, 110), st.floats(10, 90), st.floats(5, 60), st.floats(0, 3.2))
def test_a_slanted_place_keeps_every_pixel_that_is_inside_the_picture(
    x: float,
    y: float,
    along: float,
    across: float,
    angle: float,
) -> None:
    """The corners of the picture too: a place that reaches over one must not lose it.

    A pixel that an edge only grazes may be left out: a margin of one and more is for that (mask_of).
    """
    grazed = 0.5  # px
    c, s = np.cos(angle), np.sin(angle)
    quad = tuple(
        (float(x + c * u - s * v), float(y + s * u + c * v))
        for u, v in ((-along, -across), (along, -across), (along, across), (-along, across))
    )
    rows, columns = np.mgrid[0:80, 0:100] + 0.5
    u, v = c * (columns - x) + s * (rows - y), c * (rows - y) - s * (columns - x)
    inside = (abs(u) < along - grazed) & (abs(v) < across - grazed)
    clipped = clip(quad, (100, 80))
    if clipped is None:
        assert not inside.any()
    else:
        assert all(0 <= px <= 100 and 0 <= py <= 80 for px, py in clipped)
        assert mask_of((100, 80), [clipped], 1)[inside].all()  # corners are rounded to pixels before painting


def test_what_lies_outside_is_nothing() -> None:
    assert clip(((-9.0, -9.0), (-1.0, -9.0), (-1.0, -1.0), (-9.0, -1.0)), (50, 50)) is None


def test_corners_that_are_not_finite_are_far_outside() -> None:
    clipped = clip(((float("-inf"), 0.0), (float("inf"), 0.0), (float("inf"), 9.0), (float("-inf"), 9.0)), (50, 50))
    assert clipped is not None
    assert bounds(clipped) == Box(0, 0, 50, 9)


def test_the_covered_share_counts_pixels() -> None:
    mask = np.zeros((20, 20), bool)
    mask[:, :10] = True
    assert covered_share(mask, Box(0, 0, 20, 20).polygon) == pytest.approx(0.5)
    assert covered_share(mask, Box(30, 30, 40, 40).polygon) == 1.0


def test_the_core_of_a_face_is_its_central_four_fifths() -> None:
    assert bounds(core_of(Box(0, 0, 10, 20))) == Box(1, 2, 9, 18)
