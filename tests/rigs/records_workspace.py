"""An audit log in a real database with a checkpoint mirror, made by the real one; and what somebody does to it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from redact.audit import tree
from redact.audit.checkpoint import LogKey, public_key
from redact.audit.events import leaf_of
from redact.audit.kinds import Kind
from redact.audit.verify.verdict import Report
from redact.store.database import Database, sqlite_url
from redact.store.log.audit_log import AuditLog, Signer
from redact.store.log.check import check_workspace
from redact.store.log.mirror_folder import Mirror
from redact.store.log.mirrors import Mirrors
from redact.store.schema.tables import metadata
from redact.system.clock import Now
from tests.rigs.records import ORIGIN, SIGNER, note_of, sha


def ticking() -> Now:
    """Return a clock that goes on by a second each time somebody looks."""
    seconds = itertools.count()
    return lambda: datetime(2026, 9, 7, 13, 0, tzinfo=UTC) + timedelta(seconds=next(seconds))


@dataclass
class RecordWorkspace:
    """Database, checkpoint mirror and key of one record."""

    folder: Path
    key: Ed25519PrivateKey = SIGNER
    now: Now = field(default_factory=ticking)

    def __post_init__(self) -> None:
        (self.folder / "copy").mkdir(parents=True, exist_ok=True)
        self.database = Database(sqlite_url(self.folder / "workspace.db"))
        metadata.create_all(self.database.engine)

    @property
    def places(self) -> list[Mirror]:
        return [Mirror("mirror-1", self.folder / "copy")]

    @property
    def log_key(self) -> LogKey:
        return public_key(ORIGIN, SIGNER)

    def audit_log(self, key: Ed25519PrivateKey | None = None, *, has_mirrors: bool = True) -> AuditLog:
        copies = Mirrors(self.database, self.places if has_mirrors else (), self.now)
        return AuditLog(self.database, Signer(ORIGIN, key or self.key), copies, self.now)

    def add(self, *events: tuple[Kind, dict[str, Any]], audit_log: AuditLog | None = None) -> list[int]:
        """Append these in one transaction and return their numbers."""
        with (audit_log or self.audit_log()).writing() as entries:
            return [entries.add(kind, **facts) for kind, facts in events]

    def deletion(self, photo: str = "a photo", device: str = "cam-1", name: str = "name", **end: Any) -> int:
        """Record one deletion from beginning to end; return the number of its beginning."""
        (begun,) = self.add(opening(photo, device, name))
        self.add(closing(begun, photo, device, **end))
        return begun

    def change(self, statement: str, *values: object) -> None:
        """Do what somebody with the database's password does."""
        with self.database.write() as connection:
            connection.exec_driver_sql(statement, values)

    def check(self) -> Report:
        return check_workspace(self.database, ORIGIN, self.places, [self.log_key])

    def faults(self) -> set[str]:
        return {str(found.fault) for found in self.check().faults}


def arrival(photo: str = "a photo", device: str = "cam-1", name: str = "name") -> tuple[Kind, dict[str, Any]]:
    return Kind.PHOTO_ARRIVED, {"photo": sha(photo), "device": device, "name": sha(name), "bytes": 7}


def opening(photo: str = "a photo", device: str = "cam-1", name: str = "name") -> tuple[Kind, dict[str, Any]]:
    facts = {"photo": sha(photo), "device": device, "name": sha(name), "stored": sha("output"), "by": "system"}
    return Kind.DELETION_OPENED, facts


def closing(
    begun: int,
    photo: str = "a photo",
    device: str = "cam-1",
    verdict: str = "gone",
    level: str = "re-checked",
    left: int = 0,
    **reason: str,
) -> tuple[Kind, dict[str, Any]]:
    facts = {"opened": begun, "photo": sha(photo), "device": device, "verdict": verdict, "level": level, "left": left}
    return Kind.DELETION_CLOSED, {**facts, **reason}


def filled(folder: Path) -> RecordWorkspace:
    """Return a workspace whose record has 14 entries: arrivals, deletions, one of another device."""
    workspace = RecordWorkspace(folder)
    for number in range(4):
        workspace.add(arrival(f"photo {number}", name=f"name {number}"))
        workspace.deletion(f"photo {number}", name=f"name {number}")
    workspace.add(arrival("other", "cam-2"), arrival("further", "cam-2"))
    return workspace


def rebuild_edge(workspace: RecordWorkspace) -> None:
    """Make the saved edge of the tree fit the rows, as somebody does who knows the program but has no key."""
    from redact.store.log.reader import read_every

    with workspace.database.read() as connection:
        rows = [entry.row for entry in read_every(connection)]
    grown = tree.append(tree.Frontier(), [tree.leaf_hash(leaf_of(row.commitment)) for row in rows])
    workspace.change("update log_edge set size = ?, edge = ?", grown.size, b"".join(grown.edge))


def rewrite(workspace: RecordWorkspace, number: int, old: bytes, new: bytes) -> None:
    """Change what an entry says, and its commitment with it."""
    from redact.audit.events import commitment
    from redact.store.log.reader import read_every

    with workspace.database.read() as connection:
        row = next(entry.row for entry in read_every(connection) if entry.row.number == number)
    assert row.body is not None and row.salt is not None and old in row.body
    body = row.body.replace(old, new)
    workspace.change(
        "update log_entries set body = ?, commitment = ? where n = ?", body, commitment(row.salt, body), number
    )


def sign_again(workspace: RecordWorkspace, key: Ed25519PrivateKey = SIGNER) -> None:
    """Put a newly signed checkpoint over the rows as they are."""
    from redact.store.log.reader import read_every

    with workspace.database.read() as connection:
        rows = [entry.row for entry in read_every(connection)]
    workspace.change("delete from log_checkpoints")
    workspace.change(
        "insert into log_checkpoints (size, at, note) values (?, ?, ?)",
        len(rows),
        "2026-09-07T23:00:00.000Z",
        note_of(rows, len(rows), key),
    )


Deed = Callable[[RecordWorkspace], None]
