"""Letters that stand apart, each on a flag, block, balloon or sheet: those that the locator missed, one by one.

Only near a single letter that was read (or a box that looks like some) shapes of its height are looked for, made black
on white, and read alone and turned.  A picture without one costs nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Protocol

import cv2
import numpy as np

from models.findings import Box, Line, Pixels, Word, bounds
from models.text.shapes import Bitmap, Shape, shapes_of

GLYPH_PX, LETTER_PX = 48, 30  # side of the field that a letter is read in (architecture), and its height there
SEED_SCORE = 0.8  # of a single letter that others are looked for around; a choice
LOOSE = 0.75  # box heights for each letter of a box whose letters may stand apart; print: 0.3 to 0.7
LOOSE_LETTERS, LOOSE_SURE = 10, 0.9  # of such a box at most; longer ones that were read surely need no second look
DOUBTFUL = 0.6  # score of a box that nobody could read, below which it may be letters too
ALIKE, NEAR = 0.55, 4.0  # least size of the smaller to the larger, and sizes between two seeds of one row; a choice
REACH = 6.0  # sizes around the seeds that are searched: two flags beyond the last; a choice
MORE_LOOKS, FAR = 1, 3.0  # from letters that lie so many sizes from every seed: half of the reach; a choice
SEED_PX = 44.0  # size of a seed in the part that is searched: its letter is 28 to 34 px high then
MOST_PX, MOST_LARGER = 600_000, 2.0  # of a part, and how far it is enlarged: the time, 80 cuts of each pixel; a choice
MOST_TRIED, SEED_MARGIN = 8, 0.3  # seeds of a row that are read again first, and sizes around them; a choice
MOST_PARTS = 3  # of a picture, those with most seeds first: the time; a choice
MOST_READ, MOST_TURNED = 100, 40  # shapes of a part, the plainest: a wall of print took 8 s without; a choice
SHAPE_HEIGHTS = (0.25, 1.1)  # of the seed's box, which holds the letter or its flag
LETTER_HEIGHTS, WIDEST = (0.62, 1.5), 1.6  # of a letter that is known, for those beside it
SEED_AGAIN = 0.6  # score of a seed's letter, read again from its shape
FREE = 0.9  # score of a letter with no other beside it, and of one in a box that nobody read
COMPANY = 0.6  # the same beside others
SURE = 0.8  # of a letter that makes such a row; a choice
TURNED, TURN_COST = (-15, 15, -30, 30), 0.05  # degrees that a doubtful letter is turned by, and what it must gain
STROKES = frozenset("1Il|!")  # what a plain stroke is read as
STROKE_WIDE, STROKE_FILLED, STROKE_LIKE, STROKE_SCORE = 0.4, 0.65, 0.85, 0.75  # of an I: to its height, of its box
IN_ROW, ROW_REACH, ROW_LIKE = 0.8, 5.0, 0.7  # letter heights across and along a row, and how alike; a choice
SHARED = 0.3  # of the smaller of two letters in one place
INSIDE = 0.6  # of a letter, that lies in the box that it was read better than; a choice
FLAG_HIGH = 4.0  # letter heights of a box that holds one letter, and its flag, and no more; a choice
READ_SURELY = 0.9  # of a box of some letters, from which its reading stands: "Tom" on a label
MARGIN = 0.35  # of a letter's height, around it: so much larger are the locator's boxes
PRINT_LETTERS, PRINT_SCORE = 4, 0.8  # of a line of print, in which no letter stands apart


class GlyphReader(Protocol):
    """Reads letters that stand alone."""

    def read_glyphs(self, glyphs: Sequence[Bitmap]) -> list[tuple[str, float]]:
        """Return what each bitmap of 48 px reads as, and how surely (0..1)."""


@dataclass(frozen=True, slots=True)
class _Seed:
    box: Box
    letter: str  # "" where a box may hold some
    size: float

    def is_near(self, other: _Seed) -> bool:
        size = max(self.size, other.size)
        dx = max(0.0, max(self.box.x0, other.box.x0) - min(self.box.x1, other.box.x1))
        dy = max(0.0, max(self.box.y0, other.box.y0) - min(self.box.y1, other.box.y1))
        return min(self.size, other.size) >= ALIKE * size and math.hypot(dx, dy) <= NEAR * size


@dataclass(frozen=True, slots=True)
class _Read:
    letter: str
    score: float
    box: Box


def with_letters_apart(pixels: Pixels, lines: Sequence[Line], reader: GlyphReader) -> tuple[Line, ...]:
    """Return `lines` and the single letters beside those among them; these take the place of worse readings."""
    seeds = [seed for line in lines if (seed := _seed(line)) is not None]
    if not seeds:
        return tuple(lines)
    prints = [bounds(line.quad) for line in lines if _is_print(line)]
    found = [read for row in _rows(seeds)[:MOST_PARTS] for read in _whole_row(pixels, row, prints, reader)]
    letters = _once(found)
    if not letters:
        return tuple(lines)
    kept = [line for line in lines if not _is_replaced(line, letters)]
    return (*kept, *(_line(letter, lines[0].reader) for letter in letters))


def _seed(line: Line) -> _Seed | None:
    letters = "".join(word.text for word in line.words)
    a, b, _, d = line.quad
    width, height = math.dist(a, b), math.dist(a, d)
    box = bounds(line.quad)
    if len(letters) == 1 and letters.isalpha() and line.score >= SEED_SCORE:
        return _Seed(box, letters, max(box.width, box.height))
    if not 0 < len(letters) <= LOOSE_LETTERS or width < height or _is_number(letters):
        return None
    is_short = len(letters) < PRINT_LETTERS
    is_loose = len(letters) > 1 and _is_loose(line) and (is_short or line.score < LOOSE_SURE)
    return _Seed(box, "", height) if is_loose or line.score < DOUBTFUL else None


def _is_number(text: str) -> bool:
    """Say whether a box shows a number; noughts may be discs that hold letters."""
    return text.isdigit() and set(text) != {"0"}


def _is_loose(line: Line) -> bool:
    a, b, _, d = line.quad
    return math.dist(a, b) > LOOSE * math.dist(a, d) * sum(len(word.text) for word in line.words)


def _is_print(line: Line) -> bool:
    letters = sum(len(word.text) for word in line.words)
    return letters >= PRINT_LETTERS and line.score >= PRINT_SCORE and not _is_loose(line)


def _rows(seeds: Sequence[_Seed]) -> list[list[_Seed]]:
    """Return the seeds that stand near each other, the most numerous first."""
    left, rows = list(seeds), []
    while left:
        row = [left.pop(0)]
        for seed in row:  # grows while it is walked
            near = [other for other in left if seed.is_near(other)]
            left = [other for other in left if other not in near]
            row += near
        rows.append(row)
    return sorted(rows, key=len, reverse=True)


def _whole_row(pixels: Pixels, seeds: Sequence[_Seed], prints: Sequence[Box], reader: GlyphReader) -> Sequence[_Read]:
    """Return the letters beside the seeds, and those beside these where they reach farther."""
    size = median(seed.size for seed in seeds)
    found = _letters_beside(pixels, seeds, prints, reader)
    for _ in range(MORE_LOOKS):
        far = [_Seed(read.box, read.letter, size) for read in found if all(_is_far(read, s, size) for s in seeds)]
        if not far:
            break
        seeds = [*seeds, *far]
        found = _letters_beside(pixels, seeds, prints, reader)
    return found


def _is_far(read: _Read, seed: _Seed, size: float) -> bool:
    x, y = (read.box.x0 + read.box.x1) / 2, (read.box.y0 + read.box.y1) / 2
    dx, dy = max(seed.box.x0 - x, x - seed.box.x1), max(seed.box.y0 - y, y - seed.box.y1)
    return max(dx, dy) > FAR * size


def _letters_beside(
    pixels: Pixels, seeds: Sequence[_Seed], prints: Sequence[Box], reader: GlyphReader
) -> Sequence[_Read]:
    size = median(seed.size for seed in seeds)
    heights = _heights(pixels, seeds[:MOST_TRIED], reader)
    if not heights:  # texture, or a letter of some other print: nearly all of what photos show
        return ()
    shapes = _shapes_in(pixels, _around([seed.box for seed in seeds], REACH * size), size)
    shapes = [shape for shape in shapes if not any(_holds(line, shape.box) for line in prints)]
    lowest, highest = LETTER_HEIGHTS
    near = [shape for shape in shapes if any(_is_sized(shape.box, h, lowest, highest) for h in heights)]
    return _read(near[:MOST_READ], reader)


def _around(boxes: Sequence[Box], margin: float) -> Box:
    x0, y0 = min(box.x0 for box in boxes), min(box.y0 for box in boxes)
    x1, y1 = max(box.x1 for box in boxes), max(box.y1 for box in boxes)
    return Box(x0 - margin, y0 - margin, x1 + margin, y1 + margin)


def _shapes_in(pixels: Pixels, place: Box, size: float) -> list[Shape]:
    """Return the shapes in a place of the picture, in its pixels, that a seed's box of `size` may hold."""
    x0, y0 = max(0, int(place.x0)), max(0, int(place.y0))
    part = pixels[y0 : max(0, int(place.y1)), x0 : max(0, int(place.x1))]
    if not part.size:
        return []
    k = min(SEED_PX / size, MOST_LARGER, math.sqrt(MOST_PX / (part.shape[0] * part.shape[1])))
    wanted = max(1, round(part.shape[1] * k)), max(1, round(part.shape[0] * k))
    small = cv2.resize(part, wanted, interpolation=cv2.INTER_AREA if k < 1 else cv2.INTER_LINEAR)
    low, high = SHAPE_HEIGHTS

    def placed(box: Box) -> Box:
        return Box(x0 + box.x0 / k, y0 + box.y0 / k, x0 + box.x1 / k, y0 + box.y1 / k)

    found = shapes_of(small.astype(np.uint8, copy=False), (low * size * k, high * size * k))
    return [replace(shape, box=placed(shape.box)) for shape in found]


def _is_sized(box: Box, height: float, lowest: float, highest: float) -> bool:
    return lowest * height <= box.height <= highest * height and box.width <= WIDEST * height


def _heights(pixels: Pixels, seeds: Sequence[_Seed], reader: GlyphReader) -> list[float]:
    """Return how high the letters of the seeds are: of shapes in their boxes that read as they do."""
    own = [
        (shape, seed)
        for seed in seeds
        for shape in _shapes_in(pixels, _around([seed.box], SEED_MARGIN * seed.size), seed.size)
        if _holds(seed.box, shape.box)
    ]
    readings = reader.read_glyphs([glyph(shape.bitmap) for shape, _ in own])
    known, others = [], []
    for (shape, seed), (letter, score) in zip(own, readings, strict=True):
        if seed.letter and letter.lower() == seed.letter.lower() and score >= SEED_AGAIN:
            known.append(shape.box.height)
        elif not seed.letter and _is_letter(letter) and score >= FREE:
            others.append(shape.box.height)
    return known + others if known or len(others) > 1 else []


def _holds(outer: Box, inner: Box) -> bool:
    x, y = (inner.x0 + inner.x1) / 2, (inner.y0 + inner.y1) / 2
    return outer.x0 <= x < outer.x1 and outer.y0 <= y < outer.y1


def _is_letter(text: str) -> bool:
    return len(text) == 1 and text.isalpha()


def _read(shapes: Sequence[Shape], reader: GlyphReader) -> Sequence[_Read]:
    """Return the letters among shapes of a letter's height, best first; a stroke beside letters is an I."""
    readings = reader.read_glyphs([glyph(shape.bitmap) for shape in shapes])
    sure = [shape.box for shape, (text, score) in zip(shapes, readings, strict=True) if _is_sure(text, score)]
    doubtful = [i for i, (text, score) in enumerate(readings) if not (_is_letter(text) and score >= FREE)]
    doubtful = [i for i in doubtful if any(_are_in_row(shapes[i].box, box) for box in sure)][:MOST_TURNED]
    strokes = {i for i in doubtful if readings[i][0] in STROKES and _is_stroke(shapes[i])}
    for degrees in TURNED:
        turned = reader.read_glyphs([glyph(shapes[i].bitmap, degrees) for i in doubtful])
        for i, (text, score) in zip(doubtful, turned, strict=True):
            is_better = score - TURN_COST > readings[i][1] or not _is_letter(readings[i][0])
            if _is_letter(text) and text not in STROKES and is_better:
                readings[i] = text, score - TURN_COST
    readings = [("O" if text == "0" else text, score) for text, score in readings]
    sure = [shape.box for shape, (text, score) in zip(shapes, readings, strict=True) if _is_sure(text, score)]
    found = []
    for i, (shape, (text, score)) in enumerate(zip(shapes, readings, strict=True)):
        company = [box for box in sure if box is not shape.box and _are_in_row(shape.box, box)]
        if i in strokes:
            if sum(_likeness(box, shape.box) >= STROKE_LIKE for box in company) > 1:
                found.append(_Read("I", STROKE_SCORE, shape.box))
        elif _is_letter(text) and score >= (COMPANY if company else FREE):
            found.append(_Read(text, score, shape.box))
    return found


def _is_sure(text: str, score: float) -> bool:
    return _is_letter(text) and score >= SURE


def _likeness(a: Box, b: Box) -> float:
    return min(a.height, b.height) / max(a.height, b.height)


def _is_stroke(shape: Shape) -> bool:
    is_narrow = shape.box.width <= STROKE_WIDE * shape.box.height
    return is_narrow and float((shape.bitmap > 0).mean()) >= STROKE_FILLED


def _are_in_row(a: Box, b: Box) -> bool:
    height = max(a.height, b.height)
    dx, dy = abs(a.x0 + a.x1 - b.x0 - b.x1) / 2, abs(a.y0 + a.y1 - b.y0 - b.y1) / 2
    return _likeness(a, b) >= ROW_LIKE and min(dx, dy) <= IN_ROW * height and max(dx, dy) <= ROW_REACH * height


def _once(found: Sequence[_Read]) -> list[_Read]:
    """Return the best reading of each place; of two the one of the larger shape, where they are as sure."""
    usual = median([read.box.height for read in found]) if found else 1.0
    kept: list[_Read] = []
    for read in sorted(found, key=lambda read: -read.score * min(1.0, math.sqrt(read.box.area) / usual + 0.2)):
        if all(read.box.overlap(k.box) < SHARED * min(read.box.area, k.box.area) for k in kept):
            kept.append(read)
    return kept


def _is_replaced(line: Line, letters: Sequence[_Read]) -> bool:
    """Say whether what a box shows was read better, letter by letter: all of them, or all but one.

    A box in which nothing was read, or that is long for its one letter, stays: it may show more than the letters do.
    """
    box, count = bounds(line.quad), sum(len(word.text) for word in line.words)
    inside = [read for read in letters if box.overlap(read.box) >= INSIDE * read.box.area]
    if count == 1:
        return any(max(box.width, box.height) <= FLAG_HIGH * read.box.height for read in inside)
    is_plain = all(read.score >= FREE for read in inside)  # letters of another script are read as others, in doubt
    return count > 1 and line.score < READ_SURELY and is_plain and len(inside) >= max(2, count - 1)


def _line(read: _Read, reader: str) -> Line:
    margin = MARGIN * read.box.height
    box = Box(read.box.x0 - margin, read.box.y0 - margin, read.box.x1 + margin, read.box.y1 + margin)
    return Line((Word(read.letter, box.polygon, read.score),), box.polygon, read.score, reader, 0.0)


def glyph(bitmap: Bitmap, degrees: int = 0) -> Bitmap:
    """Return a shape (0 or 255) turned by so many degrees, black on white, in the middle of a field of 48 px."""
    shown = _turned(bitmap, degrees) if degrees else bitmap
    height, width = shown.shape
    k = min(LETTER_PX / height, (GLYPH_PX - 8) / width)
    size = max(1, round(width * k)), max(1, round(height * k))
    small = cv2.resize(shown, size, interpolation=cv2.INTER_AREA if k < 1 else cv2.INTER_LINEAR)
    field = np.full((GLYPH_PX, GLYPH_PX), 255, np.uint8)
    top, left = (GLYPH_PX - size[1]) // 2, (GLYPH_PX - size[0]) // 2
    field[top : top + size[1], left : left + size[0]] = 255 - small
    return field


def _turned(bitmap: Bitmap, degrees: int) -> Bitmap:
    height, width = bitmap.shape
    side = math.ceil(math.hypot(height, width)) + 2
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    turn[:, 2] += side / 2 - width / 2, side / 2 - height / 2
    field = cv2.warpAffine(bitmap, turn, (side, side)).astype(np.uint8, copy=False)
    rows, columns = np.flatnonzero((field > 127).any(axis=1)), np.flatnonzero((field > 127).any(axis=0))
    if not rows.size:
        return bitmap
    return field[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
