"""Whose turn it is to clear a device: one clearing at a time, whether the watcher's or a person's command.

Threat: two programs delete on one device at once, and each writes results that the other has caused.
Rule: one lock per device and machine, which ends with its process, however that ends.
Accepted residue: two machines that share a database and mount one device do not see each other's lock; states still
move by compare-and-swap, so each deletion has one result.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from redact.errors import RedactError
from redact.system.lock import hold_lock, holder_in
from redact.workspace.open import Workspace

LOCK_WAIT_S = 30.0  # seconds; deleting a batch of 200 photos of 5 MB hashes 1 GB, a few seconds on a card


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
        who: named to those who wait.
        wait_s: seconds to wait for whoever holds it.

    Raises:
        ClearingBusy: it was not free in that time.
        CannotWrite: the workspace's folder takes no lock.
    """
    path = workspace.settings.folder / f"clearing-{device_id}.lock"
    with hold_lock(path, wait_s, who=who, may_take_again=True) as is_ours:
        if not is_ours:
            raise ClearingBusy(device_id, holder_in(path))
        yield
