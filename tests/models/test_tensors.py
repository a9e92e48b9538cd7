"""Pixels as planes of floats: every value as numpy makes it, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest

from models.findings import Pixels
from models.tensors import to_planes, to_signed_planes

NOISE = np.random.default_rng(7).integers(0, 256, (37, 53, 3), np.uint8)


@pytest.mark.parametrize("pixels", [NOISE, NOISE[3:20, 5:41], NOISE[:1, :1]])
def test_the_planes_are_the_colours_and_no_value_is_another(pixels: Pixels) -> None:
    planes = np.ascontiguousarray(pixels.transpose(2, 0, 1)[None], np.float32)
    assert np.array_equal(to_planes(pixels), planes)
    assert np.array_equal(to_planes(pixels, is_bgr=True), planes[:, ::-1])
    assert np.array_equal(to_signed_planes(pixels), planes[:, ::-1] / np.float32(127.5) - np.float32(1))
    assert to_planes(pixels).flags.c_contiguous
