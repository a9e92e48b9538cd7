"""Open one sealed original with the key of that one file, which a browser (or a command) took out of its header.

Threat: whoever reads this process's memory, or its files, gets originals; an original is looked at and nobody knows.
Rule: the server gets the 16-byte key of one file and never a key file; it decrypts in memory, proves the bytes by the
photo's id, and keeps neither.  `original.opened` is committed before.  No original is ever a file.
Accepted residue: for the seconds of a look the bytes are in the memory of this process and its worker.
"""

from __future__ import annotations

from redact.audit.kinds import Kind
from redact.workspace.ids import Actor
from redact.workspace.open import Workspace


def sealed_header(workspace: Workspace, photo: str) -> bytes:
    """Return the age header of a sealed original, up to and including its MAC line: nothing of the photo is in it.

    Raises:
        VaultFault: it is not there, or is no age file.
    """
    return workspace.vault.header(photo)


def open_with_file_key(workspace: Workspace, photo: str, file_key: bytes, who: Actor) -> bytes:
    """Return the plain original, in memory; that it is opened, and by whom, is on record before.

    Raises:
        VaultFault: it is not there, damaged, or the key does not open it.
        DatabaseFault: it could not be put on record, and nothing was opened.
    """
    with workspace.audit_log.writing() as entries:
        entries.add(Kind.ORIGINAL_OPENED, photo=photo, by=who.role, person=who.tag)
    return workspace.vault.open_with_file_key(photo, file_key)
