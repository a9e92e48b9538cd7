"""How long `redact status` and `redact doctor` take in a large workspace: a temporary one, filled with rows by SQL.

Of every photo there are rows as its whole way leaves them: photo, device file, who is shown (on one of three) and six
entries of the log, whose bodies are made up (neither command reads one that was checked, and all are said to be).  Ids
are spread as hashes are.  One photo of 50,000 is held and one of 20,000 shows places that may be faces, so that there
is something to list; cameras count to 9999 and begin again, and one number of 500 was never handed in.  SQLite only;
1,000,000 photos take 5 GB of the temporary folder.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import insert

from redact.audit.checkpoint import Checkpoint, sign
from redact.audit.tree import HASH_BYTES, Frontier
from redact.reports.status import needs_person
from redact.store.log.checked import Checked, remember
from redact.store.log.ledger import read_head, write_head
from redact.store.schema.tables import log_checkpoints
from redact.system.clock import print_moment
from redact.workspace.create import make_workspace
from redact.workspace.open import Workspace, open_workspace

RUNS = 5
CHUNK = 100_000  # photos of one statement: what is written of each at once fits into the cache
_CACHE = (
    "-400000"  # kB of pages that are kept while the rows are written, SQLite's own 2 MB have spread ids written twice
)

#: What a statement of `_FILL` says for short.
_SHORT = {
    "COUNT": "with recursive c(i) as (select FIRST union all select i + 1 from c where i < LAST)",
    "PHOTO": "printf('%08x%056x', (i * 2654435761) & 4294967295, i)",  # Knuth's multiplier: each id once, in no order
    "AT": "strftime('%Y-%m-%dT%H:%M:%S.000Z', 1760000000 + i * 30, 'unixepoch')",
    "HELD": "i % 50000 = 49999",
}
_DEVICES = """insert into devices (id, kind, make, model, serial, serial_source, owner, holder, approved_by,
    approved_at, until, root, further, nonce, clears)
    with recursive c(i) as (select 0 union all select i + 1 from c where i < 19)
    select 'cam-' || i, 'drop-folder', '', '', '', '', 'trust', 'communications', 'headteacher',
    '2026-01-01T00:00:00.000Z', '2099-01-01T00:00:00.000Z', '/nowhere/' || i, '[]', printf('%032x', i), 'at-once'
    from c"""
_FILL = (
    """insert into photos (sha256, bytes, extension, state, reason, attempts, executor, arrived_at, tags, sealed,
    sealed_at, output, output_bytes, output_name, stored_at, asks, plan) COUNT
    select PHOTO, 4000000, '.jpg', iif(HELD, 'held', 'stored'), iif(HELD, 'A face is in doubt.', null), 0, '', AT, '[]',
    PHOTO, AT, iif(HELD, null, PHOTO), 900000, printf('%024x.jpg', i), iif(HELD, null, AT), i % 20000 = 7,
    '[{"kind": "face", "action": "' || iif(i % 20000 = 7, 'maybe', 'covered')
    || '", "polygon": [[1, 1], [9, 9], [1, 9]], "score": 0.9, "reason": "no"}]'
    from c""",
    """insert into device_files (photo, device, folder, name, place, tags, look, series, number, state, level, "left",
    by_name, seen_at, cleared_at, parts) COUNT
    select PHOTO, 'cam-' || (i % 20), 0, PHOTO, PHOTO, '[]', '[1,2,3,4,5]', 'IMG_',
    i / 20 % 9999 + 1 + (i / 20 % 9999 % 500 = 499), iif(HELD, 'taken', 'gone'), iif(HELD, null, 're-checked'), 0, 0,
    AT, iif(HELD, null, AT), iif(HELD, '["a"]', null)
    from c""",
    """insert into shown (photo, pupil, register, recalled_at, by_hand) COUNT
    select PHOTO, 'U' || (i % 900), 1, iif(i % 100000 = 3, AT, null), 0 from c where i % 3 = 0""",
    """insert into log_entries (n, kind, at, photo, device, commitment, salt, body) COUNT,
    k(j, kind) as (values (0, 'photo.arrived'), (1, 'photo.sealed'), (2, 'photo.redacted'), (3, 'photo.stored'),
    (4, 'deletion.opened'), (5, 'deletion.closed'))
    select i * 6 + j, kind, AT, PHOTO, 'cam-' || (i % 20), zeroblob(32), zeroblob(32), zeroblob(250) from c, k""",
)
_RUNS = """insert into counter_runs (device, series, first, last)
    select device, series, min(number), max(number) from (
        select *, number - row_number() over (partition by device, series order by number) as run
        from (select distinct device, series, number from device_files))
    group by device, series, run"""


@dataclass(frozen=True, slots=True)
class StatusFigures:
    """What was measured: seconds of the wall clock and of a core, each the median of RUNS runs of a whole command."""

    photos: int
    fill_s: float
    status_s: float
    status_core_s: float
    needs_person_s: float  # within a process, the second of two times: what a watcher asks
    needs_person_core_s: float
    doctor_s: float
    doctor_core_s: float


def bench_status(count: int) -> StatusFigures:
    """Fill a temporary workspace with `count` photos, and time the commands that look over all of it."""
    with tempfile.TemporaryDirectory(prefix="redact-speed-") as temporary:
        folder = Path(temporary) / "workspace"
        make_workspace(folder, "Speed")
        with open_workspace(folder) as workspace:
            start = perf_counter()
            fill(workspace, count)
            fill_s = perf_counter() - start
        return time_commands(folder, count, round(fill_s, 1))


def time_commands(folder: Path, count: int, fill_s: float = 0.0) -> StatusFigures:
    """Time the commands in a workspace that was filled before."""
    with open_workspace(folder) as workspace:
        asked = _timed(lambda: needs_person(workspace))
    return StatusFigures(count, fill_s, *_run("status", folder), *asked, *_run("doctor", folder))


def _run(command: str, folder: Path) -> tuple[float, float]:
    """Run a whole command as a person does, its imports too; return the medians."""
    walls, cores = list[float](), list[float]()
    for _ in range(RUNS + 1):  # the first fills the memory of the disk, and does not count
        start, before = perf_counter(), os.times()
        subprocess.run(  # noqa: S603  this very program, in a folder that was made here
            [sys.executable, "-m", "redact", command, "--workspace", str(folder)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        after = os.times()
        walls.append(perf_counter() - start)
        cores.append(after.children_user - before.children_user + after.children_system - before.children_system)
    return round(median(walls[1:]), 2), round(median(cores[1:]), 2)


def fill(workspace: Workspace, count: int) -> None:
    """Write the rows of `count` photos that came in one after another, into a workspace whose log is empty.

    The workspace is worth nothing if this stops.
    """
    with closing(workspace.database.engine.raw_connection()) as pooled:
        connection = pooled.driver_connection
        assert connection is not None
        with _without_care(connection), _without_indexes(connection):
            connection.execute(_DEVICES)
            for first in range(0, count, CHUNK):
                for statement in _FILL:  # the driver's own connection: colons and braces stay as they are
                    connection.execute(_spell(statement, first, min(first + CHUNK, count) - 1))
            connection.execute(_RUNS)
    _say_checked(workspace, 6 * count)


def _say_checked(workspace: Workspace, size: int) -> None:
    """Say that the watcher has checked the log to its end, as it has within half a minute of every entry."""
    edge = Frontier(size, tuple(bytes(HASH_BYTES) for _ in range(size.bit_count())))
    note = sign(Checkpoint(workspace.settings.origin, size, edge.root), workspace.keys.signing)
    with workspace.database.write() as connection:
        read_head(connection)
        write_head(connection, edge)
        row = {"size": size, "at": print_moment(workspace.now()), "note": note}
        connection.execute(insert(log_checkpoints), row)
        remember(connection, workspace.log, Checked(edge))


@contextmanager
def _without_care(connection: Any) -> Iterator[None]:
    """Neither wait for the disk nor write what a power cut would ask for."""
    before = {name: connection.execute(f"pragma {name}").fetchone()[0] for name in ("journal_mode", "synchronous")}
    for name, value in {"journal_mode": "off", "synchronous": "off", "cache_size": _CACHE}.items():
        connection.execute(f"pragma {name}={value}").close()
    yield
    for name, value in {**before, "cache_size": "-2000"}.items():
        connection.execute(f"pragma {name}={value}").close()


@contextmanager
def _without_indexes(connection: Any) -> Iterator[None]:
    """Make the indexes when all rows are there: sorted once, not one place for each row."""
    query = "select name, sql from sqlite_master where type = 'index' and sql is not null"
    made = connection.execute(query).fetchall()
    for name, _ in made:
        connection.execute(f"drop index {name}").close()
    yield
    for _, statement in made:
        connection.execute(statement).close()


def _spell(statement: str, first: int, last: int) -> str:
    for word, meant in _SHORT.items():
        statement = re.sub(rf"\b{word}\b", lambda _, meant=meant: meant, statement)  # type: ignore[misc]
    return statement.replace("FIRST", str(first)).replace("LAST", str(last))


def _timed(act: Callable[[], object]) -> tuple[float, float]:
    act()
    start, core = perf_counter(), process_time()
    act()
    return round(perf_counter() - start, 2), round(process_time() - core, 2)
