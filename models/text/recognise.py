"""What a located line says: PP-OCR's recogniser, letters to words by their own places.

The network answers with one column of letter probabilities every 8 px of a strip 48 px high (CTC).  Only letters of
Latin script are asked for: the pupils' names are written in it, and a scrawl taken for a rare Chinese sign would
look confidently read.  What is not Latin script is not read: Greek, Chinese and Japanese are told by the network,
Cyrillic, Hebrew, Arabic and Indian scripts by leaving nothing to read; both keep a low score and so stay in doubt.
A line that reads as nothing is looked at once more as a mirror shows it, and a tall box as letters in a stack.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from models.findings import Line, Pixels, Polygon, Word
from models.tensors import to_signed_planes
from models.text.other_ways import is_stack, mirrored, side_by_side

STRIP_HEIGHT_PX = 48  # the recogniser's input height (architecture)
COLUMN_PX = 8  # of the strip, for one column of the answer (architecture)
MIN_WIDTH_PX, MAX_WIDTH_PX = 48, 2400  # of a strip: the shortest that makes sense, and a bound on memory
SURE_SCORE = 0.8  # above this a line's first reading stands; below, it is tried upside down as well
PLAIN_RATIO = 2.0  # a box this much longer than wide shows which way its text runs; a choice
SIDEWAYS_RATIO = 1.5  # a box this much taller than wide holds sideways text; PP-OCR's own default
OTHER_HEIGHTS = (0.85, 1.2)  # of a line's box, for a doubtful line's second and third reading; a choice
LATIN_END = 0x250  # first code point after Latin Extended-B (Unicode)
FULLWIDTH = range(0xFF01, 0xFF5F)  # letters set wide, as Chinese print has them: "R" again, 0xFEE0 higher (Unicode)
MIRROR_SCORE = 0.85  # of a reading in a mirror that is believed: bench 1.0, chance readings of texture up to 0.8
MIRROR_SURE = 0.95  # of a line that is not looked at in the mirror though others are mirror writing; a choice
MIRROR_LETTERS = 3  # of such a reading; a choice
MIRROR_RATIO = 1.3  # length to height of a box that is worth a look in the mirror; a choice
STACK_SURE = 0.97  # of a tall box's reading, from which no stack is looked for; a choice
TELLING = 3  # letters of a line that tells which way text runs: one or two may stand on their head
STACK_SCORE = 0.8  # of a reading of a stack that is believed; a choice
THIN = 0.8  # letters for each line height, below which a line is not read through; print has 1.3 to 2.5
THIN_SURE = 0.9  # of a thin reading that stands all the same: "Name" and a long rule behind it; a choice
INK = 0.3  # probability of a sign, from which a column shows one; a choice
FOREIGN_SCORE = 0.6  # of a sign of another script, from which it counts as one; a choice
BLANK = 0  # CTC's "no letter" (architecture)


@dataclass(frozen=True, slots=True)
class Reading:
    """Letters of one strip with their centres (0..1 along the strip) and probabilities."""

    letters: str
    centres: tuple[float, ...]
    scores: tuple[float, ...]

    foreign: int = 0  # signs of another script beside them
    other_script: float = 0.0  # share of the probability of signs that lies on those of other scripts than Latin

    @property
    def count(self) -> int:
        """How many letters were read; a space is none."""
        return sum(letter != " " for letter in self.letters)

    @property
    def score(self) -> float:
        """Mean probability of the letters, 0 for each sign of another script; 0 when there is none."""
        sure = [score for letter, score in zip(self.letters, self.scores, strict=True) if letter != " "]
        return float(np.sum(sure)) / (len(sure) + self.foreign) if sure else 0.0


class Recogniser:
    """PP-OCR's text recogniser, one ONNX session."""

    def __init__(self, session: ort.InferenceSession) -> None:
        """Take an opened session whose metadata lists its letters."""
        self._session, self._input = session, session.get_inputs()[0].name
        letters = session.get_modelmeta().custom_metadata_map["character"].splitlines()
        alphabet = ["", *letters, " "]
        self._kept = np.array([i for i, letter in enumerate(alphabet) if i == BLANK or is_latin(letter)])
        self._letters = [alphabet[i] for i in self._kept]
        plain = {letter: i for i, letter in enumerate(alphabet)}
        wide = [(i, plain.get(chr(ord(letter) - 0xFEE0))) for i, letter in enumerate(alphabet) if _is_wide(letter)]
        self._wide = [(i, place) for i, place in wide if place is not None]  # a wide letter, and the same one plain
        self._is_sign = np.array([_is_sign(letter) for letter in alphabet])

    def read(self, pixels: Pixels, quads: Sequence[Polygon], reader: str) -> tuple[Line, ...]:
        """Return one line for each quad (clockwise from its top left); its `words` are empty if none is legible.

        Most lines of a picture run the same way, so a box too short to tell its own direction is tried in that of
        the long ones first.
        """
        found: dict[int, tuple[Line, bool]] = {}
        ways: Counter[int] = Counter()
        for i in sorted(range(len(quads)), key=lambda i: (-_length(quads[i]), i)):
            usual = [way for way, _ in ways.most_common(1)]
            line, way, is_mirrored = self._read_line(pixels, quads[i], usual, reader)
            found[i] = line, is_mirrored
            if line.score >= SURE_SCORE and len(line.text) >= TELLING:
                ways[way] += len(line.text)
        lines = [found[i] for i in range(len(quads))]
        if any(is_mirrored for _, is_mirrored in lines):  # a mirror turns all that is in it
            return tuple(line if is_mirrored else self._in_mirror(pixels, line) for line, is_mirrored in lines)
        return tuple(line for line, _ in lines)

    def read_glyphs(self, glyphs: Sequence[npt.NDArray[np.uint8]]) -> list[tuple[str, float]]:
        """Return what each bitmap (48 px, black on white) of a letter reads as, and how surely; all in one call."""
        if not glyphs:
            return []
        planes = np.stack(glyphs)[:, None].astype(np.float32) / np.float32(127.5) - np.float32(1.0)
        answers = self._session.run(None, {self._input: np.repeat(planes, 3, axis=1)})[0]
        readings = [self._read_columns(columns) for columns in answers]
        return [(reading.letters.replace(" ", ""), reading.score) for reading in readings]

    def _read_line(self, pixels: Pixels, quad: Polygon, usual: Sequence[int], reader: str) -> tuple[Line, int, bool]:
        """Return a line, in which way it runs (quarters), and whether it is mirror writing."""
        best, best_way = Reading("", (), ()), 0
        ways = _ways(quad, usual)
        for way in ways:
            reading = self._read_strip(strip_of(pixels, turned(quad, way)))
            if reading.score > best.score:
                best, best_way = reading, way
            if best.score >= SURE_SCORE:
                break
        best_quad = turned(quad, best_way)
        if best.score < SURE_SCORE:
            best = max((best, *self._closer(pixels, best_quad)), key=lambda reading: reading.score)
        is_upside_down = best_way == (ways[0] + 2) % 4
        if best.score < SURE_SCORE or is_upside_down or _is_thin(best, best_quad):
            plain_quad = turned(quad, ways[0])
            seen = self._mirror_reading(pixels, plain_quad)
            if seen is not None and (seen.score > best.score or not is_upside_down):
                return _mirror_line(seen, plain_quad, reader), ways[0], True
            best = _doubted(self._with_foreign(pixels, plain_quad, best), best_quad)
        if is_stack(quad) and best.score < STACK_SURE:
            seen = self._stack_reading(pixels, quad)
            if seen is not None and (seen.score > best.score or seen.count > best.count):
                word = Word(seen.letters.replace(" ", ""), quad, seen.score)
                return Line((word,), quad, seen.score, reader, seen.other_script), 0, False
        return Line(words_of(best, best_quad), best_quad, best.score, reader, best.other_script), best_way, False

    def _in_mirror(self, pixels: Pixels, line: Line) -> Line:
        """Return a line of a picture that shows mirror writing, as the mirror shows it where that reads better."""
        if line.score >= MIRROR_SURE:
            return line
        reading = self._mirror_reading(pixels, line.quad)
        return line if reading is None or reading.score <= line.score else _mirror_line(reading, line.quad, line.reader)

    def _mirror_reading(self, pixels: Pixels, quad: Polygon) -> Reading | None:
        if _length(quad) < MIRROR_RATIO:
            return None
        reading = self._read_strip(mirrored(strip_of(pixels, quad)))
        is_sure = reading.score >= MIRROR_SCORE and reading.count >= MIRROR_LETTERS
        return reading if is_sure and not _is_thin(reading, quad) else None

    def _stack_reading(self, pixels: Pixels, quad: Polygon) -> Reading | None:
        strip = side_by_side(pixels, quad)
        reading = self._read_strip(strip) if strip is not None else None
        return reading if reading is not None and reading.score >= STACK_SCORE and reading.count > 1 else None

    def _with_foreign(self, pixels: Pixels, quad: Polygon, best: Reading) -> Reading:
        """Return `best` with the signs of another script that the line shows counted against it."""
        columns = self._run(strip_of(pixels, quad))
        signs, scores = columns.argmax(axis=1), columns.max(axis=1)
        is_new = np.concatenate(([True], signs[1:] != signs[:-1]))
        foreign = int((is_new & self._is_sign[signs] & (scores >= FOREIGN_SCORE)).sum())
        return replace(best, foreign=foreign)

    def _closer(self, pixels: Pixels, quad: Polygon) -> tuple[Reading, ...]:
        """Read a doubtful line again, cut closer and wider: the network is fussy about the room around letters."""
        return tuple(self._read_strip(strip_of(pixels, taller(quad, share))) for share in OTHER_HEIGHTS)

    def _read_strip(self, strip: npt.NDArray[np.uint8]) -> Reading:
        return self._read_columns(self._run(strip))

    def _read_columns(self, columns: npt.NDArray[np.float32]) -> Reading:
        for wide, plain in self._wide:
            columns[:, plain] += columns[:, wide]
        latin = columns[:, self._kept]
        return replace(self._decode(latin), other_script=other_share(latin))

    def _run(self, strip: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Return the probability of every sign in every column."""
        answer: npt.NDArray[np.float32] = self._session.run(None, {self._input: to_signed_planes(strip)})[0][0]
        return answer

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


def other_share(columns: npt.NDArray[np.float32]) -> float:
    """Return how much of the signs in a strip is of no Latin script, 0..1.

    Args:
        columns: probability of no sign and of every Latin one, by column; what is left to 1 is of the others.
    """
    sign = 1.0 - columns[:, BLANK]
    shown = sign > INK
    other = 1.0 - columns[shown].sum(axis=1)
    return float(np.clip(other.sum() / sign[shown].sum(), 0.0, 1.0)) if shown.any() else 0.0


def is_latin(letter: str) -> bool:
    """Say whether `letter` is one character that English, Polish, Spanish or Welsh print uses."""
    if len(letter) != 1:
        return False
    is_script = letter.isalpha() and ord(letter) < LATIN_END and "LATIN" in unicodedata.name(letter, "")
    return letter == " " or "!" <= letter <= "~" or is_script or letter in "\u2018\u2019\u201c\u201d\u2013\u2014£"


def _is_wide(letter: str) -> bool:
    return len(letter) == 1 and ord(letter) in FULLWIDTH


def _is_sign(letter: str) -> bool:
    """Say whether `letter` is a letter of another script than Latin."""
    is_letter = len(letter) == 1 and letter.isalpha() and not _is_wide(letter)
    return is_letter and "LATIN" not in unicodedata.name(letter, "")


def _is_thin(reading: Reading, quad: Polygon) -> bool:
    """Say whether too few letters were read for the length of the line."""
    return reading.count * _height(quad) < THIN * _width(quad)


def _width(quad: Polygon) -> float:
    return math.dist(quad[0], quad[1])


def _height(quad: Polygon) -> float:
    return math.dist(quad[0], quad[3])


def _doubted(reading: Reading, quad: Polygon) -> Reading:
    """Return a doubtful reading that is too thin for its line with scores that say so; a sure one stays."""
    if reading.score >= THIN_SURE or not _is_thin(reading, quad):
        return reading
    share = reading.count * _height(quad) / (THIN * _width(quad))
    return replace(reading, scores=tuple(score * share for score in reading.scores))


def _mirror_line(reading: Reading, quad: Polygon, reader: str) -> Line:
    """Return a line of mirror writing: its words run from right to left, its box is named as if they did not."""
    a, b, c, d = quad
    return Line(words_of(reading, (b, a, d, c)), quad, reading.score, reader, reading.other_script)


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
