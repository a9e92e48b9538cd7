"""Follow a report of the watch: take the file in, or write down what a person must see to."""

from __future__ import annotations

import logging
from typing import assert_never

from redact.errors import short_id
from redact.photos import steps
from redact.store import photos as photo_rows
from redact.store.devices import RegisteredDevice, mark_seen
from redact.system.clock import print_moment
from redact.workspace.open import Workspace
from watcher import AtRest, Away, Back, NotTaken, NotTouched, Place, Report, Sort, Unsafe, device_of

log = logging.getLogger("redact")


def follow(workspace: Workspace, report: Report, registered: RegisteredDevice | None) -> bool:
    """Do what a report asks for; return whether there may now be something to redact or to clear.

    Args:
        workspace: opened.
        report: what the watch saw.
        registered: the device it speaks of, where that is watched now.

    Raises:
        WatcherError: the device or our disk refuses.
        DatabaseFault: nothing was written down.
    """
    match report:
        case AtRest() if report.sorted.sort is Sort.PHOTO:
            return registered is not None and _take_one(workspace, report, registered)
        case AtRest():
            _note_left(workspace, report.place, f"It needs a person: {report.sorted.why}.")
        case NotTouched():
            _note_left(workspace, report.place, f"It was left untouched: {report.why}.")
        case Back():
            note_seen(workspace, report.device_id)
        case Away():
            log.warning("Device %s is away: %s", report.device_id, report.why)
        case unreachable:
            assert_never(unreachable)
    return False


def _take_one(workspace: Workspace, report: AtRest, registered: RegisteredDevice) -> bool:
    if not registered.is_approved(workspace.latest()):
        return False
    try:
        taken = steps.take_in(workspace, device_of(registered.record), report.place, report.stat, report.tags)
    except Unsafe as error:
        _note_left(workspace, report.place, f"It was left untouched: {error.why}.")
        return False
    if taken is NotTaken.TOO_LARGE:
        _note_left(workspace, report.place, f"It was left untouched: {taken.value}.")
    if isinstance(taken, str):  # a word at once: the first copy takes seconds, and who waits must see that it works
        log.info("Photo %s: came in from %s.", short_id(taken), registered.id)
    return not isinstance(taken, NotTaken)


def note_seen(workspace: Workspace, device: str) -> None:
    """Write down that a device is there.

    Raises:
        DatabaseFault: nothing was written down.
    """
    with workspace.database.write() as connection:
        mark_seen(connection, device, print_moment(workspace.now()))


def _note_left(workspace: Workspace, place: Place, why: str) -> None:
    with workspace.database.write() as connection:
        photo_rows.note_left(connection, workspace.keys.tags, place, why, print_moment(workspace.now()))
