"""Do something again and again in a thread, beside the rest of the program."""

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
        turn: handles its own faults: one that it raises ends the thread.
        every_s: seconds between two turns.
        name: of the thread.
        stop_s: seconds to wait at the end for a turn that is under way, at most.
        is_at_once: whether the first turn is done without waiting.
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
