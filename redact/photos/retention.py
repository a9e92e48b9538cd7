"""One run over the originals past their retention, and what it kept is told to a person until it is mended.

Threat: an original whose redacted copy has gone is kept for ever, as it should be, and nobody ever hears of either.
Rule: what a run kept is written down, and stands in `redact status` until a run finds its copy again or destroys it.
"""

from __future__ import annotations

from redact.photos.purge import Purged, purge_originals
from redact.store.originals import note_kept, note_unproven, read_kept, read_unproven
from redact.workspace.open import Workspace


def end_retention(workspace: Workspace, limit: int | None = None) -> Purged:
    """Destroy the originals whose retention is over, record each, and write down which of them had to be kept.

    Args:
        workspace: opened.
        limit: at most so many are destroyed in this run; all when None.

    Raises:
        VaultFault, TrustFault, DatabaseFault: one of them cannot be seen or written now; see `purge_originals`.
    """
    purged = purge_originals(workspace, limit)
    kept = frozenset(original.photo for original in purged.kept)
    unproven = frozenset(original.photo for original in purged.unproven)
    with workspace.database.read() as connection:
        before, unproven_before = read_kept(connection), read_unproven(connection)
    if limit is not None:  # what this run did not come to stands as it stood
        done = {original.photo for original in (*purged.destroyed, *purged.missing)}
        kept, unproven = kept | (before - done - unproven), unproven | (unproven_before - done - kept)
    if (kept, unproven) != (before, unproven_before):
        with workspace.database.write() as connection:
            note_kept(connection, kept)
            note_unproven(connection, unproven)
    if purged.fault is not None:  # reported once all others were come to
        raise purged.fault
    return purged
