"""The quarantine: plain originals and verified copies of photos that are under way, and nothing else.

Threat: a plain original lies here that nobody waits for; the one that is waited for is removed; other bytes lie under
its name and are taken for it; who can write the database says that a photo is at rest, or removes its row, and has the
only copy of it removed.
Rule: names are ids (the SHA-256 of the bytes), and bytes are proved against them before anything is made of them.  What
is here of a photo that is at rest goes: at once, every now and then, and at every start.  Before that, the audit log
proves (redact/store/log/proofs/) that its original was sealed, and that sealed file is read back from the vault; or
that it was destroyed by policy, or the photo set aside or superseded.  What is not proved stays, and is reported.
Accepted residue: after a crash a plain original lies here until the watcher starts again; a copy that no entry speaks
of is removed at the start, for its source is still on the device.
"""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

from redact.audit.kinds import Kind
from redact.errors import RedactError, short_id
from redact.store import photos as photo_rows
from redact.store.log.audit_log import is_listed_after
from redact.store.log.proofs.sealings import first_sealing
from redact.store.log.standing import LogElsewhere
from redact.store.originals import note_plain_kept, read_plain_kept
from redact.store.photos import State
from redact.store.vault import VaultFault
from redact.workspace.open import Workspace
from watcher import QuarantineFault, sweep, system_reason


class PhotoMissing(RedactError):
    """The plain original is not in quarantine any more; it must be taken in again."""

    def __init__(self, sha256: str) -> None:
        """Say which photo."""
        super().__init__(f"The original of photo {short_id(sha256)} is no longer in quarantine; it is taken in again.")


def staged(workspace: Workspace, sha256: str) -> Path:
    """Return where a verified copy waits for trust storage."""
    return workspace.settings.quarantine / f"{sha256}.copy"


def drop_plain(workspace: Workspace, sha256: str) -> State:
    """Remove the plain original and the staged copy of a photo that is at rest; one that is under way keeps them.

    Returns:
        Where the photo stands.
    """
    photo = known_photo(workspace, sha256)
    if photo.state in photo_rows.AT_REST:
        # tried again by `drop_plain_at_rest`, which tells of it
        with contextlib.suppress(OSError, VaultFault, LogElsewhere):
            if plain_path(workspace, sha256).exists() and not _may_go(workspace, photo):
                return photo.state
            for path in (plain_path(workspace, sha256), staged(workspace, sha256)):
                path.unlink(missing_ok=True)
    return photo.state


def drop_plain_at_rest(workspace: Workspace) -> None:
    """Remove what lies in quarantine of photos that are at rest: a disk may have refused when it was to be removed.

    What may not go, because nothing proves that the photo is not lost with it, is written down for a person.  One that
    cannot be judged or removed now keeps no other here.

    Raises:
        OSError: the disk still refuses.
        VaultFault: the vault, or what is sealed of one, cannot be seen now.
        LogElsewhere: this log was set back, or runs elsewhere; nothing goes from then on.
    """
    with workspace.database.read() as connection:
        before = read_plain_kept(connection)
    kept, faults = set[str](), list[OSError | VaultFault]()
    for path in workspace.settings.quarantine.glob("*.photo"):
        try:
            kept |= set() if _is_dropped(workspace, path) else {path.stem}
        except (OSError, VaultFault) as fault:
            kept |= before & {path.stem}
            faults.append(fault)
    if kept != before:
        with workspace.database.write() as connection:
            note_plain_kept(connection, kept)
    if faults:
        raise faults[0]


def _is_dropped(workspace: Workspace, path: Path) -> bool:
    """Remove a plain original whose photo is at rest; say whether it is gone, or rightly there."""
    photo = _find(workspace, path.stem)
    if photo is None:
        return not _is_spoken_of(workspace, path.stem)
    if photo.state in photo_rows.AT_REST:
        if not _may_go(workspace, photo):
            return False
        path.unlink(missing_ok=True)
        staged(workspace, path.stem).unlink(missing_ok=True)
    return True


def _find(workspace: Workspace, sha256: str) -> photo_rows.Photo | None:
    with workspace.database.read() as connection:
        return photo_rows.read_photo(connection, sha256)


def _is_spoken_of(workspace: Workspace, sha256: str) -> bool:
    with workspace.database.read() as connection:
        return is_listed_after(connection, Kind.PHOTO_ARRIVED, sha256, -1)


def _may_go(workspace: Workspace, photo: photo_rows.Photo) -> bool:
    """Say whether it is proved that the photo is not lost with its plain original.

    Raises:
        VaultFault: the vault cannot be seen now.
        LogElsewhere: this log was set back, or runs elsewhere.
    """
    workspace.audit_log.standing.check()  # a log that was set back proves what was so before
    proofs, sha256 = workspace.audit_log.proofs, photo.sha256
    # 1 A person set it aside, or it is the half of a file that is whole now.
    if photo.state is State.SET_ASIDE:
        return any(proofs.find(kind, sha256) for kind in (Kind.PHOTO_SET_ASIDE, Kind.PHOTO_SUPERSEDED))
    # 2 Its original was sealed, and lies in the vault as it was, or was destroyed when its retention was over.
    if photo.sealed is None or first_sealing(proofs, sha256, photo.sealed) is None:
        return False
    if photo.destroyed_at is None:
        return workspace.vault.holds(sha256, photo.sealed)
    return proofs.find(Kind.ORIGINAL_DESTROYED, sha256, sealed=photo.sealed) is not None


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
    try:
        for path in workspace.settings.quarantine.iterdir():
            if path.suffix in {".photo", ".copy"} and not _is_needed(workspace, path):
                path.unlink(missing_ok=True)
                removed += 1
    except OSError as error:
        raise QuarantineFault((error.strerror or "unknown reason").lower()) from error
    return removed


def _is_needed(workspace: Workspace, path: Path) -> bool:
    """Say whether somebody waits for a file of the quarantine, or the photo might be lost with it."""
    photo = _find(workspace, path.stem)
    if path.suffix == ".copy":  # is made again
        return photo is not None and photo.state is State.REDACTED
    if photo is None:
        return _is_spoken_of(workspace, path.stem)
    if photo.state in photo_rows.UNDER_WAY:
        return True
    try:
        return not _may_go(workspace, photo)
    except (VaultFault, LogElsewhere):  # looked at again by `drop_plain_at_rest`
        return True


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
        raise QuarantineFault(system_reason(error)) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise PhotoMissing(sha256)
    return content


def known_photo(workspace: Workspace, sha256: str) -> photo_rows.Photo:
    """Return a photo of this workspace.

    Raises:
        RedactError: there is none of that id.
    """
    with workspace.database.read() as connection:
        photo = photo_rows.read_photo(connection, sha256)
    if photo is None:
        raise RedactError(f"There is no photo {short_id(sha256)} in this workspace. See: redact status")
    return photo
