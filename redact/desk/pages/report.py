"""What is asked for a report, and the choices that the page offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from redact.desk.visit import Schools
from redact.pupils.dates import read_day
from redact.reports.term.read import term_of
from redact.reports.term.values import Asked
from redact.reports.term.words import format_day
from redact.workspace.schools import place_name

_TERMS: Final = 4  # offered by one press: this one, and the three before
_WORDS: Final = {9: "Autumn", 1: "Spring", 4: "Summer"}  # by the month that it begins in
_MOST_DAYS: Final = 366 * 6  # of one report; more is a slip of a digit in a year


@dataclass(frozen=True, slots=True)
class Choice:
    """A link to a report of another period."""

    label: str
    href: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class ReportForm:
    """The form above a report, as it was filled in."""

    since: str  # "2026-09-01", as an input of days takes it
    until: str
    school: str
    schools: tuple[tuple[str, str], ...]  # id and name; none where there is nothing to choose
    terms: tuple[Choice, ...]
    errors: Mapping[str, str]
    query: str  # of this report, for the link to its file


def read_asked(query: Mapping[str, str], today: date, allowed: Schools) -> tuple[Asked, Mapping[str, str]]:
    """Return what is asked for, and what is wrong with it by field; where something is, this term is meant.

    Args:
        query: of the address.
        today: at the school.
        allowed: schools that the person's roles open; None: all of them.
    """
    first, last = term_of(today)[0], today
    errors: dict[str, str] = {}
    days = {"since": first, "until": last}
    for name, usual in (("since", first), ("until", last)):
        text = query.get(name, "").strip()
        day = read_day(text) if text else usual
        if day is None:
            errors[name] = "Write the day as 07/09/2026"
        else:
            days[name] = day
    if not errors and days["since"] > days["until"]:
        errors["since"] = "The first day must not be after the last"
    if not errors and (days["until"] - days["since"]).days > _MOST_DAYS:
        errors["since"] = "A report is of six years at most"
    if errors:
        days = {"since": first, "until": last}
    school = query.get("school", "")
    schools = None if allowed is None else tuple(sorted(allowed))
    if school and (allowed is None or school in allowed):
        schools = (school,)
    return Asked(days["since"], days["until"], schools), errors


def show_form(
    query: Mapping[str, str], asked: Asked, errors: Mapping[str, str], today: date, schools: Sequence[str]
) -> ReportForm:
    """Return the form; `schools` are those that the person may choose from."""
    school = query.get("school", "") if query.get("school", "") in schools else ""
    here = {"since": asked.since.isoformat(), "until": asked.until.isoformat(), "school": school}
    typed = {name: query.get(name, "") if name in errors else here[name] for name in ("since", "until")}
    names = tuple((each, place_name(each)) for each in schools) if len(schools) > 1 else ()
    return ReportForm(
        typed["since"], typed["until"], school, names, tuple(_terms(today, asked, school)), errors, urlencode(here)
    )


def _terms(today: date, asked: Asked, school: str) -> Sequence[Choice]:
    choices, day = list[Choice](), today
    for _ in range(_TERMS):
        first, last = term_of(day)
        last = min(last, today)
        query = urlencode({"since": first.isoformat(), "until": last.isoformat(), "school": school})
        label = f"{_WORDS[first.month]} {first.year}"
        choices.append(Choice(label, f"/reports?{query}", (first, last) == (asked.since, asked.until)))
        day = first - timedelta(days=1)
    return choices


def file_name(asked: Asked) -> str:
    """Return the file's name: days alone."""
    return f"report-{asked.since.isoformat()}-to-{asked.until.isoformat()}.html"


def title_of(asked: Asked) -> str:
    """Return the title of the page."""
    return f"Report, {format_day(asked.since)} to {format_day(asked.until)}"
