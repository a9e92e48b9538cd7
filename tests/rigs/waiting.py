"""Waiting for what another thread or program does in its own time."""

from __future__ import annotations

import time
from collections.abc import Callable


def wait_until(is_so: Callable[[], object], longest_s: float = 120.0) -> None:
    """Return as soon as `is_so` is true; fail after `longest_s` seconds, which a busy machine must not need."""
    until_s = time.monotonic() + longest_s
    while not is_so():
        assert time.monotonic() < until_s, "it did not come about"
        time.sleep(0.02)
