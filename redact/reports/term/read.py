"""Gather a report: what happened in the period, what is open now, and who checked the audit log.  Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from statistics import median
from typing import TypeVar

from sqlalchemy import Connection

from redact.reports.log_checks import read_checks
from redact.reports.term.standing import read_standings
from redact.reports.term.values import Asked, SchoolFigures, TermReport, WeekCount
from redact.store.devices import read_devices
from redact.store.figures import period as figures
from redact.store.figures.period import IncidentCount, Period, PhotoCount, TakeDownCount
from redact.store.log.reader import read_edge
from redact.store.photos import State
from redact.store.photos.states import ReviewState
from redact.store.staff.duties import read_policies
from redact.system.clock import parse_moment, print_moment, start_of_day
from redact.workspace.open import Workspace
from redact.workspace.schools import NO_SCHOOL, place_name

TRUST = "The trust’s own"  # noqa: RUF001  what belongs to no school: a device of the central team
_STOPPED = frozenset({State.HELD.value, State.REFUSED.value, State.WANTED.value})
_HOUR_S = 3600.0
_Count = TypeVar("_Count", IncidentCount, TakeDownCount)


def read_term(workspace: Workspace, asked: Asked) -> TermReport:
    """Return the report of a period.

    Args:
        workspace: opened.
        asked: days, and schools.

    Raises:
        DatabaseFault: the database does not answer.
    """
    now, period = workspace.now(), _period(workspace, asked)
    with workspace.database.read() as connection:
        counts = _Counts(connection, period, print_moment(now))
        names = _names(connection, workspace, asked, counts.schools)
        standing_of = names if asked.schools is not None or NO_SCHOOL in names else {**names, NO_SCHOOL: TRUST}
        schools = tuple(counts.of(name, [school]) for school, name in names.items())
        return TermReport(
            place_name(workspace.settings.origin),
            asked,
            print_moment(now),
            tuple(replace(one, school=school) for one, school in zip(schools, names, strict=True)),
            counts.of("All", list(names)),
            read_standings(connection, workspace, standing_of, now),
            _weeks(counts.by_day, names, asked),
            read_checks(connection),
            next(((each.id, each.review_on) for each in read_policies(connection)), None),
            read_edge(connection).size,
            len(workspace.settings.checkpoint_mirrors),
        )


def _period(workspace: Workspace, asked: Asked) -> Period:
    zone = workspace.settings.zone
    ends = (asked.since, asked.until + timedelta(days=1))
    return Period(*(print_moment(start_of_day(day, zone)) for day in ends))


def _names(connection: Connection, workspace: Workspace, asked: Asked, counted: frozenset[str]) -> Mapping[str, str]:
    """Return the schools that the report has a column for, by id, and what people call each.

    Those of the settings, and any other that has a device or was counted; the trust's own only where it has.
    """
    known = workspace.settings.schools
    found = counted | {device.school for device in read_devices(connection)}
    if not known and found <= {NO_SCHOOL}:
        return {NO_SCHOOL: place_name(workspace.settings.origin)}
    every = {school: place_name(school) for school in (*known, *sorted(found - {NO_SCHOOL, *known}))}
    every |= {NO_SCHOOL: TRUST} if NO_SCHOOL in found else {}
    return {id_: name for id_, name in every.items() if asked.schools is None or id_ in asked.schools}


class _Counts:
    """All that was counted, each by one query, to be added up for one school or for all."""

    def __init__(self, connection: Connection, period: Period, now: str) -> None:
        self.photos = figures.count_photos(connection, period)
        self.by_day = figures.count_by_day(connection, period)
        self.added = figures.count_faces_added(connection, period)
        clearings = figures.list_clearings(connection, period)
        self.hours = {school: [_hours(*pair) for pair in pairs] for school, pairs in clearings.items()}
        self.posts = figures.count_posts(connection, period)
        self.take_downs = figures.count_take_downs(connection, period, now)
        self.incidents = figures.count_incidents(connection, period)

    @property
    def schools(self) -> frozenset[str]:
        """The schools of which anything was counted."""
        by_school = (self.added, self.hours, self.posts, self.take_downs, self.incidents)
        return frozenset(count.school for count in self.photos).union(*by_school)

    def of(self, name: str, schools: Sequence[str]) -> SchoolFigures:
        """Return the figures of these schools together."""
        counts = [count for count in self.photos if count.school in schools]
        hours = [one for school in schools for one in self.hours.get(school, ())]
        return SchoolFigures(
            NO_SCHOOL,
            name,
            _sum(counts, lambda count: count.photos),
            _sum(counts, lambda count: count.photos if count.review == ReviewState.FIT else 0),
            _sum(counts, lambda count: count.photos if count.state in _STOPPED else 0),
            _sum(counts, lambda count: count.faces_covered),
            _sum(counts, lambda count: count.faces_shown),
            sum(self.added[school] for school in schools),
            len(hours),
            median(hours) if hours else None,
            sum(self.posts[school] for school in schools),
            _add_up(TakeDownCount(), self.take_downs, schools),
            _add_up(IncidentCount(), self.incidents, schools),
        )


def _sum(counts: Iterable[PhotoCount], number_of: Callable[[PhotoCount], int]) -> int:
    return sum(map(number_of, counts))


def _add_up(nothing: _Count, counts: Mapping[str, _Count], schools: Iterable[str]) -> _Count:
    names = type(nothing).__slots__
    some = [counts[school] for school in schools if school in counts]
    return type(nothing)(*(sum(getattr(count, name) for count in some) for name in names))


def _hours(seen_at: str, cleared_at: str) -> float:
    return (parse_moment(cleared_at) - parse_moment(seen_at)).total_seconds() / _HOUR_S


def _weeks(by_day: Counter[tuple[str, str]], schools: Iterable[str], asked: Asked) -> tuple[WeekCount, ...]:
    """Return the photos of each seven days of the period, from its first day on."""
    wanted, weeks = frozenset(schools), Counter[int]()
    for (school, day), count in by_day.items():
        if school in wanted:  # a photo of the hour before midnight, in summer, is of the day before
            weeks[max(0, (date.fromisoformat(day) - asked.since).days) // 7] += count
    last = max(0, (asked.until - asked.since).days) // 7
    return tuple(WeekCount(asked.since + timedelta(days=7 * week), weeks[week]) for week in range(last + 1))


def term_of(day: date) -> tuple[date, date]:
    """Return the first and last day of the school term that a day lies in: autumn, spring or summer.

    The three thirds of an English school year as reports go by, from 1 September, 1 January and 1 April; the days of
    each school's own terms differ by weeks, and a report takes any two days.
    """
    starts = [date(day.year, month, 1) for month in (1, 4, 9)]
    start = max(first for first in starts if first <= day)
    after = [*(first for first in starts if first > day), date(day.year + 1, 1, 1)][0]
    return start, after - timedelta(days=1)
