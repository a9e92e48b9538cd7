"""A list on a terminal; apart from the pages that print one, for `redact photo` imports no workspace."""

from __future__ import annotations

from collections.abc import Iterable

import typer

MOST_LISTED = 40  # lines of one list on a terminal; `--json` has them all; a choice


def print_list(lines: Iterable[str], *, err: bool = False) -> None:
    """Print a list, cut to what a terminal holds."""
    lines = list(lines)
    for line in lines[:MOST_LISTED]:
        typer.echo(line, err=err)
    if len(lines) > MOST_LISTED:
        typer.echo(f"  and {len(lines) - MOST_LISTED} more; --json lists them all", err=err)
