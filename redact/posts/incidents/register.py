"""Write down an incident, say what was done, to whom it was reported, and close it.

Threat: something went wrong and nobody in charge knows; a breach of personal data is told to the Information
Commissioner too late; a register of mishaps becomes one of children's names.
Rule: everybody at the desk may write one down; headteacher, CEO and data protection officer work on it.  It is closed
only when it was reported to one of them and something is said to have been done, and a breach only when it was told to
the Commissioner or somebody says that it need not be.  Kinds and measures are words of a list; the note names nobody
on the roll.  Each act is one transaction with its entry.
Accepted residue: whether a breach must be told is a person's judgement; the program counts the 72 hours and asks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from redact.audit.kinds import Fact, Kind, Role
from redact.errors import UsageError
from redact.posts.incidents.kinds import CAUSES, MEASURES, NOTICES, REPORTED_TO, notify_by
from redact.store.devices import read_device
from redact.store.log.audit_log import Entries
from redact.store.photos import read_photo
from redact.store.posts import incidents as rows
from redact.store.posts.incidents import Incident, IncidentState, NewIncident, Schools
from redact.store.posts.posts import read_post
from redact.store.posts.values import ref_of
from redact.system.clock import parse_moment, print_moment
from redact.workspace.ids import Actor
from redact.workspace.open import Workspace
from redact.workspace.reasons import check_names_nobody
from redact.workspace.schools import known_school

MOST_NOTE_CHARS: Final = 2000


class IncidentChanged(UsageError):
    """The incident stands otherwise than the person saw it."""

    def __init__(self, incident: Incident) -> None:
        """Say which."""
        super().__init__(f"Incident {incident.id} has changed meanwhile. Look at it again. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Progress:
    """What somebody says of an incident now; what is None stays as it is."""

    reported_to: Role | None = None
    is_breach: bool | None = None
    notice: str | None = None  # to the Information Commissioner: a word of NOTICES
    measure: str | None = None
    note: str | None = None


def open_incident(workspace: Workspace, new: NewIncident, who: Actor) -> int:
    """Write an incident down, and return its number.

    Raises:
        UsageError: its kind is none, its time is to come, its note names somebody, or what it is about is not there.
        DatabaseFault: nothing was changed.
    """
    _check_new(workspace, new)
    kept = replace(new, note=_check_note(workspace, new.note))
    with workspace.audit_log.writing() as entries:
        _check_there(entries, kept)
        number = rows.add_incident(entries.connection, kept, who.role, who.tag, print_moment(workspace.now()))
        about: dict[str, Fact] = {"device": kept.device} if kept.device else {}
        about |= {"photo": kept.photo} if kept.photo else {}
        about |= {"post": ref_of(kept.post)} if kept.post else {}
        facts: dict[str, Fact] = {"incident": f"incident-{number}", "cause": kept.cause}
        entries.add(Kind.INCIDENT_OPENED, by=who.role, person=who.tag, **facts, **about)
    return number


def change_incident(workspace: Workspace, seen: Incident, progress: Progress, who: Actor) -> Incident:
    """Write down what somebody says of an incident now, and return how it stands.

    Raises:
        UsageError: it is closed, nothing is said, or something of it does not fit.
        IncidentChanged: it stands otherwise than it was seen.
        DatabaseFault: nothing was changed.
    """
    after = _progressed(workspace, seen, progress)
    _write(workspace, seen, after, who, Kind.INCIDENT_CHANGED)
    return after


def close_incident(workspace: Workspace, seen: Incident, who: Actor) -> Incident:
    """Close an incident: it was reported, and something was done.

    Raises:
        UsageError: it is closed, or one of those is missing, or a breach was not told and nobody says it need not be.
        IncidentChanged: it stands otherwise than it was seen.
        DatabaseFault: nothing was changed.
    """
    _check_open(seen)
    missing = why_not_closed(seen)
    if missing:
        raise UsageError(f"Incident {seen.id} cannot be closed yet: {missing}.")
    after = replace(seen, state=IncidentState.CLOSED, closed_at=print_moment(workspace.now()))
    _write(workspace, seen, after, who, Kind.INCIDENT_CLOSED)
    return after


def why_not_closed(incident: Incident) -> str:
    """Return what is missing before an incident may be closed, as part of a sentence; "" where nothing is."""
    parts = [] if incident.reported_at else ["nobody says to whom it was reported"]
    parts += [] if incident.measure else ["nobody says what was done"]
    if incident.is_breach and incident.notice is None:
        parts.append("it is a breach of personal data, and nobody says whether the Information Commissioner was told")
    return "; ".join(parts)


def notification_due(incident: Incident) -> datetime | None:
    """Return until when the Information Commissioner must be told; None where nothing is to be told."""
    if not incident.is_breach or incident.notice is not None:
        return None
    return notify_by(parse_moment(incident.aware_at))


def read_incidents(workspace: Workspace, schools: Schools = None, *, is_every: bool = False) -> tuple[Incident, ...]:
    """Return the incidents of these schools that are not closed, or every one.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        return rows.list_incidents(connection, schools, is_every=is_every)


def known_incident(workspace: Workspace, number: int) -> Incident:
    """Return an incident of the register.

    Raises:
        UsageError: there is none of that number.
    """
    with workspace.database.read() as connection:
        found = rows.read_incident(connection, number)
    if found is None:
        raise UsageError(f"There is no incident {number}. See: redact incidents list --all")
    return found


def _progressed(workspace: Workspace, seen: Incident, progress: Progress) -> Incident:
    _check_open(seen)
    now = print_moment(workspace.now())
    changes: dict[str, Any] = {}
    if progress.reported_to is not None:
        if progress.reported_to not in REPORTED_TO:
            allowed = ", ".join(role.value for role in REPORTED_TO)
            raise UsageError(f"An incident is reported to one of: {allowed}. Nothing was changed.")
        changes |= {"reported_to": progress.reported_to.value, "reported_at": now, "state": IncidentState.REPORTED}
    if progress.measure is not None:
        if progress.measure not in MEASURES:
            raise UsageError(f"What was done is one of: {', '.join(MEASURES)}. Nothing was changed.")
        changes |= {"measure": progress.measure}
    if progress.is_breach is not None:
        changes |= {"is_breach": progress.is_breach}
    if progress.notice is not None:
        if progress.notice not in NOTICES:
            raise UsageError(f"The notice is one of: {', '.join(NOTICES)}. Nothing was changed.")
        changes |= {"notice": progress.notice, "notified_at": now}
    if progress.note is not None:
        changes |= {"note": _check_note(workspace, progress.note)}
    after = replace(seen, **changes)
    if after == seen:
        raise UsageError("Say what changed. Nothing was changed.")
    return after


def _write(workspace: Workspace, seen: Incident, after: Incident, who: Actor, kind: Kind) -> None:
    every = (*NewIncident.__slots__, *Incident.__slots__)
    changed = {name: getattr(after, name) for name in every if getattr(seen, name) != getattr(after, name)}
    with workspace.audit_log.writing() as entries:
        if not rows.change_incident(entries.connection, seen, **changed):
            raise IncidentChanged(seen)
        entries.add(kind, incident=seen.ref, state=after.state.value, by=who.role, person=who.tag)


def _check_open(incident: Incident) -> None:
    if incident.state is IncidentState.CLOSED:
        raise UsageError(f"Incident {incident.id} is closed. Write another one down if something new went wrong.")


def _check_new(workspace: Workspace, new: NewIncident) -> None:
    if new.cause not in CAUSES:
        raise UsageError(f"The kind of an incident is one of: {', '.join(CAUSES)}. Nothing was changed.")
    if new.school:
        known_school(workspace, new.school)
    if parse_moment(new.aware_at) > workspace.now() or new.happened_on > workspace.today().isoformat():
        raise UsageError("An incident has happened already: its day and its time are not to come. Nothing was changed.")


def _check_there(entries: Entries, new: NewIncident) -> None:
    connection = entries.connection
    if new.device and read_device(connection, new.device) is None:
        raise UsageError("There is no such device on the register. Nothing was changed.")
    if new.photo and read_photo(connection, new.photo) is None:
        raise UsageError("There is no such photo. Nothing was changed.")
    if new.post and read_post(connection, new.post) is None:
        raise UsageError("There is no such post. Nothing was changed.")


def _check_note(workspace: Workspace, note: str) -> str:
    tidied = "\n".join(" ".join(line.split()) for line in note.strip().splitlines())
    if len(tidied) > MOST_NOTE_CHARS or not all(letter.isprintable() or letter == "\n" for letter in tidied):
        raise UsageError(f"A note has up to {MOST_NOTE_CHARS:,} characters. Nothing was changed.")
    check_names_nobody(workspace, tidied)
    return tidied
