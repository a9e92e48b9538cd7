"""Whether the program is at work and its log whole, for monitoring by machines.  Reads only.

Threat: whoever reaches the desk's health address learns of children, staff or how much there is to find.
Rule: ages, yes and no; no name, no id of a photo or person, no count of photos.  A machine is called by digits that are
made of its name.
Accepted residue: that a school runs this program, and that its watcher stands still, is known to whoever can reach it.

Well means: the database answers; a watcher lives, and so does each that gave a sign of life within the last week and
did not end; the last check of the audit log found it intact; and every stored copy and every sealed original was as it
was put away.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from redact.store.log.last_check import LogCheck, read_last_check
from redact.store.machines import Machine, SignOfLife, list_machines
from redact.store.originals import ORIGINALS
from redact.store.photos.stored_copies import COPIES
from redact.store.photos.watched import KeptT, Watched, list_faults, read_pass
from redact.system.clock import parse_moment, print_moment
from redact.workspace.open import Workspace
from redact.workspace.settings import Settings
from watcher import system_reason
from watcher.fs import free_bytes

GB: Final = 10**9  # bytes, as disks are sold
WARN_BELOW_BYTES: Final = 5 * GB  # a choice: about 1,000 photos of 5 MB, sealed once more
FAIL_BELOW_BYTES: Final = 1 * GB  # about 200
BEAT_FRESH_S: Final = 120.0  # seconds; a watcher gives a sign of life every 30
GIVEN_UP: Final = timedelta(days=7)  # a machine that is silent for longer was taken out of service
_ID_DIGITS: Final = 8  # hex digits: of a few machines no two share them


@dataclass(frozen=True, slots=True)
class WatcherHealth:
    """The watcher of one machine."""

    machine: str  # digits; `redact status --json` says which it is
    beat_age_s: int | None  # seconds since its last sign of life
    is_fresh: bool  # it lives
    is_ended: bool  # somebody ended it, and it was not started since


@dataclass(frozen=True, slots=True)
class LogHealth:
    """The audit log, as it was checked last."""

    checked_at: str | None  # None: never
    age_s: int | None
    is_intact: bool | None


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """Trust storage, or the vault, as it was read back last."""

    read_at: str | None  # the last pass through all of it ended; None: none did
    is_whole: bool  # nothing is known to be missing or to differ


@dataclass(frozen=True, slots=True)
class Health:
    """Everything that a monitoring system asks."""

    at: str
    is_well: bool
    database: bool  # it answers
    watchers: tuple[WatcherHealth, ...] = ()
    log: LogHealth = LogHealth(None, None, None)
    storage: StoreHealth = StoreHealth(None, is_whole=True)
    vault: StoreHealth = StoreHealth(None, is_whole=True)


def read_health(workspace: Workspace) -> Health:
    """Return how the program stands.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        return health_of(connection, workspace.now())


def health_of(connection: Connection, now: datetime) -> Health:
    """Return how the program stands, in a transaction of the caller's."""
    stores = _store(connection, COPIES), _store(connection, ORIGINALS)
    return judge(list_machines(connection), read_last_check(connection), now, *stores)


def judge(
    machines: tuple[Machine, ...], last: LogCheck | None, now: datetime, storage: StoreHealth, vault: StoreHealth
) -> Health:
    """Return the health that these facts are: the rule above."""
    watchers = tuple(_watcher(machine, now) for machine in machines if _counts(machine.sign, now))
    is_at_work = any(each.is_fresh for each in watchers)
    is_silent = any(not each.is_fresh and not each.is_ended for each in watchers)
    checked = LogHealth(None, None, None)
    if last is not None:
        checked = LogHealth(last.at, _age_s(last.at, now), last.is_intact)
    is_whole = storage.is_whole and vault.is_whole
    is_well = is_at_work and not is_silent and checked.is_intact is not False and is_whole
    return Health(print_moment(now), is_well, True, watchers, checked, storage, vault)  # noqa: FBT003


def _store(connection: Connection, watched: Watched[KeptT]) -> StoreHealth:
    under_way = read_pass(connection, watched)
    read_at = (under_way.ended or None) if under_way is not None else None
    return StoreHealth(read_at, is_whole=not list_faults(connection, watched, 1))


def machine_digits(machine: str) -> str:
    """Return what health calls a machine; nothing of its name can be read from it."""
    return hashlib.sha256(machine.encode("utf-8", "surrogatepass")).hexdigest()[:_ID_DIGITS]


def is_fresh(sign: SignOfLife, now: datetime) -> bool:
    """Return whether a watcher lives: its last sign of life is fresh, and it did not end."""
    is_recent = sign.beat_at is not None and sign.beat_at >= print_moment(now - timedelta(seconds=BEAT_FRESH_S))
    return is_recent and sign.ended_at is None


def _counts(sign: SignOfLife, now: datetime) -> bool:
    return sign.beat_at is not None and sign.beat_at >= print_moment(now - GIVEN_UP)


def _watcher(machine: Machine, now: datetime) -> WatcherHealth:
    age_s = None if machine.sign.beat_at is None else _age_s(machine.sign.beat_at, now)
    return WatcherHealth(
        machine_digits(machine.id), age_s, is_fresh(machine.sign, now), machine.sign.ended_at is not None
    )


def _age_s(at: str, now: datetime) -> int:
    return max(0, int((now - parse_moment(at)).total_seconds()))


def why_nothing_comes_in(settings: Settings) -> str:
    """Return in a sentence why photos wait on their devices, of which no row speaks; "" where they need not.

    What was never taken in is known to the device alone: a full quarantine would look like a day without photos.
    """
    try:
        free = free_bytes(settings.quarantine)
    except OSError as error:
        return f"The quarantine folder cannot be used: {system_reason(error)}. Photos wait on their devices."
    if free >= FAIL_BELOW_BYTES:
        return ""
    return (
        f"The disk of the quarantine has {free / GB:.1f} GB free: photos wait on their devices where there is no room "
        "for them. Free some space. See: redact doctor"
    )
