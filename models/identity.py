"""Tell faces apart: describe a face by 128 numbers, and say how far two descriptions lie from each other.

Threat: a face description is biometric material of a child; a wrong match shows a child whose parents said no.
Rule: nothing here is loaded, and no face is described, until a caller opens the recogniser; a face that is too
small, too blurred or cut off is not described at all; a description never appears in a repr, log or error.
Accepted residue: recognition is weak evidence (see SHOW), so what it says is shown by name to the approver.

dlib's networks are used as face_recognition uses them, from the weights in the wheel face_recognition_models.  The
package face_recognition itself is never imported: doing so tells Pillow to accept truncated files in the whole
process, loads 100 MB that nothing here reads, and takes its weights unchecked.
"""

from __future__ import annotations

import math
import tempfile
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import cv2
import numpy as np

from models.findings import Box, Pixels
from models.weights import read_weight

if TYPE_CHECKING:
    import dlib

LANDMARKS_FILE: Final = "shape_predictor_5_face_landmarks.dat"
NETWORK_FILE: Final = "dlib_face_recognition_resnet_model_v1.dat"
NUMBERS: Final = 128  # of a description; the network's own

# Distances below which two faces pass for the same person.  Measured on adults with dlib's own finder, 400 enrolled
# with 2 photos each, 2,000 strangers: closer than 0.60 to somebody enrolled come 81 % of the strangers, 0.50: 7.9 %,
# 0.45: 2.3 %, 0.40: 0.25 %, 0.38: 0.10 % (and then only 41 % of the enrolled are recognised).  With this file and
# CenterFace's boxes, 60 enrolled, 60 other photos of them, 200 strangers: at 0.38 23 of the 60
# are recognised and 0 strangers are taken for somebody; 0.45: 44 and 1; 0.50: 53 and 5; 0.60: 60 and 78.
# Children are worse; nobody has measured them here.
SHOW: Final = 0.38  # distance, 0..about 1.2: at most this, and a consent to be shown counts
SUGGEST: Final = 0.50  # distance: at most this, and the reviewer gets a hint; the face stays covered
#: Least side of a face's box, px: below it the network, which wants 150 px, sees mostly interpolation; a choice.
LEAST_FACE_PX: Final = 40
#: Least variance of the Laplacian of a face brought to 150 px (grey levels squared).  Of 380 faces in 250 px pictures
#: none lies below 9; blurred by 4 px (sigma) half lie below 3.2, and have moved by 0.49 from their own description.
LEAST_SHARPNESS: Final = 6.0
#: Share of a face's box that may lie outside the picture; more, and the landmarks are guesses; a choice.
MOST_CUT_SHARE: Final = 0.10
_CHIP_PX: Final = 150  # side of the aligned face that the network takes


class Unfit(StrEnum):
    """Why a face was not described; it stays covered."""

    TOO_SMALL = "the face is too small to tell who it is"
    TOO_BLURRED = "the face is too blurred to tell who it is"
    CUT_OFF = "part of the face lies outside the picture"


@dataclass(frozen=True, slots=True)
class Template:
    """A description of one face: biometric material, so its numbers are never printed."""

    numbers: tuple[float, ...] = field(repr=False)

    def __post_init__(self) -> None:
        """Raise ValueError unless there are 128 finite numbers."""
        if len(self.numbers) != NUMBERS or not all(map(math.isfinite, self.numbers)):
            raise ValueError(f"a face template has {NUMBERS} finite numbers")


class Recogniser(Protocol):
    """Describes faces."""

    def describe(self, pixels: Pixels, box: Box) -> Template | Unfit:
        """Return the description of the face in `box` of `pixels` (RGB), or why there is none."""


def distance(a: Template, b: Template) -> float:
    """Return how far apart two faces are, 0 (the same picture) to about 1.2; compare with SHOW and SUGGEST."""
    return math.dist(a.numbers, b.numbers)


class DlibRecogniser:
    """dlib's five landmarks and its ResNet; `describe` may be called from one thread at a time."""

    def __init__(self, landmarks: dlib.shape_predictor, network: dlib.face_recognition_model_v1) -> None:
        """Take the two opened networks."""
        self._landmarks: Any = landmarks
        self._network: Any = network

    def describe(self, pixels: Pixels, box: Box) -> Template | Unfit:
        """Return the description of the face in `box` of `pixels` (RGB), or why there is none."""
        import dlib

        height, width = pixels.shape[:2]
        if min(box.width, box.height) < LEAST_FACE_PX:
            return Unfit.TOO_SMALL
        if box.overlap(Box(0, 0, width, height)) < (1 - MOST_CUT_SHARE) * box.area:
            return Unfit.CUT_OFF
        pixels = np.ascontiguousarray(pixels)
        shape = self._landmarks(pixels, dlib.rectangle(*_square_in(box)))
        chip = dlib.get_face_chip(pixels, shape, size=_CHIP_PX)
        if sharpness(chip) < LEAST_SHARPNESS:
            return Unfit.TOO_BLURRED
        return Template(tuple(float(number) for number in self._network.compute_face_descriptor(chip)))


def sharpness(chip: Pixels) -> float:
    """Return the variance of the Laplacian of an aligned face (RGB, 150 px), in grey levels squared."""
    return float(cv2.Laplacian(cv2.cvtColor(chip, cv2.COLOR_RGB2GRAY), cv2.CV_32F).var())


def _square_in(box: Box) -> tuple[int, int, int, int]:
    """Return the square (left, top, right, bottom) that dlib's landmarks expect around a face found as `box`."""
    side = math.sqrt(box.area)  # 0.9 to 1.2 times that, or 8 % lower: no difference on the bench of SHOW
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return round(x - side / 2), round(y - side / 2), round(x + side / 2), round(y + side / 2)


def open_recogniser() -> Recogniser:
    """Open the networks; takes about a second and 100 MB.

    Raises:
        ModelsError: a weight is not there, or is not the manifest's.
    """
    import dlib

    return DlibRecogniser(
        _open_checked(dlib.shape_predictor, LANDMARKS_FILE), _open_checked(dlib.face_recognition_model_v1, NETWORK_FILE)
    )


def _open_checked(kind: Any, name: str) -> Any:
    """Return `kind` opened from a private copy of the checked bytes: dlib takes only a path, and reads it itself."""
    content = read_weight(name)
    with tempfile.TemporaryDirectory() as folder:  # mode 0700
        copy = Path(folder) / "weights.dat"
        copy.write_bytes(content)
        return kind(str(copy))
