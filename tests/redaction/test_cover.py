"""A cover knows nothing of what lies under it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redact.redaction.cover import SOLID_GREY, cover, margin_px, mask_of
from redact.redaction.encode import encode
from redact.redaction.values import Picture, Polygon, Style

SIZES = st.tuples(st.integers(1, 70), st.integers(1, 60))


@st.composite
def scenes(draw: st.DrawFn) -> tuple[Picture, list[Polygon], int]:
    """A made picture, polygons in, across and beyond it, and a seed for noise."""
    width, height = draw(SIZES)
    seed = draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    ramp = np.add.outer(np.arange(height) * 3, np.arange(width) * 2)[..., None] + random.integers(
        0, 60, (height, width, 3)
    )
    corner = st.tuples(st.floats(-20, width + 20), st.floats(-20, height + 20))
    polygons = draw(st.lists(st.lists(corner, min_size=3, max_size=6).map(tuple), max_size=4))
    return Picture((ramp % 256).astype(np.uint8)), polygons, seed


@settings(max_examples=150, deadline=None)
@given(scenes(), st.sampled_from(Style), st.integers(0, 9))
def test_noise_put_under_the_covers_changes_no_byte(
    scene: tuple[Picture, list[Polygon], int],
    style: Style,
    margin: int,
) -> None:
    picture, polygons, seed = scene
    mask = mask_of(picture.size, polygons, margin)
    noisy = picture.pixels.copy()
    noisy[mask] = np.random.default_rng(seed + 1).integers(0, 256, (int(mask.sum()), 3))
    assert encode(cover(picture, mask, style)) == encode(cover(Picture(noisy), mask, style))


@settings(max_examples=80, deadline=None)
@given(scenes(), st.sampled_from(Style))
def test_outside_the_covers_nothing_changes(scene: tuple[Picture, list[Polygon], int], style: Style) -> None:
    picture, polygons, _ = scene
    mask = mask_of(picture.size, polygons, 2)
    assert (cover(picture, mask, style).pixels[~mask] == picture.pixels[~mask]).all()


@settings(max_examples=100, deadline=None)
@given(SIZES, st.data())
def test_every_pixel_that_a_rectangle_touches_is_inside(size: tuple[int, int], data: st.DataObject) -> None:
    width, height = size
    x0, y0 = data.draw(st.floats(0, width - 0.5)), data.draw(st.floats(0, height - 0.5))
    x1, y1 = data.draw(st.floats(x0 + 0.1, width)), data.draw(st.floats(y0 + 0.1, height))
    mask = mask_of(size, [((x0, y0), (x1, y0), (x1, y1), (x0, y1))], 0)
    assert mask[int(y0) : int(np.ceil(y1)), int(x0) : int(np.ceil(x1))].all()


def test_the_last_row_and_column_are_covered() -> None:
    mask = mask_of((40, 30), [((30.0, 20.0), (40.0, 20.0), (40.0, 30.0), (30.0, 30.0))], 0)
    assert mask[29, 39] and mask[20:, 30:].all()


@pytest.mark.parametrize("style", Style)
def test_the_whole_picture_can_be_covered(style: Style) -> None:
    picture = Picture(np.random.default_rng(1).integers(0, 256, (20, 30, 3), np.uint8))
    mask = mask_of((30, 20), [((-5.0, -5.0), (99.0, -5.0), (99.0, 99.0), (-5.0, 99.0))], 3)
    assert (cover(picture, mask, style).pixels == SOLID_GREY).all()


def test_a_soft_cover_takes_the_colour_of_its_surroundings() -> None:
    pixels = np.full((60, 60, 3), (200, 120, 40), np.uint8)
    pixels[20:40, 20:40] = 0
    mask = mask_of((60, 60), [((18.0, 18.0), (42.0, 18.0), (42.0, 42.0), (18.0, 42.0))], 2)
    assert np.abs(cover(Picture(pixels), mask, Style.SOFT).pixels.astype(int) - (200, 120, 40)).max() <= 1


def test_a_thin_polygon_is_not_lost() -> None:
    assert mask_of((20, 20), [((2.0, 5.4), (15.0, 5.5), (15.0, 5.6), (2.0, 5.6))], 0)[5, 2:15].all()


def test_a_corner_far_away_does_not_wrap_around() -> None:
    far = 1e12
    assert mask_of((20, 20), [((-far, -far), (far, -far), (far, far), (-far, far))], 0).all()


def test_the_margin_holds_a_jpeg_block_of_the_source() -> None:
    assert margin_px(1.0) == 8
    assert margin_px(0.5) == 4
    assert margin_px(0.01) == 2


def test_a_mask_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="mask"):
        cover(Picture(np.zeros((4, 4, 3), np.uint8)), np.zeros((5, 4), bool), Style.SOLID)
