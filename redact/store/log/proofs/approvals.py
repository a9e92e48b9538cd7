"""Is this device approved until then?  Asked before a photo is deleted from it.

Threat: who can write the database, and has no key, writes a device into the register, has its approval last longer, or
takes back that it was retired, and this program deletes photos from a device that nobody in charge approved.
Rule: a row is no proof.  The newest entry on the device's approval must be a proved `device.registered` or
`device.renewed` that names this device and the very moment until which its row says it is approved.  What was proved
once is remembered by its number: no further entry changes it.
Accepted residue: an entry that is hidden by its columns is not asked; the daily check of the log finds it.  Whose
approval's entry was erased on request is approved again, which is a new entry.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, bindparam, select

from redact.audit.events import Event
from redact.audit.kinds import Kind, spellings
from redact.store.log.proofs.proven import Proofs
from redact.store.schema.tables import IS_OF_DEVICE, log_entries

_GIVEN: Final = (Kind.DEVICE_REGISTERED, Kind.DEVICE_RENEWED)
_SPELLED: Final = spellings(*_GIVEN, Kind.DEVICE_RETIRED)
_NEWEST: Final = (  # said so that the index of the few entries on devices is used, and not that of all with a device
    select(log_entries.c.n)
    .where(IS_OF_DEVICE, log_entries.c.kind.in_(_SPELLED), log_entries.c.device.concat("") == bindparam("of"))
    .order_by(log_entries.c.n.desc())
    .limit(1)
)


class LoggedApprovals:
    """The approvals of one workspace's devices; safe to share between threads."""

    def __init__(self, proofs: Proofs) -> None:
        self._proofs = proofs
        self._known: dict[int, Event] = {}

    def prove(self, connection: Connection, device: str, until: str) -> bool:
        """Say whether the audit log proves that a device is approved until this moment.

        Args:
            connection: of a transaction.
            device: its id.
            until: the last moment of its approval, as its row has it.

        Raises:
            DatabaseFault: the database does not answer.
        """
        number = connection.execute(_NEWEST, {"of": device}).scalar()
        event = None if number is None else self._read(number)
        return event is not None and event.kind in _GIVEN and (event.fact("device"), event.fact("until")) == (
            device, until,
        )  # fmt: skip

    def _read(self, number: int) -> Event | None:
        if number not in self._known:
            entry = self._proofs.prove_all([number])[number]
            if entry is None:
                return None
            self._known[number] = entry.event
        return self._known[number]
