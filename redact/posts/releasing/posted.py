"""The link of a post that stands, the release that nobody used, and the word that a post was taken down.

Threat: what is out is not known to be out, so that nobody can take it down; a released file lies about for weeks.
Rule: the poster pastes the link, which stands in the log as a keyed tag; a release without a link lapses after
`release_hours`, its files first and the entry then; a link that comes too late is kept all the same, with the
take-down that waits for it.  That a post is down is the poster's word (`attested`), and closes its take-down in the
same transaction.
Accepted residue: nobody looks whether the link leads to the post.
"""

from __future__ import annotations

from redact.audit.events import link_tag
from redact.audit.kinds import Fact, Kind
from redact.audit.level import Level
from redact.errors import RedactError, UsageError
from redact.posts.releasing.links import check_link, leads_to
from redact.posts.releasing.release import Poster
from redact.posts.releasing.sweep import sweep_outbox
from redact.store.log.audit_log import Entries
from redact.store.posts import posts as rows
from redact.store.posts.sites import read_site
from redact.store.posts.take_down_list import TakeDown, find_open
from redact.store.posts.take_downs import close_take_down
from redact.store.posts.values import Post, PostState
from redact.system.clock import print_moment
from redact.workspace.open import Workspace


class LinkElsewhere(UsageError):
    """The link leads somewhere else than the site; the poster may say that it is right."""

    def __init__(self, site: str) -> None:
        """Say which site."""
        super().__init__(
            f"That link does not lead to {site}. Paste the link of the post there, or say that it is right all the "
            "same. Nothing was changed."
        )


class TakenBack(RedactError):
    """The post was taken back while it was being posted."""

    def __init__(self, number: int) -> None:
        """Say what to do."""
        super().__init__(
            f"Post {number} was taken back meanwhile. Take it down there now: the link is kept with its take-down."
        )


def mark_posted(
    workspace: Workspace, number: int, content: str, link: str, poster: Poster, *, is_sure: bool = False
) -> Post:
    """Write down where a released post stands; its files leave the outbox.

    Args:
        workspace: opened.
        number: of the post.
        content: hash of what was released.
        link: as the poster pasted it.
        poster: who posted it.
        is_sure: the link is right although it does not lead to the site.

    Raises:
        UsageError: the link is none, this person may not, or the post is not released.
        LinkElsewhere: it does not lead to the site, and nobody says that it is right.
        TakenBack: the post is not released any more, and must be taken down; the link is kept.
        DatabaseFault: nothing was changed.
    """
    kept = check_link(link)
    with workspace.audit_log.writing() as entries:
        post = _known(entries, number, poster)
        is_late = post.state is not PostState.RELEASED or post.content != content
        if is_late:
            _keep_late_link(entries, post, kept)
        else:
            _check_leads(entries, post, kept, is_sure=is_sure)
            _post(workspace, entries, post, kept, poster)
    if is_late:
        raise TakenBack(number)
    sweep_outbox(workspace)
    with workspace.database.read() as connection:
        found = rows.read_post(connection, number)
    assert found is not None
    return found


def attest_down(workspace: Workspace, number: int, poster: Poster, cause: str = "", of: TakeDown | None = None) -> None:
    """Write down that the poster says a post stands nowhere any more; that closes its take-down.

    Args:
        workspace: opened.
        number: of the post.
        poster: whose word it is.
        cause: why, a word of the program's, where no take-down says it.
        of: the take-down that the word is given for; of one that is closed it says nothing of what stands there since.

    Raises:
        UsageError: this person may not, nothing of the post is out, or the take-down is closed.
        DatabaseFault: nothing was changed.
    """
    with workspace.audit_log.writing() as entries:
        post, who = _known(entries, number, poster), poster.who
        asked = find_open(entries.connection, number)
        if of is not None and (asked is None or asked.id != of.id):
            raise UsageError(f"Take-down {of.id} is closed already. Nothing was changed.")
        if asked is None and post.state is not PostState.POSTED:
            raise UsageError(f"Post {number} stands nowhere, as far as is known. Nothing was changed.")
        if post.state is PostState.POSTED and post.content is not None:
            why = cause if asked is None else asked.cause
            at = print_moment(entries.now)
            if not rows.swap(entries.connection, post, PostState.DOWN, down_at=at, cause=why or None):
                raise UsageError(f"Post {number} changed meanwhile. Nothing was changed.")
            more: dict[str, Fact] = {"cause": why} if why else {}
            facts: dict[str, Fact] = {"post": post.ref, "content": post.content}
            entries.add(Kind.RELEASE_ENDED, level=Level.ATTESTED, by=who.role, person=who.tag, **facts, **more)
        if asked is not None:
            close_take_down(entries, asked, who.role, who.tag)


def _known(entries: Entries, number: int, poster: Poster) -> Post:
    post = rows.read_post(entries.connection, number)
    if post is None:
        raise UsageError("There is no such post. See: redact posts list")
    poster.check(post)
    return post


def _keep_late_link(entries: Entries, post: Post, link: str) -> None:
    """Keep a link that came after the release ended, where a take-down waits for it.

    Raises:
        UsageError: none does.
    """
    if find_open(entries.connection, post.id) is None:
        if post.state is PostState.APPROVED:
            raise UsageError(f"Post {post.id} is not released any more. Put it out again, then paste the link.")
        raise UsageError(
            f"Post {post.id} is not released, or changed since. If it stands somewhere, take it down there, and write "
            "that down as an incident. Nothing was changed."
        )
    rows.write_link(entries.connection, post.id, link)


def _check_leads(entries: Entries, post: Post, link: str, *, is_sure: bool) -> None:
    site = None if post.site is None else read_site(entries.connection, post.site)
    if site is None or not (is_sure or leads_to(link, site)):
        raise LinkElsewhere(str(post.site) if site is None else site.address)


def _post(workspace: Workspace, entries: Entries, post: Post, link: str, poster: Poster) -> None:
    columns = {"posted_at": print_moment(entries.now), "link": link}
    if not rows.swap(entries.connection, post, PostState.POSTED, **columns):
        raise UsageError(f"Post {post.id} changed meanwhile. Nothing was changed.")
    tag, who = link_tag(workspace.keys.tags, link), poster.who
    facts = {"post": post.ref, "content": str(post.content), "site": str(post.site)}
    entries.add(Kind.RELEASE_POSTED, link=tag, by=who.role, person=who.tag, **facts)
