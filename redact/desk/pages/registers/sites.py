"""The register of sites as pages: how each stands, its checklist, and what this person may do with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from redact.audit.kinds import Role
from redact.desk.pages.registers.seen import digest_of
from redact.desk.pages.words import ROLES, call_purpose, when
from redact.posts.sites.safeguards import DEFAULT_DAYS, SAFEGUARDS, missing
from redact.store.posts.platforms import PLATFORMS, name_site
from redact.store.posts.sites import Account, Checker, Site, SiteState
from redact.system.clock import parse_moment, print_day, print_local_day


def name_sites(sites: Iterable[Site]) -> Mapping[str, str]:
    """Return what the sites of the register are called, by their ids."""
    return {site.id: name_site(site.platform, site.handle) for site in sites}


@dataclass(frozen=True, slots=True)
class SiteLine:
    """One site of the list."""

    id: str
    href: str
    platform: str
    handle: str
    school: str
    standing: str  # "Approved until 31/08/2027"
    tone: str  # good | ask | bad | soft


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the checklist."""

    id: str
    sentence: str
    day: str  # "" while nobody saw it to be so
    who: str  # saw it: name and role; "" where that was not written down


@dataclass(frozen=True, slots=True)
class SiteActs:
    """What this person may do with a site."""

    may_edit: bool
    may_approve: bool
    may_retire: bool


@dataclass(frozen=True, slots=True)
class SiteView:
    """What site.html draws."""

    line: SiteLine
    account: Account
    address: str
    owner: str
    purpose: str
    limits: str
    points: tuple[Point, ...]
    open_points: int
    approved: str  # "by the headteacher, 07/09/2026 14:00"
    acts: SiteActs
    seen: str  # of what stands there: a form changes this and nothing else
    until: str  # the day that the approval's form begins with


def list_lines(sites: tuple[Site, ...], at: str, zone: tzinfo) -> tuple[SiteLine, ...]:
    """Return the lines of the list."""
    return tuple(_line(site, at, zone) for site in sites)


def show_site(site: Site, acts: SiteActs, names: Mapping[str, str], at: str, today: date, zone: tzinfo) -> SiteView:
    """Return one site's page; `names` are those of who saw the points of its checklist, by their tags."""
    account = site.account
    points = tuple(
        Point(point, sentence, _day(site.checked.get(point, "")), _who(site.checked_by.get(point), names))
        for point, sentence in SAFEGUARDS.items()
    )
    approved = ""
    if site.approved_at and site.approved_by and site.state is SiteState.APPROVED:
        approved = f"{ROLES[Role(site.approved_by)]}, {when(site.approved_at, zone)}"
    return SiteView(
        _line(site, at, zone),
        account,
        account.address,
        ROLES[Role(account.owner)],
        call_purpose(account.purpose),
        _limits(account),
        points,
        len(missing(site.checked)),
        approved,
        acts,
        digest_of(site),
        (today + timedelta(days=DEFAULT_DAYS)).isoformat(),
    )


def acts_of(site: Site, *, is_it: bool, is_approver: bool) -> SiteActs:
    """Return what somebody may do with a site; nothing is done with a retired one."""
    is_there = site.state is not SiteState.RETIRED
    return SiteActs(is_there and is_it, is_there and is_approver, is_there and (is_it or is_approver))


def _line(site: Site, at: str, zone: tzinfo) -> SiteLine:
    standing, tone = _standing(site, at, zone)
    account = site.account
    return SiteLine(
        site.id,
        f"/sites/{site.id}",
        PLATFORMS.get(account.platform, account.platform),
        account.handle,
        account.school or "The trust",
        standing,
        tone,
    )


def _standing(site: Site, at: str, zone: tzinfo) -> tuple[str, str]:
    if site.state is SiteState.RETIRED:
        return "Retired", "soft"
    if site.is_open_at(at) and site.until:
        return f"Approved until {print_local_day(parse_moment(site.until), zone)}", "good"
    if site.is_overdue_at(at) and site.until:
        return f"Approval ended {print_local_day(parse_moment(site.until), zone)}", "bad"
    points = len(missing(site.checked))
    return ("Waits for approval", "ask") if not points else (f"{points} of {len(SAFEGUARDS)} points open", "ask")


def _limits(account: Account) -> str:
    parts = [f"{account.words_max:,} words"] if account.words_max else []
    parts += [f"{account.characters_max:,} characters"] if account.characters_max else []
    return f"At most {' and '.join(parts)}" if parts else "No limit written down"


def _who(checker: Checker | None, names: Mapping[str, str]) -> str:
    if checker is None:
        return ""
    role = ROLES[Role(checker.role)]
    return f"{names[checker.tag]}, {role}" if checker.tag in names else role


def _day(text: str) -> str:
    return print_day(text) if text else ""
