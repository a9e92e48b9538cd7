"""A copy read from trust storage, proved to be the one that was made.

Threat: a file that somebody put in the place of a copy is shown, or drawn on, as one.
Rule: each copy is hashed when it is read, and is used only if it is the one of the database.
"""

from __future__ import annotations

import hashlib

from redact.errors import RedactError
from redact.store.trust.storage import TrustStorage


class CopyDiffers(RedactError):
    """What lies in trust storage is not the copy that was made."""

    def __init__(self, name: str) -> None:
        """Say which."""
        super().__init__(f"The file {name} in trust storage is not the copy that was made. See: redact doctor")


def read_copy(trust: TrustStorage, name: str, sha256: str) -> bytes:
    """Return a copy, proved to be the one that was made.

    Raises:
        TrustFault: it cannot be read.
        CopyDiffers: other bytes lie there.
    """
    content = trust.read(name)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise CopyDiffers(name)
    return content
