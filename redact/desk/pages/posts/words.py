"""The desk's words for posts: states, causes, and why an approver says no."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from redact.posts.approving.rules import Refusal
from redact.posts.writing.discarding import Discard
from redact.store.posts.values import PostState
from redact.store.posts.voids import Cause

STATES: Final[Mapping[PostState, str]] = {
    PostState.DRAFT: "Draft",
    PostState.PROPOSED: "Waits for approval",
    PostState.APPROVED: "Approved",
    PostState.RELEASED: "Put out",
    PostState.POSTED: "Posted",
    PostState.DOWN: "Taken down",
    PostState.DISCARDED: "Discarded",
}
#: A list of them: what stands above it, and what it says while it is empty.
HEADINGS: Final[Mapping[PostState, str]] = {**STATES, PostState.DRAFT: "Drafts"}
EMPTY: Final[Mapping[PostState, str]] = {
    PostState.DRAFT: "No draft. Begin with a photo that a reviewer passed, or with words alone.",
    PostState.PROPOSED: "No post waits for approval.",
    PostState.APPROVED: "No approved post waits to be put out.",
    PostState.RELEASED: "No post is on its way to its site.",
    PostState.POSTED: "Nothing was posted yet.",
    PostState.DOWN: "Nothing was taken down.",
    PostState.DISCARDED: "No draft was discarded.",
}
TONES: Final[Mapping[PostState, str]] = {
    PostState.DRAFT: "soft",
    PostState.PROPOSED: "ask",
    PostState.APPROVED: "good",
    PostState.RELEASED: "good",
    PostState.POSTED: "good",
    PostState.DOWN: "soft",
    PostState.DISCARDED: "soft",
}
MEANINGS: Final[Mapping[PostState, str]] = {
    PostState.DRAFT: "Being written, or sent back. Nobody has approved these.",
    PostState.PROPOSED: "A headteacher or the chief executive looks at each and says yes or no.",
    PostState.APPROVED: "These may be posted until the day that stands with them.",
    PostState.RELEASED: "Their files are ready for posting. Nobody has said yet that they stand on the site.",
    PostState.POSTED: "These stand on their sites.",
    PostState.DOWN: "Somebody attested that these stand on their sites no more.",
    PostState.DISCARDED: "Drafts that nobody wanted. They stay on record and go nowhere.",
}
REFUSALS: Final[Mapping[Refusal, str]] = {
    Refusal.WORDS: "The words need another look",
    Refusal.PHOTO: "Another photo, please",
    Refusal.SHOWS_CHILD: "A child can be seen who should not be",
    Refusal.TELLS_CHILD: "It tells who a child is",
    Refusal.TIMING: "Not now",
    Refusal.NOT_SUITABLE: "It should not be posted at all",
}
DISCARDS: Final[Mapping[Discard, str]] = {
    Discard.NOT_NEEDED: "It is not needed any more",
    Discard.TWICE: "There is another post like it",
    Discard.TOO_LATE: "It is too late for it",
    Discard.MISTAKE: "It was begun by mistake",
    Discard.NOT_TO_BE: "It should not be posted",
}
_CAUSES: Final[Mapping[str, str]] = {
    Cause.CONSENT_ENDED: "A consent of somebody whom it shows or names, or may name, has ended.",
    Cause.COPY_RECALLED: "A copy in it was recalled.",
    Cause.COPY_CHANGED: "A photo in it has another copy by now, or none.",
    Cause.REVIEW_REOPENED: "A reviewer looks at a photo of it again.",
    Cause.SET_ASIDE: "A photo in it was set aside: nothing of it is to be published.",
    Cause.EDITED: "It was changed after it was sent.",
    Cause.WITHDRAWN: "Its author took it back.",
    Cause.SITE_CLOSED: "Its site is not approved any more.",
    Cause.DETAILS_CHANGED: "The company details, or what the site asks consent for, have changed.",
    Cause.REPORTED: "Somebody reported it.",
    Cause.EXPIRED: "The approval's time was over.",
}


def describe_cause(cause: str | None) -> str:
    """Return why a post is a draft again, a sentence; "" where nothing is known."""
    refused = {refusal.value: f"An approver sent it back: {words}." for refusal, words in REFUSALS.items()}
    discarded = {each.value: f"{words}." for each, words in DISCARDS.items()}
    return "" if cause is None else {**discarded, **_CAUSES, **refused}.get(cause, "")
