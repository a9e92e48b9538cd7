"""What a located line says: PP-OCR's recogniser, letters to words by their own places.

The network answers with one column of letter probabilities every 8 px of a strip 48 px high (CTC).  Only letters of
Latin script are asked for: the pupils' names are written in it, and a scrawl taken for a rare Chinese sign would
look confidently read.  What is not Latin script keeps its low probability and so stays in doubt.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from models.findings import Line, Pixels, Polygon, Word

STRIP_HEIGHT_PX = 48  # the recogniser's input height (architecture)
COLUMN_PX = 8  # of the strip, for one column of the answer (architecture)
MIN_WIDTH_PX, MAX_WIDTH_PX = 48, 2400  # of a strip: the shortest that makes sense, and a bound on memory
SURE_SCORE = 0.8  # above this a line's first reading stands; below, it is tried upside down as well
PLAIN_RATIO = 2.0  # a box this much longer than wide shows which way its text runs; a choice
SIDEWAYS_RATIO = 1.5  # a box this much taller than wide holds sideways text; PP-OCR's own default
OTHER_HEIGHTS = (0.85, 1.2)  # of a line's box, for a doubtful line's second and third reading; a choice
LATIN_END = 0x250  # first code point after Latin Extended-B (Unicode)
BLANK = 0  # CTC's "no letter" (architecture)


@dataclass(frozen=True, slots=True)
class Reading:
    """Letters of one strip with their centres (0..1 along the strip) and probabilities."""

    letters: str
    centres: tuple[float, ...]
    scores: tuple[float, ...]

    @property
    def score(self) -> float:
        """Mean probability of the letters; 0 when there is none."""
        return float(np.mean(self.scores)) if self.scores else 0.0


class Recogniser:
    """PP-OCR's text recogniser, one ONNX session."""

    def __init__(self, session: ort.InferenceSession) -> None:
        """Take an opened session whose metadata lists its letters."""
        self._session, self._input = session, session.get_inputs()[0].name
        letters = session.get_modelmeta().custom_metadata_map["character"].splitlines()
        alphabet = ["", *letters, " "]
        self._kept = np.array([i for i, letter in enumerate(alphabet) if i == BLANK or is_latin(letter)])
        self._letters = [alphabet[i] for i in self._kept]

    def read(self, pixels: Pixels, quads: Sequence[Polygon], reader: str) -> tuple[Line, ...]:
        """Return one line for each quad (clockwise from its top left); its `words` are empty if none is legible.

        Most lines of a picture run the same way, so a box too short to tell its own direction is tried in that of
        the long ones first.
        """
        found: dict[int, Line] = {}
        ways: Counter[int] = Counter()
        for i in sorted(range(len(quads)), key=lambda i: (-_length(quads[i]), i)):
            line, way = self._read_line(pixels, quads[i], [way for way, _ in ways.most_common(1)], reader)
            found[i] = line
            if line.score >= SURE_SCORE:
                ways[way] += len(line.text)
        return tuple(found[i] for i in range(len(quads)))

    def _read_line(self, pixels: Pixels, quad: Polygon, usual: Sequence[int], reader: str) -> tuple[Line, int]:
        best, best_way = Reading("", (), ()), 0
        for way in _ways(quad, usual):
            reading = self._read_strip(strip_of(pixels, turned(quad, way)))
            if reading.score > best.score:
                best, best_way = reading, way
            if best.score >= SURE_SCORE:
                break
        best_quad = turned(quad, best_way)
        if best.score < SURE_SCORE:
            best = max((best, *self._closer(pixels, best_quad)), key=lambda reading: reading.score)
        return Line(words_of(best, best_quad), best_quad, best.score, reader), best_way

    def _closer(self, pixels: Pixels, quad: Polygon) -> tuple[Reading, ...]:
        """Read a doubtful line again, cut closer and wider: the network is fussy about the room around letters."""
        return tuple(self._read_strip(strip_of(pixels, taller(quad, share))) for share in OTHER_HEIGHTS)

    def _read_strip(self, strip: npt.NDArray[np.uint8]) -> Reading:
        blob = np.ascontiguousarray(strip[:, :, ::-1].transpose(2, 0, 1)[None], np.float32)  # trained on BGR
        blob /= np.float32(127.5)
        blob -= np.float32(1.0)
        columns = self._session.run(None, {self._input: blob})[0][0][:, self._kept]
        return self._decode(columns)

    def _decode(self, columns: npt.NDArray[np.float32]) -> Reading:
        best, score = columns.argmax(axis=1), columns.max(axis=1)
        count = len(best)
        letters, centres, scores = [], [], []
        start = 0
        while start < count:
            end = start
            while end + 1 < count and best[end + 1] == best[start]:
                end += 1
            if best[start] != BLANK:
                letters.append(self._letters[best[start]])
                centres.append((start + end + 1) / 2.0 / count)
                scores.append(float(score[start : end + 1].max()))
            start = end + 1
        return Reading("".join(letters), tuple(centres), tuple(scores))


def is_latin(letter: str) -> bool:
    """Say whether `letter` is one character that English, Polish, Spanish or Welsh print uses."""
    if len(letter) != 1:
        return False
    is_script = letter.isalpha() and ord(letter) < LATIN_END and "LATIN" in unicodedata.name(letter, "")
    return letter == " " or "!" <= letter <= "~" or is_script or letter in "\u2018\u2019\u201c\u201d\u2013\u2014£"


def turned(quad: Polygon, quarters: int) -> Polygon:
    """Return `quad` with its corners named for text that is turned by so many quarters, clockwise."""
    return quad[-quarters:] + quad[:-quarters] if quarters else quad


def taller(quad: Polygon, share: float) -> Polygon:
    """Return `quad` with `share` of its height, about the same middle line."""
    a, b, c, d = (np.array(corner) for corner in quad)
    k = (1.0 - share) / 2.0
    corners = (a + (d - a) * k, b + (c - b) * k, c + (b - c) * k, d + (a - d) * k)
    return tuple((float(x), float(y)) for x, y in corners)


def _length(quad: Polygon) -> float:
    """Return how far a box is longer than wide: above 1, its direction is plain."""
    a, b, _, d = quad
    sides = sorted((math.dist(a, b), math.dist(a, d)))
    return sides[1] / max(sides[0], 1e-6)


def _ways(quad: Polygon, usual: Sequence[int]) -> list[int]:
    """Return in which ways (quarters) to try a box, the likeliest first: its long side, else what is usual."""
    a, b, _, d = quad
    upright, sideways = [0, 2], [3, 1]
    if _length(quad) >= PLAIN_RATIO:
        ways = upright if math.dist(a, b) >= math.dist(a, d) else sideways
    else:
        ways = upright + sideways if math.dist(a, d) <= SIDEWAYS_RATIO * math.dist(a, b) else sideways + upright
    return sorted(ways, key=lambda way: way not in usual)


def strip_of(pixels: Pixels, quad: Polygon) -> npt.NDArray[np.uint8]:
    """Return the line inside `quad`, straightened, 48 px high."""
    a, b, c, d = quad
    width = max(math.dist(a, b), math.dist(d, c), 1.0)
    height = max(math.dist(a, d), math.dist(b, c), 1.0)
    wanted_px = math.ceil(width * STRIP_HEIGHT_PX / height / COLUMN_PX) * COLUMN_PX
    columns = int(np.clip(wanted_px, MIN_WIDTH_PX, MAX_WIDTH_PX))
    target = np.array([(0, 0), (columns, 0), (columns, STRIP_HEIGHT_PX), (0, STRIP_HEIGHT_PX)], np.float32)
    turn = cv2.getPerspectiveTransform(np.array(quad, np.float32), target)
    flags = cv2.INTER_AREA if height > STRIP_HEIGHT_PX else cv2.INTER_CUBIC
    strip = cv2.warpPerspective(pixels, turn, (columns, STRIP_HEIGHT_PX), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return strip.astype(np.uint8, copy=False)


def words_of(reading: Reading, quad: Polygon) -> tuple[Word, ...]:
    """Cut a reading at its spaces; a word reaches from gap to gap, the first and the last to the ends of the line."""
    words, start, left = [], 0, 0.0
    for i, letter in enumerate(reading.letters + " "):
        if letter != " ":
            continue
        right = reading.centres[i] if i < len(reading.centres) else 1.0
        if i > start:
            words.append(
                Word(reading.letters[start:i], slice_of(quad, left, right), float(np.mean(reading.scores[start:i])))
            )
        start, left = i + 1, right
    return tuple(words)


def slice_of(quad: Polygon, start: float, end: float) -> Polygon:
    """Return the part of a line's quad from `start` to `end`, as shares of its length (0..1)."""
    a, b, c, d = (np.array(corner) for corner in quad)
    corners = (a + (b - a) * start, a + (b - a) * end, d + (c - d) * end, d + (c - d) * start)
    return tuple((float(x), float(y)) for x, y in corners)
