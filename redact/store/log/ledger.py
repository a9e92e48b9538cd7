"""Append to the audit log: entries, tree, signed head in one transaction; then the head goes to the checkpoint mirrors.

Threat: an entry that is in the table and not in the tree, or in the tree and not signed; a head whose copies lag
behind, so that a tail can be cut without trace; two writers that give one number twice.
Rule: one way in (`writing`).  Numbers are given under the lock of the one row `log_head`; entries, tree edge and the
signed checkpoint are committed together, with whatever change of state they speak of; the checkpoint is copied right
after the commit, and again at the next one (and by `catch_up`) where a place refused.
Accepted residue: between commit and copy a crash leaves the copy one batch behind, until the next start.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, delete, insert, select, update

from redact.audit.checkpoint import Checkpoint, CheckpointRefused, open_note, public_key, sign
from redact.audit.events import SALT_BYTES, Event, commitment, leaf_of, make_event, print_body
from redact.audit.faults import RecordError
from redact.audit.kinds import Fact, Kind
from redact.audit.tree import HASH_BYTES, Frontier, append, leaf_hash
from redact.store.database import Database, DatabaseFault
from redact.store.log.losses import list_unrecorded, write_recorded
from redact.store.log.mirrors import Copies
from redact.store.schema.tables import log_checkpoints, log_entries, log_head
from redact.system.clock import Now, print_moment


@dataclass(frozen=True, slots=True)
class Signer:
    """What signs the heads of this record."""

    origin: str
    key: Ed25519PrivateKey


class PlantedHead(RecordError):
    """The head of the audit log is not the one that this workspace signed; nothing may be added to it."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "The head of the audit log is not the one that this workspace signed: somebody changed the database, or "
            "another "
            "signing key is in place. Nothing was written. See: redact audit verify"
        )


class Entries:
    """The entries of one transaction, and its connection for the change that they speak of."""

    def __init__(self, connection: Connection, first: int, now: Now) -> None:
        self.connection = connection
        self.events: list[Event] = []
        self._first, self._now = first, now

    @property
    def next_number(self) -> int:
        """The number that the next entry will have: a deletion's id is that of the entry that opens it."""
        return self._first + len(self.events)

    def add(self, kind: Kind, **facts: Fact) -> int:
        """Add an entry and return its number; it exists when the transaction is through.

        Raises:
            RecordError: a fact is missing, unknown or not of its shape.
        """
        self.events.append(make_event(kind, print_moment(self._now()), **facts))
        return self._first + len(self.events) - 1


class Ledger:
    """The audit log of one workspace."""

    def __init__(self, database: Database, signer: Signer, copies: Copies, now: Now) -> None:
        self._database, self._signer, self._copies, self._now = database, signer, copies, now

    @contextlib.contextmanager
    def writing(self) -> Iterator[Entries]:
        """Give a transaction; what was added and changed in it is committed together, or not at all.

        Raises:
            DatabaseFault: nothing was written.
        """
        note: tuple[int, str] | None = None
        with self._database.write() as connection:
            frontier = read_head(connection)
            self._check_head(connection, frontier)
            entries = Entries(connection, frontier.size, self._now)
            yield entries
            if entries.events:
                note = self._commit(connection, frontier, entries.events)
        if note is not None:
            with contextlib.suppress(DatabaseFault):  # the entries are in; `catch_up` copies what was not copied
                self._copies.copy(*note)

    def catch_up(self) -> None:
        """Copy the newest head to every checkpoint mirror that lags behind; a place that refuses is remembered as such.

        Raises:
            DatabaseFault: the rest is done later.
        """
        head = self._newest()
        if head is not None:
            self._copies.copy(*head)
        self._copies.write_down()
        self._record_losses()

    def check_copies(self) -> None:
        """Look at what lies in the mirrors, write the newest head there again where it is gone, and record that.

        Raises:
            DatabaseFault: the rest is done later.
        """
        head = self._newest()
        if head is not None:
            self._copies.check(*head)
        self.catch_up()

    def write_down_copies(self) -> None:
        """Write down which heads lie in the checkpoint mirrors, where that is not up to date.

        Raises:
            DatabaseFault: it is written down later.
        """
        self._copies.write_down()

    def _newest(self) -> tuple[int, str] | None:
        with self._database.read() as connection:
            row = connection.execute(
                select(log_checkpoints.c.size, log_checkpoints.c.note).order_by(log_checkpoints.c.size.desc()).limit(1)
            ).first()
        return None if row is None else (row.size, row.note)

    def _record_losses(self) -> None:
        """Put what went missing in checkpoint mirrors into the audit log, where nobody can take it back."""
        with self._database.read() as connection:
            if not list_unrecorded(connection):
                return
        with self.writing() as entries:
            head = read_head(entries.connection)
            for loss in list_unrecorded(entries.connection):
                entries.add(Kind.CHECKPOINT_COPIED, size=head.size, root=head.root.hex(), place=loss.place)
                write_recorded(entries.connection, loss)

    def _check_head(self, connection: Connection, frontier: Frontier) -> None:
        """Raise PlantedHead unless our own signature vouches for the edge: else the next one would sign a forgery."""
        row = connection.execute(
            select(log_checkpoints.c.note).order_by(log_checkpoints.c.size.desc()).limit(1)
        ).first()
        if row is None and frontier.size == 0:
            return
        try:
            head = None if row is None else open_note(row.note, [public_key(self._signer.origin, self._signer.key)])
        except CheckpointRefused:
            head = None
        if head is None or (head.size, head.root) != (frontier.size, frontier.root):
            raise PlantedHead

    def _commit(self, connection: Connection, frontier: Frontier, events: Sequence[Event]) -> tuple[int, str]:
        rows, leaves = [], []
        for number, event in enumerate(events, frontier.size):
            salt, body = secrets.token_bytes(SALT_BYTES), print_body(number, event)
            committed = commitment(salt, body)
            leaves.append(leaf_hash(leaf_of(committed)))
            rows.append(_row(number, event, salt, body, committed))
        connection.execute(insert(log_entries), rows)
        grown = append(frontier, leaves)
        write_head(connection, grown)
        at = events[-1].at
        note = sign(Checkpoint(self._signer.origin, grown.size, grown.root), self._signer.key)
        connection.execute(delete(log_checkpoints).where(log_checkpoints.c.at.startswith(at[:10])))
        connection.execute(insert(log_checkpoints), {"size": grown.size, "at": at, "note": note})
        return grown.size, note


def is_logged(connection: Connection, kind: Kind, photo: str) -> bool:
    """Return whether the audit log has an entry of this kind on this photo."""
    query = select(log_entries.c.n).where(log_entries.c.photo == photo, log_entries.c.kind == kind.value).limit(1)
    return connection.execute(query).first() is not None


def _row(number: int, event: Event, salt: bytes, body: bytes, committed: bytes) -> dict[str, object]:
    return {
        "n": number,
        "kind": event.kind.value,
        "at": event.at,
        "photo": event.fact("photo"),
        "device": event.fact("device"),
        "commitment": committed,
        "salt": salt,
        "body": body,
    }


def read_head(connection: Connection) -> Frontier:
    """Return the right edge of the tree, and keep other writers waiting until the transaction ends."""
    row = connection.execute(select(log_head).with_for_update()).first()
    if row is None:
        connection.execute(insert(log_head), {"id": 1, "size": 0, "edge": b""})
        return Frontier()
    edge = bytes(row.edge)
    return Frontier(row.size, tuple(edge[i : i + HASH_BYTES] for i in range(0, len(edge), HASH_BYTES)))


def write_head(connection: Connection, frontier: Frontier) -> None:
    """Write the right edge of the tree."""
    connection.execute(update(log_head).values(size=frontier.size, edge=b"".join(frontier.edge)))
