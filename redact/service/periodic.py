"""The periodic tasks, beside photos and devices: sign of life, looks, sweeps, checks, retention.

Threat: one task fails and the others are never done again, unnoticed: no retention, no sign of life, no copy of the
audit log elsewhere.
Rule: each is a `Due` of one list (due.py): no task can stop another, and one that failed is logged and done again after
pauses that grow, sooner than its time.  All are due at the start of every run: a scheduled `redact watch --once` does
them too, and no clock that somebody set, or date that was lost, puts one off.  What has nothing to do costs one query.
Accepted residue: they share one thread, so a long one (a large sweep, a share that hangs) delays the others.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection

from redact.devices.bins import look_into_bins
from redact.devices.register import name_workspace
from redact.devices.unmarked import report_unmarked
from redact.devices.untouched import report_unapproved
from redact.errors import counted
from redact.photos.checks.glances import glance
from redact.photos.checks.passes import go_on
from redact.photos.checks.storage import STORAGE
from redact.photos.checks.unknown import look_for_unknown
from redact.photos.checks.vault import VAULT
from redact.photos.kept import why_kept, why_unproven
from redact.photos.keys.reseal import finish_resealing
from redact.photos.placing.for_use import update_for_use
from redact.photos.placing.not_ours import look_for_not_ours
from redact.photos.quarantine import drop_plain_at_rest
from redact.photos.retention import end_retention
from redact.photos.superseded import remove_superseded
from redact.posts.consents_ended import open_ended
from redact.posts.releasing.sweep import tend_outbox
from redact.service.arrivals import note_seen
from redact.service.due import BEFORE_ALL_S, LOOK_S, Act, Backoff, Due, DueList
from redact.service.log_check import check_daily
from redact.service.scheduler import Scheduler
from redact.store import machines
from redact.store import photos as photo_rows
from redact.store.devices import read_devices
from redact.store.latest import Pace, note_jump
from redact.store.log.recent import check_further
from redact.store.photos import State
from redact.store.trust.storage import sweep_trust
from redact.workspace.open import Workspace
from watcher import AtRest, Present, Sort, Sorted, device_of

DAILY_S = 24 * 3600.0
HOURLY_S = 3600.0  # of tasks that look for themselves whether a day is over
ONCE: Final = None  # per run is enough
MIRRORS_S = 1.0  # seconds between two notes of which checkpoints lie in the mirrors: as store/log/mirrors
UNAPPROVED = "unapproved devices"  # the name of the task that is asked for when the register changes
BINS = "bins"  # ... and this one

log = logging.getLogger("redact")


@dataclass(frozen=True, slots=True)
class Task:
    """One periodic task."""

    name: str
    every_s: float | None  # ONCE per run, or so often
    failure: str  # logged when it fails, a sentence; the reason follows
    act: Callable[[], object]


@dataclass(slots=True)
class PeriodicTasks:
    """The periodic tasks of one run."""

    longest_s: float  # seconds between two tries of what failed
    clock_s: Callable[[], float] = time.monotonic
    dues: DueList = field(init=False)

    def __post_init__(self) -> None:
        """Begin with an empty list."""
        self.dues = DueList(self.clock_s)

    def put(self, tasks: Iterable[Task]) -> None:
        """Add tasks; each is due now."""
        for task in tasks:
            longest_s = self.longest_s if task.every_s is ONCE else min(self.longest_s, task.every_s)
            self.dues.put(
                task.name, Due(BEFORE_ALL_S, Backoff(longest_s), _act_of(task), task.failure, is_awaited=True)
            )

    def turn(self) -> None:
        """Do what is due."""
        self.dues.turn()

    def finish(self) -> tuple[str, ...]:
        """At the end of a run, do what was not done and once more what failed; return what still fails, in sentences.

        Called when nobody else runs the list.
        """
        for task in (UNAPPROVED, BINS):
            self.dues.ask(task)
        for name, due in self.dues.all.items():
            if due.is_awaited or due.why is not None:
                self.dues.do(name, due)
        return tuple(f"{due.failure} {due.why}" for due in self.dues.all.values() if due.why is not None)


def _act_of(task: Task) -> Act:
    def act() -> float | None:
        task.act()
        return task.every_s

    return act


def sign_of_life(workspace: Workspace, pace: Pace | None = None) -> tuple[Task, ...]:
    """Return the sign of life, which comes first: it is written while the watch waits for a disk or a database.

    Args:
        workspace: opened.
        pace: of this run; None: a clock that is set is noticed by the last sign of life alone.
    """
    return (Task("sign of life", LOOK_S, "The sign of life was not written.", lambda: beat(workspace, pace)),)


def sweeps(workspace: Workspace) -> tuple[Task, ...]:
    """Return the sweeps, which are done before anything is written.

    Where that fails it is done later, beside the work: what is being written then may be swept away too, is missed
    when it is to get its name, and is written again (watcher/fs/whole.py).
    """
    vault, trust = workspace.vault, workspace.trust
    what = "Leftovers in {} were not swept up."
    return (
        Task("vault swept", ONCE, what.format("the vault"), lambda: log_swept(vault.sweep())),
        Task(
            "sealed again",
            ONCE,
            "Originals that were sealed again did not all take their place.",
            lambda: finish_resealing(workspace),
        ),
        Task("trust swept", ONCE, what.format("trust storage"), lambda: log_swept(sweep_trust(trust))),
    )


def looks(workspace: Workspace, scheduler: Scheduler, forget_finished: Callable[[], None]) -> tuple[Task, ...]:
    """Return the looks at what nobody reports to the scheduler, and the tidying of what piles up while it works."""
    audit_log = workspace.audit_log
    return (
        Task(
            "mirrors written down", MIRRORS_S, "What the checkpoint mirrors hold was not written down.",
            audit_log.write_down_mirrors,
        ),
        Task("mirrors caught up", LOOK_S, "The checkpoint mirrors were not brought up to date.", audit_log.catch_up),
        Task("log checked", LOOK_S, "What came to the audit log was not checked.", lambda: _check_log(workspace)),
        Task("lease", LOOK_S, "The checkpoint mirrors were not told that this machine works with the audit log.",
             audit_log.standing.write_leases),
        Task("wanted photos", LOOK_S, "Photos that are wanted again were not asked for.",
             lambda: _want_again(workspace, scheduler)),
        Task("devices seen", LOOK_S, "Devices were not looked at.", lambda: _see_devices(workspace, scheduler)),
        Task("quarantine", LOOK_S, "Leftovers in quarantine were not removed.", lambda: drop_plain_at_rest(workspace)),
        Task("outbox", LOOK_S, "The outbox may hold files of posts that are not released.",
             lambda: tend_outbox(workspace)),
        Task("finished workflows", LOOK_S, "The workflow engine's tables were not tidied.", forget_finished),
    )  # fmt: skip


def daily(workspace: Workspace, pace: Pace | None = None) -> tuple[Task, ...]:
    """Return the tasks that are done daily, at every rescan, or a part at a time; `pace` as for the sign of life."""
    return (
        Task(UNAPPROVED, workspace.settings.rescan_s, "Devices that are not approved were not looked at.",
             lambda: _report_unapproved(workspace)),
        Task(BINS, workspace.settings.rescan_s, "The bins of the devices were not looked into.",
             lambda: _look_into_bins(workspace)),
        Task("mirrors checked", DAILY_S, "The checkpoint mirrors of the audit log were not looked at.",
             workspace.audit_log.check_mirrors),
        Task("audit log checked", HOURLY_S, "The audit log was not checked.", lambda: check_daily(workspace)),
        Task("storage checked", LOOK_S, "The copies in trust storage were not read back.",
             lambda: go_on(workspace, STORAGE)),
        Task("storage looked at", LOOK_S, "It was not looked whether copies in trust storage changed.",
             lambda: glance(workspace)),
        Task("vault checked", LOOK_S, "The sealed originals in the vault were not read back.",
             lambda: go_on(workspace, VAULT)),
         Task("vault compared", DAILY_S, "It was not looked whether the vault holds originals that nobody knows.",
              lambda: look_for_unknown(workspace)),
         Task("consents ended", HOURLY_S, "Passed copies were not checked against the consents of today.",
             lambda: _open_ended(workspace)),
        Task("for use", LOOK_S, "What a person has passed was not all put into for-use, or taken out of it.",
             lambda: _update_for_use(workspace)),
        Task("not ours", LOOK_S, "For-use was not searched for files that others put there.",
             lambda: look_for_not_ours(workspace)),
        Task("former copies", LOOK_S, "Former copies that nobody needs any more were not all removed.",
             lambda: _remove_superseded(workspace)),
        Task("retention", DAILY_S, "Originals whose retention is over were not all destroyed.",
             lambda: _end_retention(workspace, pace)),
    )  # fmt: skip


def beat(workspace: Workspace, pace: Pace | None = None) -> None:
    """Write this machine's sign of life; ask again for the photos of a machine that has gone silent.

    Raises:
        DatabaseFault: nothing was changed.
    """
    with _noting_jumps(workspace, pace) as connection:
        machines.beat(connection, workspace.executor, workspace.now())
        for silent in machines.silent(connection, workspace.now()):
            photo_rows.give_up_originals(connection, silent, workspace.executor)


@contextlib.contextmanager
def _noting_jumps(workspace: Workspace, pace: Pace | None) -> Iterator[Connection]:
    """Give a transaction that begins with what is to be written down of the clock."""
    pace = pace or Pace()
    expected, now = pace.expected(), workspace.now()
    with workspace.database.write() as connection:
        note_jump(connection, now, expected)
        yield connection
    pace.look(now)  # once it is written down


def log_swept(count: int) -> None:
    """Log how many leftovers were removed."""
    if count:
        log.info("Removed %s of a run that was cut off.", counted(count, "leftover"))


def _update_for_use(workspace: Workspace) -> None:
    changed = update_for_use(workspace)
    if changed:
        log.info("For-use was brought up to date for %s.", counted(changed, "photo"))


def _open_ended(workspace: Workspace) -> None:
    opened = open_ended(workspace)
    if opened:
        log.info(
            "A consent ended for %s that a person had passed: each must be looked at again.", counted(opened, "copy")
        )


def _want_again(workspace: Workspace, scheduler: Scheduler) -> None:
    """Queue wanted photos to be taken in again, from every place where they were seen."""
    watched = {device.record.id for device in scheduler.clearings.devices}
    with workspace.database.read() as connection:
        for photo in photo_rows.list_photos(connection, [State.WANTED]):
            for device_file in photo_rows.list_device_files(connection, photo=photo.sha256):
                found = device_file.arrival
                if found is not None and device_file.device in watched:
                    scheduler.take_again(AtRest(found.place, found.stat, Sorted(Sort.PHOTO, "it is wanted again")))


def _see_devices(workspace: Workspace, scheduler: Scheduler) -> None:
    """Write down which devices are there, and have each looked at: a hold may have been lifted."""
    for registered in scheduler.clearings.devices:
        scheduler.clearings.touch([registered.record.id])
        if isinstance(device_of(registered.record).is_present(), Present):
            note_seen(workspace, registered.record.id)


def _remove_superseded(workspace: Workspace) -> None:
    removed = remove_superseded(workspace)
    if removed:
        log.info("Removed %s from trust storage.", counted(removed, "former copy"))


def _check_log(workspace: Workspace) -> None:
    for found in check_further(workspace.database, workspace.log).faults[:1]:
        log.warning("The audit log is not what was written: %s. See: redact audit verify", found.sentence)


def _report_unapproved(workspace: Workspace) -> None:
    with workspace.database.read() as connection:
        devices = read_devices(connection)
    for device in devices:
        if device.is_approved(workspace.latest()):
            name_workspace(workspace, device.record)
    report_unapproved(workspace, devices)
    report_unmarked(workspace, devices)


def _look_into_bins(workspace: Workspace) -> None:
    with workspace.database.read() as connection:
        devices = read_devices(connection)
    look_into_bins(workspace, devices)


def _end_retention(workspace: Workspace, pace: Pace | None) -> None:
    with _noting_jumps(workspace, pace) as connection:  # the clock may have gone since the last sign of life
        why = workspace.why_ahead(connection)
    if why is not None:  # a person may still do it: redact purge
        log.warning("%s", why)
        return
    purged = end_retention(workspace)
    if purged.destroyed:
        log.info("Destroyed %s whose retention is over.", counted(len(purged.destroyed), "sealed original"))
    for original in purged.kept:
        log.warning("%s", why_kept(original))
    for original in purged.unproven:
        log.warning("%s See: redact audit verify", why_unproven(original))
