"""`redact check`: what would be covered, and why; nothing is redacted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from redact.cli.option import option
from redact.cli.options import AsJson, Inputs, Jobs, RollFile
from redact.cli.pictures.batch import batch_of, show_progress
from redact.errors import ExitCode
from redact.redaction.values import Policy, Status
from redact.system.printing import printable
from redact.workers.batch import redact_items
from redact.workers.job import draw, examine
from redact.workers.report import print_report


def check_photos(
    inputs: Inputs,
    out: Annotated[
        Path | None,
        option(
            "--out",
            metavar="DIR",
            help="Folder for pictures with the boxes drawn. "
            "They show faces and names: delete them when you have looked.",
        ),
    ] = None,
    roll: RollFile = None,
    jobs: Jobs = None,
    as_json: AsJson = False,
) -> None:
    """Show what would be covered and why, without redacting anything."""
    batch = batch_of(inputs, out, roll, Policy(), jobs)
    task = examine if out is None else draw
    with show_progress(len(batch.items)) as progress:
        results = redact_items(batch.items, out, batch.setup, batch.workers, progress, task)
    if as_json:
        typer.echo(print_report(results, batch.models), nl=False)
    else:
        for done in results:
            typer.echo(f"{printable(done.source)}  {done.output or ''}  {done.outcome.reason or ''}".rstrip())
            for number, region in enumerate(done.outcome.regions, 1):
                typer.echo(f"  {number:3}  {region.kind:6} {region.action:8} {region.score:4.2f}  {region.reason}")
    if batch.lacks_names or any(done.outcome.status is Status.REFUSED or done.outcome.reason for done in results):
        raise typer.Exit(ExitCode.HELD)
