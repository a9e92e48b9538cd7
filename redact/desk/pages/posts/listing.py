"""The list of posts by state, what waits for this person first, and the lines of the task list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from redact.desk.pages.home import NONE, Lot, Task
from redact.desk.pages.posts.words import EMPTY, HEADINGS, MEANINGS, TONES, describe_cause
from redact.desk.pages.queue import Tab
from redact.desk.pages.words import count, when
from redact.store.posts.values import Post, PostState
from redact.system.clock import parse_moment, print_local_day

PAGE: Final = 24  # posts of a page; a line is some 70 px high
_EXCERPT_CHARS: Final = 90  # of a caption in a list: two lines of a phone


@dataclass(frozen=True, slots=True)
class PostLine:
    """One post of the list."""

    href: str
    title: str
    hint: str
    standing: str
    tone: str
    thumbnail: str  # "" of a post without photos


@dataclass(frozen=True, slots=True)
class PostsView:
    """What posts.html draws."""

    heading: str
    meaning: str
    tabs: tuple[Tab, ...]
    lines: tuple[PostLine, ...]
    more: str  # address of the next page; "" on the last
    empty: str  # what is said where there is none
    discarded: str = ""  # "3 discarded posts", which no daily list shows; "" where there are none


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many posts wait for one person."""

    to_approve: Lot | None = None  # None: this person approves none
    sent_back: int | None = None  # own ones; None: this person writes none
    drafts: Lot = NONE


def show_list(
    state: PostState,
    order: tuple[PostState, ...],
    found: tuple[Post, ...],
    counts: Mapping[PostState, int],
    authors: Mapping[str, str],
    sites: Mapping[str, str],
    zone: tzinfo,
) -> PostsView:
    """Return a page of the list.

    Args:
        state: of these posts.
        order: the states that this person sees, what waits for them first.
        found: a page, and one more where there is another.
        counts: by state.
        authors: names by tag.
        sites: what they are called, by their ids.
        zone: the school's.
    """
    more = f"/posts?state={state.value}&before={found[PAGE - 1].id}" if len(found) > PAGE else ""
    return PostsView(
        HEADINGS[state],
        MEANINGS[state],
        tuple(
            Tab(HEADINGS[each], f"/posts?state={each.value}", f"{counts.get(each, 0):,}", each is state)
            for each in order
            if each is not PostState.DISCARDED or each is state
        ),
        tuple(_line(post, authors.get(post.author.tag, "somebody who has left"), sites, zone) for post in found[:PAGE]),
        more,
        EMPTY[state],
        _discarded(counts.get(PostState.DISCARDED, 0), state),
    )  # fmt: skip


def _discarded(number: int, state: PostState) -> str:
    return count(number, "discarded post") if number and state is not PostState.DISCARDED else ""


def list_post_tasks(waiting: Waiting) -> tuple[Task, ...]:
    """Return the task list's lines about posts, for whoever approves or writes."""
    tasks = []
    if waiting.to_approve is not None:
        number = waiting.to_approve.number
        title = f"{count(number, 'post waits', 'posts wait')} for your approval" if number else "Approve posts"
        there = waiting.to_approve.only or "/posts?state=proposed"
        tasks.append(_task(title, "Each as it will stand, with who is shown.", there, number))
    if waiting.sent_back is not None:
        number = waiting.sent_back
        title = f"{count(number, 'post came', 'posts came')} back to you" if number else "Posts that came back to you"
        there = waiting.drafts.only or "/posts?state=draft"
        tasks.append(_task(title, "An approver said no, or something has changed.", there, number))
        if begun := waiting.drafts.number - waiting.sent_back:
            tasks.append(_task("Go on with your drafts", "Begun, and not sent yet.", there, begun))
        tasks.append(
            Task("Write a post", "With photos that a reviewer passed, or words alone.", "/posts/new",
                 "", is_waiting=False, is_urgent=False)
        )  # fmt: skip
    return tuple(tasks)


def excerpt(caption: str) -> str:
    """Return the beginning of a caption, in one line."""
    text = " ".join(caption.split())
    return text if len(text) <= _EXCERPT_CHARS else f"{text[:_EXCERPT_CHARS].rstrip()}\N{HORIZONTAL ELLIPSIS}"


def _task(title: str, hint: str, href: str, number: int) -> Task:
    status = count(number, "post") if number else "Nothing to do"
    return Task(title, hint, href, status, is_waiting=bool(number), is_urgent=False)


def _line(post: Post, author: str, sites: Mapping[str, str], zone: tzinfo) -> PostLine:
    parts = [
        f"Post {post.id}",
        sites.get(post.site, post.site) if post.site else "no site yet",
        count(len(post.photos), "photo") if post.photos else "words alone",
        author,
    ]
    parts.append(when(post.discarded_at or post.posted_at or post.proposed_at or post.written_at, zone))
    standing, tone = "", ""  # the tab says it
    if post.state is PostState.DRAFT and post.cause is not None:
        standing, tone = "Came back", "ask"
        parts.append(describe_cause(post.cause))
    if post.state is PostState.APPROVED and post.until is not None:
        standing, tone = f"Until {print_local_day(parse_moment(post.until), zone)}", TONES[post.state]
    if post.state is PostState.DISCARDED and post.cause is not None:
        parts.append(describe_cause(post.cause))
    if post.is_leaving_outbox:
        standing, tone = "Files are leaving the outbox", "ask"
    picture = f"/posts/{post.id}/photos/1/small.jpg" if post.photos else ""
    title = excerpt(post.caption) or "No caption yet"
    return PostLine(f"/posts/{post.id}", title, " · ".join(parts), standing, tone, picture)
