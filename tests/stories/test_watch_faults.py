"""`redact watch` meets passing faults at its start and in its course: it waits, goes on as it can, and says so."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from redact.redaction.values import Outcome
from redact.reports.doctor.examine import examine
from redact.reports.doctor.values import Grade
from redact.reports.status import read_status
from redact.service import clearings, periodic, scheduler
from redact.service import run as service
from redact.service.run import LOCK_FILE, CutShort, run_watch
from redact.store.database import DatabaseFault
from redact.store.devices import RegisteredDevice, read_devices
from redact.store.photos import State
from redact.store.trust.storage import TrustStorage
from redact.system.lock import hold_lock
from redact.workers.job import Redaction, WorkerSetup
from redact.workspace.engine_file import list_moved
from tests.rigs.workspaces import DEVICE, NOON, Rig, photo_bytes, sha, work_at_once
from watcher.errors import FoldersOverlap

pytestmark = pytest.mark.slow  # stories; their rules have tests of their own

PHOTO = photo_bytes(1)


class InstantPool:
    """Redacts by saying so, as `tests.workspaces.work_at_once` does."""

    def __init__(self, setup: WorkerSetup, workers: int) -> None:
        pass

    def work(self, source: Path, snapshot: object, job: Redaction) -> Outcome:
        return work_at_once(source, job.tags).outcome

    def close(self) -> None:
        pass


class Stop(threading.Event):
    """Is set when `until` holds; long pauses are over at once, and `at_pause` is called with their number."""

    def __init__(self, until: Callable[[], bool], at_pause: Callable[[int], None] = lambda _: None) -> None:
        super().__init__()
        self.until, self.at_pause, self.pauses = until, at_pause, list[float]()

    def is_set(self) -> bool:
        return super().is_set() or self.until()

    def wait(self, timeout: float | None = None) -> bool:
        if timeout is None or timeout < 1.0:
            return super().wait(timeout)
        self.pauses.append(timeout)
        self.at_pause(len(self.pauses))
        return self.is_set()


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    monkeypatch.setattr(service, "WorkerPool", InstantPool)
    monkeypatch.setattr(clearings, "CLEAR_PAUSE_S", 0.1)
    rig = Rig(tmp_path)
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    yield rig
    rig.workspace.close()


def watch(rig: Rig, stop: threading.Event | None = None, *, once: bool = False) -> None:
    run_watch(rig.workspace, stop or threading.Event(), WorkerSetup(Path("no-weights")), {}, once=once)


def is_cleared(rig: Rig) -> bool:
    return not (rig.drop() / "a.jpg").exists()


def is_free(rig: Rig) -> bool:
    with hold_lock(rig.workspace.settings.folder / LOCK_FILE) as is_ours:
        return is_ours


def test_a_short_run_does_every_task_once(rig: Rig) -> None:
    watch(rig, once=True)
    rig.check_done(PHOTO)
    film = rig.drop() / "film.mov"
    film.write_bytes(b"film")
    watch(rig, once=True)
    assert set(rig.left()) == {("film.mov",)}
    film.unlink()
    rig.clock.moment = NOON.replace(year=NOON.year + 1, month=1)
    watch(rig, once=True)
    assert not rig.left(), "what a person took away is off the list at the end of the run"
    assert rig.workspace.vault.has(sha(PHOTO)), "nobody watched for weeks: the clock may have gone wrong"
    rig.clock.moment += timedelta(days=1, seconds=1)
    watch(rig, once=True)
    assert not rig.workspace.vault.has(sha(PHOTO)), "its retention is over"
    status = read_status(rig.workspace)
    assert status.ended_at == status.at and not status.is_watched and is_free(rig)


@pytest.mark.parametrize("part", ["trust", "vault"])
def test_a_run_goes_as_far_as_it_can_without_a_folder_and_says_what_it_could_not_do(rig: Rig, part: str) -> None:
    folder = rig.workspace.settings.folder / part
    away = folder.rename(folder.with_name("away"))
    with pytest.raises(CutShort) as cut:
        watch(rig, once=True)
    assert f"Leftovers in {'trust storage' if part == 'trust' else 'the vault'} were not swept up." in str(cut.value)
    assert "Nothing was lost" in str(cut.value) and cut.value.exit_code == 1
    (photo,) = rig.photos().values()
    assert photo.state is (State.REDACTED if part == "trust" else State.ARRIVED) and photo.reason
    rig.check_nothing_lost(PHOTO)
    assert rig.on_devices() and is_free(rig)
    away.rename(folder)
    watch(rig, once=True)
    rig.check_done(PHOTO)


def test_a_full_disk_is_told_by_a_short_run_and_by_status_though_no_row_speaks_of_the_files(rig: Rig) -> None:
    assert read_status(rig.workspace).disk == ""
    with pytest.MonkeyPatch.context() as patch:
        for reader in ("watcher.fs.system.free_bytes", "redact.reports.health.free_bytes"):
            patch.setattr(reader, lambda _: 0)
        with pytest.raises(CutShort, match=r"1 file could not be taken in\. .*the disk is full"):
            watch(rig, once=True)
        assert "0.0 GB free: photos wait on their devices" in read_status(rig.workspace).disk
    assert rig.on_devices() and not rig.photos()
    watch(rig, once=True)
    rig.check_done(PHOTO)


def test_a_quarantine_that_is_away_at_the_start_is_waited_for(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    folder = rig.workspace.settings.quarantine
    away = folder.rename(folder.with_name("away"))

    def mend(number: int) -> None:
        if number == 3:
            away.rename(folder)

    stop = Stop(lambda: is_cleared(rig), mend)
    watch(rig, stop)
    assert stop.pauses == [5.0, 10.0, 20.0]
    assert caplog.text.count("The watch cannot go on. The quarantine folder cannot be used") == 3
    rig.check_done(PHOTO)


def test_a_database_that_is_held_when_the_register_is_read_is_waited_for(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, real = Stop(lambda: is_cleared(rig)), read_devices

    def held(connection: Connection) -> tuple[RegisteredDevice, ...]:
        if len(stop.pauses) < 2:
            raise DatabaseFault("another program holds it")
        return real(connection)

    monkeypatch.setattr(service, "read_devices", held)
    watch(rig, stop)
    assert stop.pauses == [5.0, 10.0]
    rig.check_done(PHOTO)


def test_a_single_run_that_cannot_begin_says_why_and_touches_nothing(rig: Rig) -> None:
    folder = rig.workspace.settings.quarantine
    away = folder.rename(folder.with_name("away"))
    with pytest.raises(CutShort, match=r"The quarantine folder cannot be used: .* Nothing was lost"):
        watch(rig, once=True)
    assert rig.on_devices() == {f"{DEVICE}/a.jpg"} and not rig.photos() and is_free(rig)
    away.rename(folder)
    watch(rig, once=True)
    rig.check_done(PHOTO)


def test_a_stop_while_it_waits_ends_it_cleanly(rig: Rig) -> None:
    folder = rig.workspace.settings.quarantine
    folder.rename(folder.with_name("away"))
    stop = Stop(lambda: False, lambda _: stop.set())
    watch(rig, stop)
    assert stop.pauses == [5.0] and is_free(rig)
    assert read_status(rig.workspace).ended_at is not None


def test_what_no_waiting_mends_ends_it_at_once(rig: Rig) -> None:
    stop = Stop(lambda: False)
    with rig.workspace.database.write() as connection:
        connection.exec_driver_sql(f"update devices set root = '{rig.workspace.settings.vault}'")
    with pytest.raises(FoldersOverlap):
        watch(rig, stop)
    assert not stop.pauses and is_free(rig)


def test_a_look_at_unapproved_devices_that_fails_ends_nothing(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("Wilhelmina")

    monkeypatch.setattr(periodic, "report_unapproved", fail)
    stop = Stop(lambda: is_cleared(rig))
    watch(rig, stop)
    rig.check_done(PHOTO)
    with pytest.raises(
        CutShort, match=r"not approved were not looked at\. The program failed at this step \(OSError\)"
    ):
        watch(rig, once=True)


def test_a_register_that_changes_is_noticed_though_another_task_fails(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "DEVICES_S", 0.01)

    def broken(_: TrustStorage) -> int:
        if not rig.drop("cam-2").exists():
            rig.add("cam-2").joinpath("b.jpg").write_bytes(photo_bytes(2))
        raise ZeroDivisionError

    monkeypatch.setattr(periodic, "sweep_trust", broken)
    seen, real = list[str](), scheduler.Scheduler.set_devices

    def set_devices(scheduler: scheduler.Scheduler, devices: Sequence[RegisteredDevice]) -> None:
        seen.extend(device.id for device in devices)
        real(scheduler, devices)

    monkeypatch.setattr(scheduler.Scheduler, "set_devices", set_devices)
    watch(rig, Stop(lambda: is_cleared(rig) and not (rig.drop("cam-2") / "b.jpg").exists()))
    assert {DEVICE, "cam-2"} <= set(seen)


# -- the engine's own file --


def spoil(path: Path, *, wholly: bool) -> None:
    for beside in path.parent.glob(f"{path.name}-*"):
        beside.unlink()
    content = bytearray(path.read_bytes())
    content[4096 * 2 : 4096 * 40] = b"\xff" * 4096 * 38
    path.write_bytes(b"no database at all" * 1000 if wholly else bytes(content))


@pytest.mark.parametrize("wholly", [True, False])
def test_a_damaged_engine_file_is_moved_aside_and_made_again(
    rig: Rig, caplog: pytest.LogCaptureFixture, wholly: bool
) -> None:
    caplog.set_level(logging.WARNING)
    watch(rig, once=True)
    file, url = rig.workspace.settings.folder / "engine.db", rig.workspace.settings.engine_url
    spoil(file, wholly=wholly)
    spoiled = file.read_bytes()
    findings = [found for found in examine(rig.workspace.settings.folder) if found.check == "engine"]
    assert [found.grade for found in findings] == [Grade.FAIL] and "Start the watcher again" in findings[0].hint
    assert file.read_bytes() == spoiled, "doctor changes nothing"
    (rig.drop() / "b.jpg").write_bytes(photo_bytes(2))
    watch(rig, once=True)
    rig.check_done(PHOTO, photo_bytes(2))
    (moved,) = list_moved(url)
    assert moved.read_bytes() == spoiled and moved.name.startswith("engine.db.damaged-2026")
    assert f"moved aside as {moved.name}" in caplog.text
    findings = [found for found in examine(rig.workspace.settings.folder) if found.check == "engine"]
    assert [found.grade for found in findings] == [Grade.OK, Grade.WARN] and moved.name in findings[1].sentence
