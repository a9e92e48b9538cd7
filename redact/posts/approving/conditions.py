"""Does a post still hold?  Everything that a yes rests on, asked again: site, copies, consents, content, time.

Threat: a post is approved or released on what was true when it was written.
Rule: whoever reads a post to approve or release it asks here, in the transaction that moves it.  One thing that does
not hold any more is enough; a post that is bound then becomes a draft again (`uphold`).
Accepted residue: between two questions a day can end; the next question finds it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from redact.audit.kinds import Role
from redact.errors import short_id
from redact.posts.review import may_name
from redact.posts.writing.content import hash_content
from redact.pupils.consent import BIOMETRIC, PupilRecord, Yes, may_recognise, may_show
from redact.store.log.audit_log import Entries
from redact.store.photos import State
from redact.store.photos.recalls import list_shown_on
from redact.store.photos.states import ReviewState
from redact.store.posts.posts import read_post, read_shown
from redact.store.posts.sites import Site, read_site
from redact.store.posts.values import BOUND, Post, PostPhoto, PostShown, PostState
from redact.store.posts.voids import Cause, Voider, purposes_of, void
from redact.store.pupils.adults import first_permission, list_once_permitted
from redact.store.pupils.reading import PupilUnknown, read_pupil
from redact.store.queue import find_queued
from redact.system.clock import end_of_day, print_moment
from redact.workspace.open import Workspace


@dataclass(frozen=True, slots=True)
class Broken:
    """One thing that a post rests on and that does not hold."""

    cause: Cause
    sentence: str


def ask_again(
    workspace: Workspace, connection: Connection, post: Post, unread: Sequence[Unread] | None = None
) -> tuple[Broken, ...]:
    """Return what does not hold of a post, whatever its state; of a draft what would not.

    Args:
        workspace: opened.
        connection: to read with.
        post: as it stands.
        unread: what `list_unread` found of it through the same connection; None: it is asked here.
    """
    site, at = (
        None if post.site is None else read_site(connection, post.site),
        print_moment(workspace.latest(connection)),
    )
    shown = read_shown(connection, post.id) if post.state in BOUND else shown_on_post(workspace, connection, post)
    return tuple(
        each
        for part in (
            _ask_site(post, site, at),
            _ask_photos(connection, post),
            _ask_consents(workspace, connection, shown, site),
            _ask_unread(workspace, connection, list_unread(connection, post) if unread is None else unread, site),
            _ask_content(workspace, post, site),
            _ask_time(post, at),
        )
        for each in part
    )


def ask_consents(workspace: Workspace, connection: Connection, post: Post) -> tuple[Broken, ...]:
    """Return which of those whom a post shows may not be shown there today, whatever its state."""
    site = None if post.site is None else read_site(connection, post.site)
    shown = _ask_consents(workspace, connection, read_shown(connection, post.id), site)
    return (*shown, *_ask_unread(workspace, connection, list_unread(connection, post), site))


@dataclass(frozen=True, slots=True)
class Unread:
    """A copy of a post that may name adults, without that anybody wrote down whom: it was made before that was done."""

    number: int  # its place in the post, from 1
    photo: str
    adults: tuple[str, ...]  # whom it may name: their permission was known when it was made


def list_unread(connection: Connection, post: Post) -> tuple[Unread, ...]:
    """Return the copies of a post of which nobody knows whether they name an adult."""
    found: list[Unread] = []
    if first_permission(connection) is None:
        return ()
    for number, each in enumerate(post.photos, 1):
        photo = find_queued(connection, each.photo, None)
        if photo is None or not photo.is_unread or photo.output != each.output:
            continue
        adults = list_once_permitted(connection, photo.register)
        found += [Unread(number, each.photo, adults)] if adults else []
    return tuple(found)


def uphold(workspace: Workspace, entries: Entries, post: Post) -> Post:
    """Return a post as it stands: one that is bound and does not hold any more is a draft from now on."""
    if post.state not in BOUND:
        return post
    broken = ask_again(workspace, entries.connection, post)
    if broken:
        who = Voider(Role.SYSTEM.value, None, workspace.settings.take_down_hours)
        void(entries, post, broken[0].cause, who)
    found = read_post(entries.connection, post.id)
    assert found is not None  # no post is ever deleted
    return found


def hash_post(workspace: Workspace, post: Post, site: Site, nonce: str) -> str:
    """Return the hash of what a post shows, with the nonce of a proposal."""
    details = "\n".join(workspace.settings.company_details)
    return hash_content(site.id, site.purpose, post.caption, post.photos, details, nonce)


def shown_on_post(workspace: Workspace, connection: Connection, post: Post) -> tuple[PostShown, ...]:
    """Return who is shown uncovered, or named, on the copies that stand, with the end of their consent."""
    site = None if post.site is None else read_site(connection, post.site)
    asked = purposes_of(workspace.settings.purposes, None if site is None else site.purpose)
    return tuple(
        PostShown(photo.photo, each.upn, each.is_by_hand,
                  _ends(workspace, connection, each.upn, asked, is_by_hand=each.is_by_hand), each.is_named)
        for photo in post.photos
        for each in list_shown_on(connection, photo.photo)
    )  # fmt: skip


def _ends(
    workspace: Workspace, connection: Connection, upn: str, purposes: Sequence[str], *, is_by_hand: bool
) -> str | None:
    """Return when the first of a person's answers ends; None where none does."""
    record = _record(connection, upn)
    asked = purposes if is_by_hand else (*purposes, BIOMETRIC)
    days = [
        answer.expires_on
        for purpose in asked
        for answer in (() if record is None else record.answers(purpose))
        if answer.expires_on is not None
    ]
    return print_moment(end_of_day(min(days), workspace.settings.zone)) if days else None


def _record(connection: Connection, upn: str) -> PupilRecord | None:
    try:
        return read_pupil(connection, upn)
    except PupilUnknown:
        return None


def _ask_site(post: Post, site: Site | None, at: str) -> Iterator[Broken]:
    if site is None:
        yield Broken(Cause.SITE_CLOSED, "Choose the site that the post goes to.")
    elif not site.is_open_at(at):
        yield Broken(Cause.SITE_CLOSED, "The site is not approved, or its due diligence is overdue. See the sites.")
    elif not site.serves(post.school):
        yield Broken(Cause.SITE_CLOSED, "The site is another school's.")


def _ask_photos(connection: Connection, post: Post) -> Iterator[Broken]:
    for number, each in enumerate(post.photos, 1):
        why = _why_not_photo(connection, post, each)
        if why is not None:
            cause, what = why
            yield Broken(cause, f"Photo {number} ({short_id(each.photo)}) {what}.")


def _why_not_photo(connection: Connection, post: Post, each: PostPhoto) -> tuple[Cause, str] | None:
    photo = find_queued(connection, each.photo, None)
    if photo is None or photo.state is not State.STORED or photo.output is None:
        return Cause.COPY_CHANGED, "has no copy any more"
    if photo.is_recalled:
        return Cause.COPY_RECALLED, "is recalled: its copy must not be used"
    if photo.output != each.output:
        return Cause.COPY_CHANGED, "has another copy by now; take it out and choose it again"
    if photo.review != ReviewState.FIT:
        return Cause.REVIEW_REOPENED, "is not passed by a reviewer"
    if post.school and photo.school not in {"", post.school}:
        return Cause.COPY_CHANGED, "is another school's"
    return None


def _ask_consents(
    workspace: Workspace, connection: Connection, shown: Sequence[PostShown], site: Site | None
) -> Iterator[Broken]:
    asked = purposes_of(workspace.settings.purposes, None if site is None else site.purpose)
    today = workspace.today(connection)
    for each in shown:
        may = may_show if each.is_by_hand else may_recognise
        answer = may(_record(connection, each.pupil), asked, today)
        may_show_any = workspace.settings.shows_faces or each.is_named
        if not may_show_any or not isinstance(answer, Yes):
            what = "names somebody who may not be named" if each.is_named else "shows somebody who may not be shown"
            sentence = f"Photo {short_id(each.photo)} {what} there today."
            yield Broken(Cause.CONSENT_ENDED, sentence)


def _ask_unread(
    workspace: Workspace, connection: Connection, found: Sequence[Unread], site: Site | None
) -> Iterator[Broken]:
    """Say which copies may name somebody who may not be named any more: what nobody knows counts as the worst."""
    asked = purposes_of(workspace.settings.purposes, None if site is None else site.purpose)
    for unread in found:
        today = workspace.today(connection)
        answers = (may_show(_record(connection, adult), asked, today) for adult in unread.adults)
        if not all(isinstance(answer, Yes) for answer in answers):
            rest = may_name(unread.photo, "there today")
            what = f"Photo {unread.number} ({short_id(unread.photo)}) {rest}"
            yield Broken(Cause.CONSENT_ENDED, what)


def _ask_content(workspace: Workspace, post: Post, site: Site | None) -> Iterator[Broken]:
    if post.state in BOUND and (site is None or hash_post(workspace, post, site, post.nonce) != post.content):
        what = "What stands in the post is not what was proposed: company details, the site's purpose or its words."
        yield Broken(Cause.DETAILS_CHANGED, what)


def _ask_time(post: Post, at: str) -> Iterator[Broken]:
    is_over = post.until is not None and post.until < at
    if post.state in {PostState.APPROVED, PostState.RELEASED} and is_over:
        yield Broken(Cause.EXPIRED, "The approval's time is over.")
