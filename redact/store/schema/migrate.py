"""Bring the tables of a database to this version's shape (Alembic); the revisions lie in migrations/versions."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect

from redact.store.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

_SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(database: Database) -> None:
    """Make the tables, or bring older ones up to date; what is up to date stays as it is.

    Raises:
        DatabaseFault: the database is out of reach or may not be written; nothing was changed.
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
    """
    with database.read() as connection:
        if "alembic_version" not in inspect(connection).get_table_names():
            return False
        found = connection.exec_driver_sql("select version_num from alembic_version").scalar()
    return found == newest()


def newest() -> str:
    """Return the name of the newest revision: their files are named for their order."""
    return max(path.stem.partition("_")[0] for path in (_SCRIPTS / "versions").glob("[0-9]*.py"))


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    return config
