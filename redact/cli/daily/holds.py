"""`redact hold`: what must not be deleted, whatever else says that it may."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from redact.cli.option import option
from redact.cli.options import HERE, AsJson, ByRole, Person, Reason, WorkspaceFolder
from redact.cli.pages.times import format_moment, zone_of
from redact.devices.holds import add_hold, describe_held, lift_hold, list_held
from redact.errors import UsageError, short_id
from redact.workspace.open import open_workspace


def add(
    by: ByRole,
    person: Person,
    reason: Reason,
    device: Annotated[str | None, option("--device", metavar="DEVICE", help="Delete nothing on this device.")] = None,
    photo: Annotated[str | None, option("--photo", metavar="ID", help="Delete this photo nowhere.")] = None,
    workspace_wide: Annotated[bool, option("--workspace-wide", help="Delete nothing at all.")] = False,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Stop every deletion on a device, of a photo, or in the whole workspace, sealed originals included."""
    if (device is not None) + (photo is not None) + workspace_wide != 1:
        raise UsageError("Say what is on hold: --device DEVICE, --photo ID, or --workspace-wide.")
    with open_workspace(workspace) as opened:
        hold = add_hold(opened, by, person, reason, device=device, photo=photo)
    typer.echo(hold.id)
    typer.echo(f"Nothing of it is deleted until the hold is lifted: redact hold lift {hold.id}", err=True)


def lift(
    hold: Annotated[str, typer.Argument(metavar="HOLD", help="Its id, as in `redact hold list`.")],
    by: ByRole,
    person: Person,
    reason: Reason,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Lift a hold; what it stopped may be deleted from then on."""
    with open_workspace(workspace) as opened:
        lift_hold(opened, hold, by, person, reason)
    typer.echo(f"{hold} is lifted", err=True)


def list_every(
    every: Annotated[bool, option("--all", help="Those that were lifted too.")] = False,
    as_json: AsJson = False,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """List the holds that are on."""
    with open_workspace(workspace) as opened:
        found, zone = list_held(opened, is_every=every), zone_of(opened)
    if as_json:
        typer.echo(json.dumps([asdict(hold) | {"stops": asdict(held)} for hold, held in found], indent=1))
        return
    for hold, held in found:
        on = hold.device or short_id(hold.photo or "everything")
        lifted = f"lifted {format_moment(hold.lifted_at, zone)}" if hold.lifted_at else "on"
        typer.echo(
            f"{hold.id:9} {hold.scope:7} {on:16} {hold.by:24} {format_moment(hold.added_at, zone)}  {lifted}  "
            f"{hold.reason}"
        )
        if hold.lifted_at is None:
            typer.echo(f"{'':9} stops {describe_held(held)}")
    if not found:
        typer.echo("No hold is on.", err=True)
