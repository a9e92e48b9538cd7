"""What is open at this moment, by school: whatever waits for a person, is overdue, or was left as it is."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Connection, Select, and_, func, not_, or_, select

from redact.store.photos import FileState, State
from redact.store.photos.states import ReviewState
from redact.store.posts.incidents import IncidentState
from redact.store.posts.sites import SiteState
from redact.store.posts.values import PostState
from redact.store.posts.voids import Cause
from redact.store.schema.tables import IS_STORED_BY_ROW, device_files, devices, left_items, photos, shown
from redact.store.schema.tables.of_posts import incidents, posts, sites, take_downs

_UNKNOWN_DEVICE = ""  # what lies in a folder of no device is no school's


def count_unreviewed(connection: Connection) -> Counter[str]:
    """Return the stored copies that nobody has looked at.

    All are counted by the index alone, and the few that are recalled taken off: nearly every photo is one of these.
    """
    is_open = and_(photos.c.state == State.STORED.value, photos.c.review == ReviewState.OPEN.value)
    recalled = select(shown.c.photo).where(shown.c.recalled_at.is_not(None))
    among = and_(IS_STORED_BY_ROW, photos.c.review == ReviewState.OPEN.value, photos.c.sha256.in_(recalled))
    every, not_wanted = (_counter(connection, _by_school(photos.c.school).where(which)) for which in (is_open, among))
    return every - not_wanted


def count_recalled(connection: Connection, since: str, *, is_overdue: bool) -> Counter[str]:
    """Return the recalled copies that nobody has seen to: those recalled since a moment, or those from before it."""
    before = select(shown.c.photo).where(shown.c.recalled_at < since)
    recalled = select(shown.c.photo).where(shown.c.recalled_at >= since, shown.c.photo.not_in(before))
    return _counter(
        connection, _by_school(photos.c.school).where(photos.c.sha256.in_(before if is_overdue else recalled))
    )


def count_stopped(connection: Connection) -> Counter[str]:
    """Return the photos without a copy that only a person can bring on: held, refused, or wanted again."""
    states = [State.HELD.value, State.REFUSED.value, State.WANTED.value]
    return _counter(connection, _by_school(photos.c.school).where(photos.c.state.in_(states)))


def count_failed_deletions(connection: Connection) -> Counter[str]:
    """Return the files whose deletion failed, was not ended, or of which nobody could look."""
    states = [FileState.KEPT.value, FileState.OPENED.value, FileState.UNKNOWN.value]
    query = _by_school(devices.c.school).select_from(device_files).join(devices, devices.c.id == device_files.c.device)
    return _counter(connection, query.where(device_files.c.state.in_(states)))


def list_untouched(connection: Connection) -> tuple[tuple[str, str, str, int], ...]:
    """Return (school, device, why, files) of what lies on devices and this program leaves alone."""
    school = func.coalesce(devices.c.school, _UNKNOWN_DEVICE).label("of_school")
    query = (
        select(school, left_items.c.device, left_items.c.why, func.sum(left_items.c.files))
        .select_from(left_items)
        .join(devices, devices.c.id == left_items.c.device, isouter=True)
        .where(left_items.c.resolved_at.is_(None))
        .group_by("of_school", left_items.c.device, left_items.c.why)
        .order_by(left_items.c.device, left_items.c.why)
    )
    return tuple((row[0], row[1], row[2], int(row[3])) for row in connection.execute(query))


def count_waiting_posts(connection: Connection) -> Counter[str]:
    """Return the posts that wait for an approver, or were approved and are not out."""
    states = [PostState.PROPOSED.value, PostState.APPROVED.value, PostState.RELEASED.value]
    return _counter(connection, _by_school(posts.c.school).where(posts.c.state.in_(states)))


def count_lapsed_approvals(connection: Connection, now: str) -> Counter[str]:
    """Return the posts whose approval ended before they were out: drafts since, once the clock was looked at."""
    is_over = and_(posts.c.state.in_([PostState.APPROVED.value, PostState.RELEASED.value]), posts.c.until < now)
    is_draft = and_(posts.c.state == PostState.DRAFT.value, posts.c.cause == Cause.EXPIRED.value)
    is_over = or_(is_over, is_draft)
    return _counter(connection, _by_school(posts.c.school).where(is_over))


def count_lapsed_sites(connection: Connection, now: str) -> Counter[str]:
    """Return the sites whose approval has ended: due diligence is due again."""
    is_over = and_(sites.c.state == SiteState.APPROVED.value, sites.c.until < now)
    return _counter(connection, _by_school(sites.c.school).where(is_over))


def count_open_take_downs(connection: Connection, now: str, *, is_overdue: bool) -> Counter[str]:
    """Return the take-downs that are not done: those in time, or those whose deadline has passed."""
    due = take_downs.c.due_at < now if is_overdue else take_downs.c.due_at >= now
    query = _by_school(posts.c.school).select_from(take_downs).join(posts, posts.c.id == take_downs.c.post)
    return _counter(connection, query.where(take_downs.c.closed_at.is_(None), due))


def count_open_incidents(connection: Connection, since: str, *, is_overdue: bool) -> Counter[str]:
    """Return the incidents that are not closed, whenever they happened.

    Args:
        connection: of the workspace's database.
        since: a breach that the trust learnt of before this moment should have been told to the Commissioner.
        is_overdue: those breaches of which nobody says whether it was, or all the others.
    """
    late = and_(incidents.c.is_breach, incidents.c.notice.is_(None), incidents.c.aware_at < since)
    which = late if is_overdue else not_(late)
    return _counter(
        connection, _by_school(incidents.c.school).where(incidents.c.state != IncidentState.CLOSED.value, which)
    )


def _by_school(school: Any) -> Select[Any]:
    return select(school, func.count()).group_by(school)


def _counter(connection: Connection, query: Select[Any]) -> Counter[str]:
    return Counter({school: count for school, count in connection.execute(query)})  # noqa: C416  rows are no pairs
