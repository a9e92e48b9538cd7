"""The look of a mosaic: whole square cells over each head, coloured from the cover beneath and from their place.

Unlike the mosaic that is known to be undone, a cell is the mean of a fill that knows nothing of the face.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from models.findings import bounds
from redact.redaction.covers.extent import Extent, hard_extent, margin_px, own_masks
from redact.redaction.covers.masks import Mask
from redact.redaction.covers.places import Head, Places, from_the_back
from redact.redaction.values import Pixels

_CELLS: Final = 7  # across a head; by eye
_LEAST_PX: Final = 4  # side of a cell
_UNEVEN: Final = 6.0  # grey levels by which a cell may differ from the cover beneath


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """The cells of one head: `touched` are those that it reaches into."""

    left: int
    top: int
    side: int
    touched: Mask  # rows, columns

    def spread(self, size: tuple[int, int]) -> tuple[tuple[slice, slice], Mask] | None:
        """Return the window of a picture of (width, height) that the grid lies on, and its touched pixels there."""
        rows, columns = self.touched.shape
        inside = [(max(0, start), min(end, start + n * self.side))
                  for start, n, end in ((self.top, rows, size[1]), (self.left, columns, size[0]))]  # fmt: skip
        (y0, y1), (x0, x1) = inside
        if y0 >= y1 or x0 >= x1:
            return None
        large = self.touched.repeat(self.side, 0).repeat(self.side, 1)
        return (slice(y0, y1), slice(x0, x1)), large[y0 - self.top : y1 - self.top, x0 - self.left : x1 - self.left]


def mosaic_extent(places: Places) -> Extent:
    """Return the extent of mosaics: the must-hide mask, and every cell that it touches."""
    extent = hard_extent(places)
    filled = extent.must_hide.copy()
    for _, (window, touched) in _grids_on(places):
        filled[window] |= touched
    return Extent(extent.must_hide, extent.changed | filled, filled.astype(np.float32), extent.recoloured)


def paint_mosaics(pixels: Pixels, places: Places) -> None:
    """Turn the cover of each head of `pixels`, already filled, into cells, in place; from the back to the front."""
    height, width = pixels.shape[:2]
    for grid, (window, touched) in _grids_on(places):
        rows, columns = grid.touched.shape
        pads = (max(0, -grid.top), max(0, grid.top + rows * grid.side - height),
                max(0, -grid.left), max(0, grid.left + columns * grid.side - width))  # fmt: skip
        whole = cv2.copyMakeBorder(pixels[window], *pads, cv2.BORDER_REPLICATE)
        cells = cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA).astype(np.float32)
        cells += _unevenness(grid)[..., None]
        small = np.clip(np.rint(cells), 0, 255).astype(np.uint8)
        large = small.repeat(grid.side, 0).repeat(grid.side, 1)
        cut = large[pads[0] : large.shape[0] - pads[1], pads[2] : large.shape[1] - pads[3]]
        pixels[window][touched] = cut[touched]


def _grids_on(places: Places) -> Iterator[tuple[Grid, tuple[tuple[slice, slice], Mask]]]:
    for head in from_the_back(places.heads):
        grid = _grid_of(head, places)
        spread = None if grid is None else grid.spread(places.size)
        if grid is not None and spread is not None:
            yield grid, spread


def _grid_of(head: Head, places: Places) -> Grid | None:
    """Return the cells that the head's part of the must-hide mask touches; None where it lies beside the picture."""
    own = own_masks(head, places, room_px=0)
    if own is None or not own.hidden.any():
        return None
    rows, columns = own.window
    box = bounds(head.outline)
    side = max(_LEAST_PX, round((box.width + 2 * margin_px(places.scale)) / _CELLS))
    middle = (round((box.y0 + box.y1) / 2), round((box.x0 + box.x1) / 2))
    top, left = (
        at - side // 2 - side * -(-(at - side // 2 - span.start) // side)
        for at, span in zip(middle, (rows, columns), strict=True)
    )
    down, across = -(-(rows.stop - top) // side), -(-(columns.stop - left) // side)
    padded = np.zeros((down * side, across * side), bool)
    padded[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left] = own.hidden
    touched = np.asarray(padded.reshape(down, side, across, side).any(axis=(1, 3)), bool)
    return Grid(left, top, side, touched)


def _unevenness(grid: Grid) -> npt.NDArray[np.float32]:
    """Return by how much each cell is lighter, from its row and column alone."""
    rows, columns = np.indices(grid.touched.shape)
    mixed = (rows * 73_856_093) ^ (columns * 19_349_663)  # Teschner et al. 2003, "Optimized spatial hashing"
    return np.asarray(((mixed % 1009) / 504.5 - 1) * _UNEVEN, np.float32)
