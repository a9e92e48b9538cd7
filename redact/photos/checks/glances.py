"""Look at stored copies without reading them, several times a day: what was saved over or removed is found at once.

Threat: somebody saves a photo over a copy in for-use, or over the copy itself, and staff take it from there for weeks,
until the pass that reads everything comes to it.
Rule: newest first, each copy and what lies of it in for-use is looked at by name: one that is not there, or whose file
changed since the pass before began, is read back as in that pass (passes.py, storage.py), which reports or mends it.
The time counts at which the system says that the file changed, which nobody sets back.
Accepted residue: a file that is changed beneath the file system, or while its clock is behind by more than SLACK, is
found by the pass that reads; a bucket asks money for each look and is left to that as well.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from redact.photos.checks.passes import Clock, look_at
from redact.photos.checks.storage import STORAGE
from redact.store.photos.stored_copies import COPIES, StoredCopy
from redact.store.photos.watched import Pass, next_kept, read_pass, write_pass
from redact.store.trust.storage import look_at_files
from redact.system.clock import parse_moment, print_moment
from redact.workspace.open import Workspace

EVERY: Final = timedelta(hours=1)  # from the beginning of one pass to that of the next, at least
SLACK: Final = timedelta(minutes=10)  # a share's clock may be behind by as much: as redact/store/latest.py allows
#: Of one core; with the two passes that read (passes.py, CORE_SHARE) 0.019 of the 0.02 that the issue allows.
CORE_SHARE: Final = 0.004
LONGEST_S: Final = 5.0  # seconds of one turn: a share answers a look in 0.3 ms
_LONGEST_PAUSE_S: Final = 3600.0  # that is budgeted for: a machine that was off
_LEAST_PAUSE_S: Final = 30.0
_AT_ONCE: Final = 200  # copies of one query

_GLANCES: Final = replace(COPIES, fact="storage-glance")


def glance(workspace: Workspace, cpu_clock: Clock = time.thread_time, clock: Clock = time.monotonic) -> None:
    """Go on looking at the copies, as far as the budget allows; begin again each hour.

    Args:
        workspace: opened.
        cpu_clock: seconds of a core that this thread has used.
        clock: seconds that nobody sets.

    Raises:
        TrustFault: trust storage cannot be seen; nothing is claimed.
        DatabaseFault: what was seen last is looked at again.
    """
    under_way, pause_s = _begin(workspace)
    spent_s, until_s = cpu_clock() + CORE_SHARE * pause_s, clock() + LONGEST_S
    if under_way.ended:
        return
    is_over = False
    while not is_over:
        with workspace.database.read() as connection:
            files = next_kept(connection, _GLANCES, under_way, _AT_ONCE)
        for copy in _changed(workspace, files, under_way.since):
            look_at(workspace, STORAGE, copy)
            under_way = _behind(under_way, copy)
            if cpu_clock() >= spent_s or clock() >= until_s:
                break
        else:
            under_way = _behind(under_way, files[-1]) if files else under_way
            under_way = under_way if len(files) == _AT_ONCE else replace(under_way, ended=under_way.last)
        is_over = bool(under_way.ended) or cpu_clock() >= spent_s or clock() >= until_s
    with workspace.database.write() as connection:
        write_pass(connection, _GLANCES, under_way)


def _begin(workspace: Workspace) -> tuple[Pass, float]:
    """Return the pass to go on with, a new one where it is time, and the seconds since its last turn."""
    with workspace.database.read() as connection:
        last = read_pass(connection, _GLANCES)
    now = workspace.now()
    if last is None or (last.ended and now - parse_moment(last.began) >= EVERY):
        at = print_moment(now)
        return Pass(at, at, 0, since="" if last is None else last.began), _LEAST_PAUSE_S
    pause_s = (now - parse_moment(last.last)).total_seconds()
    return replace(last, last=print_moment(now)), min(max(pause_s, _LEAST_PAUSE_S), _LONGEST_PAUSE_S)


def _behind(under_way: Pass, copy: StoredCopy) -> Pass:
    return replace(under_way, at=copy.since, photo=copy.photo, checked=under_way.checked + 1)


def _changed(workspace: Workspace, copies: Sequence[StoredCopy], since: str) -> Iterator[StoredCopy]:
    """Give the copies of which a file is not there, or changed since; of the first pass only what is not there."""
    names = [name for copy in copies for name in _names(copy)]
    seen = look_at_files(workspace.trust, names)
    after_ns = _after_ns(parse_moment(since)) if since else None
    for copy in copies:
        times = [seen[name] for name in _names(copy) if name in seen]
        if any(at is None or (after_ns is not None and at >= after_ns) for at in times):
            yield copy


def _names(copy: StoredCopy) -> Iterator[str]:
    yield from (name for name in (copy.name, copy.for_use) if name)


def _after_ns(since: datetime) -> int:
    return int((since - SLACK).timestamp() * 1e9)
