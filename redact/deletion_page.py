"""The deletion record for a person (one HTML file that prints) and for a program (JSON)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from redact.deletion_values import LADDER, DeletionRecord, lowest


@dataclass(frozen=True, slots=True)
class Made:
    """What a deletion record rests on, and how it was made."""

    at: str  # UTC
    tool: str  # version of this program
    origin: str
    key: str  # verifier key
    note: str | None  # the signed head
    verdict: str  # of the check of the whole log
    is_intact: bool
    last: int | None = None  # the last entry under the head, and what leads to it
    commitment: str = ""
    path: tuple[str, ...] = ()


def print_html(record: DeletionRecord, made: Made) -> str:
    """Return the page: no script, nothing from outside, every value escaped."""
    environment = Environment(
        loader=PackageLoader("redact"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template("deletion_record.html")
    return page.render(record=record, made=made, ladder=LADDER, level=_level(record))


def print_json(record: DeletionRecord, made: Made) -> str:
    """Return the same as JSON."""
    told = {"version": 1, "level": _level(record), "made": asdict(made), **asdict(record)}
    return json.dumps(told, indent=1, ensure_ascii=True) + "\n"


def _level(record: DeletionRecord) -> str:
    return lowest(device.verdict for device in record.devices if device.verdict)
