"""`redact purge`: destroy sealed originals whose retention is over."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import tzinfo
from typing import Annotated

import typer

from redact.cli.option import option
from redact.cli.options import HERE, AsJson, WorkspaceFolder
from redact.cli.pages.times import format_moment, zone_of
from redact.errors import ExitCode, UsageError, counted
from redact.photos.purge import find_due
from redact.photos.retention import end_retention
from redact.store.originals import Original
from redact.workspace.open import open_workspace

DryRun = Annotated[bool, option("--dry-run", help="Say which would be destroyed, and destroy nothing.")]
Yes = Annotated[bool, option("--yes", help="Destroy them.")]


def purge(
    workspace: WorkspaceFolder = HERE, dry_run: DryRun = False, yes: Yes = False, as_json: AsJson = False
) -> None:
    """Destroy the sealed originals whose retention is over; the redacted copies stay."""
    if dry_run == yes:
        raise UsageError("Give either --dry-run, to see which originals are due, or --yes, to destroy them.")
    with open_workspace(workspace) as opened:
        zone = zone_of(opened)
        if dry_run:
            due = find_due(opened)
            _print_all([(due, "due")], zone, as_json=as_json)
            typer.echo(f"{_count(due)} would be destroyed; nothing was changed.", err=True)
            return
        purged = end_retention(opened)
    rows = [
        (purged.destroyed, "destroyed"),
        (purged.missing, "missing"),
        (purged.kept, "kept"),
        (purged.unproven, "unproven"),
    ]
    _print_all(rows, zone, as_json=as_json)
    typer.echo(f"{_count(purged.destroyed)} destroyed.", err=True)
    if purged.missing:
        typer.echo(f"{_count(purged.missing)} not in the vault any more; the audit log says so.", err=True)
    if purged.kept:
        typer.echo(
            f"{_count(purged.kept)} kept, because the redacted copy is not in trust storage. See: redact status",
            err=True,
        )
    if purged.unproven:
        unproven = f"{_count(purged.unproven)} kept, because the audit log does not prove that they are due."
        typer.echo(f"{unproven} See: redact audit verify", err=True)
    if purged.kept or purged.unproven:
        raise typer.Exit(ExitCode.HELD)


def _print_all(rows: Sequence[tuple[Sequence[Original], str]], zone: tzinfo, *, as_json: bool) -> None:
    flat = [(original, state) for originals, state in rows for original in originals]
    if as_json:
        listing = [
            {"photo": o.photo, "state": state, "set_aside_at" if o.is_set_aside else "stored_at": o.since}
            for o, state in flat
        ]
        typer.echo(json.dumps(listing, indent=1))
        return
    for original, state in flat:
        how = "set aside" if original.is_set_aside else "stored"
        typer.echo(f"{original.photo} {state:9} {how} {format_moment(original.since, zone)}")


def _count(originals: Sequence[Original]) -> str:
    return counted(len(originals), "original")
