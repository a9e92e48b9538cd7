"""Second places: folders, out of the reach of whoever holds the database, that collect the signed heads of the record.

One file a day and place, `checkpoints-2026-09-07.txt`, to which notes are appended and brought to the disk; they are
what `redact audit verify` and the stand-alone verifier take as copies.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import insert, select, update

from redact.machine import sync_folder
from redact.moments import Now, print_moment
from redact.store.database import Database
from redact.store.tables import log_copies

WRITE_S = 1.0  # seconds; writing it down at every head cost a third of an entry's time


@dataclass(frozen=True, slots=True)
class Place:
    """A second place."""

    id: str  # "copy-1": what the record may say of it
    folder: Path


@dataclass(slots=True)
class _Known:
    """What lies in one place, as far as this process knows."""

    size: int = 0  # entries of the newest head there
    written: int = 0  # what the database says of it
    fault: str | None = None
    due_s: float = 0.0  # when it is written down again, on the clock that nobody sets


class Copies:
    """The second places of one house; a place that refuses never stops the work, and is remembered until it takes.

    What was copied is written down at once when it is the first in a while, or a place begins or ends to refuse; in
    a busy minute once a second (`write_down` brings the rest), for each time costs as much as an entry.  What is
    written down lags behind what lies there then, never the other way round: a head may be copied twice.
    """

    def __init__(self, database: Database, places: Sequence[Place], now: Now) -> None:
        self._database, self._places, self._now = database, places, now
        self._lock = threading.Lock()  # one copy at a time; who waited often finds that a newer head is there
        self._known: dict[str, _Known] = {}

    def copy(self, size: int, note: str) -> None:
        """Append the note of a head of `size` entries in every place that does not have it yet."""
        with self._lock:
            for place in self._places:
                known = self._read(place)
                if known.size < size:
                    self._remember(place, known, size, _append(place.folder, note, print_moment(self._now())[:10]))

    def write_down(self) -> None:
        """Write down what was copied and is not written down yet; costs nothing where there is nothing."""
        with self._lock:
            for place_id, known in self._known.items():
                if known.written < known.size:
                    self._write(place_id, known)

    def _read(self, place: Place) -> _Known:
        if place.id not in self._known:
            query = select(log_copies.c.size, log_copies.c.fault).where(log_copies.c.place == place.id)
            with self._database.read() as connection:
                row = connection.execute(query).first()
            self._known[place.id] = _Known() if row is None else _Known(row.size, row.size, row.fault)
        return self._known[place.id]

    def _remember(self, place: Place, known: _Known, size: int, fault: str | None) -> None:
        is_news, known.fault = fault != known.fault, fault
        known.size = known.size if fault else size
        if is_news or time.monotonic() >= known.due_s:
            self._write(place.id, known)

    def _write(self, place_id: str, known: _Known) -> None:
        row = {"at": print_moment(self._now()), "fault": known.fault, "size": known.size}
        with self._database.write() as connection:
            told = connection.execute(update(log_copies).where(log_copies.c.place == place_id).values(**row))
            if not told.rowcount:
                connection.execute(insert(log_copies), {"place": place_id} | row)
        known.written, known.due_s = known.size, time.monotonic() + WRITE_S


def _append(folder: Path, note: str, day: str) -> str | None:
    """Append and bring to the disk; return why not, as a sentence part."""
    path = folder / f"checkpoints-{day}.txt"
    try:
        is_new = not path.exists()
        with path.open("ab") as file:
            file.write(note.encode())
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            sync_folder(folder)
    except OSError as error:
        return (error.strerror or "it does not answer").lower()
    return None
