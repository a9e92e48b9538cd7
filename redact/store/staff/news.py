"""The only SQL for messages on posts, take-downs and incidents: numbers, states and days; no word that staff wrote."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from redact.store.posts.values import PostState
from redact.store.schema.tables.of_posts import incidents, posts, take_downs


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post that waits, or that came back to its author."""

    id: int
    school: str
    author: str  # tag
    content: str | None
    edition: int
    cause: str | None
    back_at: str | None
    is_proposed: bool


@dataclass(frozen=True, slots=True)
class TakeDownRow:
    """A take-down that is not done."""

    id: int
    school: str
    due_at: str


def list_waiting_posts(connection: Connection) -> tuple[PostRow, ...]:
    """Return the posts that wait for approval, and the drafts that were sent back."""
    is_back = (posts.c.state == PostState.DRAFT.value) & posts.c.cause.is_not(None)
    query = select(posts).where((posts.c.state == PostState.PROPOSED.value) | is_back).order_by(posts.c.id)
    return tuple(
        PostRow(
            row.id,
            row.school,
            row.author,
            row.content,
            row.edition,
            row.cause,
            row.back_at,
            row.state == PostState.PROPOSED,
        )
        for row in connection.execute(query)
    )


def list_open_take_downs(connection: Connection) -> tuple[TakeDownRow, ...]:
    """Return the take-downs that are not done, by number."""
    query = select(take_downs.c.id, posts.c.school, take_downs.c.due_at).join_from(take_downs, posts)
    rows = connection.execute(query.where(take_downs.c.closed_at.is_(None)).order_by(take_downs.c.id))
    return tuple(TakeDownRow(*row) for row in rows)


def count_posts(connection: Connection, state: str) -> dict[str, int]:
    """Return how many posts have a state, by school."""
    query = select(posts.c.school, func.count()).where(posts.c.state == state).group_by(posts.c.school)
    return {str(row[0]): int(row[1]) for row in connection.execute(query)}


def count_run_out(connection: Connection, cause: str, since: str) -> dict[str, int]:
    """Return how many posts became drafts again for a cause since a moment, and are drafts still, by school."""
    where = posts.c.state == PostState.DRAFT.value, posts.c.cause == cause, posts.c.back_at >= since
    query = select(posts.c.school, func.count()).where(*where).group_by(posts.c.school)
    return {str(row[0]): int(row[1]) for row in connection.execute(query)}


def count_open_incidents(connection: Connection) -> dict[str, int]:
    """Return how many incidents are not closed, by school."""
    query = select(incidents.c.school, func.count()).where(incidents.c.closed_at.is_(None))
    return {str(row[0]): int(row[1]) for row in connection.execute(query.group_by(incidents.c.school))}
