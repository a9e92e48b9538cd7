"""Find and read text: which lines there are, what they say word by word, how sure the reader is.

A line that was located but not legible is returned too, with few or no words and a low score: what cannot be read
may still be a name, and dropping it here would be the unsafe way round.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

from models.findings import Box, Line, Pixels, Polygon, bounds
from models.sessions import open_session
from models.text.apart import with_letters_apart
from models.text.locate import AGAIN, CLOSE, Locator
from models.text.recognise import Recogniser
from models.text.tesseract import is_installed, second_opinion
from models.weights import read_weight

DETECTOR_FILE = "PP-OCRv6_det_small_int8.onnx"
RECOGNISER_FILE = "PP-OCRv6_rec_small.onnx"
READER = "rapidocr"  # what Line.reader says

# When a located place is texture, not text.  Measured on 30 made photos, 7 phone photos without text and 20 crowds:
# 32 such places, of which these rules take 26, against 170 real lines, of which they take none.
SURE_PLACE = 0.75  # locator's score from which a place is believed; texture: 0.31 to 0.70
FAINT_SCORE = 0.55  # the same when nothing is read, for a second look
PHANTOM_SCORE = 0.6  # reader's score below which nothing was read
FEW_LETTERS, FEW_LETTERS_SCORE = 2, 0.95  # one or two letters must be read surely; texture reads as "4" at up to 0.94
ROW_LETTERS = 2  # single letters that a phantom must be in a row with, to be one of them
ROW_LIKENESS = 0.6  # least height of the smaller to the larger; a choice
ROW_SLACK, ROW_REACH = 0.4, 3.5  # heights that two letters of a row may lie across and along it; a choice
BULKY_HEIGHT = 0.022  # of the picture's long side: 45 px at 2048
BULKY_RATIO = 2.5  # length to height; texture: up to 2.3


class TextReader(Protocol):
    """Reads the text in a picture."""

    def read(self, pixels: Pixels) -> tuple[Line, ...]:
        """Return every line located in `pixels`, in its pixels; illegible ones too, with a low score."""

    def locate(self, pixels: Pixels) -> tuple[Polygon, ...]:
        """Return where lines of text lie, without reading them; quicker than `read`, and misses a little more."""

    def read_at(self, pixels: Pixels, quads: Sequence[Polygon]) -> tuple[Line, ...]:
        """Return the lines at `quads`, places in the same pixels; texture that reads as nothing is left out."""


class PaddleReader:
    """PP-OCR's small models, run by onnxruntime (the weights lie in the rapidocr wheel)."""

    def __init__(self, locator: Locator, recogniser: Recogniser, *, has_second: bool) -> None:
        """Take the two opened networks; `has_second`: Tesseract may be asked about doubtful lines."""
        self._locator, self._recogniser, self._has_second = locator, recogniser, has_second

    def read(self, pixels: Pixels) -> tuple[Line, ...]:
        """Return every line located in `pixels`, in its pixels; illegible ones too, with a low score."""
        places = self._locator.locate(pixels, CLOSE)
        lines = self._recogniser.read(pixels, [place.quad for place in places], READER)
        side_px = max(pixels.shape[:2])
        found = zip(lines, places, strict=True)
        real = with_letters_in_row([(line, is_phantom(line, place.score, side_px)) for line, place in found])
        real = with_letters_apart(pixels, real, self._recogniser)
        return second_opinion(pixels, real) if self._has_second else real

    def locate(self, pixels: Pixels) -> tuple[Polygon, ...]:
        """Return where lines of text lie, without reading them; quicker than `read`, and misses a little more."""
        side_px = max(pixels.shape[:2])
        return tuple(
            place.quad
            for place in self._locator.locate(pixels, AGAIN)
            if place.score >= FAINT_SCORE or not is_bulky(place.quad, side_px)
        )

    def read_at(self, pixels: Pixels, quads: Sequence[Polygon]) -> tuple[Line, ...]:
        """Return the lines at `quads`, places in the same pixels; texture that reads as nothing is left out."""
        lines = self._recogniser.read(pixels, quads, READER)
        return tuple(line for line in lines if not is_phantom(line, 0.0, max(pixels.shape[:2])))


def is_phantom(line: Line, place_score: float, side_px: int) -> bool:
    """Say whether a place is texture that the locator took for text: faint, bulky, and nearly nothing to read in it.

    Writing that large is read; what is small or long enough to be a scrawl is never called a phantom.
    """
    letters = sum(len(word.text) for word in line.words)
    is_empty = line.score < PHANTOM_SCORE or (letters <= FEW_LETTERS and line.score < FEW_LETTERS_SCORE)
    return place_score < SURE_PLACE and is_empty and is_bulky(line.quad, side_px)


def with_letters_in_row(lines: Sequence[tuple[Line, bool]]) -> tuple[Line, ...]:
    """Return the lines that are no phantoms, and those phantoms that stand in a row or column of single letters.

    One letter on a flag or block is as bulky as texture; in company it is none.
    """
    letters = [bounds(line.quad) for line, is_phantom in lines if not is_phantom and len(line.text) <= FEW_LETTERS]
    return tuple(
        line
        for line, is_phantom in lines
        if not is_phantom
        or (line.words and sum(_are_in_row(bounds(line.quad), letter) for letter in letters) >= ROW_LETTERS)
    )


def _are_in_row(a: Box, b: Box) -> bool:
    """Say whether two boxes are alike in size, level with each other or one below the other, and near."""
    size = max(a.height, b.height)
    dx, dy = abs(a.x0 + a.x1 - b.x0 - b.x1) / 2, abs(a.y0 + a.y1 - b.y0 - b.y1) / 2
    is_like = min(a.height, b.height) >= ROW_LIKENESS * size
    return is_like and min(dx, dy) <= ROW_SLACK * size and max(dx, dy) <= ROW_REACH * size


def is_bulky(quad: Polygon, side_px: int) -> bool:
    """Say whether a box is tall for a line in a picture of long side `side_px`, and short for its height."""
    a, b, _, d = quad
    low, high = sorted((math.dist(a, b), math.dist(a, d)))
    return low > BULKY_HEIGHT * side_px and high < BULKY_RATIO * low


def open_text_reader(threads: int = 1) -> TextReader:
    """Open the reader with `threads` threads for each network.

    rapidocr itself is never imported: it sets up logging and a downloader, and shrinks what it is given.

    Raises:
        WeightAbsent, WeightDamaged: the weights in the rapidocr package are not there, or not those of the manifest.
    """
    return PaddleReader(
        Locator(open_session(read_weight(DETECTOR_FILE), threads)),
        Recogniser(open_session(read_weight(RECOGNISER_FILE), threads)),
        has_second=is_installed(),
    )
