"""What a person does with a private key: try it, and open one sealed original.

Threat: the key that is needed one day turns out to be another one; an original is opened by nobody in particular; a
plain photo is left where others read it.
Rule: a key is tried on a seal made for it here and now, never on a child's photo.  That an original is opened, and by
whom, is in the audit log before it happens; it is opened in memory, proved by its hash, and written whole to a new file
that its owner alone may read.  Keys are read from a file that nobody else may read, and are never printed.
Accepted residue: what a person does with the plain photo afterwards.
"""

from __future__ import annotations

import contextlib
import secrets
from pathlib import Path

import pyrage  # type: ignore[import-untyped,unused-ignore]

from redact.audit.kinds import Kind
from redact.errors import UsageError
from redact.photos.checks.unknown import read_unknown
from redact.photos.retry import Opening
from redact.system.files import write_new
from redact.workspace.ids import LEAST_DIGITS, named_photo
from redact.workspace.keys import RECIPIENT_NAMES
from redact.workspace.open import Workspace


def try_key(workspace: Workspace, identity_text: str) -> str:
    """Return which of the workspace's keys this is, proved by opening a seal with it: "reviewer" or "recovery".

    Raises:
        UsageError: it is no key, or opens nothing that is sealed here.
    """
    identities = read_identities(identity_text)
    for number, recipient in enumerate(workspace.keys.recipients):
        probe = secrets.token_bytes(32)
        sealed = pyrage.encrypt(probe, [pyrage.x25519.Recipient.from_str(recipient)])
        with contextlib.suppress(pyrage.DecryptError):
            if bytes(pyrage.decrypt(sealed, identities)) == probe:
                return RECIPIENT_NAMES[number] if number < len(RECIPIENT_NAMES) else f"further key {number + 1}"
    raise UsageError("This key opens nothing that is sealed now in this workspace: it is another's, or a former one.")


def sealed_photo(workspace: Workspace, digits: str) -> str:
    """Return the id of a photo by its first hex digits, also of one that only the vault knows (checks/unknown.py).

    Raises:
        UsageError: no photo, or more than one, is named so.
    """
    try:
        return named_photo(workspace, digits).sha256
    except UsageError:
        with workspace.database.read() as connection:
            unknown = read_unknown(connection).photos
        found = [photo for photo in unknown if photo.startswith(digits.strip().lower())]
        if len(digits.strip()) < LEAST_DIGITS or len(found) != 1:
            raise
        return found[0]


def open_original(workspace: Workspace, photo: str, opening: Opening, out: Path) -> None:
    """Write the plain original of a photo, by its id, to a new file, after it was put on record.

    Raises:
        UsageError: the file is there already.
        VaultFault: the original is not there, damaged, or the key does not open it; that it was tried is on record.
        CannotWrite: the folder refuses.
    """
    if out.exists():
        raise UsageError(f"The file {out} is there already; nothing was opened. Choose another name.")
    with workspace.audit_log.writing() as entries:
        entries.add(Kind.ORIGINAL_OPENED, photo=photo, by=opening.who.role, person=opening.who.tag)
    write_new(out, workspace.vault.unseal(photo, opening.identity_text))


def read_identities(text: str) -> list[object]:
    """Return the keys in the text of one or several key files.

    Raises:
        UsageError: a line is none.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    try:
        found = [pyrage.x25519.Identity.from_str(line) for line in lines]
    except pyrage.IdentityError:  # no cause: it could quote the key
        found = []
    if not found:
        raise UsageError("This file is no key of ours: it holds no line AGE-SECRET-KEY-1...") from None
    return found
