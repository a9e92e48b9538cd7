"""Does another copy of a photo hide something that the former one showed?  Pure.

Threat: a copy is posted, somebody finds a bare face on it and covers it, and the picture stays where it was posted.
Rule: a place that is covered now and was not, or a part of the photo that is cropped away now, counts.  Another style
of the same covers, and a cover that is lifted, do not.
Accepted residue: a cover that only grows by less than half counts as the same one; a larger one that is drawn by
hand counts by itself (redact/posts/redraw.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from models.findings import bounds
from redact.redaction.answers.apply import is_same
from redact.redaction.plans import whole_of
from redact.redaction.values import Box, Outcome, Region

_SLACK_PX: Final = 2.0  # source pixels by which a crop may differ and be the same: the copy's own rounding; a choice
_INSIDE: Final = 0.95  # share of a place under one former cover from which it was hidden already; a choice


def hides_more(former: Sequence[Region], part: Box | None, outcome: Outcome) -> bool:
    """Return whether a copy hides what a former one showed.

    Args:
        former: the plan of the former copy, source pixels.
        part: the part of the source that it shows; None: not known.
        outcome: of the redaction that made the new one.
    """
    if _is_cut(part, _part_of(outcome)):
        return True
    covers = [region for region in former if region.is_covered]
    fresh = (region for region in outcome.regions if region.is_covered and _is_on(region, part))
    return any(not _was_hidden(region, covers) for region in fresh)


def _part_of(outcome: Outcome) -> Box | None:
    return outcome.shows or (None if outcome.source_size is None else whole_of(outcome.source_size))


def _is_cut(former: Box | None, now: Box | None) -> bool:
    if now is None or former is None:
        return False  # an early version wrote no sizes: only the covers are compared
    return (
        now.x0 > former.x0 + _SLACK_PX
        or now.y0 > former.y0 + _SLACK_PX
        or now.x1 < former.x1 - _SLACK_PX
        or now.y1 < former.y1 - _SLACK_PX
    )


def _is_on(region: Region, part: Box | None) -> bool:
    return part is None or bounds(region.polygon).overlap(part) > 0


def _was_hidden(region: Region, covers: Sequence[Region]) -> bool:
    place = bounds(region.polygon)
    return any(
        is_same(cover, region.polygon) or place.overlap(bounds(cover.polygon)) >= _INSIDE * place.area
        for cover in covers
    )
