"""The walk of `redact demo`: a workspace, three devices, the sample pictures, and the real watcher, once.

Nothing here is played: registers, watcher, workers, record and clearing are those of every day.  One thing is set up
that time would bring: the third device is registered with the clock set back, so that its approval has run out.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from redact.audit.events import Event, Numbered
from redact.audit.kinds import Kind, Role
from redact.devices.new_device import NewDevice
from redact.devices.register import add_device
from redact.errors import RedactError, short_id
from redact.pupils.consents.importing import Wishes, read_consents
from redact.pupils.roll import read_roll
from redact.redaction.values import Action, Region
from redact.redaction.values import Kind as RegionKind
from redact.registers.act import ImportOrder
from redact.registers.consents import import_consents
from redact.registers.roll import import_roll
from redact.service.run import run_watch
from redact.store import photos as photo_rows
from redact.store.devices import Kind as DeviceKind
from redact.store.devices import Owner
from redact.store.log.reader import read_every
from redact.store.photos import Photo, State
from redact.system.clock import local_day, system_now
from redact.trials import demo_folder
from redact.trials.demo_folder import DEVICES, WORKSPACE, list_device
from redact.workers.job import WorkerSetup
from redact.workspace.create import make_workspace
from redact.workspace.open import Workspace, open_workspace

CAMERA, PHONE, VISITOR = "school-camera", "teacher-phone", "visitor-phone"
FILM = "sports-day.mp4"
DETAILS = [  # made up, as everybody there
    "Demo School Trust. Registered office: 1 Example Street, Exampleton",
    "A company limited by guarantee, registered in England and Wales, number 00000000",
]
_FILM = b"\0\0\0\x14ftypmp42\0\0\0\0mp42"  # an MPEG-4 file with no film in it; ISO/IEC 14496-12, "File Type Box"
_AGO = timedelta(days=400)  # when the visitor's phone was approved, for a year: longer ago than any approval lasts
_APPROVED_FOR = timedelta(days=365)
_LOOK_S = 0.3  # seconds between two looks at the audit log, for the lines that are printed while it goes

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Stage:
    """A demo that is ready to run."""

    out: Path
    samples: Mapping[str, bytes]  # by file name
    before: Mapping[str, tuple[str, ...]]  # file names on each device
    pupils: int
    answers: int

    @property
    def workspace(self) -> Path:
        """Where its workspace is."""
        return self.out / WORKSPACE


def set_up(
    out: Path, samples: Mapping[str, bytes], roll: bytes, consents: bytes, settings: Mapping[str, int] | None = None
) -> Stage:
    """Make a workspace and three devices with photos below `out`; a former demo there is replaced.

    Args:
        out: the demo's folder.
        samples: pictures by file name.
        roll: a CSV.
        consents: a CSV.
        settings: that the workspace is to have instead of the defaults.

    Raises:
        UsageError: the folder holds something that no demo made; nothing was changed.
        RedactError: the workspace cannot be made.
    """
    demo_folder.replace_former(out)
    devices = _cast(samples)
    demo_folder.lay_out(out, devices)
    make_workspace(out / WORKSPACE, "demo", {"company_details": DETAILS, **(settings or {})}, allow_synced=True)
    _register_devices(out)
    with open_workspace(out / WORKSPACE) as workspace:
        pupils = _import_roll(workspace, roll)
        answers = _import_consents(workspace, consents)
    return Stage(out, samples, {device: list_device(out, device) for device in devices}, pupils, answers)


def run(workspace: Workspace, setup: WorkerSetup, models: Mapping[str, str], report: Report) -> None:
    """Run the watcher once, and say what happens to each photo as the audit log grows.

    Raises:
        RedactError: the workspace cannot be worked with.
    """
    with _following(workspace, report):
        run_watch(workspace, threading.Event(), setup, models, once=True)


def photo_of(stage: Stage, workspace: Workspace, sample: str) -> Photo:
    """Return how a sample stands in the workspace.

    Raises:
        RedactError: it never arrived.
    """
    with workspace.database.read() as connection:
        photo = photo_rows.read_photo(connection, hashlib.sha256(stage.samples[sample]).hexdigest())
    if photo is None:
        raise RedactError(f"The sample {sample} never arrived in the workspace. See: redact doctor")
    return photo


def check_end(stage: Stage, workspace: Workspace) -> None:
    """Check that the demo ended as it should.

    Raises:
        RedactError: a sample is not stored, a photo is left on an approved device, or one was touched that must not be.
    """
    lacking = [name for name in stage.samples if photo_of(stage, workspace, name).state is not State.STORED]
    if lacking:
        raise RedactError(
            f"{len(lacking)} of the samples were not stored. See: redact status --workspace {stage.workspace}"
        )
    now = {device: list_device(stage.out, device) for device in stage.before}
    if (now[CAMERA], now[PHONE], now[VISITOR]) != ((FILM,), (), stage.before[VISITOR]):
        raise RedactError(
            f"A device does not hold what it should at the end. See: redact status --workspace {stage.workspace}"
        )


def tally(plan: str | None) -> Counter[str]:
    """Return how many regions of each kind a plan covers; under "ask" those that a person should look at."""
    regions = json.loads(plan or "[]")
    counts = Counter(str(region["kind"]) for region in regions if region["action"] != "maybe")
    counts["ask"] = sum(region["action"] in {"ask", "maybe"} for region in regions)
    return counts


def covered_on(plan: str | None) -> tuple[Region, ...]:
    """Return the regions that a photo's plan covers."""
    return tuple(
        Region(
            RegionKind(region["kind"]),
            Action(region["action"]),
            tuple((float(x), float(y)) for x, y in region["polygon"]),
            float(region["score"]),
            str(region["reason"]),
        )
        for region in json.loads(plan or "[]")
        if region["action"] not in {Action.SHOWN, Action.MAYBE}
    )


# -- setting up --


def _cast(samples: Mapping[str, bytes]) -> dict[str, dict[str, bytes]]:
    """Return which file lies on which device: two pictures on both, one twice on one, three on the unapproved one."""
    names = sorted(samples)
    half = len(names) // 2
    camera = {f"sports-day/{name}": samples[name] for name in names[: half + 1]} | {FILM: _FILM}
    phone = {name: samples[name] for name in names[half - 1 :]} | {f"copy-of-{names[-1]}": samples[names[-1]]}
    return {CAMERA: camera, PHONE: phone, VISITOR: {name: samples[name] for name in names[:3]}}


def _register_devices(out: Path) -> None:
    with open_workspace(out / WORKSPACE, lambda: system_now() - _AGO) as workspace:
        ends = local_day(workspace.now() + _APPROVED_FOR, workspace.settings.zone)
        _add(workspace, out, VISITOR, Owner.PERSONAL, Role.HEADTEACHER, ends)
    with open_workspace(out / WORKSPACE) as workspace:
        _add(workspace, out, CAMERA, Owner.TRUST, Role.IT_SERVICES_MANAGER, None)
        _add(workspace, out, PHONE, Owner.PERSONAL, Role.HEADTEACHER, None)


def _add(workspace: Workspace, out: Path, device: str, owner: Owner, approved_by: Role, until: date | None) -> None:
    folder = out / DEVICES / device
    add_device(
        workspace,
        NewDevice(device, DeviceKind.DROP_FOLDER, owner, Role.HOLDER, approved_by, until, folder),
        is_confirmed=True,
    )


def _import_roll(workspace: Workspace, content: bytes) -> int:
    order = ImportOrder(hashlib.sha256(content).hexdigest(), is_whole=True)
    written = import_roll(workspace, Role.DATA_PROTECTION_OFFICER, read_roll(content), order)
    return written.difference.changed


def _import_consents(workspace: Workspace, content: bytes) -> int:
    """Import the samples' consents; that most pupils change is no alarm in a workspace that was made just now."""
    order = ImportOrder(hashlib.sha256(content).hexdigest(), confirms_large=True)
    export = read_consents(content, Wishes(purposes=workspace.settings.purposes))
    written = import_consents(workspace, Role.DATA_PROTECTION_OFFICER, export, order)
    return len(written.difference.changes)


# -- saying what happens --


@contextlib.contextmanager
def _following(workspace: Workspace, report: Report) -> Iterator[None]:
    """Read the audit log while something works in the workspace, and report each entry on a photo."""
    ended = threading.Event()
    began_s = time.monotonic()
    with workspace.database.read() as connection:
        entry_count = sum(1 for _ in read_every(connection))

    def follow() -> None:
        seen, is_last = entry_count, False
        while not is_last:
            is_last = ended.wait(_LOOK_S)  # one more look after the end
            with contextlib.suppress(RedactError), workspace.database.read() as connection:
                events = [
                    entry.reading.event for entry in read_every(connection) if isinstance(entry.reading, Numbered)
                ]
                for event in events[seen:]:
                    words = _words(workspace, event)
                    if words:
                        report(f"{time.monotonic() - began_s:6.1f} s  {short_id(str(event.fact('photo')))}  {words}")
                seen = len(events)

    thread = threading.Thread(target=follow, name="demo")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _words(workspace: Workspace, event: Event) -> str | None:
    """Return what an entry says, for a person; None for what is of no interest here."""
    match event.kind:
        case Kind.PHOTO_ARRIVED:
            return f"came in from {event.fact('device')}"
        case Kind.FILE_SEEN:
            return f"lies on {event.fact('device')} as well: one photo, two files"
        case Kind.PHOTO_STORED:
            return f"{_covered(workspace, str(event.fact('photo')))}; checked, stored, original sealed"
        case Kind.PHOTO_HELD | Kind.PHOTO_REFUSED:
            return f"{event.kind.value.split('.')[1]}: {event.fact('reason')}"
        case Kind.DELETION_CLOSED:
            left = f", {event.fact('left')} further traces left" if event.fact("left") else ""
            ended = {"gone": "deleted from"}.get(str(event.fact("verdict")), "NOT deleted from")
            return f"{ended} {event.fact('device')}, looked again: {event.fact('level')}{left}"
    return None


def _covered(workspace: Workspace, sha256: str) -> str:
    with workspace.database.read() as connection:
        photo = photo_rows.read_photo(connection, sha256)
    counts = tally(photo.plan if photo else None)
    parts = [f"{counts[kind]} {kind}{'s' * (counts[kind] > 1)}" for kind in ("face", "name", "code") if counts[kind]]
    return f"{' and '.join(parts)} covered" if parts else "nothing to cover"
