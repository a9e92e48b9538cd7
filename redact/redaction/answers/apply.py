"""What people answered on a photo goes into every redaction of it, whatever the finders find.

Threat: a face that a person covered by hand is bare on the next copy, because the photo was redacted again and the
answer was lost; a cover that was lifted in one place is lifted in another.
Rule: what was covered by hand is covered on every copy, and wins over every lift.  A lift holds for the one place that
it fits; if it fits none, or two, it is void.  That nobody is at a place in doubt is said of the very place, or of the
one that lies where it lay.  Who may not be shown on the day is not lifted.
Accepted residue: hand covers stand where they were drawn; nobody moves them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from models.findings import bounds
from redact.redaction.answers.values import Answers, Cover, Lift, is_hand_cover, may_be_lifted
from redact.redaction.plans import rounded
from redact.redaction.shapes.clip import clip
from redact.redaction.shapes.geometry import is_hidden
from redact.redaction.values import DISMISSED, LEFT_BARE, Action, Kind, Plan, Polygon, Region

#: Least intersection over union of a region and the one that a person answered on, to be the same: as for a head that
#: is found again (verify.py), because the same finders move it.
SAME_IOU: Final = 0.5
_MOST: Final = 0.5  # of a shown head's box, from which a hand cover over it hides who it is; a choice on the safe side
_ALL: Final = 0.95  # likewise of a name's place, of which half may still be read; a choice
BY_HAND: Final = "covered by hand"
AGAIN: Final = "covered again: what a person said of it was taken back"
NO_PERSON: Final = "a person said that it is no person"
_LIFTED: Final = {
    "consent": "consent on record for all purposes, named by a person",
    "not-a-person": NO_PERSON,
    "not-a-name": "a person said that it is no child's name",
}


def answered(plan: Plan, answers: Answers, size: tuple[int, int]) -> Plan:
    """Return `plan`, of a picture of (width, height), with the answers applied."""
    regions = list(plan.regions)
    for lift in answers.lifts:
        _change_one(regions, lift.polygon, lambda region, lift=lift: _may_lift(region, lift), _lifted_by(lift))  # type: ignore[misc]
    asked = {i: region for i, region in enumerate(regions) if region.action is Action.MAYBE or _is_said(region)}
    for i in _those_of(
        asked, regions, answers.dismissed
    ):  # one that is dismissed keeps its place from another beside it
        regions[i] = _dismissed(regions[i])
    covers = tuple(region for cover in answers.covers if (region := _covered(cover, size)) is not None)
    known = {rounded(region.polygon) for region in covers}
    left = (region for region in regions if not (is_hand_cover(region) and rounded(region.polygon) in known))
    return Plan((*(_hidden(region, covers) for region in left if not _gives_way(region, covers)), *covers))


def taken_back(regions: Sequence[Region], answers: Answers) -> tuple[Region, ...]:
    """Return the regions of a copy's plan without the lifts and dismissals that `answers` no longer have.

    What the copy covers stays covered: what lies under it is not on the copy.
    """
    said = {i: region for i, region in enumerate(regions) if _is_said(region)}
    still = _those_of(said, regions, answers.dismissed)
    return tuple(region if i in still else _without_old(region, answers.lifts) for i, region in enumerate(regions))


def are_all_lifted(plan: Plan, lifts: Sequence[Lift]) -> bool:
    """Say whether each lift fitted one place."""
    bare = [region for region in plan.regions if region.is_by_hand and region.action is Action.SHOWN]
    return all(any(is_same(region, lift.polygon) and region.pupil == lift.pupil for region in bare) for lift in lifts)


def _change_one(
    regions: list[Region], place: Polygon, fits: Callable[[Region], bool], change: Callable[[Region], Region]
) -> None:
    """Change the one region that a person answered on; none where no region or several fit."""
    found = [i for i, region in enumerate(regions) if fits(region) and is_same(region, place)]
    if len(found) == 1:
        regions[found[0]] = change(regions[found[0]])


def _those_of(asked: Mapping[int, Region], regions: Sequence[Region], places: Sequence[Polygon]) -> set[int]:
    """Return which of `asked` a person answered on: the very places, for in a crowd two that ask may overlap.

    A place that is none of `regions`' own, asked or not, stands for the one asked that it fits; of two for none.
    """
    exact = {rounded(region.polygon) for region in regions}
    given = {rounded(place) for place in places}
    found = {i for i, region in asked.items() if rounded(region.polygon) in given}
    for place in places:
        if rounded(place) not in exact:
            near = [i for i, region in asked.items() if is_same(region, place)]
            found |= {*near} if len(near) == 1 else set()
    return found


def _is_said(region: Region) -> bool:
    return region.is_by_hand and region.action is Action.SHOWN and region.is_dismissed


def _may_lift(region: Region, lift: Lift) -> bool:
    return may_be_lifted(region, lift.cause)


def _lifted_by(lift: Lift) -> Callable[[Region], Region]:
    reason = _LIFTED[lift.cause.value]
    return lambda region: replace(
        region, action=Action.SHOWN, reason=reason, pupil=lift.pupil, suggested=(), is_by_hand=True
    )


def _dismissed(region: Region) -> Region:
    return replace(region, action=Action.SHOWN, reason=DISMISSED, is_by_hand=True, is_dismissed=True)


def _hidden(region: Region, covers: Sequence[Region]) -> Region:
    """Return a bare head or adult's name as covered where a hand cover lies over it: nobody is shown there."""
    if region.action is not Action.SHOWN or not (region.kind is Kind.FACE or region.is_name_of_adult):
        return region
    place, share = bounds(region.polygon), _MOST if region.kind is Kind.FACE else _ALL
    if not any(place.overlap(bounds(cover.polygon)) >= share * place.area for cover in covers):
        return region
    return _covered_again(region, BY_HAND)


def _covered(cover: Cover, size: tuple[int, int]) -> Region | None:
    inside = clip(cover.polygon, size)
    return None if inside is None else Region(cover.kind, Action.COVERED, inside, 1.0, BY_HAND, is_by_hand=True)


def _without_old(region: Region, lifts: Sequence[Lift]) -> Region:
    if not (region.is_by_hand and region.action is Action.SHOWN):
        return region
    if region.is_dismissed:
        return replace(region, action=Action.MAYBE, reason=LEFT_BARE, is_by_hand=False, is_dismissed=False)
    if any(is_same(region, lift.polygon) and lift.pupil == region.pupil for lift in lifts):
        return region
    return _covered_again(region, AGAIN)


def _covered_again(region: Region, reason: str) -> Region:
    """Return a bare region covered, without what was known of it while it was bare."""
    return replace(
        region,
        action=Action.COVERED,
        reason=reason,
        pupil="",
        is_by_hand=False,
        is_found_again=False,
        is_dismissed=False,
    )


def _gives_way(region: Region, covers: Sequence[Region]) -> bool:
    """Return whether it may be a face and is covered by hand, so that nothing is left to ask."""
    if region.action is not Action.MAYBE:
        return False
    is_meant = any(is_same(region, cover.polygon) for cover in covers)
    return is_meant or is_hidden(region.place, [cover.polygon for cover in covers])


def is_same(region: Region, place: Polygon) -> bool:
    """Return whether a region is the one that a person answered on."""
    return bounds(region.polygon).iou(bounds(place)) >= SAME_IOU
