"""Finders that are what a test needs them to be: exact, blind, wild, babbling."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from models.finders import Finders
from models.findings import Box, Code, Face, Line, Pixels, Polygon, Word
from models.identity.templates import NUMBERS, PROBE, Gate, Template, Unfit


def line_of(text: str, box: Box, score: float = 0.95) -> Line:
    """Return a line of `text` in `box`, its words of equal width by letters."""
    letters, words, at = len(text), [], 0
    for word in text.split():
        x0 = box.x0 + box.width * at / letters
        x1 = box.x0 + box.width * (at + len(word)) / letters
        words.append(Word(word, Box(x0, box.y0, x1, box.y1).polygon, score))
        at += len(word) + 1
    return Line(tuple(words), box.polygon, score, "fake")


@dataclass
class FixedFinder:
    """Finds the same faces on the first picture, and `later` ones (by default none) on those after it."""

    faces: tuple[Face, ...] = ()
    later: tuple[Face, ...] = ()
    looks: int = 0

    def find(self, pixels: Pixels) -> tuple[Face, ...]:
        self.looks += 1
        return self.faces if self.looks == 1 else self.later

    find_sure = find

    def find_quickly(self, pixels: Pixels) -> tuple[Face, ...]:
        return ()  # of a part of the picture, in another light


class WildFinder:
    """Finds faces outside, around and beyond the picture, and scores outside 0..1."""

    def find(self, pixels: Pixels) -> tuple[Face, ...]:
        height, width = pixels.shape[:2]
        far = 10.0 * max(width, height)
        boxes = (
            Box(-far, -far, -far / 2, -far / 2),
            Box(-far, -far, far, far),
            Box(width - 3, height - 3, far, far),
            Box(0.2, 0.2, 0.3, 0.3),
        )
        return tuple(Face(box, score, "wild") for box, score in zip(boxes, (7.0, 0.9, -1.0, 0.5), strict=True))

    find_sure = find_quickly = find


@dataclass
class FixedReader:
    """Reads the same lines on the first picture and `later` ones on those after it."""

    lines: tuple[Line, ...] = ()
    later: tuple[Line, ...] = ()
    looks: int = 0

    def read(self, pixels: Pixels) -> tuple[Line, ...]:
        self.looks += 1
        return self.lines if self.looks == 1 else self.later

    def locate(self, pixels: Pixels) -> tuple[Polygon, ...]:
        self.looks += 1
        return tuple(line.quad for line in (self.lines if self.looks == 1 else self.later))

    def read_at(self, pixels: Pixels, quads: tuple[Polygon, ...]) -> tuple[Line, ...]:
        return tuple(line for line in self.later if line.quad in quads)


@dataclass
class BabblingReader(FixedReader):
    """A reader that has lost its mind: scores without sense, places far outside, words without letters."""

    lines: tuple[Line, ...] = field(
        default_factory=lambda: (
            Line((), ((-1e9, 0.0), (1e9, 0.0), (1e9, 1.0), (-1e9, 1.0)), 0.5, "babble"),
            Line(
                (Word("", ((0.0, 0.0),) * 4, 2.0), Word("\x00\ud800", ((5.0, 5.0),) * 4, -3.0)),
                ((0.0, 0.0),) * 4,
                0.1,
                "babble",
            ),
            Line(
                (Word("a" * 5000, ((0.0, 0.0), (1e6, 0.0), (1e6, 9.0), (0.0, 9.0)), 0.9),),
                ((0.0, 0.0), (1e6, 0.0), (1e6, 9.0), (0.0, 9.0)),
                math.pi,
                "babble",
            ),
        )
    )


@dataclass
class FixedRecogniser:
    """Describes the faces whose boxes it was given, by the middle of the box; every other face is unfit."""

    described: tuple[tuple[Box, Template], ...] = ()
    looks: int = 0

    def describe(self, pixels: Pixels, box: Box, gate: Gate = PROBE) -> Template | Unfit:
        self.looks += 1
        return next((template for known, template in self.described if known.iou(box) > 0.5), Unfit.TOO_BLURRED)


def template_at(far: float, axis: int = 1) -> Template:
    """Return a description of length 1 that lies `far` from `template_at(0)`, along one of 127 axes."""
    angle = 2 * math.asin(far / 2)
    numbers = [0.0] * NUMBERS
    numbers[0], numbers[axis] = math.cos(angle), math.sin(angle)
    return Template(tuple(numbers))


def no_codes(pixels: Pixels) -> tuple[Code, ...]:
    """Find no codes."""
    return ()


def finders(faces: object | None = None, text: object | None = None) -> Finders:
    """Return finders with the given finder and reader; blind where none is given."""
    return Finders(faces or FixedFinder(), text or FixedReader(), no_codes)  # type: ignore[arg-type]
