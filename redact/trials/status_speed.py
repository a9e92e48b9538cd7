"""How long `redact status` and `redact doctor` take in a large workspace: a temporary one, filled with rows by SQL.

Of every photo there are rows as its whole way leaves them: photo, device file, who is shown (on one of three) and six
entries of the log, whose bodies are made up (neither command reads one that was checked, and all are said to be).  Ids
are spread as hashes are.  One photo of 50,000 is held and one of 20,000 shows places that may be faces, so that there
is something to list; cameras count to 9999 and begin again, and one number of 500 was never handed in.  The statements
are spelled for SQLite and for PostgreSQL; 1,000,000 photos take 5 GB of SQLite's temporary folder.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any, Final

from sqlalchemy import insert, text

from redact.audit.checkpoint import Checkpoint, sign
from redact.audit.tree import HASH_BYTES, Frontier
from redact.reports.status import needs_person
from redact.store.log.audit_log import lock_edge, write_edge
from redact.store.log.checked import Checked, remember
from redact.store.schema.tables import log_checkpoints
from redact.system.clock import print_moment
from redact.workspace.create import make_workspace
from redact.workspace.open import Workspace, open_workspace

RUNS = 5
CHUNK = 100_000  # photos of one statement: what is written of each at once fits into the cache
_CACHE = (
    "-400000"  # kB of pages that are kept while the rows are written, SQLite's own 2 MB have spread ids written twice
)

#: What a statement says for short, whatever the database; then as each database spells it.
_COMMON: Final[Mapping[str, str]] = {
    r"\bCOUNT\b": "with recursive c(i) as (select FIRST union all select i + 1 from c where i < LAST)",
    r"\bPHOTO\b": "HEX8[(i * 2654435761) & 4294967295] || HEX56[i]",  # Knuth's multiplier: each id once, in no order
    r"\bAT\b": "MOMENT[1760000000 + i * 30]",
    r"\bHELD\b": "i % 50000 = 49999",
    r"\bMAYBE\b": "i % 20000 = 7",
}
_SPELLED: Final[Mapping[str, Mapping[str, str]]] = {
    "sqlite": {
        r"\bHEX(\d+)\[(.+?)\]": r"printf('%0\1x', \2)",
        r"\bMOMENT\[(.+?)\]": r"strftime('%Y-%m-%dT%H:%M:%S.000Z', \1, 'unixepoch')",
        r"\bBYTES\[(\d+)\]": r"zeroblob(\1)",
        r"\bNUMBER\b": "rowid",  # of a photo
    },
    "postgresql": {
        r"\bHEX(\d+)\[(.+?)\]": r"lpad(to_hex(\2), \1, '0')",
        r"\bMOMENT\[(.+?)\]": r"""to_char(to_timestamp(\1) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS".000Z"')""",
        r"\bBYTES\[(\d+)\]": r"decode(repeat('00', \1), 'hex')",
        r"\bNUMBER\b": "cast(cast('x' || substr(sha256, 57) as bit(32)) as integer)",
    },
}
_DEVICES = """insert into devices (id, kind, make, model, serial, serial_source, owner, holder, approved_by,
    approved_at, until, root, further, nonce, clears)
    with recursive c(i) as (select 0 union all select i + 1 from c where i < 19)
    select 'cam-' || i, 'drop-folder', '', '', '', '', 'trust', 'communications', 'headteacher',
    '2026-01-01T00:00:00.000Z', '2099-01-01T00:00:00.000Z', '/nowhere/' || i, '[]', HEX32[i], 'at-once'
    from c"""
_FILL = (
    """insert into photos (sha256, bytes, extension, state, reason, attempts, executor, arrived_at, tags, sealed,
    sealed_at, output, output_bytes, output_name, stored_at, asks, plan) COUNT
    select PHOTO, 4000000, '.jpg', case when HELD then 'held' else 'stored' end,
    case when HELD then 'A face is in doubt.' end, 0, '', AT, '[]', PHOTO, AT, case when not HELD then PHOTO end,
    900000, HEX24[i] || '.jpg', case when not HELD then AT end, MAYBE,
    '[{"kind": "face", "action": "' || case when MAYBE then 'maybe' else 'covered' end
    || '", "polygon": [[1, 1], [9, 9], [1, 9]], "score": 0.9, "reason": "no"}]'
    from c""",
    """insert into device_files (photo, device, folder, name, place, tags, look, series, number, state, level, "left",
    by_name, seen_at, cleared_at, parts) COUNT
    select PHOTO, 'cam-' || (i % 20), 0, PHOTO, PHOTO, '[]', '[1,2,3,4,5]', 'IMG_',
    i / 20 % 9999 + 1 + case when i / 20 % 9999 % 500 = 499 then 1 else 0 end,
    case when HELD then 'taken' else 'gone' end, case when not HELD then 're-checked' end, 0, 0,
    AT, case when not HELD then AT end, case when HELD then '["a"]' end
    from c""",
    """insert into shown (photo, pupil, register, recalled_at, by_hand) COUNT
    select PHOTO, 'U' || (i % 900), 1, case when i % 100000 = 3 then AT end, false from c where i % 3 = 0""",
    """insert into log_entries (n, kind, at, photo, device, commitment, salt, body) COUNT,
    k(j, kind) as (values (0, 'photo.arrived'), (1, 'photo.sealed'), (2, 'photo.redacted'), (3, 'photo.stored'),
    (4, 'deletion.opened'), (5, 'deletion.closed'))
    select i * 6 + j, kind, AT, PHOTO, 'cam-' || (i % 20), BYTES[32], BYTES[32], BYTES[250] from c, k""",
)
_RUNS = """insert into counter_runs (device, series, first, last)
    select device, series, min(number), max(number) from (
        select *, number - row_number() over (partition by device, series order by number) as run
        from (select distinct device, series, number from device_files) as counted) as runs
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
    dialect, is_sqlite = workspace.database.engine.dialect.name, workspace.database.is_sqlite
    with closing(workspace.database.engine.raw_connection()) as pooled, ExitStack() as hurried:
        connection = pooled.driver_connection
        assert connection is not None
        if is_sqlite:
            hurried.enter_context(_without_care(connection))
            hurried.enter_context(_without_indexes(connection))
        connection.execute(spell(_DEVICES, dialect))
        for first in range(0, count, CHUNK):
            for statement in _FILL:  # the driver's own connection: colons and braces stay as they are
                spelled = spell(statement, dialect).replace("FIRST", str(first))
                connection.execute(spelled.replace("LAST", str(min(first + CHUNK, count) - 1)))
        connection.execute(_RUNS)
        if not is_sqlite:
            pooled.commit()
    _say_checked(workspace, 6 * count)
    note_sizes(workspace)


def spell(statement: str, dialect: str) -> str:
    """Return a statement that says things for short as a database takes it: "sqlite" or "postgresql"."""
    for words in (_COMMON, _SPELLED[dialect]):
        for word, meant in words.items():
            statement = re.sub(word, meant, statement)
    return statement


def note_sizes(workspace: Workspace) -> None:
    """Have PostgreSQL look at what the tables hold, as it does by itself a minute after many rows came in."""
    if not workspace.database.is_sqlite:
        with workspace.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("vacuum analyze"))


def _say_checked(workspace: Workspace, size: int) -> None:
    """Say that the watcher has checked the log to its end, as it has within half a minute of every entry."""
    edge = Frontier(size, tuple(bytes(HASH_BYTES) for _ in range(size.bit_count())))
    note = sign(Checkpoint(workspace.settings.origin, size, edge.root), workspace.keys.signing)
    with workspace.database.write() as connection:
        lock_edge(connection)
        write_edge(connection, edge)
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


def _timed(act: Callable[[], object]) -> tuple[float, float]:
    act()
    start, core = perf_counter(), process_time()
    act()
    return round(perf_counter() - start, 2), round(process_time() - core, 2)
