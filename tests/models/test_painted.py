"""Painted faces are looked for in blue, and in red and as they are with thin dark lines closed."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
import pytest

from models.boxes import Boxes
from models.faces.finder import ThoroughFinder
from models.faces.painted import LEAST_PX, STANDS, find_painted
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
    """Return a picture that is light in red but for a thin line and a wide block, and dark in blue."""
    pixels = np.zeros((320, 320, 3), np.uint8)
    pixels[..., 0], pixels[..., 2] = 200, 40
    cv2.line(pixels, (0, 80), (320, 80), (0, 0, 40), 4)
    pixels[200:280, 40:120, 0] = 0
    return pixels


def test_it_looks_in_blue_and_where_thin_lines_are_closed() -> None:
    network = Seeing(60, 0.9)
    find_painted(network, painting(), 1.0)
    blue, red, colour = network.seen
    assert (blue == 40).all()
    assert (red[40] == 200).all() and (red[105:135, 25:55] == 0).all()
    assert (colour[20] == (200, 0, 40)).all() and (colour[55:65, 15:25] == (0, 0, 40)).all()


@pytest.mark.parametrize(
    ("side_px", "score", "stands"),
    [(60, STANDS, True), (60, STANDS - 0.01, False), (LEAST_PX / 8 - 1, 0.9, False)],
)
def test_what_stands_is_large_and_scored_and_lies_where_it_was(side_px: float, score: float, stands: bool) -> None:
    """The picture is a quarter as large in red: a find of 60 px there is one of 240."""
    found = find_painted(Seeing(side_px, score), painting(), 0.5)
    assert ([40, 40, 40 + 4 * side_px, 40 + 4 * side_px] in found[:, :4].tolist()) is stands
    assert bool(len(found)) is stands


def test_a_picture_without_colour_has_no_other_light() -> None:
    network = Seeing(60, 0.9)
    assert not len(find_painted(network, cv2.merge([painting()[..., 0]] * 3).astype(np.uint8), 1.0))
    assert not network.seen


def test_a_face_that_no_pass_over_the_picture_as_it_is_proposes_is_found() -> None:
    network = Seeing(60, 0.3)
    (face,) = ThoroughFinder(network, None).find(painting())  # type: ignore[arg-type]
    assert face.is_sure and face.score == pytest.approx(0.3)
