"""Read the roll: whose names may be seen in a picture.

The file is an export of the school's management system.  Its columns are known by their headings, in any order and
any case; columns this program does not know are passed over.  Errors name the row, never the pupil.
"""

from __future__ import annotations

from dataclasses import dataclass

from redact.errors import UsageError
from redact.pupils.table import Row, TableFault, decode_text, parse_table

_FORENAMES = ("legal forename", "preferred forename")
_SURNAMES = ("legal surname", "preferred surname")
#: In the order of Pupil's fields.
_COLUMNS = ("upn", "legal forename", "legal surname", "preferred forename", "preferred surname", "year", "reg")


class RollRefused(UsageError):
    """The roll cannot be read as a roll."""

    def __init__(self, what: str) -> None:
        """Write the sentence: `what` is wrong, by row number."""
        super().__init__(
            f"the roll cannot be used: {what}; export it again with the columns "
            "UPN, Legal Forename, Legal Surname, Preferred Forename, Preferred Surname, Year, Reg"
        )


@dataclass(frozen=True, slots=True)
class Pupil:
    """One row of the roll; what a column does not say is empty."""

    upn: str
    legal_forename: str
    legal_surname: str
    preferred_forename: str = ""
    preferred_surname: str = ""
    year: str = ""
    reg: str = ""

    @property
    def forenames(self) -> tuple[str, ...]:
        """The forenames the pupil goes by, legal one first, each once."""
        return tuple(dict.fromkeys(name for name in (self.legal_forename, self.preferred_forename) if name))

    @property
    def surnames(self) -> tuple[str, ...]:
        """The surnames the pupil goes by, legal one first, each once."""
        return tuple(dict.fromkeys(name for name in (self.legal_surname, self.preferred_surname) if name))


@dataclass(frozen=True, slots=True)
class Roll:
    """All pupils of one school or class."""

    pupils: tuple[Pupil, ...]
    rows: tuple[int, ...] = ()  # the row of each in its file, as a spreadsheet counts; empty where there is no file

    @property
    def numbered(self) -> tuple[tuple[int, Pupil], ...]:
        """The pupils with their rows; below a heading where the roll came from no file."""
        rows = self.rows or range(2, len(self.pupils) + 2)
        return tuple(zip(rows, self.pupils, strict=True))


def read_roll(content: bytes) -> Roll:
    """Return the roll in the bytes of a CSV file, read as `table_csv` reads every table.

    Raises:
        RollRefused: not text, no heading, or a row that names nobody.
    """
    return parse_roll(decode_text(content))


def parse_roll(text: str) -> Roll:
    """Return the roll in `text`; the delimiter (comma, semicolon or tab) is the one its heading uses most.

    Raises:
        RollRefused: too long, no heading, or a row that names nobody.
    """
    try:
        table = parse_table(text)
    except TableFault as fault:
        raise RollRefused(fault.what) from fault
    if table.place(*_FORENAMES) is None:
        raise RollRefused("row 1 has no column called Legal Forename")
    if table.place(*_SURNAMES) is None:
        raise RollRefused("row 1 has no column called Legal Surname")
    columns = [table.place(name) for name in _COLUMNS]
    return Roll(tuple(_pupil(row, columns) for row in table.rows), tuple(row.number for row in table.rows))


def _pupil(row: Row, columns: list[int | None]) -> Pupil:
    pupil = Pupil(*(row.cell(place) for place in columns))
    if not pupil.forenames and not pupil.surnames:
        raise RollRefused(f"row {row.number} has neither a forename nor a surname")
    return pupil
