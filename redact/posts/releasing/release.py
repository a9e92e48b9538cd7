"""Release an approved post: its files into the outbox, for the poster of its school.

Threat: other bytes go out than the headteacher saw; a child goes out whose parent took the yes back this morning; a
post is "released" and its files are not there, or they are there and it is not.
Rule, in this order:
1. the post is approved (or released, and is released once more), with the content that the poster saw, and the
   poster is one of its school, who has read the policy in force; what was put out of it before is asked to be taken
   down no more, for the word that it is down must never be taken for what stands there since;
2. everything that it rests on is asked again, consents of today included (approving/conditions.py), and its words pass
   the check by the roll of today;
3. no row is believed: the audit log proves that this content was approved, and each copy stored and passed by a person
   (redact/store/log/proofs/passed.py); each copy is read from trust storage and is that one by its SHA-256; the files
   are written under a temporary name, and read back;
4. in one transaction 1 and 2 are asked once more, the files get their name, the post is `released`, and the entry is
   written.  A fault takes the files away again; after a kill the next sweep does (sweep.py).
Accepted residue: what a person copied out of the outbox is theirs to take down; the take-down list asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from redact.audit.kinds import Kind, Role
from redact.errors import RedactError, UsageError
from redact.posts.approving import conditions
from redact.posts.duties import check_policy_read
from redact.posts.releasing.files import expected_files, is_whole, picture_name, print_text
from redact.posts.writing.drafting import why_words
from redact.store.log.audit_log import Entries
from redact.store.log.proofs.passed import is_approved_by_log, is_passed_by_log
from redact.store.log.recent import READ_TIMES, check_further
from redact.store.posts import posts as rows
from redact.store.posts.outbox import TEXT_NAME, Outbox
from redact.store.posts.posts import Schools
from redact.store.posts.take_down_list import find_open
from redact.store.posts.values import Post, PostState
from redact.store.queue import find_queued
from redact.store.trust.copies import read_copy
from redact.system.clock import print_moment
from redact.workspace.ids import Actor
from redact.workspace.open import Workspace

_UNPROVEN: Final = (
    "The audit log does not prove that {}, although the database says so: somebody may have changed it. Run redact "
    "audit verify, and a person must look."
)


class NotReleasable(RedactError):
    """The post is not what the poster saw, or something that it rests on does not hold any more."""

    def __init__(self, number: int, sentence: str) -> None:
        """Say what."""
        super().__init__(f"Post {number} was not released. {sentence}")


@dataclass(frozen=True, slots=True)
class Poster:
    """Who puts posts out, and for which schools."""

    who: Actor
    schools: Schools  # None: every one

    def check(self, post: Post) -> None:
        """Check that this person puts out posts of that school.

        Raises:
            UsageError: they do not.
        """
        if self.who.role != Role.POSTER.value or (self.schools is not None and post.school not in self.schools):
            raise UsageError(f"Post {post.id} is put out by a poster of its school. Nothing was changed.")


def outbox_of(workspace: Workspace) -> Outbox:
    """Return the outbox of this machine."""
    settings = workspace.settings
    return Outbox(settings.outbox, settings.folder / "outbox.lock")


def release(workspace: Workspace, number: int, content: str, poster: Poster) -> Post:
    """Release a post exactly as it was approved; return it.

    Args:
        workspace: opened.
        number: of the post.
        content: hash of what the poster saw.
        poster: who releases it.

    Raises:
        NotReleasable: it is not approved, not what was seen, what was put out before is still to be taken down, or it
            does not hold any more (then it is a draft again).
        UsageError: this person may not; PolicyUnread: they have not read the policy in force.
        ClockBehind: nobody knows what day it is.
        CopyDiffers, TrustFault: a copy is not there as it was approved.
        OutboxFault: the files could not be written.
        DatabaseFault: nothing was changed.
    """
    outbox = outbox_of(workspace)
    with outbox.held():
        # 1, 2 may it go
        post = _approved(workspace, number, content, poster)
        # 3 the approved bytes, written and read back
        site = str(post.site)
        outbox.clear(site, number)
        part = outbox.write(site, _files(workspace, post))
        # 4 name, state and entry
        try:
            _commit(workspace, post, poster, part)
        except BaseException:
            outbox.clear(site, number)
            outbox.sweep()
            raise
    with workspace.database.read() as connection:
        released = rows.read_post(connection, number)
    assert released is not None
    return released


def released_files(workspace: Workspace, post: Post) -> dict[str, bytes]:
    """Return the files of a released post from the outbox, proved to be those that were approved.

    Raises:
        NotReleasable: the post is not released, or its files are not there as they were.
        OutboxFault: that cannot be seen.
    """
    if post.state is not PostState.RELEASED:
        raise NotReleasable(post.id, "Its files are in the outbox only after a poster released it.")
    found = outbox_of(workspace).read(str(post.site), post.id)
    if not is_whole(found, expected_files(post, workspace.settings.company_details)):
        raise NotReleasable(post.id, "Its files in the outbox are not those that were approved. Release it again.")
    return found


def _approved(workspace: Workspace, number: int, content: str, poster: Poster) -> Post:
    """Return a post that may be released; one that does not hold any more becomes a draft."""
    with workspace.audit_log.writing() as entries:
        post, why = _ask(workspace, entries, number, content, poster)
        if why:
            conditions.uphold(workspace, entries, post)
    if why:
        raise NotReleasable(number, why)
    return post


def _ask(workspace: Workspace, entries: Entries, number: int, content: str, poster: Poster) -> tuple[Post, str]:
    """Return the post, and what does not hold of it any more, a sentence; "" where all does."""
    workspace.check_clock(entries.connection)
    post = rows.read_post(entries.connection, number)
    if post is None:
        raise UsageError("There is no such post. See: redact posts list")
    poster.check(post)
    check_policy_read(entries.connection, workspace, poster.who.tag)
    may_be = post.state in {PostState.APPROVED, PostState.RELEASED}  # once more, where its files are damaged
    if not may_be or post.content != content:
        raise NotReleasable(number, "It is not approved, or it changed since you opened it. Look at it as it is now.")
    asked = find_open(entries.connection, number)
    if asked is not None:
        raise NotReleasable(
            number,
            "What was put out before is to be taken down first: make sure that it stands nowhere, and say so in "
            f"take-down {asked.id}. Then put it out.",
        )
    broken = conditions.ask_again(workspace, entries.connection, post)
    words = "" if broken else why_words(workspace, entries.connection, post)
    if words:
        what = (
            f"By the roll of today there is something in its words: {words} Its author takes it back, and sees where."
        )
        raise NotReleasable(number, what)
    return post, f"It is a draft again. {broken[0].sentence}" if broken else ""


def _files(workspace: Workspace, post: Post) -> dict[str, bytes]:
    """Return the files of a post: each copy from trust storage, proved to be the approved one."""
    _check_proven(workspace, post)
    files = {}
    for place, photo in enumerate(post.photos, 1):
        with workspace.database.read() as connection:
            known = find_queued(connection, photo.photo, None)
        if known is None or known.output != photo.output or known.output_name is None:
            raise NotReleasable(post.id, f"Photo {place} has another copy by now.")
        files[picture_name(place)] = read_copy(workspace.trust, known.output_name, photo.output)
    return files | {TEXT_NAME: print_text(post, workspace.settings.company_details).encode("utf-8")}


def _check_proven(workspace: Workspace, post: Post) -> None:
    """Raise NotReleasable unless the audit log proves that the post was approved, and each of its copies passed.

    A log that nobody has read to its end, as after an upgrade, is read on first, for 10 s at most.
    """
    check_further(workspace.database, workspace.log, times=READ_TIMES)
    audit_log = workspace.audit_log
    with workspace.database.read() as connection:
        if not is_approved_by_log(audit_log.proofs, connection, post.ref, str(post.content)):
            raise NotReleasable(post.id, _UNPROVEN.format("the post was approved"))
        for place, photo in enumerate(post.photos, 1):
            if not is_passed_by_log(audit_log, connection, photo.photo, photo.output):
                doubt = audit_log.listed.doubt(connection, photo.photo)
                unproven = _UNPROVEN.format(f"a person passed the copy of photo {place}")
                raise NotReleasable(post.id, unproven if doubt is None else f"{doubt}. Then put it out again.")


def _commit(workspace: Workspace, seen: Post, poster: Poster, part: str) -> None:
    who, at = poster.who, print_moment(workspace.now())
    with workspace.audit_log.writing() as entries:
        post, why = _ask(workspace, entries, seen.id, str(seen.content), poster)
        now = {"released_at": at, "releaser": who.tag, "outbox": workspace.executor}
        if not why and rows.swap(entries.connection, seen, PostState.RELEASED, **now):
            facts = {"post": post.ref, "content": str(post.content), "site": str(post.site)}
            files = len(post.photos) + 1
            entries.add(Kind.RELEASE_MADE, files=files, by=who.role, person=who.tag, **facts)
            outbox_of(workspace).name(str(post.site), part, post.id)  # last: what fails after it is the commit alone
            return
        conditions.uphold(workspace, entries, post)
    raise NotReleasable(seen.id, why or "It changed meanwhile. Look at it as it is now.")
