"""What is printed about a roll file before its rows are compared with the register."""

from __future__ import annotations

from typing import Final

import typer

from redact.cli.pages.lists import describe_rows, print_list
from redact.pupils.roll import Roll
from redact.pupils.rolls.headings import Field
from redact.system.printing import printable

_TAKEN: Final = {Field.IGNORE: "not used", Field.LEFT: "who has left: such a row is not taken"}


def print_roll(roll: Roll) -> None:
    """Say which headings were not taken as a pupil's name though they speak of one, and which rows look broken."""
    for heading in roll.untaken:
        typer.echo(
            f'the column "{printable(heading)}" was not taken as a name of the pupil; if it is one, say so: '
            f'--map "{printable(heading)}=further forename", or surname; if not: --map "{printable(heading)}=ignore"',
            err=True,
        )
    for column in roll.columns:
        if column.field is Field.IGNORE and "name" in column.heading.casefold():
            heading = printable(column.heading)
            typer.echo(
                f'the column "{heading}" is left out because a person said so; if it is a name that the pupil goes by: '
                f'redact roll mappings --forget "{heading}" --by ROLE',
                err=True,
            )
    print_list(describe_rows(roll.notes), err=True)


def print_columns(roll: Roll) -> None:
    """Print what each column was taken for."""
    for column in roll.columns:
        taken = _TAKEN.get(column.field, column.field.value)
        sure = "" if column.is_listed else "   guessed: --yes confirms it, --map corrects it"
        typer.echo(f"  {printable(column.heading)} -> {taken}{sure}")
