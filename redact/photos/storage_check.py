"""Watch trust storage: every copy is read back and compared with its record, slowly, again and again.

Threat: a copy is overwritten with the unredacted photo, changed or deleted in trust storage, and nobody notices until
somebody publishes it, or wants it.
Rule: one pass after the other goes through all copies, newest first; each is read back whole and hashed.  A difference
stands beside the photo (status, doctor), in the log file and, at once, in the audit log; the end of a pass is an entry
too.  Copies that differed are looked at again each time, so that the notice ends when a backup was put in place.
A storage that cannot be seen is no difference: the pass waits.  One copy that cannot be read while the storage answers
(a folder or a pipe in its place, a bad sector, a permission) is one, or it would hide all that come after it.
What lies in for-use is looked at with its copy, mended at once, and counted as one that was missing or differed.
Residue: what is changed and changed back between two passes is not seen; a recalled copy is not looked at, for it must
go anyway; where copies come in faster than the budget reads them, a pass takes longer than a month, which doctor says.
"""

from __future__ import annotations

import hashlib
import logging
import math
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from redact.audit.kinds import Kind
from redact.photos.kept import why_differs
from redact.photos.placing.for_use import mend_for_use
from redact.store.photos.stored_copies import (
    Pass,
    StoredCopy,
    count_copies,
    list_faults,
    next_copies,
    note_fault,
    read_pass,
    write_pass,
)
from redact.store.trust.storage import TrustFault
from redact.system.clock import parse_moment, print_moment
from redact.workspace.open import Workspace

PASS_S = 25 * 24 * 3600.0  # seconds that a pass is spread over: within a month, with days left for pauses
REST_S = 24 * 3600.0  # seconds from the beginning of one pass to that of the next, at least
CORE_SHARE = 0.015  # of one core, of the time since the last turn: the issue allows 0.02
LONGEST_S = 20.0  # seconds of one turn; other periodic tasks wait behind it, and a sign of life is fresh for 120
_LEAST_S, _MOST_S = 30.0, 24 * 3600.0  # bounds of the time since the last turn: a new pass, a machine that was off
_NOBODYS = "0" * 24 + ".jpg"  # a name that no copy has: asked for to see whether the storage answers
_FAULTY_AT_ONCE = 5  # copies that differed, looked at again in each turn

Clock = Callable[[], float]
log = logging.getLogger("redact")


def copies_due(total: int, since_s: float) -> int:
    """Return how many copies a turn comes to, so that all are reached within PASS_S; at least one."""
    return max(1, math.ceil(total * since_s / PASS_S))


def check_storage(workspace: Workspace, cpu_clock: Clock = time.thread_time, clock: Clock = time.monotonic) -> None:
    """Go on with the pass, as far as is due since the last time and the budget allows.

    Args:
        workspace: opened.
        cpu_clock: seconds of a core that this thread has used.
        clock: seconds that nobody sets.

    Raises:
        TrustFault: the storage cannot be seen; nothing is claimed of the copy under way.
        DatabaseFault: what was seen last is looked at again.
    """
    with workspace.database.read() as connection:
        under_way, faulty = read_pass(connection), list_faults(connection, _FAULTY_AT_ONCE)
    for copy in faulty:
        _look(workspace, copy)
    under_way, since_s = _begin(workspace, under_way)
    if under_way.ended:
        return
    due = copies_due(under_way.total, since_s)
    spent_s, until_s = cpu_clock() + CORE_SHARE * since_s, clock() + LONGEST_S
    with workspace.database.read() as connection:
        copies = next_copies(connection, under_way, due + 1)
    for number, copy in enumerate(copies[:due]):
        if number and (cpu_clock() >= spent_s or clock() >= until_s):  # one at least: a slow storage is read too
            break
        under_way = _add(under_way, copy, _look(workspace, copy))
    else:
        if len(copies) <= due:
            _end(workspace, under_way)
            return
    with workspace.database.write() as connection:
        write_pass(connection, under_way)


def is_behind(under_way: Pass | None, now: str) -> bool:
    """Say whether a pass takes longer than a month."""
    if under_way is None or under_way.ended:
        return False
    return parse_moment(now) - parse_moment(under_way.began) > timedelta(days=31)


def _begin(workspace: Workspace, under_way: Pass | None) -> tuple[Pass, float]:
    """Return the pass to go on with, a new one where it is time, and the seconds since its last turn."""
    now = workspace.now()
    if under_way is None or (under_way.ended and (now - parse_moment(under_way.began)).total_seconds() >= REST_S):
        at = print_moment(now)
        with workspace.database.read() as connection:
            return Pass(at, at, count_copies(connection)), _LEAST_S
    since_s = (now - parse_moment(under_way.last)).total_seconds()
    return replace(under_way, last=print_moment(now)), min(max(since_s, _LEAST_S), _MOST_S)


def _look(workspace: Workspace, copy: StoredCopy) -> str | None:
    """Read a copy back, write down what is new about it, and return how it differs."""
    fault = _fault_of(workspace, copy)
    if fault != copy.fault:
        _tell(workspace, copy, fault)
    if fault is None and copy.for_use is not None:  # what staff take is counted with what it is made of
        return mend_for_use(workspace, copy.photo, copy.output, copy.for_use)
    return fault


def _fault_of(workspace: Workspace, copy: StoredCopy) -> str | None:
    """Return how a copy differs; what cannot be read while the storage answers differs as well, and stops no pass."""
    try:
        found = workspace.trust.find(copy.name)
    except TrustFault:
        check_answers(workspace)
        return "not-whole"
    if found is None:
        return "missing"
    return None if hashlib.sha256(found).hexdigest() == copy.output else "changed"


def check_answers(workspace: Workspace) -> None:
    """Ask trust storage for what it has not, to see whether it answers where one copy does not.

    Raises:
        TrustFault: it is the storage that cannot be seen.
    """
    workspace.trust.find(_NOBODYS)


def _tell(workspace: Workspace, copy: StoredCopy, fault: str | None) -> None:
    with workspace.ledger.writing() as entries:
        is_news = note_fault(entries.connection, copy, fault, print_moment(workspace.now()))
        if is_news and fault is not None:
            entries.add(Kind.STORAGE_DIFFERS, photo=copy.photo, output=copy.output, found=fault)
    if is_news and fault is not None:
        log.warning("%s See: redact status", why_differs(replace(copy, fault=fault)))


def _add(under_way: Pass, copy: StoredCopy, fault: str | None) -> Pass:
    return replace(
        under_way,
        at=copy.stored_at,
        photo=copy.photo,
        checked=under_way.checked + 1,
        missing=under_way.missing + (fault == "missing"),
        differs=under_way.differs + (fault in {"changed", "not-whole"}),
    )


def _end(workspace: Workspace, under_way: Pass) -> None:
    with workspace.ledger.writing() as entries:
        write_pass(entries.connection, replace(under_way, ended=print_moment(workspace.now())))
        if under_way.checked:
            counts = {"checked": under_way.checked, "missing": under_way.missing, "differs": under_way.differs}
            entries.add(Kind.STORAGE_CHECKED, **counts)
