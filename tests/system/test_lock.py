"""One holder at a time, whether thread or process, and none that outlives its process."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from redact.system.files import CannotWrite
from redact.system.lock import hold_lock, holder_in

_CHILD = (
    "import sys, pathlib; from redact.system.lock import hold_lock\n"
    "with hold_lock(pathlib.Path(sys.argv[1]), who='redact watch') as is_ours:\n"
    "    print(is_ours, flush=True); sys.stdin.read()"
)


def in_a_thread(path: Path, *, may_take_again: bool = False) -> bool:
    """Say whether another thread of this process gets the lock."""
    found: list[bool] = []

    def take() -> None:
        with hold_lock(path, may_take_again=may_take_again) as is_ours:
            found.append(is_ours)

    thread = threading.Thread(target=take)
    thread.start()
    thread.join()
    return found[0]


def test_one_holder_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    with hold_lock(path) as first, hold_lock(path) as second:
        assert (first, second) == (True, False)
        assert not in_a_thread(path)
    with hold_lock(path) as later:
        assert later
    assert in_a_thread(path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_thread_may_take_its_own_lock_again_and_others_may_not(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    with hold_lock(path, who="outer", may_take_again=True) as outer:
        with hold_lock(path, who="inner", may_take_again=True) as inner:
            assert (outer, inner) == (True, True)
            assert holder_in(path).startswith("outer (process ")
        assert not in_a_thread(path, may_take_again=True), "the inner one has not let go of the outer one's lock"
        with hold_lock(path) as another:
            assert not another
    assert in_a_thread(path, may_take_again=True)


def test_a_lock_names_its_holder_and_ends_with_its_process(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    with subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None and child.stdout.readline() == "True\n"
        with hold_lock(path, who="a second one") as is_ours:
            assert not is_ours
        assert holder_in(path) == f"redact watch (process {child.pid})", "who asks does not overwrite who holds"
        child.kill()
    with hold_lock(path) as is_ours:
        assert is_ours


def test_one_who_waits_gets_it_when_it_is_free(tmp_path: Path) -> None:
    path, held, go = tmp_path / "a.lock", threading.Event(), threading.Event()

    def hold() -> None:
        with hold_lock(path):
            held.set()
            go.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    with hold_lock(path, 0.05) as is_ours:
        assert not is_ours
    threading.Timer(0.05, go.set).start()
    began_s = time.monotonic()
    with hold_lock(path, 60) as is_ours:
        assert is_ours and time.monotonic() - began_s < 30
    thread.join()


def test_a_folder_that_takes_no_lock_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="Cannot write to the folder"), hold_lock(tmp_path / "missing" / "a.lock"):
        pass


def test_a_lock_that_nobody_signed_is_held_by_another_program(tmp_path: Path) -> None:
    assert holder_in(tmp_path / "a.lock") == "another program"
    (tmp_path / "a.lock").write_bytes(b"\xff")
    assert holder_in(tmp_path / "a.lock") == "another program"
