"""`redact clear` and `attest`: photos leave a device, by this program or on a person's statement."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from typing import Annotated

import typer

from redact.audit.roles import PersonRole
from redact.cli.option import option
from redact.cli.options import HERE, ByRole, DeviceId, FurtherReason, Person, WorkspaceFolder, role_option
from redact.devices.attest import attest as write_down
from redact.devices.clear_by_hand import Cleared, Plan, clear_by_hand, plan_clearing, why_not_cleared
from redact.devices.clearing.judge import Waiting
from redact.errors import ExitCode, UsageError, counted, short_id
from redact.workspace.open import open_workspace

LINES = 20  # files printed one by one; the others are counted
_STATEMENT = "Deleted from the file system, not overwritten: flash memory may keep it until reused."


def clear(
    device: DeviceId,
    by: Annotated[
        PersonRole | None,
        role_option("The role of the person who does this, not needed with --dry-run", show_default=False),
    ] = None,
    dry_run: Annotated[bool, option("--dry-run", help="Say what would be deleted, and delete nothing.")] = False,
    yes: Annotated[bool, option("--yes", help="Delete without asking.")] = False,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Delete from a device every photo that is proved to be stored, look again, and write it all down.

    Nothing is deleted from a device that is expired or retired, or that nobody can look into: exit status 3.
    """
    if dry_run and yes:
        raise UsageError("Give either --dry-run, to see what would be deleted, or --yes, to delete it.")
    if by is None and not dry_run:
        raise UsageError("Say in which role you do this, with --by ROLE; the audit log keeps it.")
    with open_workspace(workspace) as opened:
        why_not = why_not_cleared(opened, device)
        if why_not is not None:
            typer.echo(why_not, err=True)
            raise typer.Exit(ExitCode.HELD)
        if not yes:
            plan = plan_clearing(opened, device)
            _print_plan(device, plan)
            if dry_run:
                raise typer.Exit(ExitCode.HELD if plan.stays or plan.away else ExitCode.OK)
            _ask(plan)
        assert by is not None
        done = clear_by_hand(
            opened, device, by, report_progress=lambda tried: typer.echo(f"{counted(tried, 'file')} tried", err=True)
        )
    typer.echo(f"{device}: {done.gone} gone, {done.kept} kept, {done.unknown} not known, {len(done.left)} left")
    _print_waiting(done.left)
    if done.gone:
        typer.echo(_STATEMENT, err=True)
    _print_rest(device, done)
    if not done.is_all_gone:
        raise typer.Exit(ExitCode.HELD)


def _print_rest(device: str, done: Cleared) -> None:
    """Say what the counts of a clearing do not hold."""
    if done.away is not None:
        typer.echo(f"The device cannot be looked at now: {done.away}. What else is on it is not known.", err=True)
    if done.others:
        files = "1 other file is" if done.others == 1 else f"{done.others} other files are"
        typer.echo(f"{files} on it: not taken in yet (redact watch does that), or for a person to take off.", err=True)
    if not done.is_all_gone:
        typer.echo(f"Not everything is known to be gone. See: redact show {device}", err=True)


def _print_plan(device: str, plan: Plan) -> None:
    typer.echo(f"{device}: {len(plan.goes)} would be deleted, {len(plan.stays)} would stay")
    for device_file in plan.goes[:LINES]:
        typer.echo(f"delete {short_id(device_file.photo)}")
    if len(plan.goes) > LINES:
        typer.echo(f"delete and {len(plan.goes) - LINES} more")
    _print_waiting(plan.stays)
    if plan.away is not None:
        typer.echo(f"The device cannot be looked at now: {plan.away}. Nothing of it can be deleted.", err=True)


def _print_waiting(waiting: Sequence[Waiting]) -> None:
    for item in waiting[:LINES]:
        typer.echo(f"stays  {short_id(item.device_file.photo)}  {item.reason}")
    for reason, count in Counter(item.reason for item in waiting[LINES:]).items():
        typer.echo(f"stays  and {count} more  {reason}")


def _ask(plan: Plan) -> None:
    """Ask on a terminal; refuse where nobody can answer."""
    if not sys.stdin.isatty():
        raise UsageError("Nothing was deleted. Nobody can be asked here: give --yes to delete, or --dry-run to look.")
    if plan.goes and not typer.confirm(f"Delete {len(plan.goes)} files from the device?"):
        raise UsageError("Nothing was deleted.")


def attest(
    device: DeviceId,
    by: ByRole,
    person: Person,
    reason: FurtherReason = None,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Write down a person's statement that a device's photos were deleted, where nobody can look.

    An attestation is no proof, and counts least of all levels.  A device that is here is cleared instead; one that is
    expired or retired is emptied by hand first.  Films and other things that were listed for a person leave the list.
    """
    with open_workspace(workspace) as opened:
        done = write_down(opened, device, by, person, reason)
    listed = f", {done.unlisted} taken off the list" if done.unlisted else ""
    typer.echo(f"{device}: attested; {counted(done.files, 'file')}{listed}", err=True)
    if done.on_hold:
        typer.echo(f"{counted(done.on_hold, 'file')} on hold and still listed. See: redact hold list", err=True)
    if done.not_stored:
        typer.echo(
            f"{counted(done.not_stored, 'file')} of photos that are not stored, and still listed. See: redact status",
            err=True,
        )
    if done.on_hold or done.not_stored:
        raise typer.Exit(ExitCode.HELD)
