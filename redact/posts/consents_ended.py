"""Passed copies that show or name somebody whose consent ended: nobody acts on them, and staff would go on taking them.

Threat: a consent runs out, a pupil leaves, the purposes are widened or `shows_faces` is switched off, and the copy lies
in for-use for whoever takes it next.
Rule: whom passed copies show or name is asked by today's day, register and settings: hourly, at each start, and after
each command that changes a register.  Of a copy made before it was written down whom it names, everybody is asked whom
it may name.  Where one of them may not be shown, the review is opened again, on record as the program's act: the copy
leaves for-use, unreleased posts with it are drafts, and it is not passed again before that is mended (review.py).  What
was posted while it counted stays, and is listed.
Accepted residue: until the next look, an hour at most, it lies there; who took it before has it.
"""

from __future__ import annotations

from typing import Final

from redact.posts.changes import Seen
from redact.posts.review import open_again
from redact.store.posts.voids import Cause
from redact.store.pupils.adults import first_permission
from redact.store.reviewing.reviews import list_passed_showing, list_passed_unread
from redact.workspace.ids import Actor, the_program
from redact.workspace.may_show import may_be_shown, may_name_all
from redact.workspace.open import Workspace

CONSENT_ENDED: Final = "consent-ended"  # a word of the audit log


def open_ended(workspace: Workspace) -> int:
    """Open the review of passed copies that show, name or may name somebody who may not be today; return how many.

    Raises:
        DatabaseFault: those before are open again.
        LogElsewhere: this log was set back, or runs elsewhere; nothing was changed from then on.
    """
    with workspace.database.read() as connection:
        passed = list_passed_showing(connection)
        ended = [copies for each, copies in passed.items() if not may_be_shown(workspace, connection, [each])]
        unread = list_passed_unread(connection) if first_permission(connection) is not None else {}
        ended += [copies for version, copies in unread.items() if not may_name_all(workspace, connection, version)]
    who = the_program(workspace)
    return sum(_open(workspace, Seen(*copy), who) for copy in sorted({copy for each in ended for copy in each}))


def _open(workspace: Workspace, seen: Seen, who: Actor) -> bool:
    with workspace.audit_log.writing() as entries:
        return open_again(workspace, entries, seen, who, CONSENT_ENDED, Cause.CONSENT_ENDED)
