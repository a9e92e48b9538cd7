"""The scheduler: takes in what comes to rest, feeds the engine, clears the devices, and does the daily upkeep.

Every passing fault (disk full, share gone, database held) is tried again with growing pauses, for ever; each try and
its reason can be seen in `redact status`.  Pauses are counted on a clock that nobody sets, and everything that waits is
tried at once when the program starts: a wall clock set back delays nothing.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from redact.devices import clear as clearing
from redact.errors import describe, short_id
from redact.photos import steps
from redact.photos.steps import PhotoMissing, Worked
from redact.service.backoff import FIRST_PAUSE_S, NEVER_S, Clearings, Patience
from redact.service.workflows import Engine
from redact.store import photos as records
from redact.store.devices import Clears, RegisteredDevice, mark_seen
from redact.store.photos import State
from redact.system.clock import print_moment
from redact.workspace.open import Workspace
from watcher import (
    AtRest,
    Away,
    Back,
    NotTaken,
    NotTouched,
    Place,
    Present,
    Report,
    Sort,
    SourceFault,
    Unsafe,
    device_of,
)

CLEAR_PAUSE_S = 2.0  # seconds between two clearings of one device: several photos share one walk over it
UPKEEP_S = 30.0  # seconds between two looks at what wants to be taken in again, checkpoints to copy, and leftovers
IDLE_S = 0.5  # longest wait between two turns; each costs one query

log = logging.getLogger("redact")
T = TypeVar("T")


@dataclass(slots=True)
class Scheduler:
    """Runs in one thread (`run`); `take` and the engine's calls come from others."""

    workspace: Workspace
    work: Callable[[Path, tuple[str, ...]], Worked]
    in_flight: int  # photos given to the engine at once
    clock_s: Callable[[], float] = time.monotonic
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _woken: threading.Event = field(default_factory=threading.Event)
    _stop: threading.Event = field(default_factory=threading.Event)
    _reports: deque[Report] = field(default_factory=deque)
    _later: list[tuple[Patience, Report]] = field(default_factory=list)
    _flying: set[tuple[str, str]] = field(default_factory=set)
    _ended_early: set[tuple[str, str]] | None = field(default_factory=set)  # before `adopt` heard of them
    _is_turning: bool = False
    _waits: dict[str, Patience] = field(default_factory=dict)  # photos that met trouble
    _devices: dict[str, RegisteredDevice] = field(default_factory=dict)
    _clearings: Clearings = field(default_factory=Clearings)
    _upkeep_at_s: float = 0.0
    _feed_at_s: float = 0.0  # when a photo that met trouble is due again
    _has_photos: bool = True
    engine: Engine | None = None

    # -- called by the watch --

    def take(self, report: Report) -> None:
        """Hear what the watch saw."""
        self._reports.append(report)
        self._woken.set()

    # -- called by the engine: Steps --

    def do(self, step: str, photo: str) -> str:
        """Do one step; every fault becomes a reason on the photo, and is tried again."""
        by_name: dict[str, Callable[[], str]] = {
            "seal": lambda: steps.seal(self.workspace, photo),
            "redact": lambda: steps.redact(self.workspace, photo, self.work),
            "store": lambda: steps.store(self.workspace, photo),
        }
        try:
            state = by_name[step]()
        except PhotoMissing as missing:
            why = str(missing)
            self._trouble(photo, lambda: steps.want_again(self.workspace, photo, why))
            return "wanted"
        except Exception as error:  # noqa: BLE001  the outermost loop of a photo: nothing it does stops the others
            reason = describe(error)
            self._trouble(photo, lambda: self._note(photo, reason))
            return "waits"
        self._waits.pop(photo, None)
        if state == State.STORED:
            log.info("Photo %s: stored.", short_id(photo))
            self._stored(photo)
        elif state in {State.HELD, State.REFUSED}:
            log.info("Photo %s: %s, a person must look. See: redact show %s", short_id(photo), state, short_id(photo))
        return "on" if state in records.UNDER_WAY else state

    def open_deletions(self, device: str, by: str, tries_again: bool) -> list[int]:  # noqa: FBT001  of a workflow
        """Write down what will be deleted."""
        act = lambda: clearing.open_deletions(self.workspace, device, by, tries_again=tries_again)  # noqa: E731
        opened = self._guard(act, None)
        if opened is None:
            self._clearings.later(device, self.clock_s())
        return opened or []

    def erase_opened(self, device: str, ids: Sequence[int]) -> dict[str, str]:
        """Delete what was written down."""
        return self._guard(lambda: clearing.erase_opened(self.workspace, device, ids), {})

    def confirm(self, device: str, ids: Sequence[int], words: dict[str, str]) -> dict[str, int]:
        """Look again, and write down the results."""
        counts = self._guard(lambda: clearing.confirm(self.workspace, device, ids, words), {"unknown": len(ids)})
        if counts.get("gone"):
            log.info("Device %s: %d cleared.", device, counts["gone"])
        if counts.get("kept") or counts.get("unknown"):
            log.warning("Device %s: some photos could not be cleared. See: redact status", device)
            self._clearings.later(device, self.clock_s())
        self._clearings.touch(device)  # copies that were found, or another batch
        return counts

    def ended(self, kind: str, key: str) -> None:
        """Hear that a workflow ended."""
        with self._lock:
            self._flying.discard((kind, key))
            if self._ended_early is not None:
                self._ended_early.add((kind, key))
            self._has_photos = True
        if kind == "clear":
            self._clearings.ended(key, self.clock_s() + CLEAR_PAUSE_S)
        self._woken.set()

    # -- its own thread --

    def run(self) -> None:
        """Work until `stop`."""
        while not self._stop.is_set():
            try:
                self.turn()
            except Exception as error:  # noqa: BLE001  nothing may end this thread: nobody would notice
                log.warning("%s", describe(error))
                self._stop.wait(FIRST_PAUSE_S)
            self._woken.wait(IDLE_S)
            self._woken.clear()

    def stop(self) -> None:
        """End `run` after its turn."""
        self._stop.set()
        self._woken.set()

    def turn(self) -> None:
        """Do what is due; a part that fails does not keep the others from being done.

        Raises:
            Exception: what the first of the parts that failed met; all are tried again in the next turn.
        """
        self._is_turning = True  # what is on its way from one list to another is seen by nobody else
        faults: list[Exception] = []
        try:
            for part in (
                self._take_in,
                self._feed,
                self._clear,
                self.workspace.ledger.write_down_mirrors,
                self._upkeep,
            ):
                try:
                    part()
                except Exception as error:  # noqa: BLE001  an engine that refuses must not stop the upkeep
                    faults.append(error)
        finally:
            self._is_turning = False
        if faults:
            raise faults[0]

    def is_idle(self) -> bool:
        """Whether everything that can be done now is done; what met trouble waits for a later run."""
        with self._lock:
            is_quiet = not (self._is_turning or self._flying or self._reports or self._has_photos)
            cleared = [name for name, device in self._devices.items() if device.clears is Clears.AT_ONCE]
        return is_quiet and not self._clearings.is_dirty(cleared)

    def set_devices(self, devices: Sequence[RegisteredDevice]) -> None:
        """Know the devices that are watched, and at once look at what waits to be cleared from them."""
        with self._lock:
            self._devices = {device.record.id: device for device in devices}
        self._clearings.know(self._devices)
        self._woken.set()

    def adopt(self, flows: set[tuple[str, str]]) -> None:
        """Know the workflows that the engine goes on with by itself."""
        with self._lock:
            self._flying |= flows - (self._ended_early or set())
            self._ended_early = None

    # -- 1 take in --

    def _take_in(self) -> None:
        now_s = self.clock_s()
        due = [item for item in self._later if item[0].due_s <= now_s]
        self._later = [item for item in self._later if item[0].due_s > now_s]
        for patience, report in due:
            self._hear(report, patience)
        while self._reports and not self._stop.is_set():
            self._hear(self._reports.popleft())
            self._feed()  # the first photo does not wait until the last one is taken in

    def _hear(self, report: Report, patience: Patience | None = None) -> None:
        """Do what a report asks for; one that meets trouble is heard again later, for the watch tells it only once."""
        try:
            self._follow(report)
        except Exception as error:  # noqa: BLE001  the outermost loop of a report: no other is lost for it
            log.warning("%s", describe(error))
            patience = patience or self._patience()
            patience.fail(self.clock_s())
            self._later.append((patience, report))

    def _follow(self, report: Report) -> None:
        match report:
            case AtRest() if report.sorted.sort is Sort.PHOTO:
                self._take_one(report)
            case AtRest():
                self._note_left(report.place, f"It needs a person: {report.sorted.why}.")
            case NotTouched():
                self._note_left(report.place, f"It was left untouched: {report.why}.")
            case Back():
                self._clearings.soon(report.device_id)
                self._set_seen(report.device_id)
            case Away():
                log.warning("Device %s is away: %s", report.device_id, report.why)

    def _take_one(self, report: AtRest) -> None:
        registered = self._devices.get(report.place.device_id)
        if registered is None or not registered.is_approved(self.workspace.now()):
            return
        try:
            taken = steps.take_in(self.workspace, device_of(registered.record), report.place, report.stat, report.tags)
        except Unsafe as error:
            self._note_left(report.place, f"It was left untouched: {error.why}.")
            return
        with self._lock:
            self._has_photos = True
        if taken is None or isinstance(taken, str):
            self._clearings.touch(report.place.device_id)
        if taken is NotTaken.TOO_LARGE:
            self._note_left(report.place, f"It was left untouched: {taken.value}.")

    # -- 2 to 4 seal, redact, store --

    def _feed(self) -> None:
        if self.clock_s() >= self._feed_at_s:
            self._has_photos = True
        if self.engine is None or not self._has_photos:
            return
        with self._lock:
            flying = {key for kind, key in self._flying if kind == "photo"}
            free = self.in_flight - len(flying)
            self._has_photos = free <= 0
        if free <= 0:
            return
        now_s = self.clock_s()
        waiting = {photo for photo, patience in list(self._waits.items()) if patience.due_s > now_s}
        with self.workspace.database.read() as connection:
            limit = self.in_flight + len(flying) + len(waiting)
            ids = records.ids_under_way(connection, self.workspace.executor, limit)
        pauses = [patience.due_s for patience in list(self._waits.values()) if patience.due_s > now_s]
        self._feed_at_s = min(pauses, default=NEVER_S)
        ready = [photo for photo in ids if photo not in flying and photo not in waiting][:free]
        for photo in ready:
            with self._lock:
                self._flying.add(("photo", photo))
                self._has_photos = True
            with self._landing("photo", photo):
                self.engine.start_photo(photo)

    # -- 5 to 7 clear --

    def _clear(self) -> None:
        if self.engine is None:
            return
        for name, registered in list(self._devices.items()):
            if ("clear", name) in self._flying:
                continue
            tries_again = self._clearings.begin(name, self.clock_s())
            if tries_again is None:
                continue
            if not self._may_clear(registered, tries_again=tries_again):
                if tries_again:
                    self._clearings.later(name, self.clock_s())
                continue
            with self._lock:
                self._flying.add(("clear", name))
            if tries_again:
                self._clearings.trying_again(name)
            with self._landing("clear", name):
                self.engine.start_clear(name, "system", tries_again=tries_again)

    def _may_clear(self, registered: RegisteredDevice, *, tries_again: bool) -> bool:
        """Say whether the device's policy and the candidates make a clearing worth starting."""
        if registered.clears is not Clears.AT_ONCE or not registered.is_approved(self.workspace.now()):
            return False
        if not isinstance(device_of(registered.record).is_present(), Present):
            return False  # nothing is opened that cannot be ended; `Back` tells when it can
        device_files = clearing.candidates(self.workspace, registered.record.id, tries_again=tries_again)
        may, wait = clearing.judge(self.workspace, registered.record.id, device_files, is_quick=True, most=1)
        if wait and not may:
            self._clearings.rest(registered.record.id, self.clock_s() + UPKEEP_S)
        return bool(may)

    def _stored(self, photo: str) -> None:
        with self.workspace.database.read() as connection:
            device_files = records.list_device_files(connection, photo=photo)
        for device_file in device_files:
            self._clearings.touch(device_file.device)

    @contextlib.contextmanager
    def _landing(self, kind: str, key: str) -> Iterator[None]:
        """Start something; what the engine could not start is not under way, and is started again later."""
        try:
            yield
        except Exception:
            with self._lock:
                self._flying.discard((kind, key))
            if kind == "clear":
                self._clearings.later(key, self.clock_s())
            raise

    # -- upkeep --

    def _upkeep(self) -> None:
        if self.clock_s() < self._upkeep_at_s:
            return
        self._upkeep_at_s = self.clock_s() + UPKEEP_S
        self._has_photos = True  # what met trouble may be due
        drop_plain = partial(steps.drop_plain_at_rest, self.workspace)
        for task in (self.workspace.ledger.catch_up, self._want_again, self._see_devices, drop_plain, self._forget):
            try:
                task()
            except Exception as error:  # noqa: BLE001  the outermost loop of a task; the others are done
                log.warning("%s", describe(error))

    def _want_again(self) -> None:
        """Take in again what is wanted, from wherever it was seen."""
        with self.workspace.database.read() as connection:
            wanted = records.list_photos(connection, [State.WANTED])
            places = [
                device_file
                for photo in wanted
                for device_file in records.list_device_files(connection, photo=photo.sha256)
            ]
        for device_file in places:
            registered, found = self._devices.get(device_file.device), device_file.arrival
            if registered is None or found is None:
                continue
            try:
                steps.take_in(self.workspace, device_of(registered.record), found.place, found.stat, ())
            except (SourceFault, Unsafe) as error:
                log.warning("%s", error)

    def _see_devices(self) -> None:
        for registered in list(self._devices.values()):
            self._clearings.touch(registered.record.id)  # a hold may be lifted
            if isinstance(device_of(registered.record).is_present(), Present):
                self._set_seen(registered.record.id)

    def _forget(self) -> None:
        if self.engine is not None:
            self.engine.forget_finished()

    # -- shared --

    def _set_seen(self, device: str) -> None:
        with self.workspace.database.write() as connection:
            mark_seen(connection, device, print_moment(self.workspace.now()))

    def _note_left(self, place: Place, why: str) -> None:
        with self.workspace.database.write() as connection:
            records.note_left(connection, self.workspace.keys.tags, place, why, print_moment(self.workspace.now()))

    def _note(self, photo: str, reason: str) -> None:
        with self.workspace.database.write() as connection:
            records.note_trouble(connection, photo, reason)

    def _trouble(self, photo: str, note: Callable[[], None]) -> None:
        """Remember when to try again, and write down why it waits, if that can be written."""
        patience = self._waits.setdefault(photo, self._patience())
        patience.fail(self.clock_s())
        self._feed_at_s = min(self._feed_at_s, patience.due_s)
        try:
            note()
        except Exception as error:  # noqa: BLE001  what happens here would end the workflow, which waits for a word
            log.warning("%s", describe(error))

    def _guard(self, act: Callable[[], T], otherwise: T) -> T:
        try:
            return act()
        except Exception as error:  # noqa: BLE001  the outermost loop of a clearing; it is tried again
            log.warning("%s", describe(error))
            return otherwise

    def _patience(self) -> Patience:
        return Patience(self.workspace.settings.retry_longest_s)
