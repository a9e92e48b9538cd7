"""One run over the originals past their retention, and what it kept is told to a person until it is mended.

Threat: an original whose redacted copy has gone is kept for ever, as it should be, and nobody ever hears of either.
Rule: what a run kept is written down, and stands in `redact status` until a run finds its copy again or destroys it.
"""

from __future__ import annotations

from redact.errors import short_id
from redact.photos.purge import Purged, purge_originals
from redact.store.originals import Original, note_kept, read_kept
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
    kept = {original.photo for original in purged.kept}
    with workspace.database.read() as connection:
        before = read_kept(connection)
    if limit is not None:  # what this run did not come to stands as it stood
        kept |= before - {original.photo for original in (*purged.destroyed, *purged.missing)}
    if kept != before:
        with workspace.database.write() as connection:
            note_kept(connection, kept)
    return purged


def why_kept(original: Original) -> str:
    """Return why an original was not destroyed although its retention is over."""
    return (
        f"The sealed original of photo {short_id(original.photo)} is past its retention and is kept, because its "
        f"redacted copy {original.output_name} is not in trust storage as it was stored."
    )
