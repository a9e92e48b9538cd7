"""Clear a device: intent into the audit log, commit, erase, look again, result into the log.  Never the other way.

Threat: a deletion that nobody wrote down, one that is claimed and did not happen, or one that takes the last copy.
Rule: clearance.py decides by what is seen right now; the intent is committed before anything is touched; the stored
copy is read back once more right before each deletion; a result is written only from looking again.  An attempt that
was cut off is found by its open entry and ended; when it then finds nothing, the audit log says that nobody saw it go.
Accepted residue: see watcher/erase.py and watcher/residue.py; flash memory may keep deleted blocks until reused.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import assert_never

from redact.audit.deletions.leftovers import NOTHING_LEFT, Leftovers
from redact.audit.events import name_tag
from redact.audit.kinds import Fact, Kind
from redact.audit.reasons import as_reason
from redact.devices.leftovers import count_leftovers
from redact.devices.lock import hold_clearing
from redact.devices.may_clear import Facts, Permit, Stay, may_clear
from redact.errors import RedactError
from redact.store import photos as records
from redact.store.devices import read_device
from redact.store.holds import LegalHold, list_holds
from redact.store.log.ledger import Entries, is_logged
from redact.store.photos import DeviceFile, FileState, State
from redact.store.trust.storage import TrustFault
from redact.store.vault import VaultFault
from redact.system.clock import print_moment
from redact.workspace.open import Workspace
from watcher import (
    AlreadyGone,
    Arrival,
    Device,
    Erased,
    Erasure,
    Inventory,
    Kept,
    Residue,
    ResidueKind,
    Unclear,
    Why,
    device_of,
    erase_photo,
    find_residue,
    neutral_name,
    take_inventory,
)

BATCH = 200  # files a transaction and a walk over the device: a walk of 20,000 files takes 0.3 s
_COPIES = frozenset({ResidueKind.SAME_CONTENT, ResidueKind.TRASH, ResidueKind.HALF_ERASED})
_SAID = {  # words of an erasure that the engine keeps between two steps
    "erased": "It was deleted, and looking again did not find it.",
    "erased, not flushed": "It was deleted; the file system did not confirm that this is on the disk.",
    "already gone": "It was gone before anything was deleted in this attempt; nobody saw it go.",
    "unclear": "The deletion was begun, and its end could not be seen.",
}
_NOT_BEGUN = "stays: The deletion was written down and then not begun."  # the step that deletes did not get that far
_AWAY = f"kept: {Why.DEVICE_UNKNOWN.value}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file whose deletion is not allowed now, and why."""

    device_file: DeviceFile
    reason: str


# -- 5 open: what may go, written down before anything is touched --


def candidates(workspace: Workspace, device_id: str, *, tries_again: bool = False) -> tuple[DeviceFile, ...]:
    """Return the files of a device whose photos are stored; `tries_again` gives those too that could not be deleted."""
    states = [FileState.OPENED, FileState.TAKEN] + [FileState.KEPT, FileState.UNKNOWN] * tries_again
    with workspace.database.read() as connection:
        return records.list_device_files(connection, device=device_id, states=states, of_photos=(State.STORED,))


def judge(
    workspace: Workspace,
    device_id: str,
    device_files: Iterable[DeviceFile],
    *,
    is_quick: bool = False,
    most: int | None = None,
) -> tuple[list[DeviceFile], list[Waiting]]:
    """Part the files of a device into those that may be deleted now and those that may not, with the reason.

    Args:
        workspace: opened.
        device_id: of the device.
        device_files: its files.
        is_quick: take it as given that the stored copy and the sealed original read back as they should: enough to see
            whether a clearing is worth starting, and never enough to delete.
        most: stop when so many may go; those that may not never stand in the way of those behind them.
    """
    may, wait, ground = list[DeviceFile](), list[Waiting](), _read_ground(workspace, device_id)
    for device_file in device_files:
        if most is not None and len(may) >= most:
            break
        verdict = may_clear(_facts(workspace, ground, device_file, is_quick=is_quick))
        if isinstance(verdict, Permit):
            may.append(device_file)
        else:
            wait.append(Waiting(device_file, verdict.reason))
    return may, wait


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
        with workspace.ledger.writing() as entries:
            opened = [device_file.id for device_file in may if _open(entries, device_file, by)]
            for waiting in wait:
                if waiting.device_file.reason != waiting.reason and waiting.device_file.state is FileState.TAKEN:
                    records.move_device_file(
                        entries.connection, waiting.device_file, FileState.TAKEN, reason=waiting.reason
                    )
        return [*begun, *opened]


def _open(entries: Entries, device_file: DeviceFile, by: str) -> bool:
    photo = records.read_photo(entries.connection, device_file.photo)
    if photo is None or photo.output is None:
        return False
    number = entries.next_number
    if not records.move_device_file(entries.connection, device_file, FileState.OPENED, opened=number, reason=None):
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


@dataclass(frozen=True, slots=True)
class _Ground:
    """What holds for every file of a device."""

    device_id: str
    is_approved: bool
    holds: tuple[LegalHold, ...]


def _read_ground(workspace: Workspace, device_id: str) -> _Ground:
    with workspace.database.read() as connection:
        device = read_device(connection, device_id)
        return _Ground(device_id, device is not None and device.is_approved(workspace.now()), list_holds(connection))


def _facts(workspace: Workspace, ground: _Ground, device_file: DeviceFile, *, is_quick: bool = False) -> Facts:
    is_held = any(hold.covers(ground.device_id, device_file.photo) for hold in ground.holds)
    facts = Facts(
        is_stored=False,
        is_stored_copy_whole=is_quick,
        is_original_sealed=is_quick,
        is_logged=False,
        is_device_approved=ground.is_approved,
        is_held=is_held,
    )
    if is_held or not ground.is_approved:
        return facts  # looking further would change nothing
    with workspace.database.read() as connection:
        photo = records.read_photo(connection, device_file.photo)
        is_written = is_logged(connection, Kind.PHOTO_STORED, device_file.photo)
    facts = replace(facts, is_stored=photo is not None and photo.state is State.STORED, is_logged=is_written)
    if photo is None or is_quick or not (facts.is_stored and facts.is_logged):
        return facts  # nor would reading megabytes back
    is_whole, is_sealed = _is_copy_whole(workspace, photo), _is_sealed(workspace, photo)
    return replace(facts, is_stored_copy_whole=is_whole, is_original_sealed=is_sealed)


def _is_copy_whole(workspace: Workspace, photo: records.Photo) -> bool:
    if photo.output_name is None or photo.output is None:
        return False
    with contextlib.suppress(TrustFault):  # out of reach: it cannot be read back, which is what was asked
        return workspace.trust.holds(photo.output_name, photo.output)
    return False


def _is_sealed(workspace: Workspace, photo: records.Photo) -> bool:
    if photo.destroyed_at is not None:
        return True
    with contextlib.suppress(VaultFault):
        return photo.sealed is not None and workspace.vault.holds(photo.sha256, photo.sealed)
    return False


# -- 6 erase --


def erase_opened(workspace: Workspace, device_id: str, ids: Sequence[int]) -> dict[str, str]:
    """Delete the files whose intent is in the audit log; return what became of each, by its id, in fixed words.

    Raises:
        ClearingBusy: somebody else clears the device; nothing was deleted.
    """
    with hold_clearing(workspace, device_id):
        with workspace.database.read() as connection:
            device_files = records.read_device_files(connection, ids)
            registered = read_device(connection, device_id)
        if registered is None:
            return {}
        device = device_of(registered.record)
        return {
            str(device_file.id): _erase(workspace, device, device_file)
            for device_file in device_files
            if device_file.state is FileState.OPENED
        }


def _erase(workspace: Workspace, device: Device, device_file: DeviceFile) -> str:
    if device_file.arrival is None:
        return _NOT_BEGUN
    try:
        verdict = may_clear(_facts(workspace, _read_ground(workspace, device_file.device), device_file))
    except RedactError:  # what others became must still be reported
        return _NOT_BEGUN
    match verdict:
        case Stay(reason):
            return f"stays: {reason}"
        case Permit():
            return _word_of(erase_photo(device, device_file.arrival))
        case unreachable:
            assert_never(unreachable)


def _word_of(erasure: Erasure) -> str:
    match erasure:
        case Erased(is_flushed=True):
            return "erased"
        case Erased():
            return "erased, not flushed"
        case AlreadyGone():
            return "already gone"
        case Unclear():
            return "unclear"
        case Kept(why):
            return f"kept: {why.value}"
        case unreachable:
            assert_never(unreachable)


# -- 7 confirm: look again, then say --


def confirm(workspace: Workspace, device_id: str, ids: Sequence[int], words: dict[str, str]) -> dict[str, int]:
    """Look over the device once, and write the result of every deletion; return how many had which verdict.

    Raises:
        ClearingBusy: somebody else clears the device; the deletions stay open.
        DatabaseFault: the deletions stay open; the next clearing ends them.
    """
    with hold_clearing(workspace, device_id):
        with workspace.database.read() as connection:
            device_files = [
                device_file
                for device_file in records.read_device_files(connection, ids)
                if device_file.state is FileState.OPENED
            ]
            registered = read_device(connection, device_id)
        if not device_files or registered is None:
            return {}
        inventory = take_inventory(device_of(registered.record))
        looks = [
            (device_file, _result(inventory, device_file, words.get(str(device_file.id), _NOT_BEGUN)))
            for device_file in device_files
        ]
        own = {
            device_file.arrival.place for device_file in device_files if device_file.arrival is not None
        }  # each has its own result
        counts: Counter[str] = Counter()
        with workspace.ledger.writing() as entries:
            for device_file, result in looks:
                copies = tuple(copy for copy in result.copies if copy.place not in own)
                counts[result.verdict] += _close(workspace, entries, device_file, replace(result, copies=copies))
        return dict(counts)


@dataclass(frozen=True, slots=True)
class Result:
    """What is known of one deletion after looking again."""

    verdict: str  # redact.audit.shapes.OUTCOME
    level: str  # redact.audit.shapes.LEVEL
    left: int
    reason: str | None
    copies: tuple[Arrival, ...] = ()  # the same photo at other places: deleted in the next round
    found: Leftovers = NOTHING_LEFT  # what is left, of a file that is gone

    @property
    def description(self) -> str | None:
        """What a person reads: the reason, and what was found."""
        return " ".join(filter(None, (self.reason, *self.found.describe()))) or None


def _result(inventory: Inventory, device_file: DeviceFile, word: str) -> Result:
    if device_file.arrival is None:
        return Result("unknown", "unknown", 0, _SAID["unclear"])
    residue = find_residue(inventory, device_file.arrival)
    own, others = _part(residue, device_file.arrival)
    if word.startswith("kept") and word != _AWAY:
        return Result("kept", "unknown", len(others), f"It was kept: {word[6:]}.")
    if inventory.is_blind or word in {"unclear", _AWAY} or any(left.kind is ResidueKind.UNREADABLE for left in own):
        why = "The device, or a folder of it, could not be looked at after the deletion."
        return Result("unknown", "unknown", len(others), why)
    if own:
        why = word[7:] if word.startswith("stays") else "The same photo lies at its place again."
        return Result("kept", "unknown", len(others), why)
    return _gone(inventory, device_file.arrival, others, "already gone" if word.startswith("stays") else word)


def _part(residue: tuple[Residue, ...], arrival: Arrival) -> tuple[list[Residue], tuple[Residue, ...]]:
    """Part what was found into the very file, under its own or its neutral name, and everything else."""
    names = {arrival.place.name, neutral_name(arrival)}
    whole = _COPIES | {ResidueKind.UNREADABLE}
    own, others = list[Residue](), list[Residue]()
    for left in residue:
        beside = left.place is not None and (left.place.folder, left.place.parts[:-1]) == (
            arrival.place.folder,
            arrival.place.parts[:-1],
        )
        is_own = beside and left.place is not None and left.place.name in names and left.kind in whole
        (own if is_own else others).append(left)
    return own, tuple(others)


def _gone(inventory: Inventory, arrival: Arrival, residue: tuple[Residue, ...], word: str) -> Result:
    """Say how surely it is gone: re-checked only where copies and trash could be searched, and all was readable."""
    is_searched = inventory.device.record.may_search_volume and word != "erased, not flushed"
    is_read = inventory.is_read and all(left.kind is not ResidueKind.UNREADABLE for left in residue)
    copies = tuple(
        replace(arrival, place=left.place)
        for left in residue
        if left.kind in _COPIES and left.place is not None and not left.why  # found by its bytes, not by its name
    )
    level = "re-checked" if is_searched and is_read else "not-listed"
    reason = None if word == "erased" else _SAID[word]
    return Result("gone", level, len(residue), reason, copies, count_leftovers(inventory, residue))


def _close(workspace: Workspace, entries: Entries, device_file: DeviceFile, result: Result) -> bool:
    now = print_moment(workspace.now())
    columns = {
        "reason": result.description, "level": result.level, "left": result.left, "by_name": result.found.by_name,
    }  # fmt: skip
    new = FileState(result.verdict)
    if not records.move_device_file(
        entries.connection, device_file, new, cleared_at=now if new is FileState.GONE else None, **columns
    ):
        return False
    facts: dict[str, Fact] = {
        "opened": device_file.opened or 0,
        "photo": device_file.photo,
        "device": device_file.device,
        "verdict": result.verdict,
    }
    facts |= {} if result.reason is None else {"reason": as_reason(result.reason)}
    entries.add(Kind.DELETION_CLOSED, level=result.level, left=result.left, **facts, **result.found.facts)
    for copy in result.copies:  # each gets its own intent in the next round
        if records.add_device_file(entries.connection, workspace.keys.tags, copy, (), now):
            name = name_tag(workspace.keys.tags, copy.place.name)
            entries.add(Kind.FILE_SEEN, photo=copy.sha256, device=copy.place.device_id, name=name)
    return True
