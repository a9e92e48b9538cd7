"""Single letters that the locator missed are found beside those that it saw; nothing else on the picture changes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw, ImageFont

from models.findings import Box, Line, Pixels, Word
from models.sessions import open_session
from models.text.apart import glyph, with_letters_apart
from models.text.reader import RECOGNISER_FILE
from models.text.recognise import Recogniser
from models.text.shapes import shapes_of
from models.weights import read_weight

SIZE = (900, 500)
STEP, LEFT, TOP = 110, 90, 240
FLAGS = ((176, 42, 48), (40, 110, 60), (48, 70, 160), (120, 50, 130))


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    """The real reader of single letters, opened once."""
    return Recogniser(open_session(read_weight(RECOGNISER_FILE), 1))


class Silent:
    """A reader that must not be asked."""

    def read_glyphs(self, glyphs: Sequence[npt.NDArray[np.uint8]]) -> list[tuple[str, float]]:
        """Fail if there is anything to read."""
        assert not glyphs
        return []


def bunting(word: str, degrees: float = 0.0, sag: float = 0.0) -> Pixels:
    """Return a picture of white letters on triangular flags, each turned by so many degrees, on a string that sags."""
    wall = Image.new("RGB", SIZE, (205, 198, 186))
    for i, letter in enumerate(word):
        flag = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
        pen = ImageDraw.Draw(flag)
        pen.polygon([(8, 8), (92, 8), (50, 96)], fill=FLAGS[i % len(FLAGS)])
        pen.text((50, 34), letter, font=ImageFont.load_default(38), fill=(255, 255, 255), anchor="mm")
        hung = flag.rotate(degrees * (-1) ** i, resample=Image.Resampling.BICUBIC)
        y = TOP + sag * math.sin(math.pi * i / max(1, len(word) - 1))
        wall.paste(hung, (LEFT + i * STEP - 50, int(y) - 50), hung)
    noise = np.random.default_rng(4).normal(0, 3, (SIZE[1], SIZE[0], 1))
    return np.clip(np.array(wall) + noise, 0, 255).astype(np.uint8)


def line(text: str, box: Box, score: float = 0.99) -> Line:
    """Return a line of one word, as the reader gives it."""
    words = (Word(text, box.polygon, score),) if text else ()
    return Line(words, box.polygon, score, "fake")


def seen(word: str, *places: int, y: float = TOP) -> list[Line]:
    """Return what the locator saw of some bunting: the letters at these places."""
    middles = [(i, LEFT + i * STEP) for i in places]
    return [line(word[i], Box(x - 26, y - 42, x + 26, y + 10)) for i, x in middles]


def spelt(lines: Sequence[Line]) -> str:
    """Return single letters from left to right."""
    return "".join(ln.text for ln in sorted(lines, key=lambda ln: ln.quad[0][0]))


@pytest.mark.parametrize("degrees", [0.0, 8.0, 18.0])
def test_flags_that_the_locator_missed_are_read_beside_those_that_it_saw(
    recogniser: Recogniser, degrees: float
) -> None:
    word = "KWABENA"
    found = with_letters_apart(bunting(word, degrees), seen(word, 1, 2), recogniser)
    assert spelt(found) == word


def test_an_i_is_a_stroke_beside_letters(recogniser: Recogniser) -> None:
    found = with_letters_apart(bunting("NIAMH"), seen("NIAMH", 0, 4), recogniser)
    assert spelt(found) == "NIAMH"


def test_a_picture_without_a_single_letter_is_not_searched() -> None:
    lines = [line("Welcome to our school", Box(50, 30, 700, 70))]
    assert with_letters_apart(bunting("KWABENA"), lines, Silent()) == tuple(lines)


def test_lines_of_print_are_not_taken_apart(recogniser: Recogniser) -> None:
    paper = Image.new("RGB", SIZE, (240, 240, 236))
    ImageDraw.Draw(paper).text((60, 100), "Reading record", font=ImageFont.load_default(44), fill=(20, 20, 20))
    ImageDraw.Draw(paper).text((60, 200), "A", font=ImageFont.load_default(44), fill=(20, 20, 20))
    lines = [line("Reading record", Box(50, 100, 420, 150)), line("A", Box(52, 196, 100, 250))]
    found = with_letters_apart(np.array(paper), lines, recogniser)
    assert sorted(ln.text for ln in found) == ["A", "Reading record"]


def test_what_nobody_could_read_stays_though_a_letter_was_read_in_it(recogniser: Recogniser) -> None:
    word = "KWABENA"
    scrawl = line("", Box(LEFT - 60, TOP - 60, LEFT + 400, TOP + 60), 0.2)
    found = with_letters_apart(bunting(word), [*seen(word, 1, 2), scrawl], recogniser)
    assert scrawl in found


@pytest.mark.parametrize(("score", "stays"), [(0.95, True), (0.7, False)])
def test_a_box_of_some_letters_gives_way_only_where_it_was_read_in_doubt(
    recogniser: Recogniser, score: float, *, stays: bool
) -> None:
    """A short name on a label is read better as a word than letter by letter."""
    word = "KWABENA"
    both = line("BE", Box(LEFT + 3 * STEP - 40, TOP - 42, LEFT + 4 * STEP + 40, TOP + 10), score)
    found = with_letters_apart(bunting(word), [*seen(word, 1, 2), both], recogniser)
    assert (both in found) is stays


def test_shapes_stand_out_evenly_and_texture_is_none() -> None:
    plain = np.full((120, 120, 3), 90, np.uint8)
    cv2.putText(plain, "K", (45, 75), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (220, 220, 220), 4)
    foliage = np.random.default_rng(3).normal(120, 40, (15, 15, 3)).clip(0, 255).astype(np.uint8)
    assert len(shapes_of(plain, (15.0, 50.0))) == 1
    assert len(shapes_of(cv2.resize(foliage, (120, 120)).astype(np.uint8), (15.0, 50.0))) <= 2


def test_a_glyph_is_black_on_white_in_the_middle_of_its_field() -> None:
    field = glyph(np.full((60, 20), 255, np.uint8), 15)
    rows, columns = np.nonzero(field < 128)
    assert field.shape == (48, 48)
    assert (rows.min() + rows.max()) / 2 == pytest.approx(23.5, abs=1.0)
    assert (columns.min() + columns.max()) / 2 == pytest.approx(23.5, abs=1.0)
