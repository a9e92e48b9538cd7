"""Why something of a photo was kept, or is not as it was: the sentences that reports and the watcher's own log share.

Knows values and words alone, so that a report need not load what purges, sweeps and reads trust storage.
"""

from __future__ import annotations

from redact.errors import short_id
from redact.store.originals import Original, SealedOriginal
from redact.store.photos.stored_copies import StoredCopy
from redact.store.photos.watched import Kept


def why_unproven(original: Original) -> str:
    """Return why an original was not destroyed although the database says that its retention is over."""
    return (
        f"The database says that the sealed original of photo {short_id(original.photo)} is past its retention, and "
        "the audit log does not prove it of the file that lies in the vault: somebody may have changed the database, "
        "or the file. It is kept."
    )


def why_kept(original: Original) -> str:
    """Return why an original was not destroyed although its retention is over."""
    return (
        f"The sealed original of photo {short_id(original.photo)} is past its retention and is kept, because its "
        f"redacted copy {original.output_name} is not in trust storage as it was stored."
    )


def why_plain_kept(sha256: str) -> str:
    """Return why a plain original was not removed although the database says that nobody waits for it."""
    return (
        f"The database says that nobody waits for the plain original of photo {short_id(sha256)} in quarantine, and "
        "nothing proves that its sealed original is in the vault: somebody may have changed the database. It is kept."
    )


def why_differs(copy: StoredCopy) -> str:
    """Return what is wrong with a copy, a sentence."""
    what = _how_it_differs(copy, "stored")
    return f"The copy {copy.name} of photo {short_id(copy.photo)} in trust storage {what}."


def why_original_differs(original: SealedOriginal) -> str:
    """Return what is wrong with a sealed original, a sentence."""
    what = _how_it_differs(original, "sealed")
    return f"The sealed original of photo {short_id(original.photo)} in the vault {what}."


def _how_it_differs(kept: Kept, was: str) -> str:
    return {
        "missing": "is not there",
        "not-whole": "cannot be read: something else lies in its place, or its disk or its permissions are at fault",
    }.get(kept.fault or "", f"is not what was {was}: other bytes lie there")
