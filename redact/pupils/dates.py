"""Days as people in Britain write them, in a spreadsheet or on a command line: the day stands first.

Threat: 04/03 is read as 3 April, or a slip (31/02, 2205) as another day, and an answer counts for longer than was said.
Rule: one reading for every place where a person gives a day; day, month, year, or year-month-day with four digits
first; a day that is not in the calendar, or not of this century, is none.
Accepted residue: who writes the month first, as in America, gets the other day where both readings exist.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE_SHAPES = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
    re.compile(r"(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>\d{4}|\d{2})"),  # day first: these are British exports
    re.compile(r"(?P<d>\d{1,2})(?:st|nd|rd|th)?[ -](?P<m>[A-Za-z]{3,9})[ -](?P<y>\d{4}|\d{2})"),
)
_CLOCK = re.compile(r"[T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?\Z")
_FIRST_YEAR, _LAST_YEAR = 2000, 2099  # a year outside is a slip; two digits mean this century
#: A day that lost its format in a spreadsheet is the number of days since this one (ECMA-376 part 1, 18.17.4.1); its
#: fraction is the clock.  Workbooks of old Macs count from 1904: their days come out four years early, never late.
_SERIAL = re.compile(r"(?P<days>\d{5})(?:\.\d+)?")
_SERIALS_FROM: Final = date(1899, 12, 30)


def read_date(cell: str) -> date | None:
    """Return the day that the cell of a table spells: as `read_day`, and a clock behind it is passed over."""
    return read_day(_CLOCK.sub("", cell.strip()))


def read_cell_day(cell: str) -> date | None:
    """Return the day that a cell of a column of days spells: as `read_date`, or a spreadsheet's own number of it.

    Only below a heading that speaks of days: any other column may hold numbers that are none.
    """
    found = _SERIAL.fullmatch(cell.strip())
    if found is None or not cell.isascii():
        return read_date(cell)
    day = _SERIALS_FROM + timedelta(days=int(found["days"]))
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def read_day(text: str) -> date | None:
    """Return the day that `text` spells (03/09/2025, 3 Sep 2025, 2025-09-03), None for none."""
    spelled = text.strip()
    found = next((match for shape in _DATE_SHAPES if (match := shape.fullmatch(spelled)) is not None), None)
    if found is None or not found.group().isascii():
        return None
    year, month = int(found["y"]), _month(found["m"])
    try:
        day = date(year if year >= 100 else _FIRST_YEAR + year, month, int(found["d"]))
    except ValueError:
        return None
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def _month(text: str) -> int:
    if text.isdigit():
        return int(text)
    short = text[:3].lower()
    return _MONTHS.index(short) + 1 if short in _MONTHS else 0
