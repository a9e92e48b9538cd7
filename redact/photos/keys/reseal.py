"""Seal the originals again after a key was changed, each proved before the old sealed file leaves.

Threat: an original is lost on the way, whenever the program is killed; one is replaced by what does not open; the keys
that open them get onto this machine for good; or sealing again makes a photo look as if it was stored before it was
sealed, and nothing of it may be erased or destroyed any more.
Rule, for one original after the other: (1) it is opened in memory with a key that a person gives, and proved by the
photo's id; (2) it is sealed to the keys of today into a file beside the old one, brought to the disk, read back from
there, opened, and proved by the photo's id; (3) row and entry `original.resealed`, which names both, are committed
together, if the old file is still the one and nobody began to destroy it; (4) the new file takes the old one's place in
one step.  Killed before 3, the old file counts and the new one is removed by the next run; killed after it, the new
one takes its place then, or at the watcher's start.  Who does it, and that originals are opened for it, is in the audit
log (`key.rotated`, and each entry).
Accepted residue: for a moment an original is in memory here; a purge that runs between 3 and 4 keeps the original and
says so until it runs again.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyrage  # type: ignore[import-untyped,unused-ignore]

from redact.audit.kinds import Kind
from redact.errors import UsageError
from redact.photos.keys.by_key import read_identities
from redact.photos.retry import Opening
from redact.store import photos as photo_rows
from redact.store.originals import SealedToFormer, list_sealed_to_former, write_resealed
from redact.store.vault import Sealed, VaultFault
from redact.system.clock import print_moment
from redact.system.lock import hold_lock
from redact.workspace.keys import AWAY_FOLDER, read_private_halves
from redact.workspace.open import Workspace, check_seals_to_today

_LOCK = "reseal.lock"  # in the workspace's folder


@dataclass(frozen=True, slots=True)
class Resealed:
    """What one run did."""

    done: int  # originals that the keys of today open now
    unopened: tuple[str, ...]  # photos whose original the given key does not open, or that is damaged or not there


def reseal_originals(
    workspace: Workspace, opening: Opening, report: Callable[[int], object] = lambda _: None
) -> Resealed:
    """Seal again every original that is sealed to other keys than those of today; may be run again at any time.

    Args:
        workspace: opened after the key was changed.
        opening: the former key, or one that was not changed, and who does it.
        report: is called with the number of originals done so far, after each.

    Raises:
        UsageError: another run is at work, or the given keys do not open what is sealed now.
        KeyFault: recipients.txt is not that of the newest change.
        VaultFault, DatabaseFault: one of them cannot be seen or written now; what was done counts.
    """
    workspace.audit_log.standing.check()
    with hold_lock(workspace.settings.folder / _LOCK) as is_ours:
        if not is_ours:
            raise UsageError("Originals are being sealed again just now, by another program. Nothing was done.")
        with workspace.database.read() as connection:
            check_seals_to_today(connection, workspace.keys)
        _finish(workspace, may_drop=True)
        here = read_private_halves(workspace.settings.folder / AWAY_FOLDER)
        opening = Opening("\n".join((opening.identity_text, *here)), opening.who)
        _check_proves(workspace, opening.identity_text)
        done, unopened = 0, list[str]()
        for original in _each(workspace):
            if _reseal(workspace, original, opening):
                done += 1
                report(done)
            elif _is_still_there(workspace, original):
                unopened.append(original.photo)
        return Resealed(done, tuple(unopened))


def finish_resealing(workspace: Workspace) -> int:
    """Put what a killed run had committed in its place, and return how many; nothing while a run is at work here.

    What it had not committed stays for the next run: on another machine one may be at work.

    Raises:
        VaultFault, DatabaseFault: one of them cannot be seen or written now.
    """
    with hold_lock(workspace.settings.folder / _LOCK) as is_ours:
        return _finish(workspace, may_drop=False) if is_ours else 0


def _finish(workspace: Workspace, *, may_drop: bool) -> int:
    taken = 0
    for photo in workspace.vault.list_resealed():
        with workspace.database.read() as connection:
            row = photo_rows.read_photo(connection, photo)
        sealed = None if row is None else row.sealed
        is_next = sealed and workspace.audit_log.proofs.find(Kind.ORIGINAL_RESEALED, photo, sealed=sealed)
        workspace.audit_log.standing.check()
        if sealed and is_next and workspace.vault.take_resealed(photo, sealed):
            taken += 1
        elif may_drop:
            workspace.vault.drop_resealed(photo)
    return taken


def _each(workspace: Workspace) -> Iterator[SealedToFormer]:
    """Give each original that is to be sealed again, once."""
    after = ""
    while True:
        with workspace.database.read() as connection:
            batch = list_sealed_to_former(connection, workspace.vault.sealed_to, after)
        if not batch:
            return
        yield from batch
        after = batch[-1].photo


def _reseal(workspace: Workspace, original: SealedToFormer, opening: Opening) -> bool:
    """Seal one original again; False where it does not open, or is not the one any more."""
    # 1 open and prove
    try:
        content = workspace.vault.unseal(original.photo, opening.identity_text)
    except VaultFault:
        workspace.vault.has(original.photo)  # raises where it is the vault that cannot be seen
        return False
    # 2 beside the old one, on the disk, opened and proved
    sealed = workspace.vault.reseal(original.photo, content, opening.identity_text)
    # 3 row and entry
    if not _write(workspace, original, sealed, opening):
        workspace.vault.drop_resealed(original.photo)
        return False
    # 4 in its place
    workspace.audit_log.standing.check()
    if not workspace.vault.take_resealed(original.photo, sealed.sha256):
        raise VaultFault(workspace.settings.vault, "what was sealed again did not take its place", original.photo)
    return True


def _write(workspace: Workspace, old: SealedToFormer, sealed: Sealed, opening: Opening) -> bool:
    at, who = print_moment(workspace.now()), opening.who
    named = {"photo": old.photo, "sealed": sealed.sha256, "former": old.sealed}
    with workspace.audit_log.writing() as entries:
        check_seals_to_today(entries.connection, workspace.keys)
        if not write_resealed(entries.connection, old, sealed.sha256, workspace.vault.sealed_to, at):
            return False
        actor = {"by": who.role, "person": who.tag}
        entries.add(Kind.ORIGINAL_RESEALED, recipients=sealed.recipients, **named, **actor)
        return True


def _is_still_there(workspace: Workspace, original: SealedToFormer) -> bool:
    with workspace.database.read() as connection:
        row = photo_rows.read_photo(connection, original.photo)
    return row is not None and row.sealed == original.sealed and row.destroyed_at is None


def _check_proves(workspace: Workspace, identity_text: str) -> None:
    """Raise UsageError unless what is sealed to the keys of today can be opened, and so proved, with these."""
    recipients = [pyrage.x25519.Recipient.from_str(each) for each in workspace.keys.recipients]
    probe = secrets.token_bytes(32)
    try:
        is_open = bytes(pyrage.decrypt(pyrage.encrypt(probe, recipients), read_identities(identity_text))) == probe
    except pyrage.DecryptError:
        is_open = False
    if not is_open:
        raise UsageError(
            "This key opens nothing that is sealed now, so no original sealed again could be proved before the old "
            "one leaves. Give the key that was not changed as well, with one more --key FILE, or have the new one in "
            f"{AWAY_FOLDER} until this is done."
        )
