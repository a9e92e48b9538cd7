"""Read an export of consents: what does each pupil's row answer, for which purpose, and what was not understood?

Three forms, as school management systems give them: a row per pupil with a column for each purpose (wide); a row a
pupil and purpose (long); a file of all pupils who gave one answer for one purpose (list).

Threat: a yes that nobody gave: a word misread, a row slipped, a column taken for another.
Rule: nothing is dropped and nothing is guessed into the register.  What is not understood is pending, and listed with
row and column; of two rows that disagree the strictest counts, and they are listed; a purpose that was only guessed
is told apart, for a person to confirm.  Cells are never quoted: they may hold names.
Accepted residue: an export that is wrong in itself is believed, within the bounds of consent_diff.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final

from redact.errors import UsageError
from redact.pupils.consent import KNOWN_PURPOSES, Consent, State
from redact.pupils.consent_words import certain_purpose, guess_purpose, known_purpose, read_word
from redact.pupils.dates import read_date
from redact.pupils.table import Row, Table, fold, read_table
from redact.pupils.upn import is_pupil_number, is_upn, tidy_upn

# Headings by which columns are known where the command does not name them; the first that is there counts.
_UPN: Final = ("upn", "unique pupil number", "pupil upn", "student upn", "upn number", "learner upn", "pupil number")
_TYPE: Final = ("channel", "purpose", "consent type", "consent name", "permission type", "permission", "type")
_ANSWER: Final = (
    "decision", "answer", "response", "consent given", "consent status", "status", "state", "granted", "value",
)  # fmt: skip
_GIVEN: Final = ("given", "given on", "date given", "consent date", "date of consent", "response date", "date")
_EXPIRES: Final = ("expires", "expires on", "expiry", "expiry date", "end date", "valid until", "valid to")
_SOURCE: Final = ("source", "obtained by", "method", "consent source")

MAX_SOURCE_CHARS: Final = 200  # of what is kept of a source; a choice


class ExportRefused(UsageError):
    """The export cannot be read as one of consents."""

    def __init__(self, what: str, hint: str) -> None:
        """Write the sentence."""
        super().__init__(f"The consents cannot be read: {what}. {hint}.")


class Form(StrEnum):
    """How an export is laid out."""

    WIDE = "wide"
    LONG = "long"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command says of the export; what it leaves open is found by headings."""

    mapped: tuple[tuple[str, str], ...] = ()  # (heading or type, purpose)
    upn: str | None = None  # heading
    type: str | None = None  # heading
    answer: str | None = None  # heading
    given: str | None = None  # heading
    expires: str | None = None  # heading
    source: str | None = None  # heading
    purpose: str | None = None  # of a list
    state: State | None = None  # of a list
    given_on: date | None = None  # where the export has no day
    expires_on: date | None = None  # where the export has no day
    purposes: tuple[str, ...] = ()  # the workspace's own, known beside the usual ones


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was not understood; the answer is pending, or was not taken where no pupil or purpose is known."""

    row: int  # as a spreadsheet counts; the heading is 1
    column: str  # its heading
    what: str  # a sentence part; no cell is quoted


@dataclass(frozen=True, slots=True)
class Mapping:
    """A heading or type and the purpose it was taken for."""

    name: str
    purpose: str | None  # None: not taken
    is_certain: bool  # named in full or by the command; otherwise a guess that a person must confirm
    rows: int = 0  # of a long export


@dataclass(frozen=True, slots=True)
class Export:
    """What an export says."""

    form: Form
    rows: int
    answers: tuple[Consent, ...]  # one per pupil and purpose, in the order of the file
    mappings: tuple[Mapping, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()  # understood, and worth a look: rows that disagree, check letters

    @property
    def guesses(self) -> tuple[Mapping, ...]:
        """The mappings that a person must confirm."""
        return tuple(mapping for mapping in self.mappings if mapping.purpose is not None and not mapping.is_certain)


@dataclass(frozen=True, slots=True)
class _Columns:
    form: Form
    upn: int
    type: int | None = None
    answer: int | None = None
    given: int | None = None
    expires: int | None = None
    source: int | None = None
    wide: tuple[tuple[int, str], ...] = ()  # (place, purpose)


@dataclass(slots=True)
class _Reading:
    """What was met on the way through the file."""

    table: Table
    columns: _Columns
    wishes: Wishes
    mappings: tuple[Mapping, ...]
    found: list[tuple[int, Consent]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def object_to(self, row: Row, place: int | None, what: str) -> None:
        self.problems.append(Problem(row.number, _heading(self.table, place), what))


def read_consents(content: bytes, wishes: Wishes) -> Export:
    """Return what the export in the bytes of a CSV file says.

    Raises:
        TableFault: it is no table.
        ExportRefused: a column that is needed or that the command names is not there.
    """
    return parse_consents(read_table(content), wishes)


def parse_consents(table: Table, wishes: Wishes) -> Export:
    """Return what the export in `table` says.

    Raises:
        ExportRefused: a column that is needed or that the command names is not there.
    """
    columns, mappings = _choose(table, wishes)
    reading = _Reading(table, columns, wishes, mappings)
    for row in table.rows:
        _read_row(reading, row)
    answers = tuple(_settle(reading))
    notes = tuple(sorted(reading.notes, key=lambda note: note.row))
    return Export(columns.form, len(table.rows), answers, mappings, tuple(reading.problems), notes)


# -- columns --


def _choose(table: Table, wishes: Wishes) -> tuple[_Columns, tuple[Mapping, ...]]:
    upn = _place(table, wishes.upn, _UPN)
    if upn is None:
        raise ExportRefused("row 1 has no column called UPN", "Say which it is with --upn-column")
    columns = _Columns(
        Form.LIST,
        upn,
        given=_place(table, wishes.given, _GIVEN),
        expires=_place(table, wishes.expires, _EXPIRES),
        source=_place(table, wishes.source, _SOURCE),
    )
    if wishes.purpose is not None:
        if wishes.state is None:
            raise ExportRefused("a list of pupils needs their answer", "Say --state given or --state refused")
        return columns, ()
    type_, answer = _place(table, wishes.type, _TYPE), _place(table, wishes.answer, _ANSWER)
    if type_ is None or answer is None or _maps_headings(table, wishes):
        return _choose_wide(table, wishes, columns)
    mappings = _check_mapped(_types(table, type_, wishes), wishes)
    given = None if columns.given == answer else columns.given
    return replace(columns, form=Form.LONG, type=type_, answer=answer, given=given), mappings


def _maps_headings(table: Table, wishes: Wishes) -> bool:
    """Say whether the command maps headings, and not types: then the export is wide whatever else it looks like."""
    return bool(wishes.mapped) and all(table.place(name) is not None for name, _ in wishes.mapped)


def _choose_wide(table: Table, wishes: Wishes, columns: _Columns) -> tuple[_Columns, tuple[Mapping, ...]]:
    # A column called "Date" may be any date in a wide export: only one that the command names is the answers'.
    given = None if wishes.given is None else columns.given
    taken = {columns.upn, given, columns.expires, columns.source}
    headings = [(place, name) for place, name in enumerate(table.heading) if place not in taken and name]
    mappings = _check_mapped([_map(name, wishes) for _, name in headings], wishes)
    wide = tuple(
        (place, mapping.purpose)
        for (place, _), mapping in zip(headings, mappings, strict=True)
        if mapping.purpose is not None
    )
    if not wide:
        hint = 'Say which column is which purpose: --map "Photo on website=website"'
        raise ExportRefused("no column could be taken for a purpose", hint)
    return replace(columns, form=Form.WIDE, given=given, wide=wide), mappings


def _types(table: Table, place: int, wishes: Wishes) -> list[Mapping]:
    """Return how each type of a long export is understood, with the number of its rows."""
    spelled = {fold(row.cell(place)): row.cell(place) for row in reversed(table.rows) if row.cell(place)}
    counted = Counter(fold(row.cell(place)) for row in table.rows if row.cell(place))
    return [replace(_map(spelled[folded], wishes), rows=rows) for folded, rows in counted.items()]


def _map(name: str, wishes: Wishes) -> Mapping:
    asked = next((purpose for given, purpose in wishes.mapped if fold(given) == fold(name)), None)
    known = certain_purpose if asked is None else known_purpose
    purpose = known(name if asked is None else asked, wishes.purposes)
    if asked is not None and purpose is None:
        hint = f"The known ones are {', '.join(dict.fromkeys((*KNOWN_PURPOSES, *wishes.purposes)))}"
        raise ExportRefused("--map names a purpose that is not known", hint)
    if purpose is not None:
        return Mapping(name, purpose, is_certain=True)
    return Mapping(name, guess_purpose(name), is_certain=False)


def _check_mapped(mappings: Sequence[Mapping], wishes: Wishes) -> tuple[Mapping, ...]:
    """Return `mappings` if all that the command maps is there: a slip in --map must not pass for a missing answer."""
    there = {fold(mapping.name) for mapping in mappings}
    missing = [name for name, _ in wishes.mapped if fold(name) not in there]
    if missing:
        raise ExportRefused(f"the file has no column or type called {missing[0]!r}", "Check the spelling of --map")
    return tuple(mappings)


def _place(table: Table, wished: str | None, usual: Sequence[str]) -> int | None:
    if wished is None:
        return table.place(*usual)
    place = table.place(wished)
    if place is None:
        raise ExportRefused(f"the file has no column called {wished!r}", "Check the spelling")
    return place


def _heading(table: Table, place: int | None) -> str:
    return table.heading[place] if place is not None and place < len(table.heading) else ""


# -- rows --


def _read_row(reading: _Reading, row: Row) -> None:
    columns = reading.columns
    upn = tidy_upn(row.cell(columns.upn))
    if not is_pupil_number(upn):
        reading.object_to(row, columns.upn, "there is no pupil number, so the row was not taken")
        return
    if not is_upn(upn):
        reading.notes.append(Problem(row.number, _heading(reading.table, columns.upn), "the check letter is wrong"))
    for purpose, state, place, day in _answers(reading, row):
        reading.found.append((row.number, _dated(reading, row, Consent(upn, purpose, state, day), place)))


def _answers(reading: _Reading, row: Row) -> Iterator[tuple[str, State, int | None, date | None]]:
    """Yield purpose, answer, column and day of each answer in a row."""
    columns, wishes = reading.columns, reading.wishes
    match columns.form:
        case Form.WIDE:
            for place, purpose in columns.wide:
                yield purpose, *_answer(reading, row, place)
        case Form.LONG:
            purpose_or_none = _type_of(reading, row)
            if purpose_or_none is not None:
                yield purpose_or_none, *_answer(reading, row, columns.answer)
        case Form.LIST:
            if wishes.purpose is not None and wishes.state is not None:
                yield wishes.purpose, wishes.state, None, None


def _type_of(reading: _Reading, row: Row) -> str | None:
    place = reading.columns.type
    name = fold(row.cell(place))
    purpose = next((mapping.purpose for mapping in reading.mappings if fold(mapping.name) == name), None)
    if purpose is None:
        reading.object_to(row, place, "the type of consent is not mapped to a purpose, so the row was not taken")
    return purpose


def _answer(reading: _Reading, row: Row, place: int | None) -> tuple[State, int | None, date | None]:
    """Return the answer in one cell; a day alone is a consent given on that day."""
    cell = row.cell(place)
    state = read_word(cell)
    if state is not None:
        return state, place, None
    day = read_date(cell)
    if day is not None and reading.columns.form is Form.WIDE:
        return State.GIVEN, place, day
    reading.object_to(row, place, "the answer is not understood, so it is pending")
    return State.PENDING, place, None


def _dated(reading: _Reading, row: Row, consent: Consent, place: int | None) -> Consent:
    """Return the answer with its days and source; a yes whose days are not understood is pending."""
    columns, wishes = reading.columns, reading.wishes
    days: list[date | None] = []
    for column, known in ((columns.given, consent.given_on or wishes.given_on), (columns.expires, wishes.expires_on)):
        cell = row.cell(column)
        day = read_date(cell) if cell else known
        if cell and day is None:
            what = "the day is not understood"
            if consent.state is State.GIVEN:
                consent, what = replace(consent, state=State.PENDING), f"{what}, so the answer is pending"
            reading.object_to(row, column, what)
        days.append(day)
    given, expires = days
    if consent.state is State.GIVEN and given is not None and expires is not None and expires < given:
        reading.object_to(row, columns.expires, "the last day is before the day of the answer, so it is pending")
        consent = replace(consent, state=State.PENDING)
    if consent.state is State.PENDING:
        return replace(consent, given_on=None, expires_on=None, source=_source(reading, row, place))
    return replace(consent, given_on=given, expires_on=expires, source=_source(reading, row, place))


def _source(reading: _Reading, row: Row, place: int | None) -> str:
    """Return where the answer came from: what the export says, or the row and column."""
    said = "".join(letter for letter in row.cell(reading.columns.source) if letter.isprintable())
    heading = _heading(reading.table, place)
    where = f"export row {row.number}" + (f", {heading}" if reading.columns.form is Form.WIDE and heading else "")
    return (said or where)[:MAX_SOURCE_CHARS]


# -- several rows for one pupil and purpose --


def _settle(reading: _Reading) -> Iterator[Consent]:
    """Yield one answer per pupil and purpose: of several the strictest, of two yeses the later, then the shorter."""
    grouped: dict[tuple[str, str], list[tuple[int, Consent]]] = {}
    for number, consent in reading.found:
        grouped.setdefault((consent.upn, consent.purpose), []).append((number, consent))
    for (_, purpose), found in grouped.items():
        if len({consent.state for _, consent in found}) > 1:
            rows = ", ".join(str(number) for number, _ in found[:-1])
            what = f"disagrees with row {rows} about {purpose}; the stricter answer counts"
            reading.notes.append(Problem(found[-1][0], "", what))
        worst = max(consent.strictness for _, consent in found)
        yield max((consent for _, consent in found if consent.strictness == worst), key=_by_day)


def _by_day(consent: Consent) -> tuple[date, int]:
    expires = consent.expires_on or date.max
    return consent.given_on or date.min, -expires.toordinal()
