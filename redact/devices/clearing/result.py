"""What is known of a deletion after looking again: gone, kept, unknown, or removed by somebody else.

Threat: "deleted" is said of a file that somebody moved away, that has other names, or whose copies were not looked for.
Rule: a result comes from a walk over the device after the attempt; what was gone before this program deleted it is
`removed`, after a second walk; `re-checked` is given only where everything could be searched and no link is left.
Accepted residue: see watcher/erasing/residue.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from redact.audit.deletions.leftovers import NOTHING_LEFT, Leftovers
from redact.audit.level import Level
from redact.devices.clearing.attempt import NOT_BEGUN, Attempt, Ending
from redact.devices.clearing.leftovers import FOUND_BY_BYTES, count_leftovers
from redact.store import photos as photo_rows
from redact.store.photos import DeviceFile, FileState
from watcher import Arrival, Device, Inventory, Residue, ResidueKind, find_residue, neutral_name, take_inventory

_UNCLEAR = "The deletion was begun, and its end could not be seen."


def look_over(
    device: Device, device_files: Sequence[DeviceFile], known: Mapping[int, Attempt], moved: AbstractSet[int]
) -> list[tuple[DeviceFile, Result]]:
    """Return what is known of each deletion after a walk, and after a second one where it would be `removed`.

    Nobody saw such a file go, and a walk misses what is moved meanwhile from a folder not walked yet into one walked
    already.
    """

    def result_of(each: DeviceFile, inventory: Inventory) -> Result:
        attempt = known.get(each.id, Attempt(each.id, Ending.NOT_BEGUN, NOT_BEGUN))
        return _result(inventory, each, attempt, is_moved=each.id in moved)

    first = take_inventory(device)
    looks = [(each, result_of(each, first)) for each in device_files]
    if all(result.verdict is not FileState.REMOVED for _, result in looks):
        return looks
    second = take_inventory(device)
    return [
        (each, result_of(each, second) if result.verdict is FileState.REMOVED else result) for each, result in looks
    ]


def count_links_last(device_files: Sequence[DeviceFile], known: Mapping[int, Attempt]) -> dict[int, Attempt]:
    """Return the attempts; of several names of one file each has as many links left as after the last of them."""
    files = {each.id: each.arrival.stat for each in device_files if each.arrival is not None and each.id in known}
    return {
        file: replace(
            attempt,
            links=min([
                attempt.links,
                *(known[other].links for other, stat in files.items() if photo_rows.is_same_file(stat, files[file])),
            ]) if attempt.links and file in files else attempt.links,
        )
        for file, attempt in known.items()
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """What is known of one deletion after looking again."""

    verdict: FileState  # gone, kept, unknown or removed
    level: Level
    left: int
    reason: str | None
    copies: tuple[Arrival, ...] = ()  # the same photo at other places: deleted in the next round
    found: Leftovers = NOTHING_LEFT  # what is left, of a file that is gone
    links: int = 0  # ... of `left`, hard links outside of the device's folders

    @property
    def description(self) -> str | None:
        """What a person reads: the reason, and what was found."""
        return " ".join(filter(None, (self.reason, *self.found.describe()))) or None


def _result(inventory: Inventory, device_file: DeviceFile, attempt: Attempt, *, is_moved: bool) -> Result:
    if device_file.arrival is None:
        return Result(FileState.UNKNOWN, Level.UNKNOWN, 0, _UNCLEAR)
    residue = find_residue(inventory, device_file.arrival)
    own, others = _part(residue, device_file.arrival)
    if attempt.ending is Ending.KEPT:
        return Result(FileState.KEPT, Level.UNKNOWN, len(others), f"It was kept: {attempt.why}.")
    is_unseen = inventory.is_blind or attempt.ending in {Ending.UNCLEAR, Ending.AWAY}
    if is_unseen or any(left.kind is ResidueKind.UNREADABLE for left in own):
        why = "The device, or a folder of it, could not be looked at after the deletion."
        return Result(FileState.UNKNOWN, Level.UNKNOWN, len(others), why)
    if own:
        why = attempt.why if attempt.ending is Ending.NOT_BEGUN else "The same photo lies at its place again."
        return Result(FileState.KEPT, Level.UNKNOWN, len(others), why)
    return _gone(inventory, device_file, others, attempt, is_moved=is_moved)


def _part(residue: tuple[Residue, ...], arrival: Arrival) -> tuple[list[Residue], tuple[Residue, ...]]:
    """Divide what was found into the very file, under its own or its neutral name, and everything else."""
    names = {arrival.place.name, neutral_name(arrival)}
    whole = FOUND_BY_BYTES | {ResidueKind.UNREADABLE}
    own, others = list[Residue](), list[Residue]()
    for left in residue:
        is_own = (
            left.kind in whole
            and left.place is not None
            and left.place.name in names
            and (left.place.folder, left.place.parts[:-1]) == (arrival.place.folder, arrival.place.parts[:-1])
        )
        (own if is_own else others).append(left)
    return own, tuple(others)


#: Why a file that was not found again does not count as simply deleted.
_WHY_GONE = {
    Ending.NOT_FLUSHED: "It was deleted; the file system did not confirm that this is on the disk.",
    Ending.ALREADY_GONE: "Its deletion was cut off, and then it was gone; nobody saw it go.",
    Ending.NOT_BEGUN: "Its deletion was cut off, and then it was gone; nobody saw it go.",
}
_LINKS = "The same file has other names (hard links) outside of the device, where nobody could look."
REMOVED = "It was gone before this program deleted it: somebody deleted it or moved it away, and nobody saw which."
_MOVED = "It was moved on the device; the same file is followed at its new place."


def _gone(
    inventory: Inventory, device_file: DeviceFile, residue: tuple[Residue, ...], attempt: Attempt, *, is_moved: bool
) -> Result:
    """Say how surely it is gone: re-checked only where copies and trash could be searched, and all was readable."""
    arrival, ending = device_file.arrival, attempt.ending
    assert arrival is not None
    is_searched = inventory.device.record.may_search_volume and ending is not Ending.NOT_FLUSHED
    is_read = inventory.is_read and all(left.kind is not ResidueKind.UNREADABLE for left in residue)
    copies = tuple(
        replace(arrival, place=left.place, stat=left.stat)
        for left in residue
        if left.kind in FOUND_BY_BYTES and left.place is not None and left.stat is not None
    )
    links = max(0, attempt.links - sum(photo_rows.is_same_file(copy.stat, arrival.stat) for copy in copies))
    level = Level.RE_CHECKED if is_searched and is_read and not links else Level.NOT_LISTED
    found, left = count_leftovers(inventory, residue, links=links), len(residue) + links
    if not _was_ours(device_file, ending):
        if is_moved or any(photo_rows.is_same_file(copy.stat, arrival.stat) for copy in copies):
            return Result(FileState.GONE, level, left, _MOVED, copies, found)
        return Result(FileState.REMOVED, Level.UNKNOWN, left, REMOVED, copies, found)
    why = " ".join(filter(None, (_WHY_GONE.get(ending), _LINKS if links else None))) or None
    return Result(FileState.GONE, level, left, why, copies, found, links)


def _was_ours(device_file: DeviceFile, ending: Ending) -> bool:
    """Say whether this program deleted it: in this attempt, or it had proved its bytes and was about to."""
    return ending in {Ending.ERASED, Ending.NOT_FLUSHED} or device_file.erasing_at is not None
