"""Nodes of the log's tree from the database: the proofs are those of the whole tree, at every size."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest
from sqlalchemy import delete, insert

from redact.audit.events import leaf_of
from redact.audit.tree import Frontier, Tree, grow, inclusion_proof, leaf_hash, plant, root_at
from redact.store.database import Database
from redact.store.log.nodes import SAVED_EVERY, NodesMissing, SavedNodes, rebuild_nodes, write_nodes
from redact.store.schema.tables import log_entries, log_nodes, metadata

SIZE = 70_000  # so that a block of the second height is complete: 256 * 256 = 65,536
COMMITMENTS = [hashlib.sha256(str(number).encode()).digest() for number in range(SIZE)]


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    opened = Database("sqlite://")
    metadata.create_all(opened.engine)
    rows = [
        {"n": n, "kind": "photo.held", "at": "2026-09-07T09:00:00.000Z", "commitment": committed}
        for n, committed in enumerate(COMMITMENTS)
    ]
    with opened.write() as connection:
        connection.execute(insert(log_entries), rows)
        write_nodes(connection, grow(Frontier(), map(leaf_hash, map(leaf_of, COMMITMENTS)), SAVED_EVERY)[1])
    yield opened
    opened.close()


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 513, 65_535, 65_536, 65_537, SIZE])
def test_proofs_from_saved_nodes_are_those_of_the_whole_tree(database: Database, size: int) -> None:
    whole = plant([leaf_hash(leaf_of(committed)) for committed in COMMITMENTS[:size]])
    with database.read() as connection:
        saved = SavedNodes(connection, size)
        assert root_at(saved, size) == root_at(whole, size)
        for index in {0, size // 3, size // 2, size - 1}:
            assert inclusion_proof(saved, index, size) == inclusion_proof(whole, index, size)


def test_blocks_that_are_remembered_grow_with_the_log_and_prove_what_was_before(database: Database) -> None:
    known: dict[tuple[int, int], Tree] = {}
    with database.read() as connection:
        for size in (3, 255, 300, 301, 513, 400):
            whole, saved = (
                plant([leaf_hash(leaf_of(each)) for each in COMMITMENTS[:size]]),
                SavedNodes(connection, size, known),
            )
            for index in {0, size // 2, size - 1}:
                assert inclusion_proof(saved, index, size) == inclusion_proof(whole, index, size)
    assert known[0, 1].size == 256, "the second block was read once to its end"


def test_missing_nodes_are_told_and_computed_again(database: Database) -> None:
    with database.write() as connection:
        before = connection.execute(log_nodes.select().order_by(log_nodes.c.height, log_nodes.c.place)).all()
        connection.execute(delete(log_nodes).where(log_nodes.c.place == 7))
        with pytest.raises(NodesMissing):
            inclusion_proof(SavedNodes(connection, SIZE), 3, SIZE)
        rebuild_nodes(connection, SIZE)
        after = connection.execute(log_nodes.select().order_by(log_nodes.c.height, log_nodes.c.place)).all()
    assert after == before and len(before) == SIZE // 256 + SIZE // 65_536
