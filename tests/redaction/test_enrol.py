"""The gate before enrolling: one face a photo, one person, nobody else's."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.findings import Box, Face, Pixels
from models.identity.templates import NUMBERS, PROBE, Gate, Template, Unfit
from redact.pupils.recognise import Enrolled, Gallery
from redact.redaction.enrol import FOUND_AT_PX, MOST_PHOTOS, EnrolRefused, describe_photos
from tests.rigs.made import noisy_jpeg

PHOTO = noisy_jpeg()


def face(distance: float) -> Template:
    """Return a description that lies `distance` from that of 0."""
    return Template((distance, *([0.0] * (NUMBERS - 1))))


class Finder:
    """Finds the numbers of faces it is told to, one photo after another."""

    def __init__(self, *counts: int) -> None:
        self.counts = list(counts)

    def find(self, pixels: Pixels) -> tuple[Face, ...]:
        count = self.counts.pop(0) if self.counts else 1
        return tuple(Face(Box(60 * n, 0, 60 * n + 50, 50), 0.9, "fake") for n in range(count))

    find_sure = find_quickly = find


class Recogniser:
    """Describes faces as it is told to."""

    def __init__(self, *answers: Template | Unfit) -> None:
        self.answers = list(answers)

    def describe(self, pixels: Pixels, box: Box, gate: Gate = PROBE) -> Template | Unfit:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]  # the last one again: a second look


def test_one_description_a_photo() -> None:
    faces = face(0), face(0.3)
    assert describe_photos("P1", [PHOTO, PHOTO], Finder(), Recogniser(*faces), Gallery()).templates == faces


@pytest.mark.parametrize("count", [0, 2, 7])
def test_a_photo_that_does_not_show_one_large_face_is_left_out(count: int) -> None:
    described = describe_photos("P1", [PHOTO, PHOTO], Finder(1, count, count), Recogniser(face(0), face(0)), Gallery())
    assert described.templates == (face(0),)
    assert [why.partition(":")[0] for why in described.left_out] == ["photo 2"]


@pytest.mark.parametrize("unfit", list(Unfit))
def test_quality_gate_says_why(unfit: Unfit) -> None:
    with pytest.raises(EnrolRefused, match=f"photo 1: {unfit.value}"):
        describe_photos("P1", [PHOTO], Finder(), Recogniser(unfit), Gallery())


def test_one_person() -> None:
    with pytest.raises(EnrolRefused, match="photos 1 and 3"):
        describe_photos("P1", [PHOTO] * 3, Finder(), Recogniser(face(0), face(0.3), face(0.7)), Gallery())
    earlier = Gallery((Enrolled("P1", (face(0.9),)),))
    with pytest.raises(EnrolRefused, match="earlier photos"):
        describe_photos("P1", [PHOTO], Finder(), Recogniser(face(0)), earlier)


def test_nobody_else() -> None:
    """A twin, or the wrong child's photo."""
    others = Gallery((Enrolled("P2", (face(0.3),)),))
    with pytest.raises(EnrolRefused, match="P2"):
        describe_photos("P1", [PHOTO], Finder(), Recogniser(face(0)), others)
    assert describe_photos("P1", [PHOTO], Finder(), Recogniser(face(0.9)), others).templates


def test_photos() -> None:
    with pytest.raises(EnrolRefused, match="photo 1 cannot be used"):
        describe_photos("P1", [b"no picture"], Finder(), Recogniser(face(0)), Gallery())
    for count in (0, MOST_PHOTOS + 1):
        with pytest.raises(EnrolRefused, match=str(count)):
            describe_photos("P1", [PHOTO] * count, Finder(), Recogniser(), Gallery())


@pytest.mark.slow
def test_real_portraits() -> None:
    """With the real models: two prints of one sitter pass, two sitters do not, a group does not."""
    from models.faces.finder import open_face_finder
    from models.identity.recogniser import loaded_recogniser

    samples = Path(__file__).resolve().parents[2] / "sample_images"
    one, other = ((samples / "portraits" / name).read_bytes() for name in ("collins.jpg", "mona-lisa.jpg"))
    finder, recogniser = open_face_finder(), loaded_recogniser()
    (enrolled,) = describe_photos("P1", [one], finder, recogniser, Gallery()).templates
    with pytest.raises(EnrolRefused, match="same person"):
        describe_photos("P1", [one, other], finder, recogniser, Gallery())
    with pytest.raises(EnrolRefused, match="P2"):
        describe_photos("P1", [one], finder, recogniser, Gallery((Enrolled("P2", (enrolled,)),)))


def test_a_face_is_found_on_a_smaller_copy_and_described_on_the_photo_itself() -> None:
    """A large photo costs no more than a small one; where the copy shows no face, the photo itself is searched."""
    seen: list[tuple[int, int]] = []
    boxes: list[Box] = []

    class Sized:
        def __init__(self, least: int) -> None:
            self.least = least

        def find(self, pixels: Pixels) -> tuple[Face, ...]:
            seen.append((pixels.shape[1], pixels.shape[0]))
            return (Face(Box(10, 10, 110, 110), 0.9, "fake"),) if pixels.shape[1] >= self.least else ()

        find_sure = find_quickly = find

    class Boxed:
        def describe(self, pixels: Pixels, box: Box, gate: Gate = PROBE) -> Template | Unfit:
            boxes.append(box)
            return face(0)

    large = noisy_jpeg(2 * FOUND_AT_PX, FOUND_AT_PX)
    describe_photos("P1", [large], Sized(1), Boxed(), Gallery())
    assert seen == [(FOUND_AT_PX, FOUND_AT_PX // 2)] and boxes == [Box(20, 20, 220, 220)]
    describe_photos("P1", [large], Sized(2 * FOUND_AT_PX), Boxed(), Gallery())
    assert seen[-1] == (2 * FOUND_AT_PX, FOUND_AT_PX) and boxes[-1] == Box(10, 10, 110, 110)
