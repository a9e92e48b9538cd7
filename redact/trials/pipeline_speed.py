"""How much the pipeline costs beside the redaction: watch, engine, audit log and stores, on this machine.

A real workspace is made in a temporary folder, tiny files are dropped on a device of it, and `redact watch` walks them
through with a worker that is done at once; what takes time then is everything but the redaction.
"""

from __future__ import annotations

import hashlib
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from sqlalchemy import func, select

from redact.audit.kinds import Role
from redact.devices.new_device import NewDevice
from redact.devices.register import add_device
from redact.photos.steps import Worked
from redact.redaction.values import Outcome, Status, Verdict
from redact.service.run import alone_in, run_scheduler
from redact.service.scheduler import Scheduler
from redact.service.starter import Journey
from redact.store import photos as photo_rows
from redact.store.devices import Kind, Owner
from redact.store.photos import State
from redact.store.schema.tables import log_entries
from redact.system.step import Step
from redact.workers.pool import share_cores
from redact.workspace.create import make_workspace
from redact.workspace.open import Workspace, open_workspace
from watcher import Report

_MODELS = hashlib.sha256(b"no models").hexdigest()
_DEVICE = "speed"
_PHOTO_BYTES = 20_000  # a tiny file: what its bytes cost (hashing, sealing) comes on top, 10 ms for a phone's 5 MB
T = TypeVar("T")
_ENTRIES = 7  # per photo: arrived, sealed, redacted, verified, stored, deletion opened and closed


@dataclass(frozen=True, slots=True)
class PipelineFigures:
    """What was measured."""

    photos: int
    wall_s: float  # from the start of the watch until all were stored and cleared
    cpu_ms: float  # per photo, of this process
    step_ms: Mapping[str, float]  # per photo, wall time by step; steps of several photos overlap
    rest_to_stored_s: float  # of one photo alone: from at rest to stored
    idle_cpu_percent: float  # of one processor, by a watch with nothing to do; 0 where it was not asked for

    @property
    def wall_ms(self) -> float:
        """Milliseconds per photo, with what it costs to start and end."""
        return 1000 * self.wall_s / self.photos


def pipeline_speed(photos: int, idle_s: float = 0.0, workers: int | None = None) -> PipelineFigures:
    """Drop `photos` tiny files at once and walk them through; then one alone; then nothing for `idle_s` seconds.

    Raises:
        RuntimeError: a photo was lost, doubled, or is not cleared.
    """
    with tempfile.TemporaryDirectory(prefix="redact-speed-") as temporary, _made(Path(temporary)) as workspace:
        drop, in_flight = Path(temporary) / _DEVICE, share_cores(1_000, workers).workers + 1
        _drop(drop, range(photos))
        watch = _Stopwatch()
        began_s, began_cpu_s = time.perf_counter(), time.process_time()
        _walk(workspace, watch.scheduler(workspace, in_flight), once=True)
        wall_s, cpu_s = time.perf_counter() - began_s, time.process_time() - began_cpu_s
        check(workspace, drop, photos)
        steps = {name: 1000 * taken_s / photos for name, taken_s in watch.taken_s.items()}
        alone_s = _time_alone(workspace, drop, photos, in_flight)
        idle = _idle_cpu_percent(workspace, in_flight, idle_s) if idle_s else 0.0
        return PipelineFigures(photos, wall_s, 1000 * cpu_s / photos, steps, alone_s, idle)


def print_figures(figures: PipelineFigures) -> str:
    """Return the figures as lines for a person."""
    steps = "\n".join(f"  {name:16} {taken:7.1f} ms" for name, taken in figures.step_ms.items())
    idle = f"idle watch        {figures.idle_cpu_percent:.2f} % of a processor\n" if figures.idle_cpu_percent else ""
    return (
        f"{figures.photos} photos        {figures.wall_s:.1f} s, {figures.wall_ms:.1f} ms each"
        f" ({figures.cpu_ms:.1f} ms of processor)\n{steps}\n"
        f"at rest to stored {figures.rest_to_stored_s:.2f} s, without the redaction\n{idle}"
    )


def check(workspace: Workspace, drop: Path, photos: int) -> None:
    """Check that every photo is stored once and cleared, with its entries in the audit log.

    Raises:
        RuntimeError: something is lost, doubled or left.
    """
    with workspace.database.read() as connection:
        states = photo_rows.count_states(connection)
        entries = connection.execute(select(func.count()).where(log_entries.c.photo.is_not(None))).scalar_one()
    every = Path(workspace.settings.trust).rglob("*")
    copies = sum(path.is_file() and not path.name.startswith(".") for path in every)
    left = sum(not path.name.startswith(".redact-device") for path in drop.iterdir())
    found = (states, entries, copies, left)
    if found != ({State.STORED: photos}, _ENTRIES * photos, photos, 0):
        raise RuntimeError(f"Of {photos} photos: states, entries, copies, left on the device {found}")


@dataclass(slots=True)
class _Stopwatch:
    """Adds up the wall time of each step over all threads."""

    taken_s: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def timing(self, step: str) -> Iterator[None]:
        began_s = time.perf_counter()
        try:
            yield
        finally:
            with self._lock:
                self.taken_s[step] = self.taken_s.get(step, 0.0) + time.perf_counter() - began_s

    def scheduler(self, workspace: Workspace, in_flight: int) -> Scheduler:
        return _TimedScheduler(workspace, _work, in_flight, stopwatch=self)


@dataclass(slots=True)
class _TimedScheduler(Scheduler):
    """A scheduler that takes the time of the steps."""

    stopwatch: _Stopwatch = field(default_factory=_Stopwatch)

    def _follow(self, report: Report) -> None:
        with self.stopwatch.timing("take in"):
            Scheduler._follow(self, report)  # noqa: SLF001  its own class

    def _timed(self, step: Step) -> Step:
        def timed(name: str, act: Callable[[], T], /) -> T:
            def act_timed() -> T:
                with self.stopwatch.timing(name):
                    return act()

            return step(name, act_timed)

        return timed

    def journeys(self) -> dict[str, Journey]:
        """Return the journeys, with the time of their steps taken."""
        return {name: self._timed_journey(journey) for name, journey in Scheduler.journeys(self).items()}

    def _timed_journey(self, journey: Journey) -> Journey:
        return lambda step, *arguments: journey(self._timed(step), *arguments)


def _work(path: Path, _: tuple[str, ...]) -> Worked:
    """Be done at once: the copy is a few bytes that no other photo has."""
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    verdict = Verdict(passed=True, checks=("looked at nothing",))
    return Worked(Outcome(Status.REDACTED, sha256, output=sha256.encode(), verdict=verdict), None, _MODELS)


@contextmanager
def _made(folder: Path) -> Iterator[Workspace]:
    """Give a new workspace with one device beside it."""
    make_workspace(folder / "workspace", "Speed")
    (folder / _DEVICE).mkdir()
    with open_workspace(folder / "workspace") as workspace:
        by, whose = Role.HEADTEACHER, Role.COMMUNICATIONS
        add_device(
            workspace,
            NewDevice(_DEVICE, Kind.DROP_FOLDER, Owner.TRUST, whose, by, folder=folder / _DEVICE),
            is_confirmed=True,
        )
        yield workspace


def _drop(folder: Path, numbers: range) -> None:
    filling = b"\xff\xd8\xff" + bytes(_PHOTO_BYTES)
    for number in numbers:
        (folder / f"IMG_{number:05}.JPG").write_bytes(filling + b"%d" % number)


def _walk(workspace: Workspace, scheduler: Scheduler, *, once: bool, stop: threading.Event | None = None) -> None:
    with alone_in(workspace):
        run_scheduler(workspace, scheduler, stop or threading.Event(), once=once)


@contextmanager
def _watching(workspace: Workspace, in_flight: int) -> Iterator[None]:
    """Watch in another thread, as the service does."""
    stop = threading.Event()
    thread = threading.Thread(
        target=_walk, args=(workspace, Scheduler(workspace, _work, in_flight)), kwargs={"once": False, "stop": stop}
    )
    thread.start()
    with ExitStack() as ends:
        ends.callback(thread.join)
        ends.callback(stop.set)
        yield


def _time_alone(workspace: Workspace, drop: Path, number: int, in_flight: int) -> float:
    """Return the seconds from the moment a photo is at rest to the entry that says it is stored."""
    with _watching(workspace, in_flight):
        _wait_until(lambda: workspace.settings.folder.joinpath("engine.db").exists())
        time.sleep(3.0)  # the first look is over
        _drop(drop, range(number, number + 1))
        arrived_s = time.perf_counter()
        _wait_until(lambda: _is_stored(workspace, number + 1))
        stored_s = time.perf_counter()
        _wait_until(lambda: not any(drop.glob("*.JPG")))
        time.sleep(2.0)  # its result is written down
    return stored_s - arrived_s - 1.0  # watcher.stability.QUIET_S: until then it was not at rest


def _is_stored(workspace: Workspace, photos: int) -> bool:
    with workspace.database.read() as connection:
        return photo_rows.count_states(connection).get(State.STORED, 0) == photos


def _wait_until(is_so: Callable[[], bool], longest_s: float = 60.0) -> None:
    end_s = time.monotonic() + longest_s
    while not is_so():
        if time.monotonic() > end_s:
            raise RuntimeError("The steps did not do in a minute what takes it a second")
        time.sleep(0.01)


def _idle_cpu_percent(workspace: Workspace, in_flight: int, idle_s: float) -> float:
    with _watching(workspace, in_flight):
        time.sleep(5.0)  # start and first upkeep
        began_s, began_cpu_s = time.perf_counter(), time.process_time()
        time.sleep(idle_s)
        return 100 * (time.process_time() - began_cpu_s) / (time.perf_counter() - began_s)
