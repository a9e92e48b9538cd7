"""Stored moments are UTC; a day is the school's."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.system.clock import (
    day_of,
    end_of_day,
    local_day,
    moment_of,
    parse_moment,
    print_last_day,
    print_local,
    print_local_day,
    print_moment,
)

LONDON, NEW_YORK, TONGA = (ZoneInfo(name) for name in ("Europe/London", "America/New_York", "Pacific/Tongatapu"))


def test_an_approval_of_version_0_1_0_ends_with_the_day_that_was_given() -> None:
    """It ends with the day in UTC, which in an English summer is the next day already."""
    assert print_last_day(parse_moment("2027-08-31T23:59:59.999Z"), LONDON) == "31/08/2027"


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
    assert local_day(last, zone) == day and print_last_day(last, zone) == f"{day:%d/%m/%Y}"
    assert local_day(datetime.fromtimestamp(last.timestamp() + 0.001, UTC), zone) > day


@pytest.mark.parametrize(
    ("moment", "local"),
    [
        ("2026-11-22T21:17:03.250Z", "22/11/2026 21:17"),
        ("2026-07-22T21:17:03.250Z", "22/07/2026 22:17"),
        ("2026-07-22T23:17:00.000Z", "23/07/2026 00:17"),
        ("2026-10-25T00:59:59.999Z", "25/10/2026 01:59"),  # summer time ends in the next second
        ("2026-10-25T01:00:00.000Z", "25/10/2026 01:00"),
    ],
)
def test_a_moment_is_printed_as_the_clock_on_the_wall_shows_it(moment: str, local: str) -> None:
    assert print_local(parse_moment(moment), LONDON) == local
    assert print_local_day(parse_moment(moment), LONDON) == local[:10]


def test_another_zone_is_another_wall() -> None:
    moment = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert print_local(moment, ZoneInfo("Europe/Berlin")) == "23/11/2026 00:30"


def test_what_is_written_down_stays_utc() -> None:
    assert print_moment(datetime(2026, 7, 22, 22, 17, tzinfo=LONDON)) == "2026-07-22T21:17:00.000Z"


@pytest.mark.parametrize("written_s", [300_000_000_000, -70_000_000_000, 2**63 - 1, -(2**63)])
def test_a_file_s_time_that_no_calendar_has_is_no_day(written_s: int) -> None:
    assert moment_of(written_s * 10**9) is None and day_of(written_s * 10**9) is None


def test_a_file_s_time_is_a_day() -> None:
    assert day_of(1_793_706_123_456_789_012) == "2026-11-03"
