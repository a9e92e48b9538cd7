"""Ask for another copy of a photo, and read what became of it; redrawing.py carries it out.

Threat: a cover that a person drew is lost, by a crash or by a redaction that knows nothing of it; a failed redraw
leaves no copy, or a half one; a cover goes without anybody answering for it.
Rule: covers, styles and crops are written down with the asking, in one transaction, and count from then on for every
redaction of the photo, whatever becomes of this redraw.  A lift counts only when its copy stands.  Nothing is
deleted: what is undone keeps its row.
Accepted residue: a redraw from the copy is one more generation of JPEG.
"""

from __future__ import annotations

from redact.posts.changes import Answered, Changes, Redraw, Seen
from redact.store.queue import Schools
from redact.workspace.ids import Actor
from redact.workspace.open import Workspace


def ask(workspace: Workspace, seen: Seen, changes: Changes, who: Actor) -> int:
    """Ask for changes that need no original, and return the redraw's number; then call `Redrawer.wake`.

    Where only `maybe` places are dismissed the copy stays as it is, and the redraw is done at once.

    Raises:
        ChangedMeanwhile: the photo has another copy, or a redraw of it is under way.
        NeedsOriginal: a cover is to be undone that is in every copy that is kept, or one is to be lifted.
        UsageError: a place is outside of the copy or none, or sizes of the copy are not known.
        DatabaseFault: nothing was changed.
    """
    raise NotImplementedError


def read(workspace: Workspace, number: int, schools: Schools) -> Redraw | None:
    """Return a redraw; None where there is none, or it is of another school's photo.

    Raises:
        DatabaseFault: the database does not answer.
    """
    raise NotImplementedError


def list_answers(workspace: Workspace, photo: str) -> tuple[Answered, ...]:
    """Return what people said of a photo and what counts, oldest first.

    Raises:
        DatabaseFault: the database does not answer.
    """
    raise NotImplementedError


def under_way(workspace: Workspace, photo: str) -> Redraw | None:
    """Return the photo's newest redraw where it is not done: asked, worked on, or failed and not undone.

    Raises:
        DatabaseFault: the database does not answer.
    """
    raise NotImplementedError
