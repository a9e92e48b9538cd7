"""A photo that crashes, hangs or fails its worker costs one photo."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import redact.workers.pool as workers_module
from redact.errors import RedactError
from redact.redaction.photo import RedactionContext
from redact.redaction.values import Outcome, Status
from redact.workers.intake import Item
from redact.workers.job import WorkerSetup
from redact.workers.pool import share_cores, work
from tests.rigs.waiting import LONGEST_S

pytestmark = pytest.mark.slow  # each starts worker processes


def saboteur(data: bytes, context: RedactionContext) -> Outcome:
    """Do what the file says."""
    match data:
        case b"crash":
            os._exit(11)
        case b"abort":
            os.abort()
        case b"hang":
            while True:
                pass
        case b"fail":
            raise ZeroDivisionError("a sentence with a child's name in it")
        case b"exhaust":
            return Outcome(Status.CHECKED, sha256=str(np.ones(40_000_000_000, np.uint8)))
        case _:
            return Outcome(Status.CHECKED, sha256=data.decode())


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    folder = tmp_path_factory.mktemp("photos")
    names = ("one", "crash", "two", "hang", "three", "fail", "exhaust", "abort", "four")
    for name in names:
        (folder / name).write_bytes(name.encode())
    bench = WorkerSetup(Path("no weights"), time_limit_s=20.0)  # a busy machine takes long to import this module
    items = [Item(folder / name, name) for name in names]
    return {item.source: outcome for item, outcome in work(items, saboteur, bench, workers=2)}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["one", "two", "three", "four"])
def test_the_other_photos_go_on(outcomes: dict[str, Outcome], name: str) -> None:
    assert outcomes[name] == Outcome(Status.CHECKED, sha256=name)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("crash", "crashed"),
        ("abort", "crashed"),
        ("hang", "longer than"),
        ("fail", "ZeroDivisionError"),
        ("exhaust", "MemoryError"),
    ],
)
def test_the_bad_photo_is_held_with_a_reason_and_its_hash(outcomes: dict[str, Outcome], name: str, words: str) -> None:
    import hashlib

    assert outcomes[name].status is Status.HELD
    assert words in (outcomes[name].reason or "")
    assert "child" not in (outcomes[name].reason or "")
    assert outcomes[name].sha256 == hashlib.sha256(name.encode()).hexdigest()


def test_a_file_that_is_gone_is_held(tmp_path: Path) -> None:
    [(_, outcome)] = work([Item(tmp_path / "gone.jpg", "gone.jpg")], saboteur, WorkerSetup(Path("none")), workers=1)
    assert outcome.status is Status.HELD


def test_a_missing_required_model_fails_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"a")
    with pytest.raises(RedactError):
        list(work([Item(tmp_path / "a", "a")], blame_model, WorkerSetup(Path("none")), workers=1))


def blame_model(data: bytes, context: RedactionContext) -> Outcome:
    from models.errors import WeightDamaged

    raise WeightDamaged("centerface.onnx")


@pytest.mark.parametrize(
    ("photos", "jobs", "cores", "expected"),
    [
        (1, None, 8, (1, 8)),
        (100, None, 8, (8, 1)),
        (3, None, 8, (3, 2)),
        (100, 4, 8, (4, 2)),
        (0, None, 2, (1, 2)),
        (10, 16, 2, (10, 1)),
    ],
)
def test_cores_are_shared(
    photos: int, jobs: int | None, cores: int, expected: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers_module, "usable_cores", lambda: cores)
    assert share_cores(photos, jobs) == expected


def test_a_caller_that_stops_listening_stops_the_work(tmp_path: Path) -> None:
    for number in range(50):
        (tmp_path / str(number)).write_bytes(b"hang" if number else b"ok")
    start = time.monotonic()
    results = work([Item(tmp_path / str(n), str(n)) for n in range(50)], saboteur, WorkerSetup(Path("none")), workers=1)
    next(results)
    results.close()
    assert time.monotonic() - start < LONGEST_S  # fifty photos at two minutes each would be hours


_WAITS = """
import signal
import time
from pathlib import Path
from redact.redaction.values import Policy
from redact.workers.job import WorkerSetup
from redact.workers.pool import WorkerPool

class Dawdles:
    def __reduce__(self):
        return exec, ({dawdle!r},)  # runs where a worker reads what it is to do

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell that runs tests in the background ignores it
    pool = WorkerPool(WorkerSetup(Path("nowhere"), 1, Dawdles(), Policy()), 2)
    try:
        print("started", flush=True)
        time.sleep(60)
    except KeyboardInterrupt:
        pool.close()
"""
#: What a worker runs that is still starting when the pool ends, and that the pool cannot end at once.
_SLOW_TO_START = """
import os, signal, time
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
os.write(1, b"dawdling\\n")  # in one piece: two of them write
time.sleep(1.5)
"""


def _interrupt_a_start(dawdle: str, said_before: list[str], pause_s: float) -> tuple[int, str]:
    """Interrupt a whole group of processes as a terminal does; return the program's exit status and what it said."""
    program = subprocess.Popen(
        [sys.executable, "-c", _WAITS.format(dawdle=dawdle)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        cwd=Path(__file__).parents[2],
    )
    assert program.stdout is not None
    assert sorted(program.stdout.readline().strip() for _ in said_before) == said_before
    time.sleep(pause_s)
    os.killpg(program.pid, signal.SIGINT)
    said = program.communicate(timeout=LONGEST_S)[1]
    return program.returncode, said


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C reaches a group of processes on POSIX")
def test_ctrl_c_while_workers_start_prints_no_traceback() -> None:
    """A worker that has not begun to run is interrupted too; it takes one to two seconds until it can ignore that."""
    assert _interrupt_a_start("", ["started"], 0.3) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C reaches a group of processes on POSIX")
def test_a_worker_that_still_starts_when_the_pool_ends_prints_no_traceback() -> None:
    """Its semaphores were gone by then, and it could not open them."""
    assert _interrupt_a_start(_SLOW_TO_START, ["dawdling", "dawdling", "started"], 0.0) == (0, "")


def test_a_program_that_was_replaced_under_a_running_one_is_no_fault_of_the_photo(tmp_path: Path) -> None:
    """The copy that runs here stands for a desk: its files change, as an update changes them."""
    root = Path(__file__).parents[2]
    for package in ("redact", "watcher", "models"):
        shutil.copytree(root / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "*.onnx"))
    said = subprocess.run(
        [sys.executable, "-c", _REPLACED], capture_output=True, text=True, cwd=tmp_path, timeout=LONGEST_S, check=False
    )
    assert said.stdout == "ProgramReplaced\n" * 2, said.stderr
    assert "ProgramReplaced" not in said.stderr, "the program says it, and no worker that ends"


_REPLACED = """
import os
import shutil
from pathlib import Path
from redact.errors import RedactError
from redact.redaction.values import Policy
from redact.workers.job import RegisterSnapshot, Showing, WorkerSetup
from redact.workers.pool import WorkerPool
from redact.workers.program import stamp_program

if __name__ == "__main__":
    stamp = stamp_program()
    for text in ("", "raise SystemError"):  # another version that works, and one that does not even start
        path = Path("redact/workers/process.py")
        path.write_text(f"{path.read_text()}\\n{text}\\n")
        pool = WorkerPool(WorkerSetup(Path("nowhere"), program=stamp), 1)
        try:
            print(pool.work(b"", RegisterSnapshot(None, None), Showing(100)))
        except RedactError as error:
            print(type(error).__name__)
        pool.close()
"""
