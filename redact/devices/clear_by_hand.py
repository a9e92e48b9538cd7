"""Clear a device because a person says so: what would go, and batch after batch until nothing more can go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from redact.audit.kinds import Role
from redact.devices.clearing.clear import clear
from redact.devices.clearing.judge import Waiting, candidates, judge
from redact.devices.clearing.lock import hold_clearing
from redact.devices.next_step import way_to_delete, way_to_take_off, way_to_take_one_off
from redact.devices.untouched import count_on, why_not_seen
from redact.store import photos as photo_rows
from redact.store.devices import read_devices
from redact.store.log.recent import READ_TIMES, check_further
from redact.store.photos import DeviceFile, FileState, State
from redact.workspace.ids import acting_role, known_device
from redact.workspace.open import Workspace
from watcher import DeviceKind, Unknown, device_of

_NOT_STORED = "Its photo is not in trust storage; it is {state}."
_SET_ASIDE = "A person set its photo aside. {next_step}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a clearing would do now."""

    goes: tuple[DeviceFile, ...]
    stays: tuple[Waiting, ...]
    away: str | None  # why the device cannot be looked at, a sentence part; then nothing would go


@dataclass(frozen=True, slots=True)
class Cleared:
    """What a clearing did."""

    gone: int
    kept: int
    unknown: int
    left: tuple[Waiting, ...]  # files that are not known to be gone, and why
    away: str | None = None  # why the device could not be looked at in the end, a sentence part
    others: int = 0  # other files that lie there: not taken in yet, or for a person

    @property
    def is_all_gone(self) -> bool:
        """Whether the device could be looked at, and nothing that a person would miss is left."""
        return not (self.kept or self.unknown or self.left or self.away or self.others)


def why_not_cleared(workspace: Workspace, device_id: str) -> str | None:
    """Return why nothing of a device is deleted, whatever lies there, and the next step; None where clearing may look.

    Raises:
        UsageError: there is no such device.
    """
    device = known_device(workspace, device_id)
    standing = device.why_not(workspace.latest())
    if device.record.kind is DeviceKind.ATTEST_ONLY:
        return (
            f"Nobody can look into the device {device_id}, so nothing of it is deleted from here. "
            f"{way_to_delete(device, device_id, workspace.latest())}"
        )
    if standing is None:
        return None
    return (
        f"The device {device_id} is {standing}, so its files are left untouched; nothing was looked at. "
        f"{way_to_take_off(device, device_id, workspace.latest())}"
    )


def plan_clearing(workspace: Workspace, device_id: str) -> Plan:
    """Return what a clearing would delete now and what it would leave, and why; nothing is changed.

    The stored copies and sealed originals are read back, as for a deletion.

    Raises:
        UsageError: there is no such device.
    """
    device = known_device(workspace, device_id)
    device_files = candidates(workspace, device_id, tries_again=True)
    may, wait = judge(workspace, device_id, device_files)
    presence = device_of(device.record).is_present()
    away = presence.reason if isinstance(presence, Unknown) else None
    return Plan(tuple(may), (*wait, *_not_stored(workspace, device_id)), away)


def clear_by_hand(
    workspace: Workspace,
    device_id: str,
    by: Role | None,
    *,
    wait_s: float | None = None,
    report_progress: Callable[[int], None] | None = None,
) -> Cleared:
    """Delete what may go from a device, also what failed before; each file is tried once.

    Args:
        workspace: opened.
        device_id: of the device.
        by: role of the person; it stands in the audit log.
        wait_s: seconds to wait while somebody else clears it.
        report_progress: called after each batch with how many files were tried so far.

    Raises:
        UsageError: there is no such device, no role is given, or it is the program's own.
        ClearingBusy: somebody else clears it; nothing was changed.
        RedactError: the database fails; what was begun is ended by the next clearing.
    """
    role = acting_role(by)
    known_device(workspace, device_id)
    counts: Counter[str] = Counter()
    tried: set[int] = set()
    patience = {} if wait_s is None else {"wait_s": wait_s}
    check_further(workspace.database, workspace.log, times=READ_TIMES)
    with hold_clearing(workspace, device_id, who="redact clear", **patience):
        while (batch := clear(workspace, device_id, role, tries_again=True, besides=tried)).tried:
            tried.update(batch.tried)  # what fails is not tried twice; copies that are found on the way are new files
            counts.update(batch.counts)
            if report_progress is not None:
                report_progress(len(tried))
    left = _left(workspace, device_id)
    away, others = _look_round(workspace, device_id, left)
    unseen = counts[FileState.UNKNOWN] + counts[FileState.REMOVED]
    return Cleared(counts[FileState.GONE], counts[FileState.KEPT], unseen, left, away, others)


def _look_round(workspace: Workspace, device_id: str, left: Iterable[Waiting]) -> tuple[str | None, int]:
    """Return why nobody can look at the device, or else how many files lie there besides those of `left`."""
    with workspace.database.read() as connection:
        devices = read_devices(connection)
        listed = [item for item in photo_rows.list_left(connection, device_id) if item.place is not None]
    (device,) = (device for device in devices if device.id == device_id)
    arrivals = [waiting.device_file.arrival for waiting in left]
    known = {(arrival.place.folder, arrival.place.parts) for arrival in arrivals if arrival is not None}
    count = count_on(workspace, device, devices, besides=known)
    return (why_not_seen(device, devices), 0) if count is None else (None, count.total + len(listed))


def _left(workspace: Workspace, device_id: str) -> tuple[Waiting, ...]:
    with workspace.database.read() as connection:
        states = photo_rows.NOT_GONE
        stored = photo_rows.list_device_files(connection, device=device_id, states=states, of_photos=(State.STORED,))
    known = tuple(Waiting(device_file, device_file.reason or "It was not tried yet.") for device_file in stored)
    return (*known, *_not_stored(workspace, device_id))


def _not_stored(workspace: Workspace, device_id: str) -> tuple[Waiting, ...]:
    states = photo_rows.NOT_GONE
    with workspace.database.read() as connection:
        found = [
            (state, device_file)
            for state in State
            if state is not State.STORED
            for device_file in photo_rows.list_device_files(
                connection, device=device_id, states=states, of_photos=(state,)
            )
        ]
    aside = _SET_ASIDE.format(next_step=way_to_take_one_off(device_id))
    return tuple(
        Waiting(device_file, aside if state is State.SET_ASIDE else _NOT_STORED.format(state=state.value))
        for state, device_file in found
    )
