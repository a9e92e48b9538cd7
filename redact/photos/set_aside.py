"""Set a photo aside: a person has looked at it, and nothing of it is to be published.

Threat: a photo that stopped is put aside by nobody in particular, or a list that never gets shorter is read by nobody;
or setting aside is taken for a permission to delete.
Rule: role, person (as a tag) and reason stand in the audit log, in one transaction with the state.  Nothing on a device
is deleted for it, now or later: what this program deletes is what it has a stored copy of, and the file is that
person's business.  `redact devices check` looks whether it is still there; no word is taken where a look is possible.
A copy that was recalled is taken down first (redact/photos/take_down.py).  Where a post stands with a former copy, it
is to be taken down.
Accepted residue: a person can set aside what should have been published; `redact retry` takes it up again while the
sealed original or the device's file is there.
"""

from __future__ import annotations

from dataclasses import dataclass

from redact.audit.kinds import Kind, Role
from redact.errors import UsageError, short_id
from redact.photos.take_down import take_down
from redact.store import photos as photo_rows
from redact.store.log.audit_log import Entries
from redact.store.photos import Photo, State
from redact.store.posts.take_downs import COPY_UNFIT, Opener, open_for_photo
from redact.workspace.ids import Actor, acting
from redact.workspace.open import Workspace
from redact.workspace.reasons import check_reason

MAY_SET_ASIDE = (State.HELD, State.REFUSED, State.WANTED)
_WHY_NOT = {
    State.SET_ASIDE: "is set aside already",
    State.ARRIVED: "is on its way; the running watcher goes on with it",
    State.SEALED: "is on its way; the running watcher goes on with it",
    State.REDACTED: "is on its way; the running watcher goes on with it",
}


@dataclass(frozen=True, slots=True)
class SetAside:
    """What setting a photo aside left."""

    files: int  # on devices, not known to be gone
    copy: str | None  # name of the recalled copy that was taken down
    is_copy_removed: bool  # False where there was none, or another photo's copy shares its file


def set_aside(workspace: Workspace, photo: Photo, by: Role, person: str, reason: str) -> SetAside:
    """Write down that nothing of a photo is to be published.

    Args:
        workspace: opened.
        photo: held, refused, wanted, or stored with a copy that is recalled.
        by: role of the person.
        person: account or staff number; only its tag is kept.
        reason: a sentence; it stands in the audit log.

    Raises:
        UsageError: the photo is none of these, or the reason does not fit the audit log; nothing was changed.
        TrustFault: the recalled copy is still there, or that cannot be seen; nothing was changed.
        DatabaseFault: nothing was changed.
    """
    who, why = acting(workspace, by, person), check_reason(workspace, reason)
    if photo.state in _WHY_NOT:
        raise UsageError(f"Photo {short_id(photo.sha256)} {_WHY_NOT[photo.state]}. There is nothing to set aside.")
    is_removed = False
    if photo.state is State.STORED:
        is_removed = take_down(
            workspace, photo, State.SET_ASIDE, who, lambda entries: _add_entry(entries, photo, who, why), reason=why
        )
    else:
        with workspace.audit_log.writing() as entries:
            if not photo_rows.move_photo(entries.connection, photo.sha256, MAY_SET_ASIDE, State.SET_ASIDE, reason=why):
                raise UsageError(
                    f"Photo {short_id(photo.sha256)} changed meanwhile. See: redact show {short_id(photo.sha256)}"
                )
            _add_entry(entries, photo, who, why)
            hours = workspace.settings.take_down_hours
            open_for_photo(entries, photo.sha256, COPY_UNFIT, Opener(who.role, who.tag, hours))
    with workspace.database.read() as connection:
        rest = photo_rows.list_device_files(connection, photo=photo.sha256, states=photo_rows.ON_DEVICE)
    return SetAside(len(rest), photo.output_name if photo.state is State.STORED else None, is_removed)


def _add_entry(entries: Entries, photo: Photo, who: Actor, reason: str) -> None:
    entries.add(Kind.PHOTO_SET_ASIDE, photo=photo.sha256, by=who.role, person=who.tag, reason=reason)
