"""Answer an access request: look through the originals, write the folder, and put on record what was found."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path

from redact.audit.events import person_tag
from redact.audit.kinds import Role
from redact.errors import UsageError, short_id
from redact.photos.access.comparing import Comparison, copy_of, look_through
from redact.photos.access.finding import check_asker, note_answered
from redact.photos.access.folder import AccessFolder, line_of, new_folder
from redact.photos.access.narrowing import describe_within
from redact.photos.access.progress import Done, Progress, read_progress, request_id
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

    What was looked at before an interruption, in the same folder for the same request, is not looked at again.

    Raises:
        UsageError: the key opens nothing that is sealed here, or the folder holds something else.
        CannotWrite: the disk is full, or the folder cannot be written; what was done is gone on with the next time.
        DatabaseFault: something could not be put on record; the same.
    """
    try_key(workspace, opening.identity_text)
    with new_folder(folder) as made:
        progress = read_progress(folder, _request_of(workspace, known, comparison))
        if not progress.done:
            progress.begin()
        for _ in progress.done:
            went_on()
        written = [done.line for done in progress.done.values() if done.line is not None]
        for opened in look_through(workspace, known, comparison, opening, pool, {*progress.done}):
            line, number = None, len(written) + 1
            if opened.shows:
                line = _write(workspace, made, number, opened, known)
                written.append(line)
            digest = hashlib.sha256(opened.content).hexdigest() if line is not None and line.file else ""
            unseen = opened.why_not if opened.is_opened and not opened.shows else ""
            unopened = "" if opened.is_opened else opened.why_not
            progress.note(Done(opened.found.known.photo, line, digest, unseen, unopened))
            went_on()
        return _finish(workspace, made, known, comparison, opening, progress)


def begun(workspace: Workspace, known: Known, comparison: Comparison, folder: Path) -> int:
    """Return how many originals were looked at already, where the folder holds what was begun of this request.

    Raises:
        UsageError: it holds another request's, or was changed.
    """
    return len(read_progress(folder, _request_of(workspace, known, comparison)).done)


def _request_of(workspace: Workspace, known: Known, comparison: Comparison) -> str:
    """Return what a begun folder is bound to: whom, how originals are compared, and to what they are narrowed."""
    faces = [hashlib.sha256(repr(template.numbers).encode()).hexdigest() for template in comparison.templates]
    tag = person_tag(workspace.keys.tags, known.upn)
    return request_id(tag, sorted(faces), comparison.is_plain, astuple(known.within))


def _finish(
    workspace: Workspace, made: AccessFolder, known: Known, comparison: Comparison, opening: Opening,
    progress: Progress,
) -> Written:  # fmt: skip
    """Add the copies whose originals are gone, write the index, and put on record that the request was answered."""
    every = progress.done.values()
    lines = [done.line for done in every if done.line is not None]
    shown, unseen = len(lines), tuple((short_id(done.photo), done.why_unseen) for done in every if done.why_unseen)
    unopened = tuple((short_id(done.photo), done.why_unopened) for done in every if done.why_unopened)
    for found in (one for one in known.photos if not one.has_original):
        opened = _copy(workspace, Opened(found))
        lines.append(_write(workspace, made, len(lines) + 1, opened, known))
    at = print_local(workspace.now(), workspace.settings.zone)
    opened_now, is_compared = len(every) - len(unopened), bool(comparison.templates)
    narrowed = describe_within(known.within)
    made.add_index(Index(at, tuple(lines), opened_now, unopened, unseen, is_compared, comparison.is_plain, narrowed))
    note_answered(workspace, known, shown, opening.who)
    progress.end()
    return Written(
        sum(bool(line.file) for line in lines),
        sum("/" in line.file for line in lines),
        sum(not line.file for line in lines),
        len(unopened),
        len(unseen),
    )


def _write(workspace: Workspace, made: AccessFolder, number: int, opened: Opened, known: Known) -> IndexLine:
    return line_of(made.add(number, opened), opened, known.posts, workspace.settings.zone)


def _copy(workspace: Workspace, opened: Opened) -> Opened:
    try:
        return copy_of(workspace, opened.found)
    except (TrustFault, CopyDiffers) as error:
        return Opened(opened.found, why_not=str(error))
