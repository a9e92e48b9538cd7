"""The register of sites: IT writes it and ticks the checklist, headteacher and CEO approve."""

from __future__ import annotations

from datetime import date

from starlette.responses import Response

from redact.audit.kinds import Role
from redact.desk import answers
from redact.desk.asked import FormFault
from redact.desk.pages.registers.seen import digest_of
from redact.desk.pages.registers.sites import acts_of, list_lines, show_site
from redact.desk.pages.words import ROLES, call_purpose
from redact.desk.visit import Form, Visit
from redact.errors import UsageError
from redact.posts.sites import register
from redact.posts.sites.details import why_incomplete
from redact.posts.sites.register import SITE_APPROVERS, Approval, SiteChanged, SiteFault
from redact.posts.sites.safeguards import SAFEGUARDS
from redact.pupils.consent import BIOMETRIC, KNOWN_PURPOSES
from redact.pupils.dates import read_day
from redact.store.people import names_of
from redact.store.posts.platforms import PLATFORMS, Platform
from redact.store.posts.sites import Account, Site, SiteState, read_site
from redact.system.clock import print_moment

_BLANK = Account(Platform.FACEBOOK.value, "", "", Role.POSTER.value, "", "social-media", None, None)


def show_sites(visit: Visit) -> Response:
    """Draw the register."""
    workspace = visit.desk.workspace
    found = register.read_sites(workspace, visit.schools)
    lines = list_lines(found, print_moment(workspace.now()), workspace.settings.zone)
    return answers.page(visit, "sites.html", lines=lines, may_add=visit.has(Role.IT_SERVICES_MANAGER))


def show_new(visit: Visit) -> Response:
    """Draw the form for another site."""
    return _new(visit, "", _BLANK, {})


def add(visit: Visit) -> Response:
    """Write a site down."""
    site = visit.form.get("id").strip().lower()
    account = _account(visit.form)
    try:
        _check_school(visit, account)
        register.add_site(visit.desk.workspace, site, account)
    except UsageError as error:
        return _new(visit, site[:60], account, _beside(error, "id"), 422)
    return answers.written_down(f"/sites/{site}")


def show_one(visit: Visit) -> Response:
    """Draw one site."""
    site = _find(visit)
    return answers.not_found(visit) if site is None else _one(visit, site, {})


def change(visit: Visit) -> Response:
    """Change what a site is."""
    site, account = _find(visit), _account(visit.form)
    if site is None:
        return answers.not_found(visit)
    try:
        _check_school(visit, account)
        register.change_site(visit.desk.workspace, _seen(visit, site), account, visit.actor)
    except UsageError as error:
        return _one(visit, site, _beside(error, "edit"), 422, account)
    return _here(site)


def check(visit: Visit) -> Response:
    """Write down which points were seen to be so today; one that was so and is not ticked is so no more."""
    site = _find(visit)
    if site is None:
        return answers.not_found(visit)
    looked = {point: visit.form.get(f"point-{point}") for point in SAFEGUARDS if f"point-{point}" in visit.form.fields}
    if not {*looked.values()} <= {"so", "not-so", ""}:
        raise FormFault
    found = {point: word == "so" for point, word in looked.items() if word}
    if not found:
        return _one(visit, site, {"checks": "Say of one point at least how it is. Nothing was written down."}, 422)
    register.check_site(visit.desk.workspace, _seen(visit, site), found, visit.actor)
    return _here(site)


def approve(visit: Visit) -> Response:
    """Approve a site until a day."""
    site = _find(visit)
    if site is None:
        return answers.not_found(visit)
    until = read_day(visit.form.get("until"))
    try:
        if until is None:
            raise UsageError("Enter the last day of the approval, such as 31/08/2027.")
        _approve(visit, _seen(visit, site), until)
    except UsageError as error:
        return _one(visit, site, {"until": str(error)}, 422)
    return _here(site)


def retire(visit: Visit) -> Response:
    """Take a site off the register for good."""
    site = _find(visit)
    if site is None:
        return answers.not_found(visit)
    if visit.form.get("sure") != "yes":
        return _one(visit, site, {"sure": "Tick that you are sure: a retired site does not come back."}, 422)
    register.retire_site(visit.desk.workspace, _seen(visit, site), visit.actor)
    return _here(site)


def _approve(visit: Visit, site: Site, until: date) -> None:
    register.approve_site(visit.desk.workspace, site, until, Approval(visit.actor, visit.schools))


def _find(visit: Visit) -> Site | None:
    with visit.desk.workspace.database.read() as connection:
        return read_site(connection, visit.parts["site"], visit.schools)


def _seen(visit: Visit, site: Site) -> Site:
    """Return the site that the form is about, if it stands as its page showed it.

    Raises:
        SiteChanged: it does not.
    """
    if visit.form.get("seen") != digest_of(site):
        raise SiteChanged(site.id)
    return site


def _check_school(visit: Visit, account: Account) -> None:
    """Refuse a site for a school that is not this person's.

    Raises:
        SiteFault: it is not.
    """
    if visit.schools is not None and account.school not in visit.schools:
        raise SiteFault({"school": "Choose one of your own schools."})


def _beside(error: UsageError, otherwise: str) -> dict[str, str]:
    """Return what is wrong by the field that it is in; what is in none stands at `otherwise`."""
    return error.faults if isinstance(error, SiteFault) else {otherwise: str(error)}


def _account(form: Form) -> Account:
    return Account(
        form.get("platform"),
        form.get("handle").strip(),
        form.get("address").strip(),
        form.get("owner"),
        form.get("school"),
        form.get("purpose").strip().lower(),
        _limit(form.get("words")),
        _limit(form.get("characters")),
    )


def _limit(text: str) -> int | None:
    text = text.strip().replace(",", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else (None if not text else 0)


def _one(
    visit: Visit, site: Site, errors: dict[str, str], status: int = 200, account: Account | None = None
) -> Response:
    workspace, of = visit.desk.workspace, site.school
    is_approver = any(visit.has_at(role, of) for role in SITE_APPROVERS)
    acts = acts_of(site, is_it=visit.has_at(Role.IT_SERVICES_MANAGER, of), is_approver=is_approver)
    with workspace.database.read() as connection:
        names = names_of(connection, {each.tag for each in site.checked_by.values()})
    at, today = print_moment(workspace.now()), workspace.today()
    view = show_site(site, acts, names, at, today, workspace.settings.zone)
    form = account or site.account
    incomplete = "" if site.state is SiteState.RETIRED else why_incomplete(workspace.settings)
    lists = {**_choices(visit, form.purpose), "incomplete": incomplete, "is_edited": account is not None}
    return answers.page(visit, "site.html", status, view=view, form=form, errors=errors, **lists)


def _new(visit: Visit, site: str, account: Account, errors: dict[str, str], status: int = 200) -> Response:
    return answers.page(
        visit, "site_new.html", status, site=site, form=account, errors=errors, **_choices(visit, account.purpose)
    )


def _choices(visit: Visit, purpose: str) -> dict[str, object]:
    every = visit.desk.workspace.settings.schools
    schools = every if visit.schools is None else tuple(sorted(visit.schools))
    asked = (*KNOWN_PURPOSES, *visit.desk.workspace.settings.purposes, *([purpose] if purpose else []))
    owners = {role.value: words for role, words in ROLES.items()}
    return {
        "platforms": {name.value: PLATFORMS[name] for name in Platform},
        "schools": schools,
        "is_trust_wide": visit.schools is None,
        "owners": owners,
        "purposes": {purpose: call_purpose(purpose) for purpose in dict.fromkeys(asked) if purpose != BIOMETRIC},
        "typed": {field: visit.form.get(field)[:20] for field in ("words", "characters")},  # also what is no number
    }


def _here(site: Site) -> Response:
    return answers.written_down(f"/sites/{site.id}")
