"""`redact selftest`: every awkward kind of file, made in memory and run through the whole redaction."""

from __future__ import annotations

from time import perf_counter

import typer

from models.finders import open_finders
from models.weights import default_folder
from redact.errors import ExitCode
from redact.redaction.photo import RedactionContext, redact_photo
from redact.redaction.values import Policy
from redact.system.machine import usable_cores
from redact.trials.selftest import build_cases, check_case


def run_selftest() -> None:
    """Build every awkward kind of picture file in memory, redact each, and say pass or fail."""
    context = RedactionContext(open_finders(default_folder(), usable_cores()), None, Policy(), perf_counter)
    cases = build_cases()
    failures = 0
    for case in cases:
        fault = check_case(case, lambda data: redact_photo(data, context))
        failures += fault is not None
        typer.echo(f"{'pass' if fault is None else 'FAIL'}  {case.name}" + (f": {fault}" if fault else ""))
    typer.echo(f"{len(cases)} cases, {failures} failed", err=True)
    if failures:
        raise typer.Exit(ExitCode.FAILED)
