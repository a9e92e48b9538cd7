"""What people said of one photo, in source pixels: it goes into every redaction of it, whatever the finders find.

Threat: a face that a person covered by hand is bare on the next copy, because the photo was redacted again and nobody
told the program; a cover that was lifted in one place is lifted in another.
Rule: what was covered by hand is covered on every copy, and wins over every lift.  A lift holds for the one place that
it fits; where it fits none, or two, it is void.  Who may not be shown on the day is not lifted.
Accepted residue: hand covers stand where they were drawn; nobody moves them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from redact.redaction.values import Box, Kind, Polygon, Style


class LiftCause(StrEnum):
    """Why a cover is lifted; the words of the audit log (audit.shapes.LIFT_CAUSE)."""

    CONSENT = "consent"
    NOT_A_PERSON = "not-a-person"
    NOT_A_NAME = "not-a-name"


@dataclass(frozen=True, slots=True)
class Cover:
    """A place covered by hand."""

    polygon: Polygon  # source pixels
    kind: Kind = Kind.OTHER


@dataclass(frozen=True, slots=True)
class Lift:
    """A cover lifted by hand."""

    polygon: Polygon  # of the region that it lifts, source pixels
    cause: LiftCause
    pupil: str = ""  # UPN, where the cause is a consent


@dataclass(frozen=True, slots=True)
class Answers:
    """All of it that counts."""

    covers: tuple[Cover, ...] = ()
    lifts: tuple[Lift, ...] = ()
    dismissed: tuple[Polygon, ...] = ()  # places that may have been faces and are none
    style: Style | None = None
    crop: Box | None = None  # source pixels


NO_ANSWERS = Answers()
