"""Which holds are on: those of the table, and those that the audit log knows of and the table does not.

Threat: who can write the database, and has no key, removes the row of a hold, or says in it that the hold was lifted,
and what somebody asked for is deleted by this program's own hand.
Rule: a hold is on while its row says so, and also while an entry `hold.added` is listed that no `hold.lifted` follows.
Only a proved entry lifts; one that cannot be proved, and was not erased by a proved entry, is a hold on everything
until a person looks, and so is any doubt that all entries on holds are listed (listed.py).  What was proved once is
remembered by its number: no further entry changes it.
Accepted residue: that of listed.py.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable

from sqlalchemy import Connection, select

from redact.audit.events import Event
from redact.audit.kinds import Kind
from redact.store.database import Database
from redact.store.holds import LegalHold, list_holds
from redact.store.log.proofs.listed import Listed
from redact.store.log.proofs.proven import Proofs, ProvenEntry
from redact.store.schema.tables import IS_OF_HOLD, log_entries

#: Stands for an entry on a hold that cannot be proved.
CHANGED = "An entry on a hold in the audit log was changed: nothing is deleted. See: redact audit verify"
DOUBTED = "audit-log"  # id of what stands for holds that may not be listed
_SCOPE_OF_ALL = "workspace"
_OF_HOLDS = select(log_entries.c.n).where(IS_OF_HOLD).order_by(log_entries.c.n)


class LoggedHolds:
    """The holds of one workspace; safe to share between threads."""

    def __init__(self, database: Database, proofs: Proofs, listed: Listed) -> None:
        self._database, self._proofs, self._listed, self._lock = database, proofs, listed, threading.Lock()
        self._known: dict[int, Event] = {}

    def on(self, connection: Connection | None = None) -> tuple[LegalHold, ...]:
        """Return every hold that is on, by its row or by the audit log; those of the table first.

        Args:
            connection: of a transaction that sees one moment; one of its own where none is given.

        Raises:
            DatabaseFault: the database does not answer.
        """
        if connection is None:
            with self._database.read() as reading:
                return self.on(reading)
        rows = list_holds(connection)
        named = {hold.id for hold in rows}
        return (*rows, *(hold for hold in self._on_by_log(connection) if hold.id not in named))

    def on_by_log(self) -> tuple[LegalHold, ...]:
        """Return the holds that are on as the audit log knows them; one on everything where it may know of more.

        Raises:
            DatabaseFault: the database does not answer.
        """
        with self._database.read() as connection:
            return self._on_by_log(connection)

    def _on_by_log(self, connection: Connection) -> tuple[LegalHold, ...]:
        doubt = self._listed.doubt(connection, None)
        entries = self._prove(_list(connection))
        return (*_on(entries), *([] if doubt is None else [_everything(DOUBTED, doubt)]))

    def on_as_listed(self) -> tuple[LegalHold, ...]:
        """Return the holds that are on as far as the audit log lists them: to tell of, and no leave to delete.

        Raises:
            DatabaseFault: the database does not answer.
        """
        return _on(self._read())

    def count_added(self) -> int:
        """Return how many holds the audit log knows of, lifted ones too: a new one is called by another number.

        Raises:
            DatabaseFault: the database does not answer.
        """
        return sum(event is None or event.kind is Kind.HOLD_ADDED for _, event in self._read())

    def _read(self) -> list[tuple[int, Event | None]]:
        with self._database.read() as connection:
            numbers = _list(connection)
        return self._prove(numbers)

    def _prove(self, listed: tuple[int, ...]) -> list[tuple[int, Event | None]]:
        """Return the entries on holds, oldest first; None for one that cannot be proved and was not erased."""
        with self._lock:
            numbers = sorted({*listed, *self._known})
            new = self._proofs.prove_all([number for number in numbers if number not in self._known])
            self._known.update({number: entry.event for number, entry in new.items() if entry is not None})
            unproven = {number for number, entry in new.items() if entry is None}
            erased = self._erased() if unproven else set[int]()
            return [(number, self._known.get(number)) for number in numbers if number not in erased]

    def _erased(self) -> set[int]:
        """Return the entries on holds of which a proved entry says that they were erased."""
        gone = self._proofs.find_all(Kind.BODY_ERASED)
        return {number for number in map(_erased_by, gone) if number is not None}


def _on(entries: Iterable[tuple[int, Event | None]]) -> tuple[LegalHold, ...]:
    added, changed = dict[str, list[LegalHold]](), list[LegalHold]()
    for number, event in entries:
        if event is None:
            changed.append(_everything(f"entry-{number}", CHANGED))
        elif event.kind is Kind.HOLD_ADDED:
            added.setdefault(str(event.fact("hold")), []).append(_hold(event))
        elif added.get(str(event.fact("hold"))):
            added[str(event.fact("hold"))].pop()
    return (*(hold for same in added.values() for hold in same), *changed)


def _list(connection: Connection) -> tuple[int, ...]:
    return tuple(number for number in connection.execute(_OF_HOLDS).scalars() if isinstance(number, int))


def _erased_by(entry: ProvenEntry) -> int | None:
    number, was = entry.event.fact("entry"), str(entry.event.fact("erased"))
    return number if isinstance(number, int) and was.startswith("hold.") else None


def _hold(event: Event) -> LegalHold:
    device, photo = event.fact("device"), event.fact("photo")
    return LegalHold(
        id=str(event.fact("hold")),
        scope=str(event.fact("scope")),
        device=None if device is None else str(device),
        photo=None if photo is None else str(photo),
        by=str(event.fact("by")),
        reason=str(event.fact("reason")),
        added_at=event.at,
        lifted_at=None,
    )


def _everything(name: str, why: str) -> LegalHold:
    return LegalHold(name, _SCOPE_OF_ALL, None, None, "system", why, "", None)
