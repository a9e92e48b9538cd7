"""Disks that fail at the n-th call, and programs that are killed there."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import OperationalError as DriverError
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from redact.store.log import mirror_folder
from watcher.fs.folders import HandleFolder

#: Everything by which watcher/fs/whole.py changes a disk or learns of it.
CALLS: tuple[tuple[Any, str], ...] = (
    (os, "write"),
    (os, "fsync"),
    (HandleFolder, "create"),
    (HandleFolder, "rename"),
    (HandleFolder, "flush"),
    (HandleFolder, "unlink"),
    (HandleFolder, "look"),
    (HandleFolder, "open_file"),
)


#: Everything by which a whole journey changes a disk.
WRITES: tuple[tuple[Any, str], ...] = (
    *((os, name) for name in ("write", "fsync", "rename", "replace")),
    *((HandleFolder, name) for name in ("create", "rename", "replace", "flush", "make_folder")),
    (mirror_folder, "_append"),
    (Path, "mkdir"),
    (tempfile, "mkstemp"),
)


@contextmanager
def failing_at(
    turn: int,
    act: Callable[[], None],
    *,
    after: bool = False,
    for_long: bool = False,
    calls: Sequence[tuple[Any, str]] = CALLS,
    engines: Sequence[Any] = (),
) -> Iterator[list[str]]:
    """Let the `turn`-th of all `calls` (from 1) run `act` before (or `after`) it does its work; give the calls made.

    With `for_long` every later one too.  Commits of `engines` are calls as well, and fail as their driver does.
    """
    made: list[str] = []

    def is_turn(name: str) -> bool:
        made.append(name)
        return len(made) == turn or (for_long and len(made) > turn)

    def sabotage(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            if not is_turn(name):
                return real(*arguments, **named)
            if not after:
                act()
            try:
                return real(*arguments, **named)
            finally:  # also where the answer is "not there"
                if after:
                    act()

        return call

    def commit(connection: Connection) -> None:
        if not connection.get_execution_options().get("redact_reads") and is_turn("commit"):
            try:
                act()
            except OSError as error:
                raise OperationalError("commit", None, DriverError("database or disk is full")) from error

    real = [(owner, name, getattr(owner, name)) for owner, name in calls]
    for owner, name, call in real:
        setattr(owner, name, sabotage(name, call))
    for engine in engines:
        event.listen(engine, "commit", commit)
    try:
        yield made
    finally:
        for engine in engines:
            event.remove(engine, "commit", commit)
        for owner, name, call in real:
            setattr(owner, name, call)


@contextmanager
def bad_spot(bad: str, number: int, call: str = "folder") -> Iterator[None]:
    """Let every disk fail with `number` where the name `bad` is opened or looked at; root may read any mode."""
    real = getattr(HandleFolder, call)

    def fail(folder: HandleFolder, name: str) -> Any:
        if name == bad:
            raise OSError(number, os.strerror(number))
        return real(folder, name)

    setattr(HandleFolder, call, fail)
    try:
        yield
    finally:
        setattr(HandleFolder, call, real)


def full() -> None:
    """Say what a full disk says."""
    raise OSError(errno.ENOSPC, "No space left on device")


def killed() -> None:
    """End this program as kill -9 does."""
    os.kill(os.getpid(), signal.SIGKILL)


def run_killed(script: str, *arguments: str | Path) -> list[int]:
    """Run `script` in children, each killed one call later than the one before, until one ends by itself.

    The script finds `TURN` (the call) and sys.argv; returns the children's exit codes.
    """
    ended: list[int] = []
    for turn in range(1, 100):
        child = subprocess.run(
            [sys.executable, "-c", f"TURN = {turn}\n{script}", *map(str, arguments)],
            check=False,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
        )
        ended.append(child.returncode)
        if child.returncode != -signal.SIGKILL:
            return ended
    raise AssertionError("the script never ends by itself")
