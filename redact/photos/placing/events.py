"""What the office calls an event: chosen once for a drop folder, asked of the roll, and never a child's name.

Threat: a drop folder's own name, or what somebody types for it, names a child, and stands in paths that staff browse.
Rule: nothing is taken from the folder.  A label is a few plain words; every word of it that stands on the roll is
refused, ordinary words too where they are written as a name is.  Copies in for-use are put under the new label;
where else a copy lies it stays, for what proves it names its place.  Who named it, and when, stands in the audit log;
the words do not, for that log forgets nothing.
Accepted residue: whoever comes to the school later may be called as an older label; `redact events list` shows all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from redact.audit.kinds import Kind
from redact.errors import UsageError
from redact.store.placing.events import Event, list_events, list_names, read_labels, set_label
from redact.store.placing.for_use import ask_to_place_again
from redact.store.queue import QueuedPhoto, Schools, find_of_events
from redact.store.trust.names import FOR_USE, slug_of
from redact.workspace.ids import Actor
from redact.workspace.open import Workspace
from redact.workspace.reasons import check_names_nobody

MOST_CHARS: Final = 40  # of a label: what a folder's name takes
_LABEL: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 '&-]*[A-Za-z0-9])?")


def read_events(workspace: Workspace, schools: Schools = None) -> tuple[Event, ...]:
    """Return the events that have photos, the newest first.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        return list_events(connection, schools)


def read_first_photos(
    workspace: Workspace, events: Sequence[Event], schools: Schools, most: int
) -> dict[int, tuple[QueuedPhoto, ...]]:
    """Return the photos of each event that came first, for whoever is to say what it was.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        return {event.id: find_of_events(connection, [f"event-{event.id}"], schools, most) for event in events}


def read_names(workspace: Workspace, schools: Schools = None) -> tuple[tuple[str, str], ...]:
    """Return the newest events as the photos' rows call them, each with what it is called.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        return list_names(connection, schools)


def event_name(workspace: Workspace, event: str) -> str:
    """Return what an event is called, by what its photos' rows call it: "Sports day", else "event 12"; "" of none.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        return read_labels(connection, [event]).get(event, event.replace("-", " "))


def name_event(workspace: Workspace, number: int, label: str, who: Actor, schools: Schools = None) -> Event:
    """Write down what an event is called; then call `update_for_use`.

    Args:
        workspace: opened.
        number: of the event.
        label: a few words; "" takes the former label away.
        who: names it.
        schools: whose events may be named; None: every school's.

    Raises:
        UsageError: there is no such event, the label does not fit, or it names somebody on the roll.
        DatabaseFault: nothing was changed.
    """
    label = " ".join(label.replace("\u2019", "'").split())  # as telephones and word processors write an apostrophe
    if label and (not _LABEL.fullmatch(label) or len(label) > MOST_CHARS or slug_of(label) in {"", FOR_USE}):
        raise UsageError(
            f"An event is called by a few words of at most {MOST_CHARS} letters and digits, such as Sports day. "
            "Nothing was changed."
        )
    check_names_nobody(workspace, f"At {label}")  # so that a first word counts as a name where it is written as one
    with workspace.audit_log.writing() as entries:
        connection = entries.connection
        found = {event.id: event for event in list_events(connection, schools)}
        if number not in found:
            raise UsageError(f"There is no event {number}. See: redact events list")
        set_label(connection, number, label)
        state = "on" if label else "off"
        entries.add(Kind.EVENT_NAMED, event=f"event-{number}", state=state, by=who.role, person=who.tag)
        ask_to_place_again(connection, [f"event-{number}"])
        return next(event for event in list_events(connection, schools) if event.id == number)


def ids_called(workspace: Workspace, text: str) -> tuple[str, ...]:
    """Return which events a person means by "event-12", "event 12", "12" or a label, as the photos' rows call them.

    Raises:
        UsageError: there is none.
        DatabaseFault: the database does not answer.
    """
    wanted = slug_of(text)
    digits = wanted.removeprefix("event-")
    found = read_events(workspace)
    ids = [f"event-{event.id}" for event in found if event.label and slug_of(event.label) == wanted]
    if not ids and digits.isdigit() and int(digits) in {event.id for event in found}:
        ids = [f"event-{int(digits)}"]
    if not ids:
        raise UsageError("There is no event of that number or name. See: redact events list")
    return tuple(ids)
