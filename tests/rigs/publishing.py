"""Sites as tests post to them: written down, checked, approved."""

from __future__ import annotations

from datetime import date

from redact.audit.kinds import Role
from redact.posts.sites.register import Approval, add_site, approve_site, check_site, known_site
from redact.posts.sites.safeguards import SAFEGUARDS
from redact.store.posts.sites import Account, Site
from redact.workspace.ids import Actor
from redact.workspace.open import Workspace

SITE = "facebook-oak"
FACEBOOK = Account(
    "facebook", "@oak", "https://www.facebook.com/oak", Role.POSTER.value, "", "social-media", None, None
)
DETAILS = ("Oak Academy Trust. Registered office: 1 Oak Road, Oakham", "Registered in England and Wales: 01234567")
HEADTEACHER = Actor(Role.HEADTEACHER.value, "ad" * 32)


def open_site(
    workspace: Workspace, site: str = SITE, account: Account = FACEBOOK, until: date = date(2027, 8, 31)
) -> Site:
    """Write a site down, tick its checklist and approve it."""
    give_details(workspace)
    add_site(workspace, site, account)
    checked = check_site(workspace, known_site(workspace, site), dict.fromkeys(SAFEGUARDS, True), HEADTEACHER)
    approve_site(workspace, checked, until, Approval(HEADTEACHER, None))
    return known_site(workspace, site)


def give_details(workspace: Workspace) -> None:
    """Let the settings say what must stand on each account."""
    object.__setattr__(workspace.settings, "company_details", DETAILS)
