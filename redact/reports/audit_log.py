"""What is done with the audit log of a workspace: check it, prove entries of it, make the deletion record."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from redact import __version__
from redact.audit import tree
from redact.audit.checkpoint import LogKey
from redact.audit.deletions.page import Made
from redact.audit.deletions.record import deletion_record
from redact.audit.deletions.values import DeletionRecord, RegisterRow, School
from redact.audit.events import Event, Numbered, UnknownEvent, event_of, leaf_of
from redact.audit.faults import AuditLogError
from redact.audit.filters import Filters
from redact.audit.verify.export import Row
from redact.audit.verify.proofs import Excerpt, prove
from redact.audit.verify.verdict import Report
from redact.errors import UsageError
from redact.store.database import DatabaseFault
from redact.store.devices import RegisteredDevice, read_devices
from redact.store.log.check import check_log, check_workspace, read_mirror
from redact.store.log.checked import Checked, remember
from redact.store.log.last_check import LogCheck, count_entries, write_last_check
from redact.store.log.mirror_folder import Mirror
from redact.store.log.mirrors import number_mirrors
from redact.store.log.reader import Entry, newest_note, read_every
from redact.system.clock import print_moment
from redact.workspace.open import Workspace


class NothingRecorded(UsageError):
    """The audit log has no entry yet: nothing is wrong, and nothing can be proved."""

    def __init__(self) -> None:
        """Word it."""
        super().__init__("Nothing was recorded yet: there is no signed checkpoint, and nothing to prove.")


@dataclass(frozen=True, slots=True)
class Reported:
    """A deletion record, what it rests on, and the check that was made before."""

    record: DeletionRecord
    made: Made
    checked: Report


def mirrors_of(workspace: Workspace) -> tuple[Mirror, ...]:
    """Return the checkpoint mirrors of the workspace."""
    return number_mirrors(workspace.settings.checkpoint_mirrors)


def verify_workspace(workspace: Workspace, keys: Sequence[LogKey] = ()) -> Report:
    """Check the audit log of `workspace`, with its own public key unless others are given.

    How far the log is intact is remembered: status and doctor go on from there.
    """

    def note(checked: Checked) -> None:
        # Then they begin further back.
        with contextlib.suppress(DatabaseFault), workspace.database.write() as connection:
            remember(connection, workspace.log, checked)

    asked, mirrors = keys or [workspace.keys.log_key], mirrors_of(workspace)
    is_own = workspace.keys.log_key in asked
    place = workspace.database, workspace.settings.origin
    return check_workspace(*place, mirrors, asked, note) if is_own else check_workspace(*place, mirrors, asked)


def note_check(workspace: Workspace, report: Report) -> None:
    """Write down for monitoring that the log was checked; a database that cannot be written does not stop the check."""
    with contextlib.suppress(DatabaseFault), workspace.database.write() as connection:
        check = LogCheck(print_moment(workspace.now()), report.is_intact, count_entries(connection))
        write_last_check(connection, check)


def prove_entries(workspace: Workspace, asked: Filters | int) -> Excerpt:
    """Return the entries that were asked for, each with its proof to the newest checkpoint.

    Args:
        workspace: whose audit log it is.
        asked: what the entries are to fit, judged by their bodies; or the number of one.

    Raises:
        NothingRecorded: there is no entry at all.
        UsageError: there is no such entry.
        AuditLogError: the audit log is not what was signed.
    """
    with workspace.database.read() as connection:
        entries = read_every(connection)
        excerpt = _prove(connection, workspace.settings.origin, entries, asked)
    if not excerpt.entries:
        raise UsageError(
            "The audit log has no such entry under its newest checkpoint; nothing was written. See: redact audit log"
        )
    return excerpt


def make_report(
    workspace: Workspace, device: str | None, since: str | None, until: str | None, school: str | None = None
) -> Reported:
    """Check the whole log, and make the deletion record of one device, a school's or all, in a period or ever.

    Raises:
        UsageError: neither the register nor the audit log knows the device.
        AuditLogError: a row of the database is not an entry.
    """
    copied = [read_mirror(mirror) for mirror in mirrors_of(workspace)]  # before the database: redact/store/log/check.py
    with workspace.database.read() as connection:
        checked = check_log(connection, workspace.settings.origin, copied, [workspace.keys.log_key])
        register = tuple(_register_row(row) for row in read_devices(connection))
        own = None if school is None else School(school, frozenset(row.id for row in read_devices(connection, school)))
        record = deletion_record(_events(connection), register, device, since, until, own)
        made = _made(connection, workspace, checked)
    if device is not None and not any(line.register or line.counts.found for line in record.devices):
        raise UsageError(f"No device {device} is in the register or the audit log. See: redact devices list")
    return Reported(record, made, checked)


def _prove(connection: Connection, origin: str, entries: Iterator[Entry], asked: Filters | int) -> Excerpt:
    note = newest_note(connection)
    if note is None:
        raise NothingRecorded
    leaves, rows = list[bytes](), list[Row]()
    for entry in entries:
        leaves.append(tree.leaf_hash(leaf_of(entry.row.commitment)))
        if _is_asked(entry, asked):
            rows.append(entry.row)
    wanted: Mapping[str, str] = {"entry": str(asked)} if isinstance(asked, int) else asked.asked()
    return prove(origin, wanted, note, tree.plant(leaves), rows)


def _is_asked(entry: Entry, asked: Filters | int) -> bool:
    if isinstance(asked, int):
        return entry.row.number == asked
    event = event_of(entry.reading)
    return isinstance(event, Event | UnknownEvent) and asked.fit(event)


def _events(connection: Connection) -> Iterator[tuple[int, Event]]:
    return (entry.reading for entry in read_every(connection) if isinstance(entry.reading, Numbered))


def _made(connection: Connection, workspace: Workspace, checked: Report) -> Made:
    note, at = newest_note(connection), print_moment(workspace.now())
    rest = (
        at,
        __version__,
        workspace.settings.origin,
        workspace.keys.log_key.text,
        note,
        checked.verdict,
        checked.is_intact,
    )
    last: Row | None = None
    leaves: list[bytes] = []
    for entry in read_every(connection):
        leaves.append(tree.leaf_hash(leaf_of(entry.row.commitment)))
        last = entry.row
    if note is None or last is None:
        return Made(*rest)
    try:
        (proven,) = prove(workspace.settings.origin, {}, note, tree.plant(leaves), [last]).entries
    except (AuditLogError, ValueError):  # not what was signed, or beyond it: the verdict says so
        return Made(*rest)
    path = tuple(step.hex() for step in proven.path)
    return Made(*rest, last=last.number, commitment=last.commitment.hex(), path=path)


def _register_row(device: RegisteredDevice) -> RegisterRow:
    return RegisterRow(
        device.id,
        device.kind.value,
        device.make,
        device.model,
        device.serial,
        device.serial_source.value if device.serial_source else "",
        device.owner.value,
        device.holder.value,
        device.approved_by.value,
        device.approved_at,
        device.until,
        device.retired_at,
    )
