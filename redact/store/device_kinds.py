"""The words of the register of devices; apart, so that a command line starts without a database."""

from __future__ import annotations

from enum import StrEnum


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


class Clears(StrEnum):
    """When a device's photos are deleted, once their copies are proven safe."""

    AT_ONCE = "at-once"
    BY_HAND = "by-hand"  # `redact clear DEVICE`
