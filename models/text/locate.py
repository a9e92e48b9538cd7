"""Where text lies: PP-OCR's detector, once on overlapping tiles and once on the whole picture made small.

Tiles, because the network weighs the whole picture it is given (its squeeze-and-excitation blocks average over it):
a small word in a large photo drowns, the same word in a tile does not.  The tiles' probability maps are joined, not
their boxes, so that a line that crosses two tiles stays one line.

The same weighing makes it call half of a tile "text" when there is none in it; a name inside such a blob would be
lost.  So blobs taller than any line are taken out, tile by tile, and the whole picture is looked at once more, small:
there the large writing is of ordinary size.

Measured on 40 made photos (half of them with sheets far away or turned), name words located of 160, with the thresholds
below: whole picture at 1536 px 152, at 1024 px 153, tiles of 832 px at 1536 px 152, these and the whole at 704 px 160,
tiles of 672 px at 1280 px and the whole at 704 px 160.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from models.findings import Pixels, Polygon
from models.tensors import to_signed_planes
from models.tiles import tile_side, tile_starts

ProbabilityMap = npt.NDArray[np.float32]

STRIDE_PX = 32  # the network halves its input five times; sides must be multiples (architecture)
MAP_THRESHOLD = 0.2  # probability of "text" above which a pixel joins a line; measured above
BOX_THRESHOLD = 0.3  # mean probability inside a box below which it is not text; measured above
UNCLIP_RATIO = 1.6  # PP-OCR is trained on shrunk boxes; its own default for growing them back
MIN_SIDE_PX = 3.0  # of a blob in the map: smaller is noise; PP-OCR's own default
OVERLAP_PX = 128  # of neighbouring tiles: longer than a word is high; a choice
SEEN_SHARE = 0.5  # of a box that lies under other boxes, from which it shows nothing new; a choice
FRAGMENT_SHARE, FRAGMENT_HEIGHT = 0.8, 0.6  # a box inside a larger one, and about as high, is a piece of it; a choice


@dataclass(frozen=True, slots=True)
class Place:
    """A box of one line: corners clockwise from the line's own top left, and how sure the detector is (0..1)."""

    quad: Polygon
    score: float


@dataclass(frozen=True, slots=True)
class Look:
    """One way to look at a picture: shrunk to a long side of `side_px`, cut into tiles of `tile_px` (pixels)."""

    side_px: int
    tile_px: int
    tallest: float  # share of a tile's shorter side; what is taller is not a line


CLOSE = (Look(1280, 704, 0.25), Look(704, 704, 0.3))  # 0.5 s, one thread with VNNI; 32 bits, 704 px: 0.9 s
AGAIN = (
    Look(1024, 1024, 0.25),
)  # 0.35 s; for looking again: another size than either of CLOSE, so it sees other things


class Locator:
    """PP-OCR's text detector, one ONNX session."""

    def __init__(self, session: ort.InferenceSession) -> None:
        """Take an opened session."""
        self._session, self._input = session, session.get_inputs()[0].name

    def locate(self, pixels: Pixels, looks: Sequence[Look] = CLOSE) -> tuple[Place, ...]:
        """Return the lines of text in `pixels` (RGB), in its pixels, from top to bottom."""
        places: tuple[Place, ...] = ()
        for look in looks:
            places = united(places, self._look(pixels, look))
        return tuple(sorted(places, key=lambda place: (place.quad[0][1], place.quad[0][0])))

    def _look(self, pixels: Pixels, look: Look) -> tuple[Place, ...]:
        height, width = pixels.shape[:2]
        k = min(1.0, look.side_px / max(height, width))
        size = max(1, round(width * k)), max(1, round(height * k))
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
        x, y = width / size[0], height / size[1]
        return tuple(
            Place(tuple((px * x, py * y) for px, py in place.quad), place.score)
            for place in places_of(self._heat(small, look))
        )

    def _heat(self, pixels: Pixels, look: Look) -> ProbabilityMap:
        height, width = pixels.shape[:2]
        heat = np.zeros((height, width), np.float32)
        high, wide = (tile_side(length, look.tile_px, OVERLAP_PX, STRIDE_PX) for length in (height, width))
        tops, lefts = tile_starts(height, high, OVERLAP_PX), tile_starts(width, wide, OVERLAP_PX)
        for top, left in product(tops, lefts):
            here = np.s_[top : top + high, left : left + wide]
            tile = without_giants(self._run(pixels[here]), look.tallest)
            np.maximum(heat[here], tile, out=heat[here])
        return heat

    def _run(self, tile: Pixels) -> ProbabilityMap:
        height, width = tile.shape[:2]
        answer: ProbabilityMap = self._session.run(None, {self._input: to_tensor(tile)})[0][0, 0, :height, :width]
        return answer


def to_tensor(tile: Pixels) -> npt.NDArray[np.float32]:
    """Return `tile` as (1, 3, height, width) floats -1..1, padded at the right and below to whole strides."""
    height, width = tile.shape[:2]
    padded = cv2.copyMakeBorder(tile, 0, -height % STRIDE_PX, 0, -width % STRIDE_PX, cv2.BORDER_REPLICATE)
    return to_signed_planes(padded.astype(np.uint8, copy=False))


def without_giants(heat: ProbabilityMap, tallest: float) -> ProbabilityMap:
    """Return a tile's map without the blobs whose shorter side is above `tallest` times the tile's shorter side."""
    limit = tallest * min(heat.shape)
    mask = (heat > MAP_THRESHOLD).astype(np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    giants = [contour for contour in contours if min(cv2.minAreaRect(contour)[1]) > limit]
    if not giants:
        return heat
    cv2.drawContours(mask, giants, -1, 2, cv2.FILLED)
    return np.where(mask == 2, np.float32(0.0), heat)


def united(places: Sequence[Place], more: Sequence[Place]) -> tuple[Place, ...]:
    """Return `places` and those of `more` that show something new; these replace pieces of themselves."""
    kept = list(places)
    for place in more:
        shared = [shared_area(place.quad, other.quad) for other in places]
        if sum(shared) >= SEEN_SHARE * area_of(place.quad):
            continue
        pieces = {id(other) for other, overlap in zip(places, shared, strict=True) if _is_piece(other, place, overlap)}
        kept = [other for other in kept if id(other) not in pieces] + [place]
    return tuple(kept)


def _is_piece(small: Place, large: Place, overlap: float) -> bool:
    heights = [math.dist(place.quad[0], place.quad[3]) for place in (small, large)]
    return overlap >= FRAGMENT_SHARE * area_of(small.quad) and heights[0] >= FRAGMENT_HEIGHT * heights[1]


def area_of(quad: Polygon) -> float:
    """Return the area of a quad, in square pixels."""
    return float(cv2.contourArea(np.array(quad, np.float32)))


def shared_area(a: Polygon, b: Polygon) -> float:
    """Return the area that two convex quads share, in square pixels."""
    return float(cv2.intersectConvexConvex(np.array(a, np.float32), np.array(b, np.float32))[0])


def places_of(
    heat: ProbabilityMap, map_threshold: float = MAP_THRESHOLD, box_threshold: float = BOX_THRESHOLD
) -> tuple[Place, ...]:
    """Return the boxes of the blobs in a probability map, in its pixels, grown back to the height of the letters."""
    mask = (heat > map_threshold).astype(np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    places = []
    for contour in contours:
        (x, y), (width, height), angle = cv2.minAreaRect(contour)
        if min(width, height) < MIN_SIDE_PX:
            continue
        score = _mean_inside(heat, np.asarray(cv2.boxPoints(((x, y), (width, height), angle)), np.float32))
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
