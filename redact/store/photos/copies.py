"""What the row of a photo says of its copy: everything that places outlines on it, and that draws it again."""

from __future__ import annotations

import json

from redact.redaction.answers.values import asks_about
from redact.redaction.plans import print_box, print_plan, print_polygons, whole_of
from redact.redaction.values import Action, Kind, Outcome
from redact.store.photos.states import ReviewState


def copy_columns(outcome: Outcome) -> dict[str, object]:
    """Return the columns of a photo whose copy was made; another copy is not reviewed yet."""
    (source_width, source_height), (width, height) = (
        outcome.source_size or (None, None),
        outcome.output_size or (None, None),
    )
    faces = [region for region in outcome.regions if region.kind is Kind.FACE]
    return {
        "plan": print_plan(outcome.regions),
        "asks": bool(asks_about(outcome.regions, outcome.shows, {Action.ASK, Action.MAYBE})),
        "faces_covered": sum(face.is_covered for face in faces),
        "faces_shown": sum(face.action is Action.SHOWN and not face.is_nobody for face in faces),
        "source_width_px": source_width,
        "source_height_px": source_height,
        "width_px": width,
        "height_px": height,
        "judged": print_polygons(outcome.judged),
        "shows": print_box(outcome.shows),
        "style": None if outcome.style is None else outcome.style.value,
        "made_from": None,
        "review": ReviewState.OPEN.value,
        "reviewed_at": None,
        "for_use_at": None,  # what lies there is not this copy
        "covered_share": outcome.covered_share if _is_whole(outcome) else None,
        "names_known": True,  # whoever makes a copy reads it, or takes up one again that was read
        "crop": None if outcome.crop is None or not _is_whole(outcome) else json.dumps(outcome.crop),
    }


def _is_whole(outcome: Outcome) -> bool:
    """Say whether the copy shows all of its source: of a part that was chosen nobody need be told to crop."""
    size = outcome.source_size
    return size is None or outcome.shows is None or outcome.shows == whole_of(size)
