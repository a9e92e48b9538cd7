"""Read a table that a school's management system or a spreadsheet exported: bytes in, rows out.

Every reader of such files stands on this one: encodings, workbooks, delimiters, the rows above the heading, row numbers
and limits are the same for all.  Which row is the heading its caller knows (`IsHeading`); where no row is one, it is
the first.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, TypeAlias

from redact.errors import UsageError
from redact.pupils.tables.encoding import decode
from redact.pupils.tables.sheets import Sheet, WorkbookFault, is_workbook, read_sheets

DELIMITERS: Final = ",;\t|"  # what spreadsheets write, by country, and some systems; a choice
MAX_CHARACTERS: Final = 4_000_000  # of the file: some 40,000 pupils, more than any trust has; a choice
HEADING_WITHIN: Final = 40  # rows, titles and filters above it included; a choice
_SEP: Final = re.compile(r"\ufeff?\"?sep=(?P<sign>.)\"?[ \t]*(?:\r\n|\n|\r)", re.IGNORECASE)
#: A row with a day in it is a title: "Generated, 3 May 2026"; what groups columns has none.
_DATED: Final = re.compile(
    r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b"
    r"|\b\d{1,2}(?:st|nd|rd|th)? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d{2,4}\b",
    re.IGNORECASE,
)
#: Signs without width that web pages leave in a cell; the two that join letters of a script are part of a name.  One
#: between two names ("Okafor-Danso", broken there) stays, and is reported: without it they would be one name.
_UNSEEN: Final = re.compile(
    "(?!(?<=[^\\W\\d_A-Z])[\u200b\u00ad][A-Z\u00c0-\u00de])[\u200b\u200e\u200f\u2060\ufeff\u00ad]"
)
#: ="0123": by which exports keep a spreadsheet from making a number of a text.
_KEPT_AS_TEXT: Final = re.compile(r'\A\s*="([^"]*)"\s*\Z')
_MARKUP: Final = re.compile(r"\s*<(?:!doctype|html|table|\?xml|meta|head)", re.IGNORECASE)

#: What is said of a sheet of `Table.sheets_left`.
SHEET_LEFT: Final = "the sheet {!r} of the workbook was not read; if it counts, save it as a file of its own"

IsHeading: TypeAlias = Callable[[Sequence[str]], bool]


class TableFault(UsageError):
    """The file cannot be read as a table."""

    def __init__(self, what: str) -> None:
        """Write the sentence; `what` is wrong, and quotes nothing from the file."""
        super().__init__(f"the table cannot be used: {what}; export it again as CSV or .xlsx with a heading row")
        self.what = what


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the heading."""

    number: int  # as a spreadsheet counts: the first row of the file is 1; a "sep=" line is not counted
    cells: tuple[str, ...]  # white space at the ends removed, inside made single; may be fewer than the headings

    struck: frozenset[int] = frozenset()  # places of cells that are struck through
    comments: tuple[tuple[int, str], ...] = ()  # place and text of what was noted at cells

    def cell(self, place: int | None) -> str:
        """Return one cell; empty where the row is too short, or for no place."""
        return self.cells[place] if place is not None and place < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Table:
    """A heading and the rows that are not blank."""

    heading: tuple[str, ...]
    rows: tuple[Row, ...]
    above: tuple[Row, ...] = ()  # rows that are not blank above the heading: titles
    heading_row: int = 1
    read_as: str = ""  # the encoding, where it was only found out (`encoding.Text`)
    doubtful: frozenset[str] = frozenset()  # signs that may be other letters (`encoding.Text`)
    sheets_left: tuple[str, ...] = ()  # further sheets of the workbook that are not empty; a hidden one with a heading
    sheets_hidden: tuple[tuple[str, tuple[Row, ...]], ...] = ()  # those of no heading, with their rows
    sheets_alike: tuple[str, ...] = ()  # of these the visible ones with a heading: as good a table as this one

    @property
    def every_row(self) -> tuple[Row, ...]:
        """The rows above the heading, the heading, and those below it."""
        return (*self.above, Row(self.heading_row, self.heading), *self.rows)

    @property
    def full_heading(self) -> tuple[str, ...]:
        """The headings, each with what stands over it: "Consent refused: Website"."""
        pairs = zip(self.groups, self.heading, strict=True)
        return tuple(
            f"{group}: {heading}" if group and heading and group != heading else heading for group, heading in pairs
        )

    @property
    def titles(self) -> tuple[str, ...]:
        """What stands above the heading and groups no columns, and the name of a workbook's sheet."""
        rows = self.above[:-1] if any(self.groups) else self.above
        return tuple(cell for row in rows for cell in row.cells if cell)

    @property
    def groups(self) -> tuple[str, ...]:
        """What stands over each heading in the row right above it, where that groups columns; else empty."""
        over = self.above[-1] if self.above and self.above[-1].number == self.heading_row - 1 else None
        if over is None or not any(over.cells[1:]) or any(map(_DATED.search, over.cells)):
            return ("",) * len(self.heading)
        group, groups = "", []
        for place in range(len(self.heading)):
            group = over.cell(place) or group
            groups.append(group)
        return tuple(groups)

    def with_second_heading(self, number: int, is_answer: Callable[[str], bool]) -> Table:
        """Return the table with the row below its heading joined to it, where that names what the heading groups.

        So do merged cells come out: "UPN,Consents,," above ",Website,Press,Trips".

        Args:
            number: place of the pupils' numbers, below which such a row is empty.
            is_answer: says whether a cell answers; then the row is no heading.
        """
        under = self.rows[0] if self.rows and self.rows[0].number == self.heading_row + 1 else None
        if under is None or under.cell(number) or any(map(is_answer, filter(None, under.cells))):
            return self
        width = max(len(self.heading), len(under.cells))
        over = (*self.heading, *[""] * (width - len(self.heading)))
        groups = {place - 1 for place in range(1, width) if not over[place]}  # and what such a group begins with
        filled = {place for place in range(width) if under.cell(place)}
        if not any(not over[place] for place in filled) or not all(not over[p] or p in groups for p in filled):
            return self
        heading = tuple(under.cell(place) or over[place] for place in range(width))
        above = (*self.above, Row(self.heading_row, over))
        return replace(self, heading=heading, rows=self.rows[1:], above=above, heading_row=under.number)

    def places(self, name: str) -> tuple[int, ...]:
        """Return where the heading `name` stands, in any case and spacing; the first counts unless told otherwise."""
        wanted = fold(name)
        return tuple(place for place, heading in enumerate(self.heading) if fold(heading) == wanted)

    def plain_places(self, words: str) -> tuple[int, ...]:
        """Return where a heading of these words stands, however they are joined: "ConsentType", "consent_type"."""
        return tuple(place for place, heading in enumerate(self.heading) if plain(heading) == words)

    def place(self, *names: str) -> int | None:
        """Return where the first of these headings that is there stands; None where none is."""
        return next((places[0] for places in map(self.places, names) if places), None)


def fold(text: str) -> str:
    """Return `text` as headings are compared: any case, any spacing, tidied: it may be remembered as it once stood."""
    return _tidied(text).casefold()


def plain(text: str) -> str:
    """Return a heading as words: "Legal_ForeName:" is "legal fore name", "Pupil's UPN (13)" is "pupil s upn 13"."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text.replace("(s)", "s"))
    return " ".join(re.sub(r"[^\w]|_", " ", apart.casefold()).split())


def read_table(content: bytes, is_heading: IsHeading | None = None) -> Table:
    """Return the table in the bytes of a CSV file or an Excel workbook.

    Args:
        content: CSV in UTF-8, UTF-16 (by its mark), Windows-1252 or what `encoding` finds out; or .xlsx.
        is_heading: says whether cells are the heading.

    Raises:
        TableFault: no table, too long, empty, or quotation marks that do not end.
    """
    if is_workbook(content):
        return _with_one_heading(_read_workbook(content, is_heading), is_heading)
    decoded = decode(content)
    table = parse_table(decoded.text, is_heading)
    return replace(table, read_as=decoded.read_as, doubtful=decoded.doubtful)


def parse_table(text: str, is_heading: IsHeading | None = None) -> Table:
    """Return the table in `text`; a first line "sep=;" says the delimiter, or else the heading does.

    Raises:
        TableFault: too long, not text, empty, or quotation marks that do not end.
    """
    if len(text) > MAX_CHARACTERS:
        raise TableFault(f"it is longer than {MAX_CHARACTERS} characters")
    if "\0" in text:
        raise TableFault("it is not a text file")
    if _MARKUP.match(text.removeprefix("\ufeff")):
        raise TableFault("it is a web page, whatever its name says; open it in a spreadsheet and save it")
    if (first := _SEP.match(text)) is not None:
        return _with_one_heading(_table(_rows(text[first.end() :], first["sign"]), is_heading), is_heading)
    text = text.removeprefix("\ufeff")
    return _with_one_heading(_table(_rows(text, _delimiter(text, is_heading)), is_heading), is_heading)


def _with_one_heading(table: Table, is_heading: IsHeading | None) -> Table:
    """Return `table` if all its rows stand below one heading: below another the same column is something else."""
    below = (row for row in table.rows if row.number > table.heading_row + 1)  # the next row may be its second half
    again = next((row.number for row in below if is_heading is not None and is_heading(row.cells)), None)
    if again is not None:
        raise TableFault(
            f"row {again} is another heading than row {table.heading_row}, so it is two tables in one file"
        )
    return table


def _delimiter(text: str, is_heading: IsHeading | None) -> str:
    """Return the delimiter under which a heading is found, the one with most columns; else what line 1 uses most."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    usual = max(DELIMITERS, key=first.count)
    widths = {}
    for delimiter in DELIMITERS if is_heading is not None else ():
        found = next((row for row in _begin(text, delimiter) if is_heading is not None and is_heading(row)), ())
        widths[delimiter] = (len(found), delimiter == usual)
    best = max(widths, key=lambda delimiter: widths[delimiter], default=usual)
    return best if widths and widths[best][0] else usual


def _begin(text: str, delimiter: str) -> Iterator[tuple[str, ...]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in islice(reader, HEADING_WITHIN):
            yield _tidy(row)
    except csv.Error:
        return


def _rows(text: str, delimiter: str) -> list[Row]:
    # strict: a quotation mark that never ends would otherwise swallow every row after it, without a word
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows = [Row(number, _tidy(row)) for number, row in enumerate(reader, 1)]
    except csv.Error as failure:
        raise TableFault("its quotation marks or rows do not end") from failure
    return [row for row in rows if any(row.cells)]


def _tidy(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(_tidied(cell) for cell in cells)


def _tidied(text: str) -> str:
    if not text.isascii():
        text = _UNSEEN.sub("", text)
    return " ".join(_KEPT_AS_TEXT.sub(r"\1", text).split())


def _table(rows: Sequence[Row], is_heading: IsHeading | None) -> Table:
    if not rows:
        raise TableFault("it is empty")
    within = [place for place, row in enumerate(rows) if row.number <= HEADING_WITHIN]
    at = next((place for place in within if is_heading is not None and is_heading(rows[place].cells)), 0)
    heading = rows[at].cells
    below = tuple(row for row in rows[at + 1 :] if row.cells != heading)  # printed again on each page
    noted = tuple(text for _, text in rows[at].comments)  # at a heading, as a legend: "Tick = no"
    above = (*((Row(0, noted),) if noted else ()), *rows[:at])
    return Table(heading, below, above, rows[at].number)


def _rows_of(sheet: Sheet) -> Iterator[Row]:
    struck, comments = dict[int, set[int]](), dict[int, list[tuple[int, str]]]()
    for number, place in sheet.struck:
        struck.setdefault(number, set()).add(place)
    for number, place, text in sheet.comments:
        comments.setdefault(number, []).append((place, text))
    for number, cells in enumerate(sheet.rows, 1):
        noted = tuple(sorted(comments.get(number, ())))
        yield Row(number, _tidy(cells), frozenset(struck.get(number, ())), noted)


def _read_workbook(content: bytes, is_heading: IsHeading | None) -> Table:
    """Return the first visible sheet with a heading, or else the first that is not empty; a hidden one only alone."""
    try:
        sheets = read_sheets(content)
    except WorkbookFault as fault:
        raise TableFault(str(fault)) from fault
    filled, hidden = dict[str, Table](), set[str]()
    for sheet in sheets:
        every = _rows_of(sheet)
        if rows := [row for row in every if any(row.cells)]:
            filled[sheet.name] = _table(rows, is_heading)
            hidden |= {sheet.name} if sheet.is_hidden else set()
    if not filled:
        raise TableFault("it is empty")
    headed = [name for name, table in filled.items() if is_heading is not None and is_heading(table.heading)]
    visible = [name for name in filled if name not in hidden]
    candidates = [[name for name in headed if name not in hidden], visible, headed, [*filled]]
    name = next(names[0] for names in candidates if names)
    title = Row(0, _tidy((name,)))  # a sheet is called "Opted out", too
    return replace(
        filled[name],
        above=(title, *filled[name].above),
        sheets_left=tuple(other for other in filled if other != name and (other in headed or other not in hidden)),
        sheets_hidden=tuple((other, filled[other].every_row) for other in filled if other in hidden - {name, *headed}),
        sheets_alike=tuple(other for other in candidates[0] if other != name),
    )
