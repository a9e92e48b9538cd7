"""A PostgreSQL of our own: started from the installed programs for the tests, on a socket in a temporary folder.

It listens on no port, writes nothing anywhere else, and is gone afterwards.  As root it runs as the user `postgres`,
because the server refuses root.  Each test gets a database of its own, a copy of an empty one or of one made ready.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from redact.store.schema.tables import metadata
from tests.rigs.needs import need
from tests.rigs.waiting import LONGEST_S

_INSTALLED = "/usr/lib/postgresql"  # where Debian puts the programs of each version, outside of PATH
_MEMORY, _ROOM_BYTES = Path("/dev/shm"), 1 << 30  # a hundred databases of 8 MB
_SETTINGS = """
listen_addresses = ''
max_connections = 60
shared_buffers = 16MB
fsync = off
full_page_writes = off
"""


@dataclass
class Cluster:
    """A running server."""

    socket: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def url(self, database: str, user: str = "redact") -> str:
        """Return the address of a database as an administrator writes it."""
        return f"postgresql://{user}@/{database}?host={self.socket}"

    def driver_url(self, database: str) -> str:
        """Return the address as `Database` takes it."""
        return self.url(database).replace("postgresql://", "postgresql+psycopg://")

    def run(self, statement: str, database: str = "postgres") -> None:
        with psycopg.connect(f"host={self.socket} user=redact dbname={database}", autocommit=True) as connection:
            connection.execute(statement.encode())

    def make(self, template: str = "template0") -> str:
        """Make a database, and return its name."""
        name = f"workspace_{next(self._numbers)}"
        self.run(f"create database {name} template {template}")
        return name

    def empty(self, database: str) -> None:
        """Remove every row of our tables, and whoever still reads them; of small tables `truncate` takes far longer."""
        self.kill_connections(database)
        deletes = "; ".join(f'delete from "{table}"' for table in metadata.tables)
        again = "select setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)"
        self.run(f"set session_replication_role = replica; {deletes}; {again} from pg_sequences", database)

    def kill_connections(self, database: str) -> None:
        """Cut every connection to a database, as a server does that stops."""
        self.run(f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database}'")


def programs() -> Path:
    """Return the folder of `initdb` and `postgres`, the newest that is installed; skip (or fail) without."""
    found = sorted(Path(_INSTALLED).glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return found[-1].parent if found else Path(need("initdb")).parent


@contextlib.contextmanager
def serve() -> Iterator[Cluster]:
    """Run a server meanwhile."""
    bin_folder = programs()
    with tempfile.TemporaryDirectory(prefix="redact-pg-", dir=_place(), ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(folder, user.pw_uid, user.pw_gid)
        _run(bin_folder / "initdb", "-D", folder / "data", "-U", "redact", "-A", "trust", "-E", "UTF8",
             "--locale=C.UTF-8", "--no-sync", cwd=folder)  # fmt: skip
        with (folder / "data/postgresql.conf").open("a") as conf:
            conf.write(f"{_SETTINGS}unix_socket_directories = '{folder}'\n")
        access = folder / "data/pg_hba.conf"  # users whose name begins with "locked" need a password
        access.write_text("local all locked,locked_2 scram-sha-256\nlocal all all trust\n")
        start = (bin_folder / "pg_ctl", "-D", folder / "data", "-s", "-w", "-t", f"{LONGEST_S:.0f}")
        _run(*start, "-l", folder / "log", "start", cwd=folder)
        try:
            yield Cluster(folder)
        finally:
            _run(*start, "-m", "immediate", "stop", cwd=folder)


def _place() -> Path | None:
    """Return the folder in memory where it has room: a database is 300 files, and a busy disk takes seconds."""
    return _MEMORY if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM_BYTES else None


def _run(*command: str | Path, cwd: Path) -> None:
    whom = "postgres" if os.geteuid() == 0 else None  # the server refuses root
    ended = subprocess.run(
        [*map(str, command)], user=whom, group=whom, extra_groups=[] if whom else None,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        text=True, check=False, cwd=cwd, timeout=LONGEST_S, env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    if ended.returncode:
        pytest.fail(f"{Path(command[0]).name} failed: {ended.stderr.strip()}")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Give a server; tests import this fixture by name."""
    with serve() as running:
        yield running
