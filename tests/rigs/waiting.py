"""Waiting for what another thread or program does in its own time."""

from __future__ import annotations

import time
from collections.abc import Callable

#: Seconds until what another thread or program does must have come about: what takes one on a quiet core takes many on
#: one that others share, and nothing is to fail for that alone; what hangs is ended, before pytest ends it.
LONGEST_S = 300.0


def wait_until(is_so: Callable[[], object], longest_s: float = LONGEST_S, *, pause_s: float = 0.02) -> None:
    """Return as soon as `is_so` is true; fail after `longest_s` seconds, which a busy machine must not need."""
    until_s = time.monotonic() + longest_s
    while not is_so():
        assert time.monotonic() < until_s, "it did not come about"
        time.sleep(pause_s)
