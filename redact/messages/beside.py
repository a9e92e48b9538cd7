"""Messages beside the desk: while no watcher lives, somebody must hear of that.

Rule: a thread of the desk looks every minute; it does nothing while a watcher lives, which sends by itself.  Whatever
it meets is logged and tried again; the desk goes on.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

from redact.errors import describe
from redact.messages.turn import TURN_S, Messages
from redact.system.beside import repeated
from redact.workspace.open import Workspace

log = logging.getLogger("redact")


@contextlib.contextmanager
def messages_beside(workspace: Workspace, every_s: float = TURN_S) -> Iterator[None]:
    """Send messages in a thread, while no watcher does, until the context ends."""
    messages = Messages(workspace)

    def turn() -> None:
        try:
            messages.turn_unless_watched()
        except Exception as error:  # noqa: BLE001  the outermost loop of this thread
            log.warning("Messages to staff were not all sent. %s", describe(error))

    with repeated(turn, every_s, "messages", stop_s=every_s):
        yield
