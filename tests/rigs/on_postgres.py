"""A plug-in for pytest: whatever a test keeps in SQLite lies in PostgreSQL instead, a database for each file.

    pytest -p tests.rigs.on_postgres tests/store/pupils/test_register.py ...

So the tests that were written for one machine's database are run on the other one, as they are.  A file that was
copied (a workspace made ready) is taken for a new one; every database has its tables already, and no rows.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from redact.store.database import Database
from redact.store.schema import migrate
from tests.rigs.postgres import Cluster, serve

_NOT_EMPTY = b"in PostgreSQL\n"  # an empty file is a database that was lost, and no workspace opens over it


@dataclass
class Files:
    """Which database stands for which SQLite file."""

    cluster: Cluster
    made: str  # has the tables
    known: dict[str, str] = field(default_factory=dict)
    free: list[str] = field(default_factory=list)

    def database_of(self, url: str) -> str:
        if url not in self.known:
            self.known[url] = self.free.pop() if self.free else self.cluster.make(self.made)
            stand_in = Path(url.removeprefix("sqlite:///"))
            stand_in.touch(mode=0o600)
            stand_in.write_bytes(_NOT_EMPTY)
        return self.known[url]

    def forget(self, url: str) -> None:
        name = self.known.pop(url)
        self.cluster.empty(name)
        self.free.append(name)


@pytest.fixture(scope="session", autouse=True)
def _on_postgres() -> Iterator[Files]:
    with serve() as cluster, pytest.MonkeyPatch.context() as patch:
        files, real = Files(cluster, cluster.make()), Database.__init__

        def begin(self: Database, url: str) -> None:
            is_ours = url.startswith("sqlite:///")
            real(self, cluster.driver_url(files.database_of(url)) if is_ours else url)

        with contextlib.closing(Database(cluster.driver_url(files.made))) as empty:
            migrate.upgrade(empty)
        patch.setattr(Database, "__init__", begin)
        yield files


@pytest.fixture(autouse=True)
def _one_test(_on_postgres: Files) -> Iterator[None]:
    """Empty after each test what it used alone."""
    before = set(_on_postgres.known)
    yield
    for url in set(_on_postgres.known) - before:
        _on_postgres.forget(url)
