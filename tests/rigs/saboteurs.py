"""Disks that fail at the n-th call, and programs that are killed there."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from watcher.fs.folders import HandleFolder

#: Everything by which store/once.py changes a disk or learns of it.
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


@contextmanager
def failing_at(turn: int, act: Callable[[], None], *, after: bool = False) -> Iterator[list[str]]:
    """Let the `turn`-th of all CALLS (from 1) run `act` before (or `after`) it does its work; give the calls made."""
    made: list[str] = []

    def sabotage(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            made.append(name)
            is_turn = len(made) == turn
            if is_turn and not after:
                act()
            try:
                return real(*arguments, **named)
            finally:  # also where the answer is "not there"
                if is_turn and after:
                    act()

        return call

    real = [(owner, name, getattr(owner, name)) for owner, name in CALLS]
    for owner, name, call in real:
        setattr(owner, name, sabotage(name, call))
    try:
        yield made
    finally:
        for owner, name, call in real:
            setattr(owner, name, call)


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
