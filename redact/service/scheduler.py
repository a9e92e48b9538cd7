"""The scheduler decides what is done next: it takes files in, starts photos and clearings, and notes their ends.

Every passing fault (disk full, share gone, database held) is tried again with growing pauses, for ever; each try and
its reason can be seen in `redact status`.  All of it stands on one list (due.py) under keys that say what is to be
done: follow a report (here), begin and bring photos (photo_queue.py), look at and clear devices (clearings.py).  The
engine (workflows.py) remembers what was begun, and calls `journeys`.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, assert_never

from redact.errors import counted
from redact.photos.steps import Redact
from redact.service.arrivals import follow
from redact.service.clearings import Clearings
from redact.service.due import Backoff, Due, DueList
from redact.service.photo_queue import PhotoQueue
from redact.service.starter import Journey, Starter
from redact.store.devices import RegisteredDevice
from redact.workspace.open import Workspace
from watcher import AtRest, Away, Back, NotTouched, Place, Report

_FOLLOW: Final = "follow a report"  # key of the act that follows the next one


@dataclass(frozen=True, slots=True)
class ReportKey:
    """Follow a report that failed, or may come many times: a newer one on the same place replaces it."""

    kind: type[Report]
    on: Place | str  # a place on a device, or a device


@dataclass(slots=True)
class Scheduler:
    """Runs in one thread (`run`); `take` and the journeys are called from others."""

    workspace: Workspace
    work: Redact
    in_flight: int  # photos under way at the same time, at most
    clock_s: Callable[[], float] = time.monotonic
    dues: DueList = field(init=False)
    photos: PhotoQueue = field(init=False)
    clearings: Clearings = field(init=False)
    _reports: deque[Report] = field(default_factory=deque)

    def __post_init__(self) -> None:
        """Begin with one list for everything."""
        self.dues = DueList(self.clock_s)
        self.clearings = Clearings(self.workspace, self.dues, lambda: bool(self._reports))
        self.photos = PhotoQueue(self.workspace, self.work, self.in_flight, self.dues, self.clearings)

    def journeys(self) -> dict[str, Journey]:
        """Return what the engine runs, by the names under which it is begun."""
        return {"photo": self.photos.bring, "clear": self.clearings.clear}

    def attach(self, engine: Starter | None) -> None:
        """Set what begins the journeys; without one only reports are followed."""
        self.photos.engine = self.clearings.engine = engine

    # -- called by the watch --

    def take(self, report: Report) -> None:
        """Queue a report of the watch, which comes once; if it fails, it is tried again."""
        self._reports.append(report)
        self.dues.ask(_FOLLOW, Due(self.clock_s(), self._backoff(), self._follow_next))

    def take_again(self, report: AtRest) -> None:
        """Queue a report that may come many times (a photo that is wanted); one that failed keeps its pause."""
        self.dues.ask(_key_of(report), self._due(report))

    def set_devices(self, devices: Sequence[RegisteredDevice]) -> None:
        """Set the devices that are watched, and look at once what can be cleared on them, failed files too."""
        self.clearings.set_devices(devices)

    def is_idle(self) -> bool:
        """Whether everything that can be done now is done; what failed waits for a later run."""
        is_busy = self.dues.is_turning or bool(self._reports)
        return not (is_busy or self.photos.is_wanted or self.clearings.are_wanted)

    def undone(self) -> tuple[str, ...]:
        """Return what failed of what the watch reported, in sentences: of a file not taken in no row speaks."""
        whys = Counter(due.why for due in self.dues.of_kind(ReportKey).values() if due.why is not None)
        return tuple(f"{counted(number, 'file')} could not be taken in. {why}" for why, number in whys.items())

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

    # -- taking in --

    def _follow_next(self) -> None:
        """Follow one report only: photos and clearings are begun between two of them."""
        report = self._reports[0]
        key, due = _key_of(report), self._due(report)
        try:
            self.dues.do(key, due)
        finally:
            self._reports.popleft()
            if self._reports:
                self.dues.ask(_FOLLOW)
        if due.why is not None:  # the watch reports it only once
            self.dues.put(key, due)

    def _follow(self, report: Report) -> None:
        device = _device_of(report)
        if isinstance(report, Back):
            self.clearings.begin_afresh(device)
        if follow(self.workspace, report, self.clearings.find_device(device)):
            self.photos.ask()
            self.clearings.touch([device])

    def _due(self, report: Report) -> Due:
        return Due(self.clock_s(), self._backoff(), partial(self._follow, report))

    def _backoff(self) -> Backoff:
        return Backoff(self.workspace.settings.retry_longest_s)


def _device_of(report: Report) -> str:
    match report:
        case AtRest() | NotTouched():
            return report.place.device_id
        case Back() | Away():
            return report.device_id
        case unreachable:
            assert_never(unreachable)


def _key_of(report: Report) -> ReportKey:
    on = report.place if isinstance(report, AtRest | NotTouched) else report.device_id
    return ReportKey(type(report), on)
