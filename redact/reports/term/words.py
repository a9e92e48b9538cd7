"""What the figures mean, in sentences for somebody who answers for the schools and is no engineer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, tzinfo
from typing import Final

from redact.errors import counted
from redact.reports.log_checks import PersonsCheck
from redact.reports.term.values import Matter, OpenPoint, SchoolFigures, TermReport
from redact.system.clock import parse_moment, print_local

#: Purposes of consents as parents know them; another one is shown as the register spells it.
PURPOSES: Final = {
    "website": "School website",
    "social-media": "Social media",
    "prospectus": "Prospectus",
    "press": "Press",
    "newsletter": "Newsletter",
    "display": "Displays in school",
    "video": "Video",
    "school-photo": "School photo",
    "biometric": "Being recognised by the face",
}
#: Roles in a sentence.
BY: Final = {
    "ceo": "the chief executive",
    "headteacher": "a headteacher",
    "it-services-manager": "the IT services manager",
    "data-protection-officer": "the data protection officer",
    "trustee": "a trustee",
    "communications": "the office",
    "reviewer": "a reviewer",
    "poster": "a poster",
    "holder": "a member of staff",
    "system": "the program",
}


#: What waits for a person: of one, of more.
MATTERS: Final = {
    Matter.RECALLED_LATE: (
        "recalled copy that nobody saw to within the time for a take-down",
        "recalled copies that nobody saw to within the time for a take-down",
    ),
    Matter.RECALLED: ("recalled copy that nobody has seen to", "recalled copies that nobody has seen to"),
    Matter.TAKE_DOWN_LATE: ("take-down past its deadline", "take-downs past their deadline"),
    Matter.TAKE_DOWN: ("take-down under way", "take-downs under way"),
    Matter.INCIDENT_LATE: (
        "breach of personal data past its 72 hours: nobody says whether the Information Commissioner was told",
        "breaches of personal data past their 72 hours: nobody says whether the Information Commissioner was told",
    ),
    Matter.INCIDENT: ("open incident", "open incidents"),
    Matter.DELETION_FAILED: (
        "file whose deletion failed or was not ended", "files whose deletion failed or was not ended",
    ),
    Matter.STOPPED: (
        "photo stopped: a person must look, or bring it again",
        "photos stopped: a person must look, or bring them again",
    ),
    Matter.NOT_REVIEWED: ("copy that nobody has looked at", "copies that nobody has looked at"),
    Matter.APPROVAL_RAN_OUT: (
        "post whose approval ran out before it was posted", "posts whose approval ran out before they were posted",
    ),
    Matter.POST_ON_ITS_WAY: (
        "post on its way: to be approved or posted", "posts on their way: to be approved or posted",
    ),
    Matter.SITE_ENDED: ("site whose approval has ended", "sites whose approval has ended"),
    Matter.DUTY_LATE: (
        "staff duty past its day (policy to be read, training)",
        "staff duties past their day (policy to be read, training)",
    ),
    Matter.ATTESTATION_DUE: (
        "device whose holder must say that photos were deleted",
        "devices whose holder must say that photos were deleted",
    ),
    Matter.FILES_OVERDUE: (
        "device with files that should have been gone", "devices with files that should have been gone",
    ),
    Matter.DEVICE_EXPIRED: (
        "device whose approval has ended: nothing is taken from it",
        "devices whose approval has ended: nothing is taken from them",
    ),
}  # fmt: skip


def format_day(day: date) -> str:
    """Return "1 September 2026"."""
    return f"{day.day} {day:%B %Y}"


def format_hours(hours: float | None) -> str:
    """Return "3.5 hours", "20 minutes", "2.1 days"; a dash where nothing was cleared."""
    if hours is None:
        return "–"  # noqa: RUF001  a dash
    if hours < 1 / 60:
        return "less than a minute"
    if hours < 1:
        return counted(round(hours * 60), "minute")
    return f"{hours:.1f} hours" if hours < 48 else f"{hours / 24:.1f} days"


def format_rate(one: SchoolFigures) -> str:
    """Return "3.2 (16 of 5,012)"; a dash where no face was covered."""
    rate = one.missed_per_thousand
    return "–" if rate is None else f"{rate:.1f} ({one.faces_added:,} of {one.faces_covered:,})"  # noqa: RUF001


def describe_take_downs(one: SchoolFigures) -> str:
    """Return "3 in time, 1 late, 1 not done and overdue"; "none" where there was none."""
    found = one.take_downs
    parts = {"in time": found.in_time, "late": found.late, "under way": found.open}
    phrases = [f"{count:,} {word}" for word, count in parts.items() if count]
    phrases += [f"{found.overdue:,} not done and overdue"] if found.overdue else []
    return ", ".join(phrases) or "none"


def describe_incidents(one: SchoolFigures) -> str:
    """Return "2, of them 1 breach of personal data (1 reported to the Commissioner)"; "none" where there was none."""
    found = one.incidents
    if not found.opened:
        return "none"
    notified = f" ({found.notified:,} reported to the Information Commissioner)" if found.breaches else ""
    breaches = f", of them {counted(found.breaches, 'breach')} of personal data{notified}"
    return f"{found.opened:,}{breaches if found.breaches else ''}"


def summarise(report: TermReport) -> Iterator[str]:
    """Yield the report in short, one sentence per matter."""
    one = report.total
    if not one.photos_in:
        yield "No photo came in in this period."
    else:
        passed = f"{one.passed:,}" if one.passed else "none"
        stand = "stands" if one.passed == 1 else "stand"
        came_in = counted(one.photos_in, "photo")
        yield f"{came_in} came in; of these, {passed} {stand} passed for use by a person today."
        shown = f"{one.faces_shown:,} left visible because a consent on record allowed it"
        yield f"{counted(one.faces_covered, 'face')} covered, {shown}."
    if one.faces_covered:
        yield (
            f"The program missed {counted(one.faces_added, 'face')} that people noticed and covered by hand: "
            f"{one.missed_per_thousand:.1f} for each 1,000 covered. A face that nobody noticed is in no number."
        )
    if one.median_hours is not None:
        yield (
            f"{counted(one.files_cleared, 'file')} deleted from devices after the copy was proved safe, half of "
            f"them within {format_hours(one.median_hours)} of being seen."
        )
    yield f"{counted(one.posts, 'post') if one.posts else 'No post'} went out."
    yield f"Take-downs: {describe_take_downs(one)}. Incidents: {describe_incidents(one)}."


def open_of_all(report: TermReport) -> tuple[OpenPoint, ...]:
    """Return what is open at all schools together, each matter once; what nobody has to do is left out."""
    counts: dict[Matter, int] = {}  # in the order in which they come
    for standing in report.standings:
        for point in standing.open:
            counts[point.matter] = counts.get(point.matter, 0) + point.count
    points = [OpenPoint(matter, count) for matter, count in counts.items() if count]
    return tuple(sorted(points, key=lambda point: not point.matter.is_late))


def describe_point(point: OpenPoint) -> str:
    """Return the words that follow the number of an open point."""
    one, many = MATTERS[point.matter]
    return one if point.count == 1 else many


def describe_check(check: PersonsCheck, zone: tzinfo) -> str:
    """Return who checked the audit log, when, and what came out."""
    at = print_local(parse_moment(check.at), zone)
    found = "nothing in it was changed" if check.is_intact else "it is NOT shown to be what was written"
    who = BY.get(check.by, check.by)
    entries = counted(check.entries, "entry")
    return f"{who[:1].upper()}{who[1:]} had it checked on {at}, {entries}: {found}."
