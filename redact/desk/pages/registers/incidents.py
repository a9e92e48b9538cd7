"""The register of incidents as pages: what went wrong, how far it is, and what is still missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from redact.audit.kinds import Role
from redact.desk.pages.registers.seen import digest_of
from redact.desk.pages.words import ROLES, when
from redact.errors import short_id
from redact.posts.incidents.kinds import CAUSES, MEASURES, NOTICES
from redact.posts.incidents.register import notification_due, why_not_closed
from redact.store.posts.incidents import Incident, IncidentState
from redact.system.clock import print_day, print_moment

_STATES: Final = {
    IncidentState.OPEN: ("Not reported yet", "ask"),
    IncidentState.REPORTED: ("Reported", ""),
    IncidentState.CLOSED: ("Closed", "soft"),
}


@dataclass(frozen=True, slots=True)
class IncidentLine:
    """One incident of the list."""

    number: int
    href: str
    title: str
    about: str  # school and day
    standing: str
    tone: str  # good | ask | bad | soft | ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of what is known."""

    name: str
    words: str
    href: str = ""  # of its own page, if it has one


@dataclass(frozen=True, slots=True)
class IncidentView:
    """What incident.html draws."""

    line: IncidentLine
    incident: Incident
    facts: tuple[Fact, ...]
    missing: str  # before it may be closed; "" where nothing is
    notify: str  # until when the Information Commissioner must be told; "" where that is not so
    is_late: bool
    is_open: bool
    seen: str


def list_lines(incidents: tuple[Incident, ...], now: datetime, zone: tzinfo) -> tuple[IncidentLine, ...]:
    """Return the lines of the list."""
    return tuple(_line(incident, now, zone) for incident in incidents)


def show_incident(incident: Incident, now: datetime, zone: tzinfo) -> IncidentView:
    """Return one incident's page."""
    due = notification_due(incident)
    return IncidentView(
        _line(incident, now, zone),
        incident,
        tuple(fact for fact in _facts(incident, zone) if fact.words),
        why_not_closed(incident),
        "" if due is None else when(print_moment(due), zone),
        due is not None and now > due,
        incident.state is not IncidentState.CLOSED,
        digest_of(incident),
    )


def _facts(incident: Incident, zone: tzinfo) -> tuple[Fact, ...]:
    reported = ""
    if incident.reported_to and incident.reported_at:
        reported = f"{ROLES[Role(incident.reported_to)]}, {when(incident.reported_at, zone)}"
    notice = NOTICES.get(incident.notice or "", "")
    if notice and incident.notified_at:
        notice = f"{notice} ({when(incident.notified_at, zone)})"
    return (
        Fact("Happened", print_day(incident.happened_on)),
        Fact("The trust learnt of it", when(incident.aware_at, zone)),
        Fact("Written down", f"{ROLES[Role(incident.opened_by)]}, {when(incident.opened_at, zone)}"),
        Fact("School", incident.school),
        Fact("Device", incident.device or ""),
        Fact("Photo", short_id(incident.photo or ""), f"/photos/{incident.photo}"),
        Fact("Post", str(incident.post or ""), f"/posts/{incident.post}"),
        Fact("Reported to", reported),
        Fact("What was done", MEASURES.get(incident.measure or "", "")),
        Fact("Breach of personal data", "Yes" if incident.is_breach else "No"),
        Fact("Notice", notice),
        Fact("Closed", when(incident.closed_at, zone) if incident.closed_at else ""),
    )


def _line(incident: Incident, now: datetime, zone: tzinfo) -> IncidentLine:
    due = notification_due(incident)
    standing, tone = _STATES[incident.state]
    if due is not None and incident.state is not IncidentState.CLOSED:
        standing = f"Tell the ICO by {when(print_moment(due), zone)}"
        tone = "bad" if now > due else "ask"
    about = " · ".join(part for part in (incident.school, print_day(incident.happened_on)) if part)
    title = CAUSES.get(incident.cause, incident.cause)
    return IncidentLine(incident.id, f"/incidents/{incident.id}", title, about, standing, tone)
