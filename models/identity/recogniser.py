"""Tell faces apart: describe a face by 128 numbers, and say how far two descriptions lie from each other.

Threat: a face description is biometric material of a child; a wrong match shows a child whose parents said no.
Rule: nothing here is loaded, and no face is described, until a caller opens the recogniser; a face that is too
small, too blurred, turned away or cut off is not described at all; a description never appears in a repr, log or error.
Accepted residue: recognition is weak evidence (templates.SHOW), so what it says is shown by name to the approver.

dlib's networks are used as face_recognition uses them, from the weights in the wheel face_recognition_models.  The
package face_recognition itself is not imported here: doing so tells Pillow to accept truncated files in the whole
process, loads 100 MB that nothing here reads, and takes its weights unchecked (redact/trials/by_package.py asks it in a
process of its own, to compare).
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from models.findings import Box, Pixels, Point
from models.identity.templates import PROBE, Gate, Recogniser, Template, Unfit
from models.weights import read_weight

if TYPE_CHECKING:
    import dlib

LANDMARKS_FILE: Final = "shape_predictor_5_face_landmarks.dat"
NETWORK_FILE: Final = "dlib_face_recognition_resnet_model_v1.dat"

#: Share of a face's box that may lie outside the picture; more, and the landmarks are guesses; a choice.
MOST_CUT_SHARE: Final = 0.10
_CHIP_PX: Final = 150  # side of the aligned face that the network takes


class DlibRecogniser:
    """dlib's five landmarks and its ResNet; `describe` may be called from one thread at a time."""

    def __init__(self, landmarks: dlib.shape_predictor, network: dlib.face_recognition_model_v1) -> None:
        """Take the two opened networks."""
        self._landmarks: Any = landmarks
        self._network: Any = network

    def describe(self, pixels: Pixels, box: Box, gate: Gate = PROBE) -> Template | Unfit:
        """Return the description of the face in `box` of `pixels` (RGB), or why there is none.

        0.2 s on one core.  The mean of the face and its mirror image, brought to length 1.
        """
        import dlib

        height, width = pixels.shape[:2]
        if min(box.width, box.height) < gate.least_face_px:
            return Unfit.TOO_SMALL
        if box.overlap(Box(0, 0, width, height)) < (1 - MOST_CUT_SHARE) * box.area:
            return Unfit.CUT_OFF
        pixels = np.ascontiguousarray(pixels)
        shape = self._landmarks(pixels, dlib.rectangle(*square_in(box)))
        if abs(turn_of([(point.x, point.y) for point in shape.parts()])) > gate.most_turned:
            return Unfit.TURNED_AWAY
        chip = dlib.get_face_chip(pixels, shape, size=_CHIP_PX)
        return Unfit.TOO_BLURRED if sharpness(chip) < gate.least_sharpness else self._describe_chip(chip)

    def describe_anyway(self, pixels: Pixels, box: Box) -> Template:
        """Return the description of whatever is in `box` of `pixels`, for attacks alone (redact/trials/attack.py)."""
        import dlib

        pixels = np.ascontiguousarray(pixels)
        shape = self._landmarks(pixels, dlib.rectangle(*square_in(box)))
        return self._describe_chip(dlib.get_face_chip(pixels, shape, size=_CHIP_PX))

    def _describe_chip(self, chip: Pixels) -> Template:
        both = self._network.compute_face_descriptor([chip, np.ascontiguousarray(chip[:, ::-1])])
        return _template_of(np.mean([np.array(numbers) for numbers in both], axis=0))


def _template_of(numbers: npt.NDArray[np.float64]) -> Template:
    """Return the description of length 1: how long it is says how sharp the picture was, and not whose."""
    return Template(tuple(float(number) for number in numbers / np.linalg.norm(numbers)))


def turn_of(landmarks: Sequence[Point]) -> float:
    """Return how far a face is turned aside, from its five landmarks: two of one eye, two of the other, the nose.

    The nose's distance from the middle between the eyes along the line through them, in distances of the eyes: 0 is
    frontal, 0.4 about where the farther eye's corner is lost; infinite where the eyes fall together.
    """
    one_a, one_b, other_a, other_b, nose = (np.array(point, np.float64) for point in landmarks)
    one, other = (one_a + one_b) / 2, (other_a + other_b) / 2
    along = other - one
    apart = float(along @ along)
    return float((nose - (one + other) / 2) @ along) / apart if apart else math.inf


def sharpness(chip: Pixels) -> float:
    """Return the variance of the Laplacian of an aligned face (RGB, 150 px), in grey levels squared."""
    return float(cv2.Laplacian(cv2.cvtColor(chip, cv2.COLOR_RGB2GRAY), cv2.CV_32F).var())


def square_in(box: Box) -> tuple[int, int, int, int]:
    """Return the square (left, top, right, bottom) that dlib's landmarks expect around a face found as `box`."""
    side = math.sqrt(box.area)  # 0.9 to 1.2 times that, or 8 % lower: no difference on the bench of SHOW
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return round(x - side / 2), round(y - side / 2), round(x + side / 2), round(y + side / 2)


def open_recogniser() -> DlibRecogniser:
    """Open the networks; takes about a second and 100 MB.

    Raises:
        ModelsError: a weight is not there, or is not the manifest's.
    """
    import dlib

    return DlibRecogniser(
        _open_checked(dlib.shape_predictor, LANDMARKS_FILE), _open_checked(dlib.face_recognition_model_v1, NETWORK_FILE)
    )


@cache
def loaded_recogniser() -> Recogniser:
    """Return the recogniser of this process, opened at the first call; see open_recogniser."""
    return open_recogniser()


def _open_checked(kind: Any, name: str) -> Any:
    """Return `kind` opened from a private copy of the checked bytes: dlib takes only a path, and reads it itself."""
    content = read_weight(name)
    with tempfile.TemporaryDirectory() as folder:  # mode 0700
        copy = Path(folder) / "weights.dat"
        copy.write_bytes(content)
        return kind(str(copy))
