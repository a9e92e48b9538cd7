"""What a deletion record says, as values; record.py computes it, page.py prints it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from redact.audit.level import Level

STATEMENT = "deleted from the file system, not overwritten; flash memory may keep it until reused"


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """What the register of devices says about one."""

    id: str
    type: str  # shapes.DEVICE_KIND
    make: str
    model: str
    serial: str
    serial_source: str
    owner: str
    holder: str  # role
    approved_by: str  # role
    approved_at: str
    until: str
    retired_at: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """Files found, and where they stand at the end of the period."""

    found: int  # files on the device: one photo under two names is two
    copied: int  # ... of photos whose original is sealed in the vault
    verified: int  # ... whose redacted copy passed its check
    stored: int  # ... whose redacted copy was read back from trust storage
    deleted: int  # looked for again and not found
    removed: int  # not deleted by this program; looked for and not found
    attested: int  # the holder says that it was deleted
    left: int  # still there
    unknown: int  # the device could not be looked at, or the deletion never ended
    waiting: int  # no deletion was begun
    residues: int  # further files of the same photos that were found and left: copies, trash, siblings


@dataclass(frozen=True, slots=True)
class Attestation:
    """Somebody's statement that the photos of a device were deleted."""

    entry: int
    at: str
    by: str  # role
    reason: str


@dataclass(frozen=True, slots=True)
class DeviceLeftovers:
    """What was on a device when it was last looked at, of no one photo, and could not be looked into."""

    entry: int
    at: str
    counts: tuple[tuple[str, int], ...]  # of leftovers.OF_DEVICE; none is 0


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """One device."""

    id: str
    register: RegisterRow | None  # None: the register does not know it
    registered: int | None  # entry
    counts: Counts
    verdict: Level | Literal[""]  # the lowest of its places; "" where nothing was found
    attestation: Attestation | None = None  # the last one
    leftovers: DeviceLeftovers | None = None  # None: nothing, or nobody looked


class TroubleKind(StrEnum):
    """What did not go as it should; the record has the words."""

    STILL_THERE = "still there"
    NOT_KNOWN = "not known to be gone"
    GONE_BEFORE = "gone before it was deleted"  # by somebody else, or moved away
    NOT_LOOKED_FOR = "could not be looked for again"
    LEFT = "left on the device when it was looked at"  # `Trouble.left` says how many
    FAILED_CHECK = "the copy failed its check"
    HELD = "held"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that did not go as it should, or that a person should look at."""

    entry: int
    at: str
    device: str
    photo: str
    what: TroubleKind
    reason: str
    left: int = 0  # files, where some were left
    is_resolved: bool = False  # a later entry put it right

    def describe(self) -> str:
        """Return what it is, as the record prints it."""
        return f"{self.left} {self.what}" if self.what is TroubleKind.LEFT else self.what.value


@dataclass(frozen=True, slots=True)
class HoldLine:
    """A hold that was on in the period."""

    id: str
    scope: str  # "workspace", "device cam-1", "photo 3f9a..."
    added: int  # entry
    added_at: str
    by: str
    reason: str
    lifted: int | None
    lifted_at: str | None


@dataclass(frozen=True, slots=True)
class School:
    """A school, and the devices that the register says are its own."""

    id: str
    devices: frozenset[str]


@dataclass(frozen=True, slots=True)
class DeletionRecord:
    """The deletions of one device, of a school's or all, in a period or ever."""

    device: str | None
    school: str | None  # only its devices, by the register
    since: str | None
    until: str | None  # before
    start: str | None  # of the first deletion, UTC
    end: str | None  # of the last end of one
    devices: tuple[DeviceLine, ...]
    counts: Counts
    exceptions: tuple[Trouble, ...]
    never_closed: tuple[int, ...]  # entries that opened a deletion
    holds: tuple[HoldLine, ...]
    operators: tuple[tuple[str, int], ...]  # role, deletions opened or attested
    tools: tuple[str, ...]  # versions that redacted these photos
    models: tuple[str, ...]  # SHA-256
    registers: tuple[int, ...]  # versions of the consent register
    erased: tuple[int, ...]  # entries that say that another's text was erased
    statement: str = STATEMENT
