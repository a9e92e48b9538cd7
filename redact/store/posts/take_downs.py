"""Take-downs: what must go from where it was posted, until when, who was told, and who says that it is gone.

Threat: a parent takes a yes back, or somebody reports a post, and it stands on for weeks because nobody was asked.
Rule: whatever takes a yes back opens one for every post that is out and shows that person, in its own transaction and
with its entry in the audit log; so does whatever voids a post whose files were handed out, and whoever finds that a
copy which is out should hide more, or should not be used.  Each post has one open take-down at most.  Only the
poster's word closes it, which the log calls `attested`: no program can see that a post is gone everywhere.
Accepted residue: what others copied or shared is not reached; whether it was told to them is on the list.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, insert, update

from redact.audit.kinds import Kind
from redact.audit.level import Level
from redact.pupils.consent import BIOMETRIC, PupilRecord, State
from redact.store.log.audit_log import Entries
from redact.store.posts.naming import list_naming
from redact.store.posts.posts import list_showing, list_with_photo, read_shown
from redact.store.posts.sites import read_site
from redact.store.posts.take_down_list import TakeDown, find_open
from redact.store.posts.values import Post, PostState
from redact.store.schema.tables.of_posts import take_downs
from redact.system.clock import print_moment

#: Causes that the program writes; those of reports are redact.posts.take_downs.reports.REPORTS.
CONSENT_GONE: Final = "consent-gone"
COPY_RECALLED: Final = "copy-recalled"
COPY_COVERED: Final = "copy-covered"  # a copy that is out shows what is covered, or cropped away, since
COPY_UNFIT: Final = "copy-unfit"  # a person set the photo aside after its copy was out
RELEASE_VOIDED: Final = "release-voided"
_KEEPS: Final = frozenset({State.GIVEN, State.EXPIRED})  # what ends by its day is listed, and takes nothing back
_OUT_STATES: Final = (PostState.APPROVED, PostState.RELEASED, PostState.POSTED)


@dataclass(frozen=True, slots=True)
class Opener:
    """Who does what asks for a take-down, and how long there is for it."""

    role: str
    tag: str | None  # None: the program, or an act that the log keeps with a role alone
    hours: float


def is_out(post: Post) -> bool:
    """Return whether a post stands somewhere, or may: it was posted, or its files were handed out and no link came."""
    return post.state is PostState.POSTED or (
        post.state in {PostState.RELEASED, PostState.APPROVED} and post.released_at is not None
    )


def open_take_down(entries: Entries, post: Post, cause: str, opener: Opener, note: str = "") -> int | None:
    """Ask for a post to be taken down; None where that is asked for already."""
    if post.content is None or post.site is None or find_open(entries.connection, post.id) is not None:
        return None
    due = print_moment(entries.now + timedelta(hours=opener.hours))
    row = {
        "post": post.id, "content": post.content, "site": post.site, "cause": cause,
        "opened_at": print_moment(entries.now), "opened_by": opener.role, "opener": opener.tag, "due_at": due,
        "note": note,
    }  # fmt: skip
    number = int(entries.connection.execute(insert(take_downs).returning(take_downs.c.id), row).scalar_one())
    person = {} if opener.tag is None else {"person": opener.tag}
    facts = {"takedown": f"takedown-{number}", "post": post.ref, "content": post.content, "cause": cause}
    entries.add(Kind.TAKEDOWN_OPENED, until=due, by=opener.role, **facts, **person)
    return number


def open_for_pupil(entries: Entries, pupil: PupilRecord, purposes: Iterable[str], opener: Opener) -> tuple[int, ...]:
    """Ask for every post to be taken down that is out, and shows or names somebody who took their yes back.

    Args:
        entries: of the transaction that changed what the register says.
        pupil: as the register has them now; an adult likewise.
        purposes: of the workspace; those of each post's site are asked for too.
        opener: changed it.
    """
    asked = (*purposes,)
    showing = list_showing(entries.connection, pupil.upn, _OUT_STATES)
    found = {post.id: post for post in showing if _is_taken_back(entries.connection, post, pupil, asked)}
    found |= {post.id: post for post in list_naming(entries.connection, pupil, asked, _OUT_STATES)}
    opened = (open_take_down(entries, post, CONSENT_GONE, opener) for post in found.values() if is_out(post))
    return tuple(number for number in opened if number is not None)


def list_out_with_photo(connection: Connection, photo: str) -> tuple[Post, ...]:
    """Return the posts that are out, or may be, and hold a copy of a photo."""
    return tuple(post for post in list_with_photo(connection, photo, _OUT_STATES) if is_out(post))


def open_for_photo(entries: Entries, photo: str, cause: str, opener: Opener) -> tuple[int, ...]:
    """Ask for every post to be taken down that is out and holds a copy of a photo that is not to stand there."""
    found = list_out_with_photo(entries.connection, photo)
    opened = (open_take_down(entries, post, cause, opener) for post in found)
    return tuple(number for number in opened if number is not None)


def write_told(connection: Connection, seen: TakeDown, told: tuple[tuple[str, str], ...]) -> bool:
    """Write who was told, and when, also after it is down; False where somebody else has written that meanwhile."""
    unchanged = take_downs.c.id == seen.id, take_downs.c.told == _print(seen.told)
    return bool(connection.execute(update(take_downs).where(*unchanged).values(told=_print(told))).rowcount)


def close_take_down(entries: Entries, seen: TakeDown, by: str, closer: str) -> bool:
    """Write that somebody says it is gone; False where that was said already."""
    at = print_moment(entries.now)
    unchanged = take_downs.c.id == seen.id, take_downs.c.closed_at.is_(None)
    closed = {"closed_at": at, "closed_by": by, "closer": closer}
    if not entries.connection.execute(update(take_downs).where(*unchanged).values(**closed)).rowcount:
        return False
    facts = {"takedown": seen.ref, "post": f"post-{seen.post}", "content": seen.content}
    entries.add(Kind.TAKEDOWN_CLOSED, level=Level.ATTESTED, by=by, person=closer, **facts)
    return True


def _is_taken_back(connection: Connection, post: Post, pupil: PupilRecord, purposes: tuple[str, ...]) -> bool:
    if pupil.is_never_shown:
        return True
    site = None if post.site is None else read_site(connection, post.site)
    asked = (*purposes, *([] if site is None else [site.purpose]))
    shown = [each for each in read_shown(connection, post.id) if each.pupil == pupil.upn]
    by_program = (BIOMETRIC,) if any(not each.is_by_hand for each in shown) else ()
    answers = (pupil.answer(purpose) for purpose in (*asked, *by_program))
    return any(answer is None or answer.state not in _KEEPS for answer in answers)


def _print(told: tuple[tuple[str, str], ...]) -> str:
    return json.dumps([list(each) for each in told])
