"""Painted faces are looked for in blue, in the lightest channel, and with dark lines closed in red and colour."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
import pytest

from models.boxes import Boxes
from models.faces.finder import ThoroughFinder
from models.faces.judge import stand_beside
from models.faces.painted import FAINT, LEAST_PX, LOOKS, STANDS, STANDS_ALONE, STRIPED, find_painted
from models.findings import Pixels


@dataclass
class Seeing:
    """A network that finds one box in every picture without colour, and nothing in full colour; keeps what it saw."""

    side_px: float
    score: float
    seen: list[Pixels] = field(default_factory=list)

    def find(self, pixels: Pixels, threshold: float) -> Boxes:
        self.seen.append(pixels)
        is_grey = np.array_equal(pixels[..., 0], pixels[..., 1])
        found = np.array([[10, 10, 10 + self.side_px, 10 + self.side_px, self.score]], np.float32)
        return found if is_grey and self.score >= threshold else found[:0]


def painting() -> Pixels:
    """Return a picture that is light in red but for a thin line, a stripe and a wide block, and dark in blue."""
    pixels = np.zeros((320, 320, 3), np.uint8)
    pixels[..., 0], pixels[..., 2] = 200, 40
    cv2.line(pixels, (0, 80), (320, 80), (0, 0, 40), 4)
    pixels[154:166, :, 0] = 0
    pixels[200:280, 40:120, 0] = 0
    return pixels


def test_it_looks_in_blue_and_where_thin_lines_are_closed() -> None:
    network = Seeing(60, 0.9)
    find_painted(network, painting(), 1.0)
    blue, red, colour, plain, lightest, striped, smaller = network.seen
    assert (blue == 40).all()
    assert (red[40] == 200).all() and (red[105:135, 25:55] == 0).all()
    assert (colour[20] == (200, 0, 40)).all() and (colour[55:65, 15:25] == (0, 0, 40)).all()
    assert (plain[20] == (200, 0, 40)).all() and (lightest[20] == 200).all()
    assert (red[78:82] == 0).all() and (striped[78:82] == 200).all() and (striped[106:134, 26:54] == 0).all()
    assert (smaller == 200).mean() > 0.8 and smaller.shape[0] < red.shape[0]


@pytest.mark.parametrize(
    ("side_px", "score", "stands"),
    [(60, STANDS, True), (60, STANDS - 0.01, False), (LEAST_PX / 8 - 1, 0.9, False)],
)
def test_what_stands_is_large_and_scored_and_lies_where_it_was(side_px: float, score: float, stands: bool) -> None:
    """The picture is a quarter as large in red: a find of 60 px there is one of 240."""
    found = find_painted(Seeing(side_px, score), painting(), 0.5)
    found = found[found[:, 4] >= STANDS]
    assert ([40, 40, 40 + 4 * side_px, 40 + 4 * side_px] in found[:, :4].tolist()) is stands
    assert bool(len(found)) is stands


def test_a_picture_without_colour_has_no_other_light() -> None:
    network = Seeing(60, 0.9)
    assert not len(find_painted(network, cv2.merge([painting()[..., 0]] * 3).astype(np.uint8), 1.0))
    assert not network.seen


def test_a_face_that_no_pass_over_the_picture_as_it_is_proposes_is_found() -> None:
    """Below STANDS_ALONE and without a sure face near it may be one: a person is asked."""
    for score, is_sure in ((STANDS_ALONE, True), (STANDS, False)):
        faces = ThoroughFinder(Seeing(60, score), None).find(painting())  # type: ignore[arg-type]
        assert {(face.is_sure, round(face.score, 4)) for face in faces} == {(is_sure, score)}


@dataclass
class Tracking:
    """A network that sees the bright square of a picture, whatever its size, with the next of some scores."""

    scores: list[float]

    def find(self, pixels: Pixels, threshold: float) -> Boxes:
        score, k = self.scores.pop(0), pixels.shape[0] / 320
        found = np.array([[100 * k, 100 * k, 200 * k, 200 * k, score]], np.float32)
        return found if score >= threshold else found[:0]


@pytest.mark.parametrize(
    ("scores", "count"),
    [
        ((FAINT, FAINT, FAINT, 0, 0, 0, 0), 1),
        ((FAINT, FAINT, 0, 0, 0, 0, 0), 0),
        ((0, FAINT, FAINT, 0, 0, FAINT, FAINT), 0),  # the looks for stripes see nothing faintly
        ((FAINT - 0.01,) * 7, 0),
        ((0, 0, STANDS, 0, 0, 0, 0), 1),
        ((0, 0, 0, 0, 0, 0, STRIPED), 1),
        ((0, 0, 0, 0, 0, STANDS_ALONE, STANDS_ALONE), 0),
    ],
)
def test_what_three_looks_see_faintly_is_told(scores: tuple[float, ...], count: int) -> None:
    assert len(scores) == len(LOOKS) and len(find_painted(Tracking([*scores]), painting(), 1.0)) == count


def test_what_is_seen_faintly_is_a_face_beside_a_sure_one_of_like_size_and_not_on_its_chest() -> None:
    def box(x: float, y: float, side: float, score: float) -> list[float]:
        return [x, y, x + side, y + side, score]

    sure = np.array([box(100, 100, 60, 0.9)], np.float32)
    faint = [box(220, 110, 50, 0.2), box(100, 220, 50, 0.2), box(220, 100, 180, 0.2), box(600, 600, 60, 0.2)]
    assert stand_beside(np.array(faint, np.float32), sure).tolist() == [True, False, False, False]
