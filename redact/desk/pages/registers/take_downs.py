"""The take-down list as pages: what must go, by when, where it stands, who was told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo

from redact.audit.kinds import Role
from redact.desk.pages.registers.seen import digest_of
from redact.desk.pages.words import ROLES, when
from redact.posts.take_downs.reports import TOLD
from redact.reports.take_downs import why_down
from redact.store.posts.take_down_list import TakeDown


@dataclass(frozen=True, slots=True)
class TakeDownLine:
    """One take-down of the list."""

    number: int
    href: str
    title: str
    about: str
    standing: str
    tone: str


@dataclass(frozen=True, slots=True)
class TakeDownView:
    """What take_down.html draws."""

    line: TakeDownLine
    post: int
    why: str
    site: str
    link: str
    note: str
    opened: str
    told: tuple[tuple[str, str], ...]
    closed: str
    is_open: bool
    seen: str


def list_lines(
    take_downs: tuple[TakeDown, ...], sites: Mapping[str, str], at: str, zone: tzinfo
) -> tuple[TakeDownLine, ...]:
    """Return the lines of the list; `sites` is what they are called, by their ids."""
    return tuple(_line(take_down, sites, at, zone) for take_down in take_downs)


def show_take_down(take_down: TakeDown, sites: Mapping[str, str], at: str, zone: tzinfo) -> TakeDownView:
    """Return one take-down's page."""
    closed = ""
    if take_down.closed_at and take_down.closed_by:
        closed = f"{ROLES[Role(take_down.closed_by)]}, {when(take_down.closed_at, zone)}"
    return TakeDownView(
        _line(take_down, sites, at, zone),
        take_down.post,
        why_down(take_down.cause),
        sites.get(take_down.site, take_down.site),
        take_down.link,
        take_down.note,
        f"{_role(take_down.opened_by)}, {when(take_down.opened_at, zone)}",
        tuple((TOLD.get(who, who), when(moment, zone)) for who, moment in take_down.told),
        closed,
        take_down.closed_at is None,
        digest_of(take_down),
    )


def _line(take_down: TakeDown, sites: Mapping[str, str], at: str, zone: tzinfo) -> TakeDownLine:
    due = when(take_down.due_at, zone)
    standing, tone = f"Due {due}", "ask"
    if take_down.closed_at is not None:
        standing, tone = f"Down {when(take_down.closed_at, zone)}", "soft"
    elif take_down.is_overdue_at(at):
        standing, tone = f"Overdue since {due}", "bad"
    where = sites.get(take_down.site, take_down.site)
    about = " · ".join(part for part in (take_down.school, where, why_down(take_down.cause)) if part)
    href = f"/take-downs/{take_down.id}"
    return TakeDownLine(take_down.id, href, f"Take down post {take_down.post}", about, standing, tone)


def _role(role: str) -> str:
    return "The program" if role == Role.SYSTEM.value else ROLES[Role(role)]
