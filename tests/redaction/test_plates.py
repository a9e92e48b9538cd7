"""Number plates are known by their form, alone on their line."""

from __future__ import annotations

import pytest

from redact.redaction.plates import find_plates
from redact.redaction.values import Box
from tests.rigs.fakes import line_of

BOX = Box(10, 20, 110, 50)


@pytest.mark.parametrize("text", ["AB12 CDE", "AB12CDE", "AB 12 CDE", "AB12-CDE", "ABI2 CDE", "AB1O CDE", "AB·12·CDE"])
def test_a_plate_is_found_with_its_place_and_the_readers_confidence(text: str) -> None:
    assert list(find_plates([line_of(text, BOX, 0.7)])) == [(BOX.polygon, 0.7)]


@pytest.mark.parametrize(
    "text", ["", "CLASS 4K", "AB12 CDEF", "A12 CDE", "ab12 cde", "see AB12 CDE", "AB12", "12 AB CDE", "PE 12 GYM KIT"]
)
def test_other_lines_are_not(text: str) -> None:
    assert list(find_plates([line_of(text or " ", BOX)])) == []


def test_every_plate_of_a_picture_is_found() -> None:
    lines = [line_of("AB12 CDE", BOX), line_of("hello", BOX), line_of("XY65 ZZZ", Box(0, 0, 9, 9))]
    assert [quad for quad, _ in find_plates(lines)] == [BOX.polygon, Box(0, 0, 9, 9).polygon]
