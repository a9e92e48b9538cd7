"""Take former copies out of trust storage: another one stands, and nobody needs them for undoing any more.

Threat: a copy on which a face was found bare, and covered since, stays where staff take copies from; or one goes that a
person must be able to ask for, or that another photo shares.
Rule: a former copy goes when a person has decided on the photo, when the photo is recalled or not stored, or after
a day.  It is removed outside any transaction, the storage looks again, and only then it is written down (copy.removed,
by who had it drawn again).  A hold keeps it.  A file that is another photo's copy too stays.
Accepted residue: until then, a day at most, it lies there.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from redact.audit.events import person_tag
from redact.audit.kinds import Kind, Role
from redact.store import photos as records
from redact.store.reviewing.redraws import redrawn_by
from redact.store.reviewing.versions import is_named, list_superseded, note_removed
from redact.system.clock import print_moment
from redact.workspace.open import Workspace

KEEP_HOURS: Final = 24  # a choice: a day's work can be undone; desk.md, section 3
WHY: Final = "Another copy of the photo stands in its place."


def remove_superseded(workspace: Workspace, photo: str | None = None) -> int:
    """Remove the former copies that nobody needs any more, of one photo or of all; return how many went.

    Raises:
        TrustFault: one is still there, or that cannot be seen; those before it went.
        DatabaseFault: what went and is not written down is written down the next time.
    """
    before = print_moment(workspace.now() - timedelta(hours=KEEP_HOURS))
    with workspace.database.read() as connection:
        found = list_superseded(connection, before, photo)
    return sum(_remove(workspace, *each) for each in found)


def _remove(workspace: Workspace, photo: str, output: str, name: str) -> bool:
    with workspace.database.read() as connection:
        if _is_held(workspace, photo):
            return False
        is_needed = is_named(connection, name, photo, output)
    if not is_needed:
        workspace.trust.remove(name)
    with workspace.ledger.writing() as entries:
        if not note_removed(entries.connection, photo, output, print_moment(workspace.now())):
            return False
        who = redrawn_by(entries.connection, photo, output)
        role, person = who or (Role.SYSTEM.value, person_tag(workspace.keys.tags, Role.SYSTEM.value))
        if not is_needed:
            entries.add(Kind.COPY_REMOVED, photo=photo, output=output, by=role, person=person, reason=WHY)
    return not is_needed


def _is_held(workspace: Workspace, photo: str) -> bool:
    with workspace.database.read() as connection:
        files = records.list_device_files(connection, photo=photo)
    holds = workspace.ledger.holds.on()
    on = [*(file.device for file in files), ""]
    return any(hold.covers(device, photo) for hold in holds for device in on)
