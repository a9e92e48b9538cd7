"""A flat sheet - a certificate, a label, a print - that remembers where each of its words and faces lies.

Coordinates are pixels of the sheet, origin top left; `scene.py` carries them into the photo.
Text is marked up where it is written: ``"Presented to <0|Niamh O'Sullivan>"`` says that the two words between
the angle brackets are the name of the pupil in row 0 of roll.csv; ``<-|...>`` is a name that is on no roll.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

Quad = tuple[tuple[float, float], ...]
Colour = tuple[int, int, int]
BLUE_BLACK, BIRO, PENCIL, RED = (24, 26, 58), (28, 48, 140), (84, 84, 90), (176, 32, 40)
HERE = Path(__file__).resolve().parent

FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts")  # where Debian's font packages put their files
FONTS = {  # short name: (file name, Debian package); every one under a free licence, see README.md
    "sans": ("DejaVuSans.ttf", "fonts-dejavu-core"),
    "sans-bold": ("DejaVuSans-Bold.ttf", "fonts-dejavu-core"),
    "garamond": ("EBGaramond12-Regular.otf", "fonts-ebgaramond"),
    "garamond-italic": ("EBGaramond12-Italic.otf", "fonts-ebgaramond"),
    "script": ("DancingScript-Bold.otf", "fonts-dancingscript"),
    "biro": ("Breip.ttf", "fonts-breip"),
    "hand": ("SteveHand.ttf", "fonts-sjfonts"),
    "school": ("KleeOne-SemiBold.ttf", "fonts-klee"),
    "marker": ("YuseiMagic-Regular.ttf", "fonts-yusei-magic"),
    "felt": ("BecauseWeConnect-Regular.otf", "fonts-bwht"),
}

FACES = {  # file in portraits/: (x, y, width, height) of the face, forehead to chin, by eye; pose 1 = not frontal
    "collins": ((183, 76, 83, 104), 0),
    "hopper": ((172, 134, 172, 190), 0),
    "mona-lisa": ((143, 80, 90, 135), 0),
    "varshney": ((196, 122, 58, 78), 1),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """One word: its corners (clockwise from the word's own top left), and whose name it is, if any."""

    text: str
    quad: Quad
    is_name: bool
    pupil: int | None  # row of roll.csv


@dataclass(frozen=True, slots=True)
class FaceMark:
    """One face: its corners, and pose as WIDER FACE counts it (1 = not frontal)."""

    quad: Quad
    pose: int


class FontMissingError(RuntimeError):
    """A font is not installed."""

    def __init__(self, file: str, package: str) -> None:
        super().__init__(f"The font {file} is not installed; run: apt-get install {package}")


@cache
def font(name: str, size_px: int) -> ImageFont.FreeTypeFont:
    """Load a font by the short name in `FONTS`.

    Raises:
        FontMissingError: the file is in none of the font folders.
    """
    file, package = FONTS[name]
    for folder in FONT_FOLDERS:
        for path in sorted(Path(folder).rglob(file)):
            # BASIC: the same advance widths whether or not the machine has libraqm
            return ImageFont.truetype(str(path), size_px, layout_engine=ImageFont.Layout.BASIC)
    raise FontMissingError(file, package)


@cache
def portrait(person: str) -> Image.Image:
    """Open a portrait from portraits/ as RGB."""
    return Image.open(HERE / "portraits" / f"{person}.jpg").convert("RGB")


def parse(text: str) -> Iterator[tuple[str, bool, int | None]]:
    """Yield (word, is it a name, row of the roll) for text with the mark-up above."""
    for part in re.split(r"(<[^>]*>)", text):
        is_name = part.startswith("<")
        row, _, words = part.strip("<>").rpartition("|")
        for word in words.split():
            yield word, is_name, int(row) if row.isdigit() else None


def turn(points: Quad, centre: tuple[float, float], degrees: float) -> Quad:
    """Turn points counter-clockwise (as seen) about `centre`."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    (u, v) = centre
    return tuple((u + (x - u) * c + (y - v) * s, v - (x - u) * s + (y - v) * c) for x, y in points)


@dataclass(slots=True)
class Sheet:
    """A sheet to draw on; `paint` is Pillow's pen for everything that is neither a word nor a face."""

    image: Image.Image
    words: list[Mark] = field(default_factory=list)
    faces: list[FaceMark] = field(default_factory=list)

    @classmethod
    def blank(cls, width: int, height: int, colour: Colour = (250, 248, 243)) -> Sheet:
        """Return an empty sheet."""
        return cls(Image.new("RGBA", (width, height), (*colour, 255)))

    @property
    def paint(self) -> ImageDraw.ImageDraw:
        """A pen on this sheet."""
        return ImageDraw.Draw(self.image)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.image.size

    def write(
        self,
        text: str,
        at: tuple[float, float],
        face: str,
        size_px: int,
        ink: Colour = (35, 33, 40),
        *,
        centred: bool = False,
        pen_px: int = 0,
        hand: np.random.Generator | None = None,
    ) -> None:
        """Write one line.

        Args:
            text: the line, with the mark-up that the module describes.
            at: the left (or, centred, the middle) of its baseline.
            face: a short name in `FONTS`.
            size_px: the size of the letters.
            ink: their colour.
            centred: whether `at` is the line's middle.
            pen_px: widen every stroke by this many pixels, like a thicker pen.
            hand: wobble of a hand: each word a little turned, raised and spaced.
        """
        letters, words = font(face, size_px), list(parse(text))
        gap = letters.getlength("n") * 0.62  # a word space; EB Garamond's own is 0.5 n, handwriting's wider
        x, y = at
        if centred:
            x -= (sum(letters.getlength(word) for word, _, _ in words) + gap * (len(words) - 1)) / 2
        for word, is_name, pupil in words:
            wobble = (size_px * 0.025, 0.9, size_px * 0.04)  # px up, degrees, px apart: judged by eye
            lift, angle, extra = (hand.normal(0, s) for s in wobble) if hand else (0, 0, 0)
            self._word(word, (x, y + lift), letters, ink, pen_px, angle, (is_name, pupil))
            x += letters.getlength(word) + gap + abs(extra)

    def _word(
        self,
        word: str,
        at: tuple[float, float],
        letters: ImageFont.FreeTypeFont,
        ink: Colour,
        pen_px: int,
        degrees: float,
        whose: tuple[bool, int | None],
    ) -> None:
        x0, y0, x1, y1 = letters.getbbox(word, anchor="ls", stroke_width=pen_px)
        left, top, pad = math.floor(at[0] + x0), math.floor(at[1] + y0), math.ceil(8 + (x1 - x0) * 0.08)
        tile = Image.new("L", (math.ceil(x1 - x0) + 2 * pad, math.ceil(y1 - y0) + 2 * pad))
        ImageDraw.Draw(tile).text((pad - x0, pad - y0), word, 255, font=letters, anchor="ls", stroke_width=pen_px)
        centre = (tile.width / 2, tile.height / 2)
        tile = tile.rotate(degrees, Image.Resampling.BICUBIC, center=centre)
        self.image.paste((*ink, 255), (left - pad, top - pad), tile)
        box = ((left, top), (left + x1 - x0, top), (left + x1 - x0, top + y1 - y0), (left, top + y1 - y0))
        quad = turn(box, (left - pad + centre[0], top - pad + centre[1]), degrees)
        self.words.append(Mark(word, quad, *whose))

    def print_portrait(
        self, person: str, box: tuple[int, int, int, int], crop: tuple[int, int, int, int], *, mirrored: bool = False
    ) -> None:
        """Print a portrait's `crop` (x0, y0, x1, y1 in the portrait's pixels) into `box` of the sheet."""
        (x, y, w, h), pose = FACES[person]
        width, height = box[2] - box[0], box[3] - box[1]
        picture = portrait(person).crop(crop).resize((width, height), Image.Resampling.LANCZOS)
        kx, ky = width / (crop[2] - crop[0]), height / (crop[3] - crop[1])
        left, right = (x - crop[0]) * kx, (x + w - crop[0]) * kx
        if mirrored:
            picture, left, right = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT), width - right, width - left
        top, bottom = box[1] + (y - crop[1]) * ky, box[1] + (y + h - crop[1]) * ky
        self.image.paste(picture, box[:2])
        corners = ((box[0] + left, top), (box[0] + right, top), (box[0] + right, bottom), (box[0] + left, bottom))
        self.faces.append(FaceMark(corners, pose))
