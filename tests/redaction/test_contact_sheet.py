"""Contact sheets hold every picture, whole, in its place."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redact.redaction.drawings.contact_sheet import TILE_PX, contact_sheet, crop_around
from redact.redaction.values import Picture


def flat(width: int, height: int, colour: tuple[int, int, int]) -> Picture:
    return Picture(np.full((height, width, 3), colour, np.uint8))


def test_a_sheet_needs_a_row() -> None:
    with pytest.raises(ValueError, match="at least one row"):
        contact_sheet([])


def test_before_stands_left_of_after() -> None:
    sheet = contact_sheet([("a photo", [flat(400, 300, (250, 0, 0)), flat(400, 300, (0, 0, 250))])])
    red, blue = (np.argwhere((sheet.pixels == colour).all(axis=2)) for colour in ((250, 0, 0), (0, 0, 250)))
    assert len(red) == len(blue) == TILE_PX[0] * TILE_PX[1]
    assert red[:, 1].max() < blue[:, 1].min()
    assert (sheet.pixels[: red[:, 0].min()] < 128).any(), "the caption"


@pytest.mark.parametrize(
    ("rows", "columns", "blocks"), [(1, 1, (1, 1)), (3, 2, (2, 2)), (4, 4, (1, 4)), (5, 4, (2, 4))]
)
def test_rows_fill_columns(rows: int, columns: int, blocks: tuple[int, int]) -> None:
    one = contact_sheet([("x", [flat(10, 10, (9, 9, 9))])])
    sheet = contact_sheet([("x", [flat(10, 10, (9, 9, 9))])] * rows, columns)
    assert sheet.size == (one.width_px * blocks[1], one.height_px * blocks[0])


@settings(max_examples=40)
@given(st.integers(1, 3000), st.integers(1, 3000))
def test_every_shape_fits(width: int, height: int) -> None:
    one = contact_sheet([("", [flat(1, 1, (0, 0, 0))])])
    assert contact_sheet([("x", [flat(width, height, (1, 2, 3))])]).size == one.size


@pytest.mark.parametrize("box", [(0, 0, 10, 10), (90, 70, 10, 10), (40, 30, 20, 20), (-5, -5, 30, 30)])
def test_a_crop_shows_the_place_outlined_and_leaves_the_picture_alone(box: tuple[int, int, int, int]) -> None:
    picture = flat(100, 80, (50, 60, 70))
    crop = crop_around(picture, box)
    assert (crop.pixels == (255, 0, 0)).all(axis=2).any()
    assert crop.width_px <= 3 * box[2] and crop.height_px <= 3 * box[3]
    assert (picture.pixels == (50, 60, 70)).all()
