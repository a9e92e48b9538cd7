"""The whole of `redact watch`, with real processes."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.weights import default_folder
from redact.redaction.values import Status
from redact.reports.status import read_status
from redact.service.run import AlreadyWatching, alone_in, run_watch
from redact.store import photos as photo_rows
from redact.store.photos import State
from redact.workers.job import Redaction, RegisterSnapshot, WorkerSetup
from redact.workers.pool import WorkerPool
from redact.workspace.open import Workspace
from tests.rigs.dying import InstantPool
from tests.rigs.killing import register, start, temporary_of
from tests.rigs.made import noisy_jpeg
from tests.rigs.program import run_program
from tests.rigs.waiting import LONGEST_S, wait_until
from tests.rigs.workspaces import DEVICE, Rig, environment, photo_bytes, real_engine, sha
from watcher import MARKER_NAME, Report
from watcher import watch as real

PHOTO = photo_bytes(1)


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def test_a_second_watcher_in_the_same_workspace_is_refused(rig: Rig) -> None:
    script = (
        "import sys; from pathlib import Path; from redact.workspace.open import open_workspace\n"
        "from redact.service.run import alone_in, AlreadyWatching\n"
        "for line in sys.stdin:\n"
        "  try:\n    with alone_in(open_workspace(Path(sys.argv[1]))): print('alone', flush=True)\n"
        "  except AlreadyWatching as error: print(error, flush=True)\n"
    )
    command = [sys.executable, "-c", script, str(rig.workspace.settings.folder)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, env=environment(), **pipes) as other:  # type: ignore[call-overload]

        def second() -> str:
            """Let another process try once."""
            other.stdin.write("again\n")
            other.stdin.flush()
            return str(other.stdout.readline())

        with alone_in(rig.workspace):
            assert (
                second()
                == "Another watcher works in this workspace already. Stop it first; one workspace has one watcher.\n"
            )
            with pytest.raises(AlreadyWatching), alone_in(rig.workspace):
                pass
        assert second() == "alone\n"
        other.stdin.close()


@pytest.mark.slow
def test_the_engine_starts_again_after_the_screen_it_first_wrote_to_is_gone(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("dbos"), "handlers", [])
    with (tmp := rig.workspace.settings.folder / "screen.txt").open("w") as screen:
        monkeypatch.setattr(sys, "stderr", screen)
        with real_engine(rig):
            pass
    assert not tmp.read_text()
    with real_engine(rig):
        pass


def watch_once(workspace: Workspace, setup: WorkerSetup) -> None:
    run_watch(workspace, threading.Event(), setup, {}, once=True)


@pytest.mark.slow
def test_a_damaged_model_loses_nothing_and_all_goes_on_when_it_is_mended(rig: Rig, tmp_path: Path) -> None:
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / "yunet_n_dynamic.onnx").write_bytes(b"damaged")
    watch_once(rig.workspace, WorkerSetup(tmp_path / "damaged"))
    ((reason, state),) = [(photo.reason, photo.state) for photo in rig.photos().values()]
    assert state is State.SEALED and reason
    assert reason.count("the weight file yunet_n_dynamic.onnx is not the one") == 1, reason
    assert rig.on_devices() == {f"{DEVICE}/a.jpg"}
    rig.run()
    rig.check_done(PHOTO)


def test_a_run_goes_on_when_the_register_changes_under_it(
    rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The marker of a device of version 0.1.0 is renewed by the first run, and its row: here before all else."""
    watches = list[int]()

    def watch_devices(devices: Any, notifier: Any, clock: Any, stop: Any, **named: Any) -> Iterator[Report]:
        watches.append(len(devices))
        if len(watches) == 1:
            stop.changed.set()
        return real.watch_devices(devices, notifier, clock, stop, **named)

    monkeypatch.setattr("redact.service.run.watch_devices", watch_devices)
    monkeypatch.setattr("redact.service.run.WorkerPool", InstantPool)
    folder = tmp_path / "camera"
    folder.mkdir()
    register(rig.workspace, folder.name, folder)
    (folder / "a.jpg").write_bytes(PHOTO)
    watch_once(rig.workspace, WorkerSetup(Path("no-weights")))
    assert [photo.state for photo in rig.photos().values()] == [State.STORED]
    assert [path.name for path in folder.iterdir()] == [MARKER_NAME]
    assert (folder / MARKER_NAME).read_text().startswith("redact device marker 2")


def test_the_whole_service_redacts_a_photo_and_clears_its_device(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    (rig.add() / "Wilhelmina.jpg").write_bytes(PHOTO)
    watch_once(rig.workspace, WorkerSetup(default_folder()))
    (photo,) = rig.photos().values()
    assert photo.state is State.STORED, photo.reason
    assert not rig.on_devices() and not rig.quarantined()
    (copy,) = rig.stored().values()
    assert sha(copy) == photo.output and copy.startswith(b"\xff\xd8")
    rig.check_record()
    assert "Wilhelmina" not in caplog.text


@pytest.mark.slow
def test_workers_that_die_cost_one_photo_or_none(tmp_path: Path) -> None:
    file, content = tmp_path / "a.photo", noisy_jpeg(1600, 1200)  # large: there is time to die in the middle of it
    file.write_bytes(content)
    pool, snapshot = WorkerPool(WorkerSetup(default_folder()), 1), RegisterSnapshot(None, None)

    def kill_all() -> None:
        for child in multiprocessing.active_children():
            os.kill(child.pid or 0, signal.SIGKILL)

    try:
        assert pool.work(file, snapshot, Redaction()).status is Status.REDACTED
        kill_all()  # a worker that does nothing: its death breaks the pool for good
        assert pool.work(file, snapshot, Redaction()).status is Status.REDACTED, "other workers took the place"
        real = pool._pool.schedule

        def schedule(*arguments: Any, **named: Any) -> Any:
            future = real(*arguments, **named)
            while not (future.running() or future.done()):
                time.sleep(0.01)
            kill_all()  # in the middle of a photo
            return future

        pool._pool.schedule = schedule  # type: ignore[method-assign]
        outcome = pool.work(file, snapshot, Redaction())
        pool._pool.schedule = real  # type: ignore[method-assign]
        assert (outcome.status, outcome.sha256) == (Status.HELD, sha(content))
        assert outcome.reason and "crashed" in outcome.reason
        assert pool.work(file, snapshot, Redaction()).status is Status.REDACTED
    finally:
        pool.close()


@pytest.mark.slow
@pytest.mark.parametrize("key", ["signing.key", "tags.key", "recipients.txt"])
def test_a_missing_key_is_a_sentence_and_nothing_is_done(rig: Rig, tmp_path: Path, key: str) -> None:
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    rig.workspace.close()
    (rig.workspace.settings.keys / key).unlink()
    entries = rig.entries()
    ended = run_program("watch", "--once", "--workspace", rig.workspace.settings.folder, home=tmp_path / "home")
    assert ended.returncode in {1, 2} and key in ended.stderr and ended.stderr.count("\n") <= 4
    assert rig.on_devices() == {f"{DEVICE}/a.jpg"} and not rig.photos() and rig.entries() == entries


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_program_ends_cleanly_when_it_is_told_to(rig: Rig, tmp_path: Path, number: signal.Signals) -> None:
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    (rig.drop() / "b.jpg").write_bytes(photo_bytes(2))
    program = start(rig.workspace.settings.folder)
    log = tmp_path / "watch.log"
    wait_until(lambda: rig.photos() or program.poll() is not None)  # at work: nothing is waited for but the stop
    if number == signal.SIGINT:
        os.killpg(program.pid, number)  # Ctrl-C: a terminal tells the workers too
    else:
        program.send_signal(number)
    assert program.wait(LONGEST_S) == 0, log.read_text()
    assert "Traceback" not in log.read_text()
    with alone_in(rig.workspace):
        pass  # nobody holds it
    under_way = {photo.sha256 for photo in rig.photos().values() if photo.state in photo_rows.UNDER_WAY}
    assert {name.partition(".")[0] for name in rig.quarantined()} <= under_way
    assert not list(temporary_of(rig.workspace.settings.folder).rglob("*.*"))
    status = read_status(rig.workspace)
    assert status.ended_at is not None and not status.is_watched
    rig.check_record()
