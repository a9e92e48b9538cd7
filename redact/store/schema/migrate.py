"""Bring the tables of a database to this version's shape (Alembic); the revisions lie in migrations/versions."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import inspect

from redact.errors import RedactError
from redact.store.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

_SCRIPTS = Path(__file__).parent / "migrations"


UPDATE: Final = "Update the program on this machine: see README.md, Two commands"


class DatabaseNewer(RedactError):
    """A later version of this program brought the tables to a shape that this one does not know."""

    def __init__(self, found: str) -> None:
        """Say what is found there, and what to do."""
        super().__init__(
            f"The database is of a later version of this program: its tables are of version {found}, and this program "
            f"knows them up to {newest()}. Nothing was changed. {UPDATE}"
        )


def upgrade(database: Database) -> None:
    """Make the tables, or bring older ones up to date; what is up to date stays as it is.

    Raises:
        DatabaseFault: the database is out of reach or may not be written; nothing was changed.
        DatabaseNewer: a later version of this program was there before; nothing was changed.
    """
    if is_current(database):
        return
    logging.getLogger("alembic").setLevel(logging.WARNING)
    from alembic import command

    with database.write() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(database: Database) -> bool:
    """Return whether the tables are of this version.

    Raises:
        DatabaseFault: the database is out of reach.
        DatabaseNewer: a later version of this program was there before.
    """
    with database.read() as connection:
        if "alembic_version" not in inspect(connection).get_table_names():
            return False
        found = connection.exec_driver_sql("select version_num from alembic_version").scalar()
    if found is not None and found not in _revisions():
        raise DatabaseNewer(found)
    return found == newest()


def newest() -> str:
    """Return the name of the newest revision: their files are named for their order."""
    return max(_revisions())


def _revisions() -> frozenset[str]:
    return frozenset(path.stem.partition("_")[0] for path in (_SCRIPTS / "versions").glob("[0-9]*.py"))


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    return config
