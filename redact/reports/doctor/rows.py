"""Check-up of the rows that say what is to be done: can they be read, or did somebody write into the database?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from redact.reports.doctor.values import Finding, Patient, fail, ok
from redact.store import photos as photo_rows
from redact.store.devices import read_devices
from redact.store.holds import list_holds
from redact.store.log.last_check import read_last_check
from redact.store.log.losses import list_losses
from redact.store.machines import list_machines
from redact.store.originals import ORIGINALS
from redact.store.photos import FileState, State
from redact.store.photos.counter_runs import runs_by_device
from redact.store.photos.stored_copies import COPIES
from redact.store.photos.watched import read_pass
from redact.store.placing.for_use import read_not_ours
from redact.store.schema.rows import NEXT_STEP, noting

_NOT_STORED: Final = tuple(state for state in State if state is not State.STORED)
_TRIED: Final = (FileState.OPENED, FileState.KEPT, FileState.UNKNOWN, FileState.REMOVED)
_MOST: Final = 5  # that are reported one by one


def check_rows(patient: Patient) -> Iterator[Finding]:
    """Check that the rows which say what is to be done can be read: somebody may have written into the database."""
    if patient.database is None:
        return
    with patient.database.read() as connection:
        unreadable = noting(connection)
        photo_rows.note_stateless(connection)
        read_devices(connection), list_holds(connection), list_machines(connection), runs_by_device(connection)
        read_last_check(connection), list_losses(connection), read_not_ours(connection)
        read_pass(connection, COPIES), read_pass(connection, ORIGINALS), photo_rows.list_left(connection)
        photo_rows.list_photos(connection, _NOT_STORED), photo_rows.list_device_files(connection, states=_TRIED)
    for each in unreadable[:_MOST]:
        yield fail("database rows", each.what, NEXT_STEP)
    if len(unreadable) > _MOST:
        yield fail("database rows", f"{len(unreadable) - _MOST} more rows cannot be read.", "See: redact status")
    if not unreadable:
        yield ok("database rows", "The rows that say what is to be done can be read.")
