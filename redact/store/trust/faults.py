"""What trust storage can fail with, and what a file in it may be called."""

from __future__ import annotations

import re

from redact.errors import TRY_AGAIN, RedactError

MARKER_NAME = ".redact-trust"  # in a folder, and in a bucket below its prefix
#: Of a copy, which is 2048 px on its longer side and under 10 MB; what lies in its place and is larger is none, and is
#: not read: a sparse file of a terabyte would take all of this machine's memory.  A choice, that of an original.
MOST_COPY_BYTES = 200_000_000
_MOST_CHARS = 200  # what the database keeps of a name; four folders of 40 characters and a file's 28 need 192
#: Up to four neutral sub-folders (names.py), a neutral id and an ending: nothing hidden, no way up, no child's name.
_NAME = re.compile(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*/){0,4}[0-9a-f]{24,64}\.[a-z]{2,4}")


class TrustFault(RedactError):
    """Trust storage cannot be used, or not for this file; nothing is claimed, and trying again later may help."""

    def __init__(self, where: str, why: str, name: str = "") -> None:
        """Say which storage, why, and for which file (a neutral id)."""
        item = f" for {name}" if name else ""
        super().__init__(f"Trust storage {where} cannot be used{item}: {why}. {TRY_AGAIN}")
        self.why = why


def check_name(name: str) -> str:
    """Return `name` if a file in trust storage may be called so.

    Raises:
        ValueError: it may not.
    """
    if len(name) > _MOST_CHARS or not _NAME.fullmatch(name):
        raise ValueError("a file in trust storage is called by 24 to 64 hex digits and a short ending")
    return name
