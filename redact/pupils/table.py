"""Read a table that a school's management system or a spreadsheet exported: bytes in, rows out.

Every reader of such files stands on this one: encodings, delimiters, row numbers and limits are the same for all.
"""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass

from redact.errors import UsageError

DELIMITERS = ",;\t"  # what spreadsheets write, by country; a choice
MAX_CHARACTERS = 4_000_000  # of the file: some 40,000 pupils, more than any trust has; a choice


class TableFault(UsageError):
    """The file cannot be read as a table."""

    def __init__(self, what: str) -> None:
        """Write the sentence; `what` is wrong, and quotes nothing from the file."""
        super().__init__(f"the table cannot be used: {what}; export it again as CSV with a heading row")
        self.what = what


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the heading."""

    number: int  # as a spreadsheet counts; the heading is 1 where no blank row stands above it
    cells: tuple[str, ...]  # white space at the ends removed, inside made single; may be fewer than the headings

    def cell(self, place: int | None) -> str:
        """Return one cell; empty where the row is too short, or for no place."""
        return self.cells[place] if place is not None and place < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Table:
    """A heading and the rows that are not blank."""

    heading: tuple[str, ...]
    rows: tuple[Row, ...]

    def places(self, name: str) -> tuple[int, ...]:
        """Return where the heading `name` stands, in any case and spacing; the first counts unless told otherwise."""
        wanted = fold(name)
        return tuple(place for place, heading in enumerate(self.heading) if fold(heading) == wanted)

    def place(self, *names: str) -> int | None:
        """Return where the first of these headings that is there stands; None where none is."""
        return next((places[0] for places in map(self.places, names) if places), None)


def fold(text: str) -> str:
    """Return `text` as headings are compared: any case, any spacing."""
    return " ".join(text.split()).casefold()


def read_table(content: bytes) -> Table:
    """Return the table in the bytes of a CSV file: UTF-8 or UTF-16 by its mark, UTF-8 without one, or Windows-1252.

    Raises:
        TableFault: not text, too long, empty, or quotation marks that do not end.
    """
    return parse_table(decode_text(content))


def decode_text(content: bytes) -> str:
    """Return the text of a file that a spreadsheet wrote."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):  # Excel's "Unicode text"
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def parse_table(text: str) -> Table:
    """Return the table in `text`; the delimiter (comma, semicolon or tab) is the one its heading uses most.

    Raises:
        TableFault: too long, not text, empty, or quotation marks that do not end.
    """
    if len(text) > MAX_CHARACTERS:
        raise TableFault(f"it is longer than {MAX_CHARACTERS} characters")
    if "\0" in text:
        raise TableFault("it is not a text file")
    rows = _rows(text.removeprefix("\ufeff"))
    if not rows:
        raise TableFault("it is empty")
    return Table(rows[0].cells, tuple(rows[1:]))


def _rows(text: str) -> list[Row]:
    heading = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=heading.count)
    # strict: a quotation mark that never ends would otherwise swallow every row after it, without a word
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows = [Row(number, tuple(" ".join(cell.split()) for cell in row)) for number, row in enumerate(reader, 1)]
    except csv.Error as failure:
        raise TableFault("its quotation marks or rows do not end") from failure
    return [row for row in rows if any(row.cells)]
