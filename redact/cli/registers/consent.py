"""`redact consent`: who may be shown, and for what.

Pupils are named by their numbers.  Nothing here prints a pupil's name but `show`, whose data it is.
"""

from __future__ import annotations

import json
from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from redact.cli.acting import Purpose, Source, Upn, leave_for_use, open_register
from redact.cli.option import option
from redact.cli.options import HERE, AsJson, ByRole, School, WorkspaceFolder, day_option
from redact.cli.pages.consent import describe_consent, print_answer, print_take_down
from redact.cli.pages.times import format_moment, zone_of
from redact.cli.registers.naming import upn_of
from redact.errors import UsageError, counted
from redact.pupils.consent import No, State, may_recognise, may_show
from redact.registers import consents
from redact.store.pupils import reading, templates
from redact.system.printing import printable
from redact.workspace.open import open_workspace
from redact.workspace.schools import school_to_list


class Answered(StrEnum):
    """What can be entered by hand."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    OBJECTED = "objected"
    PENDING = "pending"
    EXPIRED = "expired"


AnswerWord = Annotated[
    Answered, typer.Argument(metavar="ANSWER", help=f"What was answered: {', '.join(each.value for each in Answered)}.")
]


def show(upn: Upn, workspace: WorkspaceFolder = HERE) -> None:
    """Show all that the register says of a pupil, by name, with every answer there ever was."""
    with open_workspace(workspace) as opened:
        upn = upn_of(opened, upn)
        zone, purposes, day = zone_of(opened), opened.settings.purposes, opened.today()
        with opened.database.read() as connection:
            record = reading.read_pupil(connection, upn)
            pupil, _ = reading.read_every_pupil(connection, with_adults=True)[upn]
            history = reading.read_history(connection, upn)
            enrolled = templates.count_templates(connection).get(upn, 0)
    name = f"{' / '.join(pupil.forenames)} {' / '.join(pupil.surnames)}".strip() or "no name on record"
    typer.echo(f"{upn}  {printable(name)}  year {pupil.year or '-'}  class {pupil.reg or '-'}")
    for what, answer in (
        (f"may be shown ({', '.join(purposes)})", may_show(record, purposes, day)),
        ("may be recognised", may_recognise(record, purposes, day)),
    ):
        typer.echo(f"{what}: {f'no, {answer.reason}' if isinstance(answer, No) else 'yes'}")
    typer.echo(f"face templates: {enrolled}")
    if record.is_never_shown:
        typer.echo("never shown, whatever the answers say; do not pass this on to anybody who need not know")
    for consent in record.consents:
        typer.echo(f"  {print_answer(consent)}")
    for consent, version, at in history:
        typer.echo(f"    version {version}, {format_moment(at, zone)}: {print_answer(consent)}")


def list_pupils(school: School = None, workspace: WorkspaceFolder = HERE, as_json: AsJson = False) -> None:
    """List the pupils on the roll, by number, and whether each may be shown today."""
    with open_workspace(workspace) as opened, opened.database.read() as connection:
        whose = school_to_list(opened, school)
        now = reading.read_register(connection, opened.today())
        known = reading.read_every_pupil(connection)
        enrolled = templates.count_templates(connection)
        purposes = opened.settings.purposes
    rows = []
    for upn, (pupil, has_left) in known.items():
        if not has_left and whose in {None, pupil.school}:
            answer = now.may_show(upn, purposes)
            reason = answer.reason if isinstance(answer, No) else ""
            place = {"upn": upn, "year": pupil.year, "reg": pupil.reg, "school": pupil.school}
            rows.append({**place, "shown": not reason, "reason": reason, "templates": enrolled.get(upn, 0)})
    if as_json:
        typer.echo(json.dumps({"version": now.version, "purposes": list(purposes), "pupils": rows}, indent=1))
        return
    for row in rows:
        may = "yes" if row["shown"] else f"no, {row['reason']}"
        typer.echo(f"{row['upn']:13} {row['year'] or '-':>4} {row['reg'] or '-':8} {row['templates']} templates  {may}")
    typer.echo(f"{counted(len(rows), 'pupil')}; shown means: {', '.join(purposes)}; version {now.version}", err=True)


def set_answer(
    upn: Upn,
    purpose: Purpose,
    state: AnswerWord,
    by: ByRole,
    given: Annotated[date | None, day_option("--given", help="Day of the answer.", show_default="today")] = None,
    expires: Annotated[date | None, day_option("--expires", help="Last day it counts.")] = None,
    source: Source = "",
    workspace: WorkspaceFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """Enter one answer by hand; an import does not undo a no that was entered so."""
    new = consents.NewAnswer(purpose, State(state.value), given, expires, source)
    with open_register(workspace) as opened:
        done = consents.set_answer(opened, by, upn_of(opened, upn, writes=True), new)
        leave_for_use(opened)
    typer.echo(f"pupil {done.pupil.upn}: {describe_consent(done.answer, done.pupil, done.day)}", err=True)
    print_take_down(done.taken, as_json=as_json)


def withdraw(
    upn: Upn,
    by: ByRole,
    purpose: Annotated[
        str | None, typer.Argument(metavar="[PURPOSE]", help="What the consent was for.", show_default=False)
    ] = None,
    every: Annotated[bool, option("--all", help="For every purpose, being recognised included.")] = False,
    source: Source = "",
    workspace: WorkspaceFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """Withdraw a consent: face templates are deleted at once, and the copies to take down are printed."""
    if (purpose is None) is not every:
        raise UsageError("Say for which purpose the consent is withdrawn, or --all for every one.")
    with open_register(workspace) as opened:
        upn = upn_of(opened, upn, writes=True)
        taken = consents.withdraw(opened, by, upn, purpose, source)
        leave_for_use(opened)
    typer.echo(f"pupil {upn}: consent is withdrawn", err=True)
    print_take_down(taken, as_json=as_json)


def never_show(
    upn: Upn,
    by: ByRole,
    lift: Annotated[bool, option("--lift", help="Let answers count again.")] = False,
    workspace: WorkspaceFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """Never show this pupil, whatever anybody answers; the reason is kept nowhere, and nobody can override it."""
    with open_register(workspace) as opened:
        upn = upn_of(opened, upn, writes=True)
        taken = consents.set_never_show(opened, by, upn, is_never_shown=not lift)
        leave_for_use(opened)
    typer.echo(f"pupil {upn}: {'answers count again' if lift else 'is never shown'}", err=True)
    print_take_down(taken, as_json=as_json)


def forget(
    upn: Upn,
    by: ByRole,
    yes: Annotated[bool, option("--yes", help="Erase it; there is no way back.")] = False,
    workspace: WorkspaceFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """Erase a pupil's names, class, face templates and the sources of answers.

    The number and the answers stay, but no yes counts any more: one whom a roll lists again is asked for again.  The
    audit log keeps its keyed tags.  The name is no longer looked for in photos, unless a roll lists the pupil again.
    """
    with open_register(workspace) as opened:
        upn = upn_of(opened, upn, writes=True)
        taken = consents.forget(opened, by, upn, is_confirmed=yes)
        leave_for_use(opened)
    typer.echo(f"pupil {upn}: names, class, templates and sources are erased", err=True)
    print_take_down(taken, as_json=as_json)
