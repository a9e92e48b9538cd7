"""Which copy a redraw begins from, and what is in it already.

It is the copy that was made from the original, as long as that is kept; then a redraw is two generations of JPEG from
the original however many there were, and what was added since can be taken back.
"""

from __future__ import annotations

from sqlalchemy import Connection

from redact.redaction.answers.apply import taken_back
from redact.redaction.answers.values import Answers, is_hand_cover
from redact.redaction.plans import rounded, whole_of
from redact.redaction.shapes.clip import clip
from redact.redaction.values import Action, Polygon, Style
from redact.store.reviewing.answers import Act, PhotoAnswer
from redact.store.reviewing.versions import Version, read_former


def base_of(connection: Connection, copy: Version) -> Version:
    """Return the copy that a redraw of `copy` begins from; itself where there is no other."""
    former = {each.output: each for each in read_former(connection, copy.photo)}
    return former.get(copy.made_from or "", copy)


def is_drawn_in(base: Version, answer: PhotoAnswer) -> bool:
    """Say whether a copy has something in it that could only be undone with the original."""
    match answer.act:
        case Act.COVER:
            return _has_cover(base, answer.polygon)
        case Act.CROP:
            return base.shows is not None and (base.source_size is None or base.shows != whole_of(base.source_size))
        case _:
            return False


def is_as_it_is(base: Version, answers: Answers, usual: Style) -> bool:
    """Say whether a copy is already what people said of it, so that nothing has to be drawn on it."""
    if any(not _has_cover(base, cover.polygon) for cover in answers.covers):
        return False
    if base.style is not (answers.style or usual):
        return False
    if answers.crop is not None and base.part != answers.crop:
        return False
    kept = taken_back(base.plan, answers)
    return all(old.action is new.action or new.action is Action.MAYBE for old, new in zip(base.plan, kept, strict=True))


def _has_cover(base: Version, polygon: Polygon) -> bool:
    inside = None if base.source_size is None else clip(polygon, base.source_size)
    wanted = {rounded(each) for each in (polygon, inside) if each is not None}
    return any(is_hand_cover(region) and rounded(region.polygon) in wanted for region in base.plan)
