"""A person accepts that a sealed original is lost: the notice of it ends, and the audit log says who ended it.

Threat: whoever took an original makes the notice of it go away, as nobody in particular; or a word stands for a look,
and what lies there after all, or on a device, is given up.
Rule: only where the vault answers and nothing lies in it under that name, and no file of the photo is known on a
device, from which it could be sealed again.  Role, person and reason stand in the audit log in one transaction with the
row (`original.lost`).  It is no destruction: nothing is deleted for it, now or later, and a file of the photo that
turns up on a device stays there.
Accepted residue: a false reason can be given; it stands there for ever.  A sealed file that is found later in a backup
and put back is not looked at any more.
"""

from __future__ import annotations

from redact.audit.kinds import Kind, Role
from redact.errors import UsageError, short_id
from redact.store import photos as photo_rows
from redact.store.originals import write_lost
from redact.store.photos import Photo
from redact.system.clock import print_moment
from redact.workspace.ids import acting
from redact.workspace.open import Workspace
from redact.workspace.reasons import check_reason


def accept_lost(workspace: Workspace, photo: Photo, by: Role, person: str, reason: str) -> None:
    """Write down that a person accepts the loss of a sealed original.

    Args:
        workspace: opened.
        photo: whose original it is.
        by: role of the person.
        person: account or staff number; only its tag is kept.
        reason: what was found out, a sentence; it stands in the audit log.

    Raises:
        UsageError: nobody is named, the reason does not fit, something lies there, or a file of it lies on a device.
        VaultFault: the vault cannot be seen.
        DatabaseFault: nothing was changed.
    """
    actor, reason = acting(workspace, by, person), check_reason(workspace, reason)
    short = short_id(photo.sha256)
    if workspace.vault.has(photo.sha256):
        raise UsageError(
            f"Something lies in the vault as the sealed original of photo {short}, so that it is not given up. If it "
            "is damaged and no backup has it whole, move it out of the vault first. Nothing was changed."
        )
    with workspace.audit_log.writing() as entries:
        files = photo_rows.list_device_files(entries.connection, photo=photo.sha256, states=photo_rows.ON_DEVICE)
        if files:
            raise UsageError(
                f"A file of photo {short} lies on the device {files[0].device}: it is all there is of the original, so "
                "that it is not given up. Keep it; or take it off by hand, then: redact devices check "
                f"{files[0].device}. Nothing was changed."
            )
        at = print_moment(workspace.now())
        if photo.sealed is None or not write_lost(entries.connection, photo.sha256, photo.sealed, at):
            raise UsageError(f"Photo {short} has no sealed original that could be lost. See: redact show {short}")
        facts = {"photo": photo.sha256, "sealed": photo.sealed}
        entries.add(Kind.ORIGINAL_LOST, by=actor.role, person=actor.tag, reason=reason, **facts)
