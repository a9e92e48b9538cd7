"""Answer an access request: look through the originals, write the folder, and put on record what was found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from redact.audit.kinds import Role
from redact.errors import UsageError, short_id
from redact.photos.access.comparing import Comparison, copy_of, look_through, to_open
from redact.photos.access.finding import check_asker, note_answered
from redact.photos.access.folder import AccessFolder, line_of, new_folder
from redact.photos.access.values import Index, IndexLine, Known, Opened, Written
from redact.photos.keys.by_key import try_key
from redact.photos.retry import Opening
from redact.store.trust.copies import CopyDiffers
from redact.store.trust.faults import TrustFault
from redact.system.clock import print_local
from redact.workers.pool import WorkerPool
from redact.workspace.open import Workspace


def check_may_open(role: Role, comparison: Comparison) -> None:
    """Refuse whoever may not have this done.

    Raises:
        UsageError: the role may not ask, or may not have other children uncovered.
    """
    check_asker(role)
    if comparison.is_plain and role is not Role.DATA_PROTECTION_OFFICER:
        raise UsageError(
            "Originals with other children uncovered are for the data-protection-officer alone. Nothing was opened."
        )


def answer_request(
    workspace: Workspace,
    known: Known,
    comparison: Comparison,
    opening: Opening,
    pool: WorkerPool,
    folder: Path,
    went_on: Callable[[], None] = lambda: None,
) -> Written:
    """Write the photos that show a child into a new folder, with an index.

    Args:
        workspace: opened.
        known: the child, and what is known.
        comparison: with what originals are compared, and what is made of them.
        opening: the key, and who asks; `check_may_open` was asked about the role.
        pool: of workers, whose policy shows faces.
        folder: new or empty.
        went_on: called after each original.

    Raises:
        UsageError: the key opens nothing that is sealed here, or there is something in the folder.
        CannotWrite: the disk is full, or the folder cannot be written; what was written is gone again.
        DatabaseFault: something could not be put on record; the same.
    """
    try_key(workspace, opening.identity_text)
    zone = workspace.settings.zone
    with new_folder(folder) as made:
        lines, unseen, shown = list[IndexLine](), list[tuple[str, str]](), list[Opened]()
        for opened in look_through(workspace, known, comparison, opening, pool):
            went_on()
            if opened.shows:
                shown.append(opened)
                lines.append(_write(workspace, made, len(lines) + 1, opened, known))
            elif opened.why_not:
                unseen.append((short_id(opened.found.known.photo), opened.why_not))
        looked, gone = len(to_open(known, comparison.templates)), [one for one in known.photos if not one.has_original]
        for found in gone:
            opened = _copy(workspace, Opened(found))
            lines.append(_write(workspace, made, len(lines) + 1, opened, known))
        at = print_local(workspace.now(), zone)
        is_compared = bool(comparison.templates)
        made.add_index(Index(at, tuple(lines), looked, tuple(unseen), is_compared, comparison.is_plain))
        note_answered(workspace, known, len(shown), opening.who)
    return Written(
        sum(bool(line.file) for line in lines),
        sum("/" in line.file for line in lines),
        sum(not line.file for line in lines),
        len(unseen),
    )


def _write(workspace: Workspace, made: AccessFolder, number: int, opened: Opened, known: Known) -> IndexLine:
    return line_of(made.add(number, opened), opened, known.posts, workspace.settings.zone)


def _copy(workspace: Workspace, opened: Opened) -> Opened:
    try:
        return copy_of(workspace, opened.found)
    except (TrustFault, CopyDiffers) as error:
        return Opened(opened.found, why_not=str(error))
