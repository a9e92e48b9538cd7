"""What came, went and happened in a period: photos, files on devices, posts, take-downs, incidents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from redact.redaction.values import Kind
from redact.store.reviewing.answers import ASKED, Act
from redact.store.schema.tables import answers, device_files, devices, photos
from redact.store.schema.tables.of_posts import incidents, posts, take_downs


@dataclass(frozen=True, slots=True)
class Period:
    """From the moment `since`, up to the moment `until`, which is not in it; both as they are written down."""

    since: str
    until: str

    def has(self, column: ColumnElement[str]) -> ColumnElement[bool]:
        """Return that a moment lies in it."""
        return and_(column >= self.since, column < self.until)


@dataclass(frozen=True, slots=True)
class PhotoCount:
    """Photos that came in in the period and stand alike now."""

    school: str
    state: str  # redact.store.photos.State
    review: str  # open | fit | unfit
    photos: int
    faces_covered: int  # by hand ones too
    faces_shown: int


@dataclass(frozen=True, slots=True)
class TakeDownCount:
    """Take-downs that were opened in the period, by how they stand."""

    in_time: int = 0
    late: int = 0  # done, after the deadline
    open: int = 0  # not done, and the deadline is to come
    overdue: int = 0  # not done, and the deadline has passed


@dataclass(frozen=True, slots=True)
class IncidentCount:
    """Incidents that were opened in the period."""

    opened: int = 0
    breaches: int = 0  # of personal data
    notified: int = 0  # ... of which the Information Commissioner was told


def count_photos(connection: Connection, period: Period) -> tuple[PhotoCount, ...]:
    """Return the photos that came in, by school, state and review."""
    alike = (photos.c.school, photos.c.state, photos.c.review)
    sums = (func.count(), func.sum(photos.c.faces_covered), func.sum(photos.c.faces_shown))
    query = select(*alike, *sums).where(period.has(photos.c.arrived_at)).group_by(*alike)
    return tuple(PhotoCount(*row) for row in connection.execute(query))


def count_by_day(connection: Connection, period: Period) -> Counter[tuple[str, str]]:
    """Return how many photos came in, by school and day ("2026-09-07", UTC)."""
    day = func.substr(photos.c.arrived_at, 1, 10).label("on_day")
    query = select(photos.c.school, day, func.count()).where(period.has(photos.c.arrived_at))
    query = query.group_by(photos.c.school, "on_day")  # by its name: PostgreSQL takes two texts of one term for two
    return Counter({(school, on): count for school, on, count in connection.execute(query)})


def count_faces_added(connection: Connection, period: Period) -> Counter[str]:
    """Return how many faces people covered by hand, and did not take back, on photos that came in, by school.

    What the program had asked about it had not missed.
    """
    query = (
        select(photos.c.school, func.count())
        .select_from(answers)
        .join(photos, photos.c.sha256 == answers.c.photo)
        .where(answers.c.act == Act.COVER.value, answers.c.kind == Kind.FACE.value, answers.c.undone_at.is_(None))
        .where(answers.c.word != ASKED, period.has(photos.c.arrived_at))
        .group_by(photos.c.school)
    )
    return Counter({school: count for school, count in connection.execute(query)})  # noqa: C416  rows are no pairs


def list_clearings(connection: Connection, period: Period) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Return when each file that was cleared in the period was first seen and was cleared, by school."""
    query = (
        select(devices.c.school, device_files.c.seen_at, device_files.c.cleared_at)
        .select_from(device_files)
        .join(devices, devices.c.id == device_files.c.device)
        .where(device_files.c.cleared_at.is_not(None), period.has(device_files.c.cleared_at))
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for school, seen_at, cleared_at in connection.execute(query):
        found.setdefault(school, []).append((seen_at, cleared_at))
    return found


def count_posts(connection: Connection, period: Period) -> Counter[str]:
    """Return how many posts went out, by school; those that were taken down since too."""
    query = select(posts.c.school, func.count()).where(posts.c.posted_at.is_not(None), period.has(posts.c.posted_at))
    rows = connection.execute(query.group_by(posts.c.school))
    return Counter({school: count for school, count in rows})  # noqa: C416  rows are no pairs


def count_take_downs(connection: Connection, period: Period, now: str) -> Mapping[str, TakeDownCount]:
    """Return the take-downs that were opened in the period, by school, as they stand at the moment `now`."""
    is_done, due_at = take_downs.c.closed_at.is_not(None), take_downs.c.due_at
    ways = (
        and_(is_done, take_downs.c.closed_at <= due_at),
        and_(is_done, take_downs.c.closed_at > due_at),
        and_(~is_done, due_at >= now),
        and_(~is_done, due_at < now),
    )
    query = (
        select(posts.c.school, *(_number_of(way) for way in ways))
        .select_from(take_downs)
        .join(posts, posts.c.id == take_downs.c.post)
        .where(period.has(take_downs.c.opened_at))
        .group_by(posts.c.school)
    )
    return {school: TakeDownCount(*counts) for school, *counts in connection.execute(query)}


def count_incidents(connection: Connection, period: Period) -> Mapping[str, IncidentCount]:
    """Return the incidents that were opened in the period, by school."""
    is_told = and_(incidents.c.is_breach, incidents.c.notice == "told")
    sums = (func.count(), _number_of(incidents.c.is_breach), _number_of(is_told))
    query = select(incidents.c.school, *sums).where(period.has(incidents.c.opened_at)).group_by(incidents.c.school)
    return {school: IncidentCount(*counts) for school, *counts in connection.execute(query)}


def _number_of(way: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((way, 1), else_=0))
