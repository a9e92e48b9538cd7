"""`redact watch`: the devices' doors on one side, the keeper and the engine on the other, until somebody says stop."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from redact.corridor import Worked, sweep_quarantine
from redact.engine import Engine
from redact.errors import RedactError
from redact.house import House
from redact.keeper import CHORES_S, Keeper
from redact.left_behind import recheck, report_unapproved
from redact.machine import hold_lock
from redact.purge import purge_originals
from redact.store import executors, records
from redact.store.devices import RegisteredDevice, read_devices
from redact.store.register import read_gallery, read_roll, register_version
from redact.store.trust import sweep_trust
from redact.workbench import Bench, Brief
from redact.workers import Crew, share_cores
from watcher.device import device_of
from watcher.errors import WatcherError
from watcher.guard import check_apart
from watcher.notify import WatchdogNotifier
from watcher.settle import Patience
from watcher.watch import Rhythm, SystemClock, watch

LOCK_FILE = "watch.lock"
DEVICES_S = 5.0  # seconds between two looks at the register of devices
DAILY_S = 24 * 3600.0

log = logging.getLogger("redact")


class AlreadyWatching(RedactError):
    """Another watcher works in this house."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("Another watcher works in this house already. Stop it first; one house has one watcher.")


@dataclass(slots=True)
class Briefing:
    """What photos are redacted by, read anew when the register changes, or the day: consents end."""

    house: House
    crew: Crew
    models: Mapping[str, str]
    _known: tuple[tuple[int, date], Brief] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def work(self, path: Path, tags: tuple[str, ...]) -> Worked:
        """Redact the plain original at `path`."""
        version, brief = self._read()
        outcome = self.crew.redact(path, brief, tags)
        models = hashlib.sha256(json.dumps(dict(self.models), sort_keys=True).encode()).hexdigest()
        return Worked(outcome, version or None, models)

    def _read(self) -> tuple[int, Brief]:
        with self._lock, self.house.database.read() as connection:
            settings, today = self.house.settings, self.house.now().date()
            version = register_version(connection)
            if self._known is None or self._known[0] != (version, today):
                roll = read_roll(connection)
                gallery = (
                    read_gallery(connection, self.house.keys.templates, settings.purposes, today)
                    if settings.shows_faces
                    else None
                )
                self._known = ((version, today), Brief(roll if roll.pupils else None, gallery or None))
            return version, self._known[1]


@dataclass(slots=True)
class _Restart:
    """Ends one watch: somebody said stop, or the register of devices changed."""

    stop: threading.Event
    changed: threading.Event = field(default_factory=threading.Event)

    def is_set(self) -> bool:
        return self.stop.is_set() or self.changed.is_set()


def run_watch(
    house: House, stop: threading.Event, bench: Bench, models: Mapping[str, str], *, once: bool = False
) -> None:
    """Watch the devices of a house and walk every photo through the corridor, until `stop` is set.

    Args:
        house: opened.
        stop: set by a signal.
        bench: what workers are set up with.
        models: SHA-256 of the weight files in use.
        once: end when everything that lay there was taken as far as it goes.

    Raises:
        AlreadyWatching: another process watches this house.
        RedactError: the house cannot be worked with.
    """
    with alone_in(house), contextlib.ExitStack() as open_things:
        workers, threads = share_cores(1_000, house.settings.workers)
        crew = Crew(replace(bench, threads=threads), workers)
        open_things.callback(crew.close)
        run_keeper(house, Keeper(house, Briefing(house, crew, models).work, workers + 1), stop, once=once)


@contextlib.contextmanager
def alone_in(house: House) -> Iterator[None]:
    """Be the house's only watcher, and sweep up what a former one left.

    Raises:
        AlreadyWatching: another process watches this house.
        QuarantineFault, VaultFault: what it left cannot be removed.
    """
    with hold_lock(house.settings.folder / LOCK_FILE) as is_ours:
        if not is_ours:
            raise AlreadyWatching
        swept = sweep_quarantine(house) + house.vault.sweep() + sweep_trust(house.trust)
        if swept:
            log.info("Removed %d leftovers of a run that was cut off.", swept)
        yield


def run_keeper(house: House, keeper: Keeper, stop: threading.Event, *, once: bool = False) -> None:
    """Watch the devices for a keeper that was made ready, with the engine beside it; `alone_in` the house."""
    with contextlib.ExitStack() as open_things:
        engine = Engine(house.settings.engine_url, house.executor, keeper)
        open_things.enter_context(engine)
        keeper.adopt(engine.unfinished())
        keeper.engine = engine
        thread = threading.Thread(target=keeper.run, name="keeper")
        thread.start()
        open_things.callback(thread.join)
        open_things.callback(keeper.stop)
        _watch(house, keeper, stop, once=once)


def _watch(house: House, keeper: Keeper, stop: threading.Event, *, once: bool) -> None:
    settings = house.settings
    rhythm = Rhythm(rescan_s=settings.rescan_s, poll_s=settings.poll_s, patience=Patience())
    with WatchdogNotifier() as notifier:
        while not stop.is_set():
            devices = _read_devices(house)
            approved = _approved(house, devices)
            keeper.set_devices(approved)
            names = ", ".join(device.id for device in approved)
            log.info("Watching %d devices: %s", len(approved), names or "none yet")
            report_unapproved(house, devices)
            restart = _Restart(stop)
            with _looking_at_register(house, devices, restart):
                doors = [device_of(device.record) for device in approved]
                for report in watch(doors, notifier, SystemClock(), restart, rhythm=rhythm, once=once):
                    keeper.take(report)
                if once:  # with the beat going on: redacting takes minutes
                    _wait_until_idle(keeper, stop)
            if once:
                return


def _wait_until_idle(keeper: Keeper, stop: threading.Event) -> None:
    while not keeper.is_idle() and not stop.wait(0.1):
        pass


def _read_devices(house: House) -> tuple[RegisteredDevice, ...]:
    with house.database.read() as connection:
        return read_devices(connection)


def _approved(house: House, devices: Sequence[RegisteredDevice]) -> list[RegisteredDevice]:
    """Return the devices that may be watched now; one whose folders are not apart from the house's ends the program."""
    now = house.now()
    approved = [device for device in devices if device.is_approved(now) and device.record.root is not None]
    for device in approved:
        check_apart(house.settings.own_folders, device.record.folders)
    return approved


@contextlib.contextmanager
def _looking_at_register(house: House, known: Sequence[RegisteredDevice], restart: _Restart) -> Iterator[None]:
    """Look at the register every few seconds; a change (or an expiry) ends the watch, which then starts anew."""
    ended, before, rescan_s = threading.Event(), _standing(house, known), house.settings.rescan_s
    duties = (
        _Duty(CHORES_S, lambda: _beat(house)),
        _Duty(rescan_s, lambda: report_unapproved(house, known), time.monotonic() + rescan_s),  # done once at the start
        _Duty(rescan_s, lambda: recheck(house, known)),
        _Duty(DAILY_S, lambda: purge_originals(house)),
    )

    def look() -> None:
        while not ended.wait(DEVICES_S) and not restart.is_set():
            try:
                if _standing(house, _read_devices(house)) != before:
                    restart.changed.set()
                for duty in duties:
                    duty.do()
            except (RedactError, WatcherError) as error:
                log.warning("%s", error)

    thread = threading.Thread(target=look, name="register")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@dataclass(slots=True)
class _Duty:
    """Something done every so often, counted on a clock that nobody sets."""

    every_s: float
    act: Callable[[], object]
    next_s: float = field(default_factory=time.monotonic)

    def do(self) -> None:
        if time.monotonic() >= self.next_s:
            self.next_s = time.monotonic() + self.every_s
            self.act()


def _standing(house: House, devices: Sequence[RegisteredDevice]) -> list[tuple[object, ...]]:
    """Return what the watch depends on: where devices lie, whether they are approved now, and their policy."""
    now = house.now()
    return [(device.record, device.is_approved(now), device.clears) for device in devices]


def _beat(house: House) -> None:
    """Say that this machine lives; ask again for the photos of one that has gone silent."""
    with house.database.write() as connection:
        executors.beat(connection, house.executor, house.now())
        for silent in executors.silent(connection, house.now()):
            records.give_up_originals(connection, silent, house.executor)
