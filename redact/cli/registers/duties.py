"""`redact policy` and `redact duties`: which policy is in force, who has read it, who is to be trained."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer

from redact.cli.option import option
from redact.cli.options import HERE, AsJson, ByRole, Person, WorkspaceFolder, day_option
from redact.errors import ExitCode, UsageError
from redact.posts import duties
from redact.posts.duties import Owed
from redact.store.people import Person as Row
from redact.store.staff.duties import read_policies
from redact.system.clock import print_day
from redact.workspace.ids import acting
from redact.workspace.open import open_workspace

Version = Annotated[str, typer.Argument(metavar="VERSION", help="A short name of the version, such as 2026-09.")]
Login = Annotated[str, typer.Argument(metavar="LOGIN", help="Whose duty it is, as in `redact people list`.")]


def adopt(
    version: Version,
    by: ByRole,
    person: Person,
    review: Annotated[
        date | None,
        day_option("--review", help="By when the trustees review it.", show_default="three years from today"),
    ] = None,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Put a version of the policy in force; everybody who signs in is asked to read it."""
    with open_workspace(workspace) as opened:
        day = review or duties.review_day(opened.today())
        adopted = duties.adopt_policy(opened, version, day, acting(opened, by, person))
        link = opened.settings.policy_link
    typer.echo(
        f"Version {adopted.id} is in force, to be reviewed by {print_day(adopted.review_on)}. Everybody is asked at "
        f"the desk whether they have read it."
    )
    if link is None:
        typer.echo('Say in redact.toml where it is found: policy_link = "https://..."', err=True)


def list_policies(workspace: WorkspaceFolder = HERE) -> None:
    """List the versions of the policy, the one in force first."""
    with open_workspace(workspace) as opened, opened.database.read() as connection:
        found = read_policies(connection)
    for number, each in enumerate(found):
        state = "in force" if not number else "replaced"
        days = f"adopted {print_day(each.adopted_on)}, review by {print_day(each.review_on)}"
        typer.echo(f"{each.id:20}  {state:10}  {days}")
    if not found:
        typer.echo("No version was adopted yet: redact policy adopt VERSION", err=True)


def list_duties(
    due: Annotated[bool, option("--due", help="Only what is not done.")] = False,
    as_json: AsJson = False,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """List who has read the policy in force and who is to be trained; ends with 3 where a day has passed."""
    with open_workspace(workspace) as opened:
        register, today = duties.read_register(opened), opened.today().isoformat()
    shown = [(person, owed) for person, owed in register.people if not due or owed.is_open]
    if as_json:
        lines = [{"login": person.login, "name": person.name, **asdict(owed)} for person, owed in shown]
        policy = None if register.policy is None else asdict(register.policy)
        typer.echo(json.dumps({"policy": policy, "people": lines}, indent=1))
    else:
        if register.policy is not None:
            review = print_day(register.policy.review_on)
            late = ", which has passed" if register.policy.review_on < today else ""
            typer.echo(f"Policy {register.policy.id} is in force; its review is due by {review}{late}.")
        if not shown:
            typer.echo(
                "Nobody has anything to do." if register.people else "Nobody may sign in yet: redact people add LOGIN",
                err=True,
            )
        for person, owed in shown:
            typer.echo(_line(person, owed, today, max(len(each.login) for each, _ in shown)))
    if any(owed.is_late(today) for _, owed in register.people):
        raise typer.Exit(ExitCode.HELD)


def done(
    login: Login,
    by: ByRole,
    person: Person,
    policy: Annotated[
        str | None, option("--policy", metavar="VERSION", help="The version that was read and understood.")
    ] = None,
    training: Annotated[bool, option("--training", help="The person was trained today.")] = False,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Write down what somebody did: read and understood the policy (from paper), or was trained."""
    if (policy is None) is not training:
        raise UsageError("Say what was done: --policy VERSION, or --training. Nothing was changed.")
    with open_workspace(workspace) as opened:
        who = acting(opened, by, person)
        if policy is None:
            duties.say_trained(opened, login, who)
            typer.echo(f"{login} was trained today.")
        elif duties.say_policy_read(opened, login, policy, who):
            typer.echo(f"{login} has read and understood version {policy}.")
        else:
            typer.echo(f"It stands there already that {login} has read version {policy}.", err=True)


def training(
    login: Login,
    due: Annotated[date, day_option("--due", help="By when the person is to be trained.")],
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Write down by when somebody is to be trained; reminders follow."""
    with open_workspace(workspace) as opened:
        duties.ask_for_training(opened, login, due)
    typer.echo(f"{login} is to be trained by {print_day(due)}.")


def _line(person: Row, owed: Owed, today: str, width: int) -> str:
    read = "nothing to read"
    if owed.read_on is not None:
        read = f"read {print_day(owed.read_on)}"
    elif owed.read_by is not None:
        read = f"NOT READ, due {print_day(owed.read_by)}{' (late)' * (owed.read_by < today)}"
    trained = "" if owed.trained_on is None else f"trained {print_day(owed.trained_on)}"
    if owed.training_due is not None:
        trained = f"TRAINING due {print_day(owed.training_due)}{' (late)' * (owed.training_due < today)}"
    return f"{person.login:{width}}  {person.name:24}  {read:28}  {trained}".rstrip()
