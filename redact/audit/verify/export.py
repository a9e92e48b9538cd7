"""The export: JSON lines that hold the whole audit log and its checkpoints (docs/audit-log.md section 5).

Threat: a reader that is lenient where another is strict, so that two auditors see two logs in one file.
Rule: every line is printed again and compared; the first line that differs ends the reading.
Accepted residue: none; what the lines say is the business of redact.audit.verify.log.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from redact.audit.checkpoint import Checkpoint, parse_note
from redact.audit.events import Reading, reading_of_members
from redact.audit.faults import AuditLogError
from redact.audit.spelling import MAX_NUMBER, parse_json, print_json

FORMAT = "redact-log/1"

# The frame of a line has one spelling by itself; that of the body is checked when it is parsed.
_ROW = re.compile(
    r'\{"body":(?:null|(\{[^\n]*\})),"commitment":"([0-9a-f]{64})","n":(0|[1-9][0-9]{0,15}),"salt":(?:null|"([0-9a-f]{64})")\}'
).fullmatch


@dataclass(frozen=True, slots=True)
class Row:
    """One entry as it is stored: the commitment for ever, salt and body until they are erased together."""

    number: int  # counted from 0
    commitment: bytes
    salt: bytes | None
    body: bytes | None

    def __post_init__(self) -> None:
        """Raise AuditLogError where salt and body are not there, or gone, together."""
        if (self.salt is None) is not (self.body is None):
            raise AuditLogError(f"entry {self.number} has only one of salt and body; they are erased together")


@dataclass(frozen=True, slots=True)
class Export:
    """An audit log as it was handed over; only its spelling is checked."""

    origin: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...]  # signed checkpoints, sizes ascending


def print_export(export: Export) -> Iterator[str]:
    """Yield the lines of an export, each with its newline."""
    yield print_json({"format": FORMAT, "origin": export.origin}) + "\n"
    for row in export.rows:
        yield print_row(row) + "\n"
    for note in export.notes:
        yield print_json({"checkpoint": note}) + "\n"


def print_row(row: Row) -> str:
    """Return the line of one entry, without its newline."""
    body = "null" if row.body is None else row.body.decode("ascii")
    salt = "null" if row.salt is None else f'"{row.salt.hex()}"'
    return f'{{"body":{body},"commitment":"{row.commitment.hex()}","n":{row.number},"salt":{salt}}}'


def parse_export(lines: Iterable[str]) -> Export:
    """Return the export that these lines spell.

    Args:
        lines: each with its newline, as a text file opened with `newline=""` yields them.

    Raises:
        AuditLogError: a line is not spelled the one way, or out of place; the message has its number.
    """
    rows: list[Row] = []
    origin, notes = read_export(lines, lambda row, _: rows.append(row))
    return Export(origin, tuple(rows), notes)


def read_export(lines: Iterable[str], take: Callable[[Row, Reading], None]) -> tuple[str, tuple[str, ...]]:
    """Pass every entry and what its body says to `take`, keeping none; return origin and checkpoints.

    Raises:
        AuditLogError: as `parse_export`; what was taken until then is worth nothing.
    """
    origin, notes, last_size = "", list[str](), -1
    number = 0
    for number, line in enumerate(lines, start=1):
        what = f"line {number} of the export"
        if not line.endswith("\n"):
            raise AuditLogError(f"{what} does not end with a newline; was the export copied whole?")
        if number == 1:
            origin = _parse_header(line[:-1], what)
        elif line.startswith('{"checkpoint":'):
            note, checkpoint = _parse_checkpoint(line[:-1], what)
            if checkpoint.size <= last_size:
                raise AuditLogError(f"{what} is a checkpoint that is not larger than the one before")
            last_size = checkpoint.size
            notes.append(note)
        elif notes:
            raise AuditLogError(f"{what} stands after a checkpoint and is not one")
        else:
            take(*read_row(line[:-1], what))
    if number == 0:
        raise AuditLogError("the export is empty; it has not even its first line")
    return origin, tuple(notes)


def read_row(line: str, what: str) -> tuple[Row, Reading]:
    """Return the entry that `line` (without its newline) spells, and what its body says; `what` names it in errors.

    Raises:
        AuditLogError: it is not spelled the one way.
    """
    found = _ROW(line)
    if found is None:
        raise AuditLogError(f"{what} is not an entry of the one spelling: body, commitment, n and salt")
    body, committed, digits, salt = found.groups()
    number = int(digits)
    if number > MAX_NUMBER:
        raise AuditLogError(f"{what} has a number that is out of range")
    reading = None if body is None else reading_of_members(parse_json(body, what))
    raw_salt = None if salt is None else bytes.fromhex(salt)
    return Row(number, bytes.fromhex(committed), raw_salt, None if body is None else body.encode("ascii")), reading


def _parse_header(line: str, what: str) -> str:
    members = parse_json(line, what)
    origin = members.get("origin")
    if members.keys() != {"format", "origin"} or members["format"] != FORMAT or not isinstance(origin, str):
        raise AuditLogError(f"{what} does not say that this is a {FORMAT} and of which origin")
    return origin


def _parse_checkpoint(line: str, what: str) -> tuple[str, Checkpoint]:
    members = parse_json(line, what)
    note = members["checkpoint"]
    if len(members) != 1 or not isinstance(note, str):
        raise AuditLogError(f"{what} is not a checkpoint")
    return note, parse_note(note)[0]
