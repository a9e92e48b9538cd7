"""`redact events`: what the office calls the occasions that photos were taken on, a drop folder each."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from redact.cli.options import HERE, AsJson, ByRole, Person, School, WorkspaceFolder
from redact.errors import UsageError, counted
from redact.photos.placing.events import name_event, read_events
from redact.photos.placing.for_use import AT_ONCE, update_for_use
from redact.store.placing.events import Event
from redact.workspace.ids import acting
from redact.workspace.open import open_workspace
from redact.workspace.schools import schools_to_list


def list_all_events(
    school: School = None,
    as_json: AsJson = False,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """List the events that photos came from: a drop folder each, and what it is called."""
    with open_workspace(workspace) as opened:
        found = read_events(opened, schools_to_list(opened, school))
    if as_json:
        typer.echo(json.dumps([asdict(event) for event in found], indent=1))
        return
    for event in found:
        typer.echo(_line(event))
    if not found:
        typer.echo("No photo came from an event yet.", err=True)
    if any(not event.label for event in found):
        typer.echo('Give one a name: redact events name NUMBER "Sports day" --by ROLE --person ID', err=True)


def name_one(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The event, as `redact events list` numbers it.")],
    label: Annotated[str, typer.Argument(metavar="NAME", help='A few words, "Sports day"; "" takes a name away.')],
    by: ByRole,
    person: Person,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Say what an event is called; the roll is asked, so that no pupil's name gets in.

    Copies that are stored from now on, and those in for-use, lie in a folder of that name; others stay where they are.
    """
    digits = number.lower().removeprefix("event").strip(" -")
    if not digits.isdecimal() or len(digits) > 9:
        raise UsageError("An event is named by its number. See: redact events list")
    with open_workspace(workspace) as opened:
        event = name_event(opened, int(digits), label, acting(opened, by, person))
        for _ in range(event.photos // AT_ONCE + 1):
            update_for_use(opened)
    typer.echo(f"event {event.id} is called {event.name!r}: {counted(event.photos, 'photo')}", err=True)


def _line(event: Event) -> str:
    parts = (str(event.id), event.label, event.first_on, event.school, event.device, str(event.photos))
    return "\t".join(part or "-" for part in parts)
