"""Shrinking: never larger, the shape kept, the mean kept."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.redaction.picture.resize import shrink
from redact.redaction.values import Picture


def picture(width: int, height: int) -> Picture:
    return Picture(np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8))


@given(st.integers(1, 90), st.integers(1, 90), st.integers(1, 100))
def test_long_side_fits_and_shape_stays(width: int, height: int, max_side_px: int) -> None:
    source = picture(width, height)
    small = shrink(source, max_side_px)
    assert max(small.size) == min(max(source.size), max_side_px)
    k = max(small.size) / max(source.size)
    assert abs(small.width_px - max(1, width * k)) <= 1
    assert abs(small.height_px - max(1, height * k)) <= 1


def test_small_picture_is_returned_as_it_is() -> None:
    source = picture(30, 20)
    assert shrink(source, 30) is source


def test_every_source_pixel_counts_alike() -> None:
    source = picture(64, 48)
    small = shrink(source, 16)
    blocks = source.pixels.reshape(12, 4, 16, 4, 3).mean(axis=(1, 3))
    assert np.abs(small.pixels - blocks).max() <= 1


def test_side_below_one_is_an_error() -> None:
    with pytest.raises(ValueError, match="max_side_px"):
        shrink(picture(3, 3), 0)
