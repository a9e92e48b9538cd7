"""Where covers leave little, the part that is proposed keeps the most of what is not covered."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redact.redaction.covers.crop import propose_crop
from redact.redaction.values import LITTLE_LEFT, is_little_left


def test_the_half_that_is_free_is_proposed() -> None:
    mask = np.zeros((600, 800), bool)
    mask[:290] = True
    x0, y0, x1, y1 = propose_crop(mask) or (0, 0, 0, 0)
    assert (x0, x1, y1) == (0, 800, 600)
    assert abs(y0 - 290) <= 20, "a cell of the grid"


def test_a_free_corner_is_kept_and_what_is_covered_all_over_is_not_cropped() -> None:
    mask = np.ones((600, 800), bool)
    mask[200:, 300:] = False
    x0, y0, x1, y1 = propose_crop(mask) or (0, 0, 0, 0)
    assert (x1, y1) == (800, 600)
    assert abs(x0 - 300) <= 20 and abs(y0 - 200) <= 20
    assert propose_crop(np.ones((600, 800), bool)) is None


def test_a_corner_beside_a_face_that_fills_the_picture_is_no_proposal() -> None:
    mask = np.ones((1000, 800), bool)
    mask[640:, 520:] = False  # a shoulder
    assert propose_crop(mask) is None


def test_a_strip_is_no_proposal() -> None:
    mask = np.ones((800, 800), bool)
    mask[:, 380:460] = False
    assert propose_crop(mask) is None


@settings(max_examples=30)
@given(st.integers(1, 300), st.integers(1, 300), st.integers(0, 2**32 - 1))
def test_a_proposal_lies_in_the_picture_and_is_less_covered(width: int, height: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    mask = np.kron(random.random((4, 5)) < 0.5, np.ones((-(-height // 4), -(-width // 5)))).astype(bool)[
        :height, :width
    ]
    crop = propose_crop(mask)
    if crop is not None:
        x0, y0, x1, y1 = crop
        assert 0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height


@pytest.mark.parametrize(("share", "is_little"), [(0.0, False), (LITTLE_LEFT, False), (0.36, True), (1.0, True)])
def test_little_is_left_above_the_limit(share: float, *, is_little: bool) -> None:
    assert is_little_left(share) is is_little
