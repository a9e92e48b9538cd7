"""A real workspace with real folders as devices, and photos walked through it by its own steps; only the
redaction itself is made up."""

from __future__ import annotations

import atexit
import functools
import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from redact.audit.events import Event, Numbered
from redact.audit.kinds import Role
from redact.devices.clearing.clear import clear
from redact.devices.new_device import NewDevice
from redact.devices.register import add_device
from redact.photos import steps
from redact.photos.steps import Worked
from redact.redaction.values import Action, Outcome, Region, Status, Verdict
from redact.redaction.values import Kind as RegionKind
from redact.store import photos as photo_rows
from redact.store.devices import Clears, Kind, Owner, RegisteredDevice, read_device
from redact.store.log.check import check_workspace
from redact.store.log.mirrors import number_mirrors
from redact.store.log.reader import read_every
from redact.store.photos import DeviceFile, Photo, State
from redact.system.clock import print_moment
from redact.system.files import make_private_folder
from redact.workspace.create import make_workspace
from redact.workspace.open import Workspace, open_workspace
from redact.workspace.settings import FILE
from redact.workspace.settings.file import change_setting, read_settings
from tests.rigs.device_folders import FakeClock, look
from watcher.device import device_of
from watcher.guard import Place

START = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)
MODELS = "0" * 64


@dataclass
class Clock(FakeClock):
    """Time that passes when a test says so: what the wall clock shows, and one that nobody sets."""

    moment: datetime = START
    time_s: float = 1000.0

    def __call__(self) -> datetime:
        return self.moment

    def go(self, **span: float) -> None:
        """Let time pass; the clock that nobody sets goes forward only."""
        self.moment += timedelta(**span)
        self.time_s += max(0.0, timedelta(**span).total_seconds())


@functools.cache
def _template() -> tuple[Path, tempfile.TemporaryDirectory[str]]:
    """Make one workspace per process; the others are its copies, which takes a tenth of the time."""
    folder = tempfile.TemporaryDirectory(prefix="redact-tests-", ignore_cleanup_errors=True)
    atexit.register(folder.cleanup)
    make_workspace(Path(folder.name) / "workspace", "Oak School")
    return Path(folder.name) / "workspace", folder


def copy_workspace(folder: Path, **chosen: object) -> Path:
    """Make a workspace as `make_workspace` does, with further settings; what lies in `folder` is a copy."""
    shutil.copytree(_template()[0], folder, symlinks=True)
    text = (folder / FILE).read_text("utf-8")
    for name, value in chosen.items():
        text = change_setting(text, name, value)
    (folder / FILE).write_text(text, "utf-8")
    for mirror in read_settings(folder).checkpoint_mirrors if chosen else ():
        make_private_folder(mirror)
    return folder


def furnish(folder: Path) -> Path:
    """Return the workspace in `folder`, a new one where there is none."""
    workspace = folder / "workspace"
    return workspace if workspace.exists() else copy_workspace(workspace)


def copies_in(trust: Path | None) -> dict[str, Path]:
    """Return the copies in trust storage by their names, with sub-folders; for-use holds none of its own."""
    assert trust is not None
    found = {path.relative_to(trust).as_posix(): path for path in sorted(trust.rglob("*")) if path.is_file()}
    return {name: path for name, path in found.items() if not path.name.startswith(".") and name[:8] != "for-use/"}


@dataclass
class Living:
    """One opened workspace and its devices; photos are walked through it by hand."""

    workspace: Workspace
    clock: Clock
    folder: Path
    devices: dict[str, Path] = field(default_factory=dict)

    @property
    def at(self) -> str:
        return print_moment(self.clock())

    def add_device(
        self, name: str = "cam-office", *, owner: Owner = Owner.TRUST, clears: Clears | None = None, further: int = 0
    ) -> Path:
        """Register a drop folder and return it."""
        folders = [self.folder / name / str(number) for number in range(further + 1)]
        return self.register(name, folders, owner, clears)

    def register(self, name: str, folders: Sequence[Path], owner: Owner, clears: Clears | None) -> Path:
        """Register these drop folders as one device, and return the first."""
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
        new = NewDevice(
            name, Kind.DROP_FOLDER, owner, Role.COMMUNICATIONS, Role.HEADTEACHER, folder=folders[0],
            further=tuple(folders[1:]), clears=clears,
        )  # fmt: skip
        add_device(self.workspace, new)
        self.devices[name] = folders[0]
        return folders[0]

    def add_attested(self, name: str = "ipad-3", owner: Owner = Owner.PERSONAL) -> None:
        add_device(self.workspace, NewDevice(name, Kind.ATTEST_ONLY, owner, Role.HOLDER, Role.HEADTEACHER))

    def take(self, path: Path, content: bytes, device: str = "cam-office", folder: int = 0) -> str:
        """Put a file on a device, and take it in; return the photo's id."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        registered = self.device(device)
        place = Place(device, path.relative_to(registered.record.folders[folder]).parts, folder)
        taken = steps.take_in(self.workspace, device_of(registered.record), place, look(path), ())
        assert taken in {None, hashlib.sha256(content).hexdigest()}, taken
        return hashlib.sha256(content).hexdigest()

    def store(self, path: Path, content: bytes, device: str = "cam-office", folder: int = 0) -> str:
        """Walk a photo through the pipeline into trust storage; return its id."""
        sha256 = self.take(path, content, device, folder)
        assert steps.bring_to_storage(self.workspace, sha256, redact) is State.STORED
        return sha256

    def stop(self, path: Path, content: bytes, status: Status = Status.HELD, device: str = "cam-office") -> str:
        """Walk a photo to where a person must look; return its id."""
        sha256 = self.take(path, content, device)
        self.redact_to(sha256, status)
        return sha256

    def redact_to(self, sha256: str, status: Status) -> None:
        outcome = Outcome(status, sha256, "A face could not be covered for certain.", regions=(REGION,))
        steps.bring_to_storage(self.workspace, sha256, lambda _path, _tags: Worked(outcome, None, MODELS))

    def clear(self, device: str = "cam-office", *, tries_again: bool = False) -> dict[str, int]:
        """One clearing, as the engine runs it; return how many files had which verdict."""
        return dict(clear(self.workspace, device, "system", tries_again=tries_again).counts)

    def device(self, name: str) -> RegisteredDevice:
        with self.workspace.database.read() as connection:
            found = read_device(connection, name)
        assert found is not None
        return found

    def photo(self, sha256: str) -> Photo:
        with self.workspace.database.read() as connection:
            found = photo_rows.read_photo(connection, sha256)
        assert found is not None
        return found

    def device_files(self, device: str | None = None, photo: str | None = None) -> tuple[DeviceFile, ...]:
        with self.workspace.database.read() as connection:
            return photo_rows.list_device_files(connection, device=device, photo=photo)

    def events(self, kind: str = "") -> list[Event]:
        """Return what the audit log says, in order; only of kinds that begin so."""
        with self.workspace.database.read() as connection:
            said = [entry.reading for entry in read_every(connection)]
        return [each.event for each in said if isinstance(each, Numbered) and each.event.kind.value.startswith(kind)]

    def check_record(self) -> list[str]:
        """Check the audit log; return what a person should look at. A fault fails the test."""
        settings = self.workspace.settings
        places = number_mirrors(settings.checkpoint_mirrors)
        report = check_workspace(self.workspace.database, settings.origin, places, [self.workspace.keys.log_key])
        assert report.is_intact, report
        return [finding.sentence for check in report.checks for finding in check.findings]


REGION = Region(RegionKind.FACE, Action.COVERED, ((1.0, 1.0), (9.0, 1.0), (9.0, 9.0)), 0.93, "no consent on record")
PUPIL = "A123456789012"


def redact(path: Path, _tags: tuple[str, ...]) -> Worked:
    """Make a copy that can be told from its original."""
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    verdict = Verdict(passed=True, checks=("It is a picture.",))
    outcome = Outcome(Status.REDACTED, sha256, None, b"copy of " + content, regions=(REGION,), verdict=verdict)
    return Worked(outcome, None, MODELS)


@contextmanager
def open_living(folder: Path) -> Iterator[Living]:
    """Make a workspace and open it."""
    clock = Clock()
    with open_workspace(furnish(folder), clock) as workspace:
        yield Living(workspace, clock, folder)
