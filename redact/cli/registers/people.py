"""`redact people`: who may sign in at the desk."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from functools import partial
from typing import Annotated

import typer

from redact.audit.kinds import Role
from redact.cli.option import option
from redact.cli.options import HERE, AsJson, MaybeByRole, WorkspaceFolder, day_option, role_option
from redact.errors import UsageError
from redact.posts import people
from redact.posts.people import CODE_HOURS, NewPerson
from redact.store.people import EVERY_SCHOOL, HeldRole, Person
from redact.system.clock import end_of_day, parse_moment, print_local, print_local_day, print_moment, start_of_day
from redact.workspace.ids import acting
from redact.workspace.open import Workspace, open_workspace
from redact.workspace.schools import school_to_list

Login = Annotated[str, typer.Argument(metavar="LOGIN", help="What the person signs in with, such as j.bloggs.")]
Roles = Annotated[list[Role], role_option("What the person does; may be repeated", "--role")]
School = Annotated[
    str,
    option("--school", metavar="ID", help="The school that the roles are for.", show_default="every school"),
]
From = Annotated[date | None, day_option("--from", help="First day of the roles, for a deputy.")]
Until = Annotated[date | None, day_option("--until", help="Last day of the roles, for a deputy.")]
_EMAIL = partial(option, "--email", metavar="ADDRESS", help="Where messages go; never in the audit log.")
Email = Annotated[str | None, _EMAIL(show_default="none is sent")]
OtherEmail = Annotated[str | None, _EMAIL(show_default="as it is")]
ByPerson = Annotated[
    str | None,
    option(
        "--person",
        metavar="ID",
        help="Login or staff number of who does this; the audit log keeps a keyed tag of it.",
        show_default=False,
    ),
]


def add(
    login: Login,
    role: Roles,
    name: Annotated[str, option("--name", metavar="WORDS", help="As colleagues read it.", show_default="LOGIN")] = "",
    school: School = EVERY_SCHOOL,
    since: From = None,
    until: Until = None,
    email: Email = None,
    by: MaybeByRole = None,
    person: ByPerson = None,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Add somebody who may sign in at the desk, and print a one-time code for them.

    The very first person is the IT services manager, who needs no --by and --person.
    """
    with open_workspace(workspace) as opened:
        who = None if by is None and person is None else acting(opened, by, person)
        new = NewPerson(login, name, _held(opened, role, _known(opened, school), since, until), email or "")
        code = people.add_person(opened, new, who, at_terminal=True)
    _print_code(login, code)


def change(
    login: Login,
    give: Annotated[
        list[Role] | None, option("--give", metavar="ROLE", help="A role to give; may be repeated.")
    ] = None,
    take: Annotated[
        list[Role] | None, option("--take", metavar="ROLE", help="A role to take away; may be repeated.")
    ] = None,
    school: School = EVERY_SCHOOL,
    since: From = None,
    until: Until = None,
    email: OtherEmail = None,
    by: MaybeByRole = None,
    person: ByPerson = None,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Give a person roles, or take them away; nobody changes their own.

    A deputy: --give headteacher --school oak --from 07/12/2026 --until 18/12/2026. An empty --email ends messages.
    """
    with open_workspace(workspace) as opened:
        who = acting(opened, by, person)
        given = _held(opened, give, _known(opened, school), since, until) if give else ()
        taken = _held(opened, take or [], school, None, None)
        if not (given or taken or email is not None):
            raise UsageError("Say what to change: --give, --take or --email. Nothing was changed.")
        address = None if email is None else people.check_email(email)  # before the roles: one fault changes nothing
        changed = None
        if given or taken:
            changed = people.change_roles(opened, login, who, give=given, take=taken, at_terminal=True)
        if address is not None:
            changed = people.change_email(opened, login, address)
        if changed is not None:
            typer.echo(_line(opened, changed))


def disable(login: Login, by: MaybeByRole = None, person: ByPerson = None, workspace: WorkspaceFolder = HERE) -> None:
    """End a person's access for good; what is open in a browser ends at once."""
    with open_workspace(workspace) as opened:
        ended = people.disable_person(opened, login, acting(opened, by, person))
    typer.echo(f"{login} can no longer sign in. Sessions that were ended: {ended}.")


def reset(login: Login, by: MaybeByRole = None, person: ByPerson = None, workspace: WorkspaceFolder = HERE) -> None:
    """Print a new one-time code in the place of a forgotten password; it lifts a lock too."""
    with open_workspace(workspace) as opened:
        code = people.reset_person(opened, login, acting(opened, by, person))
    _print_code(login, code)


def list_everybody(as_json: AsJson = False, workspace: WorkspaceFolder = HERE) -> None:
    """List who may sign in at the desk, with their roles; those whose access was ended too."""
    with open_workspace(workspace) as opened:
        found = people.read_people(opened)
        if as_json:
            typer.echo(json.dumps([asdict(person) for person in found], indent=2))
            return
        wide = max((len(person.login) for person in found), default=0)
        for person in found:
            typer.echo(_line(opened, person, wide))
    if not found:
        typer.echo(
            "Nobody may sign in yet. Add the first: redact people add LOGIN --role it-services-manager", err=True
        )


def _known(workspace: Workspace, school: str) -> str:
    """Return the school of a role to be given: one that the workspace does not know opens nothing to anybody."""
    return school_to_list(workspace, school or None) or EVERY_SCHOOL


def _held(
    workspace: Workspace, roles: Sequence[Role], school: str, since: date | None, until: date | None
) -> tuple[HeldRole, ...]:
    zone = workspace.settings.zone
    begins = None if since is None else print_moment(start_of_day(since, zone))
    ends = None if until is None else print_moment(end_of_day(until, zone))
    return tuple(HeldRole(role, people.check_school(school), ends, begins) for role in roles)


def _line(workspace: Workspace, person: Person, wide: int = 0) -> str:
    zone = workspace.settings.zone
    roles = [
        held.role.value
        + (f" at {held.school}" if held.school else "")
        + (f" from {print_local_day(parse_moment(held.since), zone)}" if held.since else "")
        + (f" until {print_local_day(parse_moment(held.until), zone)}" if held.until else "")
        for held in person.roles
    ]
    state = "has a password" if person.has_password else "has not signed in"
    if person.code_until is not None:
        state = f"has a code until {print_local(parse_moment(person.code_until), zone)}"
    if person.disabled_at is not None:
        state = "disabled"
    mail = f"; {person.email}" if person.email else ""
    return f"{person.login:{max(wide, 20)}}  {person.name:24}  {state:32}  {', '.join(roles)}{mail}"


def _print_code(login: str, code: str) -> None:
    typer.echo(code)
    typer.echo(
        f"This one-time code lets {login} choose a password at the desk, under “I have a one-time code”, within "
        f"{CODE_HOURS} hours. Hand it over in person; it is shown this once.",
        err=True,
    )
