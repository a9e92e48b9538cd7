"""The names of the registers, read and prepared once for each version of them.

Threat: a name that was put on the roll a minute ago is not found in a caption, because an older roll was kept; or each
page reads a thousand pupils again and nobody wants to work with it.
Rule: what is kept belongs to a version of the register, which every change of it raises, and to the day, with which a
permission of an adult ends; the version is asked of the caller's own transaction, each time.
Accepted residue: a database that is put back from a backup under a running program may have another register of the
same version; start the program again after that.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final, cast

from sqlalchemy import Connection

if TYPE_CHECKING:  # every command opens a workspace, and few read a name
    from redact.pupils.roll import Roll
    from redact.redaction.names.free_text import KnownNames

_MOST: Final = 8  # kept at once: purposes of some sites, of one version; a choice


@dataclass(slots=True)
class Rolls:
    """Returns the roll of this moment: the same object as long as nothing has changed.  Any thread may ask.

    Not to be asked in a transaction that has changed a register itself: what it wrote may never be committed.
    """

    _known: dict[Hashable, object] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def read(self, connection: Connection, purposes: Sequence[str], today: date) -> Roll:
        """Return pupils and adults who have not left, for a search of names.

        Args:
            connection: for reading.
            purposes: for all of which an adult has agreed in writing to be named.
            today: the school's day.
        """
        from redact.store.pupils.adults import with_adults
        from redact.store.pupils.reading import read_roll, register_version

        key = ("roll", register_version(connection), today, tuple(purposes))
        return cast("Roll", self._get(key, lambda: with_adults(connection, read_roll(connection), purposes, today)))

    def everybody(self, connection: Connection) -> KnownNames:
        """Return the names of all who ever stood in the registers, leavers and adults included."""
        from redact.redaction.names.free_text import KnownNames
        from redact.store.pupils.reading import read_every_pupil, register_version

        def read() -> KnownNames:
            return KnownNames(pupil for pupil, _ in read_every_pupil(connection, with_adults=True).values())

        return cast("KnownNames", self._get(("everybody", register_version(connection)), read))

    def _get(self, key: Hashable, make: Callable[[], object]) -> object:
        with self._lock:
            if key not in self._known:
                while len(self._known) >= _MOST:
                    del self._known[next(iter(self._known))]  # the oldest
                self._known[key] = make()
            return self._known[key]
