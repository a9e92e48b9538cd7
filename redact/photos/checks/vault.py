"""Watch the vault: every sealed original is read back and compared with the hash it was sealed with.

Threat: a sealed original is damaged or deleted, and nobody notices until a copy must be drawn again from it, when no
backup has it any more.
Rule: as for all that is watched (passes.py); nothing is opened, for the hash of the sealed file was written down when
it was sealed.  Nothing is deleted from a device without its sealed original (condition 7 of
redact/devices/clearing/may_clear.py), which is read for that, whatever stands here.
Residue: that a sealed file opens is known only to those with a key; one whose new sealed file lies beside it is passed
over until that has taken its place.
"""

from __future__ import annotations

from redact.audit.kinds import Kind
from redact.photos.checks.passes import Check
from redact.photos.kept import why_original_differs
from redact.store.log.audit_log import Entries
from redact.store.originals import ORIGINALS, SealedOriginal
from redact.workspace.open import Workspace


def _find(workspace: Workspace, original: SealedOriginal) -> str | None:
    found = workspace.vault.find(original.photo)
    if found != original.sha256 and workspace.vault.has_resealed(original.photo, original.sha256):
        return original.sha256  # written down, and about to take its place (redact/photos/keys/reseal.py)
    return found


def _check_answers(workspace: Workspace) -> None:
    workspace.vault.check_answers()


def _add_entry(entries: Entries, original: SealedOriginal, fault: str) -> None:
    entries.add(Kind.VAULT_DIFFERS, photo=original.photo, sealed=original.sha256, found=fault)


#: How the sealed originals in the vault are read back.
VAULT = Check(ORIGINALS, _find, _check_answers, Kind.VAULT_CHECKED, _add_entry, why_original_differs)
