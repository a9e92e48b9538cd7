"""Messages beside the desk: while no watcher lives, somebody must hear of that.

Rule: a thread of the desk looks every minute; it does nothing while a watcher lives, which sends by itself.  Whatever
it meets is logged and tried again; the desk goes on.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterator

from redact.errors import describe
from redact.messages.turn import TURN_S, Messages
from redact.workspace.open import Workspace

log = logging.getLogger("redact")


@contextlib.contextmanager
def messages_beside(workspace: Workspace, every_s: float = TURN_S) -> Iterator[None]:
    """Send messages in a thread, while no watcher does, until the context ends."""
    stop = threading.Event()
    thread = threading.Thread(target=_run, args=(Messages(workspace), stop, every_s), name="messages", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(every_s)


def _run(messages: Messages, stop: threading.Event, every_s: float) -> None:
    while not stop.wait(every_s):
        try:
            messages.turn_unless_watched()
        except Exception as error:  # noqa: BLE001  the outermost loop of this thread
            log.warning("Messages to staff were not all sent. %s", describe(error))
