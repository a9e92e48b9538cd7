"""`redact sites`: where the trust posts, what was checked there, and who approved it until when."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, timedelta
from typing import Annotated

import typer

from redact.audit.kinds import Role
from redact.audit.roles import PersonRole
from redact.cli.option import number, option
from redact.cli.options import HERE, AsJson, ByRole, Person, School, WorkspaceFolder, day_option, role_option
from redact.posts.sites import register
from redact.posts.sites.register import Approval
from redact.posts.sites.safeguards import DEFAULT_DAYS, SAFEGUARDS
from redact.store.posts.platforms import PLATFORMS, Platform, name_site
from redact.store.posts.sites import Account, Site, SiteState
from redact.system.clock import parse_moment, print_day, print_local_day, print_moment
from redact.workspace.ids import acting
from redact.workspace.open import Workspace, open_workspace
from redact.workspace.schools import school_of_device, schools_to_list

SiteId = Annotated[str, typer.Argument(metavar="SITE", help="Its id, as in `redact sites list`.")]


def add(
    site: Annotated[str, typer.Argument(metavar="SITE", help="A short id to be made up, such as facebook-oak.")],
    platform: Annotated[Platform, option("--platform", help="Where the account is.")],
    address: Annotated[str, option("--address", metavar="URL", help="Where it is seen, https://...")],
    handle: Annotated[str, option("--handle", metavar="WORDS", help="The account, as the platform spells it.")] = "",
    purpose: Annotated[
        str, option("--purpose", metavar="PURPOSE", help="The consent that everybody shown there needs.")
    ] = "social-media",
    owner: Annotated[PersonRole, role_option("The role that answers for the account", "--owner")] = Role.POSTER,
    school: School = None,
    words: Annotated[int | None, number("--words", min=1, help="Most words of a caption.")] = None,
    characters: Annotated[int | None, number("--characters", min=1, help="Most characters of a caption.")] = None,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Write down a site; nothing is posted there before it is checked and approved."""
    with open_workspace(workspace) as opened:
        of = school_of_device(opened, school)
        account = Account(platform.value, handle, address, owner.value, of, purpose, words, characters)
        register.add_site(opened, site, account)
    typer.echo(f"{site} waits for the checklist: redact sites check {site} --so POINT --by ROLE", err=True)


def list_sites(school: School = None, as_json: AsJson = False, workspace: WorkspaceFolder = HERE) -> None:
    """List every site, with how it stands; those that were retired too."""
    with open_workspace(workspace) as opened:
        found = register.read_sites(opened, schools_to_list(opened, school))
        if as_json:
            typer.echo(json.dumps([asdict(site) for site in found], indent=1))
            return
        for site in found:
            name = PLATFORMS.get(site.platform, site.platform)
            typer.echo(f"{site.id:24}  {name:11}  {site.school or 'the trust':12}  {_standing(opened, site)}")
    if not found:
        typer.echo("No site is on the register. Write one down: redact sites add SITE --platform ...", err=True)


def show(site: SiteId, as_json: AsJson = False, workspace: WorkspaceFolder = HERE) -> None:
    """Show all that the register knows of one site, with the checklist of safeguards."""
    with open_workspace(workspace) as opened:
        found = register.known_site(opened, site)
        if as_json:
            typer.echo(json.dumps(asdict(found), indent=1))
            return
        account = found.account
        typer.echo(f"{found.id}: {name_site(account.platform, account.handle)}")
        typer.echo(f"  {account.address}")
        typer.echo(f"  of {account.school or 'the trust'}; answered for by the {account.owner}")
        typer.echo(f"  everybody shown there needs consent for: {account.purpose}")
        typer.echo(f"  {_standing(opened, found)}")
        for point, sentence in SAFEGUARDS.items():
            day = found.checked.get(point)
            seen = print_day(day) if day else "open"
            checker = found.checked_by.get(point)
            by = f" (seen by the {checker.role})" if checker is not None else ""
            typer.echo(f"  {point:9}  {seen:10}  {sentence}{by}")


def check(
    site: SiteId,
    by: ByRole,
    person: Person,
    so: Annotated[list[str] | None, option("--so", metavar="POINT", help="Is so today; may be repeated.")] = None,
    not_so: Annotated[list[str] | None, option("--not-so", metavar="POINT", help="Is not so; may be repeated.")] = None,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Write down which points of the checklist somebody saw to be so on the site today."""
    with open_workspace(workspace) as opened:
        seen = register.known_site(opened, site)
        found = dict.fromkeys(so or (), True) | dict.fromkeys(not_so or (), False)
        after = register.check_site(opened, seen, found, acting(opened, by, person))
    done = sum(point in after.checked for point in SAFEGUARDS)
    typer.echo(f"{site}: {done} of {len(SAFEGUARDS)} points are so", err=True)


def approve(
    site: SiteId,
    by: ByRole,
    person: Person,
    until: Annotated[
        date | None, day_option("--until", help="Last day of the approval.", show_default=f"{DEFAULT_DAYS} days on")
    ] = None,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Approve a site, or approve it again; a headteacher or the CEO does."""
    with open_workspace(workspace) as opened:
        seen = register.known_site(opened, site)
        ends = until or opened.today() + timedelta(days=DEFAULT_DAYS)
        register.approve_site(opened, seen, ends, Approval(acting(opened, by, person), None))
    typer.echo(f"{site} is approved until {print_day(ends)}", err=True)


def retire(site: SiteId, by: ByRole, person: Person, workspace: WorkspaceFolder = HERE) -> None:
    """Take a site off the register for good; what waits to be posted there becomes a draft again."""
    with open_workspace(workspace) as opened:
        register.retire_site(opened, register.known_site(opened, site), acting(opened, by, person))
    typer.echo(f"{site} is retired", err=True)


def _standing(workspace: Workspace, site: Site) -> str:
    zone, now = workspace.settings.zone, print_moment(workspace.now())
    if site.state is SiteState.RETIRED:
        return f"retired {print_local_day(parse_moment(site.retired_at or now), zone)}"
    if site.state is SiteState.ASKED or site.until is None:
        return "not approved"
    day = print_local_day(parse_moment(site.until), zone)
    return f"approved until {day}" if site.is_open_at(now) else f"approval ended {day}: check it and approve it again"
