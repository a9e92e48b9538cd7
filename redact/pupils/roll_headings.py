"""Which columns of a roll hold a pupil's names: legal, preferred, chosen, known as, called, middle, former.

Threat: a name the school uses stands in a column that nobody reads, and is published as no name.
Rule: every heading that speaks of a pupil's forename or surname is taken; one that speaks of a name and is not taken
is told, so that a person can look.
Accepted residue: a name in a column whose heading says nothing of names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from redact.pupils.tables.table import fold

LEGAL_FORENAME, LEGAL_SURNAME = "legal forename", "legal surname"
PREFERRED_FORENAME, PREFERRED_SURNAME = "preferred forename", "preferred surname"
_PLAIN_FORENAME, _PLAIN_SURNAME = "forename", "surname"

_SURNAME = re.compile(r"\b(?:surname|last ?name|family ?name|maiden ?name)s?\b")
_FORENAME = re.compile(
    r"\b(?:forename|first ?name|given ?name|christian ?name|middle ?name|nick ?name)s?\b|\bmiddle\b|\bknown[ -]as\b"
    r"|\b(?:chosen|preferred|called|calling|usual|informal|former|previous|other|further|additional|alternative|birth)"
    r" ?names?\b|\bcalled\b|\balias(?:es)?\b"
)
#: Somebody or something else is named there.
_OTHERS = re.compile(
    r"\b(?:parent|guardian|carer|mother|father|mum|dad|contact|teacher|tutor|staff|school|house|class|form|group|course"
    r"|sibling|brother|sister|doctor|gp|emergency|relation|file|user|site|key ?worker|head|year|next of kin)"
    r"(?:'?s|s')?\b"
)
_NAME = re.compile(r"name")


@dataclass(frozen=True, slots=True)
class NameColumns:
    """The places of a roll's name columns; None where there is none."""

    legal_forename: int | None
    legal_surname: int | None
    preferred_forename: int | None
    preferred_surname: int | None
    more_forenames: tuple[int, ...]
    more_surnames: tuple[int, ...]
    untaken: tuple[str, ...]  # headings that speak of a name and are not taken

    @property
    def places(self) -> tuple[int, ...]:
        """The places of all of them."""
        main = (self.legal_forename, self.legal_surname, self.preferred_forename, self.preferred_surname)
        return tuple(place for place in (*main, *self.more_forenames, *self.more_surnames) if place is not None)


def name_columns(heading: Sequence[str]) -> NameColumns:
    """Return which columns under `heading` hold a pupil's names; the first of two like headings is the main one."""
    folded = [fold(text) for text in heading]
    sur = [i for i, text in enumerate(folded) if _SURNAME.search(text) and not _OTHERS.search(text)]
    fore = [i for i, text in enumerate(folded) if i not in sur and _FORENAME.search(text) and not _OTHERS.search(text)]
    main = (
        _first(folded, fore, (LEGAL_FORENAME, _PLAIN_FORENAME), _FORENAME),
        _first(folded, sur, (LEGAL_SURNAME, _PLAIN_SURNAME), _SURNAME),
        _first(folded, fore, (PREFERRED_FORENAME,), None),
        _first(folded, sur, (PREFERRED_SURNAME,), None),
    )
    return NameColumns(
        *main,
        tuple(i for i in fore if i not in main),
        tuple(i for i in sur if i not in main),
        tuple(
            " ".join(heading[i].split())
            for i, text in enumerate(folded)
            if _NAME.search(text) and i not in {*fore, *sur}
        ),
    )


def _first(
    folded: Sequence[str], places: Sequence[int], wanted: Sequence[str], pattern: re.Pattern[str] | None
) -> int | None:
    """Return the first place whose heading is one of `wanted`, in that order; else one that is all of `pattern`."""
    for name in wanted:
        if (place := next((i for i in places if folded[i] == name), None)) is not None:
            return place
    return next((i for i in places if pattern is not None and pattern.fullmatch(folded[i])), None)
