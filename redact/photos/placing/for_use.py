"""`for-use/` in trust storage: what a person has passed lies there too, so that staff who browse meet nothing else.

Threat: a copy that nobody has passed, or that was opened again, recalled or drawn again, lies where staff take copies
from; or the copy that proves a deletion is moved, edited or removed there.
Rule: no row is believed: the audit log proves that a person passed this copy (redact/store/log/proofs/passed.py).
For-use holds second files; the copy itself stays where it is, and what happens to the file there does not touch
it.  Where a file is to lie is written down before it is put; that it lies there, after it was read back.  A file whose
copy is not passed any more is removed, outside any transaction, and looked for again; only then the row forgets it.
One at a time on a machine, so that a file is not put while it is taken out.  What fails is tried again by the watcher
every half minute, and each page of the desk that changes something does it at once: what must leave leaves before the
page answers, what is passed is put right after.
Accepted residue: between the change and the removal, milliseconds at the desk and half a minute elsewhere, the file
lies there; two machines of one database do not see each other's lock, and the check of trust storage mends that.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from typing import Final

from redact.errors import RedactError, short_id
from redact.store.log.proofs.passed import is_passed_by_log
from redact.store.log.standing import LogElsewhere
from redact.store.placing.events import read_story
from redact.store.placing.for_use import (
    Misplaced,
    begin_placing,
    is_placed_for_others,
    list_misplaced,
    list_placed,
    note_placed,
    note_taken_out,
)
from redact.store.trust.copies import CopyDiffers, find_copy, read_copy
from redact.store.trust.names import FOR_USE, Part, file_name, folder_of
from redact.system.clock import print_moment
from redact.system.lock import hold_lock
from redact.workspace.open import Workspace

AT_ONCE: Final = 500  # photos of one turn
_LOCK: Final = "for-use.lock"
_WAIT_S: Final = 20.0  # for another process that puts or takes out: some copies per second

log = logging.getLogger("redact")


class NotProven(RedactError):
    """Rows say that a person passed a copy, and the audit log does not prove it."""

    def __init__(self, photo: str, doubt: str | None = None) -> None:
        """Say of which photo, and what is in doubt of the whole log, if anything is."""
        if doubt is not None:
            super().__init__(f"The copy of photo {short_id(photo)} is not put into for-use yet. {doubt}.")
            return
        super().__init__(
            f"The audit log does not prove that a person passed the copy of photo {short_id(photo)}, although the "
            "database says so: somebody may have changed it. It is not put into for-use. See: redact audit verify"
        )


def update_for_use(workspace: Workspace, photo: str | None = None) -> int:
    """Put what a person has passed into for-use and take out what is not passed any more; return how many changed.

    Args:
        workspace: opened.
        photo: the only one that is looked at; None: all, which is one query where nothing is to be done.

    Raises:
        TrustFault: the storage refuses or cannot be seen; those before it were done.
        CopyDiffers: a copy that is to be put there is not what was stored, and is not put; the others were done.
        NotProven: of one the audit log does not prove that a person passed it; the same.
        DatabaseFault: what was done and not written down is done again the next time.
        CannotWrite: this machine's lock cannot be held.
        LogElsewhere: this log was set back, or runs elsewhere; nothing is put, and what must leave has left.
    """
    waiting = _waiting(workspace, photo)
    if not waiting:
        return 0
    with hold_lock(workspace.settings.folder / _LOCK, _WAIT_S) as is_ours:
        return _bring_all_about(workspace, [each.photo for each in waiting]) if is_ours else 0


def take_out_of_for_use(workspace: Workspace) -> int:
    """Take out of for-use what is not passed any more, and put nothing; return how many changed.

    Raises:
        TrustFault, DatabaseFault, CannotWrite: as for `update_for_use`.
    """
    leaving = [each.photo for each in _waiting(workspace, None) if each.for_use is not None and not each.is_fit]
    if not leaving:
        return 0
    with hold_lock(workspace.settings.folder / _LOCK, _WAIT_S) as is_ours:
        return _bring_all_about(workspace, leaving) if is_ours else 0


def mend_for_use(workspace: Workspace, photo: str, output: str, name: str) -> str | None:
    """Look whether a passed copy lies in for-use as it was put; mend it, and return how it differed.

    Returns:
        "missing" or "changed"; None where it lies there whole.

    Raises:
        TrustFault: that cannot be seen, or it could not be mended.
    """
    found = find_copy(workspace.trust, name)  # a pipe or a huge file in its place goes as well
    if found is not None and hashlib.sha256(found).hexdigest() == output:
        return None
    log.warning("The file of photo %s in for-use was %s; it is put there again.", short_id(photo), _word(found))
    with hold_lock(workspace.settings.folder / _LOCK, _WAIT_S) as is_ours:
        if is_ours:
            _remove(workspace, photo, name)
            with workspace.database.write() as connection:
                note_taken_out(connection, photo, name)
            _bring_about(workspace, photo)
    return _word(found)


def _word(found: bytes | None) -> str:
    return "missing" if found is None else "changed"


def _waiting(workspace: Workspace, photo: str | None) -> tuple[Misplaced, ...]:
    look = list_misplaced if workspace.settings.for_use else list_placed
    with workspace.database.read() as connection:
        return look(connection, photo, AT_ONCE)


def _bring_all_about(workspace: Workspace, photos: Sequence[str]) -> int:
    """Bring about what can be: one that may not be put keeps no other there, nor out of it."""
    changed, refused = 0, None
    for photo in photos:
        try:
            changed += _bring_about(workspace, photo)
        except (LogElsewhere, CopyDiffers, NotProven) as error:
            refused = error
    if refused is not None:
        raise refused
    return changed


def _bring_about(workspace: Workspace, photo: str) -> bool:
    """Make for-use say of a photo what its row says, as it stands now that nobody else is at it."""
    found = _waiting(workspace, photo)
    if not found:
        return False
    now, name = found[0], _name(workspace, photo, found[0])
    if now.for_use is not None and now.for_use != name:
        _take_out(workspace, now.photo, now.for_use)
    if name is not None:
        _put_in(workspace, now, name)
    return True


def _name(workspace: Workspace, photo: str, now: Misplaced) -> str | None:
    """Return where the copy is to lie in for-use; None where it is not to lie there."""
    if not now.is_fit or now.name is None:
        return None
    with workspace.database.read() as connection:
        story = read_story(connection, photo)
    folder = folder_of(story, workspace.settings.trust_folders or tuple(Part))
    return "/".join(part for part in (FOR_USE, folder, file_name(now.name)) if part)


def _take_out(workspace: Workspace, photo: str, name: str) -> None:
    with workspace.database.read() as connection:
        is_shared = is_placed_for_others(connection, name, photo)
    if not is_shared:
        _remove(workspace, photo, name)
    with workspace.database.write() as connection:
        note_taken_out(connection, photo, name)


def _remove(workspace: Workspace, photo: str, name: str) -> None:
    """Remove a file from for-use; a row that names any other place in trust storage has nothing removed there."""
    if name.startswith(f"{FOR_USE}/"):  # whichever log is right: what is taken out is put in again, not lost
        workspace.trust.remove(name)
    else:
        log.warning("The database names a stored copy as that of photo %s in for-use; it stays.", short_id(photo))


def _put_in(workspace: Workspace, now: Misplaced, name: str) -> None:
    assert now.output is not None and now.name is not None  # it is passed
    workspace.audit_log.standing.check()  # entries that are lost may have recalled it, or opened the review again
    with workspace.database.read() as connection:
        if not is_passed_by_log(workspace.audit_log, connection, now.photo, now.output):
            raise NotProven(now.photo, workspace.audit_log.listed.doubt(connection, now.photo))
    content = read_copy(workspace.trust, now.name, now.output)
    with workspace.database.write() as connection:
        if not begin_placing(connection, now.photo, now.output, name):
            return
    workspace.audit_log.standing.check()
    workspace.trust.put(name, content)
    with workspace.database.write() as connection:
        is_placed = note_placed(connection, now.photo, now.output, name, print_moment(workspace.now()))
    if not is_placed:  # opened again meanwhile
        _take_out(workspace, now.photo, name)
