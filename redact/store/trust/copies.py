"""A copy read from trust storage, proved to be the one that was made.

Threat: a file that somebody put in the place of a copy is shown, or drawn on, as one.
Rule: each copy is hashed when it is read, and is used only if it is the one of the database.
"""

from __future__ import annotations

import hashlib

from redact.errors import RedactError
from redact.store.trust.storage import TrustFault, TrustStorage

_NOBODYS = "0" * 24 + ".jpg"  # a name that no copy has: asked for to see whether the storage answers


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


def find_copy(trust: TrustStorage, name: str) -> bytes | None:
    """Return what lies under a name; None where nothing does, or what is no copy: a pipe, a link, a huge file.

    Raises:
        TrustFault: it is the storage that cannot be seen.
    """
    try:
        return trust.find(name)
    except TrustFault:
        check_answers(trust)
        return None


def check_answers(trust: TrustStorage) -> None:
    """Ask trust storage for what it has not, to see whether it answers where one copy does not.

    Raises:
        TrustFault: it is the storage that cannot be seen.
    """
    trust.find(_NOBODYS)
