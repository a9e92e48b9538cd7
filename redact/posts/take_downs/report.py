"""Report a post, and write down who was told of a take-down.

Threat: a member of staff sees something wrong in a post and it stays there, for want of somebody to tell.
Rule: everybody at the desk may report a post that is out or in the outbox; that opens a take-down with a deadline, and
a post whose files lie in the outbox is taken back with it.  Reasons come from a list, a note names nobody on the roll.
Accepted residue: somebody may report for mischief; who did stands in the log as a tag.
"""

from __future__ import annotations

from typing import Final

from redact.errors import UsageError
from redact.posts.releasing.sweep import sweep_outbox
from redact.posts.take_downs.reports import REPORTS, TOLD
from redact.store.posts.posts import Schools, read_post
from redact.store.posts.take_down_list import TakeDown, list_take_downs, read_take_down
from redact.store.posts.take_downs import Opener, is_out, open_take_down, write_told
from redact.store.posts.values import BOUND
from redact.store.posts.voids import Cause, Voider, void
from redact.system.clock import print_moment
from redact.workspace.ids import Actor
from redact.workspace.open import Workspace
from redact.workspace.reasons import check_names_nobody

MOST_NOTE_CHARS: Final = 1000


def report_post(
    workspace: Workspace, number: int, reason: str, who: Actor, *, note: str = "", schools: Schools = None
) -> int:
    """Report a post; return the number of its take-down.

    Raises:
        UsageError: there is no such post, nothing of it is out, it is on the list already, or the reason is none.
        OutboxFault: it is on the list; its files are still in the outbox.
        DatabaseFault: nothing was changed.
    """
    if reason not in REPORTS:
        raise UsageError(f"The reason is one of: {', '.join(REPORTS)}. Nothing was changed.")
    kept, hours = _check_note(workspace, note), workspace.settings.take_down_hours
    with workspace.audit_log.writing() as entries:
        post = read_post(entries.connection, number, schools)
        if post is None or not is_out(post):
            raise UsageError("There is no such post that stands somewhere or is ready to. See: redact posts list")
        opened = open_take_down(entries, post, reason, Opener(who.role, who.tag, hours), kept)
        if opened is None:
            raise UsageError(f"Post {number} is to be taken down already. See: redact take-downs list")
        if post.state in BOUND:
            void(entries, post, Cause.REPORTED, Voider(who.role, who.tag, hours))
    sweep_outbox(workspace)
    return opened


def write_who_was_told(workspace: Workspace, seen: TakeDown, told: str) -> None:
    """Write down that somebody was told of a take-down, now.

    Raises:
        UsageError: who is told is none of the list, or somebody else has written that meanwhile.
        DatabaseFault: nothing was changed.
    """
    if told not in TOLD:
        raise UsageError(f"Who is told is one of: {', '.join(TOLD)}. Nothing was changed.")
    now = print_moment(workspace.now())
    with workspace.database.write() as connection:
        if not write_told(connection, seen, (*seen.told, (told, now))):
            raise UsageError(f"Take-down {seen.id} has changed meanwhile. Look at it again. Nothing was changed.")


def read_take_downs(workspace: Workspace, schools: Schools = None, *, is_every: bool = False) -> tuple[TakeDown, ...]:
    """Return the open take-downs of these schools, or every one.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        return list_take_downs(connection, schools, is_every=is_every)


def known_take_down(workspace: Workspace, number: int) -> TakeDown:
    """Return a take-down.

    Raises:
        UsageError: there is none of that number.
    """
    with workspace.database.read() as connection:
        found = read_take_down(connection, number)
    if found is None:
        raise UsageError(f"There is no take-down {number}. See: redact take-downs list --all")
    return found


def _check_note(workspace: Workspace, note: str) -> str:
    tidied = " ".join(note.split())
    if len(tidied) > MOST_NOTE_CHARS or not tidied.isprintable():
        raise UsageError(f"A note has up to {MOST_NOTE_CHARS:,} characters. Nothing was changed.")
    check_names_nobody(workspace, tidied)
    return tidied
