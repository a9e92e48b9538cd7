"""`redact adults`: staff, governors, visitors and parents, and what they permitted in writing."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from redact.cli.acting import Purpose, leave_for_use, open_register
from redact.cli.option import option
from redact.cli.options import HERE, AsJson, ByRole, School, WorkspaceFolder, day_option
from redact.cli.pages.consent import describe_consent, print_answer, print_take_down
from redact.cli.registers.consent import AnswerWord
from redact.errors import counted
from redact.pupils.adults import AdultKind
from redact.pupils.consent import BIOMETRIC, State
from redact.registers import adults
from redact.registers.consents import NewAnswer
from redact.system.printing import printable
from redact.workspace.open import open_workspace
from redact.workspace.schools import school_of_device, school_to_list

Number = Annotated[str, typer.Argument(metavar="ADULT", help="The adult's number, as in `redact adults list`.")]


def add(
    kind: Annotated[AdultKind, typer.Argument(metavar="KIND", help="staff, governor, visitor or parent.")],
    forename: Annotated[str, typer.Argument(metavar="FORENAME", help="The adult's forename.")],
    surname: Annotated[str, typer.Argument(metavar="SURNAME", help="The adult's surname.")],
    by: ByRole,
    school: School = None,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Write down an adult, who is given a number; nobody is shown without a permission in writing."""
    with open_workspace(workspace) as opened:
        adult = adults.add_adult(opened, by, kind, forename, surname, school_of_device(opened, school))
    typer.echo(adult.number)
    typer.echo(f"{adult.number} ({adult.kind.value}) stands in the register; nothing is permitted yet", err=True)


def list_adults(school: School = None, workspace: WorkspaceFolder = HERE, as_json: AsJson = False) -> None:
    """List the adults by name, and whether each may be shown today."""
    with open_workspace(workspace) as opened:
        found = adults.list_adults(opened, school_to_list(opened, school))
    if as_json:
        rows = [
            {
                "number": view.adult.number,
                "kind": view.adult.kind.value,
                "school": view.adult.school,
                "has_left": view.adult.has_left,
                "shown": not view.why_not_shown,
                "reason": view.why_not_shown,
                "templates": view.templates,
            }
            for view in found
        ]
        typer.echo(json.dumps(rows, indent=1))
        return
    for view in found:
        name = printable(f"{view.adult.forename} {view.adult.surname}".strip() or "no name on record")
        may = f"no, {view.why_not_shown}" if view.why_not_shown else "yes"
        typer.echo(
            f"{view.adult.number:10} {view.adult.kind.value:9} {name:30} {counted(view.templates, 'template'):12} {may}"
        )
    typer.echo(counted(len(found), "adult"), err=True)


def show(adult: Number, workspace: WorkspaceFolder = HERE) -> None:
    """Show all that the register says of an adult, by name."""
    number = adults.adult_number(adult)
    with open_workspace(workspace) as opened:
        found = next((view for view in adults.list_adults(opened) if view.adult.number == number), None)
        needed = ", ".join(opened.settings.purposes)
    if found is None:
        raise adults.no_adult(number)
    typer.echo(
        f"{number}  {printable(f'{found.adult.forename} {found.adult.surname}'.strip())}  {found.adult.kind.value}"
    )
    shown = f"no, {found.why_not_shown} (permission is needed for: {needed})"
    recognised = f"no, {found.why_not_recognised} (needed: to be shown, and {BIOMETRIC})"
    typer.echo(f"may be shown: {shown if found.why_not_shown else 'yes'}")
    typer.echo(f"may be recognised: {recognised if found.why_not_recognised else 'yes'}")
    typer.echo(f"face templates: {found.templates}")
    for consent in found.record.consents:
        typer.echo(f"  {print_answer(consent)}")


def permit(
    adult: Number,
    purpose: Purpose,
    state: AnswerWord,
    by: ByRole,
    source: Annotated[
        str, option("--source", metavar="WORDS", help="What it is written in: a form, an e-mail; needed for a yes.")
    ] = "",
    given: Annotated[date | None, day_option("--given", help="Day of the answer.", show_default="today")] = None,
    expires: Annotated[date | None, day_option("--expires", help="Last day it counts.")] = None,
    workspace: WorkspaceFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """Write what an adult permitted in writing, or took back: for a purpose, or for being recognised (biometric)."""
    new = NewAnswer(purpose, State(state.value), given, expires, source)
    with open_register(workspace) as opened:
        done = adults.permit(opened, by, adult, new)
        leave_for_use(opened)
    typer.echo(f"{done.pupil.upn}: {describe_consent(done.answer, done.pupil, done.day)}", err=True)
    print_take_down(done.taken, as_json=as_json)


def left(adult: Number, by: ByRole, workspace: WorkspaceFolder = HERE, as_json: AsJson = False) -> None:
    """Write down that an adult left: face templates are deleted, and the face is covered from now on."""
    with open_register(workspace) as opened:
        taken = adults.mark_left(opened, by, adult)
        leave_for_use(opened)
    typer.echo("the adult has left; face templates are deleted", err=True)
    print_take_down(taken, as_json=as_json)


def enrol(
    adult: Number,
    photos: Annotated[
        list[Path], typer.Argument(metavar="PHOTO...", help="Photos, or a folder or zip, of this adult alone.")
    ],
    by: ByRole,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Learn an adult's face from photos, under the same rules as a pupil's: permission to be shown, and biometric.

    Portraits of many at once, called ADULT-7.jpg: redact consent enrol-class FOLDER.
    """
    from redact.cli.registers.enrol import enrol as enrol_face  # noqa: PLC0415  # the models, which nothing else here needs

    enrol_face(adults.adult_number(adult), photos, by, workspace)
