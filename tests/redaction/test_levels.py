"""What lies in deep shadow or fog is brought out for the finders; all other pixels stay as they are."""

from __future__ import annotations

import numpy as np
import pytest

from models.findings import Box, Face
from redact.redaction.find import find, known_places
from redact.redaction.picture.levels import WANTED_LEVELS, stretched
from redact.redaction.values import Line, Picture, Pixels, Word
from tests.rigs.fakes import finders
from tests.rigs.made import noisy_picture

SIZE = (600, 900)


def bars(ground: int, ink: int) -> Pixels:
    """Return strokes as print has them, in the middle of an even sheet."""
    pixels = np.full((*SIZE, 3), ground, np.uint8)
    for x in range(380, 520, 20):
        pixels[280:320, x : x + 6] = ink
    return pixels


def shaded() -> Pixels:
    """Return even shading of which few levels are near one another."""
    return np.linspace(2, 90, SIZE[1])[None, :, None].repeat(SIZE[0], 0).repeat(3, 2).astype(np.uint8)


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
    assert np.ptp(bright.picture.pixels[285:315, 385:515].astype(int)) > 30


def test_where_most_is_faint_all_of_it_is_stretched_alike() -> None:
    bright = stretched(Picture(shaded()))
    assert bright is not None and bright.whole is not None and bright.lettered == ()  # even light is no print
    seen = bright.whole.pixels[300].astype(int)
    assert np.ptp(seen) > 200 and (np.diff(seen[:, 0]) >= 0).all()


def test_blotches_of_colour_fade_in_the_dark_and_wide_colour_stays() -> None:
    pixels = shaded() // 7
    pixels[280:284, 100:104, 0] += 4  # as a coder leaves them
    pixels[100:500, 600:700, 0] += 4  # a shirt
    bright = stretched(Picture(pixels))
    assert bright is not None and bright.whole is not None
    redness = np.ptp(bright.whole.pixels.astype(int), axis=2)
    assert redness[282, 102] < 15 and redness[300, 650] > 25


def test_what_is_black_does_not_hide_that_the_rest_is_faint() -> None:
    """A poster at 5 % of its light: two thirds of it show nothing, and the rest was taken for a shadow."""
    pixels = np.zeros((*SIZE, 3), np.uint8)
    pixels[:, 700:] = np.linspace(2, 14, 200)[None, :, None].round()
    bright = stretched(Picture(pixels))
    assert bright is not None and bright.whole is not None
    assert np.ptp(bright.whole.pixels[300].astype(int)) > 200


@pytest.mark.parametrize("first", [0, 300], ids=["a large hall", "a black hall"])
def test_beside_a_lit_stage_the_faint_audience_has_a_stretch_of_its_own(first: int) -> None:
    pixels = np.zeros((*SIZE, 3), np.uint8)
    pixels[first:, 100 + first : 700] = np.tile(np.linspace(2, 12, 60), 10 - first // 60)[None, :, None].round()
    pixels[50:200, 720:870] = bars(250, 20)[:150, :150]
    bright = stretched(Picture(pixels))
    assert bright is not None and any(place.overlap(Box(450, 350, 650, 550)) for place in bright.shaded)
    seen, asked = np.ptp(bright.picture.pixels[400, 450:650].astype(int)), []
    assert seen > 20 and (bright.whole is None) == bool(first)

    class Finder(DarkFinder):
        def find_quickly(self, pixels: Pixels) -> tuple[Face, ...]:
            asked.append(pixels.shape)
            return ()

    find(Picture(pixels), finders(Finder((), ())))
    assert asked


class DarkFinder:
    """Finds some faces on a dark picture, and others on a bright one."""

    def __init__(self, dark: tuple[Face, ...], bright: tuple[Face, ...]) -> None:
        self.dark, self.bright = dark, bright

    def find(self, pixels: Pixels) -> tuple[Face, ...]:
        return self.dark if pixels.mean() < 64 else self.bright

    find_sure = find_quickly = find


def test_what_the_finder_holds_for_a_face_on_a_dark_photo_brought_out_is_one_at_any_score() -> None:
    """It was only asked about below 0.4; of what is doubtful and alone a person is asked once, not in each light."""
    stands, *doubtful = (Face(Box(x, 100, x + 40, 150), 0.06, "fake", is_sure=x < 102) for x in (100, 102, 400, 700))
    lone = Face(Box(702, 100, 742, 150), 0.3, "fake", is_sure=False)
    seen = find(Picture(shaded()), finders(DarkFinder(tuple(doubtful), (stands, lone)))).faces
    assert seen == (stands, *doubtful[1:])


def test_what_is_doubtful_in_the_dark_and_larger_than_its_company_is_asked_about() -> None:
    """A lamp was covered as a face larger than the only one on the photo."""
    sure, like = Face(Box(100, 100, 140, 150), 0.7, "fake"), Face(Box(200, 100, 240, 160), 0.1, "fake")
    large, likely = Face(Box(300, 100, 360, 162), 0.1, "fake"), Face(Box(400, 100, 460, 162), 0.2, "fake")
    seen = find(Picture(shaded()), finders(DarkFinder((), (sure, like, large, likely)))).faces
    assert [face.box.x0 for face in seen if not face.is_sure] == [300] and len(seen) == 4
    assert all(face.is_sure for face in find(Picture(shaded()), finders(DarkFinder((), (large, likely)))).faces)


def test_only_the_faint_part_changes() -> None:
    pixels = np.concatenate([bars(10, 2), bars(235, 20)], axis=1)
    bright = stretched(Picture(np.ascontiguousarray(pixels)))
    assert bright is not None
    seen = bright.picture.pixels
    assert np.ptp(seen[280:320, 380:520].astype(int)) > 30
    assert np.array_equal(seen[:, 1200:], pixels[:, 1200:])


def test_a_dark_block_that_is_taken_for_a_line_and_reads_as_nothing_hides_no_print_in_it() -> None:
    picture = Picture(np.full((200, 400, 3), 10, np.uint8))
    block, read = Box(0, 50, 200, 150).polygon, Box(200, 50, 400, 150).polygon
    known = known_places(picture, (Line((), block, 0.0, "fake"), Line((Word("Our", read, 0.9),), read, 0.9, "fake")))
    assert known[100, 100] == 0 and known[100, 300] != 0
