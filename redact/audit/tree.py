"""The Merkle tree of RFC 6962 section 2: leaf and node hashes, roots, inclusion and consistency proofs.

Threat: a proof that is accepted for another leaf, another place or another tree.
Rule: leaves and nodes are hashed apart (section 2.1, prefixes 0x00 and 0x01); a proof is used up exactly, to the
last hash; verifying returns nothing and raises, so that a forgotten `if` cannot accept a bad proof.
Accepted residue: none beyond SHA-256.

`Frontier` is for appending: the right edge only, at most 64 hashes.  `Tree` is for proving: every complete subtree; a
proof needs no more of one than `Nodes`, so that it can be led from nodes that lie in a database.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from redact.audit.faults import AuditLogError

HASH_BYTES = 32  # SHA-256, RFC 6962 section 2.1
EMPTY_ROOT = hashlib.sha256().digest()  # RFC 6962 section 2.1: the hash of an empty list is the hash of an empty string

Proof = tuple[bytes, ...]


class ProofRefused(AuditLogError):
    """A proof does not show what it should: the leaf is not in the tree, or one tree does not continue the other."""


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of one leaf (RFC 6962 section 2.1)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node from those of its children (RFC 6962 section 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree: the roots of its complete subtrees, largest first; all that appending needs."""

    size: int = 0
    edge: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        """Raise AuditLogError where the edge cannot belong to a tree of that size."""
        if self.size < 0 or self.size.bit_count() != len(self.edge) or any(len(h) != HASH_BYTES for h in self.edge):
            raise AuditLogError(
                f"the saved right edge does not fit a tree of {self.size} entries; rebuild it from the entries"
            )

    @property
    def root(self) -> bytes:
        """The root of the tree (RFC 6962 section 2.1)."""
        if not self.edge:
            return EMPTY_ROOT
        root = self.edge[-1]
        for left in self.edge[-2::-1]:
            root = node_hash(left, root)
        return root


def append(frontier: Frontier, leaf_hashes: Iterable[bytes]) -> Frontier:
    """Return the frontier after more leaves: fewer than one node hash a leaf, over the life of the tree."""
    return grow(frontier, leaf_hashes, 0)[0]


def grow(
    frontier: Frontier, leaf_hashes: Iterable[bytes], every: int
) -> tuple[Frontier, tuple[tuple[int, int, bytes], ...]]:
    """Return the frontier after more leaves, and the subtrees that they completed, of the heights to be saved.

    Args:
        frontier: before.
        leaf_hashes: in order.
        every: heights that are a multiple of it are saved, those of leaves never; 0 saves none.

    Returns:
        The frontier, and (height, place, root) of each such subtree.
    """
    edge, size, completed = list(frontier.edge), frontier.size, list[tuple[int, int, bytes]]()
    for added in leaf_hashes:
        node, place, height = added, size, 0
        while place & 1:  # a complete left neighbour of the same height waits on the edge
            node = node_hash(edge.pop(), node)
            place, height = place >> 1, height + 1
            if every and not height % every:
                completed.append((height, place, node))
        edge.append(node)
        size += 1
    return Frontier(size, tuple(edge)), tuple(completed)


class Nodes(Protocol):
    """What a proof needs of a tree."""

    @property
    def size(self) -> int:
        """Number of leaves."""
        ...

    def node(self, height: int, place: int) -> bytes:
        """Return the root of the complete subtree over the leaves [place * 2**height, (place + 1) * 2**height)."""
        ...


@dataclass(frozen=True, slots=True)
class Tree:
    """Every complete subtree of a list of leaves; make it with `plant`."""

    levels: tuple[tuple[bytes, ...], ...]  # levels[h][i]: root of the leaves [i * 2**h, (i + 1) * 2**h)

    @property
    def size(self) -> int:
        """Number of leaves."""
        return len(self.levels[0])

    def node(self, height: int, place: int) -> bytes:
        """Return the root of a complete subtree: see `Nodes`."""
        return self.levels[height][place]


def plant(leaf_hashes: Sequence[bytes]) -> Tree:
    """Return the tree of these leaves; fewer than one node hash a leaf."""
    levels = [tuple(leaf_hashes)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append(tuple(node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)))
    return Tree(tuple(levels))


def root_at(tree: Nodes, size: int) -> bytes:
    """Return the root of the first `size` leaves.

    Raises:
        AuditLogError: the tree has fewer leaves.
    """
    _require(0 <= size <= tree.size, f"a tree of {tree.size} entries has no root at size {size}")
    return _subroot(tree, 0, size) if size else EMPTY_ROOT


def inclusion_proof(tree: Nodes, index: int, size: int) -> Proof:
    """Return the path that leads from leaf `index` to the root of the first `size` leaves (RFC 6962 section 2.1.1).

    Raises:
        AuditLogError: there is no such leaf in a tree of that size, or no such size.
    """
    _require(0 <= index < size <= tree.size, f"entry {index} is not in the first {size} of {tree.size} entries")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_subroot(tree, middle, end))
            end = middle
        else:
            path.append(_subroot(tree, start, middle))
            start = middle
    return tuple(reversed(path))


def consistency_proof(tree: Nodes, old: int, new: int) -> Proof:
    """Return what shows that the first `new` leaves continue the first `old` (RFC 6962 section 2.1.2).

    Raises:
        AuditLogError: not 0 < old <= new <= the size of the tree.
    """
    _require(0 < old <= new <= tree.size, f"no tree of {tree.size} entries grew from {old} to {new}")
    path: list[bytes] = []
    start, end, is_whole = 0, new, True  # is_whole: the old root itself is known to the reader (the RFC's flag b)
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_subroot(tree, middle, end))
            end = middle
        else:
            path.append(_subroot(tree, start, middle))
            start, is_whole = middle, False
    if not is_whole:
        path.append(_subroot(tree, start, end))
    return tuple(reversed(path))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the leaf with hash `leaf` stands at `index` in the tree of `size` leaves with this root.

    The walk is that of RFC 9162 section 2.1.3.2; RFC 6962 leaves it to the reader.

    Raises:
        ProofRefused: it does not, or the proof is malformed.
    """
    if not 0 <= index < size or any(len(step) != HASH_BYTES for step in (leaf, root, *proof)):
        raise ProofRefused(f"the inclusion proof for entry {index} of {size} is malformed")
    place, last, node = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise ProofRefused(f"the inclusion proof for entry {index} of {size} is too long")
        if place & 1 or place == last:
            node = node_hash(step, node)
            place, last = _climb_right_edge(place, last)
        else:
            node = node_hash(node, step)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise ProofRefused(f"the inclusion proof for entry {index} of {size} is too short")
    if not hmac.compare_digest(node, root):
        raise ProofRefused(f"entry {index} is not in the tree of {size} entries with this root")


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the tree of `new` leaves begins with the tree of `old` leaves (RFC 9162 section 2.1.4.2).

    An old size of 0 is refused: every tree continues the empty one, so there is nothing to show.

    Raises:
        ProofRefused: it does not, or the proof is malformed.
    """
    what = f"the consistency proof from {old} to {new} entries"
    if not 0 < old <= new or any(len(step) != HASH_BYTES for step in (old_root, new_root, *proof)):
        raise ProofRefused(f"{what} is malformed")
    is_power_of_two = old & (old - 1) == 0
    path = [old_root, *proof] if is_power_of_two and old != new else list(proof)
    if old == new:
        if path or not hmac.compare_digest(old_root, new_root):
            raise ProofRefused(f"{what} does not hold: trees of one size have one root, and need no proof")
        return
    if not path:
        raise ProofRefused(f"{what} is too short")
    old_node, new_node = _walk_both(old, new, path, what)
    if not (hmac.compare_digest(old_node, old_root) and hmac.compare_digest(new_node, new_root)):
        raise ProofRefused(f"{what} does not hold: the newer tree does not continue the older one")


def _walk_both(old: int, new: int, path: Sequence[bytes], what: str) -> tuple[bytes, bytes]:
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old_node = new_node = path[0]
    for step in path[1:]:
        if last == 0:
            raise ProofRefused(f"{what} is too long")
        if place & 1 or place == last:
            old_node, new_node = node_hash(step, old_node), node_hash(step, new_node)
            place, last = _climb_right_edge(place, last)
        else:
            new_node = node_hash(new_node, step)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise ProofRefused(f"{what} is too short")
    return old_node, new_node


def _climb_right_edge(place: int, last: int) -> tuple[int, int]:
    # A node alone on the right edge is its own parent: skip the levels on which it has no left neighbour.
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _split(size: int) -> int:
    # RFC 6962 section 2.1: k, the largest power of two smaller than the size.
    return 1 << (size - 1).bit_length() - 1


def _subroot(tree: Nodes, start: int, end: int) -> bytes:
    # `start` is a multiple of a power of two not smaller than the size: every range the RFC speaks of is so.
    size = end - start
    height = size.bit_length() - 1
    if size == 1 << height:
        return tree.node(height, start >> height)
    middle = start + _split(size)
    return node_hash(_subroot(tree, start, middle), _subroot(tree, middle, end))


def _require(holds: bool, otherwise: str) -> None:  # noqa: FBT001  # a condition, not a switch
    if not holds:
        raise AuditLogError(otherwise)
