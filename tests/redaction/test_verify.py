"""Each numbered check can fail, and each failure is reported from the others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.finders import Finders
from models.findings import Box, Code, Face, Pixels, bounds
from redact.pupils.roll import Pupil, Roll
from redact.redaction.cover import Mask, cover, mask_of
from redact.redaction.encode import encode
from redact.redaction.heads import head_of
from redact.redaction.values import Kind, Style
from redact.redaction.verify import Inspection, verify
from tests.rigs.fakes import FixedFinder, FixedReader, finders, line_of
from tests.rigs.made import noisy_picture

SIZE = (320, 240)
PLACE = Box(100, 60, 180, 160)
MASK = mask_of(SIZE, [PLACE.polygon], 8)
NO_MASK = mask_of(SIZE, [], 0)
PICTURE = noisy_picture(*SIZE)
GOOD = encode(cover(PICTURE, MASK, Style.SOFT))
ROLL = Roll((Pupil("TEST1", "Thaddeus", "Wrenfield"),))


def look(
    data: bytes = GOOD, mask: Mask = MASK, with_finders: Finders | None = None, size: tuple[int, int] = SIZE
) -> Inspection:
    return verify(data, size, mask, ROLL, with_finders or finders())


def failed(inspection: Inspection) -> list[str]:
    """Return the numbers of the checks that failed."""
    assert inspection.verdict.passed == (not any("failed" in check for check in inspection.verdict.checks))
    return [check.split()[0] for check in inspection.verdict.checks if "failed" in check]


@pytest.mark.parametrize("style", Style)
def test_what_is_well_covered_passes_six_checks(style: Style) -> None:
    inspection = look(encode(cover(PICTURE, MASK, style)))
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
    assert "2" in failed(look(encode(noisy_picture(300, 240)), NO_MASK))
    assert not look(size=(321, 240)).verdict.passed


def test_3_detail_under_a_cover_fails() -> None:
    assert failed(look(encode(PICTURE))) == ["3"]


def test_3_one_bare_cover_among_good_ones_fails() -> None:
    small = mask_of(SIZE, [Box(250, 180, 290, 220).polygon], 8)
    assert failed(look(GOOD, MASK | small)) == ["3"]


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
    inspection = verify(GOOD, SIZE, MASK, ROLL, with_finders, shown=shown)
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
    everything = np.ones(SIZE[::-1], bool)
    assert look(encode(cover(PICTURE, everything, Style.SOFT)), everything).verdict.passed
