"""`redact report`: the report to trustees of a period, as one page to print."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from redact.audit.kinds import Role
from redact.cli.option import option
from redact.cli.options import HERE, School, WorkspaceFolder, day_option
from redact.cli.pages.times import zone_of
from redact.errors import ExitCode, UsageError
from redact.reports.log_checks import check_and_note
from redact.reports.term.page import print_file
from redact.reports.term.read import read_term, term_of
from redact.reports.term.values import Asked
from redact.system.files import write_new
from redact.workspace.open import open_workspace
from redact.workspace.schools import school_to_list


def report_term(
    out: Annotated[Path, option("--out", metavar="FILE", help="The HTML file to write.", show_default=False)],
    since: Annotated[
        date | None, day_option("--from", help="The first day; without it, the first of the school term.")
    ] = None,
    until: Annotated[date | None, day_option("--until", help="The last day; without it, today.")] = None,
    school: School = None,
    overwrite: Annotated[bool, option("--overwrite", help="Replace a file of that name that is there.")] = False,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Make the report to trustees of a period: photos, covers, devices, posts, and everything that is open."""
    with open_workspace(workspace) as opened:
        last = until or opened.today()
        first = since or term_of(last)[0]
        if first > last:
            raise UsageError("The first day is after the last. Nothing was written.")
        one = school_to_list(opened, school)
        checked = check_and_note(opened, Role.SYSTEM)
        report = read_term(opened, Asked(first, last, None if one is None else (one,)))
        write_new(out, print_file(report, zone_of(opened)).encode(), may_replace=overwrite)
    typer.echo(f"Written. The audit log was checked: {checked.verdict}.", err=True)
    if not checked.is_intact and report.entries:
        typer.echo("error: something is wrong with the audit log; see what: redact audit verify", err=True)
        raise typer.Exit(ExitCode.FAILED)
