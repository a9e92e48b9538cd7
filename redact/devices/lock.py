"""Whose turn it is to clear a device: one clearing at a time, whether the watcher's or a person's command.

Threat: two programs delete on one device at once, and each writes results that the other has caused.
Rule: one lock per device and machine, which ends with its process, however that ends.
Accepted residue: two machines that share a database and mount one device do not see each other's lock; states still
move by compare-and-swap, so each deletion has one result.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from redact.errors import RedactError
from redact.system.machine import hold_lock
from redact.workspace.workspace import Workspace

LOCK_WAIT_S = 30.0  # seconds; deleting a batch of 200 photos of 5 MB hashes 1 GB, a few seconds on a card
_LOOK_S = 0.1  # seconds between two looks whether the lock is free
_holding = threading.local()  # the locks that this thread holds


class ClearingBusy(RedactError):
    """Somebody else clears this device now; nothing was changed."""

    def __init__(self, device_id: str, holder: str) -> None:
        """Say who."""
        super().__init__(f"The device {device_id} is being cleared already, by {holder}. Try again when that is over.")


@contextlib.contextmanager
def hold_clearing(
    workspace: Workspace, device_id: str, *, who: str = "redact watch", wait_s: float = LOCK_WAIT_S
) -> Iterator[None]:
    """Let nobody else on this machine clear the device; a thread that holds the lock may take it again.

    One lock per device: the watcher clears several at once, and a slow card must not keep the others waiting.

    Args:
        workspace: whose lock.
        device_id: of a device on the register.
        who: what others are reported while they wait.
        wait_s: seconds to wait for whoever holds it.

    Raises:
        ClearingBusy: it was not free in that time.
    """
    path = workspace.settings.folder / f"clearing-{device_id}.lock"
    held: frozenset[Path] = getattr(_holding, "paths", frozenset())
    if path in held:
        yield
        return
    with contextlib.ExitStack() as lock:
        _wait_for_lock(lock, path, device_id, wait_s)
        with contextlib.suppress(OSError):  # Windows lets nobody write where the lock is; then nobody is named
            path.write_text(f"{who} (process {os.getpid()})", encoding="ascii")
        _holding.paths = held | {path}
        try:
            yield
        finally:
            _holding.paths = held


def _wait_for_lock(lock: contextlib.ExitStack, path: Path, device_id: str, wait_s: float) -> None:
    until_s = time.monotonic() + wait_s
    while not lock.enter_context(hold_lock(path)):
        lock.close()
        if time.monotonic() >= until_s:
            raise ClearingBusy(device_id, _holder_in(path))
        time.sleep(_LOOK_S)


def _holder_in(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii") or "another program"
    except (OSError, ValueError):
        return "another program"
