"""Check what came to the audit log since it was checked last, so that status and doctor can tell of a fault at once.

Threat: entries are edited, dropped or planted by hand, and nobody hears of it until somebody runs `redact audit
verify`; or whoever did it also says in the database that all of that was checked.
Rule: checks 2 to 6, 8, 11 and 12 of docs/audit-log.md on the entries from a remembered edge of the tree on, up to a
number that the caller can afford; an edge is remembered under a code that only a holder of the workspace's key can
make, and only where the entries before it were checked without a fault, here or by `redact audit verify`.
Accepted residue: an entry that was changed after it was checked is found by `redact audit verify` alone, and by the
proofs before anything is deleted; who writes the database can set back the edge, which costs time and hides nothing.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from redact.audit.checkpoint import LogKey, parse_note
from redact.audit.events import person_tag, reading_of
from redact.audit.faults import RecordError
from redact.audit.tree import Frontier
from redact.audit.verify.log import Walk
from redact.audit.verify.verdict import Fault, Finding
from redact.store.database import Database
from redact.store.key_facts import read_facts, write_facts
from redact.store.log.check import compare_columns
from redact.store.log.reader import raw_entries, read_edge, read_notes, read_stored
from redact.store.schema.tables import log_entries

#: Entries that are checked at a time: 46 microseconds each on two shared cores (`redact bench log`).
STATUS_MOST: Final = 2_000
DOCTOR_MOST: Final = 8_000
WATCHER_MOST: Final = 1_000  # ... and before the edge is remembered: what stands after it is in reach of a status
_EDGE = "log-checked"  # among the facts


@dataclass(frozen=True, slots=True)
class Recent:
    """What was found in the entries that were looked at."""

    faults: tuple[Finding, ...]
    checked: Frontier  # the edge of the tree up to which all is well, if there is no fault
    size: int  # entries that the log says it has


@dataclass(frozen=True, slots=True)
class Log:
    """One workspace's log, and what it takes to check it."""

    origin: str
    key: LogKey
    tags: bytes  # the workspace's secret key, under which an edge is remembered


def check_recent(connection: Connection, log: Log, most: int) -> Recent:
    """Check entries from the remembered edge on.

    Args:
        connection: of a transaction that sees one moment.
        log: whose.
        most: so many entries at most.

    Raises:
        DatabaseFault: the database does not answer.
    """
    begin = _read_edge(connection, log)
    walk, found = Walk(begin), list[Finding]()
    is_next = (log_entries.c.n >= begin.size, log_entries.c.n < begin.size + most)
    for stored in read_stored(connection, raw_entries().where(*is_next)):
        try:
            row = stored.row()
        except RecordError as error:
            return Recent((Finding(Fault.MALFORMED, str(error)),), begin, begin.size)
        said = reading_of(row.body)
        walk.take(row, said)
        found += [each for each in compare_columns(stored, said) if each.fault]
    try:
        edge = read_edge(connection)
    except RecordError as error:
        return Recent((Finding(Fault.FALSE_EDGE, str(error)),), begin, begin.size)
    is_end = walk.size >= edge.size or walk.size < begin.size + most
    notes = tuple(note for note in read_notes(connection) if _is_of(note, begin.size, None if is_end else walk.size))
    found += walk.judge_further(log.origin, notes, [log.key], is_end=is_end)
    found += _compare_edges(walk, edge) if is_end else ()
    return Recent(tuple(found), walk.frontier, edge.size)


def check_further(database: Database, log: Log, most: int = WATCHER_MOST, times: int = 5) -> Recent:
    """Check entries from the remembered edge on, and remember how far all is well: what a watcher does now and then.

    Args:
        database: of the log.
        log: whose.
        most: entries at a time, after which the edge is remembered.
        times: that often, or until all entries were checked or a fault was found.

    Raises:
        DatabaseFault: the database does not answer.
    """
    for _ in range(times - 1):
        recent = _check_once(database, log, most)
        if recent.faults or recent.checked.size >= recent.size:
            return recent
    return _check_once(database, log, most)


def remember(connection: Connection, log: Log, checked: Frontier) -> None:
    """Write down that all is well up to this edge."""
    text = json.dumps([checked.size, [each.hex() for each in checked.edge]])
    write_facts(connection, {_EDGE: json.dumps([text, _code(log, text)])})


def _check_once(database: Database, log: Log, most: int) -> Recent:
    with database.read() as connection:
        recent, begin = check_recent(connection, log, most), _read_edge(connection, log)
    if not recent.faults and recent.checked.size > begin.size:
        with database.write() as connection:
            remember(connection, log, recent.checked)
    return recent


def _read_edge(connection: Connection, log: Log) -> Frontier:
    """Return the remembered edge; the beginning of the log where none is, or nobody with the key wrote it."""
    try:
        text, code = json.loads(read_facts(connection).get(_EDGE, ""))
        size, edge = json.loads(text)
        if hmac.compare_digest(str(code), _code(log, text)):
            return Frontier(size, tuple(bytes.fromhex(each) for each in edge))
    except (ValueError, TypeError, RecordError):
        pass
    return Frontier()


def _code(log: Log, text: str) -> str:
    return person_tag(log.tags, f"log checked: {text}")


def _is_of(note: str, least: int, most: int | None) -> bool:
    """Say whether a checkpoint is of a size that was looked at; what cannot be read is judged as well."""
    try:
        size = parse_note(note)[0].size
    except RecordError:
        return True
    return size > least and (most is None or size <= most)


def _compare_edges(walk: Walk, edge: Frontier) -> Iterator[Finding]:
    if walk.size < edge.size:
        gone = f"the entries {walk.size} to {edge.size - 1} are gone"
        yield Finding(Fault.MISSING_ENTRY, gone)
    elif edge != walk.frontier:
        sentence = f"the saved edge of the tree, of {edge.size} entries, is not that of the {walk.size} entries here"
        yield Finding(Fault.FALSE_EDGE, sentence)
