"""Discard a draft that nobody wants: it leaves everybody's list and stays on record.

Threat: drafts that nobody will ever send fill the list until nobody reads it; or somebody makes what was posted, or
must be taken down, go out of sight.
Rule: only a draft is discarded, as it was seen, and never one whose take-down is open.  Its author may, and for those
who have left the office, a headteacher or the chief executive of its school.  Who did, and why where they say so (a
word of a list), stands in the audit log in that transaction.  No row is deleted.
Accepted residue: what was written in it stays in the database with the post.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from redact.audit.kinds import Fact, Kind, Role
from redact.errors import UsageError
from redact.posts.writing.drafting import EditedMeanwhile
from redact.store.posts import posts as rows
from redact.store.posts.take_down_list import find_open
from redact.store.posts.values import Post, PostState
from redact.system.clock import print_moment
from redact.workspace.ids import Actor
from redact.workspace.open import Workspace

#: Who discards drafts of others of their school.
TIDIERS: Final = frozenset({Role.COMMUNICATIONS, Role.HEADTEACHER, Role.CEO})


class Discard(StrEnum):
    """Why a draft is discarded; words of the audit log (post.discarded)."""

    NOT_NEEDED = "not-needed"
    TWICE = "written-twice"
    TOO_LATE = "too-late"
    MISTAKE = "by-mistake"
    NOT_TO_BE = "not-to-be-posted"


def may_discard(post: Post, who: Actor) -> bool:
    """Return whether somebody who acts for the post's school may discard it."""
    return post.author.tag == who.tag or who.role in {role.value for role in TIDIERS}


def discard(
    workspace: Workspace, number: int, who: Actor, *, cause: Discard | None = None, edition: int | None = None,
    schools: rows.Schools = None,
) -> None:  # fmt: skip
    """Discard a draft.

    Args:
        workspace: opened.
        number: of the post.
        who: discards it.
        cause: why; None: nobody says.
        edition: that a page showed; None: as it is now.
        schools: whose posts this person may discard.

    Raises:
        EditedMeanwhile: it is of another edition by now.
        UsageError: there is no such post, it is no draft, it must be taken down first, or this person may not.
        DatabaseFault: nothing was changed.
    """
    with workspace.audit_log.writing() as entries:
        post = rows.read_post(entries.connection, number, schools)
        if post is None:
            raise UsageError("There is no such post. See: redact posts list")
        if not may_discard(post, who):
            raise UsageError("A draft is discarded by its author, the office or a headteacher. Nothing was changed.")
        if post.state is not PostState.DRAFT:
            raise UsageError(
                f"Post {number} is no draft. Its author takes it back first, where it waits or is approved. "
                "Nothing was changed."
            )
        if find_open(entries.connection, number) is not None:
            raise UsageError(
                f"Post {number} is to be taken down; the poster says first that it stands nowhere. Nothing was changed."
            )
        if edition not in {None, post.edition}:
            raise EditedMeanwhile(number)
        columns = {"discarded_at": print_moment(entries.now), "cause": None if cause is None else cause.value}
        if not rows.swap(entries.connection, post, PostState.DISCARDED, **columns):
            raise EditedMeanwhile(number)
        more: dict[str, Fact] = {} if cause is None else {"cause": cause.value}
        entries.add(Kind.POST_DISCARDED, post=post.ref, by=who.role, person=who.tag, **more)
