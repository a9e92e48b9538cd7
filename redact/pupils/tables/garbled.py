"""Is a name as a person wrote it, or was it broken on the way?

Threat: "ZoÃ«", "Zo?" or "01-May" stands on the roll, is looked for in no picture, and the child's name is published.
Rule: whatever is no sign of a name is reported with its row, and taken all the same, for a name more only covers more.
A reading twice (UTF-8 taken for another encoding) is undone where that leaves a name without an odd sign, and reported.
Accepted residue: what was lost without a trace ("Zoe" for "Zoë"): names are compared without accents anyway.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final

from redact.pupils.tables.encoding import count_odd, count_unusual
from redact.pupils.tables.sheets import NO_RESULT

_MOST_TIMES: Final = 3  # that a text was taken for another encoding in a row: Excel, mail and a database; a choice
_MISREAD_AS: Final = ("cp1252", "latin-1", "mac_roman", "cp850", "cp437")
_ENTITY: Final = re.compile(r"&(?:#\d+|#x[0-9a-f]+|[a-z]+\d?);", re.IGNORECASE)
_SPREADSHEET_DAY: Final = re.compile(
    r"\d{1,2}[-/ ](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:[-/ ]\d{2,4})?"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-/ ]\d{1,4}"
    r"|\d{4}-\d{2}-\d{2}(?:[ t]\d{2}:\d{2}.*)?",
    re.IGNORECASE,
)
#: Signs beside letters, marks and spaces that names are written with; nicknames stand in brackets or quotation marks.
_OF_NAMES: Final = frozenset(
    "'`.,-/&()[]\"\u2018\u2019\u201c\u201d\u02bb\u02bc\u00b4\u00b7\u2010\u2011\u2013\u2014\u2032\u200c\u200d"
)


def mend(text: str) -> str:
    """Return `text` with a second reading undone ("ZoÃ«" is "Zoë", "Zo&euml;" too), where that helps."""
    is_odd = count_odd(text) > 0
    best = mended = html.unescape(text) if _ENTITY.search(text) else text
    found = [mended]
    for _ in range(_MOST_TIMES):
        found = list(dict.fromkeys(new for one in found for name in _MISREAD_AS if (new := _undo(one, name)) != one))
        clean = [one for one in found if _is_clean(one) and (is_odd or _is_latin(one))]
        best = min(clean, key=count_unusual, default=best)  # of two as good the likelier misreading
    return best if _is_clean(best) else text


def _is_latin(text: str) -> bool:
    return all("LATIN" in unicodedata.name(sign, "") for sign in text if sign.isalpha())


def _is_clean(text: str) -> bool:
    return not count_odd(text) and all(sign <= "\x7f" or _is_of_names(sign) for sign in text)


def fault_in_name(name: str, doubtful: frozenset[str] = frozenset()) -> str | None:
    """Return what is wrong with a name, as a sentence part that does not quote it; None where nothing is.

    Args:
        name: as it stands in the file.
        doubtful: signs that may be other letters in this file (`encoding.Text`).
    """
    faults = (
        (name == NO_RESULT, "a formula has no result in the file: open it in a spreadsheet and save it"),
        ("\ufffd" in name, "a letter was lost on the way"),
        (is_spreadsheet_day(name), "a spreadsheet seems to have made a day of it"),
        (any(sign.isdigit() for sign in name), "there is a digit in the name"),
        ("?" in name, "there is a question mark where a letter may have been"),
        (bool(count_odd(name)) or mend(name) != name, "its accents were broken on the way"),
        (not all(map(_is_of_names, name)), "there is a sign in it that no name has"),
        (not doubtful.isdisjoint(name), "an accent in it may be another one"),
    )
    return next((what for is_so, what in faults if is_so), None)


def is_spreadsheet_day(text: str) -> bool:
    """Say whether a class or a year looks like a day that a spreadsheet made of it: "5-1" becomes "05-Jan"."""
    return _SPREADSHEET_DAY.fullmatch(text.strip()) is not None


def _is_of_names(sign: str) -> bool:
    return sign.isspace() or sign in _OF_NAMES or unicodedata.category(sign)[0] in "LM"


def _undo(text: str, misread_as: str) -> str:
    """Return what UTF-8 bytes said that were read as `misread_as`; `text` itself where they cannot have been."""
    if text.isascii():
        return text
    try:
        return b"".join(_byte(sign, misread_as) for sign in text).decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


def _byte(sign: str, encoding: str) -> bytes:
    if encoding == "cp1252" and "\x80" <= sign <= "\x9f":  # what it leaves undefined is passed through by most programs
        return sign.encode("latin-1")
    return sign.encode(encoding)
