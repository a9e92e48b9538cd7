"""What a copy's plan says, placed on the copy: numbered places with their reasons, in the copy's pixels."""

from __future__ import annotations

from dataclasses import dataclass

from redact.redaction.answers.values import LiftCause, may_be_lifted
from redact.redaction.plans import moved, parse_plan, rounded, whole_of
from redact.redaction.values import Action, Box, Kind, Polygon
from redact.store.queue import QueuedPhoto


@dataclass(frozen=True, slots=True)
class PlannedPlace:
    """One place of a photo and what was done there."""

    number: int  # from 1, in the plan's order
    kind: Kind
    action: Action
    reason: str
    polygon: tuple[tuple[float, float], ...]  # pixels of the copy; empty where the sizes are not known
    is_by_hand: bool = False  # a person's answer made it so
    is_lifted_by: tuple[LiftCause, ...] = ()  # causes that could lift it
    is_nobody: bool = False  # taken for a face, or in doubt, and a person said that it is none


def places_of(photo: QueuedPhoto) -> tuple[PlannedPlace, ...]:
    """Return the places of a photo of the queue, on its copy as it stands."""
    return read_places(photo.plan, photo.source_size, photo.size, photo.shows)


def crop_of(photo: QueuedPhoto) -> Polygon:
    """Return the part worth keeping of a copy of which covers leave little, in its pixels; empty where there is none.

    Only copies that show all of their source have one (store/photos/copies.py).
    """
    if not photo.is_little_left or photo.crop is None or photo.source_size is None or photo.size is None:
        return ()
    part = photo.crop
    corners = ((part.x0, part.y0), (part.x1, part.y0), (part.x1, part.y1), (part.x0, part.y1))
    return rounded(moved(corners, photo.size, whole_of(photo.source_size)))


def read_places(
    plan: str, source: tuple[int, int] | None, copy: tuple[int, int] | None, shows: Box | None = None
) -> tuple[PlannedPlace, ...]:
    """Return the places of a plan as the database keeps it, those that a crop left out of the copy included.

    Args:
        plan: JSON (redact/redaction/plans.py).
        source: (width, height) of the upright source picture, in whose pixels the plan is; None where not known.
        copy: of the copy.
        shows: the part of the source that the copy shows; None: all of it.
    """
    part = shows or (None if source is None else whole_of(source))
    return tuple(
        PlannedPlace(
            number,
            region.kind,
            region.action,
            region.reason,
            () if part is None or copy is None else rounded(moved(region.polygon, copy, part)),
            region.is_by_hand,
            tuple(cause for cause in LiftCause if may_be_lifted(region, cause)),
            region.is_nobody,
        )
        for number, region in enumerate(parse_plan(plan), 1)
    )
