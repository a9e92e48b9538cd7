"""The attack finds whoever is left to be found, accuses a blur, and comes away from our covers with chance."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from models.findings import Box, Face, Pixels, bounds
from models.identity.recogniser import open_recogniser
from models.identity.templates import Template
from models.sessions import open_session
from models.text.reader import RECOGNISER_FILE
from models.text.recognise import Recogniser
from models.weights import read_weight
from redact.cli import app
from redact.errors import UsageError
from redact.redaction.covers.outline import head_of
from redact.redaction.values import Picture, Style
from redact.trials.attack import (
    GAUSSIAN,
    NOTHING,
    Attempt,
    Portrait,
    Written,
    alien,
    attack_faces,
    attack_names,
    blur_with,
    cover_with,
    judge,
    ways,
)
from redact.trials.attack_pictures import pages_in, people_in, sample_people
from redact.trials.measure import Share
from redact.trials.samples import sample_folder
from tests.rigs.fakes import FixedFinder
from tests.rigs.made import noisy_jpeg

pytestmark = pytest.mark.slow  # stories; their rules have tests of their own

PEOPLE = tuple("ABCDEFGH")
PLACES = range(4)
FACE = Face(Box(100, 100, 200, 220), 0.9, "known")


class CoarseDescriber:
    """Recognises by light and shade on eight by sixteen squares: all that a blur leaves is enough for it."""

    def describe_anyway(self, pixels: Pixels, box: Box) -> Template:
        face = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)[int(box.y0) : int(box.y1), int(box.x0) : int(box.x1)]
        squares = cv2.resize(face, (8, 16), interpolation=cv2.INTER_AREA).astype(np.float64).ravel()
        squares -= squares.mean()
        return Template(tuple(float(value) for value in squares / max(1e-9, float(np.linalg.norm(squares)))))


def pattern(seed: int, side_px: int = 320, squares: int = 10) -> Picture:
    """Return a soft pattern that is as good as a face to the describer, or as surroundings."""
    grid = np.random.default_rng(seed).integers(0, 256, (squares, squares, 3), np.uint8)
    return Picture(np.asarray(cv2.resize(grid, (side_px, side_px), interpolation=cv2.INTER_CUBIC), np.uint8))


@pytest.fixture(scope="module")
def enrolled() -> tuple[Portrait, ...]:
    return tuple(Portrait(person, pattern(i), (FACE,)) for i, person in enumerate(PEOPLE))


@pytest.fixture(scope="module")
def probes(enrolled: tuple[Portrait, ...]) -> tuple[Portrait, ...]:
    return tuple(alien(portrait, pattern(1000 + place), 192) for portrait in enrolled for place in PLACES)


def find(attempts: tuple[Attempt, ...], hidden_by: str, against: str) -> Attempt:
    return next(each for each in attempts if each.hidden_by == hidden_by and against in each.attack)


@pytest.mark.slow
def test_the_attack_knows_bare_and_blurred_faces_and_not_covered_ones(
    enrolled: tuple[Portrait, ...], probes: tuple[Portrait, ...]
) -> None:
    attempts = attack_faces(enrolled, probes, CoarseDescriber(), ways("face"))
    everybody = Share(len(probes), len(probes))
    assert find(attempts, NOTHING, "bare").hits == everybody
    assert find(attempts, GAUSSIAN, "alike").p < 1e-6
    assert len([each for each in attempts if each.is_style]) == 2 * len(Style)
    assert judge(attempts) == ()


@pytest.mark.slow
@pytest.mark.parametrize("share", [1 / 12, 1 / 6])
def test_a_style_that_blurs_is_accused(
    enrolled: tuple[Portrait, ...], probes: tuple[Portrait, ...], share: float
) -> None:
    hiders = ways("face", [Style.SOLID]) | {Style.BLUR.value: blur_with(share)}
    accused = judge(attack_faces(enrolled, probes, CoarseDescriber(), hiders))
    assert accused
    assert all("style blur" in sentence for sentence in accused)


@pytest.mark.slow
def test_an_attack_that_sees_nothing_proves_nothing(
    enrolled: tuple[Portrait, ...], probes: tuple[Portrait, ...]
) -> None:
    class Blind:
        def describe_anyway(self, pixels: Pixels, box: Box) -> Template:
            return Template((1.0, *[0.0] * 127))

    attempts = attack_faces(enrolled, probes, Blind(), ways("face"))
    assert find(attempts, NOTHING, "bare").hits.value == 1 / len(PEOPLE), "one of the gallery is nearest to all"
    assert any("proves nothing" in sentence for sentence in judge(attempts))


def test_an_alien_head_is_the_same_head_with_none_of_its_surroundings() -> None:
    around = pattern(7, 400)
    moved = alien(Portrait("A", pattern(1), (FACE,)), around, 96)
    box = moved.faces[0].box
    assert box.height == pytest.approx(120 * 96 / bounds(head_of(FACE)).height, rel=0.02)
    head = cover_with(Style.SOLID)
    same, bare = head(moved.picture, moved.places), head(around, moved.places)
    assert np.array_equal(same.pixels, bare.pixels), "outside the cover there is nothing but the surroundings"
    with pytest.raises(ValueError, match="no room"):
        alien(Portrait("A", pattern(1), (FACE,)), pattern(7, 50), 96)


@pytest.mark.parametrize(("hits", "total", "chance", "p"), [(5, 5, 0.5, 1 / 32), (0, 9, 0.1, 1.0), (1, 2, 0.5, 0.75)])
def test_p_is_the_upper_tail_of_the_binomial(hits: int, total: int, chance: float, p: float) -> None:
    assert Attempt("a", "soft", Share(hits, total), chance).p == pytest.approx(p)


def test_the_limit_is_shared_by_the_comparisons() -> None:
    at_four_thousandths = Attempt("a", "blur", Share(8, 8), 0.5)  # p = 0.0039
    assert judge([at_four_thousandths])
    assert not judge([at_four_thousandths, *[Attempt("b", "solid", Share(0, 8), 0.5)] * 3])


def test_covered_names_of_the_samples_are_not_read_and_blurred_ones_are() -> None:
    paddle = Recogniser(open_session(read_weight(RECOGNISER_FILE), 1))
    folder = sample_folder()
    shown = ("05-certificate-printed.jpg", "12-badge.jpg")
    pages = pages_in(folder / "names_truth.json", folder, only=shown)
    readers = {"PP-OCR": lambda pixels, quads: [line.text for line in paddle.read(pixels, quads, "x")]}
    attempts = attack_names(pages, readers, ways("name"))
    assert judge(attempts) == ()
    assert find(attempts, NOTHING, "PP-OCR").hits.value == 1
    assert all(each.hits.hits == 0 for each in attempts if each.is_style)
    saboteur = attack_names(pages, readers, {Style.SOLID.value: blur_with(1 / 16)})
    assert any("solid" in sentence for sentence in judge(saboteur))


def test_a_reader_that_always_says_the_same_word_reads_by_chance() -> None:
    words = tuple((word, Box(10, 10, 60, 30).polygon) for word in ("Amara", "Kofi", "Niamh", "Zoë"))
    attempts = attack_names(
        [Written(pattern(1), words)], {"parrot": lambda _pixels, quads: ["Amara"] * len(quads)}, ways("name")
    )
    assert {each.hits for each in attempts} == {Share(1, 4)}
    assert all(each.chance == pytest.approx(4 / 13) for each in attempts), "3 of 12 pairs, and one more of both"


@pytest.mark.slow
def test_the_recogniser_knows_the_people_of_the_samples_until_they_are_covered() -> None:
    class ByName:
        """Finds the one labelled-by-eye face; the real finder has its own tests."""

        boxes = iter((Box(181, 57, 268, 172), Box(165, 110, 345, 330), Box(127, 90, 210, 210), Box(222, 84, 268, 154)))

        def find(self, pixels: Pixels) -> tuple[Face, ...]:
            return (Face(next(self.boxes), 1.0, "known"),)

        find_sure = find_quickly = find

    people = sample_people(sample_folder(), ByName())
    probes = [each for i, each in enumerate(people.probes) if i % 5 == 0]
    hiders = {name: hide for name, hide in ways("face").items() if name in (NOTHING, Style.BLUR)}
    attempts = attack_faces(people.enrolled, probes, open_recogniser(), hiders)
    assert find(attempts, NOTHING, "bare").p < 1e-3
    assert all(each.p > 0.01 for each in attempts if each.is_style)


def test_people_come_from_folders_and_only_those_in_both_count(tmp_path: Path) -> None:
    for name in ("enrol/A/0.jpg", "enrol/A/1.jpg", "enrol/B/0.jpg", "enrol/C/0.jpg", "known/A.jpg", "known/B.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(noisy_jpeg())
    small, large = Face(Box(0, 0, 20, 20), 0.9, "x"), Face(Box(30, 30, 90, 90), 0.5, "x")
    people = people_in(tmp_path, FixedFinder((small, large), (small, large)))
    assert [each.person for each in people.enrolled] == ["A", "A", "B"]
    assert [each.person for each in people.probes] == ["A", "B"]
    assert people.probes[0].faces == (large, small), "the largest is the person; the others are covered too"
    with pytest.raises(UsageError, match="fewer than two"):
        people_in(tmp_path, FixedFinder())


def test_labels_without_letters_cannot_be_attacked(tmp_path: Path) -> None:
    (tmp_path / "truth.json").write_text('{"a.jpg": {"size": [9, 9], "words": []}}')
    with pytest.raises(UsageError, match="`text`"):
        pages_in(tmp_path / "truth.json", tmp_path)


def test_the_command_says_what_its_folder_lacks(tmp_path: Path) -> None:
    ended = CliRunner().invoke(app, ["bench", "attack", "--faces", str(tmp_path)])
    assert isinstance(ended.exception, UsageError)
