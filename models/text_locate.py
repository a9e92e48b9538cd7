"""Where text lies: PP-OCR's detector on overlapping tiles, its answer joined into one map before boxes are drawn.

Tiles, because the network weighs the whole picture it is given (its squeeze-and-excitation blocks average over it):
a small word in a large photo drowns, the same word in a tile does not (measured: stack of figures in MANIFEST.toml).
Joining the probability maps, and not the boxes, means that a line that crosses two tiles is one line.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from models.findings import Pixels, Polygon

ProbabilityMap = npt.NDArray[np.float32]

STRIDE_PX = 32  # the network halves its input five times; sides must be multiples (architecture)
MAP_THRESHOLD = 0.3  # probability of "text" above which a pixel joins a line; PP-OCR's own default
BOX_THRESHOLD = 0.5  # mean probability inside a box below which it is not text; PP-OCR's own default
UNCLIP_RATIO = 1.6  # PP-OCR is trained on shrunk boxes; its own default for growing them back
MIN_SIDE_PX = 3.0  # of a blob in the map: smaller is noise; PP-OCR's own default
UPRIGHT_RATIO = 1.5  # a box this much taller than wide holds sideways text; PP-OCR's own default


@dataclass(frozen=True, slots=True)
class Place:
    """A box of one line: corners clockwise from the line's own top left, and how sure the detector is (0..1)."""

    quad: Polygon
    score: float


class Locator:
    """PP-OCR's text detector, one ONNX session."""

    def __init__(self, session: ort.InferenceSession, *, side_px: int = 1536, tile_px: int = 832,
                 overlap_px: int = 128) -> None:
        """Take an opened session; pictures are shrunk to a long side of `side_px` and cut into tiles of `tile_px`."""
        self._session, self._input = session, session.get_inputs()[0].name
        self._side_px, self._tile_px, self._overlap_px = side_px, tile_px, overlap_px

    def locate(self, pixels: Pixels) -> tuple[Place, ...]:
        """Return the lines of text in `pixels` (RGB), in its pixels, from top to bottom."""
        height, width = pixels.shape[:2]
        k = min(1.0, self._side_px / max(height, width))
        small = cv2.resize(pixels, (max(1, round(width * k)), max(1, round(height * k))), interpolation=cv2.INTER_AREA)
        heat = self._heat(small)
        places = places_of(heat)
        return tuple(Place(tuple((x * width / small.shape[1], y * height / small.shape[0]) for x, y in place.quad),
                           place.score) for place in places)

    def _heat(self, pixels: npt.NDArray[np.uint8]) -> ProbabilityMap:
        height, width = pixels.shape[:2]
        heat = np.zeros((height, width), np.float32)
        for top, left in product(tile_starts(height, self._tile_px, self._overlap_px),
                                 tile_starts(width, self._tile_px, self._overlap_px)):
            part = heat[top:top + self._tile_px, left:left + self._tile_px]
            np.maximum(part, self._run(pixels[top:top + self._tile_px, left:left + self._tile_px]), out=part)
        return heat

    def _run(self, tile: npt.NDArray[np.uint8]) -> ProbabilityMap:
        height, width = tile.shape[:2]
        padded = cv2.copyMakeBorder(tile, 0, -height % STRIDE_PX, 0, -width % STRIDE_PX, cv2.BORDER_REPLICATE)
        blob = np.ascontiguousarray(padded[:, :, ::-1].transpose(2, 0, 1)[None], np.float32)  # trained on BGR
        blob /= np.float32(127.5)
        blob -= np.float32(1.0)
        answer: ProbabilityMap = self._session.run(None, {self._input: blob})[0][0, 0, :height, :width]
        return answer


def tile_starts(length_px: int, tile_px: int, overlap_px: int) -> tuple[int, ...]:
    """Return where tiles begin so that they cover `length_px`, overlap by `overlap_px` or more, and stay inside."""
    if length_px <= tile_px:
        return (0,)
    count = math.ceil((length_px - overlap_px) / (tile_px - overlap_px))
    return tuple(round(i * (length_px - tile_px) / (count - 1)) for i in range(count))


def places_of(heat: ProbabilityMap, map_threshold: float = MAP_THRESHOLD,
              box_threshold: float = BOX_THRESHOLD) -> tuple[Place, ...]:
    """Return the boxes of the blobs in a probability map, in its pixels, grown back to the height of the letters."""
    mask = (heat > map_threshold).astype(np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    places = []
    for contour in contours:
        (x, y), (width, height), angle = cv2.minAreaRect(contour)
        if min(width, height) < MIN_SIDE_PX:
            continue
        score = _mean_inside(heat, cv2.boxPoints(((x, y), (width, height), angle)))
        if score < box_threshold:
            continue
        grow = 2.0 * width * height * UNCLIP_RATIO / (2.0 * (width + height))
        places.append(Place(quad_of((x, y), (width + grow, height + grow), angle), score))
    return tuple(sorted(places, key=lambda place: (place.quad[0][1], place.quad[0][0])))


def quad_of(centre: tuple[float, float], size: tuple[float, float], angle_deg: float) -> Polygon:
    """Return a rectangle's corners, clockwise from the top left of text that runs along its reading direction."""
    (width, height), angle = size, angle_deg
    while angle > 45.0:
        width, height, angle = height, width, angle - 90.0
    while angle <= -45.0:
        width, height, angle = height, width, angle + 90.0
    along = np.array([math.cos(math.radians(angle)), math.sin(math.radians(angle))]) * width / 2.0
    down = np.array([-math.sin(math.radians(angle)), math.cos(math.radians(angle))]) * height / 2.0
    middle = np.array(centre)
    corners = (middle - along - down, middle + along - down, middle + along + down, middle - along + down)
    return tuple((float(cx), float(cy)) for cx, cy in corners)


def _mean_inside(heat: ProbabilityMap, corners: npt.NDArray[np.float32]) -> float:
    left, top = np.maximum(np.floor(corners.min(axis=0)).astype(int), 0)
    right, bottom = np.ceil(corners.max(axis=0)).astype(int) + 1
    part = heat[top:bottom, left:right]
    mask = np.zeros(part.shape, np.uint8)
    cv2.fillPoly(mask, [np.round(corners - (left, top)).astype(np.int32)], 1)
    return float(cv2.mean(part, mask)[0])
