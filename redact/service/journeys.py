"""The two journeys as the engine runs them: whatever they meet becomes a reason on the photo, or a line in the log.

The order of their steps stands in `redact.photos.steps.bring_to_storage` and `redact.devices.clearing.clear.clear`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from redact.devices.clearing.clear import Batch, clear
from redact.errors import describe, short_id
from redact.photos.quarantine import PhotoMissing
from redact.photos.steps import Redact, bring_to_storage, want_again
from redact.store import photos as photo_rows
from redact.store.photos import FileState, State
from redact.system.step import Step
from redact.workspace.open import Workspace

log = logging.getLogger("redact")


def bring_photo(workspace: Workspace, photo: str, work: Redact, step: Step) -> State | None:
    """Bring a photo as far as it goes; None where it failed; the reason is on the photo (`redact status`)."""
    try:
        state = bring_to_storage(workspace, photo, work, step)
    except PhotoMissing as missing:
        # Not one that was set aside meanwhile.
        _note(partial(want_again, workspace, photo, str(missing), photo_rows.UNDER_WAY))
        return None
    except Exception as error:  # noqa: BLE001  the outermost loop of a photo: nothing it does stops the others
        _note(partial(_note_trouble, workspace, photo, describe(error)))
        return None
    if state is State.STORED:
        log.info("Photo %s: stored.", short_id(photo))
    elif state in {State.HELD, State.REFUSED}:
        log.info("Photo %s: %s, a person must look. See: redact show %s", short_id(photo), state, short_id(photo))
    return state


def clear_device(workspace: Workspace, device: str, by: str, step: Step, *, tries_again: bool) -> Batch | None:
    """Clear what can be cleared now; None where it failed: the next clearing ends what this one opened."""
    try:
        batch = clear(workspace, device, by, tries_again=tries_again, step=step)
    except Exception as error:  # noqa: BLE001  the outermost loop of a clearing; it is tried again
        log.warning("%s", describe(error))
        return None
    if batch.counts.get(FileState.GONE):
        log.info("Device %s: %d cleared.", device, batch.counts[FileState.GONE])
    if has_failed(batch):
        log.warning("Device %s: some photos could not be cleared. See: redact status", device)
    return batch


def has_failed(batch: Batch) -> bool:
    """Return whether files are left that are not known to be gone."""
    return bool(batch.counts.get(FileState.KEPT) or batch.counts.get(FileState.UNKNOWN))


def _note(write: Callable[[], None]) -> None:
    """Write down why a photo waits; where that fails too, log it: the photo is tried again in any case."""
    try:
        write()
    except Exception as error:  # noqa: BLE001  the outermost loop of a photo
        log.warning("%s", describe(error))


def _note_trouble(workspace: Workspace, photo: str, reason: str) -> None:
    with workspace.database.write() as connection:
        photo_rows.note_trouble(connection, photo, reason)
