"""What the watcher does beside the photos, every so often: say that it lives, look, sweep up, destroy what is due.

Threat: one duty fails and the others are never done again, unnoticed: no retention, no sign of life, no copy of the
record elsewhere.
Rule: each duty guards itself, whatever it meets; one that failed says so in the log and is done again after pauses that
grow, sooner than its time.  All are due at the start of every run: a scheduled `redact watch --once` does them too, and
no clock that somebody set, or date that was lost, puts one off.  What has nothing to do costs one query.
Accepted residue: they share one thread, so a long one (a large sweep, a share that hangs) delays the others.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from redact.devices.untouched import report_unapproved
from redact.photos.retention import end_retention, why_kept
from redact.service.backoff import NEVER_S, Patience
from redact.service.scheduler import CHORES_S
from redact.store import machines as executors
from redact.store import photos as records
from redact.store.devices import read_devices
from redact.store.trust.storage import sweep_trust
from redact.system.describe import told
from redact.workspace.workspace import House

DAILY_S = 24 * 3600.0

log = logging.getLogger("redact")


@dataclass(slots=True)
class Duty:
    """Something done every so often, counted on a clock that nobody sets."""

    failure: str  # what is said where it fails, a sentence
    every_s: float  # NEVER_S: once is enough
    act: Callable[[], object]
    longest_s: float  # between two tries of what failed
    clock_s: Callable[[], float] = time.monotonic
    due_s: float = -NEVER_S
    why: str | None = None  # it failed the last time, a sentence
    _again: Patience | None = None

    def do(self) -> None:
        """Do it if it is due; whatever happens is told, and nothing is raised."""
        now_s = self.clock_s()
        if now_s < self.due_s:
            return
        try:
            self.act()
        except Exception as error:  # noqa: BLE001  the outermost loop of a duty: nothing it does stops the others
            self._again = self._again or Patience(self.longest_s)
            self._again.fail(now_s)
            self.due_s, self.why = min(self._again.due_s, now_s + self.every_s), told(error)
            log.warning("%s %s", self.failure, self.why)
        else:
            self.due_s, self.why, self._again = now_s + self.every_s, None, None

    def do_now(self) -> None:
        """Do it whether it is due or not."""
        self.due_s = -NEVER_S
        self.do()


@dataclass(slots=True)
class Duties:
    """The duties of one run in one house; used by one thread at a time."""

    house: House
    clock_s: Callable[[], float] = time.monotonic
    sign: Duty = field(init=False)
    report: Duty = field(init=False)
    sweeps: tuple[Duty, ...] = field(init=False)
    others: tuple[Duty, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Make every duty due."""
        house, rescan_s = self.house, self.house.settings.rescan_s
        self.sign = self._duty("The sign of life was not written.", CHORES_S, lambda: beat(house))
        self.report = self._duty(
            "Devices that are not approved were not looked at.", rescan_s, lambda: _report_unapproved(house)
        )
        self.sweeps = (
            self._duty("Leftovers in the vault were not swept up.", NEVER_S, lambda: tell_swept(house.vault.sweep())),
            self._duty(
                "Leftovers in trust storage were not swept up.", NEVER_S, lambda: tell_swept(sweep_trust(house.trust))
            ),
        )
        self.others = (
            self._duty("The second places of the record were not looked at.", DAILY_S, house.ledger.check_copies),
            self._duty(
                "Originals whose retention is over were not all destroyed.", DAILY_S, lambda: _end_retention(house)
            ),
        )

    @property
    def every(self) -> tuple[Duty, ...]:
        """All duties, in the order in which they are done."""
        return (self.sign, *self.sweeps, self.report, *self.others)

    def sweep(self) -> None:
        """Sweep up before anything is written.

        Where that fails it is done later, beside the work: what is being written then may be swept away too, is missed
        when it is to get its name, and is written again (redact/store/write_once.py).
        """
        for duty in self.sweeps:
            duty.do()

    def do(self) -> None:
        """Do what is due."""
        for duty in self.every:
            duty.do()

    def look_anew(self) -> None:
        """Be told that the register of devices changed."""
        self.report.due_s = -NEVER_S

    def finish(self) -> tuple[str, ...]:
        """At the end of a run that does not go on: look again, try once more what failed, return what still does."""
        for duty in self.every:
            if duty is self.report or duty.why is not None:
                duty.do_now()
        return tuple(f"{duty.failure} {duty.why}" for duty in self.every if duty.why is not None)

    def _duty(self, failure: str, every_s: float, act: Callable[[], object]) -> Duty:
        return Duty(failure, every_s, act, self.house.settings.retry_longest_s, self.clock_s)


def beat(house: House) -> None:
    """Say that this machine lives; ask again for the photos of one that has gone silent.

    Raises:
        DatabaseFault: nothing was changed.
    """
    with house.database.write() as connection:
        executors.beat(connection, house.executor, house.now())
        for silent in executors.silent(connection, house.now()):
            records.give_up_originals(connection, silent, house.executor)


def tell_swept(count: int) -> None:
    """Log how many leftovers were removed."""
    if count:
        log.info("Removed %d leftovers of a run that was cut off.", count)


def _report_unapproved(house: House) -> None:
    with house.database.read() as connection:
        devices = read_devices(connection)
    report_unapproved(house, devices)


def _end_retention(house: House) -> None:
    purged = end_retention(house)
    if purged.destroyed:
        log.info("Destroyed %d sealed originals whose retention is over.", len(purged.destroyed))
    for original in purged.kept:
        log.warning("%s", why_kept(original))
