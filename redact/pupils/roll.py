"""Read the roll: whose names may be seen in a picture.

The file is an export of the school's management system.  Its columns are known by their headings (`rolls.headings`), in
any order and any case; columns this program does not know are passed over.  Errors name the row, never the pupil.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from redact.errors import UsageError
from redact.pupils.classes import year_group
from redact.pupils.rolls.headings import (
    Field,
    RollColumn,
    RollColumns,
    RollWishes,
    choose_fields,
    is_field,
    is_heading_of_roll,
)
from redact.pupils.rolls.leavers import day_of_leaving
from redact.pupils.tables.families import numbers_left
from redact.pupils.tables.garbled import fault_in_name, is_spreadsheet_day, mend
from redact.pupils.tables.sheets import NO_RESULT
from redact.pupils.tables.table import (
    SHEET_LEFT,
    IsHeading,
    Row,
    Table,
    TableFault,
    fold,
    parse_table,
    plain,
    read_table,
)
from redact.pupils.upn import is_pupil_number, is_upn, number_column, tidy_upn

#: Words with which a surname of several words begins, where it stands behind the forenames.
_PARTICLES: Final = frozenset(
    [
        "al",
        "abu",
        "ap",
        "ben",
        "bin",
        "da",
        "de",
        "del",
        "della",
        "den",
        "der",
        "des",
        "di",
        "dos",
        "du",
        "el",
        "ibn",
        "la",
        "las",
        "le",
        "los",
        "mac",
        "mc",
        "o",
        "san",
        "st",
        "te",
        "ten",
        "ter",
        "van",
        "von",
        "y",
    ]
)
#: What stands in a cell of a further name where there is none; Null and Same are surnames.
_NO_NAME: Final = frozenset(
    {"n/a", "none", "null", "nil", "unknown", "not known", "not set", "same", "as above", "as legal", "same as legal"}
)
#: What stands before a whole name and is none: "Miss Ottilie Marlow".
_TITLES: Final = frozenset({"miss", "master", "mr", "mrs", "ms", "mx", "dr"})
_FORMULA: Final = ", for a formula there has no result in the file: open it in a spreadsheet, save it"
_NO_WISHES: Final = RollWishes()


class RollRefused(UsageError):
    """The roll cannot be read as a roll."""

    def __init__(self, what: str, or_else: str = "") -> None:
        """Write the sentence: `what` is wrong, by row number, and what else may be done about it."""
        super().__init__(
            f"the roll cannot be used: {what}; export it again with the columns "
            f"UPN, Legal Forename, Legal Surname, Preferred Forename, Preferred Surname, Year, Reg{or_else}"
        )


@dataclass(frozen=True, slots=True)
class Pupil:
    """One row of the roll; what a column does not say is empty."""

    upn: str
    legal_forename: str
    legal_surname: str
    preferred_forename: str = ""
    preferred_surname: str = ""
    year: str = ""  # in the one spelling of `classes.year_group`
    reg: str = ""
    more_forenames: tuple[str, ...] = ()  # chosen, known as, middle, former: whatever further columns say
    more_surnames: tuple[str, ...] = ()
    school: str = ""  # whose roll it is; "" where the workspace knows no schools

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
class RollNote:
    """Something in a row that a person must look at; the row is taken, unless the words say otherwise."""

    row: int  # as a spreadsheet counts; 0: the file
    column: str  # its heading; may be empty
    what: str  # a sentence part; no cell is quoted


@dataclass(frozen=True, slots=True)
class Roll:
    """All pupils of one school or class."""

    pupils: tuple[Pupil, ...]
    rows: tuple[int, ...] = ()  # the row of each in its file, as a spreadsheet counts; empty where there is no file
    left: tuple[tuple[int, date], ...] = ()  # rows that say that the pupil left, or will leave, with the day of it
    untaken: tuple[str, ...] = ()  # headings that speak of a name and whose columns were not taken
    notes: tuple[RollNote, ...] = ()
    columns: tuple[RollColumn, ...] = ()  # what was taken for what
    is_part: bool = False  # the workbook has a further sheet as good as the one that was read
    adults: tuple[Pupil, ...] = ()  # of the register, without a permission in writing: looked for as pupils are
    permitted: tuple[Pupil, ...] = ()  # adults with one for every purpose: their names stay, unless a pupil has them

    def __hash__(self) -> int:
        """Return a hash that costs nothing: an index is kept by roll, and asked for with every text that is checked."""
        ends = (*self.pupils[:1], *self.pupils[-1:], *self.adults[-1:], *self.permitted[-1:])
        return hash((len(self.pupils), len(self.adults), len(self.permitted), *(pupil.upn for pupil in ends)))

    @property
    def numbered(self) -> tuple[tuple[int, Pupil], ...]:
        """The pupils with their rows; below a heading where the roll came from no file."""
        rows = self.rows or range(2, len(self.pupils) + 2)
        return tuple(zip(rows, self.pupils, strict=True))

    @property
    def is_clean(self) -> bool:
        """Whether nothing of the file needs a person."""
        return not (self.untaken or self.notes)


def read_roll(content: bytes, wishes: RollWishes = _NO_WISHES) -> Roll:
    """Return the roll in the bytes of a CSV file or a workbook, read as `tables` reads every table.

    Raises:
        RollRefused: not text, no heading, or a row that names nobody.
        MapRefused: a person maps what is not there.
    """
    return _read(lambda is_heading: read_table(content, is_heading), wishes)


def parse_roll(text: str, wishes: RollWishes = _NO_WISHES) -> Roll:
    """Return the roll in `text`.

    Raises:
        RollRefused: too long, no heading, or a row that names nobody.
        MapRefused: a person maps what is not there.
    """
    return _read(lambda is_heading: parse_table(text, is_heading), wishes)


def _read(read: Callable[[IsHeading], Table], wishes: RollWishes) -> Roll:
    try:
        table = read(is_heading_of_roll(wishes))
    except TableFault as fault:
        raise RollRefused(fault.what) from fault
    table = table.with_second_heading(number_column([*map(plain, table.heading)]) or 0, lambda cell: not is_field(cell))
    columns = choose_fields(table.heading, wishes)
    _check_columns(table, columns)
    nobody = {row.number for row in table.rows if _is_of_nobody(row, columns)}
    rows = tuple(row for row in table.rows if row.number not in nobody)
    notes = (
        *_notes_on_file(table, columns, nobody),
        *(note for row in rows for note in _notes_on(row, table, columns)),
    )
    pupils = tuple(_pupil(row, columns) for row in rows)
    left = tuple((row.number, day) for row in rows if (day := _day_of_leaving(row, table, columns)) is not None)
    numbers, is_part = tuple(row.number for row in rows), bool(table.sheets_alike)
    return Roll(pupils, numbers, left, columns.untaken, notes, columns.columns, is_part)


def _day_of_leaving(row: Row, table: Table, columns: RollColumns) -> date | None:
    days = (day_of_leaving(table.heading[place], row.cell(place)) for place in columns.places(Field.LEFT))
    latest = max((day for day in days if day is not None), default=date.max)
    return None if latest == date.max else latest


def _check_columns(table: Table, columns: RollColumns) -> None:
    if columns.places(Field.FULL_NAME):
        return
    for what, fields in (
        ("Legal Forename", (Field.LEGAL_FORENAME, Field.PREFERRED_FORENAME, Field.FORENAME)),
        ("Legal Surname", (Field.LEGAL_SURNAME, Field.PREFERRED_SURNAME, Field.SURNAME)),
    ):
        if not columns.places(*fields):
            raise RollRefused(
                f"row {table.heading_row} has no column called {what}",
                '. Or, in a workspace, say which column is what: --map "Candidate=full name"',
            )


# -- rows --


def _pupil(row: Row, columns: RollColumns) -> Pupil:
    whole = [
        split_name(_tidy_name(row.cell(place)), _is_surname_first(columns, place))
        for place in columns.places(Field.FULL_NAME)
    ]
    main = [_name(row, columns, field) for field in (Field.LEGAL_FORENAME, Field.LEGAL_SURNAME)]
    if not any(main) and whole:
        main, whole = [whole[0][0], whole[0][1]], [("", "", whole[0][2], whole[0][3]), *whole[1:]]
    preferred = [_name(row, columns, field) for field in (Field.PREFERRED_FORENAME, Field.PREFERRED_SURNAME)]
    fore = (*_names(row, columns, Field.FORENAME), *(name for one in whole for name in (one[0], *one[2])))
    sur = (*_names(row, columns, Field.SURNAME), *(name for one in whole for name in (one[1], *one[3])))
    pupil = Pupil(
        row.cell(columns.place(Field.UPN)),
        main[0],
        main[1],
        preferred[0],
        preferred[1],
        year_group(row.cell(columns.place(Field.YEAR))),
        row.cell(columns.place(Field.CLASS)),
        _unlike(fore, main[0], preferred[0]),
        _unlike(sur, main[1], preferred[1]),
    )
    if not pupil.forenames and not pupil.surnames:
        what = f"row {row.number} has neither a forename nor a surname"
        formula = any(row.cell(place) == NO_RESULT for place in columns.of_names)
        raise RollRefused(f"{what}{_FORMULA}" if formula else what)
    return pupil


def split_name(whole: str, is_surname_first: bool = False) -> tuple[str, str, tuple[str, ...], tuple[str, ...]]:  # noqa: FBT001, FBT002
    """Return forename, surname, further forenames and further surnames of a whole name.

    A comma, capitals or the heading say which is the surname; else it is the last word, with the particles before it.
    Words between the two may be either, and are both.
    """
    surname, comma, rest = (part.strip() for part in whole.partition(","))
    if comma and rest:
        first, *further = _without_title(rest.split(), 1)
        return first, surname, tuple(further), ()
    words = _without_title(whole.replace(",", " ").split(), 2)
    if len(words) < 2:
        return whole.strip(" ,"), "", (), ()
    capitals = [word for word in words if word.isupper() and len(word) > 1]
    if capitals and len(capitals) < len(words):
        others = [word for word in words if word not in capitals]
        return others[0], " ".join(capitals), tuple(others[1:]), ()
    if is_surname_first:
        return words[-1], words[0], tuple(words[1:-1]), tuple(words[1:-1])
    at = next((i for i, word in enumerate(words[1:-1], 1) if word.casefold() in _PARTICLES), len(words) - 1)
    between = tuple(words[1:at])
    return words[0], " ".join(words[at:]), between, between


def _without_title(words: list[str], fewest: int) -> list[str]:
    """Return `words` without a title before them, where at least so many are left: "Miss" alone is a name."""
    return words[1:] if len(words) > fewest and words[0].rstrip(".").casefold() in _TITLES else words


def _is_surname_first(columns: RollColumns, place: int) -> bool:
    heading = next(column.heading for column in columns.columns if column.place == place).casefold()
    return re.search(r"(?:(?:sur|family ?)name|last).*(?:(?:fore|given ?)name|first)", heading) is not None


def _name(row: Row, columns: RollColumns, field: Field) -> str:
    return _tidy_name(row.cell(columns.place(field)), is_legal=field in {Field.LEGAL_FORENAME, Field.LEGAL_SURNAME})


def _names(row: Row, columns: RollColumns, field: Field) -> tuple[str, ...]:
    return tuple(name for name in map(_tidy_name, map(row.cell, columns.places(field))) if name)


def _tidy_name(cell: str, *, is_legal: bool = False) -> str:
    """Return a name with its accents mended; empty where the cell only says that there is none: "-", "n/a"."""
    has_letter = any(sign.isalnum() for sign in cell) and cell != NO_RESULT
    return mend(cell) if has_letter and (is_legal or fold(cell) not in _NO_NAME) else ""


def _unlike(names: tuple[str, ...], *known: str) -> tuple[str, ...]:
    """Return those of `names` that are not known yet, each once."""
    there = {name.casefold() for name in known}
    return tuple(dict.fromkeys(name for name in names if name and name.casefold() not in there))


def _is_of_nobody(row: Row, columns: RollColumns) -> bool:
    """Say whether a row has no name, and no number of a pupil, or nothing else: "Total: 212", "5H", "Page 1 of 2"."""
    number = tidy_upn(row.cell(columns.place(Field.UPN)))
    is_alone = sum(map(bool, row.cells)) == 1 and not (number.isdigit() or is_upn(number))
    is_of_pupil = is_pupil_number(number) and not is_alone
    return not any(map(row.cell, columns.of_names)) and not is_of_pupil and columns.place(Field.UPN) is not None


# -- what a person must look at --


def _has_letters(cell: str) -> bool:
    return any(sign.isalpha() for sign in cell)


def _notes_on_file(table: Table, columns: RollColumns, nobody: set[int]) -> Iterator[RollNote]:
    for name in table.sheets_left:
        yield RollNote(0, "", SHEET_LEFT.format(name))
    if table.read_as:
        yield RollNote(
            0, "", f"the file is read as {table.read_as}, which was found out by its letters; look at the names"
        )
    for place, heading in enumerate(table.heading):
        if not heading and any(_has_letters(row.cell(place)) for row in table.rows):
            yield RollNote(table.heading_row, f"{place + 1}", "has no heading, and was not read; it may hold names")
    number = columns.place(Field.UPN)
    for name in numbers_left(table, number) if number is not None else ():
        if fold(name) == fold(table.heading[number or 0]):  # of another person, "Sibling UPN", it may be
            yield RollNote(table.heading_row, name, "stands twice, so it is two tables side by side: one is not read")
    school = columns.place(Field.SCHOOL)
    schools = {fold(row.cell(school)) for row in table.rows if row.cell(school) and row.number not in nobody}
    if school is not None and len(schools) > 1:
        what = f"names {len(schools)} schools, and an import is of one: every row is taken as a pupil of that one"
        yield RollNote(0, table.heading[school], what)
    for number in sorted(nobody):
        yield RollNote(number, "", "names nobody and is not taken")


def _notes_on(row: Row, table: Table, columns: RollColumns) -> Iterator[RollNote]:
    pupil = _pupil(row, columns)
    if any(row.cells[len(table.heading) :]):
        what = "has more cells than the heading, so its names may have moved; put cells with commas in quotation marks"
        yield RollNote(row.number, "", f"{what}, and import the roll again")
    if not (pupil.forenames and pupil.surnames):
        missing = "surname" if pupil.forenames else "forename"
        yield RollNote(
            row.number, "", f"has no {missing}, which is not looked for; correct it, and import the roll again"
        )
    for place in columns.of_names:
        cell, column = row.cell(place), table.heading[place]
        fault = fault_in_name(cell, table.doubtful)
        if fault is not None and mend(cell) != cell:
            yield RollNote(row.number, column, f"{fault}, and it is taken as it must have been; look at it")
        elif fault is not None:
            yield RollNote(row.number, column, f"{fault}; correct it, and import the roll again")
        elif table.read_as and not cell.isascii():
            yield RollNote(row.number, column, f"is read as {table.read_as}; look whether it is right")
    for place in columns.places(Field.YEAR, Field.CLASS):
        if is_spreadsheet_day(row.cell(place)):
            yield RollNote(row.number, table.heading[place], "a spreadsheet seems to have made a day of it")
