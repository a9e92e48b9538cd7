"""What people answered on a photo, and the copy that it is drawn on: values, in source pixels.

apply.py says what answers do to a plan, redraw.py how a copy is drawn again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from models.findings import bounds
from redact.redaction.values import Action, Box, Kind, Polygon, Region, Style


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
    """All answers on a photo that count."""

    covers: tuple[Cover, ...] = ()
    lifts: tuple[Lift, ...] = ()
    dismissed: tuple[Polygon, ...] = ()  # places that may have been faces and are none
    style: Style | None = None
    crop: Box | None = None  # source pixels


NO_ANSWERS: Final = Answers()


@dataclass(frozen=True, slots=True)
class Base:
    """What is known of a copy that is drawn again; places in source pixels."""

    regions: tuple[Region, ...]
    source_size: tuple[int, int]
    size: tuple[int, int]  # of the copy
    shows: Box | None  # None: all of the source
    judged: tuple[Polygon, ...]
    style: Style  # of its covers


def asks_about(regions: Sequence[Region], shows: Box | None, actions: Collection[Action]) -> tuple[int, ...]:
    """Return the numbers, from 1, of the regions with these actions that lie in the part of the source that shows."""
    return tuple(
        number
        for number, region in enumerate(regions, 1)
        if region.action in actions and (shows is None or bounds(region.polygon).overlap(shows) > 0)
    )


def may_be_lifted(region: Region, cause: LiftCause) -> bool:
    """Return whether a region is a cover that this cause can lift: heads have one cause, everything else the other."""
    is_head = region.kind is Kind.FACE
    return region.is_covered and not is_hand_cover(region) and is_head is (cause is not LiftCause.NOT_A_NAME)


def is_hand_cover(region: Region) -> bool:
    """Return whether a region was covered by hand."""
    return region.is_by_hand and region.action is Action.COVERED
