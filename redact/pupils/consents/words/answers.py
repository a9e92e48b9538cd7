"""The words in which exports answer, and in which people name purposes: tables, and their reading.

Threat: a word that was not understood is taken for a yes; a column about fingerprints is taken for consent to be
recognised by the face; free text of an export reaches the audit log as the name of a purpose.
Rule: only the words listed here count; under a heading that says no a bare yes is a no.  A purpose that a person
names is one of the known ones, or nothing; `biometric` is taken only where a person names it.
Accepted residue: a school whose "yes" means something else says so by mapping.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from redact.pupils.consent import BIOMETRIC, EVERY_PURPOSE, KNOWN_PURPOSES, NOES, State
from redact.pupils.dates import read_date
from redact.pupils.tables.table import fold

_TICKS: Final = (
    "\N{CHECK MARK}", "\N{HEAVY CHECK MARK}", "\N{WHITE HEAVY CHECK MARK}", "\N{BALLOT BOX WITH CHECK}",
)  # fmt: skip
_WORDS: Final[Mapping[State, tuple[str, ...]]] = {
    State.GIVEN: (
        "yes", "y", "true", "given", "granted", "agreed", "agree", "agrees", "accepted", "accept", "approved",
        "allowed", "allow", "confirmed", "consented", "consent given", "consent granted", "consents", "permitted",
        "permission given", "permission granted", "opted in", "opt in", "opted-in", "opt-in", "i agree", "i consent",
        "i give consent", "i give permission", "yes, i consent", "yes, i agree", "yes - consent given", "ticked",
        "yes, i give consent", "yes, i give permission", "yes i give consent", "yes i give permission", "yes, i do",
        "yes please", "yes, please", "i do give consent", "i do give permission",
        *_TICKS,
    ),
    State.REFUSED: (
        "no", "n", "false", "refused", "declined", "denied", "disagree", "disagreed", "not given", "not granted",
        "not agreed", "no consent", "consent not given", "consent refused", "not consented", "does not consent",
        "do not consent", "i do not consent", "i do not agree", "i do not give consent", "i do not give permission",
        "no, i do not give consent", "no, i do not give permission", "no i do not give consent", "no thank you",
        "no i do not give permission", "no, i do not", "no thanks", "no, thank you", "no, i don't",
        "no, i do not consent", "no - consent not given", "does not agree", "do not agree", "permission refused",
        "permission denied", "permission not given", "no permission", "opted out", "opt out", "opted-out", "opt-out",
        "not permitted", "not allowed", "decline", "refuse", "reject", "rejected", "withheld", "consent withheld",
        "excluded", "disallowed", "not approved", "consent declined", "consent denied",
        "no photo", "no photos", "no photographs", "no photography", "no images", "no pictures", "no publicity",
        "do not photograph", "do not use", "do not publish",
        "no consent given", "no permission given", "i don't consent", "i don't agree",
        "i don't give consent", "i don't give permission", "i refuse",
        "i withhold consent", "\N{BALLOT X}", "\N{HEAVY BALLOT X}", "\N{CROSS MARK}",
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
        "requested", "to be confirmed", "tbc", "n/a", "na", "none", "null", "blank", "not yet asked", "not requested",
        "not provided", "not responded", "not yet responded", "not answered yet", "unanswered", "outstanding",
        "awaiting consent", "no data", "not completed", "incomplete", "unconfirmed", "undecided", "no consent record",
        "not returned", "not yet returned", "form not returned", "no form returned", "not received", "not yet received",
        "awaiting form", "form outstanding", "has not replied", "not replied",
        "permission not requested", "consent not requested", "permission not asked", "consent not asked",
    ),
}  # fmt: skip
#: Of these a bare yes or no: what they mean hangs on the heading; every other word speaks of the consent itself.
PLAIN_YES: Final = frozenset({"yes", "y", "true", "ticked", *_TICKS})
PLAIN_NO: Final = frozenset({"no", "n", "false"})
_NOTHING: Final = PLAIN_NO | {"", "-", "\N{EN DASH}", "n/a", "na", "none", "null", "blank", "not set", "not recorded"}
#: A single "x", "1" or "0" is not here: a tick for some, a cross for others, a year group where columns slipped; ones
#: and noughts of a whole column are read by `cells.with_answers_spelled`.
WORDS: Final = MappingProxyType({word: state for state, words in _WORDS.items() for word in words})

#: A word and the day of it in one cell: "Withdrawn 12/03/2024", "Given on 3 Sep 2025", "Refused (01/09/25)".
_WITH_DAY = re.compile(
    r"(?P<word>.*?[^\W\d_])(?P<signs>[\s:,(\u2013-]+)(?P<on>on |dated )?(?P<day>\d[\w/. -]*\d)\)?", re.DOTALL
)
MOST_WITH_DAY: Final = 60  # characters of such a cell; longer ones are notes; a choice

_ID = re.compile(r"(?=.{1,40}\Z)[a-z0-9]+(?:-[a-z0-9]+)*")  # redact.audit.kinds.ID


def read_word(cell: str) -> State | None:
    """Return the answer that a cell spells, None where it is not understood."""
    return WORDS.get(_answer(parted(cell)[0]))


def is_nothing(cell: str) -> bool:
    """Say whether a cell says that what its heading names was not, or is not known of: "", "-", "n/a", "no"."""
    return _answer(cell) in _NOTHING


def refuses(cell: str) -> bool:
    """Say whether a cell says no in words of its own, and not by a bare no, which hangs on the heading."""
    return read_word(cell) in NOES and _answer(cell) not in PLAIN_NO


def parted(cell: str) -> tuple[str, date | None]:
    """Return the word of a cell and the day behind it; the whole cell and None where it is not both.

    A bare yes with a day is not: "Yes 31/08/2027" may be that of its end; nor are "Given (31/08/2027)" and its like.
    """
    found = _WITH_DAY.fullmatch(" ".join(cell.split())) if len(cell) <= MOST_WITH_DAY else None
    day = read_date(found["day"]) if found is not None else None
    if found is None or day is None:
        return cell, None
    word = found["word"].removesuffix(" on").removesuffix(" dated")
    is_dated = found["on"] is not None or word != found["word"] or not found["signs"].strip()
    may_end = _answer(word) in PLAIN_YES | PLAIN_NO or (WORDS.get(_answer(word)) is State.GIVEN and not is_dated)
    return (cell, None) if may_end else (word, day)


def read_inverted(cell: str) -> State | None:
    """Return the answer that a cell spells under a heading that says no ("opt-out"), None where it is not understood.

    A bare yes is a no, and a bare no is a yes.  A word that speaks of a consent and says yes ("agreed": to what?) is
    not understood; one that says no is one.
    """
    word = _answer(parted(cell)[0])
    if word in PLAIN_YES:
        return State.REFUSED
    if word in PLAIN_NO:
        return State.GIVEN
    state = WORDS.get(word)
    return None if state is State.GIVEN else state


def _answer(cell: str) -> str:
    return fold(cell).rstrip(".!\N{VARIATION SELECTOR-16}")


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
