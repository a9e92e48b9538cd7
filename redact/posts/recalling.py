"""Recall one copy by hand: it must not be used any more, whatever the reason; then it is made again or taken down.

Threat: a copy that somebody objects to is used on, because no consent went and so nothing recalls it.
Rule: the photo stands as recalled, as after a withdrawal: it enters no post, `redact retry` and `redact set-aside` take
the copy out of trust storage, and every post that is out with it is put on the take-down list.  Who recalled it, and
why (from a list), stands in the audit log.
Accepted residue: where else the copy was handed on no program can see.
"""

from __future__ import annotations

from enum import StrEnum

from redact.audit.kinds import Kind
from redact.posts.changes import ChangedMeanwhile, Seen
from redact.store.photos.recalls import recall_by_hand
from redact.store.posts.take_downs import COPY_RECALLED, Opener, open_for_photo
from redact.store.posts.voids import Cause, Voider, void_photo
from redact.store.pupils.reading import register_version
from redact.system.clock import print_moment
from redact.workspace.ids import Actor
from redact.workspace.open import Workspace


class RecallCause(StrEnum):
    """Why a person recalls a copy; words of the audit log (audit.shapes.WORD)."""

    OBJECTION = "objection"  # somebody in it, or who speaks for them, objects
    NOT_REDACTED_WELL = "not-redacted-well"  # a face or a name was left bare
    NOT_SUITABLE = "not-suitable"  # it should not have been taken, or must not be published
    WRONG_PERSON = "wrong-person"  # somebody is shown for somebody else


def recall_copy(workspace: Workspace, seen: Seen, who: Actor, cause: RecallCause) -> None:
    """Recall the copy that stands.

    Raises:
        ChangedMeanwhile: the photo has another copy or none, or it is recalled already.
        DatabaseFault: nothing was changed.
    """
    at = print_moment(workspace.now())
    with workspace.audit_log.writing() as entries:
        register = register_version(entries.connection)
        if not recall_by_hand(entries.connection, seen.photo, seen.output, register, at):
            raise ChangedMeanwhile(seen.photo)
        facts = {"photo": seen.photo, "output": seen.output, "by": who.role, "person": who.tag, "cause": cause.value}
        entries.add(Kind.COPY_RECALLED, register=register, **facts)
        hours = workspace.settings.take_down_hours
        open_for_photo(entries, seen.photo, COPY_RECALLED, Opener(who.role, who.tag, hours))
        void_photo(entries, seen.photo, Cause.COPY_RECALLED, Voider(who.role, who.tag, hours))
