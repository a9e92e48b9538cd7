"""`redact roll`: whose names are looked for in photos."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from redact.cli.acting import (
    ConfirmLarge,
    MaybeBy,
    Upn,
    Yes,
    is_asked,
    leave_for_use,
    open_register,
    say_preview_ends,
    split_mapping,
)
from redact.cli.option import option
from redact.cli.options import HERE, AsJson, School, WorkspaceFolder
from redact.cli.pages.consent import print_alarms, print_take_down
from redact.cli.pages.lists import MOST_ALIKE, format_rows, print_list
from redact.cli.pages.roll import print_columns, print_roll
from redact.cli.registers.naming import print_found, upn_of
from redact.errors import ExitCode, UsageError, counted
from redact.pupils.roll import Roll, read_roll
from redact.pupils.rolls.diff import RollDifference, roll_alarms
from redact.pupils.rolls.headings import RollWishes
from redact.pupils.tables.table import fold
from redact.registers.act import ImportOrder
from redact.registers.find_pupil import find_pupils
from redact.registers.mappings import remembered
from redact.registers.roll import import_roll as write_roll
from redact.registers.roll import preview_roll
from redact.store.pupils import reading
from redact.store.pupils.mappings import Source
from redact.system.printing import printable
from redact.workers.intake import read_file
from redact.workspace.open import open_workspace
from redact.workspace.schools import school_of_import, school_to_list


def import_roll(
    csv: Annotated[
        Path, typer.Argument(metavar="FILE", help="Export of pupils, CSV or .xlsx: UPN, names, year, class.")
    ],
    full: Annotated[
        bool, option("--full", help="The file lists every pupil: those it does not list have left.")
    ] = False,
    maps: Annotated[
        list[str] | None,
        option(
            "--map",
            metavar="HEADING=WHAT",
            help='A column and what it holds: "upn", "legal forename", "preferred surname", "further forename", "full '
            'name", "year", "class", "ignore" ...; may be repeated, and is remembered.',
        ),
    ] = None,
    yes: Yes = False,
    confirm_large: ConfirmLarge = False,
    by: MaybeBy = None,
    school: School = None,
    workspace: WorkspaceFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """Show what a roll would change, and with --yes change it.

    Columns are known by their headings; what is guessed is shown, --yes confirms it, and it is remembered.  Rows
    without a pupil number, or of pupils who have left, are not taken and are listed; so are names that look broken.
    """
    content = read_file(csv)
    with open_register(workspace) as opened:
        whose = school_of_import(opened, school)
        known = tuple((one.heading, one.meaning) for one in remembered(opened, Source.ROLL, whose))
        roll = read_roll(content, RollWishes(tuple(map(split_mapping, maps or ())), known))
        if full and roll.is_part:
            what = "The workbook has further sheets with names, so the one that is read may not be the whole roll"
            raise UsageError(
                f"{what}: leave --full out, or save the sheet that lists every pupil as a file of its own. "
                "Nothing was changed."
            )
        if not yes:
            difference = preview_roll(opened, roll, whose)
            if not as_json:
                print_columns(roll)
            _print_difference(difference, as_json=as_json, is_full=full)
            say_preview_ends(roll_alarms(difference, is_full=full))
        else:
            digest = hashlib.sha256(content).hexdigest()
            order = ImportOrder(
                digest,
                whose,
                is_whole=full,
                confirms_large=confirm_large,
                confirmed=_confirmed(roll, maps),
            )
            written = write_roll(opened, by, roll, order)
            leave_for_use(opened)
            difference = written.difference
            print_list(_changes(difference, is_full=full), err=True)
            _print_left_out(difference, is_full=full)
            left = f", {len(difference.missing)} left" if full else ""
            typer.echo(f"written: {counted(difference.changed, 'pupil')} new, changed or back{left}", err=True)
            print_take_down(written.taken, as_json=as_json)
    print_roll(roll)
    if not (difference.is_clean and roll.is_clean):
        raise typer.Exit(ExitCode.HELD)


def _confirmed(roll: Roll, maps: list[str] | None) -> dict[str, str]:
    """Return what a person says by this command, to be remembered: what was guessed and shown, and what was mapped."""
    mapped = {fold(heading) for heading, _ in map(split_mapping, maps or ())}
    return {
        column.heading: column.field.value
        for column in roll.columns
        if not column.is_listed or fold(column.heading) in mapped
    }


def show(upn: Upn, workspace: WorkspaceFolder = HERE) -> None:
    """Show one pupil's names, year and class."""
    with open_workspace(workspace) as opened:
        upn = upn_of(opened, upn)
        with opened.database.read() as connection:
            reading.read_pupil(connection, upn)
            pupil, has_left = reading.read_every_pupil(connection, with_adults=True)[upn]
    for what, value in (
        ("legal name", f"{pupil.legal_forename} {pupil.legal_surname}"),
        ("preferred name", f"{pupil.preferred_forename} {pupil.preferred_surname}"),
        ("further names", ", ".join((*pupil.more_forenames, *pupil.more_surnames))),
        ("year", pupil.year),
        ("class", pupil.reg),
        ("school", pupil.school),
    ):
        typer.echo(f"{what:15} {printable(value.strip()) or '-'}")
    if has_left:
        typer.echo("has left")


def find(
    words: Annotated[list[str], typer.Argument(metavar="NAME...", help="Words that begin a pupil's names.")],
    school: School = None,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Find a pupil by name, at a terminal."""
    if not is_asked():
        raise UsageError("Names are looked up at a terminal only. In a script use: redact roll list --json")
    with open_workspace(workspace) as opened:
        found = find_pupils(opened, " ".join(words), school_to_list(opened, school))
    for one in found:
        typer.echo(print_found(one))
    if not found:
        typer.echo("Nobody on the roll has such a name. Each word must begin one of the pupil's names.", err=True)


def list_roll(school: School = None, workspace: WorkspaceFolder = HERE, as_json: AsJson = False) -> None:
    """List the pupils whose names are looked for in photos, by name."""
    with open_workspace(workspace) as opened, opened.database.read() as connection:
        whose = school_to_list(opened, school)
        every = reading.read_roll(connection).pupils
    pupils = [pupil for pupil in every if whose in {None, pupil.school}]
    if as_json:
        rows = [{name: getattr(pupil, name) for name in pupil.__slots__} for pupil in pupils]
        typer.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    for pupil in pupils:
        name = f"{' / '.join(pupil.forenames)} {' / '.join(pupil.surnames)}"
        typer.echo(f"{pupil.upn:13} {pupil.year or '-':>4} {pupil.reg or '-':8} {printable(name)}")
    typer.echo(f"{counted(len(pupils), 'pupil')}", err=True)


def _print_difference(difference: RollDifference, *, as_json: bool, is_full: bool) -> None:
    if as_json:
        typer.echo(json.dumps(_as_json(difference), indent=1))
    else:
        typer.echo(f"{counted(difference.rows, 'row')}, {counted(difference.known, 'pupil')} on the roll now")
        for what in ("new", "changed", "back", "missing"):
            typer.echo(f"  {what}: {len(_as_json(difference)[what])}")
        print_list(_changes(difference, is_full=is_full))
    _print_left_out(difference, is_full=is_full)


def _as_json(difference: RollDifference) -> dict[str, Any]:
    return {
        "rows": difference.rows,
        "known": difference.known,
        "new": [pupil.upn for pupil in difference.new],
        "changed": [pupil.upn for pupil in difference.altered],
        "renamed": list(difference.renamed),
        "named": list(difference.named),
        "back": [pupil.upn for pupil in difference.returned],
        "missing": list(difference.missing),
        "rows_without_number": list(difference.unnumbered),
        "rows_repeated": list(difference.repeated),
        "rows_no_upn": list(difference.unchecked),
        "rows_left": list(difference.leavers),
        "rows_of_another_school": list(difference.elsewhere),
        "moved": list(difference.moved),
    }


def _changes(difference: RollDifference, *, is_full: bool) -> Iterator[str]:
    """Yield what becomes of each pupil, by number; the new ones last, for they can only cover more."""
    for upn in difference.missing if is_full else ():
        yield f"  {upn}  is missing, and counts as left"
    for pupil in difference.returned:
        yield f"  {pupil.upn}  is back: earlier consents count again"
    for pupil in difference.altered:
        what = "a name more, or spelled otherwise; none is lost" if pupil.upn in difference.named else "year or class"
        what = "a name; the old one is no longer looked for" if pupil.upn in difference.renamed else what
        what += ", from another school" if pupil.upn in difference.moved else ""
        yield f"  {pupil.upn}  changed: {what}"
    for pupil in difference.new:
        yield f"  {pupil.upn}  is new"


def _print_left_out(difference: RollDifference, *, is_full: bool) -> None:
    for rows, what in (
        (difference.unnumbered, "has no pupil number and is not taken: its name is not looked for"),
        (
            difference.repeated,
            "repeats a pupil number: only its names are taken, as further names of that pupil",
        ),
        (difference.elsewhere, "has a number of another school's pupil that is no UPN, and is not taken"),
        (difference.leavers, "says that the pupil has left, and is not taken"),
        (difference.unchecked, "has a number that is no UPN, or with a wrong check letter; it is taken"),
    ):
        if len(rows) > MOST_ALIKE:
            typer.echo(f"{format_rows(rows)}: each {what}", err=True)
        else:
            print_list([f"row {row} {what}" for row in rows], err=True)
    if difference.unnumbered and not difference.has_number:
        typer.echo('no column has the pupils\' numbers; if one does, say which: --map "HEADING=upn"', err=True)
    if difference.missing and not is_full:
        typer.echo(f"not in the file: {counted(len(difference.missing), 'pupil')}; if they left, say --full", err=True)
    print_alarms(roll_alarms(difference, is_full=is_full))
