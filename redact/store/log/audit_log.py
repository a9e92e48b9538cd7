"""Append to the audit log: entries, tree, signed checkpoint in one transaction; then it goes to the checkpoint mirrors.

Threat: an entry that is in the table and not in the tree, or in the tree and not signed; a checkpoint whose copies lag
behind, so that a tail can be cut without trace; two writers that give one number twice.
Rule: one way in (`writing`).  Numbers are given under the lock of the one row `log_edge`; entries, tree edge and the
signed checkpoint are committed together, with whatever change of state they speak of; the checkpoint is copied right
after the commit, and again at the next one (and by `catch_up`) where a mirror refused.
Accepted residue: between commit and copy a crash leaves the copy one batch behind, until the next start.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from redact.audit.checkpoint import Checkpoint, public_key, sign
from redact.audit.events import SALT_BYTES, Event, commitment, leaf_of, make_event, print_body
from redact.audit.faults import AuditLogError
from redact.audit.kinds import Fact, Kind, spellings
from redact.audit.tree import HASH_BYTES, Frontier, grow, leaf_hash
from redact.store.database import Database, DatabaseFault
from redact.store.latest import time_of_checkpoint
from redact.store.log.checked import Log
from redact.store.log.losses import list_unlogged, write_logged
from redact.store.log.mirrors import Mirrors
from redact.store.log.nodes import SAVED_EVERY, write_nodes
from redact.store.log.proofs.approvals import LoggedApprovals
from redact.store.log.proofs.listed import Listed
from redact.store.log.proofs.logged_holds import LoggedHolds
from redact.store.log.proofs.proven import Proofs
from redact.store.log.reader import newest_note
from redact.store.log.standing import Standing
from redact.store.schema.tables import log_checkpoints, log_edge, log_entries
from redact.system.clock import Now, print_moment, utc_day

_EDGE = select(log_edge).with_for_update()
_WRITE_EDGE = update(log_edge)
_ADD_ENTRIES = insert(log_entries)
_ADD_CHECKPOINT = insert(log_checkpoints)
_DROP_OF_DAY = delete(log_checkpoints).where(log_checkpoints.c.at.like(bindparam("day")))
_LISTED_AFTER = (
    select(log_entries.c.n)
    .where(log_entries.c.photo == bindparam("photo"), log_entries.c.kind.in_(bindparam("kinds", expanding=True)))
    .where(log_entries.c.n > bindparam("number"))
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Signer:
    """What signs the checkpoints of this log."""

    origin: str
    key: Ed25519PrivateKey


@dataclass(frozen=True, slots=True)
class _Signed:
    """A checkpoint that this process signed."""

    checkpoint: Checkpoint
    note: str


class PlantedCheckpoint(AuditLogError):
    """The log's newest checkpoint is not one that this workspace signed; nothing may be added to it."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "The newest checkpoint of the audit log is not one that this workspace signed: somebody changed the "
            "database, or another signing key is in place. Nothing was written. See: redact audit verify"
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

    @property
    def now(self) -> datetime:
        """The moment: what a change of state is dated as its entry is."""
        return self._now()

    def add(self, kind: Kind, **facts: Fact) -> int:
        """Add an entry and return its number; it exists when the transaction is through.

        Raises:
            AuditLogError: a fact is missing, unknown or not of its shape.
        """
        self.events.append(make_event(kind, print_moment(self._now()), **facts))
        return self._first + len(self.events) - 1


class AuditLog:
    """The audit log of one workspace."""

    def __init__(
        self, database: Database, signer: Signer, mirrors: Mirrors, now: Now, machine: str = "-", tags: bytes = b""
    ) -> None:
        self._database, self._signer, self._mirrors, self._now = database, signer, mirrors, now
        key = public_key(signer.origin, signer.key)
        self.proofs = Proofs(database, key)
        self.listed = Listed(self.proofs, Log(signer.origin, key, tags))
        self.approvals = LoggedApprovals(self.proofs)
        self.holds = LoggedHolds(database, self.proofs, self.listed)
        self.standing = Standing(database, key, mirrors.folders.values(), self.proofs, machine, now)

    @contextlib.contextmanager
    def writing(self, *, is_accepting: bool = False) -> Iterator[Entries]:
        """Give a transaction; what was added and changed in it is committed together, or not at all.

        Args:
            is_accepting: a person accepts what the mirrors object.

        Raises:
            LogElsewhere: this log was set back, or runs elsewhere; nothing was written.
            DatabaseFault: nothing was written.
        """
        if not is_accepting:
            self.standing.check()
        signed: _Signed | None = None
        with self._database.write() as connection:
            frontier = lock_edge(connection)
            self._check_edge(connection, frontier)
            entries = Entries(connection, frontier.size, self._now)
            yield entries
            if entries.events:
                signed = self._commit(connection, frontier, entries.events)
        if signed is not None:
            self.proofs.note_signed(signed.note, signed.checkpoint)
            with contextlib.suppress(DatabaseFault):  # the entries are in; `catch_up` copies what was not copied
                self._mirrors.copy(signed.checkpoint.size, signed.note)

    def catch_up(self) -> None:
        """Copy the newest checkpoint to every mirror that lags behind; one that refuses is remembered as such.

        Raises:
            DatabaseFault: the rest is done later.
        """
        self.standing.check()
        newest = self._newest()
        if newest is not None:
            self._mirrors.copy(*newest)
        self._mirrors.write_down()
        self._log_losses()

    def check_mirrors(self) -> None:
        """Look at what lies in the mirrors, write the newest checkpoint there again where it is gone, and log that.

        Raises:
            LogElsewhere: this log was set back, or runs elsewhere; nothing was written.
            DatabaseFault: the rest is done later.
        """
        self.standing.look_again()
        self.standing.check()
        newest = self._newest()
        if newest is not None:
            self._mirrors.check(*newest)
        self.catch_up()

    def write_down_mirrors(self) -> None:
        """Write down which checkpoints lie in the mirrors, where that is not up to date.

        Raises:
            DatabaseFault: it is written down later.
        """
        self._mirrors.write_down()

    def _newest(self) -> tuple[int, str] | None:
        with self._database.read() as connection:
            row = connection.execute(
                select(log_checkpoints.c.size, log_checkpoints.c.note).order_by(log_checkpoints.c.size.desc()).limit(1)
            ).first()
        return None if row is None else (row.size, row.note)

    def _log_losses(self) -> None:
        """Put what went missing in checkpoint mirrors into the audit log, where nobody can take it back."""
        with self._database.read() as connection:
            if not list_unlogged(connection):
                return
        with self.writing() as entries:
            edge = lock_edge(entries.connection)
            for loss in list_unlogged(entries.connection):
                facts: dict[str, Fact] = {"mirror": loss.mirror, "had": loss.had, "found": loss.found}
                entries.add(Kind.MIRROR_INCOMPLETE, size=edge.size, root=edge.root.hex(), **facts)
                write_logged(entries.connection, loss)

    def _check_edge(self, connection: Connection, frontier: Frontier) -> None:
        """Raise PlantedCheckpoint unless our own signature vouches for the edge: the next one would sign a forgery."""
        if frontier.size == 0 and newest_note(connection) is None:
            return
        try:
            newest = self.proofs.checkpoint(connection)
        except AuditLogError as refused:
            raise PlantedCheckpoint from refused
        if (newest.size, newest.root) != (frontier.size, frontier.root):
            raise PlantedCheckpoint

    def _commit(self, connection: Connection, frontier: Frontier, events: Sequence[Event]) -> _Signed:
        rows, leaves = [], []
        for number, event in enumerate(events, frontier.size):
            salt, body = secrets.token_bytes(SALT_BYTES), print_body(number, event)
            committed = commitment(salt, body)
            leaves.append(leaf_hash(leaf_of(committed)))
            rows.append(_row(number, event, salt, body, committed))
        connection.execute(_ADD_ENTRIES, rows)
        grown, completed = grow(frontier, leaves, SAVED_EVERY)
        write_nodes(connection, completed)
        write_edge(connection, grown)
        at = time_of_checkpoint(connection, events[-1].at)
        checkpoint = Checkpoint(self._signer.origin, grown.size, grown.root)
        signed = _Signed(checkpoint, sign(checkpoint, self._signer.key))
        connection.execute(_DROP_OF_DAY, {"day": f"{utc_day(at)}%"})
        connection.execute(_ADD_CHECKPOINT, {"size": grown.size, "at": at, "note": signed.note})
        return signed


def is_listed(connection: Connection, kind: Kind, photo: str) -> bool:
    """Return whether an entry of this kind on this photo is listed: quick, and no proof (see proofs/proven.py)."""
    return is_listed_after(connection, kind, photo, -1)


def is_listed_after(connection: Connection, kind: Kind, photo: str, number: int) -> bool:
    """Return whether an entry of this kind on this photo is listed that is newer than entry `number`."""
    named = {"photo": photo, "kinds": list(spellings(kind)), "number": number}
    return connection.execute(_LISTED_AFTER, named).first() is not None


def list_devices_of(connection: Connection, photo: str) -> frozenset[str]:
    """Return the devices that entries on this photo are listed under: where the audit log saw it."""
    query = select(log_entries.c.device).where(log_entries.c.photo == photo, log_entries.c.device.is_not(None))
    return frozenset(connection.execute(query.distinct()).scalars())


def _row(number: int, event: Event, salt: bytes, body: bytes, committed: bytes) -> dict[str, object]:
    return {
        "n": number,
        "kind": event.spelling,
        "at": event.at,
        "photo": event.fact("photo"),
        "device": event.fact("device"),
        "commitment": committed,
        "salt": salt,
        "body": body,
    }


def lock_edge(connection: Connection) -> Frontier:
    """Return the right edge of the tree, and keep other writers waiting until the transaction ends."""
    row = connection.execute(_EDGE).first()
    if row is None:
        connection.execute(insert(log_edge), {"id": 1, "size": 0, "edge": b""})
        return Frontier()
    edge = bytes(row.edge)
    return Frontier(row.size, tuple(edge[i : i + HASH_BYTES] for i in range(0, len(edge), HASH_BYTES)))


def write_edge(connection: Connection, frontier: Frontier) -> None:
    """Write the right edge of the tree."""
    connection.execute(_WRITE_EDGE, {"size": frontier.size, "edge": b"".join(frontier.edge)})
