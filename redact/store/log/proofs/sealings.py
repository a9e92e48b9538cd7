"""What the audit log proves of a sealed original: when the photo was sealed, however often it was sealed again since.

Threat: a key is changed and every original sealed again; "stored after it was sealed" then is true of no photo, or is
asked no more; or a row names a sealed file that the log never spoke of.
Rule: `original.resealed` names the file it took the place of, which is led back, entry by entry and each one proved,
to the `photo.sealed` that the photo's story begins with; the newest of both kinds names the file that lies there now.
Accepted residue: that of proven.py: an entry that was hidden from the columns is not asked.
"""

from __future__ import annotations

from redact.audit.kinds import Kind
from redact.store.log.proofs.proven import MOST, Proofs, ProvenEntry


def first_sealing(proofs: Proofs, photo: str, sealed: str) -> ProvenEntry | None:
    """Return the entry by which the photo was sealed, where `sealed` is its file or one that took its place; or None.

    Args:
        proofs: of the workspace's log.
        photo: its id.
        sealed: SHA-256 of the sealed file.

    Raises:
        DatabaseFault: the database does not answer.
    """
    for _ in range(MOST):
        found = proofs.find(Kind.PHOTO_SEALED, photo, sealed=sealed)
        if found is not None:
            return found
        again = proofs.find(Kind.ORIGINAL_RESEALED, photo, sealed=sealed)
        if again is None:
            return None
        sealed = str(again.event.fact("former"))
    return None


def is_newest_sealing(proofs: Proofs, photo: str, sealed: str) -> bool:
    """Say whether the newest entry that seals the photo, first or again, names this file.

    Raises:
        DatabaseFault: the database does not answer.
    """
    found = [proofs.find(kind, photo) for kind in (Kind.PHOTO_SEALED, Kind.ORIGINAL_RESEALED)]
    newest = max((entry for entry in found if entry is not None), key=lambda entry: entry.number, default=None)
    return newest is not None and newest.event.fact("sealed") == sealed
