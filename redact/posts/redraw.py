"""Ask for another copy of a photo, and read what became of it; redraws/redrawing.py carries it out.

Threat: a cover that a person drew is lost, by a crash or by a redaction that knows nothing of it; a failed redraw
leaves no copy, or a half one; a cover goes without anybody answering for it.
Rule: covers, styles and crops are written down with the asking, in one transaction, and count from then on for every
redaction of the photo, whatever becomes of this redraw.  A lift counts only when its copy stands.  Nothing is
deleted: what is undone keeps its row.  Whoever asks for more to be hidden says of a copy that stands somewhere that it
shows too much: the take-down is asked for in that transaction, and does not wait until the new copy is drawn.
Accepted residue: a redraw from the copy is one more generation of JPEG.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from redact.audit.kinds import Kind
from redact.posts.changes import Answered, ChangedMeanwhile, Changes, NeedsOriginal, Redraw, RedrawState, Seen
from redact.posts.redraws.bases import base_of, is_drawn_in
from redact.posts.redraws.placing import answers_by_hand
from redact.posts.review import current_copy, open_again
from redact.redaction.answers.apply import answered, taken_back
from redact.redaction.answers.values import asks_about
from redact.redaction.plans import print_plan
from redact.redaction.values import Action, Plan
from redact.store.log.audit_log import Entries
from redact.store.posts.take_downs import COPY_COVERED, Opener, open_for_photo
from redact.store.queue import Schools
from redact.store.reviewing import answers as kept_rows
from redact.store.reviewing import redraws as rows
from redact.store.reviewing.answers import Act, Answerer, Kept, PhotoAnswer, add_answers, answers_of, undo_answers
from redact.store.reviewing.redraws import RedrawRow
from redact.store.reviewing.reviews import set_plan
from redact.store.reviewing.versions import Version, read_current
from redact.system.clock import print_moment
from redact.workspace.ids import Actor
from redact.workspace.open import Workspace


def ask(workspace: Workspace, seen: Seen, changes: Changes, who: Actor) -> int:
    """Ask for changes that need no original, and return the redraw's number; then call `Redrawer.wake`.

    Where only `maybe` places are dismissed the copy stays as it is, and the redraw is done at once.  Without any
    change what was asked for before and failed is tried again.

    Raises:
        ChangedMeanwhile: the photo has another copy, or a redraw of it is under way.
        NeedsOriginal: a cover is to be undone that is in every copy that is kept, or one is to be lifted.
        UsageError: a place is outside of the copy or none, or sizes of the copy are not known.
        DatabaseFault: nothing was changed.
    """
    if changes.lifts:
        raise NeedsOriginal(seen.photo)
    with workspace.audit_log.writing() as entries:
        copy = current_copy(entries.connection, seen)
        undone = _to_undo(entries.connection, copy, changes)
        base = base_of(entries.connection, copy)
        if any(is_drawn_in(base, each.answer) for each in undone):
            raise NeedsOriginal(seen.photo)
        number = add_asking(workspace, entries, copy, changes, who, needs_original=False)
        given = answers_by_hand(copy, changes)
        if _needs_no_drawing(given, undone):
            _rewrite_plan(entries.connection, copy)
            at = print_moment(workspace.now())
            rows.move_redraw(entries.connection, number, rows.ASKED, rows.DONE, output=copy.output, ended_at=at)
        return number


def add_asking(
    workspace: Workspace, entries: Entries, copy: Version, changes: Changes, who: Actor, *, needs_original: bool
) -> int:
    """Write down what is asked for, in a transaction of the caller's; lifts are not among it.

    Raises:
        ChangedMeanwhile: a redraw of the photo is under way, or what is to be undone counts no more.
        UsageError: see `ask`.
    """
    connection, at = entries.connection, print_moment(workspace.now())
    newest = rows.newest_redraw(connection, copy.photo)
    if newest is not None and newest.state in {rows.ASKED, rows.WORKING}:
        raise ChangedMeanwhile(copy.photo)
    given = answers_by_hand(copy, changes)
    sayer, here = Answerer(who.role, who.tag), (copy.photo, copy.output)
    number = rows.add_redraw(connection, here, sayer, at, executor=workspace.executor, needs_original=needs_original)
    if _hides_more(given, _to_undo(connection, copy, changes)):
        hours = workspace.settings.take_down_hours
        open_for_photo(entries, copy.photo, COPY_COVERED, Opener(who.role, who.tag, hours))
    if undo_answers(connection, copy.photo, changes.undone, at) != len({*changes.undone}):
        raise ChangedMeanwhile(copy.photo)
    add_answers(connection, copy.photo, given, sayer, number, at)
    open_again(workspace, entries, Seen(*here), who)
    covers = sum(each.act is Act.COVER for each in given)
    if covers:
        entries.add(Kind.COVER_ADDED, photo=copy.photo, output=copy.output, covers=covers, by=who.role, person=who.tag)
    return number


def read(workspace: Workspace, number: int, schools: Schools) -> Redraw | None:
    """Return a redraw; None where there is none, or it is of another school's photo.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        row = rows.read_redraw(connection, number)
    return None if row is None or (schools is not None and row.school not in schools) else _redraw(row)


def list_answers(workspace: Workspace, photo: str) -> tuple[Answered, ...]:
    """Return what people said of a photo and what counts, oldest first.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        kept, copy = kept_rows.list_answers(connection, photo), read_current(connection, photo)
        base = None if copy is None else base_of(connection, copy)
    return tuple(
        Answered(
            each.id,
            each.answer.act.value,
            each.answer.word,
            each.at,
            needs_original=base is None or is_drawn_in(base, each.answer),
        )
        for each in kept
    )


def under_way(workspace: Workspace, photo: str) -> Redraw | None:
    """Return the photo's newest redraw where it is not done: asked, worked on, or failed.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        row = rows.newest_redraw(connection, photo)
    return None if row is None or row.state == rows.DONE else _redraw(row)


def _to_undo(connection: Connection, copy: Version, changes: Changes) -> tuple[Kept, ...]:
    kept = {each.id: each for each in kept_rows.list_answers(connection, copy.photo)}
    if not {*changes.undone} <= {*kept}:
        raise ChangedMeanwhile(copy.photo)
    return tuple(kept[number] for number in changes.undone)


def _hides_more(given: Sequence[PhotoAnswer], undone: Sequence[Kept]) -> bool:
    """Say whether a person wants something hidden, or asked about again, that the copy shows."""
    asked = {each.act for each in given} & {Act.COVER, Act.CROP}
    return bool(asked or {each.answer.act for each in undone} & {Act.LIFT, Act.DISMISS})


def _needs_no_drawing(given: Sequence[PhotoAnswer], undone: Sequence[Kept]) -> bool:
    """Say whether all of it leaves every pixel as it is."""
    acts = {each.act for each in given} | {each.answer.act for each in undone}
    return acts == {Act.DISMISS}


def _rewrite_plan(connection: Connection, copy: Version) -> None:
    """Write the plan of the same copy again: what was asked about is answered, or asked about again."""
    kept = [each.answer for each in kept_rows.list_answers(connection, copy.photo)]
    dismissed = answers_of([each for each in kept if each.act is Act.DISMISS])
    assert copy.source_size is not None
    plan = answered(Plan(taken_back(copy.plan, answers_of(kept))), dismissed, copy.source_size)
    asks = bool(asks_about(plan.regions, copy.shows, {Action.ASK, Action.MAYBE}))
    set_plan(connection, (copy.photo, copy.output), print_plan(plan.regions), asks=asks)


def _redraw(row: RedrawRow) -> Redraw:
    return Redraw(row.id, row.photo, row.former, RedrawState(row.state), row.reason, row.output, row.asked_at)
