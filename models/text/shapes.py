"""Shapes that may be single letters: what stands out evenly from an even ground, at any level of light or colour.

A letter on a flag, block or balloon is of one colour, and so is what it stands on; leaves, bricks and folds are not.
The locator sees fewer than half of such letters, for it looks for lines.  So a part of a picture is cut at many levels
of lightness and of two colours, and what holds together over some levels, and differs from the ring around it by more
than both vary in themselves, is a shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np
import numpy.typing as npt

from models.findings import Box, Pixels

Bitmap = npt.NDArray[np.uint8]

LEVEL_STEP, COLOUR_STEP = 12, 8  # of 256, between two cuts: a letter that differs by twice as much is seen; a choice
FEWEST_LEVELS = 2  # that a shape holds together over; one alone is noise
SAME_SHAPE = 0.72  # intersection over union of the boxes of one shape at two levels; a choice
STANDS_OUT = 1.5  # difference of colour from the ring, in how far both vary; textures: mostly below 1
EVEN_ENOUGH = 3.0  # added to how far they vary, in levels: no camera is without noise; a choice
LEAST_RING_PX = 10  # pixels of a ring that says something
RING_PX = 3  # how far the ring reaches, past the soft edge of one pixel
LEAST_FILLED, LEAST_PX = 0.12, 40  # of its box, and pixels of a letter: the thinnest print at 20 px
OVER = 0.6  # of the larger of two shapes that lie in one place: the plainer one is taken; a choice
MOST_SHAPES = 4000  # of one part, over all levels, before they are compared: more is foliage; a choice


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape: where it lies, its pixels (0 or 255), and how plainly it stands out."""

    box: Box
    bitmap: Bitmap
    plainness: float


@dataclass(frozen=True, slots=True)
class _Cut:
    place: tuple[int, int, int, int]  # left, top, width, height
    bitmap: Bitmap
    source: tuple[int, bool]  # channel, and whether it is lighter than the level


def shapes_of(part: Pixels, heights: tuple[float, float]) -> tuple[Shape, ...]:
    """Return the shapes of a part of a picture that are as high as `heights` says (pixels, from and to).

    What touches its border is none, and of shapes in one place the plainest is taken.
    """
    lab = cv2.cvtColor(part, cv2.COLOR_RGB2LAB).astype(np.uint8, copy=False)
    cuts = list(_cuts(lab, heights))[:MOST_SHAPES]
    if not cuts:
        return ()
    found = [shape for same in _held(cuts) if (shape := _shape(lab, same[len(same) // 2])) is not None]
    kept: list[Shape] = []
    for shape in sorted(found, key=lambda shape: -shape.plainness):
        if all(shape.box.overlap(k.box) < OVER * max(shape.box.area, k.box.area) for k in kept):
            kept.append(shape)
    return tuple(kept)


def _cuts(lab: npt.NDArray[np.uint8], heights: tuple[float, float]) -> Iterator[_Cut]:
    low, high = heights
    rows, columns = lab.shape[:2]
    for channel, step in enumerate((LEVEL_STEP, COLOUR_STEP, COLOUR_STEP)):
        plane = np.ascontiguousarray(lab[..., channel])
        darkest, lightest = np.percentile(plane[::4, ::4], (1, 99))
        for level, is_lighter in product(range(int(darkest) + step // 2, int(lightest), step), (True, False)):
            kind = cv2.THRESH_BINARY if is_lighter else cv2.THRESH_BINARY_INV
            mask = cv2.threshold(plane, level, 1, kind)[1]
            _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4, ltype=cv2.CV_32S)
            x, y, width, height, area = stats.T
            is_sized = (height >= low) & (height <= high) & (width <= high) & (area >= LEAST_PX)
            is_inside = (x > 0) & (y > 0) & (x + width < columns) & (y + height < rows)
            for i in np.flatnonzero(is_sized & is_inside & (area >= LEAST_FILLED * width * height)):
                if i == 0:  # what is not in the mask
                    continue
                here = np.s_[y[i] : y[i] + height[i], x[i] : x[i] + width[i]]
                place = (int(x[i]), int(y[i]), int(width[i]), int(height[i]))
                yield _Cut(place, np.where(labels[here] == i, 255, 0).astype(np.uint8), (channel, is_lighter))


def _held(cuts: Sequence[_Cut]) -> Iterator[list[_Cut]]:
    """Yield the cuts of each shape that holds together over some levels, from the lowest level to the highest."""
    places = np.array([cut.place for cut in cuts], np.float32)
    x0, y0, x1, y1 = places[:, 0], places[:, 1], places[:, 0] + places[:, 2], places[:, 1] + places[:, 3]
    area = places[:, 2] * places[:, 3]
    sources = np.array([2 * channel + is_lighter for channel, is_lighter in (cut.source for cut in cuts)])
    is_done = np.zeros(len(cuts), bool)
    for i in range(len(cuts)):
        if is_done[i]:
            continue
        wide = np.clip(np.minimum(x1[i], x1) - np.maximum(x0[i], x0), 0, None)
        high = np.clip(np.minimum(y1[i], y1) - np.maximum(y0[i], y0), 0, None)
        shared = wide * high
        is_same = (shared > SAME_SHAPE * (area + area[i] - shared)) & (sources == sources[i])
        is_done |= is_same
        same = np.flatnonzero(is_same)
        if len(same) >= FEWEST_LEVELS:
            yield [cuts[int(j)] for j in same]


def _shape(lab: npt.NDArray[np.uint8], cut: _Cut) -> Shape | None:
    """Return what was cut if it differs from the ring around it by more than both vary; None for the rest."""
    x, y, width, height = cut.place
    top, left = max(0, y - RING_PX), max(0, x - RING_PX)
    around = lab[top : y + height + RING_PX, left : x + width + RING_PX].astype(np.float32)
    core = np.zeros(around.shape[:2], np.uint8)
    core[y - top : y - top + height, x - left : x - left + width] = cut.bitmap
    side = 2 * RING_PX + 1
    ring = (cv2.dilate(core, np.ones((side, side), np.uint8)) > 0) & (cv2.dilate(core, np.ones((3, 3), np.uint8)) == 0)
    ink, ground = around[core > 0], around[ring]
    if len(ground) < LEAST_RING_PX:
        return None
    apart = float(np.linalg.norm(ink.mean(axis=0) - ground.mean(axis=0)))
    varies = float(np.linalg.norm(ground.std(axis=0)) + 0.5 * np.linalg.norm(ink.std(axis=0)))
    plainness = apart / (varies + EVEN_ENOUGH)
    box = Box(float(x), float(y), float(x + width), float(y + height))
    return Shape(box, cut.bitmap, plainness) if plainness >= STANDS_OUT else None
