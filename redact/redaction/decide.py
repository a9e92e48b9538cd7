"""Decide what is covered: a pure function of what was found, the roll and the policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, assert_never

import cv2
import numpy as np

from redact.pupils.recognise import Match, Nobody, Show, Suggest
from redact.pupils.roll import Roll
from redact.redaction.covers.outline import head_in, join_faces
from redact.redaction.names.find import hits_of, look
from redact.redaction.names.left_bare import find_left_bare
from redact.redaction.plates import find_plates
from redact.redaction.shapes.clip import clip
from redact.redaction.shapes.geometry import is_hidden
from redact.redaction.values import (
    LEFT_BARE,
    Action,
    Face,
    Findings,
    Kind,
    LoneDoubtful,
    NameReason,
    Plan,
    Polygon,
    Region,
)

#: Why a face is covered: nobody is enrolled, so there is no consent for any; or somebody is, and it is none of them
#: (it may be a pupil with consent who is not enrolled, an adult, or somebody else).
NO_CONSENT: Final = "no consent on record for this face"
NOT_RECOGNISED: Final = "nobody enrolled was recognised here"
#: Faces in a place of text that nobody can read from which it is none: a line of writing has no face in it, and one may
#: be a false find.  A choice.
_PEOPLE: Final = 2
#: Why a name is not covered.
NAMED: Final = "the name of an adult with a permission in writing for all purposes"
_NOBODYS: Final = "may be the name of an adult; nobody can say whose"


def decide(
    findings: Findings,
    roll: Roll | None,
    size: tuple[int, int],
    matches: tuple[Match, ...] | None = None,
    lone_doubtful: LoneDoubtful = LoneDoubtful.COVER,
    *,
    joins_heads: bool = True,
) -> Plan:
    """Return what to cover on a picture of (width, height), each region with its reason.

    What lies wholly outside the picture is left out; the rest is clipped to it.

    Args:
        findings: what the finders found, in the picture's pixels.
        roll: the names to look for.
        size: (width, height) of the picture.
        matches: who each face is, in the order of `findings.faces`; None: nobody was recognised, all are covered.
        lone_doubtful: what is done with a doubtful face that has no sure one near it and is nobody's who is enrolled.
        joins_heads: make one cover of several findings of one head.

    Raises:
        ValueError: there are more or fewer matches than faces.
    """
    faces = _faces(findings, matches, lone_doubtful, size, joins_heads=joins_heads)
    regions = (*faces, *_names(findings, roll, max(size)), *_plates(findings), *_codes(findings))
    return Plan(tuple(inside for region in regions if (inside := _inside(region, size))))


def without_hidden(plan: Plan) -> Plan:
    """Return `plan` without doubtful faces that lie under its covers: nothing is bare there, so nothing is asked.

    To be called with what people answered applied: a cover that was lifted hides nothing.
    """
    covers = [region.polygon for region in plan.covered]
    hidden = (region.action is Action.MAYBE and is_hidden(region.place, covers) for region in plan.regions)
    return Plan(tuple(region for region, is_under in zip(plan.regions, hidden, strict=True) if not is_under))


def _inside(region: Region, size: tuple[int, int]) -> Region | None:
    polygon = clip(region.polygon, size)
    return None if polygon is None else replace(region, polygon=polygon)


def _faces(
    findings: Findings,
    matches: tuple[Match, ...] | None,
    lone_doubtful: LoneDoubtful,
    size: tuple[int, int],
    *,
    joins_heads: bool,
) -> Iterator[Region]:
    unknown = NOT_RECOGNISED if matches is not None else NO_CONSENT
    if matches is None:
        matches = (Nobody(),) * len(findings.faces)
    alike = []
    for face, match in zip(findings.faces, matches, strict=True):
        if isinstance(match, Nobody) and (face.is_sure or lone_doubtful is not LoneDoubtful.MAYBE):
            alike.append(face)
        else:
            yield _face(face, match, lone_doubtful, size, unknown)
    # Only those whose covers are alike: a head that is shown, or left bare, is never part of another.
    for face in join_faces(alike) if joins_heads else alike:
        yield _face(face, Nobody(), lone_doubtful, size, unknown)


def _face(face: Face, match: Match, lone_doubtful: LoneDoubtful, size: tuple[int, int], unknown: str) -> Region:
    head = head_in(face, size)
    match match:
        case Show(upn):
            reason = "consent on record for all purposes, recognised"
            return Region(Kind.FACE, Action.SHOWN, head, face.score, reason, face.box, pupil=upn)
        case Suggest(upns):
            reason = "may be a pupil with consent; a person must say so"
            return Region(Kind.FACE, Action.ASK, head, face.score, reason, face.box, suggested=upns)
        case Nobody():
            if not face.is_sure and lone_doubtful is LoneDoubtful.MAYBE:
                return Region(Kind.FACE, Action.MAYBE, head, face.score, LEFT_BARE, face.box)
            return Region(Kind.FACE, Action.COVERED, head, face.score, unknown, face.box)
        case _:
            assert_never(match)


def _names(findings: Findings, roll: Roll | None, side_px: int) -> Iterator[Region]:
    looked = look(findings.lines, roll, side_px)
    for hit, _ in hits_of(looked):
        if hit.reason is NameReason.UNREAD and _are_people(findings, hit.polygon):
            continue
        kind, action = (Kind.NAME, Action.COVERED) if hit.is_certain else (Kind.TEXT, Action.ASK)
        yield Region(kind, action, hit.polygon, hit.score, hit.reason)
    for bare in find_left_bare(looked, roll):
        if not bare.adults:
            yield Region(Kind.TEXT, Action.ASK, bare.hit.polygon, bare.hit.score, _NOBODYS)
        for number in bare.adults:
            yield Region(Kind.NAME, Action.SHOWN, bare.hit.polygon, bare.hit.score, NAMED, pupil=number)


def _are_people(findings: Findings, quad: Polygon) -> bool:
    """Say whether what was taken for a line of text is people: a row of children was covered from head to foot."""
    corners = np.array(quad, np.float32)
    middles = ((face.box.x0 + face.box.x1, face.box.y0 + face.box.y1) for face in findings.faces if face.is_sure)
    return sum(cv2.pointPolygonTest(corners, (x / 2, y / 2), measureDist=False) > 0 for x, y in middles) >= _PEOPLE


def _plates(findings: Findings) -> Iterator[Region]:
    for quad, score in find_plates(findings.lines):
        yield Region(Kind.PLATE, Action.COVERED, quad, score, "reads like a number plate")


def _codes(findings: Findings) -> Iterator[Region]:
    for code in findings.codes:
        yield Region(
            Kind.CODE, Action.COVERED, code.quad, 1.0, "a code that a phone can read may be a login or hold a name"
        )
