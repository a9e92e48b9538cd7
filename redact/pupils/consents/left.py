"""What an import of consents leaves to a person: what was not read, not taken, or looks broken.

Threat: an answer that was never taken is believed to be in the register, for nobody was told that it is not.
Rule: whatever may be a consent, or a name, and was not taken as one, is named with its row and column; no cell is
quoted, for it may hold a name.
Accepted residue: a column whose heading says nothing of photos or consent is passed over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from redact.pupils.consents.mapping import Mapping, Problem
from redact.pupils.consents.words.headings import says_no
from redact.pupils.rolls.headings import choose_fields
from redact.pupils.tables.families import numbers_left
from redact.pupils.tables.garbled import fault_in_name
from redact.pupils.tables.table import SHEET_LEFT, Table


def left_of_file(table: Table, number: int) -> Iterator[Problem]:
    """Yield the sheets and columns that were not read, and how the file was read where that was found out.

    Args:
        table: of an export.
        number: place of the pupils' numbers.
    """
    for name in table.sheets_left:
        yield Problem(0, "", SHEET_LEFT.format(name))
    for name, rows in table.sheets_hidden:  # a report's parameters need nobody; a list of noes does
        if any(map(says_no, (name, *(cell for row in rows for cell in row.cells)))):
            yield Problem(0, "", SHEET_LEFT.format(name))
    for name in numbers_left(table, number):
        what = "holds numbers of further pupils, for whom nothing was taken; if a row answers for them too, export a"
        yield Problem(table.heading_row, name, f"{what} row for each, with one number")
    for place, name in enumerate(table.full_heading):
        if not name and any(row.cell(place) for row in table.rows):
            yield Problem(table.heading_row, f"{place + 1}", "has no heading, and was not read")
    if table.read_as:
        yield Problem(table.heading_row, "", f"the file is read as {table.read_as}, which was found out by its letters")


def notes_on_family(table: Table, number: int, family: Sequence[str]) -> Iterator[Problem]:
    """Yield what is worth a look where rows answer for several children, under these headings of their numbers."""
    if family:
        what = f"numbers of further children stand under {', '.join(map(repr, family))}: the answers of a row are taken"
        yield Problem(table.heading_row, table.heading[number], f"{what} for each of them")


def left_of_mappings(table: Table, mappings: Iterable[Mapping], held: Collection[str]) -> Iterator[Problem]:
    """Yield the headings and types that were not taken, or not wholly, and may be consents.

    Args:
        table: where they stand.
        mappings: what each was taken for.
        held: those that say no, of which a bare no was not taken as a yes.
    """
    for one in mappings:
        if (why := _why_left(one, held)) is not None:
            yield Problem(table.heading_row, one.name, why)


def _why_left(one: Mapping, held: Collection[str]) -> str | None:
    """Return what a person must know of a heading or type, a sentence part; None where there is nothing."""
    if one.is_unclear:
        return "says no twice, or no with an exception, so it was not taken"
    if one.is_guess:
        taken = ": a yes below it is taken as a no, and nothing else" if one.refuses else "; it was not taken"
        return f"may be {one.spelled}{taken}, because nobody confirmed it"
    if one.is_left and one.is_general:
        no, yes = ("yes", "no") if one.says_no else ("no", "yes")
        return (
            f"is about photos in general: a {no} below it refuses every purpose of the file, a {yes} permits none; "
            'map it to a purpose, or leave it out: --map "HEADING=ignore"'
        )
    if one.is_left and one.rows == 0:  # of a type with rows each row is reported
        return (
            "may be about photos, or being recognised on them, and was not taken; map it to a purpose (biometric "
            'is one), or leave it out: --map "HEADING=ignore"'
        )
    if one.name in held:
        return (
            "says no: a yes below it is taken as a no, but a no not as a yes until a person says so: "
            f'--map "HEADING=not {one.purpose}"'
        )
    return None


def broken_names(table: Table) -> Iterator[Problem]:
    """Yield the names of pupils that look broken: who cannot read the file must not believe it."""
    places = choose_fields(table.heading).of_names
    for row in table.rows:
        for place in places:
            if (fault := fault_in_name(row.cell(place), table.doubtful)) is not None:
                yield Problem(row.number, table.full_heading[place], fault)
