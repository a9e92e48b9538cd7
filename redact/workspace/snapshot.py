"""What photos are redacted by: names and faces as in the registers, read again when these or the day change."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection

from redact.redaction.answers.values import Answers
from redact.store.photos.photos import school_of
from redact.store.pupils.reading import read_gallery, register_version
from redact.store.reviewing.answers import allowed_now, read_answers
from redact.workers.job import RegisterSnapshot
from redact.workspace.open import Workspace


@dataclass(slots=True)
class Snapshots:
    """Returns the snapshot of this moment: the same object as long as nothing has changed.  Any thread may ask."""

    workspace: Workspace
    _known: tuple[tuple[int, date], RegisterSnapshot] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def read(self) -> tuple[int, RegisterSnapshot]:
        """Return the register's version, and names and faces by it.

        Raises:
            DatabaseFault: the database does not answer.
        """
        with self._lock, self.workspace.database.read() as connection:
            settings, today = self.workspace.settings, self.workspace.today(connection)
            version = register_version(connection)
            if self._known is None or self._known[0] != (version, today):
                roll = self.workspace.rolls.read(connection, settings.purposes, today)
                gallery = (
                    read_gallery(connection, self.workspace.keys.templates, settings.purposes, today)
                    if settings.shows_faces
                    else None
                )
                is_anybody = bool(roll.pupils or roll.adults or roll.permitted)
                self._known = ((version, today), RegisterSnapshot(roll if is_anybody else None, gallery or None))
            return version, self._known[1]

    def school(self, photo: str) -> str:
        """Return the school of a photo; "" where that is not known.

        Raises:
            DatabaseFault: the database does not answer.
        """
        with self.workspace.database.read() as connection:
            return school_of(connection, photo)

    def answers(self, photo: str) -> Answers:
        """Return what people answered on a photo, without the lifts that nobody consents to any more.

        Raises:
            DatabaseFault: the database does not answer.
        """
        with self.workspace.database.read() as connection:
            return allowed(self.workspace, connection, read_answers(connection, photo))


def allowed(workspace: Workspace, connection: Connection, answers: Answers) -> Answers:
    """Return `answers` without the lifts that nobody consents to on this day."""
    settings = workspace.settings
    today = workspace.today(connection)
    return allowed_now(connection, answers, settings.purposes, today, shows_faces=settings.shows_faces)
