"""Tell faces apart: describe a face by 128 numbers, and say how far two descriptions lie from each other.

Threat: a face description is biometric material of a child; a wrong match shows a child whose parents said no.
Rule: nothing here is loaded, and no face is described, until a caller opens the recogniser; a face that is too
small, too blurred, turned away or cut off is not described at all; a description never appears in a repr, log or error.
Accepted residue: recognition is weak evidence (see SHOW), so what it says is shown by name to the approver.

dlib's networks are used as face_recognition uses them, from the weights in the wheel face_recognition_models.  The
package face_recognition itself is not imported here: doing so tells Pillow to accept truncated files in the whole
process, loads 100 MB that nothing here reads, and takes its weights unchecked (redact/trials/by_package.py asks it in a
process of its own, to compare).
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from models.findings import Box, Pixels, Point
from models.weights import read_weight

if TYPE_CHECKING:
    import dlib

LANDMARKS_FILE: Final = "shape_predictor_5_face_landmarks.dat"
NETWORK_FILE: Final = "dlib_face_recognition_resnet_model_v1.dat"
NUMBERS: Final = 128  # of a description; the network's own

# Distances (see distance_to_person) from which a face passes for an enrolled pupil.  Measured on adults, pictures of
# 250 px, twice.  First 60 people with 2 references and 1 other picture each, every choice of the references, against
# 309 strangers: at 0.32 with a margin of 0.06 83 % were shown and no stranger of 2,067.  Then 300 others and 1,000
# other strangers, in galleries of 60: at those thresholds 252 of 300 (84 %) shown, none as somebody else, but 7
# strangers of 6,200 (0.11 %; 0.05 to 0.23).  So both were set again, by what each takes off the strangers nearest to
# somebody: 0.01 of SHOW halves them (pairs within 0.33, 0.35, 0.37: 2, 9, 32 of 600, the same with one reference as
# with two), MARGIN 0.08 for 0.06 leaves 70 % of them and 99 % of the enrolled.  0.305 and 0.08 leave a quarter: 0.03 %
# (upper 0.06), and 123 of the 162 comparisons that have three described pictures (76 %; 134 before, 83 %).  0.31 with
# 0.10 does the same; more than that for size, sharpness or turn of the face took more of the enrolled than of the
# strangers (turned 0.1 at most: a third of both).  Children, brothers and sisters are worse; nobody has measured them.
SHOW: Final = 0.305  # distance, 0..2: at most this, and a consent to be shown counts
MARGIN: Final = 0.08  # distance by which the second best pupil must be farther, see SHOW
#: Distance of two enrolled pupils at which either may pass for the other: then neither is shown, a person is asked.
#: Of 54 adults 2 are so near to another (within 0.35 none, within 0.37 6); a choice between them and brothers and
#: sisters, of whom there is no picture here.
LOOK_ALIKE: Final = 0.36
SUGGEST: Final = 0.39  # distance: at most this, a hint to the reviewer: of 180 97 %, of strangers 15 % get one
#: Distance of two references above which one should be replaced, or may be of another pupil: 95 % of pairs of one
#: person are nearer, and 0.4 % of pairs of two; of 9 comparisons with references farther apart 1 was recognised.
REFERENCES_APART: Final = 0.40
_SPREAD: Final = 0.5  # share, see distance_to_person; at 0 strangers pass 3 references 8 times as often as 1 reference

#: Share of a face's box that may lie outside the picture; more, and the landmarks are guesses; a choice.
MOST_CUT_SHARE: Final = 0.10
_CHIP_PX: Final = 150  # side of the aligned face that the network takes


class Unfit(StrEnum):
    """Why a face was not described; on a photo it stays covered."""

    TOO_SMALL = "the face is too small to tell who it is"
    TOO_BLURRED = "the face is too blurred to tell who it is"
    CUT_OFF = "part of the face lies outside the picture"
    TURNED_AWAY = "the face is turned too far aside to tell who it is"
    NO_FACE = "no face was found on the picture"
    NOT_ALONE = "the picture shows more than one face of about the same size"


@dataclass(frozen=True, slots=True)
class Gate:
    """What a face must be like to be described."""

    least_face_px: float  # least side of the box that the finder gave, px
    least_sharpness: float  # see sharpness
    most_turned: float  # see turn_of


#: A face on a photo.  Size: the same faces shrunk to 40 px are recognised nearly as often (74 % for 79 %), and of
#: strangers' faces the nearest of 192 with 36 to 70 px lies at 0.323, of 317 larger ones at 0.328.  Sharpness: of 380
#: faces in 250 px pictures none lies below 9; blurred by 4 px (sigma) half lie below 3.2, and have moved by 0.49 from
#: their own description.  Turn: none of the 380 is turned more than 0.38; what lies beyond is not measured.
PROBE: Final = Gate(least_face_px=40, least_sharpness=6.0, most_turned=0.40)
#: A face in a reference picture.  Size, sharpness: none of the 380 is smaller than 82 px or less sharp than 9.  Turn: a
#: reference turned further adds nothing (11 of 12 recognised with it, 12 without).
REFERENCE: Final = Gate(least_face_px=80, least_sharpness=9.0, most_turned=0.30)


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

    def describe(self, pixels: Pixels, box: Box, gate: Gate = PROBE) -> Template | Unfit:
        """Return the description of the face in `box` of `pixels` (RGB), or why there is none."""


def distance(a: Template, b: Template) -> float:
    """Return how far apart two faces are, 0 (the same picture) to 2; two people lie 0.38 and more apart (99.9 %).

    The length of a description is 1, so twice as far is not twice as different.
    """
    return math.dist(a.numbers, b.numbers)


def distance_to_person(face: Template, references: Sequence[Template]) -> float:
    """Return how far a face is from a person known by one or more references, 0..2; compare with SHOW and SUGGEST.

    Half way (in squares) between the distance to the mean of the references and the mean of the distances to them.
    The first tells people apart better, but is less for everybody the more references there are; half of the second
    makes up for it, so that one threshold serves pupils with one, two and three references.
    """
    count = len(references)
    mean = tuple(math.fsum(column) / count for column in zip(*(each.numbers for each in references), strict=True))
    to_each = math.fsum(distance(face, each) ** 2 for each in references) / count
    return math.sqrt(_SPREAD * to_each + (1 - _SPREAD) * math.dist(face.numbers, mean) ** 2)


def agree(references: Sequence[Template]) -> bool:
    """Return whether references may all be of the same person: no two of them are farther than REFERENCES_APART."""
    return all(distance(a, b) <= REFERENCES_APART for a, b in combinations(references, 2))


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
