"""`redact watch`: the watch over the devices, the scheduler and the engine, until they are stopped."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from redact.errors import RedactError, counted, describe
from redact.photos.quarantine import sweep_quarantine
from redact.service import periodic
from redact.service.due import Backoff, DueList
from redact.service.periodic import PeriodicTasks, Task
from redact.service.redactor import Redactor
from redact.service.scheduler import Scheduler
from redact.service.workflows import Engine
from redact.store import machines
from redact.store.database import DatabaseDamaged, DatabaseFault
from redact.store.devices import RegisteredDevice, read_devices
from redact.store.latest import Pace
from redact.system.lock import hold_lock
from redact.workers.job import WorkerSetup
from redact.workers.pool import WorkerPool, share_cores
from redact.workspace.engine_file import is_whole, move_aside
from redact.workspace.open import Workspace
from watcher import (
    Patience,
    QuarantineFault,
    Rhythm,
    SourceFault,
    SystemClock,
    WatchdogNotifier,
    check_apart,
    device_of,
    watch_devices,
)

LOCK_FILE = "watch.lock"
DEVICES_S = 5.0  # seconds between two looks at the register of devices

#: Faults that pass, by themselves or when somebody mends them.  A vault or trust storage that is away is none:
#: the watch begins without it.  What waiting cannot mend (a key, a setting, folders that overlap) ends the program.
PASSING = (DatabaseFault, QuarantineFault, SourceFault, OSError)

log = logging.getLogger("redact")
T = TypeVar("T")


class AlreadyWatching(RedactError):
    """Another watcher works in this workspace."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "Another watcher works in this workspace already. Stop it first; one workspace has one watcher."
        )


class CutShort(RedactError):
    """A run with `once` could not do all that it should; nothing was lost."""

    def __init__(self, whys: Sequence[str]) -> None:
        """Say what was not done, a sentence each, and what to do."""
        super().__init__(
            f"This run did not do everything. {' '.join(whys)} Nothing was lost; run it again when that is mended."
        )


@dataclass(slots=True)
class _Restart:
    """Ends one watch: the program is to stop, or the register of devices changed."""

    stop: threading.Event
    changed: threading.Event = field(default_factory=threading.Event)

    def is_set(self) -> bool:
        return self.stop.is_set() or self.changed.is_set()


def run_watch(
    workspace: Workspace,
    stop: threading.Event,
    setup: WorkerSetup,
    models: Mapping[str, str],
    *,
    once: bool = False,
    further: Sequence[Task] = (),
) -> None:
    """Watch the devices of a workspace and walk every photo through the pipeline, until `stop` is set.

    Args:
        workspace: opened.
        stop: set by a signal.
        setup: what workers are set up with.
        models: SHA-256 of the weight files in use.
        once: end when everything that lay there was taken as far as it goes.
        further: periodic tasks of packages above this one.

    Raises:
        AlreadyWatching: another process watches this workspace.
        CutShort: with `once`, something could not be done; nothing was lost.
        RedactError, WatcherError: the workspace cannot be worked with, and waiting cannot mend that.
    """
    with alone_in(workspace), contextlib.ExitStack() as open_things:
        workers, threads = share_cores(1_000, workspace.settings.workers)
        pool = WorkerPool(replace(setup, threads=threads), workers)
        open_things.callback(pool.close)
        run_scheduler(
            workspace,
            Scheduler(workspace, Redactor(workspace, pool, models).work, workers + 1),
            stop,
            once=once,
            further=further,
        )


@contextlib.contextmanager
def alone_in(workspace: Workspace) -> Iterator[None]:
    """Hold the lock that makes this the workspace's only watcher.

    Raises:
        AlreadyWatching: another process watches this workspace.
    """
    with hold_lock(workspace.settings.folder / LOCK_FILE) as is_ours:
        if not is_ours:
            raise AlreadyWatching
        yield


def run_scheduler(
    workspace: Workspace,
    scheduler: Scheduler,
    stop: threading.Event,
    *,
    once: bool = False,
    further: Sequence[Task] = (),
) -> None:
    """Watch the devices for a scheduler that was made ready, with the engine beside it; `alone_in` the workspace.

    Raises:
        CutShort: with `once`, something could not be done; nothing was lost.
        RedactError, WatcherError: the workspace cannot be worked with, and waiting cannot mend that.
    """
    tasks, pace = PeriodicTasks(workspace.settings.retry_longest_s), Pace()
    waiting = _Waiting(workspace, stop, tasks.turn, once)
    with contextlib.ExitStack() as open_things:
        open_things.callback(_write_ended, workspace)
        open_things.callback(workspace.audit_log.standing.write_leases, is_over=True)
        tasks.put(periodic.sign_of_life(workspace, pace))
        tasks.turn()
        # nothing may be taken in before: a file that is just being written down would be taken for a leftover
        if waiting.until(lambda: sweep_quarantine(workspace), periodic.log_swept) is None:
            return
        tasks.put(periodic.sweeps(workspace))
        tasks.turn()
        engine = waiting.until(lambda: open_things.enter_context(_engine_for(workspace, scheduler)))
        if engine is None:
            return
        tasks.put(periodic.daily(workspace, pace))
        tasks.put(periodic.looks(workspace, scheduler, engine.forget_finished))
        tasks.put(further)
        with _looping(tasks.dues, "periodic"), _looping(scheduler.dues, "scheduler"):
            _watch(workspace, scheduler, tasks, waiting)
        if once and not stop.is_set() and (undone := (*scheduler.undone(), *tasks.finish())):
            raise CutShort([_ended(why) for why in undone])


@contextlib.contextmanager
def _looping(dues: DueList, name: str) -> Iterator[None]:
    """Do what is due in a thread of its own."""
    thread = threading.Thread(target=dues.run, name=name)
    thread.start()
    try:
        yield
    finally:
        dues.stop()
        thread.join()


@dataclass(frozen=True, slots=True)
class _Waiting:
    """How the watch meets a passing fault in something it needs: it waits, longer each time.

    The watch has nothing else to do; `meanwhile` writes its sign of life at each try.
    """

    workspace: Workspace
    stop: threading.Event
    meanwhile: Callable[[], None]
    once: bool

    def until(self, act: Callable[[], T], then: Callable[[T], None] = lambda _: None) -> T | None:
        """Try something until it succeeds, and return its result; None where the program is to stop.

        Raises:
            CutShort: with `once`, after the first try.
        """
        backoff = Backoff(self.workspace.settings.retry_longest_s)
        while not self.stop.is_set():
            try:
                done = act()
            except PASSING as error:
                if isinstance(error, DatabaseDamaged):
                    raise
                if self.once:
                    raise CutShort([describe(error)]) from error
                why, pause_s = _ended(describe(error)), backoff.pause_s
                log.warning("The watch cannot go on. %s Next try in %d seconds.", why, pause_s)
                self.stop.wait(pause_s)
                backoff = backoff.failed()
                self.meanwhile()
            else:
                then(done)
                return done
        return None


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "?", "!")) else f"{sentence}."


@contextlib.contextmanager
def _engine_for(workspace: Workspace, scheduler: Scheduler) -> Iterator[Engine]:
    settings = workspace.settings
    if not is_whole(settings.engine_url):
        moved = move_aside(settings.engine_url, workspace.now())
        log.warning(
            "The workflow engine's file was damaged. It was moved aside as %s, and a new one is made. No photo and no "
            "entry rests on it; photos under way begin their step again. See: redact doctor", moved.name,
        )  # fmt: skip
    with Engine(settings.engine_url, workspace.executor, scheduler.journeys()) as engine:
        scheduler.attach(engine)
        yield engine


def _write_ended(workspace: Workspace) -> None:
    """Write down that this watcher ended; if that fails, its sign of life is stale in two minutes."""
    try:
        with workspace.database.write() as connection:
            machines.end(connection, workspace.executor, workspace.now())
    except Exception as error:  # noqa: BLE001  the last act; what the watch ended with must not be hidden by it
        log.warning("The end of the watch was not written down. %s", describe(error))


def _watch(workspace: Workspace, scheduler: Scheduler, tasks: PeriodicTasks, waiting: _Waiting) -> None:
    settings, stop, once = workspace.settings, waiting.stop, waiting.once
    rhythm = Rhythm(rescan_s=settings.rescan_s, poll_s=settings.poll_s, patience=Patience())
    with WatchdogNotifier() as notifier:
        while (found := waiting.until(lambda: _read_devices(workspace))) is not None:
            devices, approved = found
            scheduler.set_devices(approved)
            names = ", ".join(device.id for device in approved)
            log.info("Watching %s: %s", counted(len(approved), "device"), names or "none yet")
            restart = _Restart(stop)
            tasks.put([_look_at_register(workspace, devices, restart)])
            tasks.dues.ask(periodic.UNAPPROVED)
            tasks.dues.ask(periodic.BINS)
            watched = [device_of(device.record) for device in approved]
            for report in watch_devices(watched, notifier, SystemClock(), restart, rhythm=rhythm, once=once):
                scheduler.take(report)
            if once and not restart.changed.is_set():  # otherwise the restarted watch looks first
                _wait_until_idle(scheduler, stop)
                break


def _wait_until_idle(scheduler: Scheduler, stop: threading.Event) -> None:
    while not scheduler.is_idle() and not stop.wait(0.1):
        pass


def _read_devices(workspace: Workspace) -> tuple[tuple[RegisteredDevice, ...], list[RegisteredDevice]]:
    """Return all devices, and those of them that may be watched now.

    Raises:
        FoldersOverlap: the folders of one are not apart from the workspace's; this ends the program.
    """
    devices, now = _registered(workspace), workspace.latest()
    approved = [device for device in devices if device.is_approved(now) and device.record.root is not None]
    for device in approved:
        check_apart(workspace.settings.own_folders, device.record.folders)
    return devices, approved


def _registered(workspace: Workspace) -> tuple[RegisteredDevice, ...]:
    with workspace.database.read() as connection:
        return read_devices(connection)


def _look_at_register(workspace: Workspace, known: Sequence[RegisteredDevice], restart: _Restart) -> Task:
    """Return the task that restarts the watch when the register of devices changes, or an approval expires."""
    before = _standing(workspace, known)

    def compare() -> None:
        if _standing(workspace, _registered(workspace)) != before:
            restart.changed.set()

    return Task("register", DEVICES_S, "The register of devices was not looked at.", compare)


def _standing(workspace: Workspace, devices: Sequence[RegisteredDevice]) -> list[tuple[object, ...]]:
    """Return what the watch depends on: where the devices are, whether they are approved now, and their policy."""
    now = workspace.latest()
    return [(device.record, device.is_approved(now), device.clears) for device in devices]
