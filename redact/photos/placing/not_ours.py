"""What others put into `for-use/`: noticed and reported, never touched.

Threat: staff take pictures from for-use because a reviewer has passed all that lies there; somebody saves another one
into it, a photo from a camera perhaps, and it is posted with every face bare.
Rule: the watcher compares what lies there with what this program put there, hourly, and each half minute while
something is known to lie there; what is no debris of a file manager or a storage is counted, and stands in status and
doctor.  It is not removed: it is somebody's, and may be the only one.  Its name is kept and shown nowhere.
Accepted residue: up to an hour nobody is told.  A file that was saved over one of ours is found when trust storage is
looked at (redact/photos/checks/glances.py), and put right.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Final

from redact.errors import counted
from redact.store.placing.for_use import NotOurs, names_placed, read_not_ours, write_not_ours
from redact.system.clock import parse_moment, print_moment
from redact.workspace.open import Workspace
from watcher import Sort, sort_file

LOOK_EVERY: Final = timedelta(hours=1)  # of a store where nothing was found; a bucket is paid for by the listing
_AT_ONCE: Final = 500  # names of one query: SQLite takes 32,766 values, PostgreSQL 65,535

log = logging.getLogger("redact")


def look_for_not_ours(workspace: Workspace) -> None:
    """Look whether others put something into for-use, where it is time to.

    Raises:
        TrustFault: trust storage cannot be seen; nothing is claimed.
        DatabaseFault: the database does not answer.
    """
    if not workspace.settings.for_use:
        return
    now = workspace.now()
    with workspace.database.read() as connection:
        last = read_not_ours(connection)
    if last is not None and not last.count and now - parse_moment(last.at) < LOOK_EVERY:
        return
    count = sum(1 for _ in _not_ours(workspace, workspace.trust.list_for_use()))
    since = last.since if last is not None and last.count else print_moment(now)
    if count and (last is None or not last.count):
        log.warning("%s See: redact status", why_not_ours(count))
    with workspace.database.write() as connection:
        write_not_ours(connection, NotOurs(print_moment(now), count, since if count else ""))


def why_not_ours(count: int) -> str:
    """Return what was found, a sentence."""
    lie = "lies" if count == 1 else "lie"
    return f"{counted(count, 'file')} {lie} in for-use that this program did not put there, and nobody has passed."


def _not_ours(workspace: Workspace, names: Iterable[str]) -> Iterator[str]:
    left = (name for name in names if not _is_debris(name))
    while some := tuple(islice(left, _AT_ONCE)):
        with workspace.database.read() as connection:
            ours = names_placed(connection, some)
        yield from (name for name in some if name not in ours)


def _is_debris(name: str) -> bool:
    return sort_file(tuple(name.split("/"))).sort is Sort.IGNORED
