"""Whether a copy hides what a former one showed: more covers and cut edges do, another style or a lift does not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.redaction.answers.hidden import hides_more
from redact.redaction.plans import whole_of
from redact.redaction.values import Action, Box, Kind, Outcome, Region, Status, Style

SIZE = (400, 300)
WHOLE = whole_of(SIZE)
FACE = Region(Kind.FACE, Action.COVERED, Box(100, 80, 140, 130).polygon, 0.9, "no consent")
OTHER = Region(Kind.FACE, Action.COVERED, Box(220, 60, 256, 106).polygon, 0.9, "no consent")
BARE = replace(FACE, action=Action.SHOWN, pupil="A1")


def drawn(*regions: Region, shows: Box | None = None, style: Style = Style.BLUR) -> Outcome:
    return Outcome(Status.REDACTED, source_size=SIZE, regions=regions, shows=shows, style=style)


@pytest.mark.parametrize(
    ("former", "now", "is_more"),
    [
        ((FACE,), drawn(FACE), False),
        ((FACE,), drawn(FACE, style=Style.SOLID), False),
        ((FACE,), drawn(FACE, OTHER), True),
        ((), drawn(FACE), True),
        ((BARE,), drawn(FACE), True),
        ((replace(FACE, action=Action.MAYBE),), drawn(FACE), True),
        ((FACE,), drawn(BARE), False),
        ((FACE, OTHER), drawn(FACE), False),
        ((FACE,), drawn(replace(FACE, action=Action.ASK)), False),
        ((BARE,), drawn(replace(FACE, action=Action.ASK)), True),  # what asks is covered until somebody answers
        ((FACE,), drawn(replace(FACE, polygon=Box(102, 82, 141, 131).polygon)), False),  # found again, a little aside
        ((FACE,), drawn(FACE, replace(OTHER, polygon=Box(105, 85, 120, 100).polygon)), False),  # under the same cover
    ],
)
def test_covers(former: tuple[Region, ...], now: Outcome, is_more: bool) -> None:
    assert hides_more(former, WHOLE, now) is is_more


@pytest.mark.parametrize(
    ("before", "after", "is_more"),
    [
        (WHOLE, WHOLE, False),
        (WHOLE, Box(0, 0, 390, 300), True),
        (Box(0, 0, 390, 300), WHOLE, False),
        (WHOLE, Box(0, 0, 399, 299), False),
        (None, WHOLE, False),
        (Box(0, 0, 200, 200), Box(100, 0, 300, 200), True),
    ],
)
def test_crops(before: Box | None, after: Box, is_more: bool) -> None:
    assert hides_more((FACE,), before, drawn(FACE, shows=after)) is is_more


def test_what_is_covered_where_the_former_copy_did_not_reach_hides_nothing_of_it() -> None:
    part = Box(0, 0, 200, 300)
    assert not hides_more((FACE,), part, drawn(FACE, OTHER, shows=part))


places = st.builds(
    lambda x, y, w, h: Box(x, y, x + w, y + h),
    *(st.floats(0, 200), st.floats(0, 150), st.floats(5, 100), st.floats(5, 100)),
)


@given(st.lists(places, max_size=5), places)
def test_a_cover_apart_from_all_others_always_counts_and_its_lift_never(there: list[Box], fresh: Box) -> None:
    former = [replace(FACE, polygon=box.polygon) for box in there if box.overlap(fresh) == 0]
    more = replace(FACE, polygon=fresh.polygon)
    assert hides_more(former, WHOLE, drawn(*former, more))
    assert not hides_more([*former, more], WHOLE, drawn(*former))
