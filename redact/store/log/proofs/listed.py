"""Is every entry on this photo listed, and every one on a hold?  Asked before "no entry speaks against it" is believed.

Threat: who can write the database, and has no key, changes the columns that entries are found by, or takes rows away,
and hides a recall, a hold or a photo taken up again from the program, which then deletes with its own hand.
Rule: what came since the log was checked last is read to its end, each body proved under the newest signed checkpoint
(recent.py); then the rows of the photo's group are summed as the columns give them now, and must give the sum of what
the bodies said (checked.py).  Where that is not so, or the log is not read through yet, the answer is why not.
Accepted residue: a database and its checkpoints that were set back together are told by the mirrors (standing.py);
columns that are changed between this look and the next one, a moment later, are seen by the next act.
"""

from __future__ import annotations

import threading
from typing import Final

from sqlalchemy import Connection

from redact.audit.faults import AuditLogError
from redact.store.log.checked import Checked, Log, group_of, read_checked, sum_listed
from redact.store.log.proofs.proven import Proofs
from redact.store.log.recent import check_from

#: Entries that are read for one answer at most, 1 s; the running check reads on meanwhile.
ACT_MOST: Final = 20_000
#: Of a log that nobody has read to its end, as after an upgrade: what reads it.
ON: Final = "The running watcher reads on by itself; all of it at once: redact audit verify"
CHANGED: Final = "The audit log does not list what was written to it: somebody changed the database"


class Listed:
    """What the columns of one workspace's log list; safe to share between threads."""

    def __init__(self, proofs: Proofs, log: Log) -> None:
        self._proofs, self._log, self._lock = proofs, log, threading.Lock()
        self._checked = Checked()

    def doubt(self, connection: Connection, photo: str | None) -> str | None:
        """Return why the entries that are listed on a photo may not be all; None where they are.

        Args:
            connection: of a transaction that sees one moment; what it lists then can be believed.
            photo: its id; None asks for the entries on holds.

        Raises:
            DatabaseFault: the database does not answer.
        """
        checked, why = self._read_on(connection)
        if why is not None:
            return why
        if photo is None:  # reading on has summed those on holds through this connection (recent.py)
            return None
        group = group_of(photo)
        is_whole = sum_listed(connection, group, checked.size) == checked.sum(group)
        return None if is_whole else f"{CHANGED}. See: redact audit verify"

    def _read_on(self, connection: Connection) -> tuple[Checked, str | None]:
        """Read what came since; return how far all is well, and what stands against it."""
        with self._lock:
            begin = max(self._checked, read_checked(connection, self._log), key=lambda each: each.size)
            recent = check_from(connection, self._log, begin, ACT_MOST)
            if recent.faults:
                return begin, f"{CHANGED}. See: redact audit verify"
            self._checked = recent.checked
            if recent.checked.size < recent.size:
                far = f"{recent.checked.size} of its {recent.size} entries"
                return begin, f"The audit log is read through before anything is deleted or put out: {far} so far. {ON}"
        return recent.checked, None if self._is_signed(connection, recent.checked) else CHANGED

    def _is_signed(self, connection: Connection, checked: Checked) -> bool:
        """Say whether the newest checkpoint, which our key signed, vouches for these entries and no others."""
        try:
            newest = self._proofs.checkpoint(connection)
        except AuditLogError:
            return checked.size == 0  # nothing was recorded yet
        return (newest.size, newest.root) == (checked.size, checked.edge.root)
