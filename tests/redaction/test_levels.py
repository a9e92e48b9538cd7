"""What lies in deep shadow or fog is brought out for the finders; all other pixels stay as they are."""

from __future__ import annotations

import numpy as np
import pytest

from models.findings import Box
from redact.redaction.find import known_places
from redact.redaction.picture.levels import WANTED_LEVELS, stretched
from redact.redaction.values import Line, Picture, Pixels, Word
from tests.rigs.made import noisy_picture

SIZE = (600, 900)


def bars(ground: int, ink: int) -> Pixels:
    """Return strokes as print has them, in the middle of an even sheet."""
    pixels = np.full((*SIZE, 3), ground, np.uint8)
    for x in range(380, 520, 20):
        pixels[280:320, x : x + 6] = ink
    return pixels


@pytest.mark.parametrize(("ground", "ink"), [(8, 1), (5, 1), (13, 2), (128, 120), (254, 244), (252, 247)])
def test_print_at_a_few_levels_is_brought_out(ground: int, ink: int) -> None:
    """3 and 2 % of the light, 5 % of it, fog, glare, nearly white."""
    bright = stretched(Picture(bars(ground, ink)))
    assert bright is not None
    assert any(box.x0 <= 380 and box.x1 >= 510 and box.y0 <= 280 and box.y1 >= 320 for box in bright.places)
    seen = bright.picture.pixels[270:330, 370:530]
    assert np.ptp(seen.astype(int)) > min(WANTED_LEVELS, 6 * abs(ground - ink)) * 0.8


@pytest.mark.parametrize("pixels", [bars(235, 20), np.full((*SIZE, 3), 9, np.uint8), noisy_picture().pixels])
def test_a_picture_without_faint_places_is_not_looked_at_again(pixels: Pixels) -> None:
    assert stretched(Picture(np.ascontiguousarray(pixels))) is None


def test_print_in_a_hard_shadow_is_brought_out_beside_lit_paper() -> None:
    """A name under a table: the paper goes on in the light, two letters away."""
    pixels = np.full((*SIZE, 3), 235, np.uint8)
    pixels[230:370, 320:580] = bars(12, 2)[230:370, 320:580]
    bright = stretched(Picture(pixels))
    assert bright is not None and bright.whole is None
    assert any(box.x0 <= 380 and box.x1 >= 510 and box.y0 <= 280 and box.y1 >= 320 for box in bright.lettered)
    assert np.ptp(bright.picture.pixels[285:315, 385:515].astype(int)) > 60


def test_where_most_is_faint_all_of_it_is_stretched_alike() -> None:
    pixels = np.linspace(2, 90, SIZE[1])[None, :, None].repeat(SIZE[0], 0).repeat(3, 2).astype(np.uint8)
    bright = stretched(Picture(pixels))
    assert bright is not None and bright.whole is not None and bright.lettered == ()  # even light is no print
    seen = bright.whole.pixels[300].astype(int)
    assert np.ptp(seen) > 200 and (np.diff(seen[:, 0]) >= 0).all()


def test_only_the_faint_part_changes() -> None:
    pixels = np.concatenate([bars(10, 2), bars(235, 20)], axis=1)
    bright = stretched(Picture(np.ascontiguousarray(pixels)))
    assert bright is not None
    seen = bright.picture.pixels
    assert np.ptp(seen[280:320, 380:520].astype(int)) > 60
    assert np.array_equal(seen[:, 1200:], pixels[:, 1200:])


def test_a_dark_block_that_is_taken_for_a_line_and_reads_as_nothing_hides_no_print_in_it() -> None:
    picture = Picture(np.full((200, 400, 3), 10, np.uint8))
    block, read = Box(0, 50, 200, 150).polygon, Box(200, 50, 400, 150).polygon
    known = known_places(picture, (Line((), block, 0.0, "fake"), Line((Word("Our", read, 0.9),), read, 0.9, "fake")))
    assert known[100, 100] == 0 and known[100, 300] != 0
