"""The frozen values modules pass on.  Coordinates: see models/findings.py; pixels of the upright source picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

from models.findings import Box, Code, Face, Line, Pixels, Point, Polygon, Word, bounds

if TYPE_CHECKING:  # numpy takes 0.2 s to import, and every command needs these values without pixels
    import numpy as np
    import numpy.typing as npt

__all__ = [
    "Action",
    "Box",
    "Code",
    "Coding",
    "Face",
    "Findings",
    "Grid",
    "Kind",
    "Line",
    "LoneDoubtful",
    "NameHit",
    "NameReason",
    "Outcome",
    "Picture",
    "Pixels",
    "Plan",
    "Plane",
    "Point",
    "Policy",
    "Polygon",
    "Region",
    "Status",
    "Style",
    "Verdict",
    "Word",
]


Plane: TypeAlias = "npt.NDArray[np.uint8]"  # (height, width)


class Kind(StrEnum):
    """What a region shows."""

    FACE = "face"
    NAME = "name"
    TEXT = "text"
    CODE = "code"
    PLATE = "plate"
    SCREEN = "screen"
    BADGE = "badge"
    OTHER = "other"


class Action(StrEnum):
    """What is done with a region."""

    COVERED = "covered"
    SHOWN = "shown"
    ASK = "ask"  # covered, and a person should look
    MAYBE = "maybe"  # left bare, and a person must look


class NameReason(StrEnum):
    """Why words are covered as a name: a sentence part without the name, which reports print as it stands."""

    ON_ROLL = "matches a name on the roll"
    WORD_TOO = "is a word and a name on the roll, and stands like a name"
    GARBLED = "was read badly, and resembles a name on the roll"
    OF_ADULT = "matches the name of an adult without a permission in writing"
    INTRODUCED = "follows words that introduce a name"
    IN_LIST = "stands in a list of names"
    BESIDE = "stands beside a name"
    ALONE = "stands alone in the picture, like a signature"
    FORENAME = "is a common forename"
    SPELT = "letters in a row or column spell a name"
    UNREAD = "was found as text but could not be read; it may be a name"


class LoneDoubtful(StrEnum):
    """What is done with a doubtful face on a photo that has no sure face near it."""

    MAYBE = "maybe"  # left bare, marked for a person
    COVER = "cover"


class Style(StrEnum):
    """How a cover looks; all are computed without the pixels under it."""

    BLUR = "blur"  # a blurred person who is nobody
    SMILEY = "smiley"  # the same, and a smiley on each head that is large and sure enough
    STAR = "star"  # the same with a star
    PICTURE = "picture"  # the same with the school's own picture
    MOSAIC = "mosaic"  # square cells
    SOLID = "solid"  # one flat colour

    @classmethod
    def _missing_(cls, value: object) -> Style | None:
        """Accept `soft`, as the blur was called before."""
        return cls.BLUR if value == "soft" else None


class Status(StrEnum):
    """What became of a photo."""

    REDACTED = "redacted"
    HELD = "held"  # a person must look
    REFUSED = "refused"  # not an image, or unsafe
    CHECKED = "checked"  # only looked at: `redact check`


#: How the reason begins of what only the check of the written bytes found.
FOUND_AGAIN: Final = "found again in the output"
#: Why a place is left bare that may have been a face.
LEFT_BARE: Final = "may be a face; left bare, a person must look"
DISMISSED: Final = "may have been a face; a person said that it is none"

#: Covered share of a picture above which little is left of it; a family of three close up reaches 0.47.
LITTLE_LEFT: Final = 0.35

#: How far, in pixels, what lies at one place colours others where the blocks of a source are not known: a JPEG codes
#: blocks of 8 by 8 samples (ITU-T T.81, A.3), and what is no JPEG now may have been one.
CODED_BLOCK_PX: Final = 8


@dataclass(frozen=True, slots=True)
class Grid:
    """How far what lies at one place of a coded picture changes others: all of each block that it touches, and beyond.

    Across and down, pixels of the upright picture.
    """

    block: tuple[int, int] = (1, 1)  # 1: the picture has none that are known
    start: tuple[int, int] = (0, 0)  # where one of them begins
    reach: tuple[int, int] = (CODED_BLOCK_PX, CODED_BLOCK_PX)  # how far beyond them


@dataclass(frozen=True, slots=True)
class Coding:
    """How far what lies at one place of a coded picture changes others, in colour, and in lightness alone."""

    colour: Grid
    lightness: Grid

    @property
    def is_split(self) -> bool:
        """Whether the colours of some pixels depend on a place of which their lightness knows nothing."""
        return self.colour != self.lightness


WITHOUT_BLOCKS: Final = Coding(Grid(), Grid())  # what has none that are known: one block of a JPEG all around


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """An upright sRGB picture, (height, width, 3) uint8; its array is set read-only."""

    pixels: Pixels
    taken_on: str | None = None  # day by the clock of its camera, "2026-11-03"
    coding: Coding = WITHOUT_BLOCKS  # of the source that it comes from, in the source's pixels
    #: As it was coded, apart from all colour, where the coding is split: decoded when it is asked for, since only a
    #: cover needs it.  May raise as the decoder does (PictureHeld).
    lightness: Callable[[], Plane] | None = None

    def __post_init__(self) -> None:
        """Raise ValueError on any other shape or type; lock the array."""
        if (
            self.pixels.ndim != 3
            or self.pixels.shape[2] != 3
            or self.pixels.dtype.name != "uint8"
            or not self.pixels.size
        ):
            raise ValueError(f"not a picture: shape {self.pixels.shape}, {self.pixels.dtype}")
        self.pixels.flags.writeable = False
        if self.coding.is_split and self.lightness is None:
            raise ValueError("not a picture: colour and lightness are coded apart, and the lightness is not there")

    @property
    def width_px(self) -> int:
        """Number of columns."""
        return int(self.pixels.shape[1])

    @property
    def height_px(self) -> int:
        """Number of rows."""
        return int(self.pixels.shape[0])

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.width_px, self.height_px


@dataclass(frozen=True, slots=True)
class Findings:
    """All that the finders found on one picture, in its pixels."""

    faces: tuple[Face, ...] = ()
    lines: tuple[Line, ...] = ()
    codes: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class NameHit:
    """A place that shows a child's name, or may: `polygon` covers the name's words, not the whole line."""

    polygon: Polygon
    score: float  # how sure we are that it is a name, 0..1
    reason: NameReason
    is_certain: bool  # False: cover it and let a person look


@dataclass(frozen=True, slots=True)
class Region:
    """One place of the picture, what is done there, and why."""

    kind: Kind
    action: Action
    polygon: Polygon  # upright source pixels
    score: float  # the finder's own, 0..1
    reason: str  # a sentence; never a name
    face: Box | None = None  # of a face: its tight box, in the same pixels, where a finder gave one
    pupil: str = ""  # UPN of the pupil whose face is shown, number of the adult who is named; in no report or reason
    suggested: tuple[str, ...] = ()  # UPNs of pupils whose face it may be, best first; likewise
    is_by_hand: bool = False  # a person's answer made it what it is
    is_found_again: bool = False  # only the check of the written bytes found it
    is_dismissed: bool = False  # it was a MAYBE, and a person said that it is no face

    @property
    def is_covered(self) -> bool:
        """Whether the output has a cover there; an action that is not known to leave it bare covers."""
        return self.action not in {Action.SHOWN, Action.MAYBE}

    @property
    def place(self) -> Box:
        """The tight box of a face where a finder gave one, else what is around the outline."""
        return self.face or bounds(self.polygon)

    @property
    def is_nobody(self) -> bool:
        """Whether a person said of a face that is left bare that it is none: whoever is shown has a number."""
        return self.kind is Kind.FACE and self.action is Action.SHOWN and self.is_by_hand and not self.pupil

    @property
    def is_name_of_adult(self) -> bool:
        """Whether it is a name that stays by the permission of an adult."""
        return self.kind is Kind.NAME and self.action is Action.SHOWN and bool(self.pupil)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be covered, shown or asked about on one picture."""

    regions: tuple[Region, ...]

    @property
    def covered(self) -> tuple[Region, ...]:
        """The regions that are covered in the output: `covered` and `ask`."""
        return tuple(region for region in self.regions if region.is_covered)

    @property
    def shown(self) -> tuple[Region, ...]:
        """The faces that are left bare on purpose, except where another region's cover reaches into them."""
        return tuple(region for region in self._bare if region.kind is Kind.FACE)

    @property
    def lifted(self) -> tuple[Region, ...]:
        """Everything else that a person left bare: words and codes."""
        return tuple(region for region in self._bare if region.kind is not Kind.FACE and region.is_by_hand)

    @property
    def named(self) -> tuple[Region, ...]:
        """The names of adults that are left bare by a permission in writing."""
        return tuple(region for region in self._bare if region.is_name_of_adult)

    @property
    def _bare(self) -> tuple[Region, ...]:
        return tuple(region for region in self.regions if region.action is Action.SHOWN)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an independent look finds in the written bytes."""

    passed: bool
    checks: tuple[str, ...]  # one sentence per numbered check
    failed: tuple[str, ...] = ()  # those of the checks that failed


@dataclass(frozen=True, slots=True)
class Policy:
    """How a photo is redacted; everything that is not in the pixels or the register."""

    style: Style = Style.BLUR
    max_side_px: int = 2048  # long side of the published copy, domain.md: a face that was missed is then no portrait
    shows_faces: bool = True  # False: every face is covered whatever the register says, and nobody is recognised
    lone_doubtful: LoneDoubtful = LoneDoubtful.MAYBE
    sticker: bytes = b""  # the school's own picture, a PNG or JPEG file, for the style that shows it
    crops: bool = False  # where covers leave little, write the best part of the picture only


JPEG_ENDING = ".jpg"  # of every copy that is written


def is_little_left(share: float) -> bool:
    """Say whether so large a covered share, 0..1, leaves little of a picture."""
    return share > LITTLE_LEFT


def what_of_little_left(crop: str = "") -> str:
    """Return what to do with a photo of which covers leave little; `crop`: how it is cropped, "" where it cannot be."""
    another = "take another photo, from farther away"
    return f"{crop}, or {another}" if crop else another


def copy_name(sha256: str, ending: str = JPEG_ENDING) -> str:
    """Return the neutral file name of the copy with this SHA-256: 96 bits, no two of a trust share one by chance."""
    return sha256[:24] + ending


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the redaction made of one photo's bytes."""

    status: Status
    sha256: str = ""  # of the source bytes, 64 hex digits; empty where no byte could be read
    reason: str | None = None  # a sentence when held or refused
    output: bytes | None = None
    extension: str = JPEG_ENDING
    source_size: tuple[int, int] | None = None
    output_size: tuple[int, int] | None = None
    regions: tuple[Region, ...] = ()
    verdict: Verdict | None = None
    covered_share: float | None = None  # of the whole picture, 0..1
    crop: tuple[int, int, int, int] | None = None  # where little is left: the part worth keeping; source px, half-open
    is_cropped: bool = False  # the output shows that part only
    shows: Box | None = None  # the part of the source that the output shows, source pixels
    style: Style | None = None  # of the output's covers
    judged: tuple[Polygon, ...] = ()  # places of text that were read, source pixels
    taken_on: str | None = None  # day by the clock of its camera, "2026-11-03"
    seconds: Mapping[str, float] = field(default_factory=dict)  # by stage
