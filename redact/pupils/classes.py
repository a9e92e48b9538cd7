"""Which year or class the words of a folder, or of the roll, name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

#: A year group as schools of the UK write it, at the start of a folder's name or of a class: "Year 3", "Yr3", "Y 03",
#: "3", "3 Oak", "10B2"; then the rest, which names the class.
_YEAR: Final = re.compile(r"(?:(?:year|yr|y)\W*)?0?(\d{1,2})(?!\d)(?:\W*group\b)?(.*)", re.DOTALL)
_EARLY: Final = re.compile(r"(?:year\W*|yr\W+|y\W*)?(r|reception|n|nursery)(?:\W+(\D.*))?", re.DOTALL)
_NC: Final = re.compile(r"^(?:nc|national curriculum|curriculum)\b[\s:]*", re.IGNORECASE)
_WORDS_OF_A_CLASS: Final = re.compile(r"\b(?:class|form|tutor|group|reg)\b")  # "Class 3 Oak" is "3 Oak"


@dataclass(frozen=True, slots=True)
class SchoolClass:
    """A year group, a class, or a class of a year group, as compared; what is not said is empty."""

    year: str  # "3", "r", "n"
    name: str  # "oak", letters and digits only


def years_in(tags: Iterable[str]) -> tuple[str, ...]:
    """Return the years alone that `tags` name, as tags: "3 Oak" is "Year 3", and a child's name is nothing.

    This is what may be kept of the folders of a photo that is done with.  If it is redacted again from its sealed
    original, the gallery is the year's and not the class's.
    """
    return tuple(dict.fromkeys(f"Year {year}" for tag in tags if (year := class_of(tag).year)))


def year_group(words: str) -> str:
    """Return a year group in one spelling: "Year 5", "Yr 05" and "5.0" are "5", "Reception" is "R"; else as it is."""
    text = " ".join(words.split())
    found = class_of(_NC.sub("", re.sub(r"\.0\Z", "", text)))
    return found.year.upper() if found.year and not found.name else text


def class_of(words: str) -> SchoolClass:
    """Return the year and class that a folder or a class of the roll is called by."""
    plain = unicodedata.normalize("NFKC", words).casefold().replace("_", " ")
    text = " ".join(_WORDS_OF_A_CLASS.sub(" ", plain).split())
    if early := _EARLY.fullmatch(text):
        return SchoolClass(early[1][0], _squeeze(early[2] or ""))
    if year := _YEAR.fullmatch(text):
        return SchoolClass(year[1], _squeeze(year[2]))
    return SchoolClass("", _squeeze(text))


def _squeeze(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())
