"""The figures count what `recognise` does: each picture once, and the ones that could not be described as covered."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.findings import Box, Face, Pixels
from models.identity.templates import Template
from redact.trials.measure import Share
from redact.trials.measure_identity import describe_pictures, describe_references, measure_identity
from tests.rigs.fakes import FixedRecogniser, template_at
from tests.rigs.made import noisy_jpeg

NEAR, DOUBTFUL, FAR = template_at(0.1), template_at(0.36), template_at(1.0, 5)
ENROL = {"A": (template_at(0), None), "B": (template_at(1.3, 9),), "C": (None,), "D": (template_at(1.3, 11),)}


def test_every_kind_of_end_is_counted() -> None:
    known = {"A": (NEAR,), "B": (NEAR,), "C": (FAR,), "D": (None,)}
    figures = measure_identity(ENROL, known, {"S": (NEAR, DOUBTFUL, FAR, None)}, 60)
    assert figures.gallery == 4
    assert (figures.shown, figures.mistaken, figures.suggested) == (Share(1, 4), Share(1, 4), Share(1, 4))
    assert (figures.strangers_shown, figures.strangers_hinted) == (Share(1, 4), Share(1, 4))


def test_a_doubtful_one_is_suggested() -> None:
    figures = measure_identity(ENROL, {"A": (DOUBTFUL,)}, {}, 4)
    assert (figures.shown, figures.suggested) == (Share(0, 1), Share(1, 1))


def test_who_is_not_in_a_small_gallery_is_a_stranger_to_it() -> None:
    known = {"A": (NEAR,), "B": (NEAR,), "C": (NEAR,), "D": (NEAR,)}
    figures = measure_identity(ENROL, known, {"S": (FAR,)}, 2)
    assert figures.gallery == 2
    assert figures.shown == Share(1, 4)
    assert figures.strangers_shown == Share(2, 2 * 2 + 2), "C and D, beside the gallery of A and B"


@pytest.mark.parametrize("gallery", [1, 60])
def test_without_people_there_are_no_figures(gallery: int) -> None:
    figures = measure_identity({}, {}, {"S": (NEAR,)}, gallery)
    assert figures.shown == Share(0, 0)


class LargestIsSecond:
    """Finds a small face first and a large one after it."""

    def find(self, pixels: Pixels) -> tuple[Face, ...]:
        return Face(Box(0, 0, 20, 20), 0.9, "fixed"), Face(Box(100, 80, 190, 190), 0.5, "fixed")

    find_sure = find_quickly = find


def test_folders_are_described_by_person_and_by_picture(tmp_path: Path) -> None:
    for name in ("enrol/A/0.jpg", "enrol/A/1.jpg", "known/A.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(noisy_jpeg())
    recogniser = FixedRecogniser(((Box(100, 80, 190, 190), NEAR),))
    references = describe_references(tmp_path / "enrol", LargestIsSecond(), recogniser)
    pictures = describe_pictures(tmp_path / "known", LargestIsSecond(), recogniser)
    assert {name: list(faces) for name, faces in references.items()} == {"A": [NEAR, NEAR]}
    assert {name: list(faces) for name, faces in pictures.items()} == {"A": [NEAR]}
    assert all(isinstance(face, Template) for face in pictures["A"])
