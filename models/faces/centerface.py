"""One pass of CenterFace over a picture, on ONNX Runtime."""

from __future__ import annotations

from itertools import product
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from models.boxes import Boxes, keep_best
from models.findings import Pixels
from models.sessions import open_session
from models.tensors import to_planes
from models.tiles import owned_spans, tile_grid, tile_starts

Maps: TypeAlias = npt.NDArray[np.float32]

_STRIDE_PX = 4  # of the network's output, as trained
_ALIGN_PX = 32  # the network halves five times
_INPUT, _OUTPUTS, _CHANNELS = "input.1", ["537", "538", "539"], (1, 2, 2)  # picture; heat map, log size, offset
_SAME_FACE_IOU = 0.3  # within one pass, as the authors run it
# A larger picture is passed in tiles, for the memory: a pass over 2048 x 1536 px takes 0.17 GB so and 0.62 GB in one
# piece.  It costs a little time: 0.34 s against 0.31 s (1 thread, two runs each, in turn; memory kept as in
# models/sessions.py).
_MOST_AREA = 1_000_000  # square px of a tile
_OVERLAP_PX = 128  # of neighbours; a face larger than half of it is what the passes at smaller scales are for


class CenterFace:
    """A session with the network; `find` may be called from one thread at a time."""

    def __init__(self, weights: bytes, threads: int) -> None:
        """Load checked `weights`; `threads` is the number of threads of one pass."""
        self._session = open_session(weights, threads)

    def find(self, pixels: Pixels, threshold: float) -> Boxes:
        """Return the faces of `pixels` (RGB) whose score is at least `threshold` (0..1), in its pixels."""
        heat, size, offset = self._maps(_padded(pixels))
        return keep_best(_decode(heat[0], size, offset, threshold), _SAME_FACE_IOU)

    def _maps(self, pixels: Pixels) -> list[Maps]:
        """Return heat, log size and offset of a picture of whole strides, each (channels, rows, columns).

        One cell stands for a stride.  Each tile is made floats for itself: all of them at once were copied once more.
        """
        height, width = pixels.shape[:2]
        tile_width, tile_height = tile_grid((width, height), _MOST_AREA, _OVERLAP_PX, _ALIGN_PX)
        if (tile_width, tile_height) == (width, height):
            return [answer[0] for answer in self._session.run(_OUTPUTS, {_INPUT: to_planes(pixels)})]
        cells = (height // _STRIDE_PX, width // _STRIDE_PX)
        joined = [np.empty((channels, *cells), np.float32) for channels in _CHANNELS]
        tops = tile_starts(height, tile_height, _OVERLAP_PX, _ALIGN_PX)
        lefts = tile_starts(width, tile_width, _OVERLAP_PX, _ALIGN_PX)
        rows = zip(tops, owned_spans(height, tile_height, tops), strict=True)
        columns = zip(lefts, owned_spans(width, tile_width, lefts), strict=True)
        for (top, own_rows), (left, own_columns) in product(rows, columns):
            tile = pixels[top : top + tile_height, left : left + tile_width]
            answers = self._session.run(_OUTPUTS, {_INPUT: to_planes(tile)})
            here, there = _cells(own_rows, own_columns), _cells(own_rows, own_columns, top, left)
            for whole, answer in zip(joined, answers, strict=True):
                whole[here] = answer[0][there]
        return joined


def _cells(rows: tuple[int, int], columns: tuple[int, int], top: int = 0, left: int = 0) -> tuple[slice, ...]:
    """Return the cells of spans in pixels, counted from (`left`, `top`)."""
    spans = ((rows[0] - top, rows[1] - top), (columns[0] - left, columns[1] - left))
    return (slice(None), *(slice(start // _STRIDE_PX, end // _STRIDE_PX) for start, end in spans))


def to_tensor(pixels: Pixels, *, is_bgr: bool = False) -> npt.NDArray[np.float32]:
    """Return `pixels` as (1, 3, height, width) floats 0..255, padded at the right and below to whole strides."""
    return to_planes(_padded(pixels), is_bgr=is_bgr)


def _padded(pixels: Pixels) -> Pixels:
    """Return `pixels` with black at the right and below, up to whole strides."""
    below, right = (-side % _ALIGN_PX for side in pixels.shape[:2])
    if not (below or right):
        return pixels
    return cv2.copyMakeBorder(pixels, 0, below, 0, right, cv2.BORDER_CONSTANT).astype(np.uint8, copy=False)


def _decode(
    heat: npt.NDArray[np.float32], size: npt.NDArray[np.float32], offset: npt.NDArray[np.float32], threshold: float
) -> Boxes:
    rows, columns = np.nonzero(heat >= threshold)
    height, width = np.exp(size[:, rows, columns]) * _STRIDE_PX
    centre_y = (rows + offset[0, rows, columns] + 0.5) * _STRIDE_PX
    centre_x = (columns + offset[1, rows, columns] + 0.5) * _STRIDE_PX
    return np.stack(
        [centre_x - width / 2, centre_y - height / 2, centre_x + width / 2, centre_y + height / 2, heat[rows, columns]],
        axis=1,
    ).astype(np.float32)
