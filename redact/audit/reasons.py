"""Bring a sentence into the shape that the audit log allows for a reason (redact/audit/kinds.py, REASON)."""

from __future__ import annotations

import re
import unicodedata

from redact.audit.kinds import MAX_REASON_CHARS, REASON

_NO_ROOM = re.compile(r"[^A-Za-z0-9,;()%+= .:-]")
_UNKNOWN = "A reason that has no place in the audit log; see the status"


def as_reason(sentence: str) -> str:
    """Return `sentence` in plain ASCII, without quotes, slashes and whatever else could carry a path, cut to length."""
    if REASON.accepts(sentence):
        return sentence
    plain = unicodedata.normalize("NFKD", sentence).encode("ascii", "ignore").decode()
    plain = _NO_ROOM.sub(" ", plain)
    plain = re.sub(r"(?<![0-9])\.(?=[^ ])|\.(?=[^ 0-9])|:(?=[^ ])", " ", plain)
    plain = " ".join(plain.split()).lstrip(" ,;.:)%+=-")[:MAX_REASON_CHARS].rstrip(" ,;.:(")
    return plain if REASON.accepts(plain) else _UNKNOWN
