"""End what a headteacher said yes to, or was about to, in the transaction of whatever changed it.

Threat: a parent withdraws a consent, or a reviewer finds a face, and the post with that copy goes out all the same,
because nobody told it.
Rule: whatever ends a yes, or changes or recalls a copy, calls one of these functions with its own transaction: posts
that are proposed, approved or released become drafts again, their content is bound no more, and the audit log has the
cause.  They live beside the rows because registers, photos and posts may not know each other.  What ends without an
act (a day passes) is asked again whenever a post is read, approved or released (posts/approving/conditions.py).
Where files of it were handed out, the post may stand somewhere, with a link or without: a take-down is opened with it
(take_downs.py), though it was a day that ended the yes and the release had lapsed.  A draft knows nothing of what was
handed out, so that whatever ends a consent later would not find it.
Accepted residue: files that a released post left in the outbox go after the commit (posts/releasing).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from redact.audit.kinds import Kind
from redact.pupils.consent import PupilRecord, Yes, may_recognise, may_show
from redact.store.log.audit_log import Entries
from redact.store.posts.naming import list_naming
from redact.store.posts.posts import list_at_site, list_showing, list_with_photo, read_shown, swap
from redact.store.posts.sites import read_site
from redact.store.posts.take_down_list import TAKE_DOWN_HOURS
from redact.store.posts.take_downs import CONSENT_GONE, COPY_RECALLED, RELEASE_VOIDED, Opener, is_out, open_take_down
from redact.store.posts.values import BOUND, Post, PostState
from redact.system.clock import print_moment


class Cause(StrEnum):
    """Why a post is a draft again; words of the audit log (approval.voided)."""

    CONSENT_ENDED = "consent-ended"  # somebody whom a copy shows may not be shown any more
    COPY_RECALLED = "copy-recalled"  # by hand, whoever it shows
    COPY_CHANGED = "copy-changed"  # another copy took its place, or it is gone
    REVIEW_REOPENED = "review-reopened"  # the copy is not passed any more
    SET_ASIDE = "photo-set-aside"  # nothing of the photo is to be published
    EDITED = "edited"  # by its author
    WITHDRAWN = "withdrawn"  # by its author, after the approval
    SITE_CLOSED = "site-closed"  # retired, or its due diligence is overdue
    DETAILS_CHANGED = "details-changed"  # the company details, or what the site asks consent for
    REPORTED = "reported"  # by somebody, while it lay in the outbox
    EXPIRED = "approval-expired"  # its time is over


@dataclass(frozen=True, slots=True)
class Voider:
    """Who does what ends the yes: role, and tag where a person is known."""

    role: str
    tag: str | None = None
    take_down_hours: float = TAKE_DOWN_HOURS  # of the setting


#: What is asked for where files of a voided post were handed out.
_TAKE_DOWN_CAUSES: Final = {Cause.CONSENT_ENDED: CONSENT_GONE, Cause.COPY_RECALLED: COPY_RECALLED}

#: What a draft that was bound does not keep.
_UNBOUND: Final[dict[str, object]] = {
    "content": None,
    "register": None,
    "nonce": "",
    "proposed_at": None,
    "approved_at": None,
    "approver": None,
    "approver_role": None,
    "until": None,
    "released_at": None,
    "releaser": None,
}


def unbind(entries: Entries, post: Post, cause: str, note: str = "") -> bool:
    """Make a bound post a draft again, without an entry; False where it moved on meanwhile."""
    back = {"cause": cause, "note": note, "back_at": print_moment(entries.now)}
    return swap(entries.connection, post, PostState.DRAFT, **_UNBOUND, **back)


def void(entries: Entries, post: Post, cause: Cause, who: Voider) -> bool:
    """Make a bound post a draft again; False where it is bound no more."""
    if post.state not in BOUND or post.content is None or not unbind(entries, post, cause.value):
        return False
    person = {} if who.tag is None else {"person": who.tag}
    facts = {"post": post.ref, "content": post.content, "cause": cause.value}
    entries.add(Kind.APPROVAL_VOIDED, by=who.role, **facts, **person)
    if is_out(post):
        opener = Opener(who.role, who.tag, who.take_down_hours)
        open_take_down(entries, post, _TAKE_DOWN_CAUSES.get(cause, RELEASE_VOIDED), opener)
    return True


def void_photo(entries: Entries, photo: str, cause: Cause, who: Voider) -> tuple[Post, ...]:
    """Void every bound post that holds a copy of a photo; return them as they were."""
    return _void_all(entries, list_with_photo(entries.connection, photo, BOUND), cause, who)


def void_site(entries: Entries, site: str, who: Voider) -> tuple[Post, ...]:
    """Void every bound post for a site that was retired; return them as they were."""
    return _void_all(entries, list_at_site(entries.connection, site, BOUND), Cause.SITE_CLOSED, who)


def void_unless_shown(
    entries: Entries, pupil: PupilRecord, purposes: Sequence[str], day: date, who: Voider
) -> tuple[Post, ...]:
    """Void every bound post that shows or names somebody who may not be any more; return them as they were.

    Args:
        entries: of the transaction that changed what the register says.
        pupil: as the register has them now; an adult likewise.
        purposes: of the workspace; those of each post's site are asked for too.
        day: the school's.
        who: changed it.
    """
    showing = list_showing(entries.connection, pupil.upn, BOUND)
    lost = {post.id: post for post in showing if not _may_stand(entries, post, pupil, purposes, day)}
    lost |= {post.id: post for post in list_naming(entries.connection, pupil, purposes, BOUND)}
    return _void_all(entries, tuple(lost.values()), Cause.CONSENT_ENDED, who)


def purposes_of(purposes: Sequence[str], site_purpose: str | None) -> tuple[str, ...]:
    """Return what a shown pupil must have said yes to: the purposes of the workspace, and that of the site."""
    return tuple(dict.fromkeys((*purposes, *([site_purpose] if site_purpose else []))))


def _may_stand(entries: Entries, post: Post, pupil: PupilRecord, purposes: Sequence[str], day: date) -> bool:
    site = None if post.site is None else read_site(entries.connection, post.site)
    asked = purposes_of(purposes, None if site is None else site.purpose)
    shown = [each for each in read_shown(entries.connection, post.id) if each.pupil == pupil.upn]
    may = (may_show(pupil, asked, day) if each.is_by_hand else may_recognise(pupil, asked, day) for each in shown)
    return all(isinstance(answer, Yes) for answer in may)


def _void_all(entries: Entries, found: Sequence[Post], cause: Cause, who: Voider) -> tuple[Post, ...]:
    return tuple(post for post in found if void(entries, post, cause, who))
