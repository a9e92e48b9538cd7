"""What a person does next about files on a device, in a sentence.  Each command that one names works where it is named.

Every sentence on a device that names a next step takes it from here: those of status, of clearing, of looking again, of
attesting.  Whether the device is here now is not asked: `redact status` must not hang on a share that is down.  So a
sentence names both ways, and a command that cannot work says why and what else to do.
"""

from __future__ import annotations

from datetime import datetime

from redact.devices.untouched import UNREGISTERED
from redact.store.devices import DeviceStanding, Kind, RegisteredDevice


def standing_of(device: RegisteredDevice | None, now: datetime) -> DeviceStanding:
    """Return how a device stands; unknown for what is on no register."""
    return DeviceStanding.UNKNOWN if device is None else device.why_not(now) or DeviceStanding.APPROVED


def way_to_delete(device: RegisteredDevice | None, device_id: str, now: datetime) -> str:
    """Return what to do about files of photos that were taken in and are not known to be gone."""
    is_attested = device is not None and device.kind is Kind.ATTEST_ONLY
    match standing_of(device, now):
        case DeviceStanding.APPROVED if not is_attested:
            return (
                f"Connect it, then see what stands in the way: redact clear {device_id} --dry-run; "
                f"if it is lost: redact attest {device_id}"
            )
        case DeviceStanding.EXPIRED if not is_attested:
            return (
                f"Approve it again: redact devices renew {device_id}; or take everything off by hand, then: "
                f"redact attest {device_id}"
            )
        case _:
            return f"Have its holder delete the photos, then: redact attest {device_id}"


def way_to_account_for(device_id: str) -> str:
    """Return what to do about a file that was gone before it was deleted: only a person can say what became of it."""
    return f"Ask who took it off the device. When its holder says that it is deleted: redact attest {device_id}"


def way_to_take_off(device: RegisteredDevice | None, device_id: str, now: datetime) -> str:
    """Return what to do about files that this program leaves untouched: films, links, all of a device not approved."""
    if device_id == UNREGISTERED:
        return (
            f"See which folder, on a terminal: redact show {UNREGISTERED}. Have it emptied by hand, or register its "
            f"device (redact devices add); then: redact devices check {UNREGISTERED}"
        )
    then = f"then: redact devices check {device_id}; if it is lost: redact attest {device_id}"
    match standing_of(device, now):
        case DeviceStanding.APPROVED:
            return f"See which, on a terminal: redact show {device_id}. Take each off the device by hand, {then}"
        case DeviceStanding.EXPIRED:
            return f"Approve it again: redact devices renew {device_id}; or take everything off by hand, {then}"
        case _:
            return f"Take everything off by hand, {then}"


def way_to_take_off_set_aside(device: RegisteredDevice | None, device_id: str, now: datetime) -> str:
    """Return what to do about files of photos that were set aside, which this program does not delete."""
    is_looked_at = standing_of(device, now) is DeviceStanding.APPROVED
    return (way_to_take_off if is_looked_at else way_to_delete)(device, device_id, now)


def way_to_take_one_off(device_id: str = "DEVICE") -> str:
    """Return what to do about the file of a photo that was set aside; `device_id` stands for it where it is open."""
    return f"Take it off the device by hand, then: redact devices check {device_id}"


def way_to_empty_bin(device_id: str) -> str:
    """Return what to do about photos that lie in a bin of a device and were never taken in."""
    return (
        f"See which, on a terminal: redact show {device_id}. Empty the bin on the device, or put back what is to be "
        f"taken in; then: redact devices check {device_id}"
    )


def way_to_mark(device_id: str) -> str:
    """Return what to do about a folder that lost its marker and may be the device's."""
    return (
        f"If it is: redact devices mark {device_id}. If not, take it out, or register it under an id of its own: "
        "redact devices add"
    )


def way_to_part(device_id: str) -> str:
    """Return what to do about a folder that another workspace marked as its own."""
    return (
        "Find out which workspace it belongs to. If to the other one, take it off the register here: redact devices "
        f"retire {device_id}. If to this one, retire the device there, or delete the file .redact-device in the folder "
        f"if that workspace is no more; then: redact devices mark {device_id}"
    )


def way_to_reach(device_id: str) -> str:
    """Return what to do about a device that must be looked at and cannot be, now."""
    return f"Connect it; if it is lost, or its holder deleted the photos: redact attest {device_id}"


def way_to_clear(device_id: str, role: str) -> str:
    """Return what to do about a device that is here and was to be attested."""
    return f"Clear it: redact clear {device_id} --by {role}"


def way_to_clear_another(other: RegisteredDevice, role: str, now: datetime) -> str:
    """Return what to do about photos of a retired device that lie in another device's folder by now."""
    if standing_of(other, now) is DeviceStanding.APPROVED:
        return f"The watcher takes them in as {other.id}'s. Then: redact clear {other.id} --by {role}"
    return way_to_take_off(other, other.id, now)


def way_to_end_attesting(device_id: str) -> str:
    """Return what to do when everything was taken off a device that this program may not open."""
    return f"When you have taken everything off: redact attest {device_id}"
