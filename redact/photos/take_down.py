"""Take a recalled copy out of trust storage: a consent has gone for a face that it shows.

Threat: a child stays to be seen on a copy for which nobody consents any more; or a removal is on record that nobody
looked at; or the copy goes while its original is gone, or while somebody must be able to ask for it.
Rule: the copy goes first, and is made again afterwards: between the two there is none, which is the safe way round.
(1) It is recalled, no hold covers it, and no deletion of its source stands open; (2) it is removed, outside any
transaction, and the storage looks again; (3) only then the photo's new state and the entry are written, in one
transaction.  After a crash between 2 and 3 the photo is still listed as recalled, and doing it again is harmless.
A file that another photo's copy shares stays until that one is taken down too; no entry says that it went.  So does one
that is another photo's by its bytes, whatever the rows say.
Accepted residue: a hold that is added between 1 and 2 comes too late; who has taken the copy elsewhere must be told by
a person.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from sqlalchemy import Connection

from redact.audit.kinds import Kind
from redact.errors import UsageError, short_id
from redact.photos.superseded import remove_superseded
from redact.redaction.values import copy_name
from redact.store import photos as photo_rows
from redact.store.log.audit_log import Entries
from redact.store.photos import FileState, Photo, State
from redact.store.photos.recalls import is_recalled, is_recalled_by_hand, is_shared
from redact.store.posts.voids import Cause, Voider, void_photo
from redact.store.trust.copies import find_copy
from redact.store.trust.names import file_name
from redact.workspace.ids import Actor
from redact.workspace.open import Workspace

WHY = "A consent for a face or name that is shown has gone."
WHY_BY_HAND = "A person recalled the copy."
NO_COPY = {
    "output": None,
    "output_name": None,
    "output_bytes": None,
    "stored_at": None,
    "copy_fault": None,
    "copy_fault_at": None,
}


def why_recalled(connection: Connection, photo: str) -> str:
    """Return why a copy is recalled, a sentence."""
    return WHY_BY_HAND if is_recalled_by_hand(connection, photo) else WHY


def lies_anothers(workspace: Workspace, photo: Photo) -> bool:
    """Say whether another photo's copy lies where the row says that this one's does: rows are signed by nobody.

    A copy is called by its content, so that one which lies whole under its own name tells whose row is wrong; of one
    that the row names by its content too, the audit log proves whether it was ever stored of this photo.

    Raises:
        TrustFault: it cannot be seen.
    """
    name = photo.output_name
    found = None if name is None else find_copy(workspace.trust, name)
    if name is None or found is None:
        return False
    sha256 = hashlib.sha256(found).hexdigest()
    if sha256 == photo.output:
        return workspace.audit_log.proofs.find(Kind.PHOTO_STORED, photo.sha256, output=sha256) is None
    return file_name(name).partition(".")[0] == copy_name(sha256, "")


def check_may_go(workspace: Workspace, photo: Photo) -> None:
    """Check that the stored copy of a photo is recalled and may be removed now.

    Raises:
        UsageError: it is not recalled, a hold covers it, or its source is being deleted at this moment.
        LogElsewhere: this log was set back, or runs elsewhere: what recalls the copy may be long made good.
    """
    workspace.audit_log.standing.check()
    short = short_id(photo.sha256)
    with workspace.database.read() as connection:
        device_files = photo_rows.list_device_files(connection, photo=photo.sha256)
        is_wanted_back = is_recalled(connection, photo.sha256)
    holds = workspace.audit_log.holds.on()
    if photo.state is not State.STORED or not is_wanted_back:
        raise UsageError(
            f"The copy of photo {short} is in trust storage and nothing recalls it; it stays. If nothing of it is to "
            f"be published: redact review {short} --decide unfit; if it must go: redact recall {short}, first."
        )
    on = [*(device_file.device for device_file in device_files), ""]
    if any(hold.covers(device, photo.sha256) for hold in holds for device in on):
        raise UsageError(f"A hold covers photo {short}, so that its copy stays. See: redact hold list")
    if any(device_file.state is FileState.OPENED for device_file in device_files):
        raise _is_being_cleared(photo)


def take_down(
    workspace: Workspace,
    photo: Photo,
    new: State,
    who: Actor,
    add_further: Callable[[Entries], object],
    **columns: object,
) -> bool:
    """Remove the recalled copy of a photo, and move the photo to its new state.

    Args:
        workspace: opened.
        photo: stored and recalled.
        new: state to move it to.
        who: removes it; stands in the audit log.
        add_further: adds further entries in the same transaction.
        columns: of the photo, to be written with the state.

    Returns:
        Whether the file went; False where another photo's copy shares it.

    Raises:
        UsageError: see `check_may_go`; or the photo changed meanwhile.
        TrustFault: the copy is still there, or that cannot be seen; nothing was changed.
    """
    # 1 it may go
    check_may_go(workspace, photo)
    with workspace.database.read() as connection:
        is_own = not is_shared(connection, photo.sha256, photo.output_name)
    # 2 remove, and look again: former copies of it too
    remove_superseded(workspace, photo.sha256)
    is_own = is_own and not lies_anothers(workspace, photo)
    if is_own and photo.output_name is not None:
        workspace.audit_log.standing.check()
        workspace.trust.remove(photo.output_name)
    # 3 state and entries
    with workspace.audit_log.writing() as entries:
        connection, why = entries.connection, why_recalled(entries.connection, photo.sha256)
        opened = photo_rows.list_device_files(connection, photo=photo.sha256, states=[FileState.OPENED])
        before = photo_rows.read_photo(connection, photo.sha256)
        if opened or before is None or (before.state, before.output) != (State.STORED, photo.output):
            raise _is_being_cleared(photo)
        photo_rows.move_photo(connection, photo.sha256, [State.STORED], new, **{**NO_COPY, **columns})
        photo_rows.write_shown(connection, photo.sha256, [], 0)
        void_photo(
            entries, photo.sha256, Cause.COPY_CHANGED, Voider(who.role, who.tag, workspace.settings.take_down_hours)
        )
        if is_own and photo.output is not None:
            facts = {"photo": photo.sha256, "output": photo.output, "by": who.role, "person": who.tag}
            entries.add(Kind.COPY_REMOVED, reason=why, **facts)
        add_further(entries)
    return is_own


def _is_being_cleared(photo: Photo) -> UsageError:
    return UsageError(
        f"Photo {short_id(photo.sha256)} is being worked on or deleted from a device just now. Try again."
    )
