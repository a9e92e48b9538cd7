"""Times and days as a person reads them; programs get ISO and UTC."""

from __future__ import annotations

from datetime import tzinfo

from redact.system.clock import parse_moment, print_last_day, print_local, print_local_day
from redact.workspace.open import Workspace


def zone_of(workspace: Workspace) -> tzinfo:
    """Return the zone that the people of a workspace read times in."""
    return workspace.settings.zone


def format_moment(at: str | None, zone: tzinfo) -> str:
    """Return a written moment for a person: "22/11/2026 21:17"; "never" for none."""
    try:
        return "never" if at is None else print_local(parse_moment(at), zone)
    except (TypeError, ValueError):  # somebody wrote into the database, which status tells
        return "at an unreadable time"


def format_day_of(at: str, zone: tzinfo) -> str:
    """Return the day of a written moment for a person: "22/11/2026"."""
    return print_local_day(parse_moment(at), zone)


def format_last_day(at: str, zone: tzinfo) -> str:
    """Return the day that ends with a written moment, for a person: "22/11/2026"."""
    return print_last_day(parse_moment(at), zone)
