"""Rows of a table that answer for several children: a form that a parent fills in once, "Child 1 UPN", "Child 2 UPN".

Threat: a parent says no for three children in one row, and only the first is taken back.
Rule: where the numbers of several children stand side by side under headings that differ by a number alone, the row is
read once for each of them.  Any other column that holds true pupil numbers beside the one that counts is reported.
Accepted residue: brothers and sisters who are named, and not numbered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from redact.pupils.tables.table import Row, Table, plain
from redact.pupils.upn import is_pupil_number, is_upn, tidy_upn

#: What tells one child's heading from the next one's.
_WHICH: Final = re.compile(
    r"\b(?:\d(?:st|nd|rd|th)?|first|second|third|fourth|fifth|eldest|oldest|youngest|next)\b|\d\b"
)
#: A number that the pupil had before is the same pupil's.
_FORMER: Final = re.compile(r"\b(?:former|previous|prior|old|last(?! (?:child|born))|temporary)\b")


def with_row_for_each_child(table: Table, number: int) -> tuple[Table, tuple[str, ...]]:
    """Return the table with a row for each child of a family, and the headings of the further children's numbers.

    Args:
        table: of an export.
        number: place of the pupils' numbers that counts.
    """
    family = _family(table.heading, number)
    if not family:
        return table, ()
    rows = tuple(one for row in table.rows for one in _children(row, number, family))
    return replace(table, rows=rows), tuple(table.heading[place] for place in family)


def numbers_left(table: Table, number: int) -> Iterator[str]:
    """Yield the headings, beside the one that counts, that hold other pupils' numbers: nothing was taken for these."""
    family = {number, *_family(table.heading, number)}
    for place, name in enumerate(table.heading):
        if place in family or _FORMER.search(plain(name)):
            continue
        pairs = ((tidy_upn(row.cell(place)), tidy_upn(row.cell(number))) for row in table.rows)
        if any(is_upn(other) and other != own for other, own in pairs):
            yield table.full_heading[place]


def _family(heading: Sequence[str], number: int) -> tuple[int, ...]:
    alike = _WHICH.sub("#", plain(heading[number]))
    if "#" not in alike:
        return ()
    return tuple(
        place for place, name in enumerate(heading) if place != number and _WHICH.sub("#", plain(name)) == alike
    )


def _children(row: Row, number: int, family: tuple[int, ...]) -> Iterator[Row]:
    others = [row.cell(place) for place in family if is_pupil_number(tidy_upn(row.cell(place)))]
    if row.cell(number) or not others:
        yield row
    for other in others:
        cells = list(row.cells)
        cells[number] = other
        yield replace(row, cells=tuple(cells))
