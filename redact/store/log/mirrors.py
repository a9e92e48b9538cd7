"""Checkpoint mirrors: folders, out of reach of whoever holds the database, that collect the log's signed checkpoints.

Threat: a mirror is emptied, cut or replaced, the next checkpoint fills it again, and nobody ever knows that what
vouched for the audit log until then is gone.
Rule: what lies there is compared with what was copied there: before the first checkpoint of a process, whenever the
file that was written last is not as it was left, and daily (`check`).  What is missing is reported until a person
accepts it (docs/audit-log.md section 9, check 13); the newest checkpoint is written there again.
Accepted residue: a file of an earlier day that goes alone is seen by nobody here: the newest checkpoint vouches for its
entries too.
What is read and written there, and how long anybody waits for it: redact/store/log/mirror_folder.py.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, insert, select, update

from redact.audit.checkpoint import parse_note
from redact.audit.faults import AuditLogError
from redact.store.database import Database
from redact.store.log.losses import Loss, note_loss
from redact.store.log.mirror_folder import Mirror, MirrorFolder
from redact.store.schema.tables import log_mirrors
from redact.system.clock import Now, print_moment, utc_day

WRITE_S = 1.0  # seconds; writing it down at every checkpoint cost a third of an entry's time

log = logging.getLogger("redact")


def number_mirrors(folders: Sequence[Path]) -> tuple[Mirror, ...]:
    """Return the mirrors of a workspace, named by their order in its settings."""
    return tuple(Mirror(f"mirror-{number}", folder) for number, folder in enumerate(folders, 1))


@dataclass(slots=True)
class _Known:
    """What lies in one mirror, as far as this process knows."""

    size: int = 0  # entries of the newest checkpoint there
    written: int = 0  # what the database says of it
    fault: str | None = None
    due_s: float = 0.0  # when it is written down again, on the clock that nobody sets
    is_seen: bool = False  # somebody of this process has looked at what lies there
    left: tuple[str, int] | None = None  # the file that this process wrote last, and the bytes it had then
    loss: Loss | None = None  # seen, and not written down yet


class Mirrors:
    """The mirrors of one workspace; one that refuses never stops the work, and is remembered until it takes.

    What was copied is written down at once when it is the first in a while, or a mirror begins or ends to refuse; in
    a busy minute once a second (`write_down` brings the rest), for each time costs as much as an entry.  What is
    written down lags behind what lies there then, never the other way round: a checkpoint may be copied twice.
    """

    def __init__(self, database: Database, mirrors: Sequence[Mirror], now: Now) -> None:
        self._database, self._mirrors, self._now = database, mirrors, now
        self.folders = {mirror.id: MirrorFolder(mirror) for mirror in mirrors}
        self._lock = threading.Lock()  # one copy at a time; who waited often finds that a newer checkpoint is there
        self._known: dict[str, _Known] = {}

    def copy(self, size: int, note: str) -> None:
        """Append the note of a checkpoint of `size` entries in every mirror that does not have it yet.

        Raises:
            DatabaseFault: it is written down later; what was copied lies there.
        """
        with self._lock:
            for mirror in self._mirrors:
                known = self._read(mirror)
                if known.size < size:
                    self._append(mirror, known, size, note)

    def check(self, size: int, note: str) -> None:
        """Look at what lies in every mirror, and append the newest checkpoint where it is not there (any more).

        Raises:
            DatabaseFault: it is written down later; what was copied lies there.
        """
        with self._lock:
            for mirror in self._mirrors:
                known = self._read(mirror)
                known.is_seen = False
                self._see(mirror, known, note)
                if known.size < size or known.loss is not None:
                    self._append(mirror, known, size, note)

    def write_down(self) -> None:
        """Write down what was copied and is not written down yet; costs nothing where there is nothing.

        Raises:
            DatabaseFault: it is written down later.
        """
        with self._lock:
            for mirror_id, known in self._known.items():
                if known.written < known.size or known.loss is not None:
                    self._write(mirror_id, known)

    def _read(self, mirror: Mirror) -> _Known:
        if mirror.id not in self._known:
            query = select(log_mirrors.c.size, log_mirrors.c.fault).where(log_mirrors.c.mirror == mirror.id)
            with self._database.read() as connection:
                row = connection.execute(query).first()
            self._known[mirror.id] = _Known() if row is None else _Known(row.size, row.size, row.fault)
        return self._known[mirror.id]

    def _append(self, mirror: Mirror, known: _Known, size: int, note: str) -> None:
        name, folder, written = f"checkpoints-{utc_day(print_moment(self._now()))}.txt", self.folders[mirror.id], None
        try:
            if known.is_seen and known.left is not None:
                written = folder.append_after(known.left, name, note)
            if written is None:  # nobody looked yet, or the last file is not as it was left
                self._see(mirror, known, note)
                written = folder.append(name, note)
            known.left, fault = (name, written), None
        except OSError as error:
            fault = (error.strerror or str(error) or "it does not answer").lower()
        self._remember(mirror, known, size, fault)

    def _see(self, mirror: Mirror, known: _Known, note: str) -> None:
        """Look whether what was copied lies there, unless that was done and no file was left there since."""
        if known.is_seen and known.left is None:
            return
        folder, origin = self.folders[mirror.id], parse_note(note)[0].origin
        try:
            notes = folder.newest_notes(lambda each: _size_of(each, origin) > 0)
            found = max((_size_of(each, origin) for each in notes), default=0)
        except OSError:
            return  # away: the next checkpoint says so, and then somebody looks
        known.is_seen, known.left = True, None
        if found < known.size:
            known.loss = Loss(mirror.id, print_moment(self._now()), known.size, found)
            log.warning("%s", known.loss.sentence)

    def _remember(self, mirror: Mirror, known: _Known, size: int, fault: str | None) -> None:
        is_news, known.fault = fault != known.fault or known.loss is not None, fault
        known.size = known.size if fault else size
        if is_news or time.monotonic() >= known.due_s:
            self._write(mirror.id, known)

    def _write(self, mirror_id: str, known: _Known) -> None:
        row = {"at": print_moment(self._now()), "fault": known.fault, "size": known.size}
        with self._database.write() as connection:
            _write_row(connection, mirror_id, row)
            if known.loss is not None:
                note_loss(connection, known.loss)
        known.written, known.due_s, known.loss = known.size, time.monotonic() + WRITE_S, None


def _write_row(connection: Connection, mirror_id: str, row: dict[str, int | str | None]) -> None:
    changed = connection.execute(update(log_mirrors).where(log_mirrors.c.mirror == mirror_id).values(**row))
    if not changed.rowcount:
        connection.execute(insert(log_mirrors), {"mirror": mirror_id} | row)


def _size_of(note: str, origin: str) -> int:
    """Return the entries that a note vouches for; one that is cut off, or of another log, vouches for none."""
    try:
        checkpoint = parse_note(note)[0]
    except AuditLogError:
        return 0
    return checkpoint.size if checkpoint.origin == origin else 0
