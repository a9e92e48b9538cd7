"""`redact consent`: who may be shown, and for what.

Pupils are named by their numbers.  Nothing here prints a pupil's name but `show`, whose data it is.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from redact.cli.acting import (
    ConfirmLarge,
    MaybeBy,
    Purpose,
    Source,
    Upn,
    Yes,
    check_days,
    check_large,
    day_of,
    known_to,
    make_act,
    purpose_named,
    split_mapping,
    tidy,
    tidy_source,
    today,
)
from redact.cli.options import HERE, AsJson, ByRole, WorkspaceFolder, option
from redact.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from redact.pupils.consent_diff import Difference
    from redact.pupils.consent_import import Export, Wishes
    from redact.store.pupils import Act, TakenDown
    from redact.workspace.open import Workspace

app = typer.Typer(help="The consent register: who may be shown, and for what.", no_args_is_help=True)


class Answered(StrEnum):
    """What can be entered by hand."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    OBJECTED = "objected"
    PENDING = "pending"
    EXPIRED = "expired"


def _column(name: str, what: str) -> object:
    return option(name, metavar="HEADING", help=f"Column of {what}, where its heading does not tell.")


@app.command("import")
def import_consents(
    csv: Annotated[Path, typer.Argument(metavar="CSV", help="Export of the school's management system.")],
    maps: Annotated[
        list[str] | None,
        option("--map", metavar="HEADING=PURPOSE", help="A column or type and the purpose it is; may be repeated."),
    ] = None,
    purpose: Annotated[
        str | None, option("--purpose", metavar="PURPOSE", help="The file lists pupils who gave one answer for this.")
    ] = None,
    state: Annotated[Answered | None, option("--state", help="That answer.")] = None,
    upn_column: Annotated[str | None, _column("--upn-column", "the pupils' numbers")] = None,
    type_column: Annotated[str | None, _column("--type-column", "the type of consent")] = None,
    answer_column: Annotated[str | None, _column("--answer-column", "the answer")] = None,
    given_column: Annotated[str | None, _column("--given-column", "the day of the answer")] = None,
    expires_column: Annotated[str | None, _column("--expires-column", "the last day it counts")] = None,
    source_column: Annotated[str | None, _column("--source-column", "where it was said")] = None,
    given: Annotated[
        datetime | None,
        option("--given", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Day of the answers that have none."),
    ] = None,
    expires: Annotated[
        datetime | None,
        option("--expires", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Last day of those that have none."),
    ] = None,
    complete: Annotated[
        bool, option("--complete", help="The file has every yes there is: one it does not mention becomes pending.")
    ] = False,
    yes: Yes = False,
    confirm_large: ConfirmLarge = False,
    by: MaybeBy = None,
    workspace: WorkspaceFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """Show what an export of consents would change, and with --yes change it.

    Rows that are not understood, and pupils who are not on the roll, are listed and end with exit status 3.
    """
    from redact.cli.pages.consent import print_import, print_take_down, tell_import
    from redact.pupils.consent_import import Wishes, read_consents
    from redact.workers.intake import read_file
    from redact.workspace.open import open_workspace

    check_days(day_of(given), day_of(expires))
    content = read_file(csv)
    with open_workspace(workspace) as opened:
        wishes = Wishes(
            mapped=tuple(map(split_mapping, maps or ())),
            upn=upn_column,
            type=type_column,
            answer=answer_column,
            given=given_column,
            expires=expires_column,
            source=source_column,
            given_on=day_of(given),
            expires_on=day_of(expires),
            purposes=opened.settings.purposes,
        )
        export = read_consents(content, _of_list(opened, wishes, purpose, state))
        if yes:
            act = make_act(opened, by)
            digest = hashlib.sha256(content).hexdigest()
            difference, taken = _write_import(
                opened, act, export, digest, is_complete=complete, confirm_large=confirm_large
            )
            tell_import(export, difference)
            typer.echo(_said(difference), err=True)
            print_take_down(taken, as_json=as_json)
        else:
            difference = _preview_import(opened, export, is_complete=complete)
            print_import(export, difference, as_json=as_json)
            tell_import(export, difference)
            typer.echo("nothing was written; if this is right, say the same again with --yes", err=True)
    if export.problems or difference.strangers:
        raise typer.Exit(ExitCode.HELD)


@app.command("show")
def show(upn: Upn, workspace: WorkspaceFolder = HERE) -> None:
    """Show all that the register says of a pupil, by name, with every answer there ever was."""
    from redact.cli.pages.consent import print_answer
    from redact.pupils.consent import No, may_recognise, may_show
    from redact.store import pupils as register
    from redact.store import templates
    from redact.workers.intake import printable
    from redact.workspace.open import open_workspace

    with open_workspace(workspace) as opened, opened.database.read() as connection:
        upn, purposes, day = tidy(upn), opened.settings.purposes, today(opened)
        record = register.read_pupil(connection, upn)
        pupil, _ = register.read_every_pupil(connection)[upn]
        history = register.read_history(connection, upn)
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
        typer.echo("never shown, whatever the answers say; tell nobody who need not know")
    for consent in record.consents:
        typer.echo(f"  {print_answer(consent)}")
    for consent, version, at in history:
        typer.echo(f"    version {version}, {at[:16]}: {print_answer(consent)}")


@app.command("list")
def list_pupils(workspace: WorkspaceFolder = HERE, as_json: AsJson = False) -> None:
    """List the pupils on the roll, by number, and whether each may be shown today."""
    from redact.pupils.consent import No
    from redact.store import pupils as register
    from redact.store import templates
    from redact.workspace.open import open_workspace

    with open_workspace(workspace) as opened, opened.database.read() as connection:
        now = register.read_register(connection, today(opened))
        known = register.read_every_pupil(connection)
        enrolled = templates.count_templates(connection)
        purposes = opened.settings.purposes
    rows = []
    for upn, (pupil, has_left) in known.items():
        if not has_left:
            answer = now.may_show(upn, purposes)
            reason = answer.reason if isinstance(answer, No) else ""
            place = {"upn": upn, "year": pupil.year, "reg": pupil.reg}
            rows.append({**place, "shown": not reason, "reason": reason, "templates": enrolled.get(upn, 0)})
    if as_json:
        typer.echo(json.dumps({"version": now.version, "purposes": list(purposes), "pupils": rows}, indent=1))
        return
    for row in rows:
        may = "yes" if row["shown"] else f"no, {row['reason']}"
        typer.echo(f"{row['upn']:13} {row['year'] or '-':>4} {row['reg'] or '-':8} {row['templates']} templates  {may}")
    typer.echo(f"{len(rows)} pupils; shown means: {', '.join(purposes)}; version {now.version}", err=True)


@app.command("set")
def set_answer(
    upn: Upn,
    purpose: Purpose,
    state: Annotated[Answered, typer.Argument(help="The answer.")],
    by: ByRole,
    given: Annotated[
        datetime | None,
        option("--given", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Day of the answer.", show_default="today"),
    ] = None,
    expires: Annotated[
        datetime | None,
        option("--expires", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Last day it counts."),
    ] = None,
    source: Source = "",
    workspace: WorkspaceFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """Enter one answer by hand; an import does not undo a no that was entered so."""
    from redact.cli.pages.consent import print_take_down, say_answer
    from redact.pupils.consent import Consent, State
    from redact.store import pupils as register
    from redact.workspace.open import open_workspace

    with open_workspace(workspace) as opened:
        act, last, source = make_act(opened, by), day_of(expires), tidy_source(source)
        first = day_of(given) or act.day
        check_days(first, last)
        with opened.ledger.writing() as entries:
            upn = tidy(upn)
            pupil = register.read_pupil(entries.connection, upn)
            purpose = purpose_named(purpose, known_to(opened, pupil.consents))
            answer = Consent(upn, purpose, State(state.value), first, last, source, is_by_hand=True)
            taken = register.set_consent(entries, act, answer)
    typer.echo(f"pupil {upn}: {say_answer(answer, pupil, act.day)}", err=True)
    print_take_down(taken, as_json=as_json)


@app.command("withdraw")
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
    from redact.cli.pages.consent import print_take_down
    from redact.store import pupils as register
    from redact.workspace.open import open_workspace

    if (purpose is None) is not every:
        raise UsageError("Say for which purpose the consent is withdrawn, or --all for every one")
    with open_workspace(workspace) as opened:
        act = make_act(opened, by)
        with opened.ledger.writing() as entries:
            upn = tidy(upn)
            known = known_to(opened, register.read_pupil(entries.connection, upn).consents)
            purposes = None if purpose is None else (purpose_named(purpose, known),)
            taken = register.withdraw(entries, act, upn, purposes, tidy_source(source))
    typer.echo(f"pupil {upn}: consent is withdrawn", err=True)
    print_take_down(taken, as_json=as_json)


@app.command("never-show")
def never_show(
    upn: Upn,
    by: ByRole,
    lift: Annotated[bool, option("--lift", help="Let answers count again.")] = False,
    workspace: WorkspaceFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """Never show this pupil, whatever anybody answers; nobody is reported why, and nobody can override it."""
    from redact.cli.pages.consent import print_take_down
    from redact.store import pupils as register
    from redact.workspace.open import open_workspace

    with open_workspace(workspace) as opened:
        act = make_act(opened, by)
        with opened.ledger.writing() as entries:
            upn = tidy(upn)
            taken = register.set_never_show(entries, act, upn, is_never_shown=not lift)
    typer.echo(f"pupil {upn}: {'answers count again' if lift else 'is never shown'}", err=True)
    print_take_down(taken, as_json=as_json)


@app.command("enrol")
def enrol(
    upn: Upn,
    photos: Annotated[list[Path], typer.Argument(metavar="PHOTO...", help="Photos of this pupil alone; not kept.")],
    by: ByRole,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Learn a pupil's face from photos, so that it may be left uncovered; needs biometric and photo consent."""
    from models.faces.finder import open_face_finder
    from models.identity.recogniser import open_recogniser
    from models.weights import default_folder
    from redact.redaction.enrol import describe_photos
    from redact.store import pupils as register
    from redact.workers.intake import read_photo
    from redact.workspace.open import open_workspace

    with open_workspace(workspace) as opened:
        act, upn = make_act(opened, by), tidy(upn)
        with opened.database.read() as connection:  # no face is described before the register allows it
            register.check_may_enrol(register.read_pupil(connection, upn), act)
            gallery = register.read_gallery(connection, opened.keys.templates, act.purposes, act.day)
        contents = [read_photo(path) for path in photos]
        finder, recogniser = open_face_finder(default_folder()), open_recogniser()
        described = describe_photos(upn, contents, finder, recogniser, gallery)
        with opened.ledger.writing() as entries:
            register.enrol(entries, act, opened.keys.templates, upn, described.templates)
    for why in described.left_out:
        typer.echo(f"left out: {why}", err=True)
    number = len(described.templates)
    typer.echo(f"pupil {upn}: {number} face templates added; the photos were not kept", err=True)


@app.command("forget")
def forget(
    upn: Upn,
    by: ByRole,
    yes: Annotated[bool, option("--yes", help="Erase it; there is no way back.")] = False,
    workspace: WorkspaceFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """Erase a pupil's names, class, face templates and sources; number and answers stay, the audit log keeps its tags.

    The name is then no longer looked for in photos, unless a roll lists the pupil again.
    """
    from redact.cli.pages.consent import print_take_down
    from redact.store import pupils as register
    from redact.workspace.open import open_workspace

    with open_workspace(workspace) as opened:
        act, upn = make_act(opened, by), tidy(upn)
        with opened.database.read() as connection:
            register.read_pupil(connection, upn)
        if not yes:
            raise UsageError(f"Names and templates of pupil {upn} would be erased for good. If so, say it with --yes")
        with opened.ledger.writing() as entries:
            taken = register.forget(entries, act, upn)
    typer.echo(f"pupil {upn}: names, class, templates and sources are erased", err=True)
    print_take_down(taken, as_json=as_json)


# -- parts --
def _preview_import(workspace: Workspace, export: Export, *, is_complete: bool) -> Difference:
    from redact.pupils.consent_diff import diff
    from redact.store.pupils import read_register

    with workspace.database.read() as connection:
        return diff(read_register(connection, today(workspace)), export.answers, is_complete=is_complete)


def _write_import(
    workspace: Workspace, act: Act, export: Export, digest: str, *, is_complete: bool, confirm_large: bool
) -> tuple[Difference, TakenDown]:
    """Write what differs from the register of this very moment, which may be another than that of the preview."""
    from redact.pupils.consent_diff import diff
    from redact.store.pupils import TakenDown, apply_import, read_register

    if export.guesses:
        raise UsageError(
            f"The purpose of {len(export.guesses)} columns or types is only guessed. Look at them without --yes, and "
            "confirm each with --map"
        )
    with workspace.ledger.writing() as entries:
        now = read_register(entries.connection, today(workspace))
        difference = diff(now, export.answers, is_complete=is_complete)
        check_large(difference.alarms, confirm_large=confirm_large)
        if not difference.changes:
            return difference, TakenDown()
        return difference, apply_import(entries, act, difference, digest, export.rows)


def _of_list(workspace: Workspace, wishes: Wishes, purpose: str | None, state: Answered | None) -> Wishes:
    from redact.pupils.consent import State

    if purpose is None:
        if state is not None:
            raise UsageError("--state goes with --purpose: a file of pupils who gave one answer for one purpose")
        return wishes
    answer = None if state is None else State(state.value)
    return replace(wishes, purpose=purpose_named(purpose, workspace.settings.purposes), state=answer)


def _said(difference: Difference) -> str:
    if not difference.changes:
        return "nothing to change: the register says the same"
    return f"written: {len(difference.changes)} answers of {len(difference.changed_upns)} pupils"
