"""Is it in the audit log?  One entry at a time: its body read, its commitment and its inclusion under our signature.

Threat: who can write the database, and has no key, changes the rows and columns that say where a photo stands, and has
this program delete the only copy of it by its own hand.
Rule: before anything is erased or destroyed, what allows it is read from the bodies of entries, and each is led to the
newest checkpoint, which this workspace's key signed: (1) the body is of the one spelling, and says its own number; (2)
body and salt give the commitment; (3) the newest checkpoint is signed by our key; (4) the path from the commitment
leads to its root (RFC 6962 section 2.1.1).  Columns only tell which entries to look at.  A signature is checked once
for each checkpoint, and not where this process made it; nodes that led to a wrong root are forgotten, and read again.
Accepted residue: a proof shows that an entry is there, not that no later one is: that is asked of listed.py.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection, bindparam, select

from redact.audit.checkpoint import Checkpoint, LogKey, open_note
from redact.audit.events import Event, commitment, leaf_of, parse_body
from redact.audit.faults import AuditLogError
from redact.audit.kinds import Fact, Kind, spellings
from redact.audit.tree import ProofRefused, Tree, inclusion_proof, leaf_hash, root_at, verify_inclusion
from redact.audit.verify.export import Row
from redact.store.database import Database
from redact.store.log.nodes import NodesMissing, SavedNodes, rebuild_nodes
from redact.store.log.reader import RAW_ENTRIES, newest_note, read_stored
from redact.store.schema.tables import log_entries

MOST = 20  # entries of one kind on one photo that are looked at, newest first: each storing and sealing is one
T = TypeVar("T")
REBUILT_S = 3600.0  # seconds between two times that all nodes are computed again: somebody plants them

_IS_OF_KIND = log_entries.c.kind.in_(bindparam("kinds", expanding=True))
_NEWEST = select(log_entries.c.n).where(_IS_OF_KIND).order_by(log_entries.c.n.desc()).limit(MOST)
_OF_KIND = RAW_ENTRIES.where(log_entries.c.n.in_(_NEWEST))
_OF_PHOTO = RAW_ENTRIES.where(log_entries.c.n.in_(_NEWEST.where(log_entries.c.photo == bindparam("photo"))))


@dataclass(frozen=True, slots=True)
class ProvenEntry:
    """An entry that is in the log."""

    number: int
    event: Event


class Proofs:
    """Proves entries of one workspace's log; safe to share between threads."""

    def __init__(self, database: Database, key: LogKey) -> None:
        self._database, self._key = database, key
        self._lock = threading.Lock()
        self._rebuilt_s = -REBUILT_S
        self._known: dict[tuple[int, int], Tree] = {}  # blocks of nodes, as far as they were read
        self._signed: tuple[str, Checkpoint] | None = None  # the note that was checked or made last

    def find(self, kind: Kind, photo: str, after: ProvenEntry | None = None, **facts: Fact) -> ProvenEntry | None:
        """Return the newest entry of this kind on this photo that says these facts and is in the log; or None.

        Args:
            kind: of the entry.
            photo: its id.
            after: only entries that were added later than this one.
            facts: that it must say, each to the letter.

        Raises:
            DatabaseFault: the database does not answer.
        """
        wanted = {"photo": photo, **facts}
        for entry in self._read(kind, photo):
            is_later = after is None or entry.number > after.number
            if is_later and wanted.items() <= dict(entry.event.facts).items():
                return entry
        return None

    def find_all(self, kind: Kind) -> tuple[ProvenEntry, ...]:
        """Return the newest MOST entries of a kind that are in the log, of which a workspace has few; newest first.

        Raises:
            DatabaseFault: the database does not answer.
        """
        return self._read(kind, None)

    def prove_all(self, numbers: Collection[int]) -> dict[int, ProvenEntry | None]:
        """Return these entries as far as they are there; None for one that cannot be proved to be in the log.

        Raises:
            DatabaseFault: the database does not answer.
        """
        if not numbers:
            return {}
        otherwise: dict[int, ProvenEntry | None] = dict.fromkeys(numbers)
        return self._retried(lambda: self._prove_numbered(numbers), otherwise)

    def _prove_numbered(self, numbers: Collection[int]) -> dict[int, ProvenEntry | None]:
        found = dict[int, ProvenEntry | None]()
        with self._database.read() as connection:
            try:
                checkpoint = self.checkpoint(connection)
            except AuditLogError:
                return dict.fromkeys(numbers)
            nodes = SavedNodes(connection, checkpoint.size, self._known)
            for stored in read_stored(connection, RAW_ENTRIES.where(log_entries.c.n.in_(numbers))):
                try:
                    found[stored.number] = self._prove(stored.row(), checkpoint, nodes)
                except NodesMissing:
                    raise
                except AuditLogError as error:
                    if isinstance(error, ProofRefused) and self._may_rebuild():
                        raise NodesMissing from error  # planted ones, perhaps
                    found[stored.number] = None
        return found

    def roots(self, sizes: Collection[int]) -> dict[int, bytes]:
        """Return the root of the first n entries, for each n, as the nodes give it; none where they are missing.

        Raises:
            DatabaseFault: the database does not answer.
        """
        return self._retried(lambda: self._roots(sizes), {})

    def _roots(self, sizes: Collection[int]) -> dict[int, bytes]:
        with self._database.read() as connection:  # as the nodes are now: the question is whether they were set back
            nodes = SavedNodes(connection, max(sizes, default=0))
            return {size: root_at(nodes, size) for size in sizes}

    def _read(self, kind: Kind, photo: str | None) -> tuple[ProvenEntry, ...]:
        return self._retried(lambda: self._prove_listed(kind, photo), ())

    def _retried(self, act: Callable[[], T], otherwise: T) -> T:
        """Do something; where nodes are missing, compute them and do it once more."""
        for _ in range(2):
            try:
                return act()
            except NodesMissing:
                if not self._rebuild():
                    break
        return otherwise

    def _prove_listed(self, kind: Kind, photo: str | None) -> tuple[ProvenEntry, ...]:
        with self._database.read() as connection:
            try:
                checkpoint = self.checkpoint(connection)
            except AuditLogError:
                return ()
            nodes, found, is_planted = SavedNodes(connection, checkpoint.size, self._known), list[ProvenEntry](), False
            for row in reversed(list(_listed(connection, kind, photo))):  # newest first
                try:
                    entry = self._prove(row, checkpoint, nodes)
                except NodesMissing:
                    raise
                except AuditLogError:
                    is_planted = True
                    continue
                found += [entry] if entry.event.kind is kind else []
        if is_planted and not found and self._may_rebuild():
            raise NodesMissing  # the entry, or a node on its way: nodes can be computed again, once in a while
        return tuple(found)

    def _prove(self, row: Row, checkpoint: Checkpoint, nodes: SavedNodes) -> ProvenEntry:
        """Prove one entry; nodes that led elsewhere may have been planted when they were read, and are read again."""
        try:
            return prove(row, checkpoint, nodes)
        except ProofRefused:
            self._known.clear()
            raise

    def note_signed(self, note: str, checkpoint: Checkpoint) -> None:
        """Hear which checkpoint this process signed and committed: that signature needs no check."""
        self._signed = note, checkpoint

    def checkpoint(self, connection: Connection) -> Checkpoint:
        """Return the newest checkpoint.

        Raises:
            AuditLogError: there is none, or our key did not sign it.
        """
        note = newest_note(connection)
        if note is None:
            raise AuditLogError("nothing was signed yet")
        signed = self._signed
        if signed is None or signed[0] != note:
            self._signed = signed = (note, open_note(note, [self._key]))
        return signed[1]

    def _may_rebuild(self) -> bool:
        return time.monotonic() - self._rebuilt_s >= REBUILT_S

    def _rebuild(self) -> bool:
        """Compute the nodes again; return whether that was done, by this thread or another."""
        with self._lock:
            if not self._may_rebuild():
                return True
            try:
                with self._database.write() as connection:
                    rebuild_nodes(connection, self.checkpoint(connection).size)
                    self._known.clear()
            except AuditLogError:
                return False
            self._rebuilt_s = time.monotonic()
            return True


def prove(row: Row, checkpoint: Checkpoint, nodes: SavedNodes) -> ProvenEntry:
    """Return what an entry says, proved to be in the log that was signed.

    Raises:
        NodesMissing: the proof cannot be made.
        AuditLogError: it is not in the log, or its body is gone or another.
    """
    # 1. The body is of the one spelling, and says its own number.
    if row.body is None or row.salt is None:
        raise AuditLogError(f"entry {row.number} has no body any more")
    number, event = parse_body(row.body)
    if number != row.number:
        raise AuditLogError(f"the body of entry {row.number} is that of entry {number}")
    # 2. Body and salt give the commitment.
    if commitment(row.salt, row.body) != row.commitment:
        raise AuditLogError(f"the body of entry {number} was changed")
    # 3. was done: the checkpoint is signed.  4. The path leads to its root.
    path = inclusion_proof(nodes, number, checkpoint.size)
    verify_inclusion(leaf_hash(leaf_of(row.commitment)), number, checkpoint.size, path, checkpoint.root)
    return ProvenEntry(number, event)


def _listed(connection: Connection, kind: Kind, photo: str | None) -> Iterator[Row]:
    """Give the entries to look at; the newest MOST of them, for rows can be planted by the thousand."""
    named: dict[str, object] = {"kinds": list(spellings(kind))} | ({} if photo is None else {"photo": photo})
    for stored in read_stored(connection, _OF_KIND if photo is None else _OF_PHOTO, named):
        try:
            yield stored.row()
        except AuditLogError:
            continue  # put there by hand
