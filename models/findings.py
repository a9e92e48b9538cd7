"""What the finders report: frozen values, in pixels of the picture they were given.

The box convention of the whole program stands here, once: pixels, origin at the top left of the *upright*
picture, x to the right, y down, half-open (``x1`` and ``y1`` are the first column and row outside).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:  # numpy takes 0.2 s to import, and the command line's help needs these values without pixels
    import numpy as np
    import numpy.typing as npt

Pixels: TypeAlias = "npt.NDArray[np.uint8]"  # (height, width, 3), RGB, read-only when it crosses a module border
Point: TypeAlias = tuple[float, float]
Polygon: TypeAlias = tuple[Point, ...]  # at least three points


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle, half-open; may reach beyond the picture, is never empty."""

    x0: float
    y0: float
    x1: float
    y1: float

    def __post_init__(self) -> None:
        """Raise ValueError on an empty, reversed or not finite box."""
        if not (
            all(map(math.isfinite, (self.x0, self.y0, self.x1, self.y1))) and self.x0 < self.x1 and self.y0 < self.y1
        ):
            raise ValueError(f"not a box: {(self.x0, self.y0, self.x1, self.y1)}")

    @property
    def width(self) -> float:
        """Width in pixels."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Height in pixels."""
        return self.y1 - self.y0

    @property
    def area(self) -> float:
        """Area in square pixels."""
        return self.width * self.height

    @property
    def polygon(self) -> Polygon:
        """The four corners, clockwise from the top left."""
        return ((self.x0, self.y0), (self.x1, self.y0), (self.x1, self.y1), (self.x0, self.y1))

    def scaled(self, k: float) -> Box:
        """Return the same box in a picture `k` times as large."""
        return Box(self.x0 * k, self.y0 * k, self.x1 * k, self.y1 * k)

    def overlap(self, other: Box) -> float:
        """Return the area shared with `other`, in square pixels."""
        width = min(self.x1, other.x1) - max(self.x0, other.x0)
        height = min(self.y1, other.y1) - max(self.y0, other.y0)
        return max(0.0, width) * max(0.0, height)

    def iou(self, other: Box) -> float:
        """Return intersection over union, 0..1."""
        shared = self.overlap(other)
        return shared / (self.area + other.area - shared)


def scale_polygon(polygon: Polygon, k: float) -> Polygon:
    """Return `polygon` in a picture `k` times as large."""
    return tuple((x * k, y * k) for x, y in polygon)


def bounds(polygon: Polygon) -> Box:
    """Return the smallest box around `polygon`; a degenerate polygon gives a box of at least one pixel."""
    xs, ys = [x for x, _ in polygon], [y for _, y in polygon]
    return Box(min(xs), min(ys), max(*xs, min(xs) + 1.0), max(*ys, min(ys) + 1.0))


@dataclass(frozen=True, slots=True)
class Face:
    """A face: the tight box from forehead to chin, not yet the head."""

    box: Box
    score: float  # the finder's own, 0..1
    finder: str  # "centerface", "yunet", ...
    is_sure: bool = True  # False: doubtful and alone; of such more are flowers and windows than faces (docs/finders.md)


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a line, with the four corners of its place (clockwise from the word's own top left)."""

    text: str
    quad: Polygon
    score: float  # the reader's confidence, 0..1


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text; `words` is empty where text was located but nothing could be read."""

    words: tuple[Word, ...]
    quad: Polygon
    score: float  # 0..1, of the line as a whole
    reader: str  # "rapidocr", "tesseract"
    other_script: float | None = None  # 0..1: share of the signs seen that are of no Latin script; None: not known

    @property
    def text(self) -> str:
        """The words, joined by single spaces."""
        return " ".join(word.text for word in self.words)

    def scaled(self, k: float) -> Line:
        """Return the same line in a picture `k` times as large."""
        words = tuple(replace(word, quad=scale_polygon(word.quad, k)) for word in self.words)
        return replace(self, words=words, quad=scale_polygon(self.quad, k))


@dataclass(frozen=True, slots=True)
class Code:
    """A QR or bar code; what it says is never kept."""

    quad: Polygon
    symbology: str  # "QRCode", "Code128", ...
    is_legible: bool = True  # False: told by its shape alone, what it says could not be read
