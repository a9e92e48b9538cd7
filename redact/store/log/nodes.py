"""Inner nodes of the audit log's tree at rest, so that one entry is proved without hashing all entries.

Threat: who can write the database plants a node, and has an entry proved that is not in the log.
Rule: a node is a hint.  What counts is whether the proof that it helps to make leads to the root that this workspace
signed; a planted node makes a proof fail, never succeed.  Nodes that are missing or wrong are computed again from the
entries.
Accepted residue: who plants nodes over and over makes clearing slow, and stops it; `redact audit verify` reads no node.

Of the complete subtrees of 256 leaves, and of 256 of those, the root is kept: one row of 50 bytes for 256 entries.  A
proof reads the leaves of one such block, and one block of each further height.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, delete, insert, select

from redact.audit.events import leaf_of
from redact.audit.faults import RecordError
from redact.audit.tree import HASH_BYTES, Frontier, Tree, grow, leaf_hash, plant
from redact.store.schema.tables import log_entries, log_nodes

SAVED_EVERY = 8  # heights between two that are kept: C2SP tlog-tiles cuts trees so; 256 hashes take 0.3 ms
_BLOCK = 1 << SAVED_EVERY
MOST_BLOCKS = 128  # that are remembered whole, 40 kB each
_BATCH = 10_000  # entries hashed at a time when all nodes are computed again


class NodesMissing(RecordError):
    """Nodes are not there that a proof needs: a former version kept none, or somebody took them."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__("nodes of the audit log's tree are missing from the database")


class SavedNodes:
    """The nodes of the tree of the first `size` entries, read block by block as a proof asks for them.

    Complete blocks, which no further entry changes, are remembered in `known` where the caller gives one.
    """

    def __init__(self, connection: Connection, size: int, known: dict[tuple[int, int], Tree] | None = None) -> None:
        self._connection, self._size = connection, size
        self._known = {} if known is None else known
        self._blocks: dict[tuple[int, int], Tree] = {}

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
        found = self._known.get((height, block)) or self._blocks.get((height, block))
        if found is None:
            first, whole = block * _BLOCK, self._size >> height  # so many complete subtrees of that height there are
            count = min(_BLOCK, whole - first)
            hashes = _leaves(self._connection, first, count) if not height else self._roots(height, first, count)
            if len(hashes) != count:
                raise NodesMissing
            self._blocks[height, block] = found = plant(hashes)
            if count == _BLOCK:
                if len(self._known) >= MOST_BLOCKS:
                    self._known.clear()
                self._known[height, block] = found
        return found

    def _roots(self, height: int, first: int, count: int) -> Sequence[bytes]:
        is_there = (log_nodes.c.height == height, log_nodes.c.place >= first, log_nodes.c.place < first + count)
        query = select(log_nodes.c.root).where(*is_there).order_by(log_nodes.c.place)
        return _hashes(self._connection.execute(query).scalars())


def write_nodes(connection: Connection, completed: Iterable[tuple[int, int, bytes]]) -> None:
    """Keep the roots of subtrees (height, place, root) that entries completed."""
    for height, place, root in completed:  # each 256th entry completes one
        is_this = (log_nodes.c.height == height, log_nodes.c.place == place)
        connection.execute(delete(log_nodes).where(*is_this))  # planted before its time: it must not stop the log
        connection.execute(insert(log_nodes), {"height": height, "place": place, "root": root})


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
    is_there = (log_entries.c.n >= first, log_entries.c.n < first + count)
    query = select(log_entries.c.commitment).where(*is_there).order_by(log_entries.c.n)
    return [leaf_hash(leaf_of(found)) for found in _hashes(connection.execute(query).scalars())]


def _hashes(found: Iterable[object]) -> list[bytes]:
    return list(_checked(found))


def _checked(found: Iterable[object]) -> Iterator[bytes]:
    for each in found:
        if not isinstance(each, bytes) or len(each) != HASH_BYTES:  # put there by hand
            raise NodesMissing
        yield each
