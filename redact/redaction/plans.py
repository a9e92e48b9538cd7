"""A plan as the database keeps it: JSON of its regions, without any name; and back; and placed on a copy."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from redact.redaction.values import DISMISSED, FOUND_AGAIN, Action, Box, Kind, Polygon, Region


def print_plan(regions: Sequence[Region]) -> str:
    """Return the regions as JSON; a shown pupil stands there by UPN."""
    return json.dumps([_region(region) for region in regions])


def parse_plan(text: str | None) -> tuple[Region, ...]:
    """Return the regions that `print_plan` wrote, of earlier versions too; none of None."""
    return tuple(_parse(each) for each in json.loads(text or "[]"))


#: What `print_polygons` writes where there is no place.
NO_POLYGONS: Final = "[]"


def print_polygons(polygons: Sequence[Polygon]) -> str:
    """Return places as JSON, to a tenth of a pixel."""
    return json.dumps([rounded(polygon) for polygon in polygons])


def parse_polygons(text: str | None) -> tuple[Polygon, ...]:
    """Return the places that `print_polygons` wrote; none of None."""
    return tuple(tuple((float(x), float(y)) for x, y in polygon) for polygon in json.loads(text or "[]"))


def print_box(box: Box | None) -> str | None:
    """Return a box as JSON; None of None."""
    return None if box is None else json.dumps([box.x0, box.y0, box.x1, box.y1])


def parse_box(text: str | None) -> Box | None:
    """Return the box that `print_box` wrote; None of None."""
    return None if text is None else Box(*map(float, json.loads(text)))


def moved(polygon: Polygon, size: tuple[int, int], shows: Box) -> Polygon:
    """Return a source's `polygon` in a picture of `size` that shows the part `shows` of the source."""
    kx, ky = size[0] / shows.width, size[1] / shows.height
    return tuple(((x - shows.x0) * kx, (y - shows.y0) * ky) for x, y in polygon)


def whole_of(size: tuple[int, int]) -> Box:
    """Return the box of a whole picture of (width, height)."""
    return Box(0.0, 0.0, *map(float, size))


def rounded(polygon: Polygon) -> Polygon:
    """Return a place to a tenth of a pixel, as a plan is written: two that are written alike are the same."""
    return tuple((round(x, 1), round(y, 1)) for x, y in polygon)


def _region(region: Region) -> dict[str, object]:
    face = region.face
    return {
        "kind": region.kind.value,
        "action": region.action.value,
        "polygon": rounded(region.polygon),
        "score": round(region.score, 3),
        "reason": region.reason,
        **({"face": [round(edge, 1) for edge in (face.x0, face.y0, face.x1, face.y1)]} if face else {}),
        **({"pupil": region.pupil} if region.pupil else {}),
        **({"suggested": list(region.suggested)} if region.suggested else {}),
        **({"by_hand": True} if region.is_by_hand else {}),
        **({"found_again": True} if region.is_found_again else {}),
        **({"dismissed": True} if region.is_dismissed else {}),
    }


def _parse(each: Mapping[str, Any]) -> Region:
    face, reason = each.get("face"), str(each["reason"])
    return Region(
        Kind(each["kind"]),
        Action(each["action"]),
        tuple((float(x), float(y)) for x, y in each["polygon"]),
        float(each["score"]),
        reason,
        None if face is None or face[0] >= face[2] or face[1] >= face[3] else Box(*map(float, face)),
        str(each.get("pupil", "")),
        tuple(each.get("suggested", ())),
        bool(each.get("by_hand", False)),
        bool(each.get("found_again", reason.startswith(FOUND_AGAIN))),  # 0.1.0 wrote the sentence only
        bool(each.get("dismissed", reason == DISMISSED)),  # likewise
    )
