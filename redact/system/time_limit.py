"""Calls that may hang (a share whose server is gone), each with a time limit, so that nothing waits for ever.

Rule: a call runs in a thread of its own, and is left behind when its time is over; until it comes back every further
call fails at once.  Only the one call hangs, never the program, and never its end.
Accepted residue: what was left behind may still happen later, so a call must be one that does no harm then.
"""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class TimeLimit:
    """One thing that may hang, and how long each call waits for it; safe to share between threads."""

    def __init__(self, limit_s: float) -> None:
        """Allow each call this many seconds."""
        self._limit_s = limit_s
        self._lock = threading.Lock()
        self._left_behind: threading.Thread | None = None

    def call(self, act: Callable[[], T]) -> T:
        """Return what `act` returns, or raise what it raises.

        Raises:
            TimeoutError: it took too long, or an earlier call still hangs; it is an OSError.
        """
        done, failed = list[T](), list[BaseException]()

        def run() -> None:
            try:
                done.append(act())
            except BaseException as error:  # noqa: BLE001  handed to whoever called
                failed.append(error)

        with self._lock:
            if self._left_behind is not None and self._left_behind.is_alive():
                raise TimeoutError(errno.ETIMEDOUT, "it does not answer")
            thread = threading.Thread(target=run, daemon=True)  # the program ends without it
            thread.start()
            thread.join(self._limit_s)
            if thread.is_alive():
                self._left_behind = thread
                raise TimeoutError(errno.ETIMEDOUT, "it does not answer")
        if failed:
            raise failed[0]
        return done[0]
