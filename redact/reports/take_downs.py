"""Take-downs in words, and posts that show somebody whose consent has ended with its day, which are only listed."""

from __future__ import annotations

from redact.photos.take_down import WHY, WHY_BY_HAND
from redact.posts.approving import conditions
from redact.posts.take_downs.reports import COVERED_WORDS, RELEASE_WORDS, REPORTS, UNFIT_WORDS
from redact.store.posts.posts import Schools, Wanted, list_posts, list_with_shown
from redact.store.posts.take_down_list import find_open
from redact.store.posts.take_downs import CONSENT_GONE, COPY_COVERED, COPY_RECALLED, COPY_UNFIT, RELEASE_VOIDED
from redact.store.posts.values import Post, PostState
from redact.store.pupils.adults import first_permission
from redact.workspace.open import Workspace

_MOST = 500  # posted posts that are looked through for a list
_WORDS = {
    CONSENT_GONE: WHY,
    COPY_RECALLED: WHY_BY_HAND,
    COPY_COVERED: COVERED_WORDS,
    COPY_UNFIT: UNFIT_WORDS,
    RELEASE_VOIDED: RELEASE_WORDS,
}


def why_down(cause: str) -> str:
    """Return why something is to be taken down, a sentence; it never says which pupil's refusal it is."""
    return _WORDS.get(cause) or f"{REPORTS.get(cause, cause)}."


def list_ended(workspace: Workspace, schools: Schools = None) -> tuple[Post, ...]:
    """Return posted posts that show somebody who may not be shown today, and that nobody asks to be taken down.

    A consent that ended by its day, or a pupil who left, takes nothing back: a person decides about these.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        # Most posts show nobody, and need no question.
        shows = list_with_shown(connection, first_permission(connection))
        posted = list_posts(connection, Wanted((PostState.POSTED,), schools), None, _MOST)
        return tuple(
            post
            for post in posted
            if post.id in shows
            and find_open(connection, post.id) is None
            and conditions.ask_consents(workspace, connection, post)
        )
