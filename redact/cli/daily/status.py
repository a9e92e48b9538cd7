"""`redact status`: what every working day begins with."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from redact.cli.option import option
from redact.cli.options import HERE, AsJson, School, WorkspaceFolder
from redact.cli.pages.status import print_status
from redact.cli.pages.times import zone_of
from redact.reports.status import read_status
from redact.workspace.open import open_workspace
from redact.workspace.schools import school_to_list


def show_status(
    school: School = None,
    is_whole: Annotated[bool, option("--all", help="List everything, however much it is.")] = False,
    as_json: AsJson = False,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Show what came in, where it stands, what needs a person, and what is overdue."""
    with open_workspace(workspace) as opened:
        status, zone = read_status(opened, school_to_list(opened, school)), zone_of(opened)
    if as_json:
        typer.echo(json.dumps(asdict(status) | {"photos": dict(status.photos)}, indent=1))
    else:
        print_status(status, zone, is_whole=is_whole)
