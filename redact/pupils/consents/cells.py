"""What stands below a heading of an export: answers in words that are known, one at least, or colours and levels.

Threat, rule and residue: see columns.py, which asks this before a column is taken for one of answers.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Final

from redact.pupils.consent import State
from redact.pupils.consents.mapping import Wishes
from redact.pupils.consents.words.answers import read_inverted, read_word
from redact.pupils.consents.words.headings import read_heading, says_no
from redact.pupils.consents.words.own import is_level, own_words
from redact.pupils.dates import read_date
from redact.pupils.tables.table import Table, fold, plain

#: Headings of the answers of a long export, as words; the first that is there counts.
ANSWERS: Final = (
    "decision", "answer", "response", "consent given", "consent status", "status", "state", "granted", "value",
    "consent response", "consent state", "parent response", "reply", "current status", "permission status", "outcome",
    "consent status description", "consent status name", "status description",
)  # fmt: skip
_NUMBERS: Final = re.compile(r"(?:\w+ ){0,3}nos?")
_FIGURE: Final = re.compile(r"\d")
#: As SIMS writes true and false in a report.
_SHORT: Final = {"t": "true", "f": "false"}
#: As databases write them.
_BITS: Final = {"1": "true", "0": "false"}
_OF_SEX: Final = re.compile(r"\b(?:sex|gender)\b")  # at a girls' school all F


def with_answers_spelled(table: Table, own: Collection[str], turned: Collection[int] = ()) -> Table:
    """Return `table` with T and F, 1 and 0 spelled out in columns that hold nothing else.

    T or F alone may be a school's own letter: F for full consent, T for the trust's own pages; so the file has both.
    Ones and noughts, as databases write yes and no, are read where a column has both and its heading plainly asks for a
    consent; ones alone may be a level.

    Args:
        table: of an export.
        own: folded words of which a person said what they mean; these keep that.
        turned: places of the columns that say no, or of which a person said so: a nought there would be a yes.
    """
    width = max((len(row.cells) for row in table.rows), default=0)
    held = [{fold(row.cell(place)) for row in table.rows} - {""} for place in range(width)]
    of_sex = {place for place, name in enumerate(table.heading) if _OF_SEX.search(plain(name))}
    places = {place for place, cells in enumerate(held) if cells and cells <= _SHORT.keys()} - of_sex
    if {cell for place in places for cell in held[place]} != _SHORT.keys() or any(letter in own for letter in _SHORT):
        places = set()
    asking = {place for place, name in enumerate(table.full_heading) if plain(name) in ANSWERS or _asks(name)}
    bits = ({place for place, cells in enumerate(held) if cells == _BITS.keys()} & asking) - {*turned}
    spellings = dict.fromkeys(places, _SHORT) | dict.fromkeys(() if _BITS.keys() & {*own} else bits, _BITS)
    if not spellings:
        return table
    spelled = (
        tuple(spellings.get(place, {}).get(fold(cell), cell) for place, cell in enumerate(row.cells))
        for row in table.rows
    )
    rows = tuple(replace(row, cells=cells) for row, cells in zip(table.rows, spelled, strict=True))
    return replace(table, rows=rows)


def _asks(name: str) -> bool:
    meaning = read_heading(name)
    return (meaning.is_certain or meaning.is_answer) and not (meaning.is_unclear or meaning.says_no)


def has_answers(table: Table, place: int, wishes: Wishes) -> bool:
    """Say whether most cells of a column are answers."""
    own = own_words(wishes)
    cells = [cell for row in table.rows if (cell := row.cell(place))]
    understood = sum(
        read_word(cell) is not None or read_inverted(cell) is not None or fold(cell) in own for cell in cells
    )
    return 2 * understood > len(cells)


def has_an_answer(table: Table, place: int) -> bool:
    """Say whether any cell of a column is an answer that is not blank."""
    states = (state for row in table.rows for state in (read_word(row.cell(place)), read_inverted(row.cell(place))))
    return any(state not in {None, State.PENDING} for state in states)


def has_levels(table: Table, place: int) -> bool:
    """Say whether most cells of a column are colours or levels."""
    cells = [cell for row in table.rows if (cell := row.cell(place))]
    return 2 * sum(read_word(cell) is None and is_level(cell) for cell in cells) > len(cells)


def are_numbers(table: Table, place: int) -> bool:
    """Say whether a column is of numbers by its heading and cells: "Pupil No" over 1, 2, 3; not ones and noughts.

    One that may be a no to photos ("No", "Photo No") is, by a bare heading alone, where each row has its own number.
    """
    every, heading = [row.cell(place) for row in table.rows], table.heading[place]
    cells = {cell for cell in every if cell}
    if says_no(heading) and (plain(heading) not in {"no", "nos"} or len(cells) < len(every)):
        return False
    hold_figures = all(_FIGURE.search(cell) and read_date(cell) is None and read_word(cell) is None for cell in cells)
    return hold_figures and not cells <= {"0", "1"} and _NUMBERS.fullmatch(plain(heading)) is not None
