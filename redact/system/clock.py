"""Moments as they are written down, UTC with three decimals ("2026-09-07T13:45:12.345Z"), and the days people live in.

What is stored is UTC; what ends with a day (a consent, an approval) ends with the school's own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo

#: The time now, with its zone; handed in, so that tests and the redaction have their own.
Now = Callable[[], datetime]


def system_now() -> datetime:
    """Return the time of this machine's clock."""
    return datetime.now(UTC)


def local_day(moment: datetime, zone: tzinfo) -> date:
    """Return the day that it is in `zone` at `moment` (with a zone of its own)."""
    return moment.astimezone(zone).date()


def moment_of(written_ns: int) -> datetime | None:
    """Return a file's time, nanoseconds since 1970; None for one that no calendar has: some file systems keep any."""
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=written_ns // 1000)
    except OverflowError:
        return None
    return moment if 1 < moment.year < 9999 else None  # a zone adds or takes hours


def day_of(written_ns: int) -> str | None:
    """Return the UTC day of a file's time: "2026-11-03"; None as `moment_of`."""
    moment = moment_of(written_ns)
    return None if moment is None else moment.date().isoformat()


def start_of_day(day: date, zone: tzinfo) -> datetime:
    """Return the first moment of a day in a zone."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """Return the last moment of a day in `zone`, to the millisecond in which moments are written down."""
    return datetime.combine(day, time(23, 59, 59, 999_000), zone)


def print_moment(moment: datetime) -> str:
    """Return `moment` (with a zone) as it is written down."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_moment(text: str) -> datetime:
    """Return the moment that `print_moment` wrote.

    Raises:
        ValueError: it is none; one without a zone says nothing.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment


def print_local(moment: datetime, zone: tzinfo) -> str:
    """Return `moment` as a person in `zone` reads it, to the minute: "22/11/2026 21:17"."""
    return f"{moment.astimezone(zone):%d/%m/%Y %H:%M}"


def print_local_day(moment: datetime, zone: tzinfo) -> str:
    """Return the day of `moment` as a person in `zone` reads it: "22/11/2026"."""
    return print_day(local_day(moment, zone))


def print_last_day(moment: datetime, zone: tzinfo) -> str:
    """Return the day that ends with `moment`, for a person in `zone`: "31/08/2027".

    Version 0.1.0 let approvals end with the day in UTC: what ends with that is of that day, and not of the next one, on
    which it ends in an English summer.
    """
    ends_in_utc = moment.astimezone(UTC).time() == time(23, 59, 59, 999_000)
    return print_local_day(moment, UTC if ends_in_utc else zone)


def print_day(day: date | str) -> str:
    """Return a day, also as it is written down ("2026-11-22"), as a person reads it: "22/11/2026"."""
    return f"{date.fromisoformat(day) if isinstance(day, str) else day:%d/%m/%Y}"


def utc_day(at: str) -> str:
    """Return the UTC day of a moment that `print_moment` wrote: "2026-11-03"; to sort and to file by."""
    return at[: len("2026-11-03")]
