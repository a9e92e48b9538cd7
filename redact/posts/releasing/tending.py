"""Tend the outbox in a thread of its own, while the desk runs.

The watcher does it among its periodic tasks; but a desk may run alone, on a machine with an outbox of its own.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterator
from typing import Final

from redact.errors import RedactError
from redact.posts.releasing.sweep import tend_outbox
from redact.workspace.open import Workspace

EVERY_S: Final = 30.0  # seconds; as the watcher's looks (service/scheduler.LOOK_S)
_STOP_S: Final = 5.0  # seconds that a sweep under way is waited for

log = logging.getLogger("redact")


@contextlib.contextmanager
def tending(workspace: Workspace, every_s: float = EVERY_S) -> Iterator[None]:
    """Tend the outbox in a thread, at once and every so often, until the end."""
    stop = threading.Event()
    thread = threading.Thread(target=_tend, args=(workspace, every_s, stop), name="outbox", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(_STOP_S)


def _tend(workspace: Workspace, every_s: float, stop: threading.Event) -> None:
    said = ""
    while not stop.is_set():
        try:
            tend_outbox(workspace)
            said = ""
        except RedactError as error:  # it is done again; the same is not said twice
            if str(error) != said:
                log.warning("%s", error)
            said = str(error)
        stop.wait(every_s)
