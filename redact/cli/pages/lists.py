"""Lists, and what is said of rows, on a terminal; apart from the rest, for `redact photo` imports no workspace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import typer

from redact.system.printing import printable

MOST_LISTED = 40  # lines of one list on a terminal; `--json` has them all; a choice
MOST_ALIKE = 3  # rows of which the same is said, each on a line of its own; a choice
MOST_SPANS = 12  # of rows on one line; `--json` has them all; a choice


class Note(Protocol):
    """What is said of one row of a file."""

    @property
    def row(self) -> int:
        """As a spreadsheet counts; 0: the file."""
        ...

    @property
    def column(self) -> str:
        """Its heading; may be empty."""
        ...

    @property
    def what(self) -> str:
        """A sentence part; no cell is quoted."""
        ...


def print_list(lines: Iterable[str], *, err: bool = False) -> None:
    """Print a list, cut to what a terminal holds."""
    lines = list(lines)
    for line in lines[:MOST_LISTED]:
        typer.echo(line, err=err)
    if len(lines) > MOST_LISTED:
        typer.echo(f"  and {len(lines) - MOST_LISTED} more; --json lists them all", err=err)


def describe_rows(notes: Sequence[Note]) -> Iterator[str]:
    """Yield what is said of rows; what is said of many in one column is one line."""
    alike: dict[tuple[str, str], list[int]] = {}
    for note in notes:
        alike.setdefault((note.column, note.what), []).append(note.row)
    for (column, what), rows in alike.items():
        of = f", column {printable(column)}" if column else ""
        for each in (format_rows(rows),) if len(rows) > MOST_ALIKE else map(_format_row, rows):
            yield f"{each}{of}: {what}"


def format_rows(rows: Sequence[int]) -> str:
    """Return many rows as one text: "31 rows (2 to 30, 33, 35)"."""
    there = {*rows}
    starts = sorted(row for row in there if row - 1 not in there)
    ends = sorted(row for row in there if row + 1 not in there)
    spans = [f"{start} to {end}" if start < end else f"{start}" for start, end in zip(starts, ends, strict=True)]
    more = ", ..." if len(spans) > MOST_SPANS else ""
    return f"{len(there)} rows ({', '.join(spans[:MOST_SPANS])}{more})"


def _format_row(row: int) -> str:
    return f"row {row}" if row else "the file"
