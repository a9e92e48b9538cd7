"""Text is found and read, word by word, at any angle; what cannot be read is still reported."""

from __future__ import annotations

import math
import os
import tempfile
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytesseract
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from models.findings import Box, Line, Pixels, Word
from models.text import tesseract as text_tesseract
from models.text.locate import Place, quad_of, shared_area, united, without_giants
from models.text.reader import TextReader, is_phantom, open_text_reader, with_letters_in_row
from models.text.recognise import Reading, is_latin, other_share, slice_of, taller, turned
from models.text.tesseract import second_opinion
from tests.rigs.needs import need

SIZE = (1200, 900)
Mask = npt.NDArray[np.bool_]


@pytest.fixture(scope="module")
def reader() -> TextReader:
    """The real reader, opened once."""
    return open_text_reader(threads=2)


def sheet(rows: list[str], angle_deg: float = 0.0) -> tuple[Pixels, list[tuple[str, Mask]]]:
    """Return a page with lines of print, turned, and for each word the mask of its ink."""
    font = ImageFont.load_default(44)
    paper, inks, y = Image.new("L", SIZE, 235), [], 260
    turn = cv2.getRotationMatrix2D((SIZE[0] / 2, SIZE[1] / 2), angle_deg, 1.0)
    for row in rows:
        x = 330.0
        for word in row.split():
            ImageDraw.Draw(paper).text((x, y), word, font=font, fill=20)
            ink = Image.new("L", SIZE, 0)
            ImageDraw.Draw(ink).text((x, y), word, font=font, fill=255)
            inks.append((word, cv2.warpAffine(np.array(ink), turn, SIZE) > 127))
            x += font.getlength(word + " ")
        y += 110
    grey = cv2.warpAffine(np.array(paper), turn, SIZE, borderValue=235)
    return np.ascontiguousarray(np.repeat(grey[:, :, None], 3, axis=2)), inks


def share_inside(ink: Mask, word: Word) -> float:
    """Return the share of the ink that lies in the word's quad."""
    cover = np.zeros(ink.shape, np.uint8)
    cv2.fillPoly(cover, [np.round(np.array(word.quad)).astype(np.int32)], 1)
    return float((ink & (cover > 0)).sum() / ink.sum())


ROWS = ["Certificate of Merit", "Jacinda Moorcroft", "for being kind"]


@pytest.mark.parametrize("angle_deg", [0.0, 17.0, -12.0, 90.0, 180.0, 270.0])
def test_words_are_read_and_placed(reader: TextReader, angle_deg: float) -> None:
    """Every word is read, at any turn of the page; its quad holds its own ink and not its neighbours'."""
    pixels, inks = sheet(ROWS, angle_deg)
    words = {word.text: word for line in reader.read(pixels) for word in line.words}
    assert [text for text, _ in inks if text not in words] == []
    for text, ink in inks:
        assert share_inside(ink, words[text]) > 0.93
        assert all(share_inside(other, words[text]) < 0.25 for name, other in inks if name != text)


def test_reading_twice_is_reading_once(reader: TextReader) -> None:
    """The same pixels give the same lines."""
    pixels, _ = sheet(ROWS, 5.0)
    assert reader.read(pixels) == reader.read(pixels)


def test_second_look_locates_and_reads_at(reader: TextReader) -> None:
    """Locating and reading apart find the same words."""
    pixels, inks = sheet(ROWS)
    places = reader.locate(pixels)
    assert len(places) == len(ROWS)
    assert {word.text for line in reader.read_at(pixels, places) for word in line.words} == {text for text, _ in inks}


def test_illegible_writing_is_reported(reader: TextReader) -> None:
    """A located line that is too blurred to read comes back all the same, and not as confidently read."""
    pixels, _ = sheet(["Moorcroft Jacinda Ebenezer"])
    blurred = cv2.GaussianBlur(pixels, (0, 0), 12.0).astype(np.uint8)
    (line,) = reader.read_at(blurred, (Box(325, 255, 950, 320).polygon,))
    assert line.score < 0.8


@pytest.mark.parametrize("shape", [(900, 1200, 3), (1, 1, 3), (5, 3000, 3), (40, 33, 3)])
def test_plain_pictures_show_no_text(reader: TextReader, shape: tuple[int, int, int]) -> None:
    """A flat picture, however small or long, has no lines."""
    assert reader.read(np.full(shape, 128, np.uint8)) == ()


@given(st.floats(-500, 500), st.floats(5, 300), st.floats(5, 300), st.floats(-360, 360))
def test_quad_keeps_the_rectangle(x: float, width: float, height: float, angle: float) -> None:
    """Whatever the angle, the corners are those of the rectangle, clockwise from the top left."""
    quad = quad_of((x, 10.0), (width, height), angle)
    sides = sorted((math.dist(quad[0], quad[1]), math.dist(quad[1], quad[2])))
    assert sides == pytest.approx(sorted((width, height)))
    assert shared_area(quad, quad) == pytest.approx(width * height, rel=0.01, abs=1.0)
    assert quad[1][0] >= quad[0][0]


@given(st.integers(0, 3), st.floats(0.5, 1.5))
def test_turning_and_cutting_keep_the_middle(quarters: int, share: float) -> None:
    """Renaming corners or changing the height leaves the middle where it is; four quarters are none."""
    quad = Box(10, 20, 110, 60).polygon
    assert sorted(turned(quad, quarters)) == sorted(quad)
    assert turned(turned(quad, quarters), (4 - quarters) % 4) == quad
    assert np.mean(taller(quad, share), axis=0) == pytest.approx([60, 40])
    assert slice_of(quad, 0.0, 1.0) == quad


def test_giants_are_taken_out_of_a_map() -> None:
    """A blob taller than a line goes, a line beside it stays."""
    heat = np.zeros((800, 800), np.float32)
    heat[100:500, 50:500], heat[600:640, 100:500] = 0.9, 0.9
    left = without_giants(heat, 0.25)
    assert left[300, 300] == 0.0
    assert left[620, 300] == np.float32(0.9)


def test_second_look_adds_only_what_is_new() -> None:
    """What the first look has stays; a piece is replaced by its whole."""
    first = (Place(Box(0, 0, 100, 20).polygon, 0.9), Place(Box(200, 100, 260, 130).polygon, 0.9))
    more = (Place(Box(2, 1, 98, 19).polygon, 0.8), Place(Box(150, 98, 300, 132).polygon, 0.8))
    assert united(first, more) == (first[0], more[1])


def test_only_faint_bulky_emptiness_is_a_phantom() -> None:
    """Texture is dropped; a small scrawl, a long one, a sure place and a read word are kept."""
    bulky, small, long = Box(0, 0, 300, 250), Box(0, 0, 40, 30), Box(0, 0, 900, 120)

    def read(box: Box, text: str, score: float) -> Line:
        return Line((Word(text, box.polygon, score),), box.polygon, score, "rapidocr")

    assert is_phantom(read(bulky, "X", 0.4), 0.5, 2048)
    assert is_phantom(Line((), bulky.polygon, 0.0, "rapidocr"), 0.5, 2048)
    assert not is_phantom(read(bulky, "X", 0.4), 0.9, 2048)
    assert not is_phantom(read(bulky, "Xin", 0.9), 0.5, 2048)
    assert not is_phantom(read(small, "X", 0.4), 0.5, 2048)
    assert not is_phantom(read(long, "X", 0.4), 0.5, 2048)


def test_only_latin_letters_are_read() -> None:
    """Accents of European names are in, other scripts are out."""
    assert all(map(is_latin, "Az09 -'.:\xe9\xc1\u0142\u0177"))
    assert not any(map(is_latin, "\u4e2d\u0416\u0628"))


def test_second_reader_absent_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing program is no error."""
    monkeypatch.setattr(pytesseract.pytesseract, "tesseract_cmd", "no-such-program-anywhere")
    pixels, _ = sheet(ROWS)
    lines = (Line((), Box(300, 250, 900, 320).polygon, 0.1, "rapidocr"),)
    assert second_opinion(pixels, lines) == lines


@pytest.mark.parametrize("answer", ["echo", "false", "yes"])
def test_a_second_reader_that_fails_changes_nothing(
    answer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the program prints, or if it never ends, the first reading stands."""
    if os.name != "posix":
        pytest.skip("a saboteur written for a shell")
    program = tmp_path / "tesseract"
    program.write_text(f"#!/bin/sh\nexec {answer}\n")
    program.chmod(0o700)
    monkeypatch.setattr(pytesseract.pytesseract, "tesseract_cmd", str(program))
    monkeypatch.setattr(text_tesseract, "TIMEOUT_S", 0.2)
    pixels, _ = sheet(ROWS)
    lines = (Line((), Box(300, 250, 900, 320).polygon, 0.1, "rapidocr"),)
    assert second_opinion(pixels, lines) == lines


def test_the_second_reader_reads_without_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A strip with a name on it lies in no temporary folder, where others may read it and a crash would leave it."""
    need("tesseract")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "there is no such folder"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(text_tesseract, "TIMEOUT_S", 120)  # not what this is about: a busy machine may need long
    pixels, _ = sheet(ROWS)
    read = text_tesseract.read_line(pixels, Box(320, 250, 760, 320).polygon)
    assert read.text == ROWS[0]
    assert not list(tmp_path.iterdir())


def test_mirror_writing_is_read_as_the_mirror_shows_it(reader: TextReader) -> None:
    """A selfie: each line reads, and each word lies where its ink is, though the words run from right to left."""
    pixels, inks = sheet(["Jacinda Moorcroft", "for being kind"])
    words = {word.text: word for line in reader.read(np.ascontiguousarray(pixels[:, ::-1])) for word in line.words}
    assert set(words) == {"Jacinda", "Moorcroft", "for", "being", "kind"}
    assert all(share_inside(ink[:, ::-1], words[text]) > 0.9 for text, ink in inks)


def test_letters_one_below_the_other_are_read_as_a_word(reader: TextReader) -> None:
    font, paper = ImageFont.load_default(60), Image.new("RGB", SIZE, (250, 240, 220))
    for i, letter in enumerate("MARTHA"):
        ImageDraw.Draw(paper).text((600, 150 + 70 * i), letter, font=font, fill=(20, 20, 60), anchor="mm")
    lines = sorted(reader.read(np.array(paper)), key=lambda line: min(y for _, y in line.quad))
    assert "".join(line.text for line in lines) == "MARTHA"


def test_letters_set_wide_are_read(reader: TextReader) -> None:
    pixels, _ = sheet(["R a f f e r t y"])
    assert "".join(line.text for line in reader.read(pixels)).replace(" ", "") == "Rafferty"


def test_a_reading_counts_letters_and_no_spaces() -> None:
    """Writing that leaves nothing but spaces is not read; a sign of another script speaks against the rest."""
    assert Reading("  ", (0.2, 0.6), (1.0, 1.0)).score == 0.0
    assert Reading("ab", (0.2, 0.6), (1.0, 0.8)).score == pytest.approx(0.9)
    assert Reading("ab", (0.2, 0.6), (1.0, 0.8), foreign=2).score == pytest.approx(0.45)


def test_the_share_of_other_scripts_is_what_no_latin_sign_accounts_for() -> None:
    """Columns of (no sign, a, b); what is left to 1 is of other scripts.  A column without a sign says nothing."""
    columns = np.array([(0.9, 0.0, 0.0), (0.0, 1.0, 0.0), (0.2, 0.2, 0.4)], np.float32)
    assert other_share(columns) == pytest.approx(0.2 / 1.8)
    assert other_share(columns[:1]) == 0.0


def test_a_phantom_in_a_row_of_single_letters_is_a_letter() -> None:
    def letter(x: float, text: str = "A") -> Line:
        quad = Box(x, 100, x + 50, 160).polygon
        return Line((Word(text, quad, 0.9),), quad, 0.9, "fake")

    row = [(letter(100), False), (letter(200), False), (letter(300, "O"), True)]
    assert [line.text for line in with_letters_in_row(row)] == ["A", "A", "O"]
    assert [line.text for line in with_letters_in_row([*row[:2], (letter(900, "O"), True)])] == ["A", "A"]
