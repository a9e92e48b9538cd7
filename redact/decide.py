"""Decide what is covered: a pure function of what was found, the roll and the policy."""

from __future__ import annotations

from collections.abc import Iterator

from redact.geometry import clip
from redact.heads import head_of
from redact.names import find_names
from redact.plates import find_plates
from redact.roll import Roll
from redact.values import Action, Findings, Kind, Plan, Region


def decide(findings: Findings, roll: Roll | None, size: tuple[int, int]) -> Plan:
    """Return what to cover on a picture of (width, height), each region with its reason.

    What lies wholly outside the picture is left out; the rest is clipped to it.
    """
    regions = (*_faces(findings), *_names(findings, roll, max(size)), *_plates(findings), *_codes(findings))
    return Plan(tuple(inside for region in regions if (inside := _inside(region, size))))


def _inside(region: Region, size: tuple[int, int]) -> Region | None:
    polygon = clip(region.polygon, size)
    return None if polygon is None else Region(region.kind, region.action, polygon, region.score, region.reason)


def _faces(findings: Findings) -> Iterator[Region]:
    for face in findings.faces:
        yield Region(Kind.FACE, Action.COVERED, head_of(face), face.score, "no consent on record for this face")


def _names(findings: Findings, roll: Roll | None, side_px: int) -> Iterator[Region]:
    for hit in find_names(findings.lines, roll, side_px):
        kind, action = (Kind.NAME, Action.COVERED) if hit.is_certain else (Kind.TEXT, Action.ASK)
        yield Region(kind, action, hit.polygon, hit.score, hit.reason)


def _plates(findings: Findings) -> Iterator[Region]:
    for quad, score in find_plates(findings.lines):
        yield Region(Kind.PLATE, Action.COVERED, quad, score, "reads like a number plate")


def _codes(findings: Findings) -> Iterator[Region]:
    for code in findings.codes:
        yield Region(
            Kind.CODE, Action.COVERED, code.quad, 1.0, "a code that a phone can read may be a login or hold a name"
        )
