"""Why nothing of a photo is to be published: from lists, for it stands in the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from redact.desk.pages.queue import thumbnail_of
from redact.posts.queue import Standing, standing_of
from redact.posts.recalling import RecallCause
from redact.posts.review import AsideCause
from redact.store.queue import QueuedPhoto

#: Why nothing of a photo is to be published, for one that has no copy to use; a sentence, for it stands in the log.
REASONS: Final = {
    "not-for-use": "The school has no use for this photo.",
    "no-picture": "The file is no picture, or it cannot be opened.",
    "not-suitable": "The photo should not have been taken, or must not be published.",
    "gone": "The original is gone for good.",
}
#: Why a copy that stands must not be used any more.
RECALLS: Final = {
    RecallCause.OBJECTION.value: "Somebody in it, or who speaks for them, objects.",
    RecallCause.NOT_REDACTED_WELL.value: "A face or a name was left bare.",
    RecallCause.WRONG_PERSON.value: "Somebody is shown who was taken for somebody else.",
    RecallCause.NOT_SUITABLE.value: "It should not have been taken, or must not be published.",
}
#: The same for a copy that somebody looked at: words of the log.
CAUSES: Final = {
    AsideCause.NOT_FOR_USE.value: "The school has no use for it.",
    AsideCause.NOT_SUITABLE.value: "It should not have been taken, or must not be published.",
    AsideCause.NOT_REDACTED_WELL.value: "Its covers cannot be made right.",
}


def reasons_for(photo: QueuedPhoto) -> Mapping[str, str]:
    """Return the reasons for which a photo may be set aside as it stands."""
    if thumbnail_of(photo):
        return CAUSES
    if standing_of(photo) is Standing.RECALLED:  # a copy was made of it: it is a picture
        return {word: sentence for word, sentence in REASONS.items() if word != "no-picture"}
    return REASONS
