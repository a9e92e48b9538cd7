"""How the entries of the audit log are listed: a table for a person, JSON, CSV; one at a time, however many."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator
from datetime import tzinfo

import typer
from rich.table import Table

from redact.audit.events import Numbered, UnknownEvent
from redact.cli.pages.times import format_moment
from redact.cli.screen import terminal
from redact.errors import SHORT_DIGITS, short_id
from redact.store.log.reader import Entry

COLUMNS = ("n", "at", "kind", "device", "photo", "facts")
_APART = frozenset(COLUMNS)


def print_entries(entries: Iterable[Entry], zone: tzinfo) -> None:
    """Print a table on a terminal, with times of `zone`; elsewhere plain lines, with times as they are kept, UTC."""
    if not sys.stdout.isatty():
        for number, entry in enumerate(entries):
            if number == 0:
                typer.echo("  ".join(_padded(list(COLUMNS))))
            typer.echo("  ".join(_padded(_cells(entry))).rstrip())
        return
    table = Table(*COLUMNS, box=None, header_style="bold")
    for entry in entries:
        table.add_row(*_cells(entry, zone))
    terminal().print(table, markup=False)


def print_json(entries: Iterable[Entry]) -> None:
    """Print one JSON array, an entry per line."""
    separator = "["
    for entry in entries:
        typer.echo(f"{separator}\n{json.dumps(_flat(entry))}", nl=False)
        separator = ","
    typer.echo("[]" if separator == "[" else "\n]")


def print_csv(entries: Iterable[Entry]) -> None:
    """Print CSV with a header; all facts that have no column of their own stand in the last."""
    for line in _csv_lines(entries):
        typer.echo(line, nl=False)


def _csv_lines(entries: Iterable[Entry]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")  # where lines end otherwise, the stream says so
    writer.writerow(COLUMNS)
    for entry in entries:
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        flat = _flat(entry)
        writer.writerow([flat.get(name, "") for name in COLUMNS[:-1]] + [_facts(flat, None)])
    yield buffer.getvalue()


def _flat(entry: Entry) -> dict[str, object]:
    """Return what the entry says, flat; what cannot be read is named in `unreadable`."""
    reading = entry.reading
    if isinstance(reading, UnknownEvent):  # of a newer version: shown as it is
        return {"n": reading.number, "at": reading.at, "kind": reading.spelling, **dict(reading.facts)}
    if not isinstance(reading, Numbered):
        return {"n": entry.row.number, "unreadable": "its text was erased" if reading is None else reading}
    number, event = reading
    return {"n": number, "at": event.at, "kind": event.kind.value, **dict(event.facts)}


def _cells(entry: Entry, zone: tzinfo | None = None) -> list[str]:
    flat = _flat(entry)
    if zone is not None and "at" in flat:
        flat["at"] = format_moment(str(flat["at"]), zone)
    named = [str(flat.get(name, "")) for name in COLUMNS[:-1]]
    named[COLUMNS.index("photo")] = short_id(named[COLUMNS.index("photo")])
    return [*named, _facts(flat, SHORT_DIGITS)]


def _facts(flat: dict[str, object], longest: int | None) -> str:
    """Return the further facts as "name=value"; a hash is cut to `longest` digits."""
    cut = (
        (name, str(value)[: longest if longest is not None and _is_hash(value) else None])
        for name, value in flat.items()
        if name not in _APART
    )
    return ", ".join(f"{name}={value}" for name, value in cut)


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and len(value) == 64 and " " not in value


def _padded(cells: list[str]) -> list[str]:
    widths = (7, 24, 18, 12, SHORT_DIGITS, 0)
    return [f"{cell:{width}}" if width else cell for cell, width in zip(cells, widths, strict=True)]
