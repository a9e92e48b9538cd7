"""What a person is told of a roll file before its rows are looked at."""

from __future__ import annotations

import typer

from redact.pupils.roll import Roll


def tell_untaken(roll: Roll) -> None:
    """Say which headings speak of a name and were not taken as a pupil's."""
    for heading in roll.untaken:
        typer.echo(
            f'the column "{heading}" was not taken as a name of the pupil; if it is one, call it '
            "Preferred Forename, Chosen Surname, Middle Names or the like and give the file again",
            err=True,
        )
