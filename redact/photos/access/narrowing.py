"""To which photos a request is narrowed, as a person says it and in words; and how long looking at them takes."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from datetime import date
from typing import Final

from redact.errors import UsageError
from redact.store.log.seconds import list_redaction_s
from redact.store.photos.showing import EVERYTHING, Within
from redact.store.placing.events import list_events
from redact.system.clock import print_day
from redact.workspace.ids import known_device
from redact.workspace.open import Workspace
from redact.workspace.schools import schools_to_list

#: Seconds of one original where this machine has redacted none yet: docs/benchmarks.md has 1.1 on two quiet cores.
GUESS_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """How long looking at one original takes."""

    each_s: float
    is_measured: bool  # on the photos that were redacted last; else it is a guess


def narrow_to(
    workspace: Workspace, since: date | None, until: date | None, school: str | None, event: str | None,
    device: str | None,
) -> Within:  # fmt: skip
    """Return to which photos a request is narrowed.

    Args:
        workspace: opened.
        since: first day.
        until: last day.
        school: one of the settings'.
        event: its number, "event-12", or what the office calls it.
        device: of the register.

    Raises:
        UsageError: there is no such school, event or device, or the days are the wrong way round.
        DatabaseFault: the database does not answer.
    """
    if since is not None and until is not None and until < since:
        raise UsageError("--until is a day before --since. Nothing was looked up.")
    schools_to_list(workspace, school)
    first, last = (None if day is None else day.isoformat() for day in (since, until))
    at = None if device is None else known_device(workspace, device).record.id
    return Within(first, last, school, None if event is None else _event(workspace, event), at)


def describe_within(within: Within) -> str:
    """Return to which photos a request is narrowed, a part of a sentence; "" of every one."""
    if within == EVERYTHING:
        return ""
    parts = []
    days = [f"from {print_day(within.since)} on"] if within.since is not None else []
    days += [f"until {print_day(within.until)}"] if within.until is not None else []
    parts += [f"that came in or were taken {' and '.join(days)}"] if days else []
    parts += [f"of {word} {what}" for word, what in (("school", within.school), ("device", within.device)) if what]
    parts += [f"of {within.event.replace('-', ' ')}"] if within.event else []
    return ", ".join(parts)


def estimate(workspace: Workspace) -> Estimate:
    """Return how long looking at one original takes here, by the photos that were redacted last.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        took = list_redaction_s(connection)
    return Estimate(statistics.median(took), is_measured=True) if took else Estimate(GUESS_S, is_measured=False)


def _event(workspace: Workspace, event: str) -> str:
    wanted = event.strip().casefold()
    number = wanted.removeprefix("event").strip(" -")
    with workspace.database.read() as connection:
        found = [each for each in list_events(connection) if number == str(each.id) or wanted == each.label.casefold()]
    if len(found) != 1:
        raise UsageError(
            "There is no such event, or more than one is called so: give its number. See: redact events list"
        )
    return f"event-{found[0].id}"
