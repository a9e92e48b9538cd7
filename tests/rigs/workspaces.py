"""Workspaces with devices in them, a worker that is done at once, and a scheduler that is turned by hand.

The pieces of `redact watch` run for real (the watch, the scheduler, the audit log, the stores); what is replaced is
time, the processes that redact, and, where a test does not ask for the real one, the engine.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from redact.audit.kinds import Kind as Entry
from redact.photos.steps import Redact, Worked
from redact.redaction.values import Outcome, Status, Verdict
from redact.service.periodic import PeriodicTasks, looks
from redact.service.scheduler import Scheduler
from redact.service.workflows import Engine
from redact.store import photos as photo_rows
from redact.store.devices import Clears, Owner, RegisteredDevice, read_devices
from redact.store.photos import FileState, Photo, State
from redact.store.schema.tables import log_entries
from redact.system.step import Step, run_at_once
from redact.workspace.open import open_workspace
from tests.rigs.device_folders import FakeNotifier
from tests.rigs.living import Clock, Living, copies_in, furnish
from tests.rigs.made import noisy_jpeg
from tests.rigs.waiting import wait_until
from watcher.device import device_of
from watcher.watch import Report, Rhythm, watch_devices

NOON = datetime(2026, 9, 7, 12, 0, tzinfo=UTC)
MODELS = hashlib.sha256(b"no models").hexdigest()
DEVICE = "cam-1"
LONGEST_LOOK = 4000  # ticks of a quarter of a second; a file that never rests is given up after 600 s


def photo_bytes(number: int = 1) -> bytes:
    """Return a tiny real picture; another number gives another one."""
    return noisy_jpeg(48, 32, seed=number)


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def redacted(content: bytes) -> bytes:
    """Return what `work_at_once` makes of a photo."""
    return b"redacted " + sha(content).encode()


def work_at_once(path: Path, tags: tuple[str, ...]) -> Worked:
    """Do what a worker does, without looking at the picture."""
    content = path.read_bytes()
    verdict = Verdict(passed=True, checks=("looked at nothing",))
    return Worked(Outcome(Status.REDACTED, sha(content), output=redacted(content), verdict=verdict), None, MODELS)


def work_that(status: Status, reason: str) -> Callable[[Path, tuple[str, ...]], Worked]:
    """Return a worker that holds or refuses everything."""

    def work(path: Path, tags: tuple[str, ...]) -> Worked:
        return Worked(Outcome(status, sha(path.read_bytes()), reason), None, MODELS)

    return work


@dataclass
class InlineEngine:
    """The journeys, done at once in the caller's thread, and remembered nowhere."""

    scheduler: Scheduler
    step: Step = run_at_once
    started: list[tuple[str, str]] = field(default_factory=list)

    def start(self, journey: str, name: str, *arguments: Any) -> bool:
        self.started.append((journey, name))
        self.scheduler.journeys()[journey](self.step, name, *arguments)
        return True


class Rig(Living):
    """A workspace with devices, as every test has it (tests/rigs/living.py), and a scheduler turned by hand."""

    def __init__(self, folder: Path, work: Redact = work_at_once) -> None:
        clock = Clock(NOON)
        super().__init__(open_workspace(furnish(folder), clock), clock, folder)
        self.work = work
        self.restart()

    def restart(self) -> None:
        """Be a new process: a scheduler that knows nothing."""
        self.scheduler = Scheduler(
            self.workspace, lambda path, tags: self.work(path, tags), 3, lambda: self.clock.time_s
        )
        self.engine = InlineEngine(self.scheduler)
        self.scheduler.attach(self.engine)
        self.tasks = PeriodicTasks(self.workspace.settings.retry_longest_s, lambda: self.clock.time_s)
        self.tasks.put(looks(self.workspace, self.scheduler, lambda: None))
        self.scheduler.set_devices(self.approved())

    def approved(self) -> list[RegisteredDevice]:
        with self.workspace.database.read() as connection:
            return [device for device in read_devices(connection) if device.is_approved(self.clock())]

    def drop(self, device: str = DEVICE) -> Path:
        """Return a device's drop folder."""
        return self.folder / device

    def add(self, device: str = DEVICE, *, owner: Owner = Owner.TRUST, clears: Clears = Clears.AT_ONCE) -> Path:
        """Register a drop folder, and return it."""
        self.register(device, [self.drop(device)], owner, clears)
        self.scheduler.set_devices(self.approved())
        return self.drop(device)

    # -- what happens --

    def look(self) -> list[Report]:
        """Look through the devices once, as the watch does at its start, and tell the scheduler."""
        notifier, clock = FakeNotifier(self.clock, [lambda: None] * LONGEST_LOOK), self.clock
        doors = [device_of(device.record) for device in self.approved()]
        reports = list(watch_devices(doors, notifier, clock, notifier, rhythm=Rhythm(tick_s=0.25), once=True))
        for report in reports:
            self.scheduler.take(report)
        return reports

    def turn(self, times: int = 1, pause_s: float = 3.0) -> None:
        """Let the scheduler do what is due, with pauses between."""
        for _ in range(times):
            self.tasks.turn()
            self.scheduler.turn()
            self.clock.time_s += pause_s

    def take_in(self) -> None:
        """Take in what was seen, and begin nothing."""
        while self.scheduler._reports:
            self.scheduler._follow_next()

    def run(self, turns: int = 4) -> None:
        """Look once and let the scheduler do all of it."""
        self.look()
        self.turn(turns)

    def mend(self, *, restarts: bool = True) -> None:
        """Look again and go on for an hour, past every pause between two tries; or be a new process."""
        if restarts:
            self.restart()
        self.look()
        self.turn(5, 3.0 if restarts else 700.0)

    # -- what is there --

    def photos(self) -> dict[str, Photo]:
        with self.workspace.database.read() as connection:
            return {photo.sha256: photo for photo in photo_rows.list_photos(connection, tuple(State))}

    def left(self) -> dict[tuple[str, ...], str]:
        """Return why something is left for a person, by its place; () for what is said of a whole device."""
        with self.workspace.database.read() as connection:
            left = photo_rows.list_left(connection)
        return {() if item.place is None else item.place.parts: item.why for item in left}

    def entries(self, *kinds: Entry) -> list[tuple[str, str]]:
        """Return (kind, photo) of the audit log's entries, in order."""
        query = select(log_entries.c.kind, log_entries.c.photo).order_by(log_entries.c.n)
        with self.workspace.database.read() as connection:
            found = [(str(row.kind), str(row.photo)) for row in connection.execute(query)]
        return [(kind, photo) for kind, photo in found if not kinds or Entry(kind) in kinds]

    def on_devices(self) -> set[str]:
        """Return the files that lie on all devices, without markers."""
        files = [path for device in self._devices() for path in self.drop(device).rglob("*") if not path.is_dir()]
        return {path.relative_to(self.folder).as_posix() for path in files if path.name != ".redact-device"}

    def _devices(self) -> Sequence[str]:
        with self.workspace.database.read() as connection:
            return [device.id for device in read_devices(connection)]

    def stored(self) -> dict[str, bytes]:
        """Return the copies in trust storage by name."""
        folder = self.workspace.settings.trust_folder
        return {name: path.read_bytes() for name, path in copies_in(folder).items()}

    def quarantined(self) -> set[str]:
        return {path.name for path in self.workspace.settings.quarantine.iterdir()}

    # -- what must hold --

    def check_nothing_lost(self, *contents: bytes) -> None:
        """Check what must hold at any moment, whatever has failed: nothing is gone without its proofs."""
        photos, here = self.photos(), {sha(path.read_bytes()) for path in self._files()}
        for content in contents:
            photo = photos.get(sha(content))
            if sha(content) in here:
                continue
            assert photo is not None and photo.state is State.STORED, "the source is gone and the photo is not stored"
            assert photo.output_name is not None and photo.output is not None and photo.sealed is not None
            assert self.stored()[photo.output_name] == redacted(content)
            assert self.workspace.vault.holds(photo.sha256, photo.sealed)
            kinds = [kind for kind, of in self.entries() if of == photo.sha256]
            assert kinds.index("photo.stored") < kinds.index("deletion.opened")

    def _files(self) -> Iterator[Path]:
        for device in self._devices():
            for path in self.drop(device).rglob("*"):
                if path.is_file() and not path.is_symlink() and path.name != ".redact-device":
                    yield path

    def check_done(self, *contents: bytes, removed: Sequence[bytes] = ()) -> None:
        """Check that every one of these photos is stored once, cleared everywhere, and nothing plain is left.

        The files of those that are `removed` too were gone, or overwritten, before this program deleted them.
        """
        photos = self.photos()
        assert {sha(content) for content in contents} == set(photos)
        assert {photo.state for photo in photos.values()} <= {State.STORED}, [p.reason for p in photos.values()]
        assert sorted(self.stored().values()) == sorted(redacted(content) for content in set(contents))
        ends, gone = {sha(content) for content in removed}, (FileState.GONE, "re-checked")
        for device_file in self.device_files():
            end = (FileState.REMOVED, "unknown") if device_file.photo in ends else gone
            assert (device_file.state, device_file.level) == end, device_file.reason
        assert not self.on_devices() and not self.quarantined()
        for kind in (Entry.PHOTO_ARRIVED, Entry.PHOTO_STORED):  # the steps between may have been done again
            assert sorted(of for _, of in self.entries(kind)) == sorted(photos), kind
        parts = [path.name for path in self.workspace.settings.folder.rglob("*") if path.name.endswith(".part")]
        assert not parts
        self.check_record()
        for content in contents:
            self.check_nothing_lost(content)


@contextlib.contextmanager
def real_engine(rig: Rig) -> Iterator[Engine]:
    """Run the real engine with the rig's scheduler."""
    with Engine(rig.workspace.settings.engine_url, rig.workspace.executor, rig.scheduler.journeys()) as engine:
        rig.scheduler.attach(engine)
        yield engine


def run_until_idle(rig: Rig) -> None:
    """Turn the scheduler until the real engine's threads have done all."""

    def is_idle() -> bool:
        rig.turn(pause_s=0.5)
        return rig.scheduler.is_idle()

    wait_until(is_idle, pause_s=0.05)


def environment() -> dict[str, str]:
    """Return the environment of a child process that imports the tests."""
    return {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
