"""Write a post: begin it, edit it, send it to a headteacher, take it back.

Threat: two browsers write over each other; a post that was approved is changed under the approval; a copy that nobody
passed, or another than the one that was looked at, enters a post.
Rule: an edit names the edition that its page showed.  Only copies that a reviewer passed go in, each by its very
SHA-256.  An edit of a post that is bound voids it first, in the same transaction.  Only its author writes a post.
Proposing asks whether the author has read the policy, all conditions and the check of words again, and binds content
and register version.
Accepted residue: a draft that nobody wants stays in its author's list until somebody discards it (discarding.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection

from redact.audit.kinds import Kind
from redact.errors import RedactError, UsageError
from redact.posts.approving import conditions
from redact.posts.approving.rules import ends_at
from redact.posts.changes import Seen
from redact.posts.duties import check_policy_read
from redact.posts.writing.check import check_post
from redact.posts.writing.content import new_nonce
from redact.posts.writing.values import Against, Finding, Limits, Written
from redact.store.log.audit_log import Entries
from redact.store.photos import State
from redact.store.photos.states import ReviewState
from redact.store.posts import posts as rows
from redact.store.posts.posts import Draft
from redact.store.posts.sites import Site, read_site
from redact.store.posts.values import BOUND, Post, PostPhoto, PostShown, PostState, Teller
from redact.store.posts.voids import Cause, Voider, purposes_of, unbind, void
from redact.store.pupils.reading import read_people, register_version
from redact.store.queue import QueuedPhoto, find_queued
from redact.system.clock import print_moment
from redact.workspace.ids import Actor
from redact.workspace.open import Workspace

MOST_PHOTOS: Final = 10  # of a post; what Facebook, X and Instagram show without a second tap differs, 10 fit all but X
MAX_CAPTION_CHARS: Final = 5000  # what a form carries; a site's own limit is stricter
MAX_ALT_CHARS: Final = 1000  # of one alternative text; Bluesky takes 2000, X 1000
MAX_ANSWER_CHARS: Final = 300  # of a written answer; a choice


class EditedMeanwhile(RedactError):
    """The post is not as the page showed it; nothing was changed."""

    def __init__(self, number: int) -> None:
        """Say of which post."""
        super().__init__(f"Post {number} was changed meanwhile. Open it as it is now, and do it again there.")


class NotReady(UsageError):
    """The post cannot be proposed yet."""

    def __init__(self, sentences: Sequence[str]) -> None:
        """Say why."""
        super().__init__(f"The post is not ready: {' '.join(sentences)} Nothing was sent.")


def start(workspace: Workspace, copies: Sequence[Seen], school: str, who: Actor) -> int:
    """Begin a post with passed copies, or without any; return its number.

    Args:
        workspace: opened.
        copies: as they were seen, in the order of the post.
        school: whose post it is where no photo says so.
        who: writes it.

    Raises:
        UsageError: a copy is not passed any more, they are of two schools, or too many.
        DatabaseFault: nothing was changed.
    """
    with workspace.audit_log.writing() as entries:
        found = _passed(entries.connection, copies)
        schools = {photo.school for photo in found} or {school}
        if len(schools) > 1:
            raise UsageError("These photos are of several schools; a post is one school's. Nothing was changed.")
        photos = [PostPhoto(seen.photo, seen.output) for seen in copies]
        author = Teller(who.role, who.tag)
        return rows.add_post(entries.connection, schools.pop(), author, photos, print_moment(workspace.now()))


def edit(workspace: Workspace, number: int, edition: int, draft: Draft, who: Actor) -> None:
    """Write a post again; one that waits for approval, is approved or released becomes a draft again.

    Args:
        workspace: opened.
        number: of the post.
        edition: that the author's page showed.
        draft: all of it as it is to be.
        who: its author.

    Raises:
        EditedMeanwhile: it is of another edition, or was posted.
        UsageError: it is somebody else's, or what is written does not fit.
        DatabaseFault: nothing was changed.
    """
    _check_sizes(draft)
    with workspace.audit_log.writing() as entries:
        post = _mine(entries.connection, number, who)
        _check_photos(entries.connection, post, draft.photos)
        if draft.site is not None and read_site(entries.connection, draft.site) is None:
            raise UsageError("There is no such site in the register. Nothing was changed.")
        if post.edition != edition:
            raise EditedMeanwhile(number)
        if _is_as(post, draft):
            return
        void(entries, post, Cause.EDITED, Voider(who.role, who.tag, workspace.settings.take_down_hours))
        if not rows.edit_post(entries.connection, number, edition, draft, print_moment(workspace.now())):
            raise EditedMeanwhile(number)


def propose(workspace: Workspace, number: int, edition: int, who: Actor) -> None:
    """Send a post to a headteacher, bound to its content and the register version of this moment.

    Raises:
        EditedMeanwhile: it is of another edition, or no draft any more.
        NotReady: something must be seen to first.
        UsageError: it is somebody else's.
        PolicyUnread: the author has not read the policy in force.
        ClockBehind: nobody knows what day it is.
        DatabaseFault: nothing was changed.
    """
    with workspace.audit_log.writing() as entries:
        workspace.check_clock(entries.connection)
        connection, post = entries.connection, _mine(entries.connection, number, who)
        check_policy_read(connection, workspace, who.tag)
        if post.edition != edition or post.state is not PostState.DRAFT:
            raise EditedMeanwhile(number)
        objections = [finding.sentence for finding in look(workspace, connection, post)]
        objections += [broken.sentence for broken in conditions.ask_again(workspace, connection, post)]
        site = None if post.site is None else read_site(connection, post.site)
        if objections or site is None:
            raise NotReady(objections)
        shown = conditions.shown_on_post(workspace, connection, post)
        _bind(workspace, entries, post, site, shown, who)


def withdraw(workspace: Workspace, number: int, edition: int, who: Actor) -> None:
    """Take a post back that waits for approval, is approved or released; it is a draft again.

    Raises:
        EditedMeanwhile: it is of another edition, or nothing is to be taken back.
        UsageError: it is somebody else's.
        DatabaseFault: nothing was changed.
    """
    with workspace.audit_log.writing() as entries:
        post = _mine(entries.connection, number, who)
        if post.edition != edition or post.state not in BOUND or post.content is None:
            raise EditedMeanwhile(number)
        if post.state is not PostState.PROPOSED:
            void(entries, post, Cause.WITHDRAWN, Voider(who.role, who.tag, workspace.settings.take_down_hours))
        elif unbind(entries, post, Cause.WITHDRAWN.value):
            entries.add(Kind.POST_WITHDRAWN, post=post.ref, content=post.content, by=who.role, person=who.tag)


def look(workspace: Workspace, connection: Connection, post: Post) -> tuple[Finding, ...]:
    """Return what the check of a post's words finds, against roll, shown pupils and site of this moment."""
    site = None if post.site is None else read_site(connection, post.site)
    shown = read_people(connection, {each.pupil for each in conditions.shown_on_post(workspace, connection, post)})
    asked = purposes_of(workspace.settings.purposes, None if site is None else site.purpose)
    against = Against(
        workspace.rolls.read(connection, asked, workspace.today(connection)),
        tuple(shown[number] for number in sorted(shown)),
        Limits() if site is None else Limits(site.words_max, site.characters_max),
        own_names(site),
    )
    return check_post(Written(post.caption, post.photos, dict(post.questions)), against)


def why_words(workspace: Workspace, connection: Connection, post: Post) -> str:
    """Return what the check finds in the words of a post by the roll of this moment, sentences; "" where nothing.

    A proposal was checked against the roll of its day; a pupil may have come since whose name stands in it.
    """
    return " ".join(dict.fromkeys(finding.sentence for finding in look(workspace, connection, post)))


def _bind(
    workspace: Workspace, entries: Entries, post: Post, site: Site, shown: Sequence[PostShown], who: Actor
) -> None:
    nonce, register = new_nonce(), register_version(entries.connection)
    content = conditions.hash_post(workspace, post, site, nonce)
    until = ends_at(workspace.today(entries.connection), [each.until for each in shown], workspace.settings.zone)
    columns = {"content": content, "nonce": nonce, "register": register, "until": until, "cause": None, "note": ""}
    at = print_moment(workspace.now())
    if not rows.swap(entries.connection, post, PostState.PROPOSED, proposed_at=at, **columns):
        raise EditedMeanwhile(post.id)
    rows.write_shown(entries.connection, post.id, shown)
    entries.add(
        Kind.POST_PROPOSED, post=post.ref, content=content, site=site.id, photos=len(post.photos), register=register,
        until=until, by=who.role, person=who.tag,
    )  # fmt: skip
    for photo in post.photos:
        entries.add(Kind.POST_INCLUDED, post=post.ref, content=content, photo=photo.photo, output=photo.output)


def own_names(site: Site | None) -> frozenset[str]:
    """Return what stands for the trust itself on a site: its account, and the host of its address."""
    if site is None:
        return frozenset()
    host = site.address.partition("://")[2].partition("/")[0].lower().removeprefix("www.")
    return frozenset(name for name in (site.handle.lower().lstrip("@"), host) if name)


def _mine(connection: Connection, number: int, who: Actor) -> Post:
    post = rows.read_post(connection, number)
    if post is None:
        raise UsageError("There is no such post. See: redact posts list")
    if post.author.tag != who.tag:
        raise UsageError("Somebody else writes this post. Nothing was changed.")
    return post


def _is_as(post: Post, draft: Draft) -> bool:
    """Say whether an edit changes nothing: it must not void what was approved."""
    as_kept = replace(draft, questions=tuple(sorted(draft.questions)))
    return as_kept == Draft(post.site, post.caption, post.questions, post.photos)


def is_passed_by_row(photo: QueuedPhoto) -> bool:
    """Say whether a photo's copy may go into posts: a reviewer passed it, and nothing recalls it."""
    return photo.state is State.STORED and photo.review == ReviewState.FIT and not photo.is_recalled


def _passed(connection: Connection, copies: Sequence[Seen]) -> tuple[QueuedPhoto, ...]:
    """Return the photos of copies that a reviewer has passed.

    Raises:
        UsageError: one is not passed, or has another copy by now; or there are too many, or one twice.
    """
    if len(copies) > MOST_PHOTOS or len({seen.photo for seen in copies}) < len(copies):
        raise UsageError(f"A post has up to {MOST_PHOTOS} photos, each once. Nothing was changed.")
    found = []
    for seen in copies:
        photo = find_queued(connection, seen.photo, None)
        if photo is None or not is_passed_by_row(photo) or photo.output != seen.output:
            raise UsageError("One of these photos is not passed, or has another copy by now. Nothing was changed.")
        found.append(photo)
    return tuple(found)


def _check_photos(connection: Connection, post: Post, photos: Sequence[PostPhoto]) -> None:
    """Check the copies that come into a post; those that stand in it already may wait for another look."""
    before = {(each.photo, each.output) for each in post.photos}
    if len(photos) > MOST_PHOTOS or len({each.photo for each in photos}) < len(photos):
        raise UsageError(f"A post has up to {MOST_PHOTOS} photos, each once. Nothing was changed.")
    fresh = [Seen(each.photo, each.output) for each in photos if (each.photo, each.output) not in before]
    for photo in _passed(connection, fresh):
        if post.school and photo.school not in {"", post.school}:
            raise UsageError("That photo is another school's. Nothing was changed.")


def _check_sizes(draft: Draft) -> None:
    texts = [(draft.caption, MAX_CAPTION_CHARS), *((photo.alt, MAX_ALT_CHARS) for photo in draft.photos)]
    texts += [(answer.words, MAX_ANSWER_CHARS) for _, answer in draft.questions]
    for text, longest in texts:
        if len(text) > longest:
            raise UsageError(f"A text is too long: {len(text)} characters, and {longest} fit. Nothing was changed.")
        if any(not letter.isprintable() and letter not in "\n\t" and letter != "\N{ZERO WIDTH JOINER}"
               for letter in text):  # fmt: skip
            raise UsageError("A text has signs that cannot be seen. Nothing was changed.")
