"""What words beside an answer say against it: in a note, or in the heading of a further column.

Threat: "Only from behind" in a note, or "Withdrawal form: Signed", stands beside a yes that is taken.
Rule: words of a no, of how far a yes goes, or of what troubles somebody are found in the lists here; what follows from
them is beside.py's.
Accepted residue: a limit in words that no list has, which a person is told to read.
"""

from __future__ import annotations

import re
from typing import Final

from redact.pupils.consents.words.headings import (
    CHOICES,
    ENDS,
    NEGATIONS,
    OTHER,
    SPEAKS_OF_PHOTOS,
    TROUBLES,
    fold_apart,
    take_purposes,
)
from redact.pupils.tables.table import plain

_NOTES: Final = re.compile(
    r"\b(?:comments?|notes?|remarks?|conditions?|restrictions?|limitations?|exceptions?|caveats?|stipulations?"
    r"|(?:further|additional|other|consent|photo) (?:details?|information|info)|alerts?|flags?|warnings?|concerns?)\b"
)
_VIEW: Final = re.compile(r"\b(?:faces?|identif\w*|identity|publish\w*|seen|shown?|appear\w*|named?|location|found)\b")
#: A no in a note that takes nothing from a yes.
_HARMLESS: Final = re.compile(
    r"\b(?:no|not|without|none|never) (?:a )?(?:problems?|issues?|comments?|restrictions?|objections?|concerns?|worries"
    r"|limits?|limitations?|exceptions?|conditions?|changes?|further|more|preference|notes?|applicable|known|needed)\b"
)
_HOW_FAR: Final = re.compile(
    r"\b(?:only|changed (?:\w+ )?minds?|from behind|ask(?:ed)? (?:\w+ )?(?:me|us|mum|dad|first|before)|unless)\b"
)
_TAKEN_BACK: Final = re.compile(r"\b(?:take ?n? ?downs?|erasures?|complaints?|chang\w* of mind)\b")


def names_trouble(text: str) -> bool:
    """Say whether a heading asks what troubles somebody about photos, and not what is permitted: "Photo concerns"."""
    return TROUBLES.search(plain(fold_apart(text))) is not None


def tells_of_a_no(text: str) -> bool:
    """Say whether a heading tells of a no in the way of an office: "Withdrawal form", "Refused by", "Opted out (Y)"."""
    words = plain(fold_apart(text))
    return (ENDS.search(words) or _TAKEN_BACK.search(words)) is not None and not OTHER.search(words)


def tells_first_of_a_no(cell: str) -> bool:
    """Say whether a cell begins with the word of a no: "Withdrawn by parent", beside any answer."""
    words = plain(cell)
    return ENDS.match(words) is not None and not OTHER.search(words)


def is_of_notes(text: str) -> bool:
    """Say whether a heading is one of free text that may limit an answer: "Comments", "Conditions of consent"."""
    words = plain(fold_apart(text))
    return _NOTES.search(words) is not None and OTHER.search(words) is None


def speaks_against(text: str) -> bool:
    """Say whether words in a cell say no about photos or consents: "Photographs must not be published"."""
    words = plain(CHOICES.sub(" ", text))
    if not NEGATIONS.search(words) or OTHER.search(words):
        return False
    named, _, is_vague = take_purposes(words, ())
    return SPEAKS_OF_PHOTOS.search(words) is not None or (bool(named) and not is_vague)


def takes_back(text: str) -> bool:
    """Say whether a note beside an answer says no, or how far a yes goes: "Only from behind", "Please remove"."""
    words = _HARMLESS.sub(" ", plain(text))
    return (NEGATIONS.search(words) or _HOW_FAR.search(words)) is not None and not OTHER.search(words)


def keeps_from_view(text: str) -> bool:
    """Say whether a heading says that a child is not to be seen, named or found: "Hide face", "Do not identify"."""
    words = plain(CHOICES.sub(" ", fold_apart(text)))
    says_so = NEGATIONS.search(words) is not None and _VIEW.search(words) is not None
    return says_so and not (OTHER.search(words) or take_purposes(words, ())[0])
