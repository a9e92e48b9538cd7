"""Is it in the audit log?  One entry at a time: its body read, its commitment and its inclusion under our signature.

Threat: who can write the database, and has no key, changes the rows and columns that say where a photo stands, and has
this program delete the only copy of it by its own hand.
Rule: before anything is erased or destroyed, what allows it is read from the bodies of entries, and each is led to the
newest checkpoint, which this workspace's key signed: (1) the body is of the one spelling, and says its own number; (2)
body and salt give the commitment; (3) the newest checkpoint is signed by our key; (4) the path from the commitment
leads to its root (RFC 6962 section 2.1.1).  Columns only tell which entries to look at.
Accepted residue: a proof shows that an entry is there, not that no later one is: who hides entries from the columns can
have an older one count, as far as it still allows it (what is asked for by name, bytes and order of entries below);
`redact audit verify` names it (check 11).  Rows of holds are not proved.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Select, select

from redact.audit.checkpoint import Checkpoint, LogKey, open_note
from redact.audit.events import Event, commitment, leaf_of, parse_body
from redact.audit.faults import RecordError
from redact.audit.kinds import Fact, Kind, spellings
from redact.audit.tree import Tree, inclusion_proof, leaf_hash, verify_inclusion
from redact.audit.verify.export import Row
from redact.store.database import Database
from redact.store.log.nodes import NodesMissing, SavedNodes, rebuild_nodes
from redact.store.log.reader import newest_note, raw_entries, read_stored
from redact.store.schema.tables import log_entries

MOST = 20  # entries of one kind on one photo that are looked at, newest first: each storing and sealing is one
REBUILT_S = 3600.0  # seconds between two times that all nodes are computed again: somebody plants them


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
        self._known: dict[tuple[int, int], Tree] = {}  # blocks of nodes that no further entry changes
        self._signed: tuple[str, Checkpoint] | None = None  # the note that was checked last

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
        try:
            return self._find(kind, photo, after, wanted)
        except NodesMissing:
            if not self._rebuild():
                return None
        try:
            return self._find(kind, photo, after, wanted)
        except NodesMissing:
            return None

    def _find(self, kind: Kind, photo: str, after: ProvenEntry | None, wanted: dict[str, Fact]) -> ProvenEntry | None:
        with self._database.read() as connection:
            try:
                checkpoint = self._checkpoint(connection)
            except RecordError:
                return None
            nodes, is_planted = SavedNodes(connection, checkpoint.size, self._known), False
            for row in reversed(list(_listed(connection, kind, photo))):  # newest first
                try:
                    entry = prove(row, checkpoint, nodes)
                except NodesMissing:
                    raise
                except RecordError:
                    is_planted = True
                    continue
                is_later = after is None or entry.number > after.number
                if is_later and entry.event.kind is kind and wanted.items() <= dict(entry.event.facts).items():
                    return entry
        if is_planted and time.monotonic() - self._rebuilt_s >= REBUILT_S:
            raise NodesMissing  # the entry, or a node on its way: nodes can be computed again, once in a while
        return None

    def _checkpoint(self, connection: Connection) -> Checkpoint:
        note = newest_note(connection)
        if note is None:
            raise RecordError("nothing was signed yet")
        signed = self._signed
        if signed is None or signed[0] != note:
            self._signed = signed = (note, open_note(note, [self._key]))
        return signed[1]

    def _rebuild(self) -> bool:
        """Compute the nodes again; return whether that was done, by this thread or another."""
        with self._lock:
            if time.monotonic() - self._rebuilt_s < REBUILT_S:
                return True
            try:
                with self._database.write() as connection:
                    rebuild_nodes(connection, self._checkpoint(connection).size)
                    self._known.clear()
            except RecordError:
                return False
            self._rebuilt_s = time.monotonic()
            return True


def prove(row: Row, checkpoint: Checkpoint, nodes: SavedNodes) -> ProvenEntry:
    """Return what an entry says, proved to be in the log that was signed.

    Raises:
        NodesMissing: the proof cannot be made.
        RecordError: it is not in the log, or its body is gone or another.
    """
    # 1. The body is of the one spelling, and says its own number.
    if row.body is None or row.salt is None:
        raise RecordError(f"entry {row.number} has no body any more")
    number, event = parse_body(row.body)
    if number != row.number:
        raise RecordError(f"the body of entry {row.number} is that of entry {number}")
    # 2. Body and salt give the commitment.
    if commitment(row.salt, row.body) != row.commitment:
        raise RecordError(f"the body of entry {number} was changed")
    # 3. was done: the checkpoint is signed.  4. The path leads to its root.
    path = inclusion_proof(nodes, number, checkpoint.size)
    verify_inclusion(leaf_hash(leaf_of(row.commitment)), number, checkpoint.size, path, checkpoint.root)
    return ProvenEntry(number, event)


def _listed(connection: Connection, kind: Kind, photo: str) -> Iterator[Row]:
    for stored in read_stored(connection, _query(kind, photo)):
        try:
            yield stored.row()
        except RecordError:
            continue  # put there by hand


def _query(kind: Kind, photo: str) -> Select[tuple[object, ...]]:
    """Return the entries to look at; the newest MOST of them, for rows can be planted by the thousand."""
    listed = (log_entries.c.photo == photo, log_entries.c.kind.in_(spellings(kind)))
    newest = select(log_entries.c.n).where(*listed).order_by(log_entries.c.n.desc()).limit(MOST)
    return raw_entries().where(log_entries.c.n.in_(newest))
