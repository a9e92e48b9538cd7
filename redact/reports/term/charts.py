"""Geometry of the charts: columns and bars as numbers, which the template draws as SVG without any style in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from redact.reports.term.values import SchoolFigures, TermReport
from redact.reports.term.words import format_hours, format_rate
from redact.system.clock import print_day

WIDTH: Final = 640  # of a chart, units of its viewBox; on A4 between margins about 0.28 mm each
_COLUMNS_HIGH: Final = 140
_BAR_WIDE: Final = 400  # the longest
_MOST_LABELS: Final = 12  # under the columns: more would touch each other


@dataclass(frozen=True, slots=True)
class Column:
    """One column, standing on the line at `bottom`."""

    x: float
    width: float
    y: float
    height: float
    label: str  # under it; "" for none
    text: str  # for a pointer that rests on it


@dataclass(frozen=True, slots=True)
class Columns:
    """A chart of columns."""

    columns: tuple[Column, ...]
    top: str  # the greatest number, at the upper line
    bottom: float = float(_COLUMNS_HIGH + 16)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart that lies; `text` stands behind it."""

    y: float
    width: float
    label: str
    text: str


def draw_weeks(report: TermReport) -> Columns | None:
    """Return the photos of each week as columns; None where none came in."""
    most = max((week.photos for week in report.weeks), default=0)
    if not most:
        return None
    step, every = WIDTH / len(report.weeks), -(-len(report.weeks) // _MOST_LABELS)
    return Columns(
        tuple(
            Column(
                round(number * step + step * 0.15, 1),
                round(step * 0.7, 1),
                round(16 + _COLUMNS_HIGH * (1 - week.photos / most), 1),
                round(_COLUMNS_HIGH * week.photos / most, 1),
                f"{week.start:%d/%m}" if number % every == 0 else "",
                f"Week of {print_day(week.start)}: {week.photos:,}",
            )
            for number, week in enumerate(report.weeks)
        ),
        f"{most:,}",
    )


def draw_missed(schools: Sequence[SchoolFigures]) -> tuple[Bar, ...]:
    """Return missed faces of 1,000 covered, a bar for each school where any was covered."""
    return _bars([(one.name, one.missed_per_thousand, format_rate(one)) for one in schools])


def draw_hours(schools: Sequence[SchoolFigures]) -> tuple[Bar, ...]:
    """Return the median hours until a device was cleared, a bar for each school where any was."""
    return _bars([(one.name, one.median_hours, format_hours(one.median_hours)) for one in schools])


def _bars(values: Sequence[tuple[str, float | None, str]]) -> tuple[Bar, ...]:
    known = [(name, value, text) for name, value, text in values if value is not None]
    most = max((value for _, value, _ in known), default=0.0) or 1.0
    return tuple(
        Bar(number * 44.0, round(_BAR_WIDE * value / most, 1), name, text)
        for number, (name, value, text) in enumerate(known)
    )
