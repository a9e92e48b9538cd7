"""How fast the audit log is on this machine: entries appended on SQLite as always, all checked twice, and proved."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from redact.audit.checkpoint import LogKey, public_key
from redact.audit.kinds import Kind
from redact.audit.level import Level
from redact.audit.verify.export import print_export
from redact.audit.verify.log import verify_log
from redact.store.database import Database, sqlite_url
from redact.store.log.audit_log import AuditLog, Entries, Signer
from redact.store.log.check import check_workspace
from redact.store.log.mirror_folder import Mirror
from redact.store.log.mirrors import Mirrors
from redact.store.log.nodes import rebuild_nodes
from redact.store.log.reader import read_export
from redact.store.schema.tables import metadata

ORIGIN = "redact/speed"
PROVED = 100  # entries that are proved, over the whole log
BATCH = 500  # entries per transaction: a clearing of 250 photos


@dataclass(frozen=True, slots=True)
class LogFigures:
    """What was measured; seconds of the wall clock."""

    entries: int
    batch: int  # entries per transaction
    append_s: float
    appended_per_second: int
    verify_workspace_s: float  # database, checkpoint mirror and columns
    verify_export_s: float  # the file that an auditor gets, lines in memory, with the copies
    prove_ms: float  # milliseconds of one proof as a deletion asks for two of them, over entries far apart
    rebuild_s: float  # all nodes of the tree computed again, as after they were lost


def bench_log(entries: int, batch: int = BATCH) -> LogFigures:
    """Append about `entries` entries in batches to a new record with one checkpoint mirror, and check it twice.

    Raises:
        RuntimeError: the audit log that was just written is not intact.
    """
    with tempfile.TemporaryDirectory(prefix="redact-speed-") as temporary:
        folder = Path(temporary)
        database = Database(sqlite_url(folder / "speed.db"))
        try:
            return _bench(folder, database, entries, batch)
        finally:
            database.close()


def _bench(folder: Path, database: Database, entries: int, batch: int) -> LogFigures:
    metadata.create_all(database.engine)
    key, mirror = Ed25519PrivateKey.generate(), Mirror("mirror-1", folder)
    audit_log = AuditLog(database, Signer(ORIGIN, key), Mirrors(database, [mirror], _now), _now)
    start = perf_counter()
    written = _append(audit_log, entries, batch)
    append_s = perf_counter() - start
    workspace_s = _check_workspace(database, mirror, public_key(ORIGIN, key))
    export_s = _check_export(database, folder, public_key(ORIGIN, key))
    prove_s, rebuild_s = _prove(audit_log, written, batch), _rebuild(database, written)
    rates = (round(append_s, 2), round(written / append_s), round(workspace_s, 2), round(export_s, 2))
    return LogFigures(written, batch, *rates, round(prove_s * 1000, 2), round(rebuild_s, 2))


def _prove(audit_log: AuditLog, written: int, batch: int) -> float:
    """Prove one entry of each of up to 100 batches; return the seconds of each."""
    firsts = range(0, written, max(batch, written // PROVED))
    start = perf_counter()
    for first in firsts:
        photo = next(_photos(first - first % batch, 1))
        if audit_log.proofs.find(Kind.DELETION_CLOSED, photo, verdict="gone") is None:
            raise RuntimeError("an entry that was just written is not proved")
    return (perf_counter() - start) / len(firsts)


def _rebuild(database: Database, written: int) -> float:
    start = perf_counter()
    with database.write() as connection:
        rebuild_nodes(connection, written)
    return perf_counter() - start


def _append(audit_log: AuditLog, entries: int, batch: int) -> int:
    written = 0
    while written < entries:
        with audit_log.writing() as writing:
            written += sum(_deletion(writing, photo) for photo in _photos(written, max(1, min(batch, entries) // 2)))
    return written


def _deletion(writing: Entries, photo: str) -> int:
    """Add a deletion from beginning to end: the kind of entry that comes in batches."""
    place = {"photo": photo, "device": "speed"}
    begun = writing.add(Kind.DELETION_OPENED, **place, name=photo, stored=photo, by="system")
    writing.add(Kind.DELETION_CLOSED, **place, opened=begun, verdict="gone", level=Level.RE_CHECKED, left=0)
    return 2


def _photos(first: int, count: int) -> Iterator[str]:
    return (hashlib.sha256(f"{first} {number}".encode()).hexdigest() for number in range(count))


def _check_workspace(database: Database, mirror: Mirror, key: LogKey) -> float:
    start = perf_counter()
    report = check_workspace(database, ORIGIN, [mirror], [key])
    if not report.is_intact:
        raise RuntimeError(f"the audit log that was just written is {report.verdict}")
    return perf_counter() - start


def _check_export(database: Database, folder: Path, key: LogKey) -> float:
    with database.read() as connection:
        lines = list(print_export(read_export(connection, ORIGIN)))
    copies = [path.read_text(encoding="utf-8") for path in folder.glob("checkpoints-*.txt")]
    start = perf_counter()
    report = verify_log(lines, copies, [key])
    if not report.is_intact:
        raise RuntimeError(f"the export of the audit log that was just written is {report.verdict}")
    return perf_counter() - start


def _now() -> datetime:
    return datetime.now(UTC)
