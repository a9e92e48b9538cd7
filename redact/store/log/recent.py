"""Check what came to the audit log since it was checked last, so that status and doctor can tell of a fault at once.

Threat: entries are edited, dropped or planted by hand, and nobody hears of it until somebody runs `redact audit
verify`; or whoever did it also says in the database that all of that was checked.
Rule: checks 2 to 6, 8, 11 and 12 of docs/audit-log.md on the entries from a remembered edge of the tree on, up to a
number that the caller can afford; an edge is remembered (checked.py) only where the entries before it were checked
without a fault, here or by `redact audit verify`.
Accepted residue: an entry that was changed after it was checked is found by `redact audit verify` alone, and by the
proofs before anything is deleted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam

from redact.audit.checkpoint import parse_note
from redact.audit.events import reading_of
from redact.audit.faults import AuditLogError
from redact.audit.tree import Frontier
from redact.audit.verify.log import Walk
from redact.audit.verify.verdict import Fault, Finding
from redact.store.database import Database
from redact.store.log.check import compare_columns
from redact.store.log.checked import HOLDS, Checked, Log, Sums, read_checked, remember, sum_listed
from redact.store.log.reader import RAW_ENTRIES, read_edge, read_notes, read_stored
from redact.store.schema.tables import log_entries

#: What a person does about a fault of the log.
KEEP_AND_VERIFY: Final = "Stop redact watch, keep everything as it is, and run: redact audit verify"
#: Entries that are checked at a time: 46 microseconds each on two shared cores (`redact bench log`).
STATUS_MOST: Final = 2_000
DOCTOR_MOST: Final = 8_000
READ_TIMES: Final = 200  # times that an act which a person asked for reads on before it gives up, 10 s in all
WATCHER_MOST: Final = 1_000  # ... and before the edge is remembered: what stands after it is in reach of a status

_NEXT = RAW_ENTRIES.where(log_entries.c.n >= bindparam("first"), log_entries.c.n < bindparam("end"))


@dataclass(frozen=True, slots=True)
class Recent:
    """What was found in the entries that were looked at."""

    faults: tuple[Finding, ...]
    checked: Checked  # up to where all is well, if there is no fault
    size: int  # entries that the log says it has


def check_recent(connection: Connection, log: Log, most: int) -> Recent:
    """Check entries from the remembered edge on.

    Args:
        connection: of a transaction that sees one moment.
        log: whose.
        most: so many entries at most.

    Raises:
        DatabaseFault: the database does not answer.
    """
    return check_from(connection, log, read_checked(connection, log), most)


def check_from(connection: Connection, log: Log, begin: Checked, most: int) -> Recent:
    """Check entries behind those that were checked; see `check_recent`."""
    walk, sums, found = Walk(begin.edge), Sums(begin.sums), list[Finding]()
    for stored in read_stored(connection, _NEXT, {"first": begin.size, "end": begin.size + most}):
        try:
            row = stored.row()
        except AuditLogError as error:
            return Recent((Finding(Fault.MALFORMED, str(error)),), begin, begin.size)
        reading = reading_of(row.body)
        walk.take(row, reading)
        sums.take(stored.number, stored.kind, stored.photo, stored.device)
        found += [each for each in compare_columns(stored, reading) if each.fault]
    try:
        edge = read_edge(connection)
    except AuditLogError as error:
        return Recent((Finding(Fault.FALSE_EDGE, str(error)),), begin, begin.size)
    is_end = walk.size >= edge.size or walk.size < begin.size + most
    notes = tuple(note for note in read_notes(connection) if _is_of(note, begin.size, None if is_end else walk.size))
    found += walk.judge_further(log.origin, notes, [log.key], is_end=is_end)
    found += _compare_edges(walk, edge) if is_end else ()
    if sum_listed(connection, HOLDS, walk.size) != sums.of(HOLDS):
        found.append(Finding(Fault.FALSE_INDEX, "the entries on holds are not listed as they were written"))
    return Recent(tuple(found), Checked(walk.frontier, sums.joined()), edge.size)


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


def _check_once(database: Database, log: Log, most: int) -> Recent:
    with database.read() as connection:
        recent, begin = check_recent(connection, log, most), read_checked(connection, log)
    if not recent.faults and recent.checked.size > begin.size:
        with database.write() as connection:
            remember(connection, log, recent.checked)
    return recent


def _is_of(note: str, least: int, most: int | None) -> bool:
    """Say whether a checkpoint is of a size that was looked at; what cannot be read is judged as well."""
    try:
        size = parse_note(note)[0].size
    except AuditLogError:
        return True
    return size > least and (most is None or size <= most)


def _compare_edges(walk: Walk, edge: Frontier) -> Iterator[Finding]:
    if walk.size < edge.size:
        gone = f"the entries {walk.size} to {edge.size - 1} are gone"
        yield Finding(Fault.MISSING_ENTRY, gone)
    elif edge != walk.frontier:
        sentence = f"the saved edge of the tree, of {edge.size} entries, is not that of the {walk.size} entries here"
        yield Finding(Fault.FALSE_EDGE, sentence)
