"""Stored moments are UTC; a day is the school's."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.system.clock import end_of_day, local_day, parse_moment, print_moment

LONDON, NEW_YORK, TONGA = (ZoneInfo(name) for name in ("Europe/London", "America/New_York", "Pacific/Tongatapu"))


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        ("2026-06-30T22:59:59.999Z", LONDON, date(2026, 6, 30)),
        ("2026-06-30T23:00:00.000Z", LONDON, date(2026, 7, 1)),  # British summer time is an hour ahead
        ("2026-12-31T23:59:59.999Z", LONDON, date(2026, 12, 31)),
        ("2026-12-31T23:30:00.000Z", NEW_YORK, date(2026, 12, 31)),
        ("2027-01-01T04:59:59.999Z", NEW_YORK, date(2026, 12, 31)),
        ("2026-12-31T11:00:00.000Z", TONGA, date(2027, 1, 1)),
    ],
)
def test_the_day_is_the_one_that_the_school_has(moment: str, zone: ZoneInfo, day: date) -> None:
    assert local_day(parse_moment(moment), zone) == day


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from([LONDON, NEW_YORK, TONGA]))
def test_a_day_ends_a_millisecond_before_the_next_one(day: date, zone: ZoneInfo) -> None:
    """Also on the two days a year that have 23 and 25 hours."""
    last = parse_moment(print_moment(end_of_day(day, zone)))
    assert local_day(last, zone) == day
    assert local_day(datetime.fromtimestamp(last.timestamp() + 0.001, UTC), zone) > day
