"""Keep the outbox to what is released: end what nobody used, void what does not hold any more, sweep the rest.

Called by the watcher's periodic tasks, by the desk while it runs, and after each act that takes a release back.
Threat: files of a post lie in the outbox after the yes to it ended.
Rule: a released post is asked again, and lapses after `release_hours`; what lies in the outbox of any other post
leaves, and is looked for again.  Files go first, and "lapsed" is written down after that, by the machine whose outbox
holds them: where several share a database each has its own.  That they have left is written down by that machine alone;
until then pages and lists say that they are being taken out.
Accepted residue: between the end of a yes and the next sweep, seconds, the files still lie there.  A machine that never
comes back never says that they left.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from redact.audit.kinds import Kind
from redact.posts.approving.approve import uphold
from redact.posts.releasing.release import outbox_of
from redact.store.posts import posts as rows
from redact.store.posts.outbox import WAIT_S, OutboxFault
from redact.store.posts.posts import Wanted
from redact.store.posts.values import Post, PostState
from redact.system.clock import parse_moment, print_moment
from redact.workspace.open import Workspace

_MOST: Final = 1000  # released posts at once; a school has one or two


def tend_outbox(workspace: Workspace) -> int:
    """End what nobody used, void what does not hold any more, sweep the rest; return how many posts' files left.

    Raises:
        OutboxFault: files are still there that should not, or that cannot be seen.
        DatabaseFault: the rest is done later.
    """
    refused: OutboxFault | None = None
    for post in _released(workspace):
        try:
            if not lapse(workspace, post):
                uphold(workspace, post.id, None)
        except OutboxFault as error:  # a file of one post that does not go keeps no other post's there
            refused = error
    uphold_run_out(workspace)
    left = sweep_outbox(workspace)
    if refused is not None:
        raise refused
    return left


def uphold_run_out(workspace: Workspace) -> int:
    """Make drafts of the posts whose approval has ended by its day, or whose site's has; return how many.

    Costs one query where there is none.

    Raises:
        DatabaseFault: the rest is done later.
    """
    with workspace.database.read() as connection:
        over = rows.list_run_out(connection, print_moment(workspace.latest(connection)))
    after = (uphold(workspace, post.id, None) for post in over)
    return sum(post is not None and post.state is PostState.DRAFT for post in after)


def sweep_outbox(workspace: Workspace, wait_s: float = WAIT_S) -> int:
    """Remove from the outbox what belongs to no released post; return of how many posts files left.

    Args:
        workspace: opened.
        wait_s: seconds until another program that works in the outbox must be through.

    Raises:
        OutboxFault: files are still there that should not, or that cannot be seen.
        DatabaseFault: nothing was removed.
    """
    outbox, left = outbox_of(workspace), 0
    refused: OutboxFault | None = None
    with outbox.held(wait_s):
        stays = {(post.site, post.id) for post in _released(workspace)}
        for site, number in outbox.posts():
            if (site, number) not in stays:
                try:
                    left += outbox.clear(site, number)
                except OutboxFault as error:
                    refused = error
        outbox.sweep()
        _note_left(workspace, {number for _, number in outbox.posts()})
    if refused is not None:
        raise refused
    return left


def lapse(workspace: Workspace, post: Post) -> bool:
    """End a release that nobody used; False where its time is not over, or it moved on.

    Raises:
        OutboxFault: its files are still there, or that cannot be seen; nothing was written down.
        DatabaseFault: nothing was written down; it is done again.
    """
    hours = timedelta(hours=workspace.settings.release_hours)
    if post.released_at is None or post.content is None or workspace.now() < parse_moment(post.released_at) + hours:
        return False
    if post.outbox not in {None, workspace.executor}:
        return False  # the machine that holds the files says so, after they have left
    outbox = outbox_of(workspace)
    with outbox.held():
        outbox.clear(str(post.site), post.id)
        with workspace.audit_log.writing() as entries:
            if not rows.swap(entries.connection, post, PostState.APPROVED, outbox=None):
                return False
            entries.add(Kind.RELEASE_LAPSED, post=post.ref, content=post.content)
    return True


def _note_left(workspace: Workspace, there: Collection[int]) -> None:
    """Write down of which posts nothing lies in this machine's outbox any more."""
    with workspace.database.read() as connection:
        gone = [post.id for post in rows.list_leaving(connection, workspace.executor) if post.id not in there]
    if gone:
        with workspace.database.write() as connection:
            for number in gone:
                rows.note_left(connection, number, workspace.executor)


def _released(workspace: Workspace) -> tuple[Post, ...]:
    with workspace.database.read() as connection:
        return rows.list_posts(connection, Wanted((PostState.RELEASED,)), None, _MOST)
