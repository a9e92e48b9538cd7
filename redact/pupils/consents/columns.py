"""Which columns of an export of consents are read, and as what.

Threat: a column is taken for a consent because a person was not asked, or one that says no is taken for a yes.
Rule: what a heading means is certain, confirmed by a person (in the command, or earlier in this workspace), or not
taken and reported; a heading that says no stays one whatever a person maps it to.  Titles above the heading that say no
stop the file until a person says what each column is.
Accepted residue: a person maps a heading to the wrong purpose; the preview shows each column with what it is taken for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from redact.pupils.consent import NOES, State
from redact.pupils.consents.cells import ANSWERS, are_numbers, has_an_answer, has_answers, has_levels
from redact.pupils.consents.hints import hint
from redact.pupils.consents.mapping import (
    COLUMNS,
    Asked,
    Columns,
    ExportRefused,
    Form,
    Mapping,
    Wishes,
    first_of,
)
from redact.pupils.consents.taken_for import (
    check_is_of,
    check_mapped,
    check_no_own_answers,
    map_heading,
    map_types,
    read_mapped,
)
from redact.pupils.consents.words.answers import PLAIN_YES, read_word, refuses
from redact.pupils.consents.words.headings import Meaning, read_heading, says_no
from redact.pupils.dates import read_cell_day, read_date
from redact.pupils.tables.table import IsHeading, Row, Table, fold, plain
from redact.pupils.upn import is_pupil_number, number_column, tidy_upn

# Headings by which columns are known where the command does not name them; the first that is there counts.
_TYPE: Final = (
    "channel", "purpose", "consent type", "type of consent", "consent name", "permission type", "permission name",
    "parental consent", "parental consents", "parental consent type",
    "question", "consent question", "item", "statement", "consent item", "activity",
    "consent category", "consent description", "consent type description", "consent type name",
    "consent", "consents", "permission", "type", "category", "description", "field", "field name", "key", "where",
    "medium",
)  # fmt: skip
_GIVEN: Final = (
    "given", "given on", "date given", "consent date", "date of consent", "response date", "date", "date of response",
    "status date", "date responded", "responded on", "answered on",
    "consent given on", "decision date", "effective from", "valid from",
)  # fmt: skip
_EXPIRES: Final = (
    "expires", "expires on", "expiry", "expiry date", "end date", "valid until", "valid to", "consent expires",
    "consent expiry date", "consent end date", "date of expiry", "effective to", "effective until",
)  # fmt: skip
_SOURCE: Final = ("source", "obtained by", "method", "consent source", "consent method")


def is_heading_of(wishes: Wishes, *, in_full: bool) -> IsHeading:
    """Return the function that knows the heading of an export of consents: it has a column of pupils' numbers.

    Args:
        wishes: of the command.
        in_full: a question that has the number in it is none; what stands above a table may be: "Sorted by | UPN".
    """
    named = (wishes.upn, wishes.type, wishes.answer, wishes.given, wishes.expires, wishes.source)
    wanted = {fold(name) for name in named if name is not None}

    def is_heading(cells: Sequence[str]) -> bool:
        words = [plain(cell) for cell in cells]
        has_number = number_column(words, in_full=in_full) is not None
        if not in_full and any(word in PLAIN_YES or read_date(cell) for word, cell in zip(words, cells, strict=True)):
            return False  # a row of answers: "awaiting UPN"
        return (has_number or recall_columns(cells, wishes).upn is not None) and wanted <= {*map(fold, cells)}

    return is_heading


def recall_columns(heading: Sequence[str], wishes: Wishes) -> Wishes:
    """Return `wishes` with the columns that were named in an earlier import, are there, and are not named now."""
    there = {fold(name): name for name in heading}
    for name, meaning in wishes.remembered:
        field = COLUMNS.get(meaning)
        if field is not None and getattr(wishes, field) is None and fold(name) in there:
            wishes = replace(wishes, **{field: there[fold(name)]})  # type: ignore[arg-type]
    return wishes


def with_whole_heading(table: Table, wishes: Wishes) -> Table:
    """Return `table` with a heading of two rows made one.

    Raises:
        ExportRefused: no column has the pupils' numbers.
    """
    number = _number(table, recall_columns(table.heading, wishes))
    return table.with_second_heading(number, lambda cell: read_word(cell) is not None)


def choose_columns(table: Table, wishes: Wishes) -> tuple[Columns, tuple[Mapping, ...]]:
    """Return which columns are read, and how each heading or type is understood.

    Raises:
        ExportRefused: a column that is needed or that the command names is not there, or what is there is against
            what the command says.
    """
    wishes = recall_columns(table.heading, wishes)
    columns = Columns(
        Form.LIST,
        _number(table, wishes),
        given=_place(table, wishes.given, _GIVEN),
        expires=first_of(_place(table, wishes.expires, _EXPIRES), _last_day_of_all(table, wishes)),
        source=_place(table, wishes.source, _SOURCE),
    )
    columns = replace(columns, ended=_ended(table, wishes, columns))
    wishes = _heed_titles(table, wishes)
    if wishes.purpose is not None:
        return _choose_list(table, wishes, columns), ()
    kind, answers = _type(table, wishes, columns), _answers(table, wishes, columns)
    answers = tuple(asked for asked in answers if asked.place != kind)
    if kind is None or not answers or _maps_headings(table, wishes):
        return _choose_wide(table, wishes, columns)
    types = [replace(one, is_general=_is_general(one, wishes)) for one in map_types(table, kind, wishes)]
    if not any(mapping.purposes for mapping in types) and wishes.type is None:
        try:
            return _choose_wide(table, wishes, columns)
        except ExportRefused:
            pass  # then it is a long one of types that are to be mapped
    given = None if columns.given in {asked.place for asked in answers} else columns.given
    mappings = check_mapped((*types, *_left_out(table, wishes)), wishes)
    return replace(columns, form=Form.LONG, type=kind, given=given, asked=answers), mappings


def _ended(table: Table, wishes: Wishes, columns: Columns) -> tuple[Asked, ...]:
    """Return the columns of the day on which a yes was taken back: "Date withdrawn", "Website refused on"."""
    taken = {columns.upn, columns.given, columns.expires, columns.source}
    found = []
    for place, name in enumerate(table.full_heading):
        meaning = read_heading(name, wishes.purposes)
        is_said = map_heading(name, wishes, table.heading[place]).is_confirmed
        if meaning.is_end and place not in taken and not is_said:
            found.append(Asked(place, Mapping(name, meaning.purposes, is_certain=True, says_no=True)))
    return tuple(found)


# -- by form --


def _choose_list(table: Table, wishes: Wishes, columns: Columns) -> Columns:
    kind = _type(table, wishes, columns)
    kinds = {fold(row.cell(kind)) for row in table.rows if row.cell(kind)} if kind is not None else set()
    if len(kinds) > 1:
        what = f"the column {table.heading[kind or 0]!r} has consents of {len(kinds)} types"
        raise ExportRefused(what, "Leave --purpose out, and map each type with --map")
    check_is_of(wishes, table.titles, *kinds)
    answers = _answers(table, wishes, columns) + _of_purpose(table, wishes, columns)
    if wishes.state is State.GIVEN and (asked := next((a for a in answers if has_levels(table, a.place)), None)):
        what = f"the column {table.heading[asked.place]!r} has colours or levels, which may be what each pupil answered"
        raise ExportRefused(what, 'Leave --state out, and say what each means: --answer "Green=yes"')
    answers = tuple(asked for asked in answers if wishes.state is None or has_an_answer(table, asked.place))
    if answers and wishes.state is not None:
        what = f"the column {table.heading[answers[0].place]!r} says what each pupil answered"
        raise ExportRefused(what, "Leave --state out")
    if not answers and wishes.state in {None, State.GIVEN}:
        check_no_own_answers(table, wishes, {kind, columns.upn, columns.given, columns.expires, columns.source})
    if not answers and wishes.state is None:
        raise ExportRefused("a list of pupils needs their answer", "Say --state given or --state refused")
    given = None if columns.given in {asked.place for asked in answers} else columns.given
    every = {asked.place: _of_list(table, wishes, asked) for asked in answers}
    return replace(columns, given=given, asked=tuple(every.values()))


def _of_list(table: Table, wishes: Wishes, asked: Asked) -> Asked:
    """Return the column as one of the file's purpose; what a person said of its heading counts first."""
    said = map_heading(table.full_heading[asked.place], wishes, table.heading[asked.place])
    mapping = said if said.is_confirmed and wishes.purpose in said.purposes else asked.mapping
    purposes = () if wishes.purpose is None else (wishes.purpose,)
    return replace(asked, mapping=replace(mapping, purposes=purposes))


def _choose_wide(table: Table, wishes: Wishes, columns: Columns) -> tuple[Columns, tuple[Mapping, ...]]:
    # A column called "Date" may be any date in a wide export: only one that the command names is the answers'.
    columns = replace(columns, form=Form.WIDE, given=None if wishes.given is None else columns.given)
    mapped = _map_headings(table, wishes, columns)
    asked = tuple(_with_days(table, wishes, Asked(place, one)) for place, one in mapped.items() if one.is_taken)
    general = tuple(Asked(place, one) for place, one in mapped.items() if _is_general(one, wishes))
    columns = replace(columns, general=general, asked=asked)
    return columns, tuple(_as_used(table, columns, mapped))


def _map_headings(table: Table, wishes: Wishes, columns: Columns) -> dict[int, Mapping]:
    """Return what each column is taken for, by its place, but those that are the number, a day of all, the source.

    Raises:
        ExportRefused: none could be taken for a purpose, or one that the command maps is not there.
    """
    taken = {columns.upn, columns.given, columns.expires, columns.source}
    names = {place: name for place, name in enumerate(table.full_heading) if place not in taken and name}
    mapped = {place: map_heading(name, wishes, table.heading[place]) for place, name in names.items()}
    check_mapped([*mapped.values()], wishes)
    mapped = {place: one for place, one in mapped.items() if one.is_confirmed or not are_numbers(table, place)}
    if not any(one.purposes for one in mapped.values()):
        has_answer = any(read_heading(name, wishes.purposes).is_answer for name in names.values())
        number = _number(table, wishes)
        has_answer = has_answer or bool(_answers(table, wishes, Columns(Form.LIST, number)))
        raise ExportRefused(
            "no column could be taken for a purpose", hint(table, wishes, number, has_answer=has_answer)
        )
    return mapped


def _as_used(table: Table, columns: Columns, mapped: dict[int, Mapping]) -> Iterator[Mapping]:
    """Yield what each column is taken for, with what it is in this file: days of another, or of photos in general."""
    days = {place for one in columns.asked for place in (one.given, one.expires)}
    days |= {one.place for one in columns.ended}
    general = {one.place for one in columns.general}
    for place, one in mapped.items():
        if place in days:
            yield replace(one, must_be_reported=False, is_day=True)
        else:
            yield replace(one, is_general=place in general)
    if columns.expires is not None:
        yield Mapping(table.full_heading[columns.expires], is_day=True)


def _is_general(mapping: Mapping, wishes: Wishes) -> bool:
    meaning = read_heading(mapping.name, wishes.purposes)
    return not mapping.is_confirmed and (meaning.is_of_photos or (meaning.is_answer and meaning.says_no))


def _with_days(table: Table, wishes: Wishes, asked: Asked) -> Asked:
    """Return the column with those of its days: "Website consent date" beside "Website"."""
    given = expires = None
    for place, name in enumerate(table.full_heading):
        meaning = read_heading(name, wishes.purposes)
        if meaning.says_no:
            continue
        if meaning.purposes == asked.mapping.purposes and meaning.is_certain:
            given = place if meaning.is_day and given is None else given
        if meaning.is_last_day and {*meaning.purposes} & {*asked.mapping.purposes} and not _is_ignored(name, wishes):
            expires = place if expires is None else expires  # it takes nothing but yeses away: no word need be certain
    return replace(asked, given=given, expires=expires)


def _last_day_of_all(table: Table, wishes: Wishes) -> int | None:
    """Return the column of the last day of every consent of a row: "Photo consent expires", "Valid till" with days."""
    for place, name in enumerate(table.full_heading):
        meaning = read_heading(name, wishes.purposes)
        is_of_consent = meaning.is_last_day and meaning.must_be_reported and not (meaning.purposes or meaning.says_no)
        has_days = any(read_cell_day(row.cell(place)) is not None for row in table.rows)
        if (is_of_consent or (meaning.is_last_day_of_all and has_days)) and not _is_ignored(name, wishes):
            return place
    return None


def _is_ignored(name: str, wishes: Wishes) -> bool:
    """Say whether a person said what a column is, and so that it is no last day."""
    return map_heading(name, wishes).is_confirmed


def _answers(table: Table, wishes: Wishes, columns: Columns) -> tuple[Asked, ...]:
    """Return the columns that answer, and say not for what: the first that asks plainly, and all that say no."""
    if wishes.answer is not None:
        place = _named(table, wishes.answer)
        return (Asked(place, _answering(read_heading(table.full_heading[place]), table.heading[place])),)
    taken = {columns.upn, columns.expires, columns.source}
    exact = [place for name in ANSWERS for place in table.plain_places(name) if place not in taken]
    exact += [place for place in table.plain_places("given") if has_answers(table, place, wishes)]  # it may be a day
    asking = [
        place
        for place, name in enumerate(table.full_heading)
        if name and place not in {*taken, *exact} and read_heading(name, wishes.purposes).is_answer
    ]
    sure = [place for place in exact if has_answers(table, place, wishes)] or exact
    found = [(place, read_heading(table.full_heading[place])) for place in (*sure, *asking)]
    answered = {place for place, _ in found if place in sure or has_answers(table, place, wishes)}
    found = [one for one in found if one[0] in answered or has_levels(table, one[0])]
    found.sort(key=lambda one: one[0] not in answered)  # what is answered in listed words first
    plainly = [(place, meaning) for place, meaning in found if not meaning.says_no][:1]
    against = [(place, meaning) for place, meaning in found if meaning.says_no and not meaning.is_unclear]
    return tuple(Asked(place, _answering(meaning, table.heading[place])) for place, meaning in (*plainly, *against))


def _of_purpose(table: Table, wishes: Wishes, columns: Columns) -> tuple[Asked, ...]:
    """Return the columns whose heading names the purpose of a list."""
    meanings = ((place, read_heading(name, wishes.purposes)) for place, name in enumerate(table.full_heading))
    return tuple(
        Asked(place, _answering(meaning, table.heading[place]))
        for place, meaning in meanings
        if wishes.purpose in meaning.purposes
        and place not in {columns.upn, columns.given, columns.expires, columns.source}
        and not (meaning.is_of_days or meaning.is_unclear)
        and (has_answers(table, place, wishes) or has_levels(table, place))
    )


def _answering(meaning: Meaning, name: str) -> Mapping:
    return Mapping(name, is_certain=True, says_no=meaning.says_no)


def _type(table: Table, wishes: Wishes, columns: Columns) -> int | None:
    if wishes.type is not None:
        return _named(table, wishes.type)
    taken = {columns.upn, columns.given, columns.expires, columns.source}
    places = (place for name in _TYPE for place in table.plain_places(name) if place not in taken)
    return next((place for place in places if not has_answers(table, place, wishes)), None)


def _maps_headings(table: Table, wishes: Wishes) -> bool:
    """Say whether the command maps headings, and not types: then the export is wide whatever else it looks like."""
    names = {fold(name) for name in (*table.heading, *table.full_heading)}
    meant = [name for name, said in wishes.mapped if read_mapped(said, wishes.purposes)[0]]
    return bool(meant) and all(fold(name) in names for name in meant)


def _left_out(table: Table, wishes: Wishes) -> tuple[Mapping, ...]:
    """Return the headings of a long export that a person leaves out: notes beside the answers."""
    mappings = (map_heading(name, wishes, table.heading[place]) for place, name in enumerate(table.full_heading))
    return tuple(one for one in mappings if one.is_confirmed and not one.purposes)


def _heed_titles(table: Table, wishes: Wishes) -> Wishes:
    """Return what may be believed where a title says no: a list of noes, or the columns that the command maps."""
    if not is_refused_above(table, _number(table, wishes)):
        return wishes
    is_no_list = wishes.purpose is not None and wishes.state is not None and wishes.state is not State.GIVEN
    if not (is_no_list or (wishes.purpose is None and wishes.mapped)):
        raise ExportRefused(
            "what stands above the heading, or in a row without a pupil, says no, so a yes below it may be one to that",
            'Say what each column is, "not" before the purpose where a yes means no: --map "Website=not website"; '
            "or, of a list of pupils who all said no, --purpose website --state refused",
        )
    return replace(wishes, remembered=(), confirms_guesses=False, trusts_headings=False)


def is_refused_above(table: Table, number: int) -> bool:
    """Say whether a title, or a row without a pupil, says no: then what stands below may be what was refused."""
    within = (row for row in table.rows if not is_pupil_number(tidy_upn(row.cell(number))))
    titles = (cell for row in within for place, cell in enumerate(row.cells) if _may_be_title(row, place, number))
    return any(map(says_no, (*table.titles, *titles)))


def _may_be_title(row: Row, place: int, number: int) -> bool:
    """Say whether a cell of a row without a pupil is no answer: "Opted out" where numbers stand heads what follows."""
    cell, is_alone = row.cell(place), sum(map(bool, row.cells)) == 1
    state = read_word(cell)
    is_head = (place == number and refuses(cell)) or (place <= number and is_alone and state in NOES)
    return state is None or is_head


# -- places --


def _number(table: Table, wishes: Wishes) -> int:
    if wishes.upn is not None:
        return _named(table, wishes.upn)
    place = number_column([plain(name) for name in table.heading])
    if place is None:
        hint = "Export the pupils' numbers too, or say which column has them with --upn-column"
        raise ExportRefused(f"row {table.heading_row} has no column called UPN", hint)
    return place


def _place(table: Table, wished: str | None, usual: Sequence[str]) -> int | None:
    if wished is not None:
        return _named(table, wished)
    return next((places[0] for name in usual if (places := table.plain_places(name))), None)


def _named(table: Table, name: str) -> int:
    place = table.place(name)
    if place is None:
        raise ExportRefused(f"the file has no column called {name!r}", "Check the spelling")
    return place
