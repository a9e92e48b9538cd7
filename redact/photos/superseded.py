"""Take former copies out of trust storage: another one stands, and nobody needs them for undoing any more.

Threat: a copy on which a face was found bare, and covered since, stays where staff take copies from; or one goes that a
person must be able to ask for, or that another photo shares.
Rule: a former copy goes when a person has decided on the photo, when the photo is recalled or not stored, or after
a day.  No row is believed: the audit log proves that another copy took its place, and that it was not stored again
since (redact/store/log/proofs/), and what lies under its name is that copy by its bytes, read back right before.  It is
removed outside any transaction, the storage looks again, and only then it is written down (copy.removed, by who had it
drawn again).  A hold keeps it.  A file that is another photo's copy too stays.
Accepted residue: until then, a day at most, it lies there; one whose bytes were changed stays until a person looks.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta
from typing import Final

from redact.audit.kinds import Kind
from redact.errors import short_id
from redact.photos.checks.storage import check_answers
from redact.store import photos as photo_rows
from redact.store.reviewing.redraws import redrawn_by
from redact.store.reviewing.versions import is_named, list_superseded, note_removed
from redact.store.trust.storage import TrustFault
from redact.system.clock import print_moment
from redact.workspace.ids import Actor, the_program
from redact.workspace.open import Workspace

KEEP_HOURS: Final = 24  # a choice: a day's work can be undone; desk.md, section 3
WHY: Final = "Another copy of the photo stands in its place."

log = logging.getLogger("redact")


def remove_superseded(workspace: Workspace, photo: str | None = None) -> int:
    """Remove the former copies that nobody needs any more, of one photo or of all; return how many went.

    Raises:
        TrustFault: one is still there, or that cannot be seen; where it is so of that one alone, the others went.
        DatabaseFault: what went and is not written down is written down the next time.
        LogElsewhere: this log was set back, or runs elsewhere; nothing goes from then on.
    """
    workspace.audit_log.standing.check()  # entries that are lost may say that a former copy stands again; each time too
    before = print_moment(workspace.now() - timedelta(hours=KEEP_HOURS))
    with workspace.database.read() as connection:
        found = list_superseded(connection, before, photo)
    removed, fault = 0, None
    for each in found:
        try:
            removed += _remove(workspace, *each)
        except TrustFault as error:
            check_answers(workspace)
            fault = fault or error
    if fault is not None:
        raise fault
    return removed


def _remove(workspace: Workspace, photo: str, output: str, name: str) -> bool:
    with workspace.database.read() as connection:
        if _is_held(workspace, photo):
            return False
        is_needed = is_named(connection, name, photo, output)
    if not is_needed:
        if not (_is_proven(workspace, photo, output) and _is_this(workspace, name, output)):
            log.warning("A former copy of photo %s is not proved to be one; it stays. See: redact audit verify",
                        short_id(photo))  # fmt: skip
            return False
        workspace.audit_log.standing.check()
        workspace.trust.remove(name)
    with workspace.audit_log.writing() as entries:
        if not note_removed(entries.connection, photo, output, print_moment(workspace.now())):
            return False
        drawn_by = redrawn_by(entries.connection, photo, output)
        who = the_program(workspace) if drawn_by is None else Actor(*drawn_by)
        if not is_needed:
            entries.add(Kind.COPY_REMOVED, photo=photo, output=output, by=who.role, person=who.tag, reason=WHY)
    return not is_needed


def _is_proven(workspace: Workspace, photo: str, output: str) -> bool:
    """Say whether the audit log proves that another copy took the place of this one, which was not stored since."""
    proofs = workspace.audit_log.proofs
    replaced = proofs.find(Kind.COPY_REDRAWN, photo, former=output)
    if replaced is None or proofs.find(Kind.PHOTO_STORED, photo, replaced, output=output) is not None:
        return False
    with workspace.database.read() as connection:
        return workspace.audit_log.listed.doubt(connection, photo) is None


def _is_this(workspace: Workspace, name: str, output: str) -> bool:
    """Say whether that copy, or nothing, lies under the name."""
    found = workspace.trust.find(name)
    return found is None or hashlib.sha256(found).hexdigest() == output


def _is_held(workspace: Workspace, photo: str) -> bool:
    with workspace.database.read() as connection:
        files = photo_rows.list_device_files(connection, photo=photo)
    holds = workspace.audit_log.holds.on()
    on = [*(file.device for file in files), ""]
    return any(hold.covers(device, photo) for hold in holds for device in on)
