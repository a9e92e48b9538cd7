"""Tiles cover a picture, overlap, and each part of it has one tile that answers for it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.faces.centerface import CenterFace, to_tensor
from models.findings import Pixels
from models.tiles import owned_spans, tile_grid, tile_side, tile_starts
from models.weights import read_weight


@given(st.integers(1, 5000), st.integers(200, 1000), st.integers(0, 150))
def test_tiles_cover_and_overlap(length: int, tile: int, overlap: int) -> None:
    """Tiles begin at 0, end at the end, stay inside, and overlap by what was asked."""
    starts = tile_starts(length, tile, overlap)
    assert starts[0] == 0
    assert starts[-1] == max(0, length - tile)
    assert all(b - a <= tile - overlap + 1 for a, b in zip(starts, starts[1:], strict=False))


@given(st.integers(1, 5000), st.integers(12, 40), st.integers(0, 150))
def test_tiles_are_no_larger_than_they_must_be(length: int, strides: int, overlap: int) -> None:
    """Smaller tiles, as many of them: the whole length is still covered, with the overlap that was asked."""
    most = 32 * strides
    side = tile_side(length, most, overlap, 32)
    starts = tile_starts(length, side, overlap)
    assert side <= most
    assert len(starts) == len(tile_starts(length, most, overlap))
    assert starts[-1] + side >= length
    assert all(b - a <= side - overlap + 1 for a, b in zip(starts, starts[1:], strict=False))


@given(st.integers(1, 200), st.integers(5, 40), st.integers(0, 4))
def test_starts_on_a_grid_still_cover(length: int, tile: int, overlap: int) -> None:
    """Rounded to a step, tiles leave no gap and stay inside."""
    starts = tile_starts(32 * length, 32 * tile, 32 * overlap, 32)
    assert all(start % 32 == 0 for start in starts)
    assert starts[-1] == max(0, 32 * (length - tile))
    assert all(0 < b - a <= 32 * tile for a, b in zip(starts, starts[1:], strict=False))


@given(st.integers(1, 128), st.integers(1, 128))
def test_a_grid_is_within_its_area_and_repeats_little(columns: int, rows: int) -> None:
    """Pictures up to 4096 px: a tile has at most the area allowed, and overlaps cost less than the picture again."""
    size = (32 * columns, 32 * rows)
    width, height = tile_grid(size, 1_000_000, 128, 32)
    assert width <= size[0] and height <= size[1] and width % 32 == height % 32 == 0
    assert width * height <= 1_000_000
    passes = len(tile_starts(size[0], width, 128, 32)) * len(tile_starts(size[1], height, 128, 32))
    assert passes * width * height <= 1.5 * size[0] * size[1]


@given(st.integers(1, 300), st.integers(5, 40), st.integers(1, 4))
def test_every_part_is_owned_once_and_by_a_tile_that_sees_it(length: int, tile: int, overlap: int) -> None:
    """Spans follow each other from edge to edge, each within its tile and on whole cells of the network's map."""
    tile = min(tile, length)
    starts = tile_starts(32 * length, 32 * tile, 32 * overlap, 32)
    spans = owned_spans(32 * length, 32 * tile, starts)
    assert [end for _, end in spans[:-1]] == [start for start, _ in spans[1:]]
    assert (spans[0][0], spans[-1][1]) == (0, 32 * length)
    for start, span in zip(starts, spans, strict=True):
        assert start <= span[0] < span[1] <= start + 32 * tile
        assert span[0] % 4 == span[1] % 4 == 0


@pytest.fixture(scope="module")
def network() -> CenterFace:
    return CenterFace(read_weight("centerface.onnx"), 2)


def noise(height: int, width: int) -> Pixels:
    return np.random.default_rng(1).integers(0, 256, (height, width, 3)).astype(np.uint8)


def test_the_maps_of_tiles_are_the_map_of_the_whole_away_from_the_seams(network: CenterFace) -> None:
    """What a tile answers for is far enough from its edge to be what the network says of the whole picture."""
    pixels = noise(1120, 1472)
    assert tile_grid((1472, 1120), 1_000_000, 128, 32) != (1472, 1120)
    joined = network._maps(pixels)
    answers = network._session.run(["537", "538", "539"], {"input.1": to_tensor(pixels)})
    whole = [answer[0] for answer in answers]
    for ours, theirs in zip(joined, whole, strict=True):
        assert ours.shape == theirs.shape
        assert np.abs(ours[:, :, :100] - theirs[:, :, :100]).max() < 1e-3  # columns 0 to 400 px; the seam is at 736 px
