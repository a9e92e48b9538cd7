"""Moments as they are written down: UTC with three decimals, "2026-09-07T13:45:12.345Z"."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

#: The time now, with its zone; handed in, so that tests and the redaction have their own.
Now = Callable[[], datetime]


def print_moment(moment: datetime) -> str:
    """Return `moment` (with a zone) as it is written down."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_moment(text: str) -> datetime:
    """Return the moment that `print_moment` wrote.

    Raises:
        ValueError: it is none.
    """
    return datetime.fromisoformat(text)
