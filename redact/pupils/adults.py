"""Adults in photos: staff, governors, visitors, parents, as values.

Threat: an adult is published who never agreed in writing (the trust's social media policy, 8.2); or an adult's answer
is taken for a pupil's.
Rule: an adult has a number of a kind that no roll has, and the same register of answers as a pupil; a yes of an adult
is taken only with what it is written in, by hand, never from an import.  Nobody is shown who is not enrolled.
Accepted residue: that the writing exists is the word of whoever enters it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_NUMBER: Final = re.compile(r"ADULT-[1-9][0-9]{0,8}")
PUPIL: Final = "pupil"  # what everybody else of the register is


class AdultKind(StrEnum):
    """What an adult is to the school."""

    STAFF = "staff"
    GOVERNOR = "governor"
    VISITOR = "visitor"
    PARENT = "parent"


@dataclass(frozen=True, slots=True)
class Adult:
    """One adult of the register."""

    number: str  # ADULT-7
    kind: AdultKind
    forename: str
    surname: str
    school: str = ""
    has_left: bool = False


def is_adult(number: str) -> bool:
    """Say whether a number is an adult's, and no pupil's."""
    return _NUMBER.fullmatch(number) is not None


def next_number(known: int) -> str:
    """Return the number of the next adult, where there were `known` so far; no number is given twice."""
    return f"ADULT-{known + 1}"
