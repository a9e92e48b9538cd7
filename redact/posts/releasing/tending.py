"""Tend the outbox in a thread of its own, while the desk runs.

The watcher does it among its periodic tasks; but a desk may run alone, on a machine with an outbox of its own.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from redact.errors import RedactError
from redact.posts.releasing.sweep import tend_outbox
from redact.system.beside import repeated
from redact.workspace.open import Workspace

EVERY_S: Final = 30.0  # seconds; as the watcher's looks (service/due.LOOK_S)
_STOP_S: Final = 5.0  # seconds that a sweep under way is waited for

log = logging.getLogger("redact")


@contextlib.contextmanager
def tending(workspace: Workspace, every_s: float = EVERY_S) -> Iterator[None]:
    """Tend the outbox in a thread, at once and every so often, until the end."""
    with repeated(_Tending(workspace).turn, every_s, "outbox", stop_s=_STOP_S, is_at_once=True):
        yield


@dataclass(slots=True)
class _Tending:
    workspace: Workspace
    logged: str = ""  # the fault that was logged last: it is done again, and the same is not said twice

    def turn(self) -> None:
        try:
            tend_outbox(self.workspace)
            self.logged = ""
        except RedactError as error:
            if str(error) != self.logged:
                log.warning("%s", error)
            self.logged = str(error)
