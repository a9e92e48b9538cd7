"""Which rows of a roll are of pupils who have left, by the words of the file itself.

Threat: an export lists former pupils too, with a day or a word that says so: they come back on the roll, and consents
that ended with their leaving count again.
Rule: a row that says that the pupil has left is not taken, and is listed by its number; a leaving day of today or to
come says nothing yet.  Only listed words count: whoever is left out by mistake has a name that nobody looks for.  So a
cell that says that the pupil is here counts more than one that says the other, and of two readings the later day.
Accepted residue: a system that says it in other words, or under a heading that nobody maps: --map "HEADING=left"; who
left in the last four years by a day that lost its format is taken.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from redact.pupils.dates import read_cell_day, read_date
from redact.pupils.tables.table import fold, plain

#: Words of a column "Leaver" or "Enrolment status".
_LEFT: Final = frozenset(
    {"left", "leaver", "has left", "former", "former pupil", "former student", "off roll", "off-roll", "previous", "ex"}
    | {"removed from roll", "ex-pupil", "ex pupil", "p - previous", "departed", "deceased"}
)
#: A yes means it only below a heading that asks whether the pupil left: "Status: Y" says nothing.
_YES: Final = frozenset({"y", "yes", "true", "t"})
_ASKS: Final = frozenset({"leaver", "left", "has left", "is leaver"})  # "Leavers" may be those of this summer
#: The pupil is here: codes of the school census (C current, G guest, M main, S subsidiary), their words, and others.
_HERE: Final = re.compile(
    r"[cgms]|(?:[cgms] ?[-:] ?)?(?:(?:single|dual)(?:ly)? registered|(?:current|guest|main|subsidiary|dual|on[ -]roll"
    r"|active|enrolled|attending|registered|returned|re-?admitted)\b.*)"
)
_NO: Final = frozenset({"n", "no", "false", "f"})
#: A day that lost its format may be of a workbook that counts from 1904: so much later (ECMA-376 part 1, 18.17.4.1).
_FROM_1904: Final = timedelta(days=1462)


def day_of_leaving(heading: str, cell: str) -> date | None:
    """Return the day on which the pupil of a row left, the first there is where only a word says so; None for none.

    The last day there is (`date.max`) where a word says that the pupil is here: of several cells the latest day counts.

    Args:
        heading: of a column that is taken for `Field.LEFT`.
        cell: below it.
    """
    said = fold(cell)
    if said in _LEFT or (said in _YES and plain(heading) in _ASKS):
        return date.min
    if _HERE.fullmatch(said) is not None or (said in _NO and plain(heading) in _ASKS):
        return date.max
    day = read_cell_day(cell)
    return day if day is None or read_date(cell) is not None else day + _FROM_1904
