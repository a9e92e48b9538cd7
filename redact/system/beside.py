"""Do something again and again in a thread, beside what a program does."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def repeated(
    turn: Callable[[], None], every_s: float, name: str, *, stop_s: float, is_at_once: bool = False
) -> Iterator[None]:
    """Run `turn` every so often in a thread, until the context ends.

    Args:
        turn: keeps its own faults: one that it raises ends the thread.
        every_s: seconds between two turns.
        name: of the thread.
        stop_s: seconds that a turn under way is waited for at the end; the program does not wait longer for it.
        is_at_once: whether the first turn waits for nothing.
    """
    stop = threading.Event()

    def run() -> None:
        if is_at_once:
            turn()
        while not stop.wait(every_s):
            turn()

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(stop_s)
