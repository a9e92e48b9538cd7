"""What a copy's plan says, placed on the copy: numbered places with their reasons, in the copy's pixels."""

from __future__ import annotations

import json
from dataclasses import dataclass

from redact.redaction.values import Action, Kind


@dataclass(frozen=True, slots=True)
class PlannedPlace:
    """One place of a photo and what was done there."""

    number: int  # from 1, in the plan's order
    kind: Kind
    action: Action
    reason: str
    polygon: tuple[tuple[float, float], ...]  # pixels of the copy; empty where the sizes are not known


def read_places(plan: str, source: tuple[int, int] | None, copy: tuple[int, int] | None) -> tuple[PlannedPlace, ...]:
    """Return the places of a plan as steps.print_plan writes it.

    Args:
        plan: JSON.
        source: (width, height) of the upright source picture, in whose pixels the plan is; None where not known.
        copy: of the copy.
    """
    k = copy[0] / source[0] if source and copy else None
    return tuple(
        PlannedPlace(
            number,
            Kind(region["kind"]),
            Action(region["action"]),
            str(region["reason"]),
            () if k is None else tuple((round(x * k, 1), round(y * k, 1)) for x, y in region["polygon"]),
        )
        for number, region in enumerate(json.loads(plan), 1)
    )
