"""Cut a large picture into overlapping tiles, and say which of them answers for which part."""

from __future__ import annotations

import math
from itertools import pairwise, product
from typing import Final

MOST_SPLITS: Final = 64  # of one side; at 1 MP a tile more than any picture that is let in needs


def tile_starts(length_px: int, tile_px: int, overlap_px: int, step_px: int = 1) -> tuple[int, ...]:
    """Return where tiles begin so that they cover `length_px`, overlap by `overlap_px` or more, and stay inside.

    Args:
        length_px: of the side to cover.
        tile_px: of a tile.
        overlap_px: of neighbours, less than `tile_px`.
        step_px: every start is a multiple of it; may cost the overlap up to so much. `length_px` and `tile_px` must
            be multiples too.
    """
    if length_px <= tile_px:
        return (0,)
    count = math.ceil((length_px - overlap_px) / (tile_px - overlap_px))
    return tuple(round(i * (length_px - tile_px) / (count - 1) / step_px) * step_px for i in range(count))


def tile_side(length_px: int, most_px: int, overlap_px: int, step_px: int) -> int:
    """Return the least side, at most `most_px`, of as many tiles as tiles of `most_px` are needed for `length_px`.

    `most_px` is a multiple of `step_px`, and so is the answer.
    """
    if length_px <= most_px:
        return most_px
    return min(most_px, side_of(length_px, len(tile_starts(length_px, most_px, overlap_px)), overlap_px, step_px))


def side_of(length_px: int, count: int, overlap_px: int, step_px: int) -> int:
    """Return the side of each of `count` tiles that cover `length_px`: a multiple of `step_px`."""
    return math.ceil((length_px + (count - 1) * overlap_px) / count / step_px) * step_px


def tile_grid(size: tuple[int, int], most_area: int, overlap_px: int, step_px: int) -> tuple[int, int]:
    """Return (width, height) of the tiles of at most `most_area` square pixels that cover `size` with least work.

    A picture that is small enough is one tile.
    """
    if size[0] * size[1] <= most_area:
        return size
    sides = [
        [min(length, side_of(length, count, overlap_px, step_px)) for count in range(1, MOST_SPLITS)] for length in size
    ]
    choices = [
        (columns * rows * width * height, width, height)
        for (columns, width), (rows, height) in product(enumerate(sides[0], 1), enumerate(sides[1], 1))
        if width * height <= most_area and min(width, height) > overlap_px
    ]
    _, width, height = min(choices, default=(0, *size))
    return width, height


def owned_spans(length_px: int, tile_px: int, starts: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """Return for each tile the part of the side it answers for: up to the middle of each overlap."""
    seams = [(before + tile_px + after) // 2 for before, after in pairwise(starts)]
    edges = [0, *seams, length_px]
    return tuple(pairwise(edges))
