"""What should be gone from a device by now, by the days of the policy: files, what was left, and old attestations.

Rule: photos on a personal device are deleted at once after upload, so its clock is short; both are settings.  Whatever
is on a device counts, taken in or not; and where there is only an attestation, a new one is due when it is older.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from redact.devices.next_step import standing_of, way_to_delete, way_to_take_off
from redact.errors import counted
from redact.store import photos as photo_rows
from redact.store.devices import DeviceStanding, Kind, Owner, RegisteredDevice
from redact.store.photos import LeftItem, LeftKind
from redact.store.photos.overview import count_seen_before
from redact.system.clock import print_moment
from redact.workspace.open import Workspace


@dataclass(frozen=True, slots=True)
class Late:
    """Something of a device that is overdue."""

    device: str
    what: str  # two or three words
    since: str  # a moment
    reason: str  # a sentence
    next_step: str  # what to do
    count: int = 1  # files it stands for
    is_attestation: bool = False  # it is an attestation that is missing or old


def list_late(
    connection: Connection, workspace: Workspace, devices: Sequence[RegisteredDevice], now: datetime
) -> Mapping[str, tuple[Late, ...]]:
    """Return what is overdue on each of these devices, by its id: by three queries, however many there are."""
    known, settings = {device.id: device for device in devices}, workspace.settings
    left: defaultdict[str, list[LeftItem]] = defaultdict(list)
    for item in list_left(connection, known, now):
        left[item.device].append(item)
    found: dict[str, tuple[Late, ...]] = {}
    for is_personal, hours in ((True, settings.personal_hours), (False, settings.trust_hours)):
        some = [device for device in devices if (device.owner is Owner.PERSONAL) is is_personal]
        clock = _Clock(now, print_moment(now - timedelta(hours=hours)), hours)
        seen = count_seen_before(connection, {device.id for device in some}, clock.before)
        found |= {each.id: tuple(_late_on(each, clock, seen.get(each.id), left[each.id])) for each in some}
    return found


@dataclass(frozen=True, slots=True)
class _Clock:
    """When what lies on a device is overdue."""

    now: datetime
    before: str  # what was seen before this moment is
    hours: float  # of the setting


def _late_on(
    device: RegisteredDevice, clock: _Clock, seen: tuple[int, str] | None, items: Iterable[LeftItem]
) -> Iterator[Late]:
    whose = "a personal device" if device.owner is Owner.PERSONAL else "a device of the trust"
    until = f"on {whose} should have been gone after {clock.hours:g} hours"
    if seen is not None:
        count, oldest = seen
        next_step = way_to_delete(device, device.id, clock.now)
        yield Late(device.id, "not deleted", oldest, f"{counted(count, 'file')} {until}.", next_step, count)
    left = [item for item in items if item.first_seen_at < clock.before]
    if left:
        since, whys = min(item.first_seen_at for item in left), " ".join(sorted({item.why for item in left}))
        next_step = way_to_take_off(device, device.id, clock.now)
        yield Late(device.id, "left on device", since, f"What was left {until}. {whys}", next_step, len(left))
    yield from _old_attestation(device, clock.before)


def list_left(connection: Connection, known: Mapping[str, RegisteredDevice], now: datetime) -> Iterator[LeftItem]:
    """Yield what is left for a person, without reports on a whole device from when it was not approved."""
    for left in photo_rows.list_left(connection):
        if left.kind is not LeftKind.DEVICE or standing_of(known.get(left.device), now) is not DeviceStanding.APPROVED:
            yield left


def _old_attestation(device: RegisteredDevice, before: str) -> Iterator[Late]:
    """Yield a device that has only attestations, and no recent one: photos may have been taken since."""
    last = device.attested_at or device.approved_at
    if device.kind is not Kind.ATTEST_ONLY or device.retired_at is not None or last >= before:
        return
    what, reason = (
        "never attested",
        "Its holder has never said that its photos were deleted, and nobody else can see it.",
    )
    if device.attested_at is not None:
        what = "attestation is old"
        reason = "Photos may have been taken since its holder said that they were deleted, and nobody else can see it."
    next_step = f"Have its holder delete what is there, then: redact attest {device.id}"
    yield Late(device.id, what, last, reason, next_step, is_attestation=True)
