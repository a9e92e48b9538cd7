"""Files that are to leave an outbox and may still lie there: what people are told until the machine has said so.

Where several machines share a database each has an outbox of its own; one says that a post is a draft again, or that
its day is over, at once, and the other takes the files out at its next look, within half a minute.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from redact.store.machines import host_of
from redact.store.posts.values import Post, PostState
from redact.system.clock import parse_moment, print_local, print_moment
from redact.workspace.open import Workspace


@dataclass(frozen=True, slots=True)
class Leaving:
    """Files of a post that are being taken out of an outbox."""

    since: str  # moment from which they are to leave
    host: str  # of the machine; "": not known

    def sentence(self, zone: tzinfo) -> str:
        """Return what people are told."""
        where = f"the outbox of {self.host}" if self.host else "the outbox of the machine that put it out"
        return (
            f"Since {print_local(parse_moment(self.since), zone)} its files are being taken out of {where}. Until that "
            "machine says that they are gone, they may still lie there: post nothing from them."
        )


def since_of(post: Post, now: datetime, release_hours: float) -> str | None:
    """Return since when files of a post are to leave an outbox that may still hold them; None where none are.

    Args:
        post: as it stands.
        now: the moment.
        release_hours: of the setting.
    """
    if post.state is PostState.RELEASED and post.released_at is not None:
        ends = parse_moment(post.released_at) + timedelta(hours=release_hours)
        return print_moment(ends) if ends <= now else None
    if not post.is_leaving_outbox:
        return None
    return post.posted_at or post.discarded_at or post.back_at or post.released_at or post.written_at


def read_leaving(workspace: Workspace, post: Post) -> Leaving | None:
    """Return what leaves an outbox of a post; None where nothing does.

    Raises:
        DatabaseFault: the database does not answer.
    """
    since = since_of(post, workspace.now(), workspace.settings.release_hours)
    if since is None:
        return None
    with workspace.database.read() as connection:
        return Leaving(since, "" if post.outbox is None else host_of(connection, post.outbox))
