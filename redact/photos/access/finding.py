"""What is known of one child without opening anything, and that somebody asked.

Threat: somebody looks up where a child is shown, and nobody knows that they did.
Rule: only the data protection officer, a headteacher and the CEO may ask; that they did, for whom (a keyed tag) and how
much was found is committed to the audit log before the list is handed over.
Accepted residue: that the person really has the role is for the accounts of the machine.
"""

from __future__ import annotations

from typing import Final

from redact.audit.events import person_tag
from redact.audit.kinds import Kind, Role
from redact.errors import UsageError
from redact.photos.access.values import FoundPhoto, How, Known
from redact.store.originals import list_sealed
from redact.store.photos.showing import (
    EVERYTHING,
    Showing,
    Within,
    list_posts_showing,
    list_showing,
    list_within,
    read_known,
)
from redact.store.pupils.reading import read_pupil
from redact.store.pupils.templates import count_templates
from redact.workspace.ids import Actor
from redact.workspace.open import Workspace

#: Who may ask which photos show a child.
ASKERS: Final = frozenset({Role.DATA_PROTECTION_OFFICER, Role.HEADTEACHER, Role.CEO})


def check_asker(role: Role) -> None:
    """Refuse whoever may not ask.

    Raises:
        UsageError: the role is none of these.
    """
    if role not in ASKERS:
        raise UsageError(
            "Which photos show a child is for the data-protection-officer, a headteacher or the ceo to ask: --by ROLE. "
            "Nothing was looked up."
        )


def find_known(workspace: Workspace, upn: str, within: Within = EVERYTHING) -> Known:
    """Return what is known of a pupil, as far as the request goes.

    Args:
        workspace: opened.
        upn: the pupil's number, or an adult's.
        within: to which photos the request is narrowed.

    Raises:
        PupilUnknown: there is no such pupil.
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        read_pupil(connection, upn)
        asked = None if within == EVERYTHING else list_within(connection, within)
        originals = tuple(photo for photo in list_sealed(connection) if asked is None or photo in asked)
        sealed = frozenset(originals)
        found = tuple(
            FoundPhoto(read_known(connection, each.photo), _ways(each), each.photo in sealed)
            for each in list_showing(connection, upn)
            if asked is None or each.photo in asked
        )
        posts = tuple(post for post in list_posts_showing(connection, upn) if asked is None or post.photo in asked)
        return Known(upn, found, posts, originals, count_templates(connection).get(upn, 0), within)


def note_answered(workspace: Workspace, known: Known, originals: int, who: Actor) -> None:
    """Put on record that the request was answered.

    Args:
        workspace: opened.
        known: what was found.
        originals: how many originals show the child, as far as was looked.
        who: asks.

    Raises:
        DatabaseFault: it could not be put on record, and nothing is handed over.
    """
    copies = sum(found.known.output is not None for found in known.photos)
    tag = person_tag(workspace.keys.tags, known.upn)
    with workspace.audit_log.writing() as entries:
        entries.add(
            Kind.ACCESS_ANSWERED,
            pupil=tag,
            copies=copies,
            originals=originals,
            posts=len({post.post for post in known.posts}),
            by=who.role,
            person=who.tag,
        )


def _ways(showing: Showing) -> tuple[How, ...]:
    ways = ((showing.is_by_recognition, How.SHOWN), (showing.is_by_hand, How.BY_HAND))
    return tuple(how for is_so, how in ways if is_so)
