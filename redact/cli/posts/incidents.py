"""`redact incidents`: what went wrong, to whom it was reported, what was done."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, tzinfo
from typing import Annotated, Literal

import typer

from redact.audit.kinds import Role
from redact.cli.option import option
from redact.cli.options import HERE, AsJson, ByRole, Person, School, WorkspaceFolder, day_option
from redact.cli.pages.times import format_moment, zone_of
from redact.errors import UsageError
from redact.posts.incidents import register
from redact.posts.incidents.kinds import CAUSES, MEASURES, NOTICES
from redact.posts.incidents.register import Progress
from redact.store.posts.incidents import Incident, NewIncident
from redact.system.clock import print_day, print_moment, start_of_day
from redact.workspace.ids import acting, named_photo
from redact.workspace.open import open_workspace
from redact.workspace.schools import school_of_device, schools_to_list

Number = Annotated[int, typer.Argument(metavar="N", min=1, help="Its number, as in `redact incidents list`.")]
Note = Annotated[str | None, option("--note", metavar="WORDS", help="More about it; name no pupil.")]
Breach = Annotated[
    bool | None,
    option("--breach/--no-breach", help="It is a breach of personal data; --breach if in doubt.", show_default=False),
]


def add(
    kind: Annotated[str, typer.Argument(metavar="KIND", help=f"What went wrong: {', '.join(CAUSES)}.")],
    by: ByRole,
    person: Person,
    on: Annotated[date | None, day_option("--on", help="The day of it.", show_default="today")] = None,
    aware: Annotated[
        date | None, day_option("--aware", help="The day when the trust learnt of it.", show_default="now")
    ] = None,
    school: School = None,
    device: Annotated[str | None, option("--device", metavar="DEVICE", help="The device that it is about.")] = None,
    photo: Annotated[str | None, option("--photo", metavar="ID", help="The photo that it is about.")] = None,
    post: Annotated[int | None, option("--post", metavar="N", min=1, help="The post that it is about.")] = None,
    breach: Breach = None,
    note: Note = None,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Write down that something went wrong, and print its number."""
    if breach is None:  # taken for a no, nobody would count the 72 hours
        raise UsageError("Say whether it is a breach of personal data: --breach or --no-breach; --breach if in doubt.")
    with open_workspace(workspace) as opened:
        learnt = opened.now() if aware is None else start_of_day(aware, opened.settings.zone)
        new = NewIncident(
            kind,
            school_of_device(opened, school),
            (on or aware or opened.today()).isoformat(),
            print_moment(learnt),
            device,
            None if photo is None else named_photo(opened, photo).sha256,
            post,
            breach,
            note or "",
        )
        number = register.open_incident(opened, new, acting(opened, by, person))
    typer.echo(number)
    following = f"redact incidents change {number} --reported-to ROLE"
    typer.echo(f"Report it to the headteacher or the CEO, then: {following}", err=True)


def change(
    incident: Number,
    by: ByRole,
    person: Person,
    reported_to: Annotated[
        Literal[Role.HEADTEACHER, Role.CEO, Role.DATA_PROTECTION_OFFICER] | None,
        option("--reported-to", help="Who was told of it, now.", show_default=False),
    ] = None,
    measure: Annotated[
        str | None, option("--measure", metavar="WORD", help=f"What was done: {', '.join(MEASURES)}.")
    ] = None,
    breach: Breach = None,
    notice: Annotated[
        str | None,
        option("--notice", metavar="WORD", help=f"To the Information Commissioner: {', '.join(NOTICES)}."),
    ] = None,
    note: Note = None,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Say what became of an incident: to whom it was reported, what was done, whether it is a breach."""
    with open_workspace(workspace) as opened:
        progress = Progress(reported_to, breach, notice, measure, note)
        seen = register.known_incident(opened, incident)
        after = register.change_incident(opened, seen, progress, acting(opened, by, person))
        typer.echo(_line(after, opened.settings.zone))


def close(incident: Number, by: ByRole, person: Person, workspace: WorkspaceFolder = HERE) -> None:
    """Close an incident that was reported, and about which something was done; it stays on the register."""
    with open_workspace(workspace) as opened:
        seen = register.known_incident(opened, incident)
        register.close_incident(opened, seen, acting(opened, by, person))
    typer.echo(f"{seen.ref} is closed", err=True)


def list_incidents(
    every: Annotated[bool, option("--all", help="Those that are closed too.")] = False,
    school: School = None,
    as_json: AsJson = False,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """List what went wrong and is not closed yet, newest first."""
    with open_workspace(workspace) as opened:
        found = register.read_incidents(opened, schools_to_list(opened, school), is_every=every)
        zone = zone_of(opened)
    if as_json:
        typer.echo(json.dumps([asdict(incident) for incident in found], indent=1))
        return
    for incident in found:
        typer.echo(_line(incident, zone))
    if not found:
        typer.echo("No incident is open.", err=True)


def _line(incident: Incident, zone: tzinfo) -> str:
    due = register.notification_due(incident)
    late = "" if due is None else f"  the Information Commissioner by {format_moment(print_moment(due), zone)}"
    day = print_day(incident.happened_on)
    return f"{incident.id:4}  {day}  {incident.state.value:8}  {CAUSES.get(incident.cause, incident.cause)}{late}"
