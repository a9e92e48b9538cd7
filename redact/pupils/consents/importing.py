"""Read an export of consents: what does each pupil's row answer, for which purpose, and what was not understood?

Three forms, as school management systems give them: a row per pupil with a column for each purpose (wide); a row a
pupil and purpose (long); a file of one purpose, with a column of answers or of pupils who all gave one (list).

Threat: a yes that nobody gave: a word misread, a row slipped, a column taken for another, a no turned over.
Rule: nothing is dropped and nothing is guessed into the register.  What is not understood is pending, and listed with
row and column; of two rows that disagree the strictest counts, and they are listed; a purpose that was only guessed
is not taken, and reported.  Under a heading that says no a bare yes is a no; a bare no is a yes only where a person
said so, and says nothing beside a column that asks plainly.  Cells are never quoted: they may hold names.
Accepted residue: an export that is wrong in itself is believed, within the bounds of diff.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain
from typing import Final

from redact.pupils.consent import NOES, Consent, State
from redact.pupils.consents.beside import Beside, columns_beside, doubts_of, left_out, unless_doubted
from redact.pupils.consents.cells import with_answers_spelled
from redact.pupils.consents.columns import choose_columns, is_heading_of, is_refused_above, with_whole_heading
from redact.pupils.consents.left import broken_names, left_of_file, left_of_mappings, notes_on_family
from redact.pupils.consents.mapping import Asked, Columns, ExportRefused, Form, Mapping, Problem, Wishes, first_of
from redact.pupils.consents.taken_for import map_heading
from redact.pupils.consents.words.answers import is_nothing, parted, read_inverted, read_word
from redact.pupils.consents.words.own import NOTHING, OwnWord, check_own_words, is_level, own_words, ticked
from redact.pupils.dates import read_cell_day, read_date
from redact.pupils.tables.families import with_row_for_each_child
from redact.pupils.tables.table import Row, Table, fold, read_table
from redact.pupils.upn import is_pupil_number, is_upn, tidy_upn

__all__ = ["Export", "ExportRefused", "Form", "Mapping", "Problem", "Wishes", "parse_consents", "read_consents"]

MAX_SOURCE_CHARS: Final = 200  # of what is kept of a source; a choice


@dataclass(frozen=True, slots=True)
class Export:
    """What an export says."""

    form: Form
    rows: int
    answers: tuple[Consent, ...]  # one per pupil and purpose, in the order of the file
    mappings: tuple[Mapping, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()  # understood, and worth a look: rows that disagree, check letters
    held: tuple[str, ...] = ()  # headings and types that say no, of which a bare no is not a yes, as nobody said so
    unread: int = 0  # answers in no word that is listed, or that a person gave a meaning
    signs: tuple[str, ...] = ()  # of these the single signs: an "x", a "1"; no name is one
    left: tuple[Problem, ...] = ()  # columns and types that were not taken and may be consents; what looks broken
    said_on: date | None = None  # the day that the command gave to all answers without one

    @property
    def guesses(self) -> tuple[Mapping, ...]:
        """The mappings that a person must confirm before they are taken."""
        return tuple(mapping for mapping in self.mappings if mapping.is_guess)

    @property
    def unconfirmed(self) -> tuple[Mapping, ...]:
        """The guesses, and the headings that say no of which a bare no is not a yes yet."""
        return tuple(one for one in self.mappings if one.is_guess or one.name in self.held)


@dataclass(frozen=True, slots=True)
class _CellAnswer:
    """What one cell says."""

    purposes: tuple[str, ...]
    state: State
    asked: Asked | None = None
    day: date | None = None
    is_aside: bool = False  # of a heading that says no: nothing beside an answer to one that asks plainly
    held: str = ""  # the heading or type whose bare no would be a yes if a person had said so


@dataclass(frozen=True, slots=True)
class _Found:
    """An answer with its row."""

    row: int
    consent: Consent
    is_aside: bool
    held: str


@dataclass(slots=True)
class _Reading:
    """What was met on the way through the file."""

    table: Table
    columns: Columns
    wishes: Wishes
    mappings: tuple[Mapping, ...]
    found: list[_Found] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    words: dict[str, OwnWord] = field(default_factory=dict)
    beside: tuple[Beside, ...] = ()
    permits_by_boxes: bool = True  # names of purposes are not what was refused, and nobody said what one means
    doubts: list[Problem] = field(default_factory=list)
    last: tuple[int, str] = (0, "")  # the last row of a pupil, and its number
    unread: int = 0
    signs: set[str] = field(default_factory=set)
    held: set[str] = field(default_factory=set)  # as `_CellAnswer.held`, of answers that nothing else said

    def object_to(self, row: Row, place: int | None, what: str) -> None:
        self.problems.append(Problem(row.number, _heading(self.table, place), what))


def read_consents(content: bytes, wishes: Wishes) -> Export:
    """Return what the export in the bytes of a CSV file or a workbook says.

    Raises:
        TableFault: it is no table.
        ExportRefused: a column that is needed or that the command names is not there, or several sheets may be it.
    """
    is_heading = is_heading_of(wishes, in_full=True)
    table = read_table(content, is_heading)
    if not is_heading(table.heading):
        table = read_table(content, is_heading_of(wishes, in_full=False))
    return parse_consents(table, wishes)


def parse_consents(table: Table, wishes: Wishes) -> Export:
    """Return what the export in `table` says.

    Raises:
        ExportRefused: a column that is needed or that the command names is not there.
    """
    _refuse_sheets_alike(table)
    words = own_words(wishes)
    table = with_whole_heading(table, wishes)
    headings = enumerate(zip(table.full_heading, table.heading, strict=True))
    turned = {place for place, (name, short) in headings if map_heading(name, wishes, short).says_no}
    table = with_answers_spelled(table, words, turned)
    columns, mappings = choose_columns(table, wishes)
    table, family = with_row_for_each_child(table, columns.upn)
    check_own_words(table, wishes)
    beside = columns_beside(table, columns, wishes)
    reading = _Reading(table, columns, wishes, mappings, words=words, beside=beside)
    are_said = any(ticked(word, wishes.purposes) is not None for word in words)
    reading.permits_by_boxes = not (are_said or is_refused_above(table, columns.upn))
    reading.notes += notes_on_family(table, columns.upn, family)
    for row in table.rows:
        _read_row(reading, row)
    answers = tuple(_answers_of(reading))
    silent = (
        "is left out because a person said so; to have it read again: "
        "redact consent mappings --forget HEADING --by ROLE"
    )
    reading.notes += [Problem(table.heading_row, name, silent) for name in left_out(mappings, wishes)]
    notes = tuple(sorted(reading.notes, key=lambda note: note.row))
    left = (
        *left_of_file(table, columns.upn),
        *left_of_mappings(table, mappings or [asked.mapping for asked in columns.asked], reading.held),
        *reading.doubts,
        *broken_names(table),
    )
    held, problems = tuple(sorted(reading.held)), tuple(reading.problems)
    signs = tuple(sorted(reading.signs))
    said_on = wishes.given_on
    return Export(
        columns.form, len(table.rows), answers, mappings, problems, notes, held, reading.unread, signs, left, said_on
    )


def _refuse_sheets_alike(table: Table) -> None:
    # Which of them is this year's, nobody can tell: the first may have the yes that the second took back.
    if table.sheets_alike:
        count = 1 + len(table.sheets_alike)
        raise ExportRefused(
            f"{count} sheets of the workbook have a heading of pupils' numbers, and may disagree",
            "Save the one that counts as a file of its own, or each where each is of other pupils",
        )


def _heading(table: Table, place: int | None) -> str:
    return (table.full_heading[place] or str(place + 1)) if place is not None and place < len(table.heading) else ""


# -- rows --


def _read_row(reading: _Reading, row: Row) -> None:
    columns = reading.columns
    upn = tidy_upn(row.cell(columns.upn))
    if not is_pupil_number(upn):
        _read_row_of_nobody(reading, row)
        return
    reading.last = (row.number, upn)
    if not is_upn(upn):
        reading.notes.append(Problem(row.number, _heading(reading.table, columns.upn), "the check letter is wrong"))
    doubts = tuple(doubts_of(row, reading.table, reading.beside))
    reading.doubts += [Problem(row.number, _heading(reading.table, one.place), one.what) for one in doubts]
    for answer in _answers_in(reading, row):
        for purpose in answer.purposes:
            dated = _dated(reading, row, Consent(upn, purpose, answer.state, answer.day), answer.asked)
            dated = unless_doubted(_unless_ended(reading, row, dated), doubts)
            reading.found.append(_Found(row.number, dated, answer.is_aside, answer.held))


def _read_row_of_nobody(reading: _Reading, row: Row) -> None:
    """Read a row without a number: below a pupil's it may be of the other parent, and what it refuses is no yes."""
    what, refused = "there is no pupil number, so the row was not taken", list[_CellAnswer]()
    number, upn = reading.last
    if number == row.number - 1 and not row.cell(reading.columns.upn):
        reading.last = (row.number, upn)  # a third parent
        unheard = replace(reading, problems=[], signs=set())
        refused = [one for one in _answers_in(unheard, row) if one.state in NOES]
        what += "; it says no, and may be of the pupil above, so a yes there is pending" if refused else ""
    reading.object_to(row, reading.columns.upn, what)
    for purpose in dict.fromkeys(purpose for one in refused for purpose in one.purposes):
        reading.found.append(_Found(row.number, Consent(upn, purpose, State.PENDING), is_aside=False, held=""))


def _answers_in(reading: _Reading, row: Row) -> Iterator[_CellAnswer]:
    """Yield what each cell of a row answers."""
    columns, wishes = reading.columns, reading.wishes
    match columns.form:
        case Form.WIDE:
            for asked in columns.asked:
                yield from _read_cell(reading, row, asked)
            yield from _refused_in_general(reading, row, columns.general)
        case Form.LONG:
            if (mapping := _type_of(reading, row)) is not None:
                typed = [replace(asked, mapping=mapping.answered_below(asked.mapping)) for asked in columns.asked]
                if mapping.is_general:
                    yield from _refused_in_general(reading, row, typed)
                else:
                    yield from chain.from_iterable(_read_cell(reading, row, asked) for asked in typed)
        case Form.LIST:
            purposes = () if wishes.purpose is None else (wishes.purpose,)
            for asked in columns.asked:
                yield from _read_cell(reading, row, asked)
            if not columns.asked and wishes.state is not None:
                yield _CellAnswer(purposes, wishes.state)


def _refused_in_general(reading: _Reading, row: Row, general: Iterable[Asked]) -> Iterator[_CellAnswer]:
    """Yield a no to every purpose of the file where the row says no to photos in general; a yes there says nothing.

    A colour or level that nobody gave a meaning may be such a no, and so may "None", and whatever is not understood
    below a heading that says no: the row's answers are pending.
    """
    taken = (one for one in reading.mappings if one.is_certain)
    purposes = tuple(dict.fromkeys(purpose for one in taken for purpose in one.purposes))
    for asked in general:
        cell, says_no = row.cell(asked.place), asked.mapping.says_no
        own = reading.words.get(fold(cell))
        read = (read_inverted if says_no else read_word)(cell)
        day = read_date(cell) if says_no and own is None else None  # "Withdrawn: 12/03/2024" is a no of that day
        if day is not None:
            yield _CellAnswer(purposes, State.REFUSED, asked, day)
            continue
        for answer, of in [(read, purposes)] if own is None else own.answers(purposes, says_no=says_no):
            if answer in NOES:
                yield _CellAnswer(of, answer, asked, parted(cell)[1])
            elif (answer is None and (says_no or is_level(cell))) or (own is None and fold(cell) == NOTHING):
                yield _not_understood(reading, row, asked, of)


def _type_of(reading: _Reading, row: Row) -> Mapping | None:
    """Return what the type of a row was taken for; None where nothing is taken, which is reported where it matters."""
    place = reading.columns.type
    name = fold(row.cell(place))
    mapping = next((mapping for mapping in reading.mappings if fold(mapping.name) == name), None)
    if mapping is None:
        reading.object_to(row, place, "there is no type of consent, so the row was not taken")
        return None
    if mapping.is_taken or mapping.is_general:
        return mapping
    if mapping.is_left and not (mapping.is_guess or mapping.is_unclear):
        reading.object_to(row, place, "the type of consent is not mapped to a purpose, so the row was not taken")
    return None


def _read_cell(reading: _Reading, row: Row, asked: Asked) -> Iterator[_CellAnswer]:
    """Yield the answers in one cell; a day alone is an answer of that day: a yes, or a no where the heading says no."""
    cell, mapping = row.cell(asked.place), asked.mapping
    own = None if mapping.is_unclear else reading.words.get(fold(cell))
    is_read = own is None and not mapping.is_unclear
    state = (read_inverted if mapping.says_no else read_word)(cell) if is_read else None
    if state is not None:
        if mapping.refuses and state not in NOES:
            return  # nobody confirmed the heading: what does not refuse says nothing, a blank least of all
        is_aside = mapping.says_no and state in {State.GIVEN, State.PENDING}
        is_held = mapping.says_no and state is State.GIVEN and not mapping.takes_no_for_yes
        state = State.PENDING if is_held else state
        held = mapping.name if is_held else ""
        yield _CellAnswer(mapping.purposes, state, asked, parted(cell)[1], is_aside=is_aside, held=held)
        return
    day = read_date(cell)
    if day is not None and reading.columns.form is Form.WIDE and own is None:
        yield _CellAnswer(mapping.purposes, State.REFUSED if mapping.says_no else State.GIVEN, asked, day)
        return
    if own is None and not mapping.is_unclear and (mapping.says_no or reading.permits_by_boxes):
        own = ticked(cell, reading.wishes.purposes)
        if own is not None and mapping.says_no:  # all that is ticked, and no other: the form did not ask about that
            yield _CellAnswer(own.permitted, State.REFUSED, asked)
            return
        if own is not None and not {*own.permitted} <= {*mapping.purposes}:
            what = "purposes are named that the column is not taken for, and nothing was taken for these"
            reading.object_to(row, asked.place, what)
    found = [(None, mapping.purposes)] if own is None else own.answers(mapping.purposes, says_no=mapping.says_no)
    for answer, of in found:
        if answer is None:
            yield _not_understood(reading, row, asked, of)
        else:
            yield _CellAnswer(of, answer, asked)


def _not_understood(reading: _Reading, row: Row, asked: Asked, purposes: tuple[str, ...]) -> _CellAnswer:
    reading.unread += not asked.mapping.is_unclear
    reading.signs |= {cell} if len(cell := row.cell(asked.place)) == 1 else set()
    reading.object_to(row, asked.place, "the answer is not understood, so it is pending")
    return _CellAnswer(purposes, State.PENDING, asked)


def _dated(reading: _Reading, row: Row, consent: Consent, asked: Asked | None) -> Consent:
    """Return the answer with its days and source; a yes whose days are not understood is pending."""
    columns, wishes = reading.columns, reading.wishes
    place = None if asked is None else asked.place
    own_given, own_expires = (None, None) if asked is None else (asked.given, asked.expires)
    days: list[date | None] = []
    for column, known in (
        (first_of(own_given, columns.given), consent.given_on or wishes.given_on),
        (first_of(own_expires, columns.expires), wishes.expires_on),
    ):
        cell = row.cell(column)
        day = read_cell_day(cell) if cell else known
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


def _unless_ended(reading: _Reading, row: Row, consent: Consent) -> Consent:
    """Return the answer; a yes is withdrawn where the row has the day on which it was taken back."""
    for ended in reading.columns.ended:
        is_of_it = not ended.mapping.purposes or consent.purpose in ended.mapping.purposes
        cell = row.cell(ended.place)
        if consent.state is not State.GIVEN or not is_of_it or is_nothing(cell):
            continue
        day = read_cell_day(cell)
        if day is not None and (consent.given_on is None or consent.given_on <= day):
            return replace(consent, state=State.WITHDRAWN, given_on=day, expires_on=None)
        what = "is not understood" if day is None else "is before that of the answer"
        reading.object_to(row, ended.place, f"the day of the no {what}, so the answer is pending")
        return replace(consent, state=State.PENDING, given_on=None, expires_on=None)
    return consent


def _source(reading: _Reading, row: Row, place: int | None) -> str:
    """Return where the answer came from: what the export says, or the row and column."""
    named = "".join(letter for letter in row.cell(reading.columns.source) if letter.isprintable())
    heading = _heading(reading.table, place)
    where = f"export row {row.number}" + (f", {heading}" if reading.columns.form is Form.WIDE and heading else "")
    return (named or where)[:MAX_SOURCE_CHARS]


# -- several rows for one pupil and purpose --


def _answers_of(reading: _Reading) -> Iterator[Consent]:
    """Yield one answer per pupil and purpose: of several the strictest, of two yeses the later, then the shorter."""
    grouped: dict[tuple[str, str], list[_Found]] = {}
    for one in reading.found:
        grouped.setdefault((one.consent.upn, one.consent.purpose), []).append(one)
    for (_, purpose), every in grouped.items():
        found = [one for one in every if not one.is_aside] or every
        reading.held |= {one.held for one in found if one.held}
        if len({one.consent.state for one in found}) > 1:
            rows = ", ".join(dict.fromkeys(str(one.row) for one in found if one.row != found[-1].row))
            what = f"disagrees with row {rows} about" if rows else "has columns that disagree about"
            what = f"{what} {purpose}; the stricter answer counts"
            reading.notes.append(Problem(found[-1].row, "", what))
        worst = max(one.consent.strictness for one in found)
        yield max((one.consent for one in found if one.consent.strictness == worst), key=_by_day)


def _by_day(consent: Consent) -> tuple[date, int]:
    expires = consent.expires_on or date.max
    return consent.given_on or date.min, -expires.toordinal()
