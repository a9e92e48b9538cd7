"""When each device is cleared, and when what could not be deleted on it is tried again.

Two things are due per device: the look (`LookKey`), which begins a clearing where a file may go, and the retry
(`RetryKey`), which does nothing by itself: once it is due, the next look takes along the files whose deletion failed.

    what happens                                    the look is due           the retry is due
    a device is watched from now, or is back        now                       now
    something may be cleared (`touch`)              now, or after its rest    as before
    a clearing is begun                             when that has ended       the same, where it was due
    it is still under way from a former process     in TAKEN_UP_S             the same, where it was due
    no file may go yet, some wait                   in LOOK_S                 after a longer pause, where it was due
    nothing is there to clear                       with the retry, or never  never, where it was due
    a clearing has ended, and some files failed     in CLEAR_PAUSE_S          after a longer pause
    a clearing has ended, and none failed           in CLEAR_PAUSE_S          never, where it was tried
    a clearing met an error                         after a longer pause      the same, where it was tried
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from redact.devices.clearing.clear import Batch
from redact.devices.clearing.judge import candidates, judge
from redact.service.due import LOOK_S, Backoff, Due, DueList, Goes, Key
from redact.service.journeys import clear_device, has_failed
from redact.service.starter import TAKEN_UP_S, Starter
from redact.store.devices import Clears, RegisteredDevice
from redact.store.photos import FileState
from redact.system.step import Step
from redact.workspace.open import Workspace
from watcher import Present, device_of

CLEAR_PAUSE_S = 2.0  # seconds between two clearings of one device: several photos share one walk over it
CLEAR_LONGEST_S = 6 * 3600.0  # seconds between two tries at what could not be deleted: each leaves two entries per file


@dataclass(frozen=True, slots=True)
class LookKey:
    """Look whether something may be cleared on a device."""

    device: str


@dataclass(frozen=True, slots=True)
class RetryKey:
    """Try again what could not be deleted on a device."""

    device: str


class _Work(NamedTuple):
    """What there is to clear on a device."""

    may_clear: bool  # a file may go now
    waits: bool  # there are files that may not


_NO_WORK = _Work(may_clear=False, waits=False)


@dataclass(slots=True)
class Clearings:
    """Begins the clearings of the devices that are watched, and notes their ends."""

    workspace: Workspace
    dues: DueList
    has_reports: Callable[[], bool]  # the watch has reported more than was followed so far
    engine: Starter | None = None
    _devices: dict[str, RegisteredDevice] = field(default_factory=dict)

    # -- which devices --

    def set_devices(self, devices: Sequence[RegisteredDevice]) -> None:
        """Set the devices that are watched, and look at once what can be cleared on them, failed files too."""
        self._devices = {device.record.id: device for device in devices}
        for device in self._devices:
            if self.dues.get(LookKey(device)) is None:
                self._retry_now(device)
        self.touch_all()

    @property
    def devices(self) -> tuple[RegisteredDevice, ...]:
        """The devices that are watched."""
        return tuple(self._devices.values())

    def find_device(self, device: str) -> RegisteredDevice | None:
        """Return a device, where it is watched."""
        return self._devices.get(device)

    @property
    def are_wanted(self) -> bool:
        """Whether a run that ends by itself waits for one."""
        return any(due.is_wanted for due in self.dues.of_kind(LookKey).values())

    # -- what makes a look due --

    def touch(self, devices: Iterable[str]) -> None:
        """Note that there may be something to clear on these devices."""
        for device in devices:
            look = Due(self.dues.clock_s(), Backoff(LOOK_S), partial(self._look, device))
            self.dues.ask(LookKey(device), look)

    def touch_all(self) -> None:
        """Note that there may be something to clear on any device."""
        self.touch(self._devices)

    def begin_afresh(self, device: str) -> None:
        """Look now, and try failed files too, without a pause: the device has just come back."""
        self._retry_now(device)
        look = self.dues.get(LookKey(device))
        if look is None or not look.is_under_way:
            self.dues.drop(LookKey(device))  # with its pause
        self.touch([device])

    def _retry_now(self, device: str) -> None:
        self.dues.put(RetryKey(device), Due(self.dues.clock_s(), Backoff(CLEAR_LONGEST_S)))

    # -- the look --

    def _look(self, device: str) -> float | Goes | None:
        """Begin to clear a device if something may go; return in how many seconds to look again; None: it is over."""
        registered = self._devices.get(device)
        if registered is None or self.engine is None:
            return None
        retry = self.dues.get(RetryKey(device))
        tries_again = retry is not None and retry.has_come(self.dues.clock_s())
        work = self._find_work(registered, tries_again=tries_again)
        if not work.may_clear:
            return self._leave_alone(device, waits=work.waits, tries_again=tries_again)
        self._begin(self.engine, device, tries_again=tries_again)
        return Goes.UNDER_WAY

    def _find_work(self, registered: RegisteredDevice, *, tries_again: bool) -> _Work:
        """Return whether there is something to clear on a device now."""
        device = registered.record.id
        if registered.clears is not Clears.AT_ONCE or not registered.is_approved(self.workspace.latest()):
            return _NO_WORK
        if not isinstance(device_of(registered.record).is_present(), Present):
            return _NO_WORK  # nothing is opened that cannot be ended; `Back` reports when it can
        device_files = candidates(self.workspace, device, tries_again=tries_again)
        if any(each.state is FileState.OPENED for each in device_files):
            return _Work(may_clear=True, waits=True)  # it was cut off, and is ended whatever came since: a hold, say
        may, wait = judge(self.workspace, device, device_files, is_quick=True, most=1)
        return _Work(bool(may), bool(wait))

    def _begin(self, engine: Starter, device: str, *, tries_again: bool) -> None:
        keys: list[Key] = [LookKey(device), RetryKey(device)] if tries_again else [LookKey(device)]
        for key in keys:
            self.dues.begin(key, LOOK_S)
        try:
            is_begun = engine.start("clear", device, "system", tries_again)
        except Exception:  # of the look, the loop sees it
            if tries_again:
                self.dues.fail(RetryKey(device))
            raise
        if not is_begun:
            for key in keys:
                self.dues.rest(key, TAKEN_UP_S)
            self.dues.ask(LookKey(device))

    def _leave_alone(self, device: str, *, waits: bool, tries_again: bool) -> float | None:
        """Return in how many seconds to look again at a device from which nothing may go now; None for never."""
        pauses = list[float]()
        if waits:
            pauses.append(LOOK_S)
        elif self.has_reports():
            pauses.append(CLEAR_PAUSE_S)  # each report asks for a look, which costs queries per file
        for pause_s in pauses:
            self.dues.rest(LookKey(device), pause_s)
        if tries_again and waits:
            self.dues.fail(RetryKey(device))
        elif tries_again:
            self.dues.drop(RetryKey(device))
        retry = self.dues.get(RetryKey(device))
        if retry is not None and not retry.is_under_way:
            pauses.append(retry.at_s - self.dues.clock_s())
        return min(pauses, default=None)

    # -- the journey --

    def clear(self, step: Step, device: str, by: str, tries_again: bool) -> dict[str, int]:  # noqa: FBT001  of a workflow
        """The device's journey, as the engine runs it."""
        batch = None
        self.touch([device])  # also one that a former process began
        self.dues.begin(LookKey(device), LOOK_S)
        try:
            batch = clear_device(self.workspace, device, by, step, tries_again=tries_again)
        finally:
            self._end_retry(device, batch)
            self._end_look(device, batch)
        return {} if batch is None else dict(batch.counts)

    def _end_retry(self, device: str, batch: Batch | None) -> None:
        key = RetryKey(device)
        retry = self.dues.get(key)
        is_tried = retry is not None and retry.is_under_way
        if batch is not None and has_failed(batch):
            self.dues.begin(key, CLEAR_LONGEST_S)  # where no retry was on the list
            self.dues.fail(key)
        elif batch is None and is_tried:
            self.dues.fail(key)
        elif is_tried:
            self.dues.drop(key)

    def _end_look(self, device: str, batch: Batch | None) -> None:
        if batch is None:
            self.dues.fail(LookKey(device))
        else:
            self.dues.rest(LookKey(device), CLEAR_PAUSE_S)
            self.dues.ask(LookKey(device))  # copies that were found, or another batch
