"""The words in which exports answer, and which purpose a heading means: tables, and their reading.

Threat: a word that was not understood is taken for a yes; a column about fingerprints is taken for consent to be
recognised by the face; free text of an export reaches the audit log as the name of a purpose.
Rule: only the words listed here count; a purpose is either named in full, or guessed and confirmed by a person, or
not imported; `biometric` is never guessed.
Accepted residue: a school whose "yes" means something else says so by mapping.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from redact.pupils.consent import BIOMETRIC, EVERY_PURPOSE, KNOWN_PURPOSES, State
from redact.pupils.table import fold

_WORDS: Final[Mapping[State, tuple[str, ...]]] = {
    State.GIVEN: (
        "yes", "y", "true", "given", "granted", "agreed", "agree", "agrees", "accepted", "approved", "allowed",
        "consented", "consent given", "consents", "permitted", "permission given", "permission granted", "opted in",
        "opt in", "ticked", "\N{CHECK MARK}", "\N{HEAVY CHECK MARK}",
    ),
    State.REFUSED: (
        "no", "n", "false", "refused", "declined", "denied", "disagree", "disagreed", "not given", "not granted",
        "not agreed", "no consent", "consent not given", "consent refused", "not consented", "does not consent",
        "do not consent", "permission refused", "opted out", "opt out", "not permitted", "not allowed",
    ),
    State.WITHDRAWN: ("withdrawn", "consent withdrawn", "revoked", "rescinded", "cancelled"),
    State.OBJECTED: (
        "objected", "objects", "pupil objected", "pupil objects", "pupil refused", "child refused", "student refused",
        "refused by pupil", "refused by child", "refused by student",
    ),
    State.EXPIRED: ("expired", "lapsed", "out of date"),
    State.PENDING: (
        "", "-", "\N{EN DASH}", "?", "pending", "not asked", "not known", "unknown", "not set", "not recorded",
        "not answered", "no response", "no answer", "no reply", "awaiting response", "awaiting reply", "awaiting",
        "requested", "to be confirmed", "tbc", "n/a", "na", "none", "null", "blank",
    ),
}  # fmt: skip
#: A single "x", "1" or "0" is not here: a tick for some, a cross for others, a year group where columns slipped.
WORDS: Final = MappingProxyType({word: state for state, words in _WORDS.items() for word in words})

#: Parts of headings that suggest a purpose, first match counts.  None: surely another matter, never suggested.
_HINTS: Final[tuple[tuple[str, str | None], ...]] = (
    ("biometric", None), ("finger", None), ("internet access", None), ("walk home", None), ("trip", None),
    ("web site", "website"), ("website", "website"), ("web page", "website"), ("internet", "website"),
    ("social", "social-media"), ("facebook", "social-media"), ("instagram", "social-media"),
    ("twitter", "social-media"), ("tiktok", "social-media"), ("youtube", "social-media"),
    ("prospectus", "prospectus"), ("brochure", "prospectus"), ("newsletter", "newsletter"),
    ("press", "press"), ("newspaper", "press"), ("news", "press"), ("media", "press"),
    ("display", "display"), ("video", "video"), ("film", "video"), ("school photo", "school-photo"),
)  # fmt: skip

_ID = re.compile(r"(?=.{1,40}\Z)[a-z0-9]+(?:-[a-z0-9]+)*")  # redact.audit.kinds.ID


def read_word(cell: str) -> State | None:
    """Return the answer that a cell spells, None where it is not understood."""
    return WORDS.get(fold(cell).rstrip(".!"))


def purpose_of(text: str) -> str | None:
    """Return the purpose in the one spelling, "Social Media" as "social-media"; None where it has none."""
    spelled = re.sub(r"[\s_-]+", "-", text.strip().casefold()).strip("-")
    return spelled if _ID.fullmatch(spelled) and spelled != EVERY_PURPOSE else None


def known_purpose(text: str, further: Iterable[str] = ()) -> str | None:
    """Return the purpose that a person names; None where it is none of the known or `further` ones.

    A slip must not pass: a refusal noted for "social-meda" would leave the yes for social media standing.
    """
    purpose = purpose_of(text)
    return purpose if purpose in {*KNOWN_PURPOSES, *further} else None


def certain_purpose(text: str, further: Iterable[str] = ()) -> str | None:
    """Return the purpose that `text` names in full, one of the known or `further` ones; never `biometric`."""
    purpose = known_purpose(text, further)
    return None if purpose == BIOMETRIC else purpose


def guess_purpose(text: str) -> str | None:
    """Return the purpose that a heading such as "Photo on the web site" seems to mean; a person must confirm it."""
    folded = fold(text)
    return next((purpose for part, purpose in _HINTS if part in folded), None)
