"""What people ask for on one photo, and what became of it: the values that the desk and the commands hand over.

A page works in pixels of the copy that it shows and with the numbers of that copy's places (posts/plans.py); `Seen`
says which copy that was, so that nothing is done to another one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from redact.errors import RedactError, short_id
from redact.redaction.answers.values import LiftCause
from redact.redaction.values import Kind, Polygon, Style


@dataclass(frozen=True, slots=True)
class Seen:
    """Which copy of which photo a person looked at."""

    photo: str  # SHA-256 of the original
    output: str  # SHA-256 of the copy


@dataclass(frozen=True, slots=True)
class HandCover:
    """A place that a person wants covered."""

    polygon: Polygon  # pixels of the copy, at least three points; a box has four
    kind: Kind = Kind.OTHER  # FACE: it is covered as a head is; any other kind: flat


@dataclass(frozen=True, slots=True)
class HandLift:
    """A cover that a person wants gone."""

    number: int  # of the place
    cause: LiftCause
    pupil: str = ""  # UPN, where the cause is a consent


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be changed on a copy, all of it in one go."""

    covers: tuple[HandCover, ...] = ()
    covered: tuple[int, ...] = ()  # numbers of `maybe` places that are to be covered
    dismissed: tuple[int, ...] = ()  # numbers of `maybe` places of which a person says that they are no person
    lifts: tuple[HandLift, ...] = ()  # these need the original
    style: Style | None = None  # None: as it is
    crop: tuple[float, float, float, float] | None = None  # x0, y0, x1, y1, pixels of the copy; None: as it is
    undone: tuple[int, ...] = ()  # ids of answers (`Answer.id`) that count no more

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return self == Changes()


class RedrawState(StrEnum):
    """How far a redraw is."""

    ASKED = "asked"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"  # the old copy stands as it was


@dataclass(frozen=True, slots=True)
class Redraw:
    """One asking for another copy of a photo, and what became of it."""

    id: int
    photo: str
    former: str  # SHA-256 of the copy that it began from
    state: RedrawState
    reason: str | None  # a sentence, where it failed
    output: str | None  # SHA-256 of the new copy, when done
    asked_at: str

    @property
    def is_over(self) -> bool:
        """Whether it ended, so that no page need ask again."""
        return self.state in {RedrawState.DONE, RedrawState.FAILED}


@dataclass(frozen=True, slots=True)
class Answered:
    """One thing that a person said of a photo and that counts, newest last: a page lists them for undoing."""

    id: int
    act: str  # cover | lift | dismiss | style | crop
    detail: str  # of a lift its cause, of a style its name; else ""
    at: str
    needs_original: bool  # to undo it


class ChangedMeanwhile(RedactError):
    """Somebody else was quicker: the photo has another copy by now, or was decided; nothing was done."""

    def __init__(self, photo: str) -> None:
        """Say of which photo."""
        super().__init__(f"Photo {short_id(photo)} was changed by somebody else meanwhile. Look at it as it is now.")


class NeedsOriginal(RedactError):
    """Every copy that is kept has the cover that is to go: only the original shows what lies under it."""

    def __init__(self, photo: str) -> None:
        """Say of which photo."""
        super().__init__(
            f"What lies under that cover of photo {short_id(photo)} is on no copy. Open the sealed original to lift it."
        )
