"""Propose, check, approve and retire a site: where the trust may post.

Threat: a post goes to an account that nobody approved, or that was approved as something else; a former member of
staff's account, or another address, stands under an approved name; an approval never ends.
Rule: IT writes down and checks, a headteacher of the school or the CEO approves, with a day on which the approval
ends; it is given only when every point of the checklist was seen to be so.  None is given while the company details
that the policy wants there are not written down (details.py).  Any change of what a site is takes the approval back
and voids what waits to be posted there, in the same transaction.  An approval that has ended counts as none.
Accepted residue: that a point is so is the word of who ticked it, which the audit log keeps; the platform is not asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlsplit

from redact.audit.kinds import ID, Fact, Kind, Role
from redact.audit.roles import PERSON_ROLES
from redact.errors import UsageError
from redact.posts.sites.details import why_incomplete
from redact.posts.sites.safeguards import LONGEST_DAYS, SAFEGUARDS, merge, merge_checkers, missing
from redact.store.log.audit_log import Entries
from redact.store.posts import sites as rows
from redact.store.posts.platforms import Platform
from redact.store.posts.sites import Account, Checker, Schools, Site, SiteState
from redact.store.posts.voids import Voider, void_site
from redact.system.clock import end_of_day, print_day, print_moment
from redact.workspace.ids import Actor
from redact.workspace.open import Workspace

SITE_APPROVERS: Final = (Role.HEADTEACHER, Role.CEO)
MOST_CHARS: Final = 200  # of a handle or an address
_HANDLE: Final = re.compile(r"[^\s\x00-\x1f<>\"']+(?: [^\s\x00-\x1f<>\"']+)*")


class SiteChanged(UsageError):
    """The site stands otherwise than the person saw it."""

    def __init__(self, site: str) -> None:
        """Say which."""
        super().__init__(f"The site {site} has changed meanwhile. Look at it again. Nothing was changed.")


class SiteFault(UsageError):
    """What was given for a site does not fit; each fault is said, by the field that it is in."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        """Take a sentence for each field: id, platform, handle, address, owner, school, purpose, words, characters."""
        super().__init__(f"{' '.join(faults.values())} Nothing was changed.")
        self.faults = dict(faults)


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approves, and where they may."""

    who: Actor
    schools: Schools  # of that role; None: every one


def add_site(workspace: Workspace, site: str, account: Account) -> None:
    """Write a site down; it is not approved.

    Raises:
        SiteFault: its id is taken or none, or something of it does not fit.
        DatabaseFault: nothing was changed.
    """
    is_id = ID.accepts(site)
    faults = {} if is_id else {"id": f"A site's short name is {ID.rule}, such as facebook-oak."}
    with workspace.database.write() as connection:
        if is_id and rows.read_site(connection, site) is not None:
            faults["id"] = f"There is a site {site} already. Choose another short name."
        kept = _tidied(account)
        faults |= _faults_of(workspace, kept)
        if faults:
            raise SiteFault(faults)
        rows.add_site(connection, site, kept, print_moment(workspace.now()))


def change_site(workspace: Workspace, seen: Site, account: Account, who: Actor) -> bool:
    """Change what a site is; return whether that took an approval back.

    Raises:
        SiteFault: something of it does not fit.
        UsageError: the site is retired.
        SiteChanged: it stands otherwise than it was seen.
        DatabaseFault: nothing was changed.
    """
    _check_not_retired(seen)
    kept = check_account(workspace, account)
    if kept == seen.account:
        return False
    with workspace.audit_log.writing() as entries:
        if not rows.change_account(entries.connection, seen, kept):
            raise SiteChanged(seen.id)
        if seen.state is SiteState.APPROVED:
            _end(workspace, entries, seen.id, who, "changed")
    return seen.state is SiteState.APPROVED


def check_site(workspace: Workspace, seen: Site, found: Mapping[str, bool], who: Actor) -> Site:
    """Write down what somebody saw on a site today; each point stands in the audit log, with who saw it.

    Args:
        workspace: opened.
        seen: the site, as it stood when they looked.
        found: point of the checklist -> whether it is so.
        who: looked.

    Raises:
        UsageError: a point is none of the checklist, or the site is retired.
        SiteChanged: it stands otherwise than it was seen.
        DatabaseFault: nothing was changed.
    """
    _check_not_retired(seen)
    unknown = sorted({*found} - {*SAFEGUARDS})
    if unknown or not found:
        raise UsageError(f"The points of the checklist are: {', '.join(SAFEGUARDS)}. Nothing was changed.")
    checked = merge(seen.checked, found, workspace.today())
    checked_by = merge_checkers(seen.checked_by, found, Checker(who.role, who.tag))
    with workspace.audit_log.writing() as entries:
        if not rows.write_checked(entries.connection, seen, checked, checked_by):
            raise SiteChanged(seen.id)
        for point, is_so in sorted(found.items()):
            state = "on" if is_so else "off"
            entries.add(Kind.SITE_CHECKED, site=seen.id, point=point, state=state, by=who.role, person=who.tag)
        after = rows.read_site(entries.connection, seen.id)
    assert after is not None
    return after


def approve_site(workspace: Workspace, seen: Site, until: date, approval: Approval) -> None:
    """Approve a site, or approve it again, until the end of a day.

    Raises:
        UsageError: the role may not, a point of the checklist is open, the day does not fit, or the site is retired.
        SiteChanged: it stands otherwise than it was seen.
        ClockBehind: nobody knows what day it is.
        DatabaseFault: nothing was changed.
    """
    _check_not_retired(seen)
    _check_approver(approval, seen)
    _check_until(until, workspace.today())
    points = missing(seen.checked)
    if points:
        raise UsageError(
            f"Not every point of the checklist of {seen.id} is seen to be so: {', '.join(points)}. "
            f"See: redact sites show {seen.id}"
        )
    check_details(workspace)
    ends = print_moment(end_of_day(until, workspace.settings.zone))
    who = approval.who
    with workspace.audit_log.writing() as entries:
        workspace.check_clock(entries.connection)
        at = print_moment(workspace.now())
        if not rows.approve_site(entries.connection, seen, who.role, who.tag, at, ends):
            raise SiteChanged(seen.id)
        school: dict[str, Fact] = {"school": seen.school} if seen.school else {}
        entries.add(Kind.SITE_APPROVED, site=seen.id, until=ends, by=who.role, person=who.tag, **school)


def check_details(workspace: Workspace) -> None:
    """Refuse an approval while there are no company details that the account could show (policy 7.1).

    Raises:
        UsageError: they are missing, or a part of them is.
    """
    why = why_incomplete(workspace.settings)
    if why:
        raise UsageError(f"{why} Nothing was changed.")


def retire_site(workspace: Workspace, seen: Site, who: Actor) -> None:
    """Take a site off the register for good; what waits to be posted there becomes a draft again.

    Raises:
        UsageError: it is retired already.
        SiteChanged: it stands otherwise than it was seen.
        DatabaseFault: nothing was changed.
    """
    _check_not_retired(seen)
    with workspace.audit_log.writing() as entries:
        if not rows.retire_site(entries.connection, seen, print_moment(workspace.now())):
            raise SiteChanged(seen.id)
        _end(workspace, entries, seen.id, who, "")


def read_sites(workspace: Workspace, schools: Schools = None) -> tuple[Site, ...]:
    """Return the sites of these schools, and the trust's own.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        return rows.list_sites(connection, schools)


def known_site(workspace: Workspace, site: str) -> Site:
    """Return a site of the register.

    Raises:
        UsageError: there is none of that id.
    """
    with workspace.database.read() as connection:
        found = rows.read_site(connection, site)
    if found is None:
        raise UsageError("There is no such site on the register. See: redact sites list")
    return found


def check_account(workspace: Workspace, account: Account) -> Account:
    """Return what a site is, tidied.

    Raises:
        SiteFault: something of it does not fit.
    """
    kept = _tidied(account)
    faults = _faults_of(workspace, kept)
    if faults:
        raise SiteFault(faults)
    return kept


def _tidied(account: Account) -> Account:
    return replace(account, handle=account.handle.strip(), address=account.address.strip())


def _faults_of(workspace: Workspace, account: Account) -> dict[str, str]:
    """Return what does not fit, by field."""
    faults: dict[str, str] = {}
    if account.platform not in {*Platform}:
        faults["platform"] = f"The platform is one of: {', '.join(Platform)}."
    handle = account.handle
    if len(handle) > MOST_CHARS or (handle and not _HANDLE.fullmatch(handle)):
        faults["handle"] = f"The account has up to {MOST_CHARS} characters, such as @oakschool."
    if not _is_address(account.address):
        faults["address"] = "The address of a site begins with https:// and a host's name."
    if account.school and account.school not in workspace.settings.schools:
        faults["school"] = "That is none of this workspace's schools."
    if account.owner not in {role.value for role in PERSON_ROLES}:
        faults["owner"] = "The owner of a site is one of the roles."
    if not ID.accepts(account.purpose):
        faults["purpose"] = f"A purpose is {ID.rule}, such as social-media."
    for field, limit in (("words", account.words_max), ("characters", account.characters_max)):
        if limit is not None and not 1 <= limit <= 1_000_000:
            faults[field] = f"The most {field} of a caption are a number from 1 to 1,000,000."
    return faults


def _is_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        is_right = parts.scheme == "https" and bool(parts.hostname) and parts.username is None
    except ValueError:
        is_right = False
    return is_right and len(address) <= MOST_CHARS and address.isprintable() and " " not in address


def _check_not_retired(site: Site) -> None:
    if site.state is SiteState.RETIRED:
        raise UsageError(f"The site {site.id} is retired for good. Write it down again under another id.")


def _check_approver(approval: Approval, site: Site) -> None:
    if approval.who.role not in {role.value for role in SITE_APPROVERS}:
        allowed = ", ".join(role.value for role in SITE_APPROVERS)
        raise UsageError(f"A site is approved by one of: {allowed}. Nothing was changed.")
    if approval.schools is not None and site.school not in approval.schools:
        raise UsageError(f"The site {site.id} is not your school's, so that you cannot approve it.")


def _check_until(until: date, today: date) -> None:
    latest = today + timedelta(days=LONGEST_DAYS)
    if not today <= until <= latest:
        raise UsageError(
            f"An approval ends on a day from today to {print_day(latest)}; then the site is checked again. "
            "Nothing was changed."
        )


def _end(workspace: Workspace, entries: Entries, site: str, who: Actor, cause: str) -> None:
    """Write that an approval ended before its day; what waits to be posted there becomes a draft again."""
    more: dict[str, Fact] = {"cause": cause} if cause else {}
    entries.add(Kind.SITE_RETIRED, site=site, by=who.role, person=who.tag, **more)
    void_site(entries, site, Voider(who.role, who.tag, workspace.settings.take_down_hours))
