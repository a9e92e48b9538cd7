"""Read the roll: whose names may be seen in a picture.

The file is an export of the school's management system.  Its columns are known by their headings, in any order and
any case; columns this program does not know are passed over.  Errors name the row, never the pupil.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from redact.errors import UsageError

DELIMITERS = ",;\t"  # what spreadsheets write, by country; a choice
MAX_CHARACTERS = 4_000_000  # of the file: some 40,000 pupils, more than any trust has; a choice
_FORENAMES = ("legal forename", "preferred forename")
_SURNAMES = ("legal surname", "preferred surname")


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


def read_roll(content: bytes) -> Roll:
    """Return the roll in the bytes of a CSV file, UTF-8 (with or without mark) or Windows-1252.

    Raises:
        RollRefused: not text, no heading, or a row that names nobody.
    """
    try:
        return parse_roll(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return parse_roll(content.decode("cp1252", errors="replace"))


def parse_roll(text: str) -> Roll:
    """Return the roll in `text`; the delimiter (comma, semicolon or tab) is the one its heading uses most.

    Raises:
        RollRefused: too long, no heading, or a row that names nobody.
    """
    if len(text) > MAX_CHARACTERS:
        raise RollRefused(f"it is longer than {MAX_CHARACTERS} characters")
    if "\0" in text:
        raise RollRefused("it is not a text file")
    rows = _rows(text.removeprefix("\ufeff"))
    if not rows:
        raise RollRefused("it is empty")
    _, heading = rows[0]
    columns = _columns(heading)
    return Roll(tuple(_pupil(row, columns, number) for number, row in rows[1:]))


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Return the rows that are not blank, each with its number as a spreadsheet counts (heading: 1)."""
    heading = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return [(number, row) for number, row in enumerate(reader, 1) if any(cell.strip() for cell in row)]
    except csv.Error as failure:
        raise RollRefused("its quotation marks or rows do not end") from failure


def _columns(heading: list[str]) -> dict[str, int]:
    """Return where each heading stands; the first of two equal ones counts."""
    columns: dict[str, int] = {}
    for place, name in enumerate(heading):
        columns.setdefault(" ".join(name.split()).casefold(), place)
    if not any(name in columns for name in _FORENAMES):
        raise RollRefused("row 1 has no column called Legal Forename")
    if not any(name in columns for name in _SURNAMES):
        raise RollRefused("row 1 has no column called Legal Surname")
    return columns


def _pupil(row: list[str], columns: dict[str, int], number: int) -> Pupil:
    def cell(name: str) -> str:
        place = columns.get(name, len(row))
        return " ".join(row[place].split()) if place < len(row) else ""

    pupil = Pupil(
        cell("upn"),
        cell("legal forename"),
        cell("legal surname"),
        cell("preferred forename"),
        cell("preferred surname"),
        cell("year"),
        cell("reg"),
    )
    if not pupil.forenames and not pupil.surnames:
        raise RollRefused(f"row {number} has neither a forename nor a surname")
    return pupil
