"""What the watcher does beside the photos, every so often: say that it lives, look, sweep up, destroy what is due.

Threat: one task fails and the others are never done again, unnoticed: no retention, no sign of life, no copy of the
record elsewhere.
Rule: each task guards itself, whatever it meets; one that failed says so in the log and is done again after pauses that
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
from redact.errors import describe
from redact.photos.retention import end_retention, why_kept
from redact.service.backoff import NEVER_S, Patience
from redact.service.scheduler import UPKEEP_S
from redact.store import machines as executors
from redact.store import photos as records
from redact.store.devices import read_devices
from redact.store.trust.storage import sweep_trust
from redact.workspace.open import Workspace

DAILY_S = 24 * 3600.0

log = logging.getLogger("redact")


@dataclass(slots=True)
class PeriodicTask:
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
        """Do it if it is due; whatever happens is reported, and nothing is raised."""
        now_s = self.clock_s()
        if now_s < self.due_s:
            return
        try:
            self.act()
        except Exception as error:  # noqa: BLE001  the outermost loop of a task: nothing it does stops the others
            self._again = self._again or Patience(self.longest_s)
            self._again.fail(now_s)
            self.due_s, self.why = min(self._again.due_s, now_s + self.every_s), describe(error)
            log.warning("%s %s", self.failure, self.why)
        else:
            self.due_s, self.why, self._again = now_s + self.every_s, None, None

    def do_now(self) -> None:
        """Do it whether it is due or not."""
        self.due_s = -NEVER_S
        self.do()


@dataclass(slots=True)
class PeriodicTasks:
    """The periodic tasks of one run in one workspace; used by one thread at a time."""

    workspace: Workspace
    clock_s: Callable[[], float] = time.monotonic
    sign: PeriodicTask = field(init=False)
    report: PeriodicTask = field(init=False)
    sweeps: tuple[PeriodicTask, ...] = field(init=False)
    others: tuple[PeriodicTask, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Make every task due."""
        workspace, rescan_s = self.workspace, self.workspace.settings.rescan_s
        self.sign = self._task("The sign of life was not written.", UPKEEP_S, lambda: beat(workspace))
        self.report = self._task(
            "Devices that are not approved were not looked at.", rescan_s, lambda: _report_unapproved(workspace)
        )
        self.sweeps = (
            self._task(
                "Leftovers in the vault were not swept up.", NEVER_S, lambda: tell_swept(workspace.vault.sweep())
            ),
            self._task(
                "Leftovers in trust storage were not swept up.",
                NEVER_S,
                lambda: tell_swept(sweep_trust(workspace.trust)),
            ),
        )
        self.others = (
            self._task(
                "The checkpoint mirrors of the audit log were not looked at.", DAILY_S, workspace.ledger.check_mirrors
            ),
            self._task(
                "Originals whose retention is over were not all destroyed.", DAILY_S, lambda: _end_retention(workspace)
            ),
        )

    @property
    def every(self) -> tuple[PeriodicTask, ...]:
        """All periodic tasks, in the order in which they are done."""
        return (self.sign, *self.sweeps, self.report, *self.others)

    def sweep(self) -> None:
        """Sweep up before anything is written.

        Where that fails it is done later, beside the work: what is being written then may be swept away too, is missed
        when it is to get its name, and is written again (watcher/fs/whole.py).
        """
        for task in self.sweeps:
            task.do()

    def do(self) -> None:
        """Do what is due."""
        for task in self.every:
            task.do()

    def look_again(self) -> None:
        """Be told that the register of devices changed."""
        self.report.due_s = -NEVER_S

    def finish(self) -> tuple[str, ...]:
        """At the end of a run that does not go on: look again, try once more what failed, return what still does."""
        for task in self.every:
            if task is self.report or task.why is not None:
                task.do_now()
        return tuple(f"{task.failure} {task.why}" for task in self.every if task.why is not None)

    def _task(self, failure: str, every_s: float, act: Callable[[], object]) -> PeriodicTask:
        return PeriodicTask(failure, every_s, act, self.workspace.settings.retry_longest_s, self.clock_s)


def beat(workspace: Workspace) -> None:
    """Say that this machine lives; ask again for the photos of one that has gone silent.

    Raises:
        DatabaseFault: nothing was changed.
    """
    with workspace.database.write() as connection:
        executors.beat(connection, workspace.executor, workspace.now())
        for silent in executors.silent(connection, workspace.now()):
            records.give_up_originals(connection, silent, workspace.executor)


def tell_swept(count: int) -> None:
    """Log how many leftovers were removed."""
    if count:
        log.info("Removed %d leftovers of a run that was cut off.", count)


def _report_unapproved(workspace: Workspace) -> None:
    with workspace.database.read() as connection:
        devices = read_devices(connection)
    report_unapproved(workspace, devices)


def _end_retention(workspace: Workspace) -> None:
    purged = end_retention(workspace)
    if purged.destroyed:
        log.info("Destroyed %d sealed originals whose retention is over.", len(purged.destroyed))
    for original in purged.kept:
        log.warning("%s", why_kept(original))
