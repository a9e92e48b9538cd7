"""Inner nodes of the audit log's tree at rest, so that one entry is proved without hashing all entries.

Threat: who can write the database plants a node, and has an entry proved that is not in the log.
Rule: a node is a hint.  What counts is whether the proof that it helps to make leads to the root that this workspace
signed; a planted node makes a proof fail, never succeed.  Nodes that are missing or wrong are computed again from the
entries.
Accepted residue: who plants nodes over and over makes clearing slow, and stops it; `redact audit verify` reads no node.

Of the complete subtrees of 256 leaves, and of 256 of those, the root is kept: one row of 50 bytes for 256 entries.  A
proof reads the leaves of one such block, and one block of each further height.  Blocks are remembered as far as they
were read, for further entries change nothing of them; where a proof does not hold, they are read again (proven.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select

from redact.audit.events import leaf_of
from redact.audit.faults import AuditLogError
from redact.audit.tree import HASH_BYTES, Frontier, Tree, grow, leaf_hash, plant
from redact.store.schema.tables import log_entries, log_nodes

SAVED_EVERY = 8  # heights between two that are kept: C2SP tlog-tiles cuts trees so; 256 hashes take 0.3 ms
_BLOCK = 1 << SAVED_EVERY
MOST_BLOCKS = 128  # that are remembered whole, 40 kB each
_BATCH = 10_000  # entries hashed at a time when all nodes are computed again

_ROOTS = (
    select(log_nodes.c.root)
    .where(log_nodes.c.height == bindparam("height"))
    .where(log_nodes.c.place >= bindparam("first"), log_nodes.c.place < bindparam("end"))
    .order_by(log_nodes.c.place)
)
_DROP_NODE = delete(log_nodes).where(
    log_nodes.c.height == bindparam("at_height"), log_nodes.c.place == bindparam("at_place")
)
_ADD_NODE = insert(log_nodes)
_LEAVES = (
    select(log_entries.c.commitment)
    .where(log_entries.c.n >= bindparam("first"), log_entries.c.n < bindparam("end"))
    .order_by(log_entries.c.n)
)


class NodesMissing(AuditLogError):
    """Nodes are not there that a proof needs: a former version kept none, or somebody took them."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__("nodes of the audit log's tree are missing from the database")


class SavedNodes:
    """The nodes of the tree of the first `size` entries, read block by block as a proof asks for them.

    Blocks are remembered in `known` where the caller gives one; of the last one of a height only what came is read.
    """

    def __init__(self, connection: Connection, size: int, known: dict[tuple[int, int], Tree] | None = None) -> None:
        self._connection, self._size = connection, size
        self._known = {} if known is None else known

    @property
    def size(self) -> int:
        """Number of leaves."""
        return self._size

    def node(self, height: int, place: int) -> bytes:
        """Return the root of a complete subtree: see redact.audit.tree.Nodes.

        Raises:
            NodesMissing: it cannot be read.
        """
        rest = height % SAVED_EVERY
        block, inside = divmod(place << rest, _BLOCK)
        return self._read(height - rest, block).node(rest, inside >> rest)

    def _read(self, height: int, block: int) -> Tree:
        found = self._known.get((height, block))
        first, whole = block * _BLOCK, self._size >> height  # so many complete subtrees of that height there are
        count, before = min(_BLOCK, whole - first), () if found is None else found.levels[0]
        if found is None or len(before) < count:
            further = first + len(before), count - len(before)
            hashes = self._roots(height, *further) if height else _leaves(self._connection, *further)
            if len(hashes) != further[1]:
                raise NodesMissing
            if len(self._known) >= MOST_BLOCKS:
                self._known.clear()
            self._known[height, block] = found = plant((*before, *hashes))
        return found

    def _roots(self, height: int, first: int, count: int) -> Sequence[bytes]:
        found = self._connection.execute(_ROOTS, {"height": height, "first": first, "end": first + count})
        return _hashes(found.scalars())


def write_nodes(connection: Connection, completed: Iterable[tuple[int, int, bytes]]) -> None:
    """Keep the roots of subtrees (height, place, root) that entries completed."""
    rows = [{"height": height, "place": place, "root": root} for height, place, root in completed]
    if rows:  # each 256th entry completes one
        planted = [{"at_height": row["height"], "at_place": row["place"]} for row in rows]
        connection.execute(_DROP_NODE, planted)  # planted before its time: it must not stop the log
        connection.execute(_ADD_NODE, rows)


def rebuild_nodes(connection: Connection, size: int) -> None:
    """Compute all nodes of the tree of the first `size` entries from the entries; 3 s for each million of them.

    Raises:
        NodesMissing: entries are missing too.
    """
    connection.execute(delete(log_nodes))
    frontier = Frontier()
    for first in range(0, size, _BATCH):
        leaves = _leaves(connection, first, min(_BATCH, size - first))
        if len(leaves) != min(_BATCH, size - first):
            raise NodesMissing
        frontier, completed = grow(frontier, leaves, SAVED_EVERY)
        write_nodes(connection, completed)


def _leaves(connection: Connection, first: int, count: int) -> Sequence[bytes]:
    found = connection.execute(_LEAVES, {"first": first, "end": first + count})
    return [leaf_hash(leaf_of(commitment)) for commitment in _hashes(found.scalars())]


def _hashes(found: Iterable[object]) -> list[bytes]:
    hashes = list[bytes]()
    for each in found:
        if not isinstance(each, bytes) or len(each) != HASH_BYTES:  # put there by hand
            raise NodesMissing
        hashes.append(each)
    return hashes
