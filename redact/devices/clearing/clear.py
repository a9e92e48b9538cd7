"""Clear a device: intent into the audit log, commit, erase, look again, result into the log.  Never the other way.

Threat: a deletion that nobody wrote down, one that is claimed and did not happen, or one that takes the last copy.
Rule: may_clear.py decides by what judge.py sees right now; the intent is committed before anything is touched; the
stored copy is read back once more right before each deletion; a result is written only from looking again.  An attempt
that was cut off is found by its open entry and ended.  Right before each unlink it is committed that the bytes were
proved and are about to go; what is gone without that was deleted or moved away by somebody else, and is `removed`: the
lowest level, until a person says what became of it.
Accepted residue: see erase.py and residue.py in watcher/erasing/; flash memory may keep deleted blocks until reused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import assert_never

from redact.audit.kinds import Fact, Kind
from redact.audit.level import Level
from redact.audit.reasons import as_reason
from redact.devices.clearing.attempt import NOT_BEGUN, Attempt, Ending, attempt_of
from redact.devices.clearing.found import write_found
from redact.devices.clearing.judge import Waiting, candidates, judge, read_facts, read_ground
from redact.devices.clearing.lock import hold_clearing
from redact.devices.clearing.may_clear import Permit, Stay, may_clear
from redact.devices.clearing.result import REMOVED, Result, count_links_last, look_over
from redact.errors import RedactError
from redact.store import photos as photo_rows
from redact.store.database import DatabaseFault
from redact.store.devices import read_device
from redact.store.log.audit_log import Entries
from redact.store.log.standing import LogElsewhere
from redact.store.photos import DeviceFile, FileState
from redact.system.clock import print_moment
from redact.system.step import Step, run_at_once
from redact.workspace.open import Workspace
from watcher import (
    Device,
    Kept,
    Why,
    device_of,
    erase_photo,
)

BATCH = 200  # files per transaction and per walk over the device: a walk of 20,000 files takes 0.3 s
_LOWEST_SEEN = Level.NOT_LISTED  # of what somebody could look for; the deletion record counts `removed` lower still


@dataclass(frozen=True, slots=True)
class Batch:
    """What one clearing did."""

    tried: tuple[int, ...] = ()  # ids of device files
    counts: Mapping[str, int] = field(default_factory=dict)  # how many had which verdict, as `Result.verdict`


# -- the main path --


def clear(
    workspace: Workspace,
    device_id: str,
    by: str,
    *,
    tries_again: bool = False,
    besides: AbstractSet[int] = frozenset(),
    step: Step = run_at_once,
) -> Batch:
    """Delete what may go from a device, at most BATCH files, and return what became of them.

    Whoever clears calls this: the engine (`step` remembers), `redact clear`, the tests.

    Args:
        workspace: opened.
        device_id: of the device.
        by: role.
        tries_again: those too that could not be deleted.
        besides: ids that are left alone: they were tried already.
        step: runs each of the steps.

    Raises:
        ClearingBusy: somebody else clears the device; what was opened is ended by the next clearing.
        DatabaseFault: the same.
    """
    # 1. Intent: what may go is in the audit log, committed, before anything is touched.
    opened = step("open", lambda: open_deletions(workspace, device_id, by, tries_again=tries_again, besides=besides))
    if not opened:
        return Batch()
    # 2. Erase, each file after its proofs were read back once more.
    attempts = step("erase", lambda: [each.to_json() for each in erase_opened(workspace, device_id, opened)])
    # 3. Look again, and record what was seen, never what was meant.
    counts = step("confirm", lambda: confirm(workspace, device_id, opened, map(Attempt.from_json, attempts)))
    return Batch(tuple(opened), counts)


# -- 1 open: what may go, written down before anything is touched --


def open_deletions(
    workspace: Workspace, device_id: str, by: str, *, tries_again: bool = False, besides: AbstractSet[int] = frozenset()
) -> list[int]:
    """Write the intent for every file that may go, at most BATCH, and return their ids; those begun before come first.

    Args:
        workspace: opened.
        device_id: of the device.
        by: role.
        tries_again: those too that could not be deleted.
        besides: ids that are left alone: they were tried already.

    Raises:
        ClearingBusy: somebody else clears the device.
        DatabaseFault: nothing was written.
    """
    with hold_clearing(workspace, device_id):
        found = [each for each in candidates(workspace, device_id, tries_again=tries_again) if each.id not in besides]
        begun = [each.id for each in found if each.state is FileState.OPENED][:BATCH]
        fresh = [each for each in found if each.state is not FileState.OPENED]
        fresh.sort(key=lambda each: -1 if each.opened is None else each.opened)  # new ones, then the longest not tried
        may, wait = judge(workspace, device_id, fresh, most=BATCH - len(begun))
        with workspace.audit_log.writing() as entries:
            opened = [each.id for each in may if _open(entries, each, by)]
            for waiting in wait:
                _note_why(entries, waiting)
        return [*begun, *opened]


def _note_why(entries: Entries, waiting: Waiting) -> None:
    """Write down why a file may not go now, where something else stands there."""
    file = waiting.device_file
    if file.state is FileState.TAKEN and file.reason != waiting.reason:
        photo_rows.move_device_file(entries.connection, file, FileState.TAKEN, reason=waiting.reason)


def _open(entries: Entries, device_file: DeviceFile, by: str) -> bool:
    photo = photo_rows.read_photo(entries.connection, device_file.photo)
    if photo is None or photo.output is None:
        return False
    number = entries.next_number
    if not photo_rows.move_device_file(entries.connection, device_file, FileState.OPENED, opened=number, reason=None):
        return False
    facts = {
        "photo": device_file.photo,
        "device": device_file.device,
        "name": device_file.name,
        "stored": photo.output,
        "by": by,
    }
    entries.add(Kind.DELETION_OPENED, **facts)
    return True


# -- 2 erase --


def erase_opened(workspace: Workspace, device_id: str, ids: Sequence[int]) -> tuple[Attempt, ...]:
    """Delete the files whose intent is in the audit log; return what became of each.

    Raises:
        ClearingBusy: somebody else clears the device; nothing was deleted.
        LogElsewhere: this log was set back, or runs elsewhere; the same.
    """
    with hold_clearing(workspace, device_id):
        workspace.audit_log.standing.check()  # the intent may be older than a backup that was put in place
        with workspace.database.read() as connection:
            device_files = photo_rows.read_device_files(connection, ids)
            registered = read_device(connection, device_id)
        if registered is None:
            return ()
        device = device_of(registered.record)
        return tuple(
            _erase(workspace, device, device_file)
            for device_file in device_files
            if device_file.state is FileState.OPENED
        )


def _erase(workspace: Workspace, device: Device, device_file: DeviceFile) -> Attempt:
    if device_file.arrival is None:
        return Attempt(device_file.id, Ending.NOT_BEGUN, NOT_BEGUN)
    try:
        verdict = may_clear(read_facts(workspace, read_ground(workspace, device_file.device), device_file))
    except RedactError:  # what others became must still be reported
        return Attempt(device_file.id, Ending.NOT_BEGUN, NOT_BEGUN)
    match verdict:
        case Stay(reason):
            return Attempt(device_file.id, Ending.NOT_BEGUN, reason)
        case Permit():
            erasure = erase_photo(device, device_file.arrival, lambda: _note(workspace, device_file, is_going=True))
            if isinstance(erasure, Kept) and erasure.why is not Why.DEVICE_UNKNOWN:  # it lies there still
                _note(workspace, device_file, is_going=False)
            return attempt_of(device_file.id, erasure)
        case unreachable:
            assert_never(unreachable)


def _note(workspace: Workspace, device_file: DeviceFile, *, is_going: bool) -> bool:
    """Commit that the file is about to go, or that it stayed; False where that did not succeed."""
    try:
        if is_going:  # for each file: the log may be found set back while the others were deleted
            workspace.audit_log.standing.check()
        with workspace.database.write() as connection:
            at = print_moment(workspace.now()) if is_going else None
            return photo_rows.note_erasing(connection, device_file.id, at)
    except (DatabaseFault, LogElsewhere):
        return False


# -- 3 confirm: look again, then record --


def confirm(workspace: Workspace, device_id: str, ids: Sequence[int], attempts: Iterable[Attempt]) -> dict[str, int]:
    """Look over the device once, and write the result of every deletion; return how many had which verdict.

    Args:
        workspace: opened.
        device_id: of the device.
        ids: of the device files whose deletion was opened.
        attempts: what became of them; one that is not among them counts as not begun.

    Raises:
        ClearingBusy: somebody else clears the device; the deletions stay open.
        DatabaseFault: the deletions stay open; the next clearing ends them.
    """
    with hold_clearing(workspace, device_id):
        with workspace.database.read() as connection:
            device_files = [
                each for each in photo_rows.read_device_files(connection, ids) if each.state is FileState.OPENED
            ]
            registered = read_device(connection, device_id)
            moved = {each.id for each in device_files if photo_rows.is_moved(connection, each)}
        if not device_files or registered is None:
            return {}
        known = count_links_last(device_files, {attempt.file: attempt for attempt in attempts})
        looks = look_over(device_of(registered.record), device_files, known, moved)
        own = {each.arrival.place for each in device_files if each.arrival is not None}  # each has its own result
        counts: Counter[str] = Counter()
        with workspace.audit_log.writing() as entries:
            for device_file, result in looks:
                if _close(workspace, entries, device_file, result):
                    counts[result.verdict.value] += 1
                    for copy in result.copies:
                        if copy.place not in own:
                            write_found(entries, workspace.keys.tags, copy, print_moment(workspace.now()))
        return dict(counts)


def _close(workspace: Workspace, entries: Entries, device_file: DeviceFile, result: Result) -> bool:
    """Write the result of one deletion; False where the file's row was moved by somebody else meanwhile."""
    new, now = result.verdict, print_moment(workspace.now())
    if not photo_rows.move_device_file(
        entries.connection,
        device_file,
        new,
        reason=result.description,
        level=result.level,
        left=result.left,
        by_name=result.found.by_name,
        links=result.links,
        removed_at=now if new is FileState.REMOVED else None,
        cleared_at=None if new in photo_rows.ON_DEVICE else now,
    ):
        return False
    seen: dict[str, Fact] = {"photo": device_file.photo, "device": device_file.device, "left": result.left}
    seen |= result.found.facts
    verdict = FileState.UNKNOWN if new is FileState.REMOVED else new
    why = {} if result.reason is None else {"reason": as_reason(result.reason)}
    opened = device_file.opened or 0
    entries.add(Kind.DELETION_CLOSED, opened=opened, verdict=verdict.value, level=result.level, **why, **seen)
    if new is FileState.REMOVED:  # the deletion has ended; and the file is not there, which is no level of its own
        reason = as_reason(result.reason or REMOVED)
        entries.add(Kind.FILE_GONE, name=device_file.name, level=_LOWEST_SEEN, reason=reason, **seen)
    return True
