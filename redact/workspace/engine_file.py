"""The workflow engine's own SQLite file: is it whole, and putting a damaged one aside.

Threat: a file that nothing rests on is damaged, and stops the whole workspace; or it is thrown away, and with it what
somebody could learn from it.
Rule: it is read through before the engine opens it.  A damaged one is renamed, never deleted, and the engine makes a
new one: which photo stands where is kept in the workspace's own tables, and a workflow that is forgotten starts again.
Accepted residue: damage that comes while the engine works stops the photos until the next start of the watcher.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from redact.store.database import Database, DatabaseDamaged
from redact.system.machine import sync_folder
from redact.workspace.settings import sqlite_file

_BESIDE = ("", "-wal", "-shm", "-journal")  # a journal that is left behind would be played into the new file
_MARK = ".damaged-"


def is_whole(url: str) -> bool:
    """Say whether the engine's file can be read through; one that is not there yet, or a server, counts as whole.

    Raises:
        DatabaseFault: it cannot be looked at now.
    """
    path = sqlite_file(url)
    if path is None or not path.exists():
        return True
    database = Database(url)
    try:
        with database.read() as connection:
            return connection.exec_driver_sql("pragma quick_check(1)").scalar() == "ok"
    except DatabaseDamaged:
        return False
    finally:
        database.close()


def move_aside(url: str, now: datetime) -> Path:
    """Rename the engine's file and its journals, so that a new one is made; return what it is called now.

    Raises:
        OSError: it cannot be renamed.
        ValueError: the engine works with a server.
    """
    path = sqlite_file(url)
    if path is None:
        raise ValueError("only a file can be moved aside")
    stamp = now.strftime("%Y%m%dT%H%M%S.%f")[:-3] + "Z"
    for ending in reversed(_BESIDE):  # the file itself last: until then the next start finds it damaged, and goes on
        beside = path.with_name(path.name + ending)
        if beside.exists():
            beside.rename(path.with_name(f"{path.name}{_MARK}{stamp}{ending}"))
    sync_folder(path.parent)
    return path.with_name(f"{path.name}{_MARK}{stamp}")


def list_moved(url: str) -> tuple[Path, ...]:
    """Return the damaged files that were moved aside, oldest first; their journals are not among them.

    Raises:
        OSError: their folder cannot be read.
    """
    path = sqlite_file(url)
    if path is None:
        return ()
    found = (one for one in path.parent.iterdir() if one.name.startswith(path.name + _MARK))
    return tuple(sorted(one for one in found if not one.name.endswith(_BESIDE[1:])))
