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
from dataclasses import dataclass, field, replace
from typing import assert_never

from redact.audit.events import name_tag
from redact.audit.kinds import Fact, Kind
from redact.audit.reasons import as_reason
from redact.devices.clearing.attempt import NOT_BEGUN, Attempt, Ending, attempt_of
from redact.devices.clearing.judge import candidates, judge, read_facts, read_ground
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
_LOWEST_SEEN = "not-listed"  # of what somebody could look for; the deletion record counts `removed` lower still


@dataclass(frozen=True, slots=True)
class Batch:
    """What one clearing did."""

    tried: tuple[int, ...] = ()  # ids of device files
    counts: Mapping[str, int] = field(default_factory=dict)  # how many had which verdict (redact.audit.shapes.OUTCOME)


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
        device_files = [
            device_file
            for device_file in candidates(workspace, device_id, tries_again=tries_again)
            if device_file.id not in besides
        ]
        begun = [device_file.id for device_file in device_files if device_file.state is FileState.OPENED][:BATCH]
        fresh = [device_file for device_file in device_files if device_file.state is not FileState.OPENED]
        fresh.sort(
            key=lambda device_file: -1 if device_file.opened is None else device_file.opened
        )  # new ones, then longest not tried
        may, wait = judge(workspace, device_id, fresh, most=BATCH - len(begun))
        with workspace.audit_log.writing() as entries:
            opened = [device_file.id for device_file in may if _open(entries, device_file, by)]
            for waiting in wait:
                if waiting.device_file.reason != waiting.reason and waiting.device_file.state is FileState.TAKEN:
                    photo_rows.move_device_file(
                        entries.connection, waiting.device_file, FileState.TAKEN, reason=waiting.reason
                    )
        return [*begun, *opened]


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
                device_file
                for device_file in photo_rows.read_device_files(connection, ids)
                if device_file.state is FileState.OPENED
            ]
            registered = read_device(connection, device_id)
            moved = {each.id for each in device_files if photo_rows.is_moved(connection, each)}
        if not device_files or registered is None:
            return {}
        known = count_links_last(device_files, {attempt.file: attempt for attempt in attempts})
        looks = look_over(device_of(registered.record), device_files, known, moved)
        own = {
            device_file.arrival.place for device_file in device_files if device_file.arrival is not None
        }  # each has its own result
        counts: Counter[str] = Counter()
        with workspace.audit_log.writing() as entries:
            for device_file, result in looks:
                copies = tuple(copy for copy in result.copies if copy.place not in own)
                counts[result.verdict] += _close(workspace, entries, device_file, replace(result, copies=copies))
        return dict(counts)


def _close(workspace: Workspace, entries: Entries, device_file: DeviceFile, result: Result) -> bool:
    now = print_moment(workspace.now())
    columns: dict[str, object] = {
        "reason": result.description, "level": result.level, "left": result.left, "by_name": result.found.by_name,
        "links": result.links,
    }  # fmt: skip
    new = FileState(result.verdict)
    columns["removed_at"] = now if new is FileState.REMOVED else None
    if not photo_rows.move_device_file(
        entries.connection, device_file, new, cleared_at=None if new in photo_rows.ON_DEVICE else now, **columns
    ):
        return False
    facts: dict[str, Fact] = {
        "opened": device_file.opened or 0,
        "photo": device_file.photo,
        "device": device_file.device,
        "verdict": "unknown" if new is FileState.REMOVED else result.verdict,
    }
    facts |= {} if result.reason is None else {"reason": as_reason(result.reason)}
    entries.add(Kind.DELETION_CLOSED, level=result.level, left=result.left, **facts, **result.found.facts)
    if new is FileState.REMOVED:  # the deletion has ended; and the file is not there, which is no level of its own
        file = {"photo": device_file.photo, "device": device_file.device, "name": device_file.name}
        why = as_reason(result.reason or REMOVED)
        entries.add(Kind.FILE_GONE, level=_LOWEST_SEEN, left=result.left, reason=why, **file, **result.found.facts)
    for copy in result.copies:  # each gets its own intent in the next round
        if photo_rows.add_device_file(entries.connection, workspace.keys.tags, copy, (), now):
            name = name_tag(workspace.keys.tags, copy.place.name)
            entries.add(Kind.FILE_SEEN, photo=copy.sha256, device=copy.place.device_id, name=name)
    return True
