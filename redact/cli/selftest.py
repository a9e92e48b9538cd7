"""`redact selftest`: every awkward kind of file, made in memory and run through the whole redaction."""

from __future__ import annotations

import typer

from redact.errors import ExitCode


def run_selftest() -> None:
    """Build every awkward kind of picture file in memory, redact each, and say pass or fail."""
    from time import perf_counter

    from models.senses import open_senses
    from models.weights import default_folder
    from redact.machine import usable_cores
    from redact.selftest import build_cases, check_case
    from redact.values import Policy
    from redact.workroom import Workroom, redact_photo

    room = Workroom(open_senses(default_folder(), usable_cores()), None, Policy(), perf_counter)
    cases = build_cases()
    failures = 0
    for case in cases:
        fault = check_case(case, lambda data: redact_photo(data, room))
        failures += fault is not None
        typer.echo(f"{'pass' if fault is None else 'FAIL'}  {case.name}" + (f": {fault}" if fault else ""))
    typer.echo(f"{len(cases)} cases, {failures} failed", err=True)
    if failures:
        raise typer.Exit(ExitCode.FAILED)
