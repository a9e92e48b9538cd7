"""`redact doctor` says what is wrong with a workspace."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from redact.cli.option import option
from redact.cli.options import HERE, AsJson, WorkspaceFolder
from redact.cli.pages.doctor import print_findings
from redact.errors import ExitCode, counted
from redact.reports.doctor.examine import examine, is_sound
from redact.reports.doctor.values import Grade


def run_doctor(
    is_whole: Annotated[bool, option("--all", help="List everything, however much it is.")] = False,
    as_json: AsJson = False,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Say what is wrong with the workspace and this machine, and what to do about it."""
    findings = examine(workspace)
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], indent=1))
    else:
        print_findings(findings, is_whole=is_whole)
    counts = {grade: sum(finding.grade is grade for finding in findings) for grade in Grade}
    warned = counted(counts[Grade.WARN], "warning")
    typer.echo(f"{counts[Grade.FAIL]} failed, {warned}, {counts[Grade.OK]} in order", err=True)
    if not is_sound(findings):
        raise typer.Exit(ExitCode.FAILED)
