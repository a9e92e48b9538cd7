"""The scheduler decides what is done next: it takes files in, starts photos and clearings, and notes their ends.

Every passing fault (disk full, share gone, database held) is tried again with growing pauses, for ever; each try and
its reason can be seen in `redact status`.  due.py decides when, journeys.py and arrivals.py how, and the engine
(workflows.py) remembers what was begun.

Photos queue in the table of photos; only as many as the workers can take are begun.  The engine's own queue was
measured for it and is not used: see workflows.py.
"""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, Protocol, assert_never

from redact.devices.clearing.clear import Batch
from redact.devices.clearing.judge import candidates, judge
from redact.photos.steps import Redact
from redact.service.arrivals import follow
from redact.service.due import NEVER_S, Act, Backoff, Due, DueList, Key
from redact.service.journeys import bring_photo, clear_device, has_failed
from redact.store import photos as photo_rows
from redact.store.database import DatabaseFault
from redact.store.devices import Clears, RegisteredDevice
from redact.store.photos import State
from redact.system.step import Step
from redact.workspace.open import Workspace
from watcher import AtRest, Away, Back, NotTouched, Present, Report, device_of

CLEAR_PAUSE_S = 2.0  # seconds between two clearings of one device: several photos share one walk over it
CLEAR_LONGEST_S = 6 * 3600.0  # seconds between two tries at what could not be deleted: each leaves two entries per file
LOOK_S = 30.0  # seconds between two looks at what nobody reports: a retry by a command, a hold that was lifted
TAKEN_UP_S = 1.0  # seconds between two looks whether what a former process began has ended

_PHOTOS: Key = "photos"  # begin as many as the workers can take
_REPORTS: Key = "reports"  # follow the reports of the watch


class Starter(Protocol):
    """The engine, as the scheduler sees it."""

    def start(self, journey: str, name: str, *arguments: str | bool) -> bool:
        """Begin a journey, which calls the scheduler; False where it is still under way from a former process."""


class _Work(NamedTuple):
    """What there is to clear on a device."""

    may_clear: bool  # a file may go now
    waits: bool  # there are files that may not


_NO_WORK = _Work(may_clear=False, waits=False)


@dataclass(slots=True)
class Scheduler:
    """Runs in one thread (`run`); `take` and the journeys are called from others."""

    workspace: Workspace
    work: Redact
    in_flight: int  # photos under way at the same time, at most
    clock_s: Callable[[], float] = time.monotonic
    engine: Starter | None = None
    dues: DueList = field(init=False)
    _reports: deque[Report] = field(default_factory=deque)
    _devices: dict[str, RegisteredDevice] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Look for photos at once: a former run may have left some under way."""
        self.dues = DueList(self.clock_s)
        self.dues.put(_PHOTOS, self._due(self._begin_photos, LOOK_S))
        self.dues.ask(_PHOTOS)

    # -- called by the watch --

    def take(self, report: Report) -> None:
        """Queue a report of the watch, which comes once; if it fails, it is tried again."""
        self._reports.append(report)
        self.dues.ask(_REPORTS, self._due(self._follow_next))

    def take_again(self, report: AtRest) -> None:
        """Queue a report that may come many times (a photo that is wanted); one that failed keeps its pause."""
        self.dues.ask(_key_of(report), self._due(partial(self._follow, report)))

    def set_devices(self, devices: Sequence[RegisteredDevice]) -> None:
        """Set the devices that are watched, and look at once what can be cleared on them, failed files too."""
        self._devices = {device.record.id: device for device in devices}
        for device in self._devices:
            if self.dues.get(("clear", device)) is None:
                self.dues.put(("again", device), Due(self.clock_s(), Backoff(CLEAR_LONGEST_S)))
            self.touch([device])

    def touch(self, devices: Iterable[str]) -> None:
        """Note that there may be something to clear on these devices."""
        for device in devices:
            self.dues.ask(("clear", device), self._due(partial(self._begin_clearing, device), LOOK_S))

    @property
    def devices(self) -> tuple[RegisteredDevice, ...]:
        """The devices that are watched."""
        return tuple(self._devices.values())

    def is_idle(self) -> bool:
        """Whether everything that can be done now is done; what failed waits for a later run."""
        photos = self.dues.get(_PHOTOS)
        is_looked = photos is not None and not (photos.is_awaited or photos.backoff.failures)
        wanted = (*self.dues.of_kind("photo").values(), *self.dues.of_kind("clear").values())
        return is_looked and not (self.dues.is_turning or self._reports or any(due.is_wanted for due in wanted))

    # -- its own thread --

    def run(self) -> None:
        """Work until `stop`."""
        self.dues.run()

    def stop(self) -> None:
        """End `run` after what it is doing."""
        self.dues.stop()

    def turn(self) -> None:
        """Do what is due now."""
        self.dues.turn()

    # -- 1 take in --

    def _follow_next(self) -> None:
        """Follow one report only: photos and clearings are begun between two of them."""
        report = self._reports[0]
        key, due = _key_of(report), self._due(partial(self._follow, report))
        try:
            self.dues.do(key, due)
        finally:
            self._reports.popleft()
            if self._reports:
                self.dues.ask(_REPORTS)
        if due.why is not None:  # the watch reports it only once
            self.dues.put(key, due)

    def _follow(self, report: Report) -> None:
        device = _device_of(report)
        if isinstance(report, Back):
            self._begin_afresh(device)
        if follow(self.workspace, report, self._devices.get(device)):
            self.dues.ask(_PHOTOS)
            self.touch([device])

    # -- 2 bring to storage --

    def _begin_photos(self) -> float:
        """Begin as many photos as the workers can take; return in how many seconds to look again."""
        now_s, begun = self.clock_s(), self.dues.of_kind("photo")
        away = {photo for photo, due in begun.items() if due.at_s > now_s}
        free = self.in_flight - sum(due.is_under_way for due in begun.values())
        if self.engine is not None and free > 0:
            limit = free + len(away)
            with self.workspace.database.read() as connection:
                ids = photo_rows.ids_under_way(connection, self.workspace.executor, limit)
            for photo in [photo for photo in ids if photo not in away][:free]:
                self._begin_photo(self.engine, photo)
            for photo in begun.keys() - away - set(ids) if len(ids) < limit else ():
                self.dues.drop(("photo", photo))  # another machine finished it, or a person set it aside
                self.touch(self._devices)
        later = [due.at_s for due in self.dues.of_kind("photo").values() if now_s < due.at_s < NEVER_S]
        return min([LOOK_S, *(at_s - now_s for at_s in later)])

    def _begin_photo(self, engine: Starter, photo: str) -> None:
        key: Key = ("photo", photo)
        self.dues.begin(key, self.workspace.settings.retry_longest_s)
        try:
            is_begun = engine.start("photo", photo)
        except Exception:
            self.dues.fail(key)
            raise
        if not is_begun:
            self.dues.rest(key, TAKEN_UP_S)
            self.dues.ask(key)

    def bring(self, step: Step, photo: str) -> str:
        """The photo's journey, as the engine runs it."""
        state: State | None = None
        # Also one that a former process began.
        self.dues.begin(("photo", photo), self.workspace.settings.retry_longest_s)
        try:
            state = bring_photo(self.workspace, photo, self.work, step)
            if state is State.STORED:
                with contextlib.suppress(DatabaseFault):  # then half a minute later: periodic.py touches every device
                    self.touch(self._devices_with(photo))
        finally:  # also where the engine's own database refuses
            self.dues.fail(("photo", photo)) if state is None else self.dues.drop(("photo", photo))
            self.dues.ask(_PHOTOS)
        return "waits" if state is None else state.value

    def _devices_with(self, photo: str) -> set[str]:
        with self.workspace.database.read() as connection:
            return photo_rows.devices_with(connection, photo)

    # -- 3 clear --

    def _begin_clearing(self, device: str) -> float | None:
        """Begin to clear a device if something may go; return in how many seconds to look again, None for never."""
        registered, again = self._devices.get(device), self.dues.get(("again", device))
        if registered is None or self.engine is None:
            return None
        tries_again = again is not None and again.at_s <= self.clock_s()
        found = self._look_for_work(registered, tries_again=tries_again)
        if not found.may_clear:
            return self._leave_alone(device, waits=found.waits, tries_again=tries_again)
        keys: tuple[Key, ...] = (("clear", device), ("again", device))[: 1 + tries_again]
        for key in keys:
            self.dues.begin(key, LOOK_S)
        try:
            is_begun = self.engine.start("clear", device, "system", tries_again)
        except Exception:
            if tries_again:
                self.dues.fail(("again", device))
            raise
        if not is_begun:
            for key in keys:
                self.dues.rest(key, TAKEN_UP_S)
            self.dues.ask(("clear", device))
        return NEVER_S

    def _look_for_work(self, registered: RegisteredDevice, *, tries_again: bool) -> _Work:
        """Return whether there is something to clear on a device now."""
        device = registered.record.id
        if registered.clears is not Clears.AT_ONCE or not registered.is_approved(self.workspace.latest()):
            return _NO_WORK
        if not isinstance(device_of(registered.record).is_present(), Present):
            return _NO_WORK  # nothing is opened that cannot be ended; `Back` reports when it can
        device_files = candidates(self.workspace, device, tries_again=tries_again)
        may, wait = judge(self.workspace, device, device_files, is_quick=True, most=1)
        return _Work(bool(may), bool(wait))

    def _leave_alone(self, device: str, *, waits: bool, tries_again: bool) -> float | None:
        """Return in how many seconds to look again at a device from which nothing may go now; None for never."""
        pauses = [LOOK_S] if waits else [CLEAR_PAUSE_S] if self._reports else []  # each look costs queries per file
        for pause_s in pauses:
            self.dues.rest(("clear", device), pause_s)
        if tries_again:
            self.dues.fail(("again", device)) if waits else self.dues.drop(("again", device))
        again = self.dues.get(("again", device))
        if again is not None and not again.is_under_way:
            pauses.append(again.at_s - self.clock_s())
        return min(pauses, default=None)

    def clear(self, step: Step, device: str, by: str, tries_again: bool) -> dict[str, int]:  # noqa: FBT001  of a workflow
        """The device's journey, as the engine runs it."""
        batch = None
        self.touch([device])  # also one that a former process began
        self.dues.begin(("clear", device), LOOK_S)
        try:
            batch = clear_device(self.workspace, device, by, step, tries_again=tries_again)
        finally:
            self._end_clearing(device, batch)
        return {} if batch is None else dict(batch.counts)

    def _end_clearing(self, device: str, batch: Batch | None) -> None:
        again = self.dues.get(("again", device))
        if batch is not None and has_failed(batch):
            if again is None:
                self.dues.put(("again", device), Due(NEVER_S, Backoff(CLEAR_LONGEST_S)))
            self.dues.fail(("again", device))
        elif again is not None and again.is_under_way:
            self.dues.fail(("again", device)) if batch is None else self.dues.drop(("again", device))
        if batch is None:
            self.dues.fail(("clear", device))
        else:
            self.dues.rest(("clear", device), CLEAR_PAUSE_S)
            self.dues.ask(("clear", device))  # copies that were found, or another batch

    def _begin_afresh(self, device: str) -> None:
        """Clear the device now, failed files too, without a pause: it has just come back."""
        self.dues.put(("again", device), Due(self.clock_s(), Backoff(CLEAR_LONGEST_S)))
        under_way = self.dues.get(("clear", device))
        if under_way is None or not under_way.is_under_way:
            self.dues.drop(("clear", device))
        self.touch([device])

    # -- shared --

    def _due(self, act: Act, longest_s: float | None = None) -> Due:
        longest_s = self.workspace.settings.retry_longest_s if longest_s is None else longest_s
        return Due(self.clock_s(), Backoff(longest_s), act)


def _device_of(report: Report) -> str:
    match report:
        case AtRest() | NotTouched():
            return report.place.device_id
        case Back() | Away():
            return report.device_id
        case unreachable:
            assert_never(unreachable)


def _key_of(report: Report) -> Key:
    """Return the key under which a failed report waits: a newer one on the same place replaces it."""
    place = report.place if isinstance(report, AtRest | NotTouched) else report.device_id
    return "report", (type(report).__name__, place)
