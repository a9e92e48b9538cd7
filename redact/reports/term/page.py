"""The report as a page: its body, which stands on the desk too, and the whole file that is handed on and printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Final

from jinja2 import Environment

from redact import __version__
from redact.audit.deletions.page import page_environment
from redact.errors import counted
from redact.reports.term import charts, words
from redact.reports.term.values import TermReport
from redact.system.clock import parse_moment, print_local

#: Folder of the style sheet: the file carries it inside, the desk sends it by itself, because its pages have no styles.
LOOK_FOLDER: Final = "look"
LOOK_FILE: Final = "report.css"


@dataclass(frozen=True, slots=True)
class Escaped:
    """HTML whose values its own template has escaped: another template takes it as it is."""

    html: str

    def __html__(self) -> str:
        """Return it for a template."""
        return self.html


def print_body(report: TermReport, zone: tzinfo) -> Escaped:
    """Return the report without what stands around a page: no script, no style, every value escaped."""
    view = {
        "report": report,
        "sentences": tuple(words.summarise(report)),
        "open": words.open_of_all(report),
        "weeks": charts.draw_weeks(report),
        "missed": charts.draw_missed(report.schools),
        "hours": charts.draw_hours(report.schools),
        "checks": tuple(words.describe_check(check, zone) for check in report.checks),
        "columns": report.schools if report.is_of_one else (*report.schools, report.total),
        "since": words.format_day(report.asked.since),
        "until": words.format_day(report.asked.until),
        "made": print_local(parse_moment(report.at), zone),
        "tool": __version__,
    }
    return Escaped(_environment(zone).get_template("body.html").render(view))


def print_file(report: TermReport, zone: tzinfo) -> str:
    """Return one HTML file with everything in it: nothing is fetched from anywhere, and it prints on A4."""
    look = (Path(__file__).parent / LOOK_FOLDER / LOOK_FILE).read_text(encoding="utf-8")
    page = _environment(zone).get_template("page.html")
    return page.render(body=print_body(report, zone), look=Escaped(look), report=report)


@lru_cache(maxsize=4)  # templates are compiled once: that took most of the time of a report
def _environment(zone: tzinfo) -> Environment:
    made = page_environment(__package__ or "")
    made.filters["rate"] = words.format_rate
    made.filters["hours"] = words.format_hours
    made.filters["take_downs"] = words.describe_take_downs
    made.filters["incidents"] = words.describe_incidents
    made.filters["counted"] = counted
    made.filters["point"] = words.describe_point
    made.filters["purpose"] = lambda purpose: words.PURPOSES.get(purpose, purpose)
    made.filters["when"] = lambda moment: print_local(parse_moment(moment), zone)
    made.filters["number"] = lambda number: f"{number:,}"
    return made
