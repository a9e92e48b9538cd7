"""The unique pupil number, and the letter that guards it against slips of the pen.

Thirteen characters: a check letter, the authority (3 digits), the school (4), the year (2) and a serial number (3); in
a temporary number the last character is a letter.  The digits after the check letter are multiplied by their places
2 to 13 and summed; the remainder modulo 23 counts into an alphabet without I, O and S, and the letter of a temporary
number has the value of its place in that alphabet.  Source: the validation rules of the data element Unique Pupil
Number 2.0, agreed by the Department for Education on 18 November 2004, in the UK Government Data Standards Catalogue;
the school census checks them as its errors 1510 to 1570.

A number that fails is reported, never refused: schools in Wales and Scotland and independent schools have other
numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_ALPHABET = "ABCDEFGHJKLMNPQRTUVWXYZ"  # no I, O, S: UK Government Data Standards Catalogue
_SHAPE = re.compile(f"[{_ALPHABET}][0-9]{{11}}[0-9{_ALPHABET}]")
#: What any system numbers pupils by; a digit must be in it, so that no name passes for a number.  A choice.
_NUMBER = re.compile(r"(?=[^0-9]*[0-9])[A-Z0-9]+(?:-[A-Z0-9]+)*")
#: Headings of a pupil's number, as words; the first kind that is there counts.  A former number is none.
_HEADINGS = (
    re.compile(
        r"(?:(?:pupil|student|learner|child)s? )?u ?p ?n(?: (?:no|number|code))?(?: unique pupil number)?"
        r"|unique pupil (?:number|no|reference|identifier)(?: upn)?"
    ),
    # In a question of a form ("What is your child's UPN?"), or with its path ("education_details.upn").
    re.compile(
        r"(?!.*\b(?:former|previous|prior|old|last|siblings?|brothers?|sisters?|twins?|parents?|staff|teachers?|has"
        r"|is there|status|type|dates?|valid|checked|confirmed|reason|missing|notes?|comments?|known|consents?"
        r"|permissions?|photo\w*|(?:fore|sur)?names?|temp(?:orary)?|other|another)\b)"
        r"(?:\w+ )*(?:upn|unique pupil number)(?: (?!and\b|or\b)\w+)*"
    ),
    re.compile(
        r"(?:pupil|student|learner|child)s? (?:no|number|id|identifier|code|ref|reference)"
        r"|(?:admission|adm) ?(?:no|number|num)|ad ?no|(?:school|mis|sims|arbor|bromcom|isams|person|external)"
        r"(?: (?:pupil|student|person))? ?(?:id|identifier|code|number|no)"
    ),
)
MAX_NUMBER_CHARS = 40  # characters; store.tables


def tidy_upn(text: str) -> str:
    """Return a pupil's number as it is kept: capitals, no white space, no apostrophe by which Excel keeps a text."""
    return "".join(text.split()).lstrip("'\u2018\u2019`").upper()


def is_pupil_number(text: str) -> bool:
    """Say whether `text`, tidied, may be some system's number for a pupil: capitals and digits, at least one digit."""
    return len(text) <= MAX_NUMBER_CHARS and _NUMBER.fullmatch(text) is not None


def number_column(headings: Sequence[str], *, in_full: bool = False) -> int | None:
    """Return where the heading of a pupil's number stands, None where there is none.

    Args:
        headings: as words (`tables.table.plain`).
        in_full: a heading that only has the number in it, such as a question, is none.
    """
    kinds = (
        _HEADINGS if sum(map(bool, headings)) > 1 and not in_full else (_HEADINGS[0], _HEADINGS[2])
    )  # a sentence alone is a title
    places = (i for kind in kinds for i, heading in enumerate(headings) if kind.fullmatch(heading))
    return next(places, None)


def check_letter(upn: str) -> str:
    """Return the letter that the twelve characters after the first of `upn` call for.

    Raises:
        ValueError: it is not thirteen characters of the shape of a UPN.
    """
    if not _SHAPE.fullmatch(upn):
        raise ValueError("not of the shape of a UPN")
    total = sum(place * _value(character) for place, character in enumerate(upn[1:], 2))
    return _ALPHABET[total % len(_ALPHABET)]


def is_upn(upn: str) -> bool:
    """Say whether `upn` is a unique pupil number, temporary ones included, with the right check letter."""
    return _SHAPE.fullmatch(upn) is not None and check_letter(upn) == upn[0]


def _value(character: str) -> int:
    return int(character) if character.isdigit() else _ALPHABET.index(character)
