"""`redact consent import`: what an export of consents would change, and writing it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from redact.cli.acting import (
    ConfirmLarge,
    MaybeBy,
    Yes,
    is_asked,
    leave_for_use,
    open_register,
    say_preview_ends,
    split_mapping,
)
from redact.cli.option import option
from redact.cli.options import HERE, AsJson, School, WorkspaceFolder, day_option
from redact.cli.pages.consent import print_import, print_left_out, print_mappings, print_take_down, question
from redact.cli.registers.consent import Answered
from redact.errors import ExitCode, UsageError, counted
from redact.pupils.consent import State
from redact.pupils.consents.diff import Difference
from redact.pupils.consents.importing import Export, Wishes, read_consents
from redact.pupils.consents.mapping import COLUMNS
from redact.pupils.consents.words.own import REMEMBERED
from redact.registers import consents
from redact.registers.act import ImportOrder
from redact.registers.consents import check_days, preview_consents, purpose_named
from redact.registers.mappings import remembered
from redact.store.pupils.mappings import Source
from redact.workers.intake import read_file
from redact.workspace.open import Workspace
from redact.workspace.schools import school_of_import

_ANSWER_FORM = '--answer is written as "Word=meaning", e.g. --answer "Green=yes"'


def _column(name: str, what: str) -> object:
    return option(name, metavar="HEADING", help=f"Column of {what}, where its heading does not say so.")


def import_consents(
    csv: Annotated[Path, typer.Argument(metavar="FILE", help="Export of the school's system: CSV or .xlsx.")],
    maps: Annotated[
        list[str] | None,
        option(
            "--map",
            metavar="HEADING=PURPOSE",
            help='A column or type and the purpose it is ("not PURPOSE" where a yes means no, "ignore" where it is no '
            "consent to be shown); may be repeated, and is remembered.",
        ),
    ] = None,
    answers: Annotated[
        list[str] | None,
        option(
            "--answer",
            metavar="WORD=MEANING",
            help='A word of the school for an answer (a colour, a level) and what it means: "yes", "no", "pending", or '
            'the purposes it permits ("School only=display"); may be repeated, and is remembered.',
        ),
    ] = None,
    purpose: Annotated[
        str | None,
        option(
            "--purpose",
            metavar="PURPOSE",
            help="The file is about this one purpose: with a column of answers, or a list of pupils who gave --state.",
        ),
    ] = None,
    state: Annotated[
        Answered | None, option("--state", help="The answer that all of a list gave; goes with --purpose.")
    ] = None,
    upn_column: Annotated[str | None, _column("--upn-column", "the pupils' numbers")] = None,
    type_column: Annotated[str | None, _column("--type-column", "the type of consent")] = None,
    answer_column: Annotated[str | None, _column("--answer-column", "the answer")] = None,
    given_column: Annotated[str | None, _column("--given-column", "the day of the answer")] = None,
    expires_column: Annotated[str | None, _column("--expires-column", "the last day it counts")] = None,
    source_column: Annotated[str | None, _column("--source-column", "where it was said")] = None,
    given: Annotated[date | None, day_option("--given", help="Day of the answers that have none.")] = None,
    expires: Annotated[date | None, day_option("--expires", help="Last day of those that have none.")] = None,
    complete: Annotated[
        bool,
        option("--complete", help="The file has every yes there is: a yes that it does not mention becomes pending."),
    ] = False,
    confirm_guesses: Annotated[
        bool, option("--confirm-guesses", help="What is only guessed is right: take it, and remember it.")
    ] = False,
    yes: Yes = False,
    confirm_large: ConfirmLarge = False,
    by: MaybeBy = None,
    school: School = None,
    workspace: WorkspaceFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """Show what an export of consents would change, and with --yes change it.

    Three kinds of file are read: a column for each purpose, a row for each answer, or (with --purpose) a file of one
    purpose.  A heading that says no is read the other way round.  What is only guessed is not taken: it is asked
    about on a terminal, or confirmed with --map or --confirm-guesses, and then remembered.  Rows that are not
    understood, and pupils who are not on the roll, are listed.
    """
    check_days(given, expires)
    content = read_file(csv)
    with open_register(workspace) as opened:
        whose = school_of_import(opened, school)
        wishes = Wishes(
            mapped=tuple(map(split_mapping, maps or ())),
            answers=tuple(split_mapping(text, _ANSWER_FORM) for text in answers or ()),
            upn=upn_column,
            type=type_column,
            answer=answer_column,
            given=given_column,
            expires=expires_column,
            source=source_column,
            given_on=given,
            expires_on=expires,
            purposes=opened.settings.purposes,
            remembered=tuple((one.heading, one.meaning) for one in remembered(opened, Source.CONSENT, whose)),
            confirms_guesses=confirm_guesses,
        )
        wishes = _of_list(opened, wishes, purpose, state)
        export = read_consents(content, wishes)
        if yes:
            export, wishes = _ask(content, export, wishes)
            digest = hashlib.sha256(content).hexdigest()
            order = ImportOrder(
                digest,
                whose,
                is_whole=complete,
                confirms_large=confirm_large,
                confirmed=_confirmed(export, wishes),
            )
            written = consents.import_consents(opened, by, export, order)
            leave_for_use(opened)
            difference = written.difference
            _show_written(export, written, as_json=as_json)
        else:
            difference = _preview(opened, export, whose, is_complete=complete, as_json=as_json)
    if export.problems or export.left or difference.strangers or difference.elsewhere:
        raise typer.Exit(ExitCode.HELD)


# -- parts --
def _show_written(export: Export, written: consents.Imported, *, as_json: bool) -> None:
    print_mappings(export)
    print_left_out(export, written.difference)
    typer.echo(_describe(written.difference), err=True)
    print_take_down(written.taken, as_json=as_json)


def _preview(workspace: Workspace, export: Export, school: str, *, is_complete: bool, as_json: bool) -> Difference:
    difference = preview_consents(workspace, export, is_complete=is_complete, school=school)
    print_import(export, difference, as_json=as_json)
    print_left_out(export, difference)
    say_preview_ends(difference.alarms)
    return difference


def _ask(content: bytes, export: Export, wishes: Wishes) -> tuple[Export, Wishes]:
    """Ask at a terminal about what is only guessed; what is confirmed there is as if --map had said it."""
    if not export.unconfirmed or not is_asked():
        return export, wishes
    confirmed = tuple((one.name, one.spelled) for one in export.unconfirmed if typer.confirm(question(one), err=True))
    wishes = replace(wishes, mapped=(*wishes.mapped, *confirmed))
    return read_consents(content, wishes), wishes


def _confirmed(export: Export, wishes: Wishes) -> dict[str, str]:
    """Return what a person says by this command, to be remembered."""
    named = {getattr(wishes, field): column for column, field in COLUMNS.items()}
    columns = {heading: column for heading, column in named.items() if heading is not None}
    words = {word: f"{REMEMBERED}{meaning}" for word, meaning in wishes.answers}
    return words | columns | {one.name: one.remembered for one in export.mappings if one.is_confirmed}


def _of_list(workspace: Workspace, wishes: Wishes, purpose: str | None, state: Answered | None) -> Wishes:
    if purpose is None:
        if state is not None:
            raise UsageError("--state goes with --purpose: a file of pupils who gave one answer for one purpose.")
        return wishes
    answer = None if state is None else State(state.value)
    return replace(wishes, purpose=purpose_named(purpose, workspace.settings.purposes), state=answer)


def _describe(difference: Difference) -> str:
    if not difference.changes:
        return "nothing to change: the register says the same"
    return f"written: {counted(len(difference.changes), 'answer')} of {counted(len(difference.changed_upns), 'pupil')}"
