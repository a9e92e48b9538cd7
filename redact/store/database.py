"""The database: SQLite on one machine, PostgreSQL on many, the same statements on both.

Python's own SQLite 3.40 loses rows in WAL mode in rare resets (fixed in 3.51.3), so the one inside pysqlite3 is
used where it is installed; with an older one the journal mode is DELETE, slower and safe.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from redact.errors import TRY_AGAIN, RedactError

BUSY_S = 20.0  # seconds a writer waits for another; a clearing of 1,000 photos commits within 1
WAL_IS_SAFE_FROM = (3, 51, 3)  # sqlite.org, "WAL reset bug"
CONNECT_S = 10  # seconds until a PostgreSQL server that says nothing is given up; one in the workspace answers in 0.01
SILENT_S = 60  # seconds a transaction may rest; then PostgreSQL ends it, so that a machine that froze holds nobody up

WRITER = 0x7265646163740001  # of PostgreSQL's advisory locks, the one that our writers hold: "redact", 1

_SQLITE_READS: dict[str, Any] = {"redact_reads": True}
_POSTGRES_READS: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}

#: What the drivers say (in lower case) of faults that a person can mend, and what we say then.
_SENTENCES = {
    "locked": "another program holds it",
    "lock timeout": "another program holds it",
    "deadlock": "another program holds it",
    "full": "the disk is full",
    "no space left": "the disk is full",
    "readonly": "it may not be written",
    "read-only": "it may not be written",
    "permission denied": "its user may not do that there; make the user the owner of the database",
    "password": "the server refuses user or password; give the password in the environment (PGPASSWORD)",
    'role "': "the server does not know the user; make it there, see docs/running.md",
    'database "': "the server has no database of that name; make it there, see docs/running.md",
    "pg_hba.conf": "the server lets nobody in from this machine (pg_hba.conf)",
    "resolve host": "no server of that name is known",
    "translate host": "no server of that name is known",
    "refused": "no server answers at that address",
    "timeout expired": "no server answers at that address",
    "no such file": "no server answers at that address",
    "too many clients": "the server has no connection left",
    "too many connections": "the server has no connection left",
    "remaining connection slots": "the server has no connection left",
    "starting up": "the server is starting",
    "shutting down": "the server is stopping",
}


_SQLITE_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}  # sqlite.org, "Result and Error Codes"
_POSTGRES_DAMAGE = {"XX001", "XX002"}  # data_corrupted, index_corrupted


class DatabaseFault(RedactError):
    """The database cannot be used now; nothing was changed.  Trying again may help."""

    def __init__(self, why: str) -> None:
        """Say why."""
        super().__init__(f"The database cannot be used: {why}. Nothing was changed. {TRY_AGAIN}")


class DatabaseDamaged(DatabaseFault):
    """What lies in the database's file is no database any more, or not all of one: no waiting mends it."""

    def __init__(self) -> None:
        """Say what to do."""
        RedactError.__init__(
            self,
            "The database is damaged. Nothing was changed. Stop the watcher, keep the damaged file, and bring the "
            "database back from the backup: see docs/running.md, Backup",
        )


class Database:
    """An opened database; one per process."""

    def __init__(self, url: str) -> None:
        """Take "sqlite:///path" or "postgresql+psycopg://..."."""
        self.engine = open_engine(url)
        self._reading = self.engine.execution_options(**(_SQLITE_READS if self.is_sqlite else _POSTGRES_READS))
        if self.is_sqlite:
            _set_where_transactions_begin(self.engine)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the one-machine database."""
        return self.engine.dialect.name == "sqlite"

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection in a transaction that no other writer is in, of this machine or another.

        Raises:
            DatabaseFault: it is locked for too long, full, or out of reach; nothing was changed.
            DatabaseDamaged: its file is; nothing was changed.
        """
        with translated(), self.engine.connect() as connection, connection.begin():
            if not self.is_sqlite:  # there "begin immediate" does it; what follows sees all that was committed before
                connection.exec_driver_sql(f"select pg_advisory_xact_lock({WRITER})")
            yield connection

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection for reading; all that is read through it is of one moment.

        Raises:
            DatabaseFault: it is out of reach.
            DatabaseDamaged: its file is.
        """
        with translated(), self._reading.connect() as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def sqlite_url(path: Path) -> str:
    """Return the address of a SQLite file."""
    return f"sqlite:///{path}"


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turn what a database's driver raises into sentences.

    Raises:
        DatabaseFault: the database refuses.
        DatabaseDamaged: its file cannot be read.
    """
    try:
        yield
    except DBAPIError as error:
        if _is_damage(error):
            raise DatabaseDamaged from error
        if not _is_passing(error):
            raise
        raise DatabaseFault(_sentence_of(error)) from error


def _is_damage(error: DBAPIError) -> bool:
    """Say whether the driver could not make sense of what it read."""
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF  # the higher bits say in which part of the file
    return code in _SQLITE_DAMAGE or str(getattr(error.orig, "sqlstate", None) or "") in _POSTGRES_DAMAGE


def _is_passing(error: DBAPIError) -> bool:
    """Say whether the database refuses, rather than that what we asked for was wrong."""
    state = str(getattr(error.orig, "sqlstate", None) or "")
    refuses = state.startswith("25") or state == "42501"  # PostgreSQL: transaction ended, insufficient privilege
    return refuses or error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)


def _sentence_of(error: DBAPIError) -> str:
    """Return a fixed sentence for what the driver said: its own text can hold values of a row, or a password."""
    text = str(error.orig).lower()
    found = next((sentence for word, sentence in _SENTENCES.items() if word in text), None)
    return found or ("the connection was lost" if error.connection_invalidated else "it does not answer")


def open_engine(url: str, *, forgives_power_loss: bool = False) -> Engine:
    """Open a database as both this program and the workflow engine want it.

    Args:
        url: as in `Database`.
        forgives_power_loss: SQLite in WAL mode may lose the last commits with the power (never its order, and nothing
            when the program is killed); each commit is then not waited for.
    """
    if not url.startswith("sqlite"):
        return _open_postgres(url)
    module = _sqlite_module()
    arguments = {"timeout": BUSY_S, "check_same_thread": False}
    path = url.partition(":///")[2]  # not parsed: a path would lose "?" and what follows
    address = URL.create("sqlite", database=path or None)
    engine = create_engine(address, module=module, connect_args=arguments, hide_parameters=True)
    mode = "wal" if module.sqlite_version_info >= WAL_IS_SAFE_FROM else "delete"
    waits = "normal" if forgives_power_loss and mode == "wal" else "full"

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: object) -> None:
        connection.isolation_level = "IMMEDIATE"
        # the last is of macOS, whose fsync ends in the drive's own memory
        for pragma in (
            f"journal_mode={mode}",
            f"synchronous={waits}",
            "foreign_keys=on",
            "secure_delete=on",
            "fullfsync=on",
        ):
            connection.execute(f"pragma {pragma}").close()

    return engine


def _open_postgres(url: str) -> Engine:
    """Open a server so that neither it nor another machine of the workspace can hold this one up for ever."""
    arguments = {
        "connect_timeout": CONNECT_S,
        "application_name": "redact",
        "client_encoding": "utf8",  # whatever the server's is; the driver gives bytes where that is SQL_ASCII
        "keepalives_idle": SILENT_S,  # a server whose machine was switched off is noticed after three unanswered looks
        "keepalives_interval": CONNECT_S,
        "keepalives_count": 3,
    }
    engine = create_engine(url, pool_pre_ping=True, connect_args=arguments, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: object) -> None:
        for name, seconds in (("lock_timeout", BUSY_S), ("idle_in_transaction_session_timeout", SILENT_S)):
            connection.execute(f"set {name} = {int(seconds * 1000)}")
        connection.commit()

    return engine


def _set_where_transactions_begin(engine: Engine) -> None:
    """Begin every transaction by word: the driver's own begins come too late for a writer that reads first."""

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: object) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get("redact_reads", False)
        connection.exec_driver_sql("begin" if reads else "begin immediate")


def _sqlite_module() -> Any:
    try:
        from pysqlite3 import dbapi2  # type: ignore[import-untyped,unused-ignore]
    except ImportError:  # no wheel for this system
        return sqlite3
    return dbapi2
