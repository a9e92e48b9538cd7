"""From what a person asks for on a copy, in its pixels and by its numbers, to what is kept of it, in source pixels."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from redact.errors import UsageError
from redact.posts.changes import Changes, HandLift
from redact.redaction.answers.values import LiftCause, may_be_lifted
from redact.redaction.values import Action, Kind, Point, Polygon, Region, Style
from redact.store.reviewing.answers import ASKED, Act, PhotoAnswer
from redact.store.reviewing.versions import Version

LEAST_PX: Final = 4.0  # side of a place on the copy: what is smaller is a slip of the hand; a choice
MOST_CORNERS: Final = 200  # of a polygon drawn by hand; a choice
LEAST_CROP_PX: Final = 64.0  # side of a crop on the copy: less is no picture; a choice
#: Kinds that a person may cover: a head, or anything else.
_KINDS: Final = frozenset({Kind.FACE, Kind.OTHER, Kind.NAME, Kind.TEXT})


def answers_by_hand(copy: Version, changes: Changes) -> tuple[PhotoAnswer, ...]:
    """Return what is kept of changes, lifts left out.

    Raises:
        UsageError: a place is none, or too small; a number is of no place that may be a face; the style cannot be had;
            the sizes of the copy were not written down.
    """
    return tuple(_answers(copy, changes))


def lift_answers(copy: Version, changes: Changes, register: int) -> tuple[PhotoAnswer, ...]:
    """Return what is kept of the lifts.

    Raises:
        UsageError: a number is of no place that this cause can lift, or a pupil is named where none belongs.
    """
    return tuple(_lift(copy, lift, register) for lift in changes.lifts)


def _answers(copy: Version, changes: Changes) -> Iterator[PhotoAnswer]:
    for cover in changes.covers:
        if cover.kind not in _KINDS:
            raise UsageError("A cover is of a face, a name, a text or another place. Nothing was changed.")
        yield PhotoAnswer(Act.COVER, _to_source(copy, _checked(copy, cover.polygon, LEAST_PX)), cover.kind)
    for number in changes.covered:
        yield PhotoAnswer(Act.COVER, _maybe(copy, number).polygon, Kind.FACE, ASKED)
    for number in changes.dismissed:
        yield PhotoAnswer(Act.DISMISS, _maybe(copy, number).polygon, Kind.FACE)
    if changes.style is not None:
        if changes.style is Style.PICTURE:
            raise UsageError(
                "The school's own picture is chosen in the settings, for every photo. Nothing was changed."
            )
        yield PhotoAnswer(Act.STYLE, word=changes.style.value)
    if changes.crop is not None:
        yield PhotoAnswer(Act.CROP, _to_source(copy, _checked(copy, _corners(changes.crop), LEAST_CROP_PX)))


def _lift(copy: Version, lift: HandLift, register: int) -> PhotoAnswer:
    region = _region(copy, lift.number)
    if not may_be_lifted(region, lift.cause):
        raise UsageError(f"Place {lift.number} is no cover that can be lifted for that reason. Nothing was changed.")
    if bool(lift.pupil) is not (lift.cause is LiftCause.CONSENT):
        raise UsageError("A lift for a consent names one pupil, any other none. Nothing was changed.")
    return PhotoAnswer(Act.LIFT, region.polygon, region.kind, lift.cause.value, lift.pupil, register)


def _maybe(copy: Version, number: int) -> Region:
    region = _region(copy, number)
    if region.action is not Action.MAYBE:
        raise UsageError(f"Place {number} is none that may be a face. Nothing was changed.")
    return region


def _region(copy: Version, number: int) -> Region:
    if not 0 < number <= len(copy.plan):
        raise UsageError(f"The copy has no place {number}. Nothing was changed.")
    return copy.plan[number - 1]


def _corners(box: tuple[float, float, float, float]) -> Polygon:
    x0, y0, x1, y1 = box
    left, right, top, bottom = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
    return (left, top), (right, top), (right, bottom), (left, bottom)


def _checked(copy: Version, polygon: Polygon, least_px: float) -> Polygon:
    """Return a place in the copy's pixels, its corners held to the copy.

    Raises:
        UsageError: it is none.
    """
    width, height = _size(copy)
    if not 3 <= len(polygon) <= MOST_CORNERS or not all(math.isfinite(value) for point in polygon for value in point):
        raise UsageError(f"A place has 3 to {MOST_CORNERS} corners. Nothing was changed.")
    held = tuple((min(max(x, 0.0), float(width)), min(max(y, 0.0), float(height))) for x, y in polygon)
    xs, ys = [x for x, _ in held], [y for _, y in held]
    if max(xs) - min(xs) < least_px or max(ys) - min(ys) < least_px:
        raise UsageError(
            f"A place is at least {least_px:.0f} pixels wide and high, and lies on the picture. Nothing was changed."
        )
    return held


def _to_source(copy: Version, polygon: Polygon) -> Polygon:
    (width, height), shows = _size(copy), copy.part
    assert shows is not None  # a copy whose size is known has one
    kx, ky = shows.width / width, shows.height / height

    def point(x: float, y: float) -> Point:
        return round(shows.x0 + x * kx, 1), round(shows.y0 + y * ky, 1)

    return tuple(point(x, y) for x, y in polygon)


def _size(copy: Version) -> tuple[int, int]:
    if copy.size is None or copy.source_size is None:
        raise UsageError(
            "This copy was made by an earlier version of the program, which did not write down its size. Have it made "
            "again: redact recall, then redact retry with --key. Nothing was changed."
        )
    return copy.size
