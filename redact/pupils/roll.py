"""Read the roll: whose names may be seen in a picture.

The file is an export of the school's management system.  Its columns are known by their headings (`roll_headings`), in
any order and any case; columns this program does not know are passed over.  Errors name the row, never the pupil.
"""

from __future__ import annotations

from dataclasses import dataclass

from redact.errors import UsageError
from redact.pupils.roll_headings import NameColumns, name_columns
from redact.pupils.tables.table import Row, Table, TableFault, parse_table, read_table


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
    more_forenames: tuple[str, ...] = ()  # chosen, known as, middle, former: whatever further columns say
    more_surnames: tuple[str, ...] = ()

    @property
    def forenames(self) -> tuple[str, ...]:
        """The forenames the pupil goes by, legal one first, each once."""
        names = (self.legal_forename, self.preferred_forename, *self.more_forenames)
        return tuple(dict.fromkeys(name for name in names if name))

    @property
    def surnames(self) -> tuple[str, ...]:
        """The surnames the pupil goes by, legal one first, each once."""
        names = (self.legal_surname, self.preferred_surname, *self.more_surnames)
        return tuple(dict.fromkeys(name for name in names if name))


@dataclass(frozen=True, slots=True)
class Roll:
    """All pupils of one school or class."""

    pupils: tuple[Pupil, ...]
    rows: tuple[int, ...] = ()  # the row of each in its file, as a spreadsheet counts; empty where there is no file
    untaken: tuple[str, ...] = ()  # headings that speak of a name and whose columns were not taken

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
    try:
        return _roll_of(read_table(content))
    except TableFault as fault:
        raise RollRefused(fault.what) from fault


def parse_roll(text: str) -> Roll:
    """Return the roll in `text`; the delimiter (comma, semicolon or tab) is the one its heading uses most.

    Raises:
        RollRefused: too long, no heading, or a row that names nobody.
    """
    try:
        return _roll_of(parse_table(text))
    except TableFault as fault:
        raise RollRefused(fault.what) from fault


def _roll_of(table: Table) -> Roll:
    columns = name_columns(table.heading)
    if columns.legal_forename is None and columns.preferred_forename is None and not columns.more_forenames:
        raise RollRefused("row 1 has no column called Legal Forename")
    if columns.legal_surname is None and columns.preferred_surname is None and not columns.more_surnames:
        raise RollRefused("row 1 has no column called Legal Surname")
    others = (table.place("upn"), table.place("year"), table.place("reg"))
    pupils = tuple(_pupil(row, columns, others) for row in table.rows)
    return Roll(pupils, tuple(row.number for row in table.rows), columns.untaken)


def _pupil(row: Row, columns: NameColumns, others: tuple[int | None, int | None, int | None]) -> Pupil:
    upn, year, reg = others
    pupil = Pupil(
        row.cell(upn),
        row.cell(columns.legal_forename),
        row.cell(columns.legal_surname),
        row.cell(columns.preferred_forename),
        row.cell(columns.preferred_surname),
        row.cell(year),
        row.cell(reg),
        _cells(row, columns.more_forenames),
        _cells(row, columns.more_surnames),
    )
    if not pupil.forenames and not pupil.surnames:
        raise RollRefused(f"row {row.number} has neither a forename nor a surname")
    return pupil


def _cells(row: Row, places: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(cell for cell in map(row.cell, places) if cell)
