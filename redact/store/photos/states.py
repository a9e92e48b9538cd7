"""The states of a photo and of a file on a device."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a photo stands."""

    WANTED = "wanted"  # its plain original must be taken in (again) from a device
    ARRIVED = "arrived"  # proved copy in quarantine
    SEALED = "sealed"  # original in the vault
    REDACTED = "redacted"  # verified copy waits for trust storage
    STORED = "stored"  # copy in trust storage, read back
    HELD = "held"  # a person must look
    REFUSED = "refused"  # not an image, or unsafe
    SET_ASIDE = (
        "set-aside"  # nothing of it is to be published: a person looked, or it is the half of a file that is whole now
    )


#: States in which the pipeline has something to do.
UNDER_WAY = (State.ARRIVED, State.SEALED, State.REDACTED)
#: States in which no plain original may lie in quarantine.
AT_REST = (State.STORED, State.HELD, State.REFUSED, State.SET_ASIDE)


class ReviewState(StrEnum):
    """How the review of a stored copy stands."""

    OPEN = "open"  # nobody has decided on it
    FIT = "fit"  # a person has passed it
    UNFIT = "unfit"  # a person has looked at it, and nothing of it is to be published


class FileState(StrEnum):
    """Where a file on a device stands."""

    TAKEN = "taken"  # its bytes are in the workspace
    OPENED = "opened"  # the audit log says that it is about to be deleted
    GONE = "gone"  # deleted, and looked for again
    KEPT = "kept"  # could not be deleted: an incident
    UNKNOWN = "unknown"  # the device could not be looked at
    REMOVED = "removed"  # it was gone before this program deleted it: deleted, or moved away, nobody saw


#: States of files that lie on their device, as far as anybody knows.
ON_DEVICE = frozenset(FileState) - {FileState.GONE, FileState.REMOVED}
#: States of files of which nobody has seen or said that they were deleted.
NOT_GONE = frozenset(FileState) - {FileState.GONE}
