"""Descriptions of faces as values: how far two lie apart, from where on they pass for one, what a face must be like.

Threat, rule and residue: see recogniser.py, which describes faces.  Nothing here loads a network or looks at a pixel,
so that the registers can read and write templates without either.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from models.findings import Box, Pixels

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
