"""Watch trust storage: every copy is read back and compared with its record.

Threat: a copy is overwritten with the unredacted photo, changed or deleted in trust storage, and nobody notices until
somebody publishes it, or wants it.
Rule: as for all that is watched (passes.py).  What lies in for-use is looked at with its copy, mended at once, and
counted as one that was missing or differed.
Residue: a recalled copy is not looked at, for it must go anyway.
"""

from __future__ import annotations

import hashlib

from redact.audit.kinds import Kind
from redact.photos.checks.passes import Check
from redact.photos.kept import why_differs
from redact.photos.placing.for_use import mend_for_use
from redact.store.log.audit_log import Entries
from redact.store.photos.stored_copies import COPIES, StoredCopy
from redact.store.trust import copies
from redact.workspace.open import Workspace


def check_answers(workspace: Workspace) -> None:
    """Ask trust storage for what it has not, to see whether it answers where one copy does not.

    Raises:
        TrustFault: it is the storage that cannot be seen.
    """
    copies.check_answers(workspace.trust)


def _find(workspace: Workspace, copy: StoredCopy) -> str | None:
    found = workspace.trust.find(copy.name)
    return None if found is None else hashlib.sha256(found).hexdigest()


def _add_entry(entries: Entries, copy: StoredCopy, fault: str) -> None:
    entries.add(Kind.STORAGE_DIFFERS, photo=copy.photo, output=copy.sha256, found=fault)


def _mend_for_use(workspace: Workspace, copy: StoredCopy) -> str | None:
    """Look at what staff take, which is counted with what it is made of."""
    return None if copy.for_use is None else mend_for_use(workspace, copy.photo, copy.sha256, copy.for_use)


#: How the copies in trust storage are read back.
STORAGE = Check(COPIES, _find, check_answers, Kind.STORAGE_CHECKED, _add_entry, why_differs, _mend_for_use)
