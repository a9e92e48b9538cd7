"""The only SQL on devices: the register of what may hand in photos, and until when."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from redact.audit.kinds import Role
from redact.store.schema.rows import all_text, made, readable
from redact.store.schema.tables import devices
from redact.system.clock import parse_moment
from watcher import DeviceKind, DeviceRecord

_ONE = select(devices).where(devices.c.id == bindparam("device"))


class Kind(StrEnum):
    """What a device is, as the audit log says it (redact.audit.kinds.DEVICE_KIND)."""

    DROP_FOLDER = "drop-folder"
    CARD = "card"
    VOLUME = "volume"
    ATTEST_ONLY = "attest-only"


class Owner(StrEnum):
    """Whose it is (redact.audit.kinds.OWNER)."""

    TRUST = "trust"
    PERSONAL = "personal"  # only the agreed folders are looked at, and the clock runs


class SerialSource(StrEnum):
    """Where a serial number was read (redact.audit.kinds.SERIAL_SOURCE)."""

    LABEL = "label"
    EXIF = "exif"
    SYSTEM = "system"
    INVENTORY = "inventory"


class DeviceStanding(StrEnum):
    """How a device stands on the register at some moment."""

    APPROVED = "approved"
    EXPIRED = "expired"  # its approval has ended
    RETIRED = "retired"  # for good
    UNKNOWN = "unknown"  # it is on no register


class Clears(StrEnum):
    """When a device's photos are deleted, once their copies are proven safe."""

    AT_ONCE = "at-once"
    BY_HAND = "by-hand"  # `redact clear DEVICE`


#: How the watcher looks at each kind.
WATCHED_AS = {
    Kind.DROP_FOLDER: DeviceKind.FOLDER,
    Kind.CARD: DeviceKind.CARD,
    Kind.VOLUME: DeviceKind.CARD,
    Kind.ATTEST_ONLY: DeviceKind.ATTEST_ONLY,
}


@dataclass(frozen=True, slots=True)
class RegisteredDevice:
    """One device of the register."""

    record: DeviceRecord  # what the watcher needs
    kind: Kind
    make: str
    model: str
    serial: str
    serial_source: SerialSource | None
    owner: Owner
    holder: Role
    approved_by: Role
    approved_at: str
    until: str  # the last moment of its approval
    retired_at: str | None
    clears: Clears
    last_seen_at: str | None
    attested_at: str | None
    school: str = ""  # "": of the trust

    @property
    def id(self) -> str:
        """What it is called."""
        return self.record.id

    def is_approved(self, on: datetime) -> bool:
        """Say whether its photos may be taken in at the moment `on`."""
        return self.why_not(on) is None

    def why_not(self, on: datetime) -> DeviceStanding | None:
        """Say why its photos are left untouched at the moment `on`: retired or expired; None when they are not."""
        if self.retired_at is not None:
            return DeviceStanding.RETIRED
        return DeviceStanding.EXPIRED if on > parse_moment(self.until) else None


def read_devices(connection: Connection, school: str | None = None) -> tuple[RegisteredDevice, ...]:
    """Return every device that was ever registered, expired and retired ones too, by id; of one school, or all.

    One whose row cannot be read is left out, and so neither watched nor cleared.
    """
    query = select(devices).order_by(devices.c.id)
    query = query if school is None else query.where(devices.c.school == school)
    return tuple(readable(connection, devices.name, connection.execute(query), _device))


def read_device(connection: Connection, device_id: str) -> RegisteredDevice | None:
    """Return one device, or None.

    Raises:
        RowUnreadable: its row was changed by hand.
    """
    row = connection.execute(_ONE, {"device": device_id}).first()
    return None if row is None else made(devices.name, device_id, lambda: _device(row))


def insert_device(connection: Connection, device: RegisteredDevice) -> None:
    """Write down a new device; its id must be new, for ids are never given twice."""
    record = device.record
    row = {
        "id": record.id,
        "kind": device.kind.value,
        "make": device.make,
        "model": device.model,
        "serial": device.serial,
        "serial_source": device.serial_source.value if device.serial_source else "",
        "owner": device.owner.value,
        "holder": device.holder.value,
        "approved_by": device.approved_by.value,
        "approved_at": device.approved_at,
        "until": device.until,
        "root": None if record.root is None else str(record.root),
        "further": json.dumps([str(folder) for folder in record.further]),
        "mount": None if record.mount is None else str(record.mount),
        "nonce": record.nonce,
        "clears": device.clears.value,
        "last_seen_at": device.last_seen_at,
        "school": device.school,
        "workspace": record.owner,
    }
    connection.execute(insert(devices), row)


def renew_device(connection: Connection, device_id: str, approved_by: Role, at: str, until: str) -> bool:
    """Approve a device again until the moment `until`; return False where it is unknown or retired."""
    swap = update(devices).where(devices.c.id == device_id, devices.c.retired_at.is_(None))
    return bool(connection.execute(swap.values(approved_by=approved_by.value, approved_at=at, until=until)).rowcount)


def write_school(connection: Connection, device_id: str, school: str) -> None:
    """Write down whose a device is from now on."""
    connection.execute(update(devices).where(devices.c.id == device_id).values(school=school))


def retire_device(connection: Connection, device_id: str, at: str) -> bool:
    """Retire a device for good; return False where it is unknown or retired already."""
    swap = update(devices).where(devices.c.id == device_id, devices.c.retired_at.is_(None))
    return bool(connection.execute(swap.values(retired_at=at)).rowcount)


def write_nonce(connection: Connection, record: DeviceRecord, nonce: str) -> bool:
    """Write down that a device is marked again; return False where it is retired, or was marked by somebody else."""
    swap = update(devices).where(
        devices.c.id == record.id, devices.c.retired_at.is_(None), devices.c.nonce == record.nonce
    )
    return bool(connection.execute(swap.values(nonce=nonce)).rowcount)


def write_owner(connection: Connection, record: DeviceRecord, owner: str) -> bool:
    """Write down that a device's markers carry the workspace's id; return False where that is so, or it is retired."""
    is_this = (devices.c.id == record.id, devices.c.retired_at.is_(None), devices.c.workspace == "")
    return bool(connection.execute(update(devices).where(*is_this).values(workspace=owner)).rowcount)


def mark_seen(connection: Connection, device_id: str, at: str) -> None:
    """Note that the device proved its presence at `at` (redact.system.clock)."""
    connection.execute(update(devices).where(devices.c.id == device_id).values(last_seen_at=at))


def mark_attested(connection: Connection, device_id: str, at: str) -> None:
    """Note that its holder attested at `at` (redact.system.clock) that its photos were deleted."""
    connection.execute(update(devices).where(devices.c.id == device_id).values(attested_at=at))


def _device(row: Row[Any]) -> RegisteredDevice:
    all_text(row)
    parse_moment(row.until)
    kind, owner = Kind(row.kind), Owner(row.owner)
    record = DeviceRecord(
        id=row.id,
        kind=WATCHED_AS[kind],
        nonce=row.nonce,
        root=None if row.root is None else Path(row.root),
        further=tuple(Path(folder) for folder in json.loads(row.further)),
        mount=None if row.mount is None else Path(row.mount),
        may_search_volume=owner is Owner.TRUST,  # on a personal device only the agreed folders are looked at
        owner=row.workspace,
    )
    return RegisteredDevice(
        record=record,
        kind=kind,
        make=row.make,
        model=row.model,
        serial=row.serial,
        serial_source=SerialSource(row.serial_source) if row.serial_source else None,
        owner=owner,
        holder=Role(row.holder),
        approved_by=Role(row.approved_by),
        approved_at=row.approved_at,
        until=row.until,
        retired_at=row.retired_at,
        clears=Clears(row.clears),
        last_seen_at=row.last_seen_at,
        attested_at=row.attested_at,
        school=row.school,
    )
