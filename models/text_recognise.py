"""What a located line says: PP-OCR's recogniser, letters to words by their own places.

The network answers with one column of letter probabilities every 8 px of a strip 48 px high (CTC).  Only letters of
Latin script are asked for: the pupils' names are written in it, and a scrawl taken for a rare Chinese sign would
look confidently read.  What is not Latin script keeps its low probability and so stays in doubt.
"""

from __future__ import annotations

import math
import unicodedata
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
SIDEWAYS_RATIO = 1.5  # a box this much taller than wide holds sideways text; PP-OCR's own default
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

    def read(self, pixels: Pixels, quad: Polygon, reader: str) -> Line:
        """Return the line inside `quad` (clockwise from its top left) of `pixels`; `words` is empty if none is legible."""
        best, best_quad = Reading("", (), ()), quad
        for turned in _ways_up(quad):
            reading = self._read_strip(strip_of(pixels, turned))
            if reading.score > best.score:
                best, best_quad = reading, turned
            if best.score >= SURE_SCORE:
                break
        return Line(words_of(best, best_quad), best_quad, best.score, reader)

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
                scores.append(float(score[start:end + 1].max()))
            start = end + 1
        return Reading("".join(letters), tuple(centres), tuple(scores))


def is_latin(letter: str) -> bool:
    """Say whether `letter` is one character that English, Polish, Spanish or Welsh print uses."""
    if len(letter) != 1:
        return False
    return letter == " " or "!" <= letter <= "~" or (letter.isalpha() and "LATIN" in unicodedata.name(letter, "")
                                                     and ord(letter) < 0x250) or letter in "‘’“”–—£"


def _ways_up(quad: Polygon) -> tuple[Polygon, ...]:
    """Return the ways the text may run: along and upside down, or both sideways ways when the box stands upright."""
    a, b, c, d = quad
    if math.dist(a, d) > SIDEWAYS_RATIO * math.dist(a, b):
        return (d, a, b, c), (b, c, d, a)
    return quad, (c, d, a, b)


def strip_of(pixels: Pixels, quad: Polygon) -> npt.NDArray[np.uint8]:
    """Return the line inside `quad`, straightened, 48 px high."""
    a, b, c, d = quad
    width = max(math.dist(a, b), math.dist(d, c), 1.0)
    height = max(math.dist(a, d), math.dist(b, c), 1.0)
    columns = int(np.clip(math.ceil(width * STRIP_HEIGHT_PX / height / COLUMN_PX) * COLUMN_PX, MIN_WIDTH_PX, MAX_WIDTH_PX))
    target = np.array([(0, 0), (columns, 0), (columns, STRIP_HEIGHT_PX), (0, STRIP_HEIGHT_PX)], np.float32)
    turn = cv2.getPerspectiveTransform(np.array(quad, np.float32), target)
    flags = cv2.INTER_AREA if height > STRIP_HEIGHT_PX else cv2.INTER_CUBIC
    strip: npt.NDArray[np.uint8] = cv2.warpPerspective(pixels, turn, (columns, STRIP_HEIGHT_PX), flags=flags,
                                                       borderMode=cv2.BORDER_REPLICATE)
    return strip


def words_of(reading: Reading, quad: Polygon) -> tuple[Word, ...]:
    """Cut a reading at its spaces; a word reaches from gap to gap, the first and the last to the ends of the line."""
    words, start, left = [], 0, 0.0
    for i, letter in enumerate(reading.letters + " "):
        if letter != " ":
            continue
        right = reading.centres[i] if i < len(reading.centres) else 1.0
        if i > start:
            words.append(Word(reading.letters[start:i], slice_of(quad, left, right),
                              float(np.mean(reading.scores[start:i]))))
        start, left = i + 1, right
    return tuple(words)


def slice_of(quad: Polygon, start: float, end: float) -> Polygon:
    """Return the part of a line's quad from `start` to `end`, as shares of its length (0..1)."""
    a, b, c, d = (np.array(corner) for corner in quad)
    corners = (a + (b - a) * start, a + (b - a) * end, d + (c - d) * end, d + (c - d) * start)
    return tuple((float(x), float(y)) for x, y in corners)
