"""The quarantine: plain originals and verified copies of photos that are under way, and nothing else.

Threat: a plain original lies here that nobody waits for; the one that is waited for is removed; other bytes lie under
its name and are taken for it.
Rule: names are ids (the SHA-256 of the bytes), and bytes are proved against them before anything is made of them.  What
is here of a photo that is at rest goes: at once, every now and then, and at every start.
Accepted residue: after a crash a plain original lies here until the watcher starts again.
"""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

from redact.errors import RedactError, short_id
from redact.store import photos as records
from redact.store.photos import State
from redact.workspace.open import Workspace
from watcher import QuarantineFault, said_by, sweep


class PhotoMissing(RedactError):
    """The plain original is not in quarantine any more; it must be taken in again."""

    def __init__(self, sha256: str) -> None:
        """Say which photo."""
        super().__init__(f"The original of photo {short_id(sha256)} is no longer in quarantine; it is taken in again.")


def staged(workspace: Workspace, sha256: str) -> Path:
    """Return where a verified copy waits for trust storage."""
    return workspace.settings.quarantine / f"{sha256}.copy"


def drop_plain(workspace: Workspace, sha256: str) -> None:
    """Remove the plain original and the staged copy of a photo that is at rest; one that is under way keeps them."""
    if known_photo(workspace, sha256).state in records.AT_REST:
        with contextlib.suppress(OSError):  # tried again by `drop_plain_at_rest`
            for path in (plain_path(workspace, sha256), staged(workspace, sha256)):
                path.unlink(missing_ok=True)


def drop_plain_at_rest(workspace: Workspace) -> None:
    """Remove what lies in quarantine of photos that are at rest: a disk may have refused when it was to be removed.

    Raises:
        OSError: the disk still refuses.
    """
    for path in workspace.settings.quarantine.glob("*.photo"):
        with workspace.database.read() as connection:
            photo = records.read_photo(connection, path.stem)
        if photo is not None and photo.state in records.AT_REST:
            path.unlink(missing_ok=True)
            staged(workspace, path.stem).unlink(missing_ok=True)


def plain_path(workspace: Workspace, sha256: str) -> Path:
    """Return where the plain original of a photo lies while it is under way."""
    return workspace.settings.quarantine / f"{sha256}.photo"


def sweep_quarantine(workspace: Workspace) -> int:
    """Remove what crashes left in quarantine: unfinished copies, and plain originals of photos that are at rest.

    A copy that nobody wrote down (the program ended in between) is removed too: its source is still on the device.

    Raises:
        QuarantineFault: the folder cannot be read or written.
    """
    removed = sweep(workspace.settings.quarantine)
    with workspace.database.read() as connection:
        states = dict(records.states_of_all(connection))
    try:
        for path in workspace.settings.quarantine.iterdir():
            state = states.get(path.stem)
            is_needed = state in records.UNDER_WAY and (path.suffix == ".photo" or state is State.REDACTED)
            if path.suffix in {".photo", ".copy"} and not is_needed:
                path.unlink(missing_ok=True)
                removed += 1
    except OSError as error:
        raise QuarantineFault((error.strerror or "unknown reason").lower()) from error
    return removed


def read_plain(workspace: Workspace, sha256: str) -> bytes:
    """Return the plain original, proved to be it.

    Raises:
        PhotoMissing: it is gone, or other bytes lie under its name.
        QuarantineFault: the folder cannot be read.
    """
    path = plain_path(workspace, sha256)
    if not path.exists():
        raise PhotoMissing(sha256)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise QuarantineFault(said_by(error)) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise PhotoMissing(sha256)
    return content


def known_photo(workspace: Workspace, sha256: str) -> records.Photo:
    """Return a photo of this workspace.

    Raises:
        RedactError: there is none of that id.
    """
    with workspace.database.read() as connection:
        photo = records.read_photo(connection, sha256)
    if photo is None:
        raise RedactError(f"There is no photo {short_id(sha256)} in this workspace. See: redact status")
    return photo
