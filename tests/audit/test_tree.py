"""The tree against the RFC's own words, for every size up to 130 and every index and pair."""

from __future__ import annotations

import hashlib
from functools import cache

import pytest

from redact.audit import tree
from redact.audit.faults import AuditLogError
from redact.audit.tree import Frontier, ProofRefused

LARGEST = 130  # past 128, so that every shape around two powers of two is there
LEAVES = [f"leaf {n}".encode() for n in range(LARGEST)]
HASHES = [tree.leaf_hash(leaf) for leaf in LEAVES]
TREE = tree.plant(HASHES)
SIZES = range(1, LARGEST + 1)


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def largest_power_below(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


@cache
def mth(start: int, end: int) -> bytes:
    """MTH(D[start:end]) of RFC 6962 section 2.1, word for word."""
    n = end - start
    if n == 0:
        return sha256()
    if n == 1:
        return sha256(b"\x00", LEAVES[start])
    k = largest_power_below(n)
    return sha256(b"\x01", mth(start, start + k), mth(start + k, end))


def path(m: int, start: int, end: int) -> list[bytes]:
    """PATH(m, D[start:end]) of section 2.1.1."""
    n = end - start
    if n == 1:
        return []
    k = largest_power_below(n)
    if m < k:
        return [*path(m, start, start + k), mth(start + k, end)]
    return [*path(m - k, start + k, end), mth(start, start + k)]


def subproof(m: int, start: int, end: int, b: bool) -> list[bytes]:
    """SUBPROOF(m, D[start:end], b) of section 2.1.2."""
    n = end - start
    if m == n:
        return [] if b else [mth(start, end)]
    k = largest_power_below(n)
    if m <= k:
        return [*subproof(m, start, start + k, b), mth(start + k, end)]
    return [*subproof(m - k, start + k, end, False), mth(start, start + k)]


def test_the_empty_tree() -> None:
    assert Frontier().root == tree.EMPTY_ROOT == tree.root_at(TREE, 0) == mth(0, 0)
    assert tree.plant([]).size == 0
    assert tree.root_at(tree.plant([]), 0) == mth(0, 0)


def test_every_root_is_the_rfcs_by_growing_and_by_planting() -> None:
    frontier = Frontier()
    for size in SIZES:
        frontier = tree.append(frontier, [HASHES[size - 1]])
        assert frontier.root == tree.root_at(TREE, size) == mth(0, size)
        assert tree.root_at(tree.plant(HASHES[:size]), size) == mth(0, size)


@pytest.mark.parametrize("batch", [1, 2, 3, 7, 64, 129, 130])
def test_batches_do_not_matter(batch: int) -> None:
    frontier = Frontier()
    for start in range(0, LARGEST, batch):
        frontier = tree.append(frontier, HASHES[start : start + batch])
    assert frontier == tree.append(Frontier(), HASHES)


def test_every_inclusion_proof_is_the_rfcs_and_verifies() -> None:
    for size in SIZES:
        for index in range(size):
            proof = tree.inclusion_proof(TREE, index, size)
            assert list(proof) == path(index, 0, size)
            tree.verify_inclusion(HASHES[index], index, size, proof, mth(0, size))


def test_every_consistency_proof_is_the_rfcs_and_verifies() -> None:
    for new in SIZES:
        for old in range(1, new + 1):
            proof = tree.consistency_proof(TREE, old, new)
            assert list(proof) == subproof(old, 0, new, True)
            tree.verify_consistency(old, mth(0, old), new, mth(0, new), proof)


def spoiled(proof: tuple[bytes, ...]) -> list[tuple[bytes, ...]]:
    other = sha256(b"other")
    changed = [(*proof[:i], other, *proof[i + 1 :]) for i in range(len(proof))]
    shorter = [proof[:-1], proof[1:]] if proof else []
    return [*changed, *shorter, (*proof, other), (other, *proof), (*proof[:-1], b"short")]


def test_no_other_leaf_place_root_or_path_is_included() -> None:
    for size in range(1, 20):
        for index in range(size):
            proof, root = tree.inclusion_proof(TREE, index, size), mth(0, size)
            wrong = [(HASHES[index], index, bad, root) for bad in spoiled(proof)]
            wrong += [(HASHES[index], place, proof, root) for place in range(-1, size + 2) if place != index]
            wrong += [(leaf, index, proof, root) for leaf in (HASHES[(index + 1) % LARGEST], b"")]
            wrong += [(HASHES[index], index, proof, mth(0, size + 1))]
            for leaf, place, steps, top in wrong:
                with pytest.raises(ProofRefused):
                    tree.verify_inclusion(leaf, place, size, steps, top)


def test_a_path_that_is_too_long_or_cut_elsewhere_proves_nothing() -> None:
    # The hashes are those of a real tree; only the claim is another one.
    for size in range(2, 20):
        root = mth(0, size)
        for index in range(size):
            proof = tree.inclusion_proof(TREE, index, size)
            for smaller in range(1, 1 << (len(proof) - 1)):
                for place in range(smaller):
                    with pytest.raises(ProofRefused):
                        tree.verify_inclusion(HASHES[index], place, smaller, proof, root)
    left, right = HASHES[:2]
    with pytest.raises(ProofRefused, match="malformed"):
        tree.verify_inclusion(right[1:], 1, 2, [left + right[:1]], mth(0, 2))


def test_no_other_history_is_consistent() -> None:
    for new in range(1, 20):
        for old in range(1, new + 1):
            proof = tree.consistency_proof(TREE, old, new)
            old_root, new_root = mth(0, old), mth(0, new)
            wrong = [(old_root, new_root, bad) for bad in spoiled(proof)]
            wrong += [(mth(0, old + 1), new_root, proof), (old_root, mth(0, new + 1), proof), (b"", new_root, proof)]
            for before, after, steps in wrong:
                with pytest.raises(ProofRefused):
                    tree.verify_consistency(old, before, new, after, steps)
    for old, new in ((0, 3), (-1, 3), (4, 3)):
        with pytest.raises(ProofRefused):
            tree.verify_consistency(old, mth(0, 3), new, mth(0, 3), ())


def test_a_changed_past_has_no_consistency_proof() -> None:
    forked = tree.plant([tree.leaf_hash(b"forked"), *HASHES[1:]])
    for old in range(1, 40):
        proof = tree.consistency_proof(forked, old, 40)
        with pytest.raises(ProofRefused):
            tree.verify_consistency(old, mth(0, old), 40, tree.root_at(forked, 40), proof)


def test_what_is_not_in_the_tree_has_no_proof() -> None:
    for index, size in ((5, 5), (-1, 5), (0, 0), (0, LARGEST + 1)):
        with pytest.raises(AuditLogError):
            tree.inclusion_proof(TREE, index, size)
    for old, new in ((0, 5), (6, 5), (1, LARGEST + 1)):
        with pytest.raises(AuditLogError):
            tree.consistency_proof(TREE, old, new)
    for size in (-1, LARGEST + 1):
        with pytest.raises(AuditLogError):
            tree.root_at(TREE, size)


@pytest.mark.parametrize(
    ("size", "edge"), [(1, ()), (2, (HASHES[0], HASHES[1])), (3, (HASHES[0],)), (1, (b"short",)), (-1, ())]
)
def test_a_frontier_of_another_size_is_refused(size: int, edge: tuple[bytes, ...]) -> None:
    with pytest.raises(AuditLogError):
        Frontier(size, edge)


@pytest.fixture
def node_hashes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the node hashes, in the only element."""
    count, real = [0], tree.node_hash

    def counting(left: bytes, right: bytes) -> bytes:
        count[0] += 1
        return real(left, right)

    monkeypatch.setattr(tree, "node_hash", counting)
    return count


def test_appending_costs_less_than_one_hash_a_leaf_however_it_is_batched(node_hashes: list[int]) -> None:
    frontier = Frontier()
    for start in range(0, 3000, 50):
        frontier = tree.append(frontier, [HASHES[n % LARGEST] for n in range(start, start + 50)])
    assert node_hashes[0] < 3000
    node_hashes[0] = 0
    assert frontier.root
    assert node_hashes[0] < 12  # the depth of 3,000


def test_a_proof_of_a_planted_tree_costs_the_depth_not_the_size(node_hashes: list[int]) -> None:
    planted = tree.plant([HASHES[n % LARGEST] for n in range(3000)])
    assert node_hashes[0] < 3000
    node_hashes[0] = 0
    tree.inclusion_proof(planted, 1234, 2999)
    tree.consistency_proof(planted, 1234, 2999)
    assert node_hashes[0] <= 2 * 12 * 12
