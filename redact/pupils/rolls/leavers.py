"""Which rows of a roll are of pupils who have left, by the words of the file itself.

Threat: an export lists former pupils too, with a day or a word that says so: they come back on the roll, and consents
that ended with their leaving count again.
Rule: a row that says that the pupil has left is not taken, and is listed by its number; a leaving day that is to come
says nothing yet.  Only listed words count: whoever is left out by mistake has a name that nobody looks for.
Accepted residue: a system that says it in other words, or under a heading that nobody maps: --map "HEADING=left".
"""

from __future__ import annotations

from datetime import date
from typing import Final

from redact.pupils.dates import read_cell_day
from redact.pupils.tables.table import fold, plain

#: Words of a column "Leaver" or "Enrolment status".
_LEFT: Final = frozenset(
    {"left", "leaver", "has left", "former", "former pupil", "former student", "off roll", "off-roll", "previous", "ex"}
    | {"removed from roll", "ex-pupil", "ex pupil", "p - previous", "departed", "deceased"}
)
#: A yes means it only below a heading that asks whether the pupil left: "Status: Y" says nothing.
_YES: Final = frozenset({"y", "yes", "true", "t"})
_ASKS: Final = frozenset({"leaver", "leavers", "left", "has left", "is leaver"})


def day_of_leaving(heading: str, cell: str) -> date | None:
    """Return the day on which the pupil of a row left, the first day there is where only a word says so; None for none.

    Args:
        heading: of a column that is taken for `Field.LEFT`.
        cell: below it.
    """
    said = fold(cell)
    if said in _LEFT or (said in _YES and plain(heading) in _ASKS):
        return date.min
    return read_cell_day(cell)
