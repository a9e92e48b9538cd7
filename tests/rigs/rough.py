"""Rough handling by lot: files are dropped, renamed, replaced, doubled, moved and thrown away, devices and storage are
taken away, the disk is full, and the watcher is killed, all at random moments; an outside checker looks after every
kill.

    python -m tests.rigs.rough [--photos 200] [--kills 40] [--seed 1] [--work DIR]

The watch runs in a process of its own with its real threads, engine and stores; only the redaction is instant
(tests/rigs/dying.py).  A full disk refuses every call by which our files are written, and every commit.  What people do
stands in a list (`Hand`), and the checker believes that list, the files and the tables, never what the program says.
Exit status 0: nothing was lost, stored twice, or said to be gone that was not deleted.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import OperationalError as DriverError
from typing import Any
from unittest import mock

from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from redact.audit.kinds import Role
from redact.devices.clearing.clear import clear
from redact.redaction.values import Outcome, Status
from redact.reports.status import read_status
from redact.service.run import CutShort, run_watch
from redact.store.database import Database, sqlite_url
from redact.store.devices import Owner, read_devices
from redact.store.log.check import check_workspace
from redact.store.log.mirrors import number_mirrors
from redact.store.photos import LeftKind, count_left, place_tag
from redact.workers.job import WorkerSetup
from redact.workspace.create import make_workspace
from redact.workspace.open import open_workspace
from tests.rigs.dying import InstantPool
from tests.rigs.killing import ROOT, register
from tests.rigs.living import copies_in
from tests.rigs.saboteurs import WRITES, full
from tests.rigs.witness import Witness, sha256_of
from watcher import ERASING_PREFIX, MARKER_NAME, Place

BIN = ".Trash-1000"
WHOLE_END = b"the end of a whole photo"
LONGEST_WORK_S = 0.05  # seconds that redacting a photo takes here, at most
TO_REST_S = 4.0  # seconds: until a new file is at rest, and a little more
AWAKE = "awake"  # a file that the watcher makes when it begins
LONGEST_START_S = 60.0  # seconds: of the start of Python on a busy machine
MOST_RUNS = 12  # of a run at the end: what met trouble waits for a later one

# -- the watcher, in a process of its own --


class SlowPool(InstantPool):
    """Holds what has no end, as the decoder does; takes a moment for each."""

    def work(self, source: Path, snapshot: object, job: object) -> Outcome:
        time.sleep(random.uniform(0, LONGEST_WORK_S))  # noqa: S311  the child's own lot; its moments are the machine's anyway
        outcome = super().work(source, snapshot, job)
        if source.read_bytes().endswith(WHOLE_END):
            return outcome
        return Outcome(Status.HELD, outcome.sha256, "The picture breaks off before its end.")


def watch(workspace: Path, is_once: bool) -> int:  # noqa: FBT001  one word of the command line
    """Run the watch, with everything that it does now and then done often; the disk is full while a file says so."""
    disk = disk_of(workspace)
    for patch in (
        mock.patch("redact.service.run.WorkerPool", SlowPool),
        mock.patch("redact.service.clearings.CLEAR_PAUSE_S", 0.1),
        mock.patch("redact.service.clearings.LOOK_S", 1.0),
        mock.patch("redact.service.photo_queue.LOOK_S", 1.0),
        mock.patch("redact.service.periodic.LOOK_S", 1.0),
        mock.patch("redact.service.due.FIRST_PAUSE_S", 0.5),
    ):
        patch.start()
    for owner, name in WRITES:
        setattr(owner, name, _refusing(getattr(owner, name), name, disk))
    with open_workspace(workspace) as opened:
        event.listen(opened.database.engine, "commit", _refuse_commit(disk))
        (workspace.parent / AWAKE).touch()
        try:
            run_watch(opened, threading.Event(), WorkerSetup(Path("no-weights")), {}, once=is_once)
        except CutShort as cut:
            print(cut, flush=True)
            return 1
    return 0


def _refusing(real: Callable[..., Any], name: str, disk: Path) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        if (name != "open" or "ab" in arguments) and os.path.lexists(disk):
            full()
        return real(*arguments, **named)

    return call


def _refuse_commit(disk: Path) -> Callable[[Connection], None]:
    def refuse(connection: Connection) -> None:
        if not connection.get_execution_options().get("redact_reads") and os.path.lexists(disk):
            raise OperationalError("commit", None, DriverError("database or disk is full"))

    return refuse


def disk_of(workspace: Path) -> Path:
    """Return the file whose presence says that the disk is full."""
    return workspace.parent / "disk-is-full"


def start(workspace: Path, *options: str) -> subprocess.Popen[bytes]:
    with (workspace.parent / "watch.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.rigs.rough", "--child", str(workspace), *options],
            cwd=ROOT, stdout=log, stderr=log, start_new_session=True,
            env={**os.environ, "HOME": str(workspace.parent), "XDG_DATA_HOME": str(workspace.parent / "share")},
        )  # fmt: skip


# -- the people --


@dataclass(frozen=True, slots=True)
class Act:
    """What a person did to the file at one place."""

    at: float  # seconds of the epoch
    device: str
    parts: tuple[str, ...]
    sha256: str
    is_put: bool  # else taken away


@dataclass
class Hand:
    """Everybody who has the devices in their hands; keeps a list of what was done."""

    base: Path
    devices: list[Path]
    rng: random.Random
    number: int = 0
    acts: list[Act] = field(default_factory=list)
    wholes: dict[str, bytes] = field(default_factory=dict)  # every photo that lay whole on a device
    spoiled: set[str] = field(default_factory=set)  # overwritten by hand, nobody keeps another copy
    unfinished: dict[Path, bytes] = field(default_factory=dict)  # what is still to be written, by file
    done: Counter[str] = field(default_factory=Counter)

    def drop(self) -> None:
        """Put a new photo on a device, whole or half of it."""
        content = self._new_photo()
        file = self.rng.choice(self._folders()) / self._free_name()
        if self.rng.random() < 0.25:
            cut = self.rng.randrange(1, len(content))
            self._write(file, content[:cut])
            self.unfinished[file] = content
            self.done["half dropped"] += 1
        else:
            self._write(file, content)

    def finish(self) -> None:
        """Write the rest of a half, where it still lies."""
        if self.unfinished:
            file = self.rng.choice(list(self.unfinished))
            content, former = self.unfinished.pop(file), sha256_of(file)
            if former is not None and content.startswith(file.read_bytes()):
                self._note(file, former, is_put=False)
                with file.open("r+b") as opened:
                    opened.write(content)
                self._note(file, sha256_of(file) or "", is_put=True)
                self.wholes[sha256_of(file) or ""] = content

    def rename(self) -> None:
        """Give a file another name, in its folder or another one of the same device."""
        if (file := self._some_file()) is not None:
            device = self._device_of(file)
            self._move(file, self.rng.choice([device, device / "Year 3"]) / self._free_name())

    def move(self) -> None:
        """Move a file to another device."""
        if (file := self._some_file()) is not None:
            self._move(file, self.rng.choice(self._folders()) / self._free_name())

    def take_off(self) -> None:
        """Move a file off the devices, where nobody finds it."""
        if (file := self._some_file()) is not None:
            self._move(file, self.base / "elsewhere" / f"{self.number}-{file.name}")

    def throw_away(self) -> None:
        """Put a file into the bin of its device."""
        if (file := self._some_file()) is not None:
            self._move(file, self._device_of(file) / BIN / "files" / file.name)

    def double(self) -> None:
        """Copy a file under another name, to the same or another device."""
        if (file := self._some_file()) is not None:
            with contextlib.suppress(FileNotFoundError):
                self._write(self.rng.choice(self._folders()) / self._free_name(), file.read_bytes())

    def replace(self) -> None:
        """Let the camera use a name again: its file goes to another name, a new photo comes under the old one."""
        if (file := self._some_file()) is not None:
            self._move(file, file.with_name(self._free_name()))
            self._write(file, self._new_photo())

    def overwrite(self) -> None:
        """Write another photo into a file."""
        if (file := self._some_file()) is not None:
            former = sha256_of(file)
            if former is not None:
                self.spoiled.add(former)
                self._note(file, former, is_put=False)
                self._write(file, self._new_photo())

    def act(self) -> None:
        """Do one of these, by lot."""
        every = [self.drop, self.finish, self.rename, self.move, self.take_off, self.double, self.replace]
        act = self.rng.choices([*every, self.overwrite, self.throw_away], [6, 3, 2, 2, 0.4, 2, 1, 0.4, 0.4])[0]
        self.done[act.__name__] += 1
        act()

    def _new_photo(self) -> bytes:
        self.number += 1
        return b"\xff\xd8\xff" + self.rng.randbytes(self.rng.randrange(500, 9000)) + WHOLE_END

    def _free_name(self) -> str:
        self.number += 1
        return f"IMG_{self.number:04}.JPG"

    def _folders(self) -> list[Path]:
        here = [device for device in self.devices if device.is_dir()]
        return [*here, *(device / "Year 3" for device in here)] or [self.base / "elsewhere"]

    def _some_file(self) -> Path | None:
        found = [file for device in self.devices if device.is_dir() for file in photos_in(device)]
        whole = [file for file in found if file not in self.unfinished and BIN not in file.parts]
        return self.rng.choice(whole) if whole else None

    def _device_of(self, file: Path) -> Path:
        return next(device for device in self.devices if file.is_relative_to(device))

    def _write(self, file: Path, content: bytes) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self.unfinished.pop(file, None)
        file.write_bytes(content)
        sha256 = sha256_of(file) or ""
        self._note(file, sha256, is_put=True)
        if content.endswith(WHOLE_END):
            self.wholes[sha256] = content

    def _move(self, file: Path, to: Path) -> None:
        to.parent.mkdir(parents=True, exist_ok=True)
        content = sha256_of(file)
        try:
            file.rename(to)
        except FileNotFoundError:
            return  # it was deleted before
        sha256 = sha256_of(to) or ""
        if content is not None and content == sha256:
            self._note(file, sha256, is_put=False)
            self._note(to, sha256, is_put=True)

    def _note(self, file: Path, sha256: str, *, is_put: bool) -> None:
        for device in self.devices:
            if file.is_relative_to(device):
                parts = file.relative_to(device).parts
                self.acts.append(Act(time.time(), device.name, parts, sha256, is_put))


def photos_in(folder: Path) -> list[Path]:
    """Return the photos below a folder; those that the program is about to delete have no such name."""
    return [path for path in folder.rglob("IMG_*.JPG") if path.is_file()]


# -- what is taken away, and comes back --


@dataclass
class Away:
    """Devices, storage and disk, some of them away."""

    workspace: Path
    devices: list[Path]
    gone: list[Path] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    def take(self, rng: random.Random) -> None:
        """Take something away, or let the disk be full."""
        what = rng.choice([*self.devices, self.workspace / "trust", self.workspace / "vault", disk_of(self.workspace)])
        if what == disk_of(self.workspace):
            what.touch()
        elif what.is_dir():
            what.rename(self._place(what))
            self.gone.append(what)
        self.done[f"{what.name} away"] += 1

    def bring_back(self) -> None:
        """Bring everything back."""
        disk_of(self.workspace).unlink(missing_ok=True)
        for what in self.gone:
            if what.exists():  # somebody made a new one meanwhile, which would be a fault of its own
                raise AssertionError(f"{what.name} was made again while it was away")
            self._place(what).rename(what)
        self.gone.clear()

    def _place(self, what: Path) -> Path:
        return self.workspace.parent / "drawer" / what.name


# -- the checker --


@dataclass(frozen=True, slots=True)
class Row:
    """A file on a device, as the program has it."""

    photo: str
    device: str
    place: str
    state: str
    level: str | None
    cleared_at: str | None
    reason: str | None


class Checker(Witness):
    """Says what is lost, stored twice, or said to be gone that is not; with everything back in its place."""

    def __init__(self, workspace: Path, reviewer_key: str, tag_key: bytes, hand: Hand) -> None:
        super().__init__(workspace, reviewer_key)
        self.hand, self.tag_key = hand, tag_key

    def check(self) -> list[str]:
        photos, rows, stored = self._read()
        return [*self._lost(photos, stored), *self._twice(photos, stored), *self._false_gone(rows)]

    def _read(self) -> tuple[dict[str, dict[str, str]], list[Row], Counter[str]]:
        database = Database(sqlite_url(self.workspace / "redact.db"))
        try:
            with database.read() as connection:
                said = connection.exec_driver_sql
                photos = said("select sha256, state, output, output_name from photos").mappings().all()
                files = said("select photo, device, place, state, level, cleared_at, reason from device_files").all()
                bodies = said("select body from log_entries where kind = 'photo.stored'").all()
        finally:
            database.close()
        stored = Counter(str(json.loads(bytes(row[0]))["photo"]) for row in bodies)
        return {row["sha256"]: dict(row) for row in photos}, [Row(*row) for row in files], stored

    def _lost(self, photos: dict[str, dict[str, str]], stored: Counter[str]) -> Iterator[str]:
        lying = {sha256_of(file) for folder in (*self.hand.devices, self.hand.base / "elsewhere") for file in
                 (path for path in folder.rglob("*") if path.is_file())}  # fmt: skip
        for sha256 in self.hand.wholes.keys() - lying - self.hand.spoiled:
            row = photos.get(sha256, {})
            if not self.has_copy(sha256):
                yield f"LOST: {sha256[:12]}: on no device, in no vault; {row.get('state')}"
            if row.get("output") is None or sha256_of(self._stored(row)) != row["output"] or not stored[sha256]:
                yield f"EARLY: {sha256[:12]}: on no device, and its copy is not stored; {row.get('state')}"

    def _stored(self, row: dict[str, str]) -> Path:
        return self.workspace / "trust" / (row.get("output_name") or "-")

    def _twice(self, photos: dict[str, dict[str, str]], stored: Counter[str]) -> Iterator[str]:
        yield from (f"STORED TWICE: {sha256[:12]}, by the log" for sha256, count in stored.items() if count > 1)
        made = {row["output_name"] for row in photos.values() if row["output_name"]}
        found = [name for name in copies_in(self.workspace / "trust") if name.endswith(".jpg")]
        yield from (f"STORED TWICE: {name} is no photo's copy" for name in found if name not in made)

    def _false_gone(self, rows: list[Row]) -> Iterator[str]:
        acts = defaultdict[tuple[str, str, str], list[Act]](list)
        for act in self.hand.acts:
            acts[act.sha256, act.device, self._tag(act)].append(act)
        for row in rows:
            history = acts[row.photo, row.device, row.place]
            if row.state != "gone" or row.level == "attested":
                continue
            if not history:
                yield f"FALSE GONE: {row.photo[:12]}: nobody ever put it on {row.device} where it is said to be gone"
                continue
            ended = datetime.fromisoformat(row.cleared_at or "").replace(tzinfo=UTC).timestamp()
            device = next(device for device in self.hand.devices if device.name == row.device)
            lies = sha256_of(device.joinpath(*history[-1].parts)) == row.photo
            if lies and all(act.at <= ended for act in history):
                yield f"FALSE GONE: {row.photo[:12]} lies at its place on {row.device}"
            # nothing is put where it lay before: what a hand took, before that moment or after it, was not deleted
            if not all(act.is_put for act in history) and not self._is_elsewhere(row, history):
                yield f"FALSE GONE: {row.photo[:12]} was taken off {row.device} by hand; {row.level}, {row.reason}"
            if self._is_half_erased(row, device, rows):
                yield f"FALSE GONE: {row.photo[:12]} lies on {row.device} under a neutral name"

    def _is_elsewhere(self, row: Row, history: list[Act]) -> bool:
        """Say whether it is told that the file was moved on its device, and a hand did that: it is gone there then."""
        moved = (act for act in self.hand.acts if act.is_put and act.sha256 == row.photo and act.device == row.device)
        return "moved on the device" in (row.reason or "") and any(act.parts != history[0].parts for act in moved)

    def _is_half_erased(self, row: Row, device: Path, rows: list[Row]) -> bool:
        """Say whether the photo lies on its device renamed for its deletion, and no deletion of it stands open."""
        same = (other for other in rows if (other.photo, other.device) == (row.photo, row.device))
        begun = device.rglob(f"{ERASING_PREFIX}{row.photo[:32]}-*")
        return all(other.state not in {"opened", "unknown", "kept"} for other in same) and any(begun)

    def _tag(self, act: Act) -> str:
        return place_tag(self.tag_key, Place(act.device, act.parts))

    def _told_of_bins(self) -> Counter[str]:
        database = Database(sqlite_url(self.workspace / "redact.db"))
        try:
            with database.read() as connection:
                return count_left(connection, [LeftKind.BINNED_PHOTO])
        finally:
            database.close()

    def check_end(self) -> list[str]:
        """Return what is not done after the last run, with everything in its place."""
        photos, rows, _ = self._read()
        lying = [(device.name, file) for device in self.hand.devices for file in photos_in(device)]
        on_device = defaultdict[str, set[str]](set)
        faults, binned = [], Counter[str]()
        for device, file in lying:
            sha256 = sha256_of(file) or ""
            if BIN in file.parts and sha256 not in photos:
                binned[device] += 1
                continue
            on_device[sha256].add(device)
            if photos.get(sha256, {}).get("state") != "held":
                faults.append(f"LEFT: {sha256[:12]} on {device}; {photos.get(sha256, {}).get('state')}")
        if binned != self._told_of_bins():
            faults.append(f"NOT TOLD: in bins lie {dict(binned)}, told is {dict(self._told_of_bins())}")
        faults += [
            f"FALSE GONE: {row.photo[:12]} lies on {row.device} elsewhere"
            for row in rows
            if row.state == "gone" and row.device in on_device[row.photo]
            and not any(other.photo == row.photo and other.device == row.device and other.state == "taken"
                        for other in rows)
        ]  # fmt: skip
        for sha256 in self.hand.wholes.keys() - self.hand.spoiled:
            off = [*(self.hand.base / "elsewhere").iterdir(), *(file for _, file in lying if BIN in file.parts)]
            is_elsewhere = any(sha256_of(file) == sha256 for file in off)
            if photos.get(sha256, {}).get("state") != "stored" and not is_elsewhere:
                faults.append(f"NOT DONE: {sha256[:12]}: {photos.get(sha256, {}).get('state')}")
        faults += [f"LEFT OVER: {path.name}" for path in (self.workspace / "quarantine").iterdir()]
        ours = [path for device in self.hand.devices for path in device.rglob("*") if path.is_file()]
        faults += [
            f"LEFT OVER: {path.name} on a device"
            for path in ours
            if path.name[:4] != "IMG_" and path.name != MARKER_NAME
        ]
        faults += [f"LEFT OVER: {path.name}" for path in self.workspace.rglob("*.part")]
        return faults


# -- the whole of it --


@dataclass(frozen=True, slots=True)
class Report:
    """What a run of this test found."""

    photos: int
    kills: int
    faults: tuple[str, ...]
    done: Counter[str]
    states: Counter[str]
    for_person: Counter[str]


def handle_roughly(base: Path, photos: int, kills: int, seed: int, longest_s: float = 6.0) -> Report:
    """Do all of it in the folder `base`, and return what was wrong."""
    workspace, rng = base / "workspace", random.Random(seed)  # noqa: S311  by lot, and again
    devices = [base / "devices" / name for name in ("camera", "phone", "share")]
    for folder in (*devices, base / "elsewhere", base / "drawer"):
        folder.mkdir(parents=True)
    make_workspace(workspace, "Oak School")
    with open_workspace(workspace) as opened:
        for device in devices:
            register(opened, device.name, device, Owner.PERSONAL if device.name == "phone" else Owner.TRUST)
        tag_key = opened.keys.tags
    key = (workspace / "move-away/reviewer.key").read_text().splitlines()[-1]
    hand, away = Hand(base, devices, rng), Away(workspace, devices)
    checker, faults = Checker(workspace, key, tag_key, hand), list[str]()
    for number in range(1, kills + 1):
        _one_round(hand, away, workspace, longest_s, photos * number // kills)
        faults += (found := [f"after kill {number}: {fault}" for fault in checker.check()])
        print(f"kill {number}: {len(hand.wholes)} photos; {len(found)} faults", *found, sep="\n  ", flush=True)
    while hand.unfinished:
        hand.finish()
    faults += _end(workspace, checker)
    hand.done += away.done
    return _report(workspace, hand, kills, faults, checker)


def _one_round(hand: Hand, away: Away, workspace: Path, longest_s: float, photos: int) -> None:
    """Let the watcher work while everything happens, kill it, and bring back what was taken away."""
    if hand.rng.random() < 0.3:
        away.take(hand.rng)  # it starts without
    awake = workspace.parent / AWAKE
    awake.unlink(missing_ok=True)
    program, begun = start(workspace), time.monotonic()
    while not awake.exists() and time.monotonic() < begun + LONGEST_START_S:
        time.sleep(0.05)  # else a busy machine kills it before it does anything
    until = time.monotonic() + TO_REST_S + hand.rng.uniform(0, longest_s)
    try:
        while time.monotonic() < until:
            if len(hand.wholes) < photos or hand.rng.random() < 0.1:
                hand.act()
            if hand.rng.random() < 0.05:
                away.take(hand.rng)
            elif hand.rng.random() < 0.1:
                away.bring_back()
            time.sleep(hand.rng.uniform(0.01, 0.2))
    finally:
        os.killpg(program.pid, signal.SIGKILL)
        program.wait()
        away.bring_back()


def _end(workspace: Path, checker: Checker) -> list[str]:
    """Let runs end what was begun, until one does all of it; return what is wrong then."""
    for _ in range(MOST_RUNS):
        ended = start(workspace, "--once").wait(timeout=600)
        if ended == 0 and not checker.check_end():
            break
    _try_again(workspace)
    return [*checker.check(), *checker.check_end()]


def _try_again(workspace: Path) -> None:
    """Try what could not be deleted once more, as the watcher does after six hours: a file was replaced meanwhile."""
    with open_workspace(workspace) as opened:
        with opened.database.read() as connection:
            devices = read_devices(connection)
        for device in devices:
            clear(opened, device.id, Role.SYSTEM.value, tries_again=True)


def _report(workspace: Path, hand: Hand, kills: int, faults: list[str], checker: Checker) -> Report:
    with open_workspace(workspace) as opened:
        settings = opened.settings
        mirrors = number_mirrors(settings.checkpoint_mirrors)
        log = check_workspace(opened.database, settings.origin, mirrors, [opened.keys.log_key])
        faults += [] if log.is_intact else ["the audit log is not intact"]
        for_person = Counter(item.what for item in read_status(opened).for_person for _ in range(item.count))
    photos, rows, _ = checker._read()
    states = Counter(f"photo {row['state']}" for row in photos.values()) + Counter(f"file {row.state}" for row in rows)
    return Report(len(hand.wholes), kills, tuple(faults), hand.done, states, for_person)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=200)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--longest", type=float, default=6.0, help="seconds until a kill, at most, besides the first four"
    )
    parser.add_argument("--work", type=Path)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child is not None:
        return watch(given.child, given.once)
    base, began = given.work or Path(tempfile.mkdtemp(prefix="rough-")), time.monotonic()
    report = handle_roughly(base, given.photos, given.kills, given.seed, given.longest)
    for fault in report.faults:
        print("  ", fault)
    kinds = Counter(fault.split(": ")[-2 if fault.startswith("after") else 0].split(":")[0] for fault in report.faults)
    print(
        f"{report.photos} photos, {report.kills} kills, seed {given.seed}; {len(report.faults)} faults {dict(kinds)}; "
        f"{dict(report.done)}; {dict(report.states)}; for a person {dict(report.for_person)}; "
        f"{time.monotonic() - began:.0f} s", flush=True,
    )  # fmt: skip
    if not report.faults and given.work is None:
        shutil.rmtree(base)
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
