"""face_recognition is asked in a process of its own, and describes a face as our recogniser does without the mirror."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from PIL import ImageFile

from models.findings import Box, Pixels
from models.identity.recogniser import DlibRecogniser, _template_of, open_recogniser, square_in
from models.identity.templates import Template, distance
from redact.errors import RedactError
from redact.trials import by_package
from redact.trials.by_package import PackageRecogniser
from tests.models.test_identity import face_of

pytestmark = pytest.mark.slow  # stories; their rules have tests of their own


def without_mirror(recogniser: DlibRecogniser, pixels: Pixels, box: Box) -> Template:
    """Return what our recogniser says before it takes the mean with the mirror image."""
    import dlib

    shape = recogniser._landmarks(np.ascontiguousarray(pixels), dlib.rectangle(*square_in(box)))
    chip = dlib.get_face_chip(np.ascontiguousarray(pixels), shape, size=150)
    return _template_of(np.array(recogniser._network.compute_face_descriptor(chip)))


def test_the_package_and_our_recogniser_describe_one_face_alike() -> None:
    pixels, box = face_of("02-portrait-exif6.jpg")
    own = open_recogniser()
    with PackageRecogniser() as package:
        theirs, again = package.describe(pixels, box), package.describe(pixels, box)
    assert isinstance(theirs, Template)
    assert theirs == again
    assert distance(theirs, without_mirror(own, pixels, box)) < 1e-4, "the same networks, the same place"
    with_mirror = own.describe(pixels, box)
    assert isinstance(with_mirror, Template)
    assert 0 < distance(theirs, with_mirror) < 0.3


def test_it_is_not_imported_here() -> None:
    assert not {"face_recognition", "face_recognition_models"} & set(sys.modules)
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False


def test_a_process_that_dies_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_package, "_COMMAND", (sys.executable, "-c", "raise SystemExit(3)"))
    with PackageRecogniser() as package, pytest.raises(RedactError, match="ended before it answered"):
        package.describe(np.zeros((300, 300, 3), np.uint8), Box(20, 20, 200, 200))
