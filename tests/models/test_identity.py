"""Faces are told apart, or honestly not described; nothing of dlib is loaded before somebody asks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFile

from models import weights
from models.errors import WeightDamaged
from models.findings import Box, Pixels
from models.identity.recogniser import NETWORK_FILE, DlibRecogniser, loaded_recogniser, open_recogniser, turn_of
from models.identity.templates import (
    PROBE,
    REFERENCE,
    REFERENCES_APART,
    SHOW,
    SUGGEST,
    Gate,
    Recogniser,
    Template,
    Unfit,
    agree,
    distance,
)
from redact.redaction.picture.decode import decode

SAMPLES = Path(__file__).resolve().parents[2] / "sample_images"
ALONE = ("01-portrait.jpg", "02-portrait-exif6.jpg")  # Collins, Hopper: one face each


def face_of(name: str) -> tuple[Pixels, Box]:
    x, y, w, h = json.loads((SAMPLES / "faces_truth.json").read_text(encoding="utf-8"))[name]["faces"][0]["box"]
    return decode((SAMPLES / name).read_bytes()).pixels, Box(x, y, x + w, y + h)


def described(recogniser: Recogniser, pixels: Pixels, box: Box) -> Template:
    template = recogniser.describe(pixels, box)
    assert isinstance(template, Template), template
    return template


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return open_recogniser()


@pytest.fixture(scope="module")
def hopper() -> tuple[Pixels, Box]:
    return face_of("02-portrait-exif6.jpg")


def test_nothing_is_loaded_before_somebody_asks() -> None:
    script = (
        "import sys, models.identity.recogniser; assert not {'dlib', 'face_recognition', 'face_recognition_models', "
        "'pkg_resources'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_opening_does_not_make_pillow_accept_truncated_files(recogniser: Recogniser) -> None:
    """Importing face_recognition does: it sets this for the whole process."""
    assert isinstance(recogniser, DlibRecogniser)
    assert "face_recognition" not in sys.modules
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False


def test_one_face_in_another_light_and_size_is_the_same_person(
    recogniser: Recogniser,
    hopper: tuple[Pixels, Box],
) -> None:
    pixels, box = hopper
    dim = np.clip(pixels[::2, ::2].astype(np.float32) * 0.8 + 10, 0, 255).astype(np.uint8)
    first, second = described(recogniser, pixels, box), described(recogniser, dim, box.scaled(0.5))
    assert distance(first, second) < SHOW
    assert distance(first, second) == distance(second, first)


def test_two_people_are_not_one(recogniser: Recogniser) -> None:
    first, second = (described(recogniser, *face_of(name)) for name in ALONE)
    assert distance(first, second) > SUGGEST > SHOW


def test_a_description_is_the_same_twice(recogniser: Recogniser, hopper: tuple[Pixels, Box]) -> None:
    assert described(recogniser, *hopper) == described(recogniser, *hopper)


def test_a_face_that_is_too_small_too_blurred_or_cut_off_has_a_reason(
    recogniser: Recogniser,
    hopper: tuple[Pixels, Box],
) -> None:
    pixels, box = hopper
    small = cv2.resize(pixels, None, fx=0.05, fy=0.05, interpolation=cv2.INTER_AREA)
    blurred = cv2.GaussianBlur(pixels, (0, 0), box.width / 20)
    assert recogniser.describe(np.asarray(small, np.uint8), box.scaled(0.05)) is Unfit.TOO_SMALL
    assert recogniser.describe(np.asarray(blurred, np.uint8), box) is Unfit.TOO_BLURRED
    cut_at = int(box.x0 + box.width / 2)
    assert recogniser.describe(pixels[:, :cut_at], box) is Unfit.CUT_OFF
    assert recogniser.describe(pixels, Box(-900, -900, -500, -500)) is Unfit.CUT_OFF


def test_a_gate_may_ask_for_more(recogniser: Recogniser, hopper: tuple[Pixels, Box]) -> None:
    pixels, box = hopper
    assert isinstance(recogniser.describe(pixels, box, REFERENCE), Template)
    half = np.ascontiguousarray(pixels[::2, ::2])
    wants = Gate(PROBE.least_face_px, PROBE.least_sharpness, most_turned=0.0)
    assert recogniser.describe(half, box.scaled(0.5), wants) is Unfit.TURNED_AWAY
    assert recogniser.describe(pixels, box, Gate(box.width + 1, 0, 1)) is Unfit.TOO_SMALL
    assert recogniser.describe(pixels, box, Gate(1, 1e9, 1)) is Unfit.TOO_BLURRED


def test_a_face_and_its_mirror_image_are_one_and_have_length_one(
    recogniser: Recogniser, hopper: tuple[Pixels, Box]
) -> None:
    pixels, box = hopper
    mirrored = Box(pixels.shape[1] - box.x1, box.y0, pixels.shape[1] - box.x0, box.y1)
    first = described(recogniser, pixels, box)
    other = described(recogniser, np.ascontiguousarray(pixels[:, ::-1]), mirrored)
    assert distance(first, other) < SHOW / 3  # a plain description is not symmetric: 0.2 and more
    assert sum(number * number for number in first.numbers) == pytest.approx(1)


@pytest.mark.parametrize(
    ("nose", "turn"), [((50, 60), 0.0), ((80, 60), 0.3), ((20, 60), -0.3), ((50, 900), 0.0), ((110, 0), 0.6)]
)
def test_how_far_a_face_is_turned(nose: tuple[float, float], turn: float) -> None:
    eyes = [(110.0, 20.0), (90.0, 20.0), (10.0, 20.0), (-10.0, 20.0)]
    assert turn_of([*eyes, nose]) == pytest.approx(-turn)
    tilted = [(x - y, x + y) for x, y in [*eyes, nose]]
    assert turn_of(tilted) == pytest.approx(-turn)
    assert turn_of([(0, 0)] * 4 + [nose]) == float("inf")


def test_the_recogniser_is_opened_once_a_process() -> None:
    assert loaded_recogniser() is loaded_recogniser()


def test_references_of_two_people_do_not_agree(recogniser: Recogniser) -> None:
    first, second = (described(recogniser, *face_of(name)) for name in ALONE)
    assert distance(first, second) > REFERENCES_APART
    assert not agree((first, second)) and agree((first, first)) and agree((first,))


def test_a_read_only_view_can_be_described(recogniser: Recogniser, hopper: tuple[Pixels, Box]) -> None:
    pixels, box = hopper
    view = pixels[:, ::-1]
    view.flags.writeable = False
    mirrored = Box(pixels.shape[1] - box.x1, box.y0, pixels.shape[1] - box.x0, box.y1)
    assert isinstance(recogniser.describe(view, mirrored), Template)


@pytest.mark.parametrize("numbers", [(), (0.0,) * 127, (0.0,) * 129, (*(0.0,) * 127, float("nan"))])
def test_what_is_no_description_is_refused(numbers: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="128 finite numbers"):
        Template(numbers)


def test_a_description_never_prints_its_numbers() -> None:
    assert "0.125" not in repr(Template((0.125,) * 128))


@given(st.lists(st.floats(-1, 1), min_size=128, max_size=128), st.lists(st.floats(-1, 1), min_size=128, max_size=128))
def test_distance_is_a_distance(first: list[float], second: list[float]) -> None:
    a, b = Template(tuple(first)), Template(tuple(second))
    assert distance(a, a) == 0
    assert distance(a, b) == distance(b, a) >= 0


def test_a_weight_that_is_not_the_manifests_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / NETWORK_FILE).write_bytes(b"another network")
    true_path = weights.path_of

    def swapped(entry: weights.Entry, folder: Path | None) -> Path:
        return tmp_path / NETWORK_FILE if entry.name == NETWORK_FILE else true_path(entry, folder)

    monkeypatch.setattr(weights, "path_of", swapped)
    with pytest.raises(WeightDamaged):
        open_recogniser()
