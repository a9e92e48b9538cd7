"""What a cover is filled with: the smoothest surface that its surroundings allow, faded to their average.

It is worked out on a coarse grid: what is smooth loses nothing by it, and a large head costs no more than a small one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from redact.redaction.covers.masks import Mask, Window, smoothstep
from redact.redaction.values import Pixels

Planes: TypeAlias = npt.NDArray[np.float32]  # (height, width, 3), RGB 0..255

#: Grey of a solid cover, and of one that has no outside: sRGB mid grey, says nothing of the picture.
SOLID_GREY: Final = 96
#: Cells around a group of covers that its fill is computed with: one is the border, one more for its noise.
_FRAME_CELLS: Final = 2
#: Jacobi steps on each grid, and on grids above a size where the coarser solution is smooth enough to start from.
_STEPS, _STEPS_LARGE, _SMALL_GRID_PX = 40, 6, 160
#: A flat cover fades from its border to the average over so many pixels.  It must stay within the margin around a
#: place: on 100 crowd photos (2,006 covers) a fade by share of the cover's size left 5 covers that follow their source
#: by chance beyond what the surroundings tell (correlation 0.5), the bare membrane 15 of 4,027, this fade none.
_FADE_PX: Final = 5.0
#: Share of the surface's own structure that is kept further in, so that it looks like a blur and not like a sticker.
_STRUCTURE: Final = 0.15
#: The same for heads, whose edge is soft: the fade runs over most of the way to the middle; by eye on 31 photos.
_HEAD_STRUCTURE: Final = 0.45
_HEAD_FADE: Final = 0.9  # of the greatest depth
_CROSS: Final = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], np.float32) / 4


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Covers that touch each other, and the grid that their fill is worked out on."""

    window: Window  # of the picture, with a frame around the covers
    inside: Mask  # of the window: the covers of this group
    known: Mask  # of the window: what the picture shows there
    cell_px: int  # side of a cell of the coarse grid; 1: every pixel is one

    @property
    def cells(self) -> tuple[int, int]:
        """Rows and columns of the grid."""
        height, width = self.inside.shape
        return -(-height // self.cell_px), -(-width // self.cell_px)


def groups_of(changed: Mask, cells_px: npt.NDArray[np.uint8]) -> Iterator[Group]:
    """Yield the groups of touching covers.

    Args:
        changed: every pixel that covers change.
        cells_px: the cell that each pixel asks for, 0 where it does not care; a group takes the smallest.
    """
    height, width = changed.shape
    left, top, across, down = cv2.boundingRect(changed.view(np.uint8))
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(
        changed.view(np.uint8)[top : top + down, left : left + across], connectivity=8
    )
    for label in range(1, count):
        x, y, w, h = (int(value) for value in boxes[label][:4])
        own = labels[y : y + h, x : x + w] == label
        x, y = x + left, y + top
        asked = cells_px[y : y + h, x : x + w][own]
        cell = int(asked[asked > 0].min(initial=255)) if asked.any() else 1
        frame = _FRAME_CELLS * cell
        rows = slice(max(0, y - frame), min(height, y + h + frame))
        columns = slice(max(0, x - frame), min(width, x + w + frame))
        inside = np.zeros((rows.stop - rows.start, columns.stop - columns.start), bool)
        inside[y - rows.start :, x - columns.start :][:h, :w] = own
        yield Group((rows, columns), inside, ~changed[rows, columns], cell)


def surface_of(pixels: Pixels, group: Group, *, is_head: bool) -> Planes:
    """Return the fill of `group` on its grid, from the pixels that are known in its window of `pixels`.

    What another group has been filled with is not known, so no group feeds another.  Where nothing is known, it is
    the grey of a solid cover.
    """
    if not group.known.any():
        return np.full((*group.cells, 3), SOLID_GREY, np.float32)
    weight = group.known.astype(np.float32)
    colour = _coarse(pixels[group.window].astype(np.float32) * weight[..., None], group)
    share = _coarse(weight, group)
    membrane = _solve(colour, share)
    unknown = share <= 0
    inside = (_coarse(group.inside.astype(np.float32), group) > 0) & unknown
    if not inside.any():
        return membrane
    depth = _depth(inside)
    deepest = float(depth.max())
    average = _average(membrane, inside, 2 * max(1, int(deepest)))
    if is_head:
        reach = max(_FADE_PX / group.cell_px, _HEAD_FADE * deepest)
        fade = (1 - _HEAD_STRUCTURE) * smoothstep(depth / reach)
    else:
        fade = (1 - _STRUCTURE) * np.clip(depth * group.cell_px / _FADE_PX, 0, 1)
    return np.asarray(membrane + fade[..., None] * (average - membrane), np.float32)


def spread(surface: Planes, group: Group) -> Planes:
    """Return `surface`, worked out on the grid of `group`, for each pixel of its window."""
    if group.cell_px == 1:
        return surface
    rows, columns = group.cells
    size = (columns * group.cell_px, rows * group.cell_px)
    large = cv2.resize(surface, size, interpolation=cv2.INTER_LINEAR)
    height, width = group.inside.shape
    return np.asarray(large[:height, :width], np.float32)


def _coarse(planes: npt.NDArray[np.float32], group: Group) -> npt.NDArray[np.float32]:
    """Return the mean of `planes` over each cell; what lies beyond the window counts as 0."""
    if group.cell_px == 1:
        return planes
    rows, columns = group.cells
    height, width = group.inside.shape
    below, right = rows * group.cell_px - height, columns * group.cell_px - width
    padded = cv2.copyMakeBorder(planes, 0, below, 0, right, cv2.BORDER_CONSTANT, value=(0.0, 0.0, 0.0))
    return np.asarray(cv2.resize(padded, (columns, rows), interpolation=cv2.INTER_AREA), np.float32)


def _depth(inside: Mask) -> npt.NDArray[np.float32]:
    padded = np.pad(inside, 1, mode="edge").astype(np.uint8)
    return np.asarray(cv2.distanceTransform(padded, cv2.DIST_L2, 3)[1:-1, 1:-1], np.float32)


def _average(surface: Planes, inside: Mask, radius_px: int) -> Planes:
    """Return the mean of `surface` over the part of `inside` that lies within about `radius_px`."""
    window = (2 * radius_px + 1, 2 * radius_px + 1)
    share = inside.astype(np.float32)
    total = surface * share[..., None]
    for _ in range(2):  # two box means: a triangular window, without corners that show
        total = np.asarray(cv2.blur(total, window, borderType=cv2.BORDER_CONSTANT), np.float32)
        share = np.asarray(cv2.blur(share, window, borderType=cv2.BORDER_CONSTANT), np.float32)
    return np.asarray(total / np.maximum(share, 1e-6)[..., None], np.float32)


def _solve(colour: Planes, weight: npt.NDArray[np.float32]) -> Planes:
    """Return the solution of Laplace's equation, coarse to fine (a cascade of halved grids, Jacobi steps on each).

    Args:
        colour: (height, width, 3), each pixel times its weight.
        weight: (height, width), 0 where unknown, else above 0.
    """
    fixed = weight > 0
    own = colour / np.maximum(weight, 1e-6)[..., None]
    if fixed.all():
        return np.asarray(own, np.float32)
    height, width = weight.shape
    if max(height, width) <= 2:
        return np.asarray(np.where(fixed[..., None], own, colour.sum(axis=(0, 1)) / weight.sum()), np.float32)
    half = ((width + 1) // 2, (height + 1) // 2)
    coarse = _solve(_halve(colour, half), _halve(weight, half))
    start = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    surface = np.where(fixed[..., None], own, start).astype(np.float32)
    known = fixed.view(np.uint8)
    for _ in range(_STEPS if max(height, width) <= _SMALL_GRID_PX else _STEPS_LARGE):
        mean = cv2.filter2D(surface, -1, _CROSS, borderType=cv2.BORDER_REPLICATE)
        surface = np.asarray(cv2.copyTo(surface, known, mean), np.float32)
    return surface


def _halve(planes: npt.NDArray[np.float32], size: tuple[int, int]) -> npt.NDArray[np.float32]:
    """Return `planes` on a grid of half the size (width, height), each cell the mean of the four it replaces."""
    padded = cv2.copyMakeBorder(planes, 0, planes.shape[0] % 2, 0, planes.shape[1] % 2, cv2.BORDER_CONSTANT, value=0)
    return np.asarray(cv2.resize(padded, size, interpolation=cv2.INTER_AREA), np.float32)
