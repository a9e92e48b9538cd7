"""`redact watch`: the devices' doors on one side, the keeper and the engine on the other, until somebody says stop."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from redact.errors import RedactError
from redact.photos.steps import Worked, sweep_quarantine
from redact.service.backoff import Patience
from redact.service.periodic import Duties, Duty, tell_swept
from redact.service.scheduler import Keeper
from redact.service.workflows import Engine
from redact.store import machines as executors
from redact.store.database import DatabaseDamaged, DatabaseFault
from redact.store.devices import RegisteredDevice, read_devices
from redact.store.pupils import read_gallery, read_roll, register_version
from redact.system.describe import told
from redact.system.machine import hold_lock
from redact.workers.job import Bench, Brief
from redact.workers.pool import Crew, share_cores
from redact.workspace.engine_file import is_whole, move_aside
from redact.workspace.workspace import House
from watcher.device import device_of
from watcher.errors import QuarantineFault, SourceFault
from watcher.guard import check_apart
from watcher.notify import WatchdogNotifier
from watcher.stability import Patience as Settling
from watcher.watch import Rhythm, SystemClock, watch

LOCK_FILE = "watch.lock"
DEVICES_S = 5.0  # seconds between two looks at the register of devices

#: What passes by itself or when somebody mends it, and is waited for.  A vault or trust storage that is away is none:
#: the watch begins without it.  What no waiting mends (a key, a setting, folders that overlap) ends the program.
PASSING = (DatabaseFault, QuarantineFault, SourceFault, OSError)

log = logging.getLogger("redact")
T = TypeVar("T")


class AlreadyWatching(RedactError):
    """Another watcher works in this house."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("Another watcher works in this house already. Stop it first; one house has one watcher.")


class CutShort(RedactError):
    """A run with `once` could not do all that it should; nothing was lost."""

    def __init__(self, whys: Sequence[str]) -> None:
        """Say what was not done, a sentence each, and what to do."""
        super().__init__(
            f"This run did not do everything. {' '.join(whys)} Nothing was lost; run it again when that is mended."
        )


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
        CutShort: with `once`, something could not be done; nothing was lost.
        RedactError, WatcherError: the house cannot be worked with, and no waiting mends that.
    """
    with alone_in(house), contextlib.ExitStack() as open_things:
        workers, threads = share_cores(1_000, house.settings.workers)
        crew = Crew(replace(bench, threads=threads), workers)
        open_things.callback(crew.close)
        run_keeper(house, Keeper(house, Briefing(house, crew, models).work, workers + 1), stop, once=once)


@contextlib.contextmanager
def alone_in(house: House) -> Iterator[None]:
    """Be the house's only watcher.

    Raises:
        AlreadyWatching: another process watches this house.
    """
    with hold_lock(house.settings.folder / LOCK_FILE) as is_ours:
        if not is_ours:
            raise AlreadyWatching
        yield


def run_keeper(house: House, keeper: Keeper, stop: threading.Event, *, once: bool = False) -> None:
    """Watch the devices for a keeper that was made ready, with the engine beside it; `alone_in` the house.

    Raises:
        CutShort: with `once`, something could not be done; nothing was lost.
        RedactError, WatcherError: the house cannot be worked with, and no waiting mends that.
    """
    duties = Duties(house)
    waiting = _Waiting(house, stop, duties.sign.do, once)
    with contextlib.ExitStack() as open_things:
        open_things.callback(_say_ended, house)
        duties.sign.do()
        # nothing may be taken in before: a file that is just being written down would be taken for a leftover
        if waiting.until(lambda: sweep_quarantine(house), tell_swept) is None:
            return
        duties.sweep()
        if waiting.until(lambda: open_things.enter_context(_engine_for(house, keeper))) is None:
            return
        thread = threading.Thread(target=keeper.run, name="keeper")
        thread.start()
        open_things.callback(thread.join)
        open_things.callback(keeper.stop)
        _watch(house, keeper, duties, waiting)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """How the watch meets a passing fault in what it cannot do without: it waits, longer each time."""

    house: House
    stop: threading.Event
    meanwhile: Callable[[], None]
    once: bool

    def until(self, act: Callable[[], T], then: Callable[[T], None] = lambda _: None) -> T | None:
        """Do something until it is done, and return its result; None where somebody said stop.

        Raises:
            CutShort: with `once`, after the first try.
        """
        patience = Patience(self.house.settings.retry_longest_s)
        while not self.stop.is_set():
            try:
                done = act()
            except PASSING as error:
                if isinstance(error, DatabaseDamaged):
                    raise
                if self.once:
                    raise CutShort([told(error)]) from error
                patience.fail(0.0)
                log.warning("The watch cannot go on. %s Next try in %d seconds.", _ended(told(error)), patience.due_s)
                self.stop.wait(patience.due_s)
                self.meanwhile()
            else:
                then(done)
                return done
        return None


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "?", "!")) else f"{sentence}."


@contextlib.contextmanager
def _engine_for(house: House, keeper: Keeper) -> Iterator[Engine]:
    settings = house.settings
    if not is_whole(settings.engine_url):
        moved = move_aside(settings.engine_url, house.now())
        log.warning(
            "The workflow engine's file was damaged. It was moved aside as %s, and a new one is made. No photo and no "
            "entry rests on it; photos under way begin their step anew. See: redact doctor", moved.name,
        )  # fmt: skip
    with Engine(settings.engine_url, house.executor, keeper) as engine:
        keeper.adopt(engine.unfinished())
        keeper.engine = engine
        yield engine


def _say_ended(house: House) -> None:
    """Write down that this watcher ended; where that fails, its sign of life grows old in two minutes."""
    try:
        with house.database.write() as connection:
            executors.end(connection, house.executor, house.now())
    except Exception as error:  # noqa: BLE001  the last act; what the watch ended with must not be hidden by it
        log.warning("The end of the watch was not written down. %s", told(error))


def _watch(house: House, keeper: Keeper, duties: Duties, waiting: _Waiting) -> None:
    settings, stop, once = house.settings, waiting.stop, waiting.once
    rhythm = Rhythm(rescan_s=settings.rescan_s, poll_s=settings.poll_s, patience=Settling())
    with WatchdogNotifier() as notifier:
        while (found := waiting.until(lambda: _read_devices(house))) is not None:
            devices, approved = found
            keeper.set_devices(approved)
            names = ", ".join(device.id for device in approved)
            log.info("Watching %d devices: %s", len(approved), names or "none yet")
            restart = _Restart(stop)
            with _looking_at_register(house, devices, restart, duties):
                doors = [device_of(device.record) for device in approved]
                for report in watch(doors, notifier, SystemClock(), restart, rhythm=rhythm, once=once):
                    keeper.take(report)
                if once:  # with the beat going on: redacting takes minutes
                    _wait_until_idle(keeper, stop)
            if once:
                break
    if once and not stop.is_set() and (undone := duties.finish()):
        raise CutShort([_ended(why) for why in undone])


def _wait_until_idle(keeper: Keeper, stop: threading.Event) -> None:
    while not keeper.is_idle() and not stop.wait(0.1):
        pass


def _read_devices(house: House) -> tuple[tuple[RegisteredDevice, ...], list[RegisteredDevice]]:
    """Return the register, and of it the devices that may be watched now.

    Raises:
        FoldersOverlap: the folders of one are not apart from the house's; this ends the program.
    """
    devices, now = _registered(house), house.now()
    approved = [device for device in devices if device.is_approved(now) and device.record.root is not None]
    for device in approved:
        check_apart(house.settings.own_folders, device.record.folders)
    return devices, approved


def _registered(house: House) -> tuple[RegisteredDevice, ...]:
    with house.database.read() as connection:
        return read_devices(connection)


@contextlib.contextmanager
def _looking_at_register(
    house: House, known: Sequence[RegisteredDevice], restart: _Restart, duties: Duties
) -> Iterator[None]:
    """Do the duties, and look at the register every few seconds; a change (or an expiry) starts the watch anew."""
    ended, before = threading.Event(), _standing(house, known)

    def compare() -> None:
        if _standing(house, _registered(house)) != before:
            restart.changed.set()

    register = Duty("The register of devices was not looked at.", 0.0, compare, DEVICES_S)

    def look() -> None:
        while True:
            duties.do()
            register.do()
            if ended.wait(DEVICES_S) or restart.is_set():
                return

    duties.look_anew()
    thread = threading.Thread(target=look, name="register")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _standing(house: House, devices: Sequence[RegisteredDevice]) -> list[tuple[object, ...]]:
    """Return what the watch depends on: where devices lie, whether they are approved now, and their policy."""
    now = house.now()
    return [(device.record, device.is_approved(now), device.clears) for device in devices]
