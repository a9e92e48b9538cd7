"""Which files of a device may be deleted now: the facts that `may_clear` asks for, seen and not assumed.

Threat: a fact is taken from memory, from a table or from a former look, and a file goes whose copy is no longer there.
Rule: for a deletion the entries that say where the photo stands are proved (redact/store/log/proofs/proven.py), for the
rows are signed by nobody; then the stored copy and the sealed original are read back here and now; what cannot be read
back does not count as there.  The quick look is enough to see whether a clearing is worth starting, and never to
delete.
Accepted residue: what was read back may be lost a moment later.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from redact.audit.kinds import Kind
from redact.devices.clearing.may_clear import Facts, Permit, may_clear
from redact.store import photos as photo_rows
from redact.store.devices import read_device
from redact.store.holds import LegalHold
from redact.store.log.audit_log import is_listed
from redact.store.log.proofs.logged_holds import DOUBTED
from redact.store.log.proofs.sealings import first_sealing
from redact.store.photos import DeviceFile, FileState, State
from redact.store.trust.storage import TrustFault
from redact.store.vault import VaultFault
from redact.workspace.open import Workspace


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file whose deletion is not allowed now, and why."""

    device_file: DeviceFile
    reason: str


def candidates(workspace: Workspace, device_id: str, *, tries_again: bool = False) -> tuple[DeviceFile, ...]:
    """Return the files of a device whose photos are stored; `tries_again` gives those too that could not be deleted."""
    states = [FileState.OPENED, FileState.TAKEN] + [FileState.KEPT, FileState.UNKNOWN] * tries_again
    with workspace.database.read() as connection:
        return photo_rows.list_device_files(connection, device=device_id, states=states, of_photos=(State.STORED,))


def judge(
    workspace: Workspace,
    device_id: str,
    device_files: Iterable[DeviceFile],
    *,
    is_quick: bool = False,
    most: int | None = None,
) -> tuple[list[DeviceFile], list[Waiting]]:
    """Divide the files of a device into those that may be deleted now and those that may not, with the reason.

    Args:
        workspace: opened.
        device_id: of the device.
        device_files: its files.
        is_quick: take it as given that the stored copy and the sealed original read back as they should: enough to see
            whether a clearing is worth starting, and never enough to delete.
        most: stop when so many may go; those that may not never stand in the way of those behind them.
    """
    may, wait, ground = list[DeviceFile](), list[Waiting](), read_ground(workspace, device_id)
    for device_file in device_files:
        if most is not None and len(may) >= most:
            break
        verdict = may_clear(read_facts(workspace, ground, device_file, is_quick=is_quick))
        if isinstance(verdict, Permit):
            may.append(device_file)
        else:
            wait.append(Waiting(device_file, verdict.reason))
    return may, wait


@dataclass(frozen=True, slots=True)
class Ground:
    """What holds for every file of a device."""

    device_id: str
    is_approved: bool
    holds: tuple[LegalHold, ...]
    is_doubted: bool  # there may be more of them
    is_approval_proven: bool  # no word of the register alone


def read_ground(workspace: Workspace, device_id: str) -> Ground:
    """Return what holds for every file of a device."""
    with workspace.database.read() as connection:
        device = read_device(connection, device_id)
        is_approved = device is not None and device.is_approved(workspace.latest(connection))
        is_proven = device is not None and workspace.audit_log.approvals.prove(connection, device_id, device.until)
        holds = workspace.audit_log.holds.on(connection)
    known = tuple(hold for hold in holds if hold.id != DOUBTED)
    return Ground(device_id, is_approved, known, is_doubted=known != holds, is_approval_proven=is_proven)


def read_facts(workspace: Workspace, ground: Ground, device_file: DeviceFile, *, is_quick: bool = False) -> Facts:
    """Return what is seen of a file now; `is_quick` takes it as given that what is stored reads back."""
    is_held = any(hold.covers(ground.device_id, device_file.photo) for hold in ground.holds)
    facts = Facts(
        is_stored=False,
        is_stored_copy_whole=is_quick,
        is_original_sealed=is_quick,
        is_logged=False,
        is_proven=is_quick,
        is_device_approved=ground.is_approved,
        is_held=is_held,
        is_doubted=ground.is_doubted,
        is_approval_proven=ground.is_approval_proven,
    )
    if is_held or ground.is_doubted or not (ground.is_approved and ground.is_approval_proven):
        return facts  # looking further would change nothing
    with workspace.database.read() as connection:
        photo = photo_rows.read_photo(connection, device_file.photo)
        is_written = is_listed(connection, Kind.PHOTO_STORED, device_file.photo)
        is_ours = photo_rows.is_output(connection, device_file.photo)
    is_stored = photo is not None and photo.state is State.STORED
    facts = replace(facts, is_stored=is_stored, is_logged=is_written, is_output=is_ours)
    if photo is None or is_quick or is_ours or not (facts.is_stored and facts.is_logged):
        return facts  # nor would reading megabytes back
    facts = replace(facts, is_proven=_is_proven(workspace, photo))
    if not facts.is_proven:
        return facts
    is_whole, is_sealed = _is_copy_whole(workspace, photo), _is_sealed(workspace, photo)
    return replace(facts, is_stored_copy_whole=is_whole, is_original_sealed=is_sealed)


def _is_proven(workspace: Workspace, photo: photo_rows.Photo) -> bool:
    """Say whether the audit log proves what the row says: this copy stored, this original sealed or destroyed."""
    if photo.output is None or photo.sealed is None:
        return False
    proofs = workspace.audit_log.proofs
    if first_sealing(proofs, photo.sha256, photo.sealed) is None:
        return False
    gone = (Kind.ORIGINAL_DESTROYED, Kind.ORIGINAL_LOST)  # the latter is no leave to delete: `_is_sealed`
    is_gone = photo.destroyed_at is not None
    if is_gone and not any(proofs.find(kind, photo.sha256, sealed=photo.sealed) for kind in gone):
        return False
    return proofs.find(Kind.PHOTO_STORED, photo.sha256, output=photo.output) is not None


def _is_copy_whole(workspace: Workspace, photo: photo_rows.Photo) -> bool:
    if photo.output_name is None or photo.output is None:
        return False
    with contextlib.suppress(TrustFault):  # out of reach: it cannot be read back, which is what was asked
        return workspace.trust.holds(photo.output_name, photo.output)
    return False


def _is_sealed(workspace: Workspace, photo: photo_rows.Photo) -> bool:
    if photo.destroyed_at is not None:  # by policy; one that was lost cannot be had again
        proofs = workspace.audit_log.proofs
        return proofs.find(Kind.ORIGINAL_DESTROYED, photo.sha256, sealed=photo.sealed or "") is not None
    with contextlib.suppress(VaultFault):
        return photo.sealed is not None and workspace.vault.holds(photo.sha256, photo.sealed)
    return False
