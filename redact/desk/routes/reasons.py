"""Why nothing of a photo is to be published: from lists, for it stands in the audit log."""

from __future__ import annotations

from typing import Final

from redact.posts.recalling import RecallCause
from redact.posts.review import AsideCause

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
