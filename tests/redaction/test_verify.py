"""Each numbered check can fail, and each failure can be told from the others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.finders import Finders
from models.findings import Box, Code, Face, Pixels, Polygon, bounds
from redact.pupils.roll import Pupil, Roll
from redact.redaction.covers.outline import head_of
from redact.redaction.covers.paint import Look, cover
from redact.redaction.covers.places import Head, Places
from redact.redaction.encode import encode
from redact.redaction.picture.decode import decode
from redact.redaction.values import Kind, Picture, Style
from redact.redaction.verify import NEAR_CHANGE_PX, Bare, Expected, Inspection, verify
from tests.rigs.fakes import FixedFinder, FixedReader, finders, line_of
from tests.rigs.made import noisy_picture

SIZE = (320, 240)
PLACE = Box(100, 60, 180, 160)
PLACES = Places(SIZE, (), (PLACE.polygon,))
NO_PLACES = Places(SIZE)
PICTURE = noisy_picture(*SIZE)
GOOD = encode(cover(PICTURE, PLACES, Look()))
ROLL = Roll((Pupil("TEST1", "Thaddeus", "Wrenfield"),))

PORTRAITS = Path(__file__).resolve().parents[2] / "sample_images" / "portraits"
CREST = GOOD  # any picture will do


def look(
    data: bytes = GOOD, places: Places = PLACES, with_finders: Finders | None = None, style: Style = Style.BLUR
) -> Inspection:
    return verify(data, Expected(places, Look(style, CREST)), ROLL, with_finders or finders())


def failed(inspection: Inspection) -> list[str]:
    """Return the numbers of the checks that failed."""
    verdict = inspection.verdict
    assert verdict.passed == (not verdict.failed) and set(verdict.failed) <= set(verdict.checks)
    return [check.split()[0] for check in verdict.failed]


@pytest.mark.parametrize("style", Style)
def test_what_is_well_covered_passes_six_checks(style: Style) -> None:
    head = Head(head_of(Face(Box(30, 60, 70, 110), 0.9, "fixed")), Box(30, 60, 70, 110), 0.9)
    places = replace(PLACES, heads=(head,))
    inspection = look(encode(cover(PICTURE, places, Look(style, CREST))), places, style=style)
    assert inspection.verdict.passed
    assert [check.split()[0] for check in inspection.verdict.checks] == list("123456")
    assert inspection.hits == ()


@pytest.mark.parametrize(
    "data",
    [
        GOOD + b"\0",
        GOOD + b"MotionPhoto_Data",
        GOOD[:2] + b"\xff\xfe\x00\x07hello" + GOOD[2:],
        GOOD[:2] + b"\xff\xe1\x00\x0aExif\0\0II" + GOOD[2:],
        GOOD + GOOD,
    ],
)
def test_1_anything_beside_the_picture_fails(data: bytes) -> None:
    inspection = look(data)
    assert not inspection.verdict.passed


@pytest.mark.parametrize("data", [b"", b"hello", GOOD[:1000], GOOD[:-2]])
def test_2_what_does_not_decode_fails(data: bytes) -> None:
    assert not look(data).verdict.passed


def test_2_another_size_fails() -> None:
    assert "2" in failed(look(encode(noisy_picture(300, 240)), NO_PLACES))
    assert not look(places=replace(PLACES, size=(321, 240))).verdict.passed


def test_3_detail_under_a_cover_fails() -> None:
    assert failed(look(encode(PICTURE))) == ["3"]


def test_3_one_bare_cover_among_good_ones_fails() -> None:
    assert failed(look(GOOD, Places(SIZE, (), (PLACE.polygon, Box(250, 180, 290, 220).polygon)))) == ["3"]


def test_3_a_twentieth_of_a_face_left_in_a_cover_fails() -> None:
    picture = decode((PORTRAITS / "hopper.jpg").read_bytes())
    box = Box(165, 110, 345, 330)
    places = Places(picture.size, (Head(head_of(Face(box, 0.9, "fixed")), box, 0.9),))
    covered = cover(picture, places, Look())
    left = Picture(np.rint(0.95 * covered.pixels + 0.05 * picture.pixels).astype(np.uint8))
    assert failed(look(encode(covered), places)) == []
    assert failed(look(encode(left), places)) == ["3"]


def test_3_what_strong_colours_around_a_cover_do_to_it_is_settled_on_the_source_and_what_is_left_is_not() -> None:
    # Points of light on black, as strong as can be: the coding alters them, and with them a fill.
    points = np.random.default_rng(1).random((120, 160, 3)) < 0.12
    picture = Picture(points.astype(np.uint8) * np.uint8(255))
    places = Places(picture.size, (), (Box(50, 45, 110, 75).polygon,))
    covered = cover(picture, places, Look())
    left = Picture(np.rint(0.95 * covered.pixels + 0.05 * picture.pixels).astype(np.uint8))
    for shown, source, numbers in ((covered, None, ["3"]), (covered, picture, []), (left, picture, ["3"])):
        inspection = verify(encode(shown), Expected(places, Look(), source=source), ROLL, finders())
        assert failed(inspection) == numbers


def test_3_the_cover_of_another_style_fails() -> None:
    box = Box(30, 60, 90, 130)
    places = Places(SIZE, (Head(head_of(Face(box, 0.9, "fixed")), box, 0.9),))
    assert failed(look(encode(cover(PICTURE, places, Look(Style.SMILEY))), places)) == ["3"]


def test_4_a_face_outside_the_covers_fails_and_one_under_them_does_not() -> None:
    outside, under = (Face(box, 0.9, "fixed") for box in (Box(200, 30, 240, 80), Box(110, 70, 170, 150)))
    inspection = look(with_finders=finders(FixedFinder((outside,))))
    assert failed(inspection) == ["4"]
    assert [hit.kind for hit in inspection.hits] == [Kind.FACE]
    assert failed(look(with_finders=finders(FixedFinder((under,))))) == []


@pytest.mark.parametrize(
    ("found", "numbers"),
    [
        ((Box(200, 30, 240, 80),), []),  # the shown face itself
        ((Box(203, 28, 245, 84),), []),  # the same, found a little differently
        ((), []),  # not found again: no matter
        ((Box(245, 30, 285, 80),), ["4"]),  # beside it
        ((Box(200, 85, 240, 135),), ["4"]),  # below it
        ((Box(212, 45, 224, 60),), ["4"]),  # a small one inside it
        ((Box(190, 10, 290, 140),), ["4"]),  # a large one around it
        ((Box(200, 30, 240, 80), Box(206, 34, 246, 84)), ["4"]),  # two in its place: one of them is not it
    ],
)
def test_4_a_shown_face_excuses_itself_and_nobody_else(found: tuple[Box, ...], numbers: list[str]) -> None:
    shown = (head_of(Face(Box(200, 30, 240, 80), 0.9, "fixed")),)
    with_finders = finders(FixedFinder(tuple(Face(box, 0.9, "fixed") for box in found)))
    inspection = verify(GOOD, Expected(PLACES, Look(), Bare(shown)), ROLL, with_finders)
    assert failed(inspection) == numbers
    assert len(inspection.hits) == len(numbers)
    assert "shown" in inspection.verdict.checks[3]


def test_5_a_name_outside_the_covers_fails_and_one_under_them_does_not() -> None:
    outside, under = (line_of("Thaddeus Wrenfield", box) for box in (Box(10, 200, 220, 225), Box(101, 70, 179, 90)))
    inspection = look(with_finders=finders(text=FixedReader((outside,), (outside,))))
    assert failed(inspection) == ["5"]
    assert all("haddeus" not in hit.reason for hit in inspection.hits)
    assert all("haddeus" not in check for check in inspection.verdict.checks)
    assert failed(look(with_finders=finders(text=FixedReader((under,), (under,))))) == []


def test_5_a_number_plate_outside_the_covers_fails_the_check_that_names_it() -> None:
    texts = ("AB12 CDE", "Welcome to the library", "Please be quiet")
    lines = tuple(line_of(text, Box(10, 5 + 25 * i, 90, 25 + 25 * i)) for i, text in enumerate(texts))
    inspection = look(with_finders=finders(text=FixedReader(lines, lines)))
    assert [hit.kind for hit in inspection.hits] == [Kind.PLATE]
    assert failed(inspection) == ["5"] and "number plate" in inspection.verdict.failed[0]


def test_5_other_words_do_not_fail() -> None:
    line = line_of("Welcome to the library", Box(10, 200, 220, 225))
    assert failed(look(with_finders=finders(text=FixedReader((line,), (line,))))) == []


def test_6_a_code_outside_the_covers_fails_and_one_under_them_does_not() -> None:
    def finding(box: Box) -> Finders:
        def codes(pixels: Pixels) -> tuple[Code, ...]:
            return (Code(box.scaled(0.5).polygon, "QRCode"),)

        return replace(finders(), codes=codes)

    assert failed(look(with_finders=finding(Box(200, 30, 260, 90)))) == ["6"]
    assert failed(look(with_finders=finding(Box(110, 70, 170, 150)))) == []


def test_6_a_code_is_looked_for_at_another_size_and_counts_if_it_can_be_read() -> None:
    looked_at: list[tuple[int, ...]] = []

    def seen(*, is_legible: bool) -> Finders:
        def codes(pixels: Pixels) -> tuple[Code, ...]:
            looked_at.append(pixels.shape[:2])
            return (Code(Box(100, 15, 130, 45).polygon, "QRCode", is_legible),)

        return replace(finders(), codes=codes)

    (hit,) = look(with_finders=seen(is_legible=True)).hits
    assert bounds(hit.polygon) == Box(200, 30, 260, 90)
    assert looked_at == [(SIZE[1] // 2, SIZE[0] // 2)]
    assert failed(look(with_finders=seen(is_legible=False))) == []


def test_a_picture_that_is_all_cover_passes() -> None:
    everything = Places(SIZE, (), (Box(-9, -9, 999, 999).polygon,))
    assert look(encode(cover(PICTURE, everything, Look())), everything).verdict.passed


class _Locating(FixedReader):
    """Notes the size of each picture it looks at, and sees one place in the corner of it."""

    def __init__(self) -> None:
        super().__init__(later=(line_of("Thaddeus", Box(140, 140, 220, 160)),))
        self.sizes: list[tuple[int, int]] = []

    def locate(self, pixels: Pixels) -> tuple[Polygon, ...]:
        self.sizes.append((pixels.shape[1], pixels.shape[0]))
        return (Box(12, 12, 92, 32).polygon,)


def test_a_later_look_searches_for_text_where_the_picture_differs_and_nowhere_else() -> None:
    """What is the same to the pixel was read by the look before; a name beside the new cover is still found."""
    data, places, reader = encode(noisy_picture(1200, 900)), Places((1200, 900)), _Locating()
    same = verify(data, Expected(places, Look()), ROLL, finders()).picture
    assert same is not None
    other = same.pixels.copy()
    other[256:300, 256:320] ^= 1
    inspection = verify(data, Expected(places, Look(), before=Picture(other)), ROLL, finders(text=reader))
    assert reader.sizes == [(64 + 2 * NEAR_CHANGE_PX - 1, 44 + 2 * NEAR_CHANGE_PX - 1)]
    assert [region.kind for region in inspection.hits] == [Kind.NAME]
    verify(data, Expected(places, Look(), before=same), ROLL, finders(text=reader))
    assert len(reader.sizes) == 1
