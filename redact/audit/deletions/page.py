"""The deletion record for a person (one HTML file that prints) and for a program (JSON)."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from redact.audit.deletions.leftovers import describe_counts
from redact.audit.deletions.values import DeletionRecord
from redact.audit.deletions.words import plain_lines, summarise
from redact.audit.level import LADDER, lowest


@dataclass(frozen=True, slots=True)
class Made:
    """What a deletion record rests on, and how it was made."""

    at: str  # UTC
    tool: str  # version of this program
    origin: str
    key: str  # verifier key
    note: str | None  # the signed checkpoint
    verdict: str  # of the check of the whole log
    is_intact: bool
    last: int | None = None  # the last entry under the checkpoint, and what leads to it
    commitment: str = ""
    path: tuple[str, ...] = ()


def page_environment(package: str) -> Environment:
    """Return what draws the templates beside a package's modules: every value escaped, and none left out in silence."""
    return Environment(
        loader=PackageLoader(package, package_path=""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def print_html(record: DeletionRecord, made: Made) -> str:
    """Return the page: no script, nothing from outside, every value escaped."""
    environment = page_environment(__package__ or "")
    environment.filters["utc"] = _utc
    environment.filters["described"] = describe_counts
    page = environment.get_template("page.html")
    return page.render(
        record=record,
        made=made,
        ladder=LADDER,
        level=_level(record),
        running=_running(record, made),
        sentences=tuple(summarise(record)),
        lines=plain_lines(record),
    )


def print_json(record: DeletionRecord, made: Made) -> str:
    """Return the same as JSON."""
    flat = {"version": 2, "level": _level(record), "made": asdict(made), **asdict(record)}
    return json.dumps(flat, indent=1, ensure_ascii=True) + "\n"


def _utc(moment: str) -> str:
    """Return a moment of the log to the second, as a person reads it: 2026-09-07 13:45:12."""
    return f"{moment[:10]} {moment[11:19]}".strip()


def _running(record: DeletionRecord, made: Made) -> str:
    """Return the line on top of every page; it stands in a style sheet, so nothing in it can end a string there."""
    line = f"Deletion record of {_whose(record)}, made {_utc(made.at)} UTC, {made.origin}"
    return re.sub(r"[^A-Za-z0-9 ,.:/-]", " ", line)


def _whose(record: DeletionRecord) -> str:
    if record.device is not None:
        return record.device
    return "all devices" if record.school is None else f"the devices of {record.school}"


def _level(record: DeletionRecord) -> str:
    return lowest(device.verdict for device in record.devices if device.verdict)
