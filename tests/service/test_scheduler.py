from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from sqlite3 import OperationalError as DriverError
from typing import Any, TypeVar

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from redact.audit.kinds import Kind, Role
from redact.devices.clearing import clear
from redact.devices.clearing.judge import judge
from redact.devices.holds import add_hold
from redact.errors import RedactError
from redact.photos import steps
from redact.photos.steps import take_in
from redact.service import clearings, due
from redact.service.photo_queue import PhotoKey
from redact.store import database as databases
from redact.store.database import Database
from redact.store.devices import Clears
from redact.store.photos import FileState, State
from redact.store.schema.tables import devices
from tests.rigs import saboteurs
from tests.rigs.device_folders import SabotagedDevice
from tests.rigs.workspaces import (
    DEVICE,
    MODELS,
    Rig,
    environment,
    photo_bytes,
    real_engine,
    redacted,
    run_until_idle,
    sha,
    work_at_once,
)
from watcher.device import DeviceRecord
from watcher.errors import WatcherError

PHOTO = photo_bytes(1)
T = TypeVar("T")


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def reasons(rig: Rig) -> list[str | None]:
    return [photo.reason for photo in rig.photos().values()]


# -- a disk that is full at the n-th of all calls that change it --


@pytest.mark.slow
@pytest.mark.parametrize("for_long", [False, True])
def test_a_full_disk_at_every_single_write_loses_nothing(tmp_path: Path, *, for_long: bool) -> None:
    """Fail the n-th write, sync, rename or commit of one photo's journey, for every n (or all from every third on)."""
    turn, ended, told = 0, False, list[str]()
    while not ended:
        turn += 3 if for_long else 1
        rig = Rig(tmp_path / str(turn))
        (rig.add() / "a.jpg").write_bytes(PHOTO)
        everything: Any = {"calls": saboteurs.WRITES, "engines": (rig.workspace.database.engine,)}
        with saboteurs.failing_at(turn, saboteurs.full, for_long=for_long, **everything) as made:
            rig.look()
            for _ in range(2):
                with suppress(RedactError, WatcherError, OSError):  # `run` logs it and goes on
                    rig.turn()
        rig.check_nothing_lost(PHOTO)
        ended, told = len(made) < turn, made
        rig.mend(restarts=for_long)
        rig.check_done(PHOTO)
        rig.workspace.close()
    assert turn > 30 and {"commit", "write", "fsync", "rename", "_append"} <= set(told), told


@pytest.mark.slow
def test_a_real_database_that_is_full_loses_nothing(rig: Rig) -> None:
    """The database's own limit on its pages gives the driver's own error."""
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    with rig.workspace.database.read() as connection:
        pages = connection.exec_driver_sql("pragma page_count").scalar_one()
    rig.workspace.database.close()  # the pragma counts for a connection

    def limit(connection: Any, _: object) -> None:
        connection.execute(f"pragma max_page_count={pages}").close()

    engine = rig.workspace.database.engine
    event.listen(engine, "connect", limit)
    for number in range(2, 40):
        (rig.drop() / f"{number}.jpg").write_bytes(photo_bytes(number))
    rig.look()
    rig.turn(2)
    event.remove(engine, "connect", limit)
    rig.workspace.database.close()
    rig.check_nothing_lost(PHOTO)
    waiting = {photo.state for photo in rig.photos().values()} != {State.STORED} or len(rig.photos()) < 39
    assert waiting, "the limit was never met"
    rig.mend()
    rig.check_done(PHOTO, *(photo_bytes(number) for number in range(2, 40)))


def test_an_engine_database_that_refuses_loses_nothing(rig: Rig) -> None:
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    rig.look()
    with real_engine(rig) as engine:
        real = engine.start

        def refuse(journey: str, name: str, *arguments: str | bool) -> bool:
            raise OperationalError("insert", None, DriverError("database or disk is full"))

        engine.start = refuse  # type: ignore[method-assign]
        rig.turn()
        begun = rig.scheduler.dues.get(PhotoKey(sha(PHOTO)))
        assert begun is not None and not begun.is_under_way and begun.backoff.failures == 1, (
            "what did not start is not under way"
        )
        assert not rig.scheduler.is_idle(), "a run that ends by itself goes on trying"
        engine.start = real  # type: ignore[method-assign]
        run_until_idle(rig)
    rig.check_done(PHOTO)


# -- folders that refuse --


@contextmanager
def taken_away(folder: Path) -> Iterator[None]:
    away = folder.with_name(f"{folder.name}-away")
    folder.rename(away)
    try:
        yield
    finally:
        if folder.exists():
            shutil.rmtree(folder)
        away.rename(folder)


@pytest.mark.parametrize("part", ["quarantine", "vault", "trust", "checkpoints"])
def test_a_folder_of_the_workspace_that_is_away_and_comes_back(rig: Rig, part: str) -> None:
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    with taken_away(rig.workspace.settings.folder / part):
        rig.run(6)
        rig.check_nothing_lost(PHOTO)
        if part != "checkpoints":
            assert rig.on_devices() == {f"{DEVICE}/a.jpg"} and not rig.entries(Kind.DELETION_OPENED)
    rig.mend()
    rig.check_done(PHOTO)


@pytest.mark.parametrize("part", ["vault", "trust"])
def test_an_empty_folder_in_the_place_of_a_volume_that_is_out_is_not_used(rig: Rig, part: str) -> None:
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    folder = rig.workspace.settings.folder / part
    with taken_away(folder):
        folder.mkdir()
        rig.run(6)
        assert not list(folder.iterdir()), "nothing may be written to what is not ours"
        assert [reason is not None and "marker" in reason for reason in reasons(rig)] == [True]
    rig.mend()
    rig.check_done(PHOTO)


def test_trust_storage_that_goes_between_storing_and_clearing_stops_the_clearing(rig: Rig) -> None:
    (rig.add(clears=Clears.BY_HAND) / "a.jpg").write_bytes(PHOTO)
    rig.run()
    (device,) = rig.approved()
    rig.scheduler.set_devices([replace(device, clears=Clears.AT_ONCE)])
    with taken_away(rig.workspace.settings.folder / "trust"):
        rig.turn(6, 40.0)
        assert rig.on_devices() and not rig.entries(Kind.DELETION_OPENED)
        assert [device_file.state for device_file in rig.device_files()] == [FileState.TAKEN]
    rig.turn(6, 40.0)
    rig.check_done(PHOTO)


def test_a_stored_copy_that_was_altered_keeps_the_source(rig: Rig) -> None:
    (rig.add(clears=Clears.BY_HAND) / "a.jpg").write_bytes(PHOTO)
    rig.run()
    (device,) = rig.approved()
    rig.scheduler.set_devices([replace(device, clears=Clears.AT_ONCE)])
    name = next(iter(rig.stored()))
    (Path(rig.workspace.settings.trust) / name).write_bytes(b"altered")
    rig.turn(6, 40.0)
    assert rig.on_devices() == {f"{DEVICE}/a.jpg"} and not rig.entries(Kind.DELETION_OPENED)


@pytest.mark.slow
def test_pauses_between_two_tries_grow_and_end(rig: Rig) -> None:
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    with taken_away(rig.workspace.settings.folder / "vault"):
        rig.run(1)
        tries = []
        for _ in range(4000):
            before = len(rig.engine.started)
            rig.turn(1, 1.0)
            if len(rig.engine.started) > before:
                tries.append(rig.clock.time_s)
        pauses = [round(later - sooner) for sooner, later in zip(tries, tries[1:], strict=False)]
        assert pauses[:5] == [10, 20, 40, 80, 160] and set(pauses[7:]) == {600}, pauses
        (photo,) = rig.photos().values()
        assert photo.attempts == len(tries) + 1 and photo.reason and "vault" in photo.reason.lower()
    rig.turn(2, 700.0)
    rig.turn(3)
    rig.check_done(PHOTO)


def test_what_waits_is_tried_at_once_by_a_new_process_whatever_the_clock_says(rig: Rig) -> None:
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    with taken_away(rig.workspace.settings.folder / "vault"):
        rig.run(200)
    rig.clock.moment -= timedelta(days=365)
    rig.restart()
    rig.turn(3)
    rig.check_done(PHOTO)


def test_a_clock_set_back_a_year_delays_and_breaks_nothing(rig: Rig) -> None:
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    rig.look()
    rig.take_in()
    rig.clock.moment -= timedelta(days=365)
    rig.turn(4)
    (rig.drop() / "b.jpg").write_bytes(photo_bytes(2))
    rig.run()
    rig.check_done(PHOTO, photo_bytes(2))


# -- the device --


def sabotage(
    monkeypatch: pytest.MonkeyPatch, act: Callable[[str, str], None], after: Callable[[str, str], None] | None = None
) -> None:
    """Let everything that reaches a device's files pass a saboteur."""

    def device_of(record: DeviceRecord) -> SabotagedDevice:
        return SabotagedDevice(record, act, after or (lambda *_: None))

    monkeypatch.setattr("redact.service.clearings.device_of", device_of)
    monkeypatch.setattr("redact.devices.clearing.clear.device_of", device_of)


def test_a_device_that_vanishes_during_the_copy_leaves_nothing_and_is_taken_in_when_it_is_back(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop = rig.add()
    (drop / "a.jpg").write_bytes(PHOTO)
    rig.look()
    real, reads = os.read, list[int]()

    def read(handle: int, size: int) -> bytes:
        reads.append(handle)
        drop.rename(drop.with_name("away")) if len(reads) == 1 else None
        raise OSError(errno.ENODEV, "No such device")

    with monkeypatch.context() as patch:
        patch.setattr("watcher.quarantine.os.read", read)
        rig.take_in()
    assert reads and os.read is real
    assert not rig.photos() and not rig.quarantined()
    rig.turn(3, 700.0)
    drop.with_name("away").rename(drop)
    rig.mend()
    rig.check_done(PHOTO)


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["open", "rename", "unlink", "flush"])
def test_a_device_that_vanishes_during_the_deletion_is_never_said_to_be_cleared_unseen(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    drop = rig.add()
    (drop / "a.jpg").write_bytes(PHOTO)
    rig.look()
    rig.take_in()
    gone: list[str] = []

    def act(what: str, name: str) -> None:
        if what == moment and (what == "flush" or "redact-device" not in name) and not gone:
            gone.append(name)
            drop.rename(drop.with_name("away"))
            raise OSError(errno.EIO, "Input/output error")

    sabotage(monkeypatch, act)
    rig.turn(3)
    assert gone, "the saboteur was never asked"
    (device_file,) = rig.device_files()
    assert device_file.state in {FileState.KEPT, FileState.UNKNOWN}, device_file
    entries = len(rig.entries(Kind.DELETION_OPENED))
    rig.turn(50, 60.0)
    assert len(rig.entries(Kind.DELETION_OPENED)) == entries, "a device that is away is not tried again and again"
    drop.with_name("away").rename(drop)
    rig.mend()
    rig.check_done(PHOTO)


def test_a_file_that_changes_while_it_is_copied_is_taken_in_as_it_became(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = rig.add() / "a.jpg"
    file.write_bytes(PHOTO)
    rig.look()
    real = os.read

    def read(handle: int, size: int) -> bytes:
        found = real(handle, size)
        with file.open("ab") as more:
            more.write(b"more")
        return found

    with monkeypatch.context() as patch:
        patch.setattr("watcher.quarantine.os.read", read)
        rig.take_in()
    assert not rig.photos() and not rig.quarantined()
    became = file.read_bytes()
    rig.run()
    rig.check_done(became)


def test_a_file_replaced_between_check_and_unlink_survives(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    drop, other = rig.add(), photo_bytes(2)
    (drop / "a.jpg").write_bytes(PHOTO)
    done: list[str] = []

    def act(what: str, name: str) -> None:
        if what == "rename" and name == "a.jpg" and not done:
            done.append(name)
            (drop / "new").write_bytes(other)
            (drop / "new").rename(drop / "a.jpg")

    rig.look()
    rig.take_in()
    sabotage(monkeypatch, act)
    rig.turn(2)
    assert done and other in {path.read_bytes() for path in drop.iterdir()}
    monkeypatch.undo()
    rig.mend()
    rig.check_done(PHOTO, other, removed=[PHOTO])  # nobody saw what became of the first one


def test_a_deletion_that_was_cut_off_is_ended_by_the_next_process_though_a_hold_came_since(rig: Rig) -> None:
    """The file is gone, and only its result is missing: a hold must not leave it open for as long as it lasts."""
    (rig.add(clears=Clears.BY_HAND) / "a.jpg").write_bytes(PHOTO)
    rig.run()
    ids = clear.open_deletions(rig.workspace, DEVICE, "system")
    clear.erase_opened(rig.workspace, DEVICE, ids)  # and then the power failed
    add_hold(rig.workspace, Role.HEADTEACHER, "staff-7", "Somebody has asked for it.")
    with rig.workspace.database.write() as connection:
        connection.execute(devices.update().values(clears=Clears.AT_ONCE.value))
    rig.restart()
    rig.turn(3)
    assert [(each.state, each.level) for each in rig.device_files()] == [(FileState.GONE, "re-checked")]


@pytest.mark.slow
def test_a_file_that_may_not_be_deleted_is_kept_tried_again_rarely_and_by_the_next_process(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    (rig.add() / "a.jpg").write_bytes(PHOTO)

    def act(what: str, name: str) -> None:
        if what == "rename":
            raise OSError(errno.EROFS, "Read-only file system")

    with monkeypatch.context() as patch:
        sabotage(patch, act)
        rig.run(3)
        (device_file,) = rig.device_files()
        assert device_file.state is FileState.KEPT and device_file.reason and "may not be written" in device_file.reason
        rig.turn(60, 60.0)  # an hour, and then a day in steps that are shorter than the pauses have grown to
        rig.turn(23 * 6, 600.0)
        tries = len(rig.entries(Kind.DELETION_OPENED))
        assert 8 < tries < 25, "five seconds, ten, twenty ... six hours"
    rig.restart()
    rig.turn(3)
    rig.check_done(PHOTO)


# -- the database --


def test_a_database_held_by_another_program_delays_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "BUSY_S", 0.05)
    rig = Rig(tmp_path)
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    (rig.drop() / "film.mov").write_bytes(b"film")
    rig.look()
    holder = Database(rig.workspace.settings.database_url)
    with holder.write():
        for _ in range(3):
            rig.turn()
    assert not rig.photos() and not rig.left()
    rig.turn(3, 700.0)
    assert set(rig.left()) == {("film.mov",)}, "what the watch told once is not forgotten"
    (rig.drop() / "film.mov").unlink()
    rig.check_done(PHOTO)
    holder.close()


@pytest.mark.parametrize("step", ["seal", "redact", "store", "open", "erase", "confirm"])
def test_a_database_held_at_any_step_delays_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr(databases, "BUSY_S", 0.05)
    rig = Rig(tmp_path)
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    holder = Database(rig.workspace.settings.database_url)
    held: list[str] = []

    def holding(name: str, act: Callable[[], T], /) -> T:
        if held or name != step:
            return act()
        held.append(name)
        with holder.write():
            return act()

    rig.engine.step = holding
    rig.run(3)
    assert held
    rig.check_nothing_lost(PHOTO)
    rig.turn(6, 40.0)
    rig.check_done(PHOTO)
    holder.close()


def test_nothing_ends_the_scheduler_thread(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due, "FIRST_PAUSE_S", 0.0)
    monkeypatch.setattr(due, "LONGEST_WAIT_S", 0.0)
    turns: list[int] = []

    def turn(dues: due.DueList) -> None:
        turns.append(1)
        if len(turns) == 3:
            dues.stop()
        raise ZeroDivisionError

    monkeypatch.setattr(due.DueList, "turn", turn)
    rig.scheduler.run()
    assert len(turns) == 3


def test_a_report_that_meets_an_unforeseen_error_is_heard_again_and_hides_no_other(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    (rig.drop() / "b.jpg").write_bytes(photo_bytes(2))
    real, failed = take_in, list[str]()

    def failing_once(*arguments: Any, **named: Any) -> Any:
        if not failed:
            failed.append("once")
            raise ZeroDivisionError
        return real(*arguments, **named)

    monkeypatch.setattr(steps, "take_in", failing_once)
    rig.run()
    assert failed and len(rig.photos()) == 2
    rig.turn(4)
    rig.check_done(PHOTO, photo_bytes(2))


def test_a_scheduler_is_not_idle_while_it_takes_the_last_photo_in(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """`redact watch --once` ends when it is."""
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    rig.turn()
    assert not rig.scheduler._reports
    rig.look()
    asked: list[bool] = []

    def asking(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            asked.append(rig.scheduler.is_idle())
            return real(*arguments, **named)

        return call

    monkeypatch.setattr(steps, "take_in", asking(take_in))
    monkeypatch.setattr(clearings, "judge", asking(judge))
    rig.turn(3)
    assert len(asked) > 1 and not any(asked)
    assert rig.scheduler.is_idle()
    rig.check_done(PHOTO)


# -- the real engine --


def test_the_real_engine_takes_photos_through_and_keeps_no_names(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    contents = [photo_bytes(number) for number in range(5)]
    for number, content in enumerate(contents):
        (rig.add() if number == 0 else rig.drop()).joinpath(f"Wilhelmina-{number}.jpg").write_bytes(content)
    rig.look()
    with real_engine(rig):
        run_until_idle(rig)
    rig.check_done(*contents)
    for path in rig.workspace.settings.folder.glob("engine.db*"):
        assert b"Wilhelmina" not in path.read_bytes()
    assert "Wilhelmina" not in caplog.text


@pytest.mark.slow
def test_a_new_process_goes_on_with_the_engines_unfinished_workflows(tmp_path: Path) -> None:
    """The first process is killed in the middle of a photo; its workflow goes on in the second."""
    script = (
        "import os, sys; from pathlib import Path; from tests.rigs.workspaces import Rig, real_engine, photo_bytes\n"
        "rig = Rig(Path(sys.argv[1])); (rig.add() / 'a.jpg').write_bytes(photo_bytes(1)); rig.look()\n"
        "rig.work = lambda path, tags: os.kill(os.getpid(), 9)\n"
        "from tests.rigs.workspaces import run_until_idle\n"
        "with real_engine(rig): run_until_idle(rig)\n"
    )
    child = subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False, env=environment())
    assert child.returncode == -signal.SIGKILL
    rig = Rig(tmp_path)
    assert [photo.state for photo in rig.photos().values()] == [State.SEALED]
    with real_engine(rig):
        run_until_idle(rig)
    rig.check_done(PHOTO)


def test_what_the_fakes_make_is_what_they_say() -> None:
    assert redacted(PHOTO) == b"redacted " + sha(PHOTO).encode() and len(MODELS) == 64
    assert work_at_once.__doc__
