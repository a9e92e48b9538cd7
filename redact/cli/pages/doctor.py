"""How the findings of `redact doctor` are printed: of each check a few of each grade, for devices may be hundreds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import typer

from redact.reports.doctor.values import Finding, Grade

#: Findings of one check and grade that are printed; what is in order is read by nobody in full.
_MOST = {Grade.FAIL: 20, Grade.WARN: 20, Grade.OK: 6}


def print_findings(findings: Sequence[Finding], *, is_whole: bool = False) -> None:
    """Print what every check found, and of each list that is cut how many more there are, unless `is_whole`."""
    seen: Counter[tuple[str, Grade]] = Counter()
    for at, finding in enumerate(findings):
        seen[finding.check, finding.grade] += 1
        if is_whole or seen[finding.check, finding.grade] <= _MOST[finding.grade]:
            typer.echo(f"{finding.grade.value:4}  {finding.check}: {finding.sentence}")
            if finding.hint:
                typer.echo(f"      {finding.hint}")
        is_last = at + 1 == len(findings) or findings[at + 1].check != finding.check
        if is_last and not is_whole:
            _print_rest(finding.check, seen)


def _print_rest(check: str, seen: Counter[tuple[str, Grade]]) -> None:
    for grade, most in _MOST.items():
        more = seen[check, grade] - most
        if more > 0:
            typer.echo(f"{grade.value:4}  {check}: and {more} more: redact doctor --all")
            seen[check, grade] = most  # a check may have findings further down
