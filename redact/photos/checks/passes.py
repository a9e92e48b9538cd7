"""One pass after the other through all files of a kind: each is read back whole and hashed; what differs is reported.

Threat: a file that was put away is overwritten, changed or deleted, and nobody notices until somebody needs it.
Rule: newest first, all within a month.  A difference stands beside the photo (status, doctor), in the log file and, at
once, in the audit log; the end of a pass is an entry too.  Files that differed are looked at again each time, so that
the notice ends when a backup was put in place.  Where the place itself cannot be seen, that is no difference: the pass
waits.  One file that cannot be read while the place answers (a folder or a pipe in its stead, a bad sector, a
permission) is one, or it would hide all that come after it.
Residue: what is changed and changed back between two passes is not seen; where files come in faster than the budget
reads them, a pass takes longer than a month, which doctor says.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Generic

from redact.audit.kinds import Kind
from redact.errors import RedactError, short_id
from redact.store.log.audit_log import Entries
from redact.store.photos.watched import (
    KeptT,
    Pass,
    Watched,
    count_kept,
    list_faults,
    next_kept,
    note_fault,
    read_pass,
    write_pass,
)
from redact.system.clock import parse_moment, print_moment
from redact.workspace.open import Workspace

PASS_S = 25 * 24 * 3600.0  # seconds that a pass is spread over: within a month, with days left for pauses
REST_S = 24 * 3600.0  # seconds from the beginning of one pass to that of the next, at least
#: Of one core, of the time since the last turn, for each of two kinds; the issue allows 0.02 in all.  An original of 4
#: MB takes 6 ms (one core of 2026): 1,000,000 of them in one pass need 0.0026.
CORE_SHARE = 0.0075
LONGEST_S = 20.0  # seconds of one turn; other periodic tasks wait behind it, and a sign of life is fresh for 120
_LEAST_S, _MOST_S = 30.0, 24 * 3600.0  # bounds of the time since the last turn: a new pass, a machine that was off
_FAULTY_AT_ONCE = 5  # files that differed, looked at again in each turn

Clock = Callable[[], float]
log = logging.getLogger("redact")


@dataclass(frozen=True, slots=True)
class Check(Generic[KeptT]):
    """A kind of files, and how each is read back."""

    watched: Watched[KeptT]
    find: Callable[[Workspace, KeptT], str | None]  # the hash of what lies there now; None: nothing does
    check_answers: Callable[[Workspace], object]  # raises where it is not one file that cannot be read, but the place
    ends: Kind  # the entry at the end of a pass
    add_entry: Callable[[Entries, KeptT, str], object]  # ... and of one file that differs
    why: Callable[[KeptT], str]  # the same, a sentence
    look_further: Callable[[Workspace, KeptT], str | None] = lambda _workspace, _kept: None  # how what hangs on it is


def files_due(total: int, since_s: float) -> int:
    """Return how many files a turn comes to, so that all are reached within PASS_S; at least one."""
    return max(1, math.ceil(total * since_s / PASS_S))


def go_on(
    workspace: Workspace, check: Check[KeptT], cpu_clock: Clock = time.thread_time, clock: Clock = time.monotonic
) -> None:
    """Go on with the pass, as far as is due since the last time and the budget allows.

    Args:
        workspace: opened.
        check: what is read back.
        cpu_clock: seconds of a core that this thread has used.
        clock: seconds that nobody sets.

    Raises:
        TrustFault, VaultFault: the place cannot be seen; nothing is claimed of the file under way.
        DatabaseFault: what was seen last is looked at again.
    """
    with workspace.database.read() as connection:
        under_way = read_pass(connection, check.watched)
        faulty = list_faults(connection, check.watched, _FAULTY_AT_ONCE)
    for kept in faulty:
        look_at(workspace, check, kept)
    under_way, since_s = _begin(workspace, check, under_way)
    if under_way.ended:
        return
    due = files_due(under_way.total, since_s)
    spent_s, until_s = cpu_clock() + CORE_SHARE * since_s, clock() + LONGEST_S
    with workspace.database.read() as connection:
        files = next_kept(connection, check.watched, under_way, due + 1)
    for number, kept in enumerate(files[:due]):
        if number and (cpu_clock() >= spent_s or clock() >= until_s):  # one at least: a slow storage is read too
            break
        under_way = _add(under_way, kept, look_at(workspace, check, kept))
    else:
        if len(files) <= due:
            _end(workspace, check, under_way)
            return
    with workspace.database.write() as connection:
        write_pass(connection, check.watched, under_way)


def is_behind(under_way: Pass | None, now: str) -> bool:
    """Say whether a pass takes longer than a month, or that long ago the last one ended: nobody watches any more."""
    if under_way is None:
        return False
    return parse_moment(now) - parse_moment(under_way.ended or under_way.began) > timedelta(days=31)


def _begin(workspace: Workspace, check: Check[KeptT], under_way: Pass | None) -> tuple[Pass, float]:
    """Return the pass to go on with, a new one where it is time, and the seconds since its last turn."""
    now = workspace.now()
    if under_way is None or (under_way.ended and (now - parse_moment(under_way.began)).total_seconds() >= REST_S):
        at = print_moment(now)
        with workspace.database.read() as connection:
            return Pass(at, at, count_kept(connection, check.watched)), _LEAST_S
    since_s = (now - parse_moment(under_way.last)).total_seconds()
    return replace(under_way, last=print_moment(now)), min(max(since_s, _LEAST_S), _MOST_S)


def look_at(workspace: Workspace, check: Check[KeptT], kept: KeptT) -> str | None:
    """Read a file back, write down what is new about it, and return how it differs."""
    fault = _fault_of(workspace, check, kept)
    if fault != kept.fault:
        _report(workspace, check, kept, fault)
    if fault is not None:
        return fault
    try:
        return check.look_further(workspace, kept)
    except RedactError:  # a folder lies in its place, say: that hides no other file either
        check.check_answers(workspace)
        log.warning("What hangs on photo %s could not be looked at or mended.", short_id(kept.photo))
        return "not-whole"


def _fault_of(workspace: Workspace, check: Check[KeptT], kept: KeptT) -> str | None:
    """Return how a file differs; what cannot be read while the place answers differs as well, and stops no pass."""
    try:
        found = check.find(workspace, kept)
    except RedactError:
        check.check_answers(workspace)
        return "not-whole"
    if found is None:
        return "missing"
    return None if found == kept.sha256 else "changed"


def _report(workspace: Workspace, check: Check[KeptT], kept: KeptT, fault: str | None) -> None:
    with workspace.audit_log.writing() as entries:
        is_news = note_fault(entries.connection, check.watched, kept, fault, print_moment(workspace.now()))
        if is_news and fault is not None:
            check.add_entry(entries, kept, fault)
    if is_news and fault is not None:
        log.warning("%s See: redact status", check.why(replace(kept, fault=fault)))


def _add(under_way: Pass, kept: KeptT, fault: str | None) -> Pass:
    return replace(
        under_way,
        at=kept.since,
        photo=kept.photo,
        checked=under_way.checked + 1,
        missing=under_way.missing + (fault == "missing"),
        differs=under_way.differs + (fault in {"changed", "not-whole"}),
    )


def _end(workspace: Workspace, check: Check[KeptT], under_way: Pass) -> None:
    with workspace.audit_log.writing() as entries:
        write_pass(entries.connection, check.watched, replace(under_way, ended=print_moment(workspace.now())))
        if under_way.checked:
            counts = {"checked": under_way.checked, "missing": under_way.missing, "differs": under_way.differs}
            entries.add(check.ends, **counts)
