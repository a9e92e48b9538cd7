"""Destroy sealed originals whose retention is over, and put each one into the record.

Threat: an original is destroyed that somebody must be able to ask for, or that is all there is of a photo; or
"destroyed" is said of a file that only could not be seen; or one is destroyed and nobody ever hears of it.
Rule, for one original after the other: (1) it is due and under no hold, asked right before; (2) its redacted copy is
in trust storage, read back right before, or a person has settled that there is none; (3) the sealed file is destroyed,
outside any transaction, and looked for again; (4) row and entry are written in one transaction.  A vault that cannot
be seen ends the run, nothing claimed.
A crash between 3 and 4 leaves a row that says "sealed" and no file: the next run finds that, and says in the entry
that it did not see the file go.
Residue: a hold that is added in the moment between 1 and 3 comes too late; a clock that is set forward makes originals
due too early; destroyed is not overwritten.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from redact.audit.kinds import Kind
from redact.house import House
from redact.moments import print_moment
from redact.store.originals import Original, is_still_due, list_due, write_destroyed


@dataclass(frozen=True, slots=True)
class Purged:
    """What one run did."""

    destroyed: tuple[Original, ...] = ()  # removed and recorded
    missing: tuple[Original, ...] = ()  # were not in the vault any more; recorded, and the record says so
    kept: tuple[Original, ...] = ()  # due, but their redacted copy is not in trust storage: a person must look


def find_due(house: House) -> tuple[Original, ...]:
    """Return the originals that a run would destroy now, oldest first; nothing is changed.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with house.database.read() as connection:
        return list_due(connection, _deadline(house))


def purge_originals(house: House, limit: int | None = None) -> Purged:
    """Destroy the originals whose retention is over, and record each.

    Args:
        house: opened.
        limit: at most so many are destroyed in this run; all when None.

    Raises:
        VaultFault, TrustFault, DatabaseFault: one of them cannot be seen or written now.  What was destroyed before
            is recorded; the original under way is found again by the next run.
    """
    purged, deadline = Purged(), _deadline(house)
    for original in find_due(house):
        if limit is not None and len(purged.destroyed) + len(purged.missing) >= limit:
            break
        purged = _purge_one(house, original, deadline, purged)
    return purged


def _purge_one(house: House, original: Original, deadline: str, purged: Purged) -> Purged:
    # 1 due, and no hold came meanwhile
    with house.database.read() as connection:
        if not is_still_due(connection, original, deadline):
            return purged
    # 2 the redacted copy is there: the original is not the last of the photo
    if not original.is_settled and not house.trust.holds(original.output_name, original.output):
        return replace(purged, kept=(*purged.kept, original))
    # 3 destroy, and look again
    was_there = house.vault.has(original.photo)
    house.vault.destroy(original.photo)
    # 4 row and entry
    _record(house, original, was_there=was_there)
    if was_there:
        return replace(purged, destroyed=(*purged.destroyed, original))
    return replace(purged, missing=(*purged.missing, original))


def _record(house: House, original: Original, *, was_there: bool) -> None:
    days = house.settings.retention_days
    since = "a person settled it" if original.is_settled else "the redacted copy was stored"
    reason = f"Its retention of {days} days after {since} is over."
    if not was_there:
        reason += " It was not in the vault any more when it was to be destroyed."
    with house.ledger.writing() as entries:
        if write_destroyed(entries.connection, original, print_moment(house.now())):
            entries.add(Kind.ORIGINAL_DESTROYED, photo=original.photo, sealed=original.sealed, reason=reason)


def _deadline(house: House) -> str:
    return print_moment(house.now() - timedelta(days=house.settings.retention_days))
