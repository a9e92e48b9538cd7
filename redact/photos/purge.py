"""Destroy sealed originals whose retention is over, and put each one into the audit log.

Threat: an original is destroyed that somebody must be able to ask for, or that is all there is of a photo; or
"destroyed" is said of a file that only could not be seen; or one is destroyed and nobody ever hears of it.
Rule, for one original after the other: (1) it is due and under no hold, and its copy is not recalled: a copy that must
go, or be made again, leaves the original as all there is; (2) the audit log proves, under our signature and not by a
row, that this sealed file was sealed (or took the place of one that was), and after that, so long ago, this copy stored
or the photo set aside or superseded; it knows of no hold on it that is not lifted, and of no recall of that copy since,
and every entry on the photo and on holds is listed (proofs/listed.py);
that file, which the newest sealing names, is the one that lies in the vault; and its redacted copy is in trust storage,
read back right before, unless it was set aside; (3) that it is going to be destroyed is written into its row and
committed, if (1) still holds; (4) the sealed file is destroyed, outside any transaction, and looked for again; (5) row
and entry are written in one transaction.  A vault or a trust storage that cannot be seen ends the run, nothing claimed;
one original of which that is so, while they answer, keeps none of the others waiting.
Every run first ends what an earlier one began: where the file is gone, the entry says that the destruction was begun,
when, and that nobody saw it go, whatever hold or setting came since; where it is still there, nothing was done.  A file
that is missing and whose destruction was never begun is told apart: somebody else took it.
Residue: a hold that is added in the moment between 3 and 4 comes too late; a clock that is set forward makes originals
due too early, of which the watcher destroys none for a day (store/latest.py); destroyed is not overwritten; of two
runs at once, one may tell the other's destruction as cut off.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from redact.audit.kinds import Kind
from redact.photos.checks.storage import check_answers
from redact.store.log.audit_log import is_listed_after, list_devices_of
from redact.store.log.proofs.sealings import first_sealing, is_newest_sealing
from redact.store.log.recent import READ_TIMES, check_further
from redact.store.originals import (
    Begun,
    Original,
    begin_destroying,
    forget_begun,
    is_still_due,
    list_begun,
    list_due,
    write_destroyed,
)
from redact.store.trust.storage import TrustFault
from redact.store.vault import VaultFault
from redact.system.clock import print_moment, utc_day
from redact.workspace.open import Workspace

_MISSING = "It was not in the vault any more when it was to be destroyed, and this program had not begun to."
_CUT_OFF = "Its retention was over. Its destruction was begun on {} and cut off, and nobody saw it go; it is gone."


@dataclass(frozen=True, slots=True)
class Purged:
    """What one run did."""

    destroyed: tuple[Original, ...] = ()  # removed and recorded
    missing: tuple[Original, ...] = ()  # were not in the vault any more; recorded, and the audit log says so
    kept: tuple[Original, ...] = ()  # due, but their redacted copy is not in trust storage: a person must look
    unproven: tuple[Original, ...] = ()  # due by the database, and the audit log does not prove it: a person must look
    fault: VaultFault | TrustFault | None = None  # of one original, the first; those after it were come to


def find_due(workspace: Workspace) -> tuple[Original, ...]:
    """Return the originals that a run would destroy now, oldest first; nothing is changed.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        return list_due(connection, _deadline(workspace))


def purge_originals(workspace: Workspace, limit: int | None = None) -> Purged:
    """Destroy the originals whose retention is over, and record each.

    Args:
        workspace: opened.
        limit: at most so many are destroyed in this run; all when None.

    Raises:
        ClockBehind: nobody knows what day it is; nothing was destroyed.
        LogElsewhere: this log was set back, or runs elsewhere; nothing is destroyed from then on.
        VaultFault, TrustFault, DatabaseFault: one of them cannot be seen or written now.  What was destroyed before
            is recorded; the original under way is found again by the next run.  What is so of one original alone is
            not raised, it is returned.
    """
    workspace.audit_log.standing.check()
    with workspace.database.read() as connection:
        workspace.check_clock(connection)  # destroyed for ever by a day that nobody knows: not today
    check_further(workspace.database, workspace.log, times=READ_TIMES)
    purged, deadline = _end_begun(workspace), _deadline(workspace)
    for original in find_due(workspace):
        if limit is not None and len(purged.destroyed) + len(purged.missing) >= limit:
            break
        try:
            purged = _purge_one(workspace, original, deadline, purged)
        except (VaultFault, TrustFault) as fault:
            workspace.vault.check_answers()
            check_answers(workspace)
            purged = replace(purged, fault=purged.fault or fault)
    return purged


def _purge_one(workspace: Workspace, original: Original, deadline: str, purged: Purged) -> Purged:
    # 1 due, and no hold came meanwhile
    with workspace.database.read() as connection:
        if not is_still_due(connection, original, deadline):
            return purged
    # 2 the log proves it, of this very file, and the redacted copy is there: the original is not the last of the photo
    is_there = workspace.vault.has(original.photo)
    is_this = not is_there or workspace.vault.holds(original.photo, original.sealed)
    if not (is_this and _is_proven(workspace, original, deadline)):
        return replace(purged, unproven=(*purged.unproven, original))
    if not original.is_set_aside and not workspace.trust.holds(original.output_name, original.output):
        return replace(purged, kept=(*purged.kept, original))
    if not is_there:
        _record(workspace, original, f"{_over(workspace, original)} {_MISSING}")
        return replace(purged, missing=(*purged.missing, original))
    # 3 written down before it is done
    with workspace.database.write() as connection:
        if not begin_destroying(connection, original, deadline, print_moment(workspace.now())):
            return purged
    # 4 destroy, and look again; unless the log was found to be set back meanwhile
    workspace.audit_log.standing.check()
    workspace.vault.destroy(original.photo)
    # 5 row and entry
    _record(workspace, original, _over(workspace, original))
    return replace(purged, destroyed=(*purged.destroyed, original))


def _is_proven(workspace: Workspace, original: Original, deadline: str) -> bool:
    """Say whether the audit log proves that this file was sealed and, after that and before then, the photo ended.

    And that it knows of no hold on it and of no recall since: the rows that say so may have been changed.
    """
    proofs = workspace.audit_log.proofs
    sealed = first_sealing(proofs, original.photo, original.sealed)
    if sealed is None or not is_newest_sealing(proofs, original.photo, original.sealed):
        return False
    if original.is_set_aside:
        ended = proofs.find(Kind.PHOTO_SET_ASIDE, original.photo, sealed)
        ended = ended or proofs.find(Kind.PHOTO_SUPERSEDED, original.photo, sealed)
    else:
        ended = proofs.find(Kind.PHOTO_STORED, original.photo, sealed, output=original.output)
    if ended is None or ended.event.at >= deadline:
        return False
    with workspace.database.read() as connection:
        if workspace.audit_log.listed.doubt(connection, original.photo) is not None:
            return False
        is_recalled = is_listed_after(connection, Kind.COPY_RECALLED, original.photo, ended.number)
        seen_on = list_devices_of(connection, original.photo)
    is_recalled = is_recalled and not original.is_set_aside
    holds = workspace.audit_log.holds.on_by_log()
    is_held = any(hold.covers(device, original.photo) for hold in holds for device in (*seen_on, ""))
    return not (is_recalled or is_held)


def _end_begun(workspace: Workspace) -> Purged:
    """End what an earlier run began and did not write down to the end."""
    with workspace.database.read() as connection:
        begun = list_begun(connection)
    ended = Purged()
    for each in begun:
        try:
            if _is_gone(workspace, each):
                ended = replace(ended, missing=(*ended.missing, each.original))
        except VaultFault as fault:
            workspace.vault.check_answers()
            ended = replace(ended, fault=ended.fault or fault)
    return ended


def _is_gone(workspace: Workspace, begun: Begun) -> bool:
    if workspace.vault.has(begun.original.photo):
        with workspace.database.write() as connection:
            forget_begun(connection, begun)
        return False
    _record(workspace, begun.original, _CUT_OFF.format(utc_day(begun.at)))
    return True


def _over(workspace: Workspace, original: Original) -> str:
    since = "a person set it aside" if original.is_set_aside else "the redacted copy was stored"
    return f"Its retention of {workspace.settings.retention_days} days after {since} is over."


def _record(workspace: Workspace, original: Original, reason: str) -> None:
    with workspace.audit_log.writing() as entries:
        if write_destroyed(entries.connection, original, print_moment(workspace.now())):
            entries.add(Kind.ORIGINAL_DESTROYED, photo=original.photo, sealed=original.sealed, reason=reason)


def _deadline(workspace: Workspace) -> str:
    return print_moment(workspace.now() - timedelta(days=workspace.settings.retention_days))
