"""`redact clear`, `attest`, `hold`, `devices check` and `overdue`: what leaves devices, and what must not."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from redact.audit.roles import PersonRole
from redact.cli.options import HERE, AsJson, ByRole, Person, WorkspaceFolder, option
from redact.errors import ExitCode, UsageError, short_id

if TYPE_CHECKING:
    from redact.devices.clear import Waiting
    from redact.devices.clear_by_hand import Cleared, Plan
    from redact.devices.recheck import LookedAgain, SeenByName

holds = typer.Typer(help="Holds: what stops every deletion until a named person lifts it.", no_args_is_help=True)

DeviceId = Annotated[str, typer.Argument(metavar="DEVICE", help="Id of the device, as in `redact devices list`.")]
Reason = Annotated[str, option("--reason", metavar="SENTENCE", help="Why; it stands in the audit log: no name.")]
LINES = 20  # files printed one by one; the others are counted
_STATEMENT = "Deleted from the file system, not overwritten; flash memory may keep it until reused."


def clear(
    device: DeviceId,
    by: Annotated[
        PersonRole | None,
        option("--by", help="The role of the person who does this; needed unless --dry-run.", show_default=False),
    ] = None,
    dry_run: Annotated[bool, option("--dry-run", help="Say what would go and what stays, and delete nothing.")] = False,
    yes: Annotated[bool, option("--yes", help="Really delete, without asking.")] = False,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Delete from a device every photo that is proved to be stored, look again, and write it all down.

    Nothing is deleted from a device that is expired or retired, or that nobody can look into: exit status 3.
    """
    from redact.devices.clear_by_hand import clear_device, plan_clearing, why_not_cleared
    from redact.workspace.open import open_workspace

    if dry_run and yes:
        raise UsageError("Say --dry-run to see what would go, or --yes to delete it.")
    if by is None and not dry_run:
        raise UsageError("Say who does this with --by, for it stands in the audit log.")
    with open_workspace(workspace) as opened:
        why_not = why_not_cleared(opened, device)
        if why_not is not None:
            typer.echo(why_not, err=True)
            raise typer.Exit(ExitCode.HELD)
        if not yes:
            plan = plan_clearing(opened, device)
            _tell_plan(device, plan)
            if dry_run:
                raise typer.Exit(ExitCode.HELD if plan.stays or plan.away else ExitCode.OK)
            _ask(plan)
        assert by is not None
        done = clear_device(opened, device, by, told=lambda tried: typer.echo(f"{tried} files tried", err=True))
    typer.echo(f"{device}: {done.gone} gone, {done.kept} kept, {done.unknown} not known, {len(done.left)} left")
    _tell_waiting(done.left)
    if done.gone:
        typer.echo(_STATEMENT, err=True)
    _tell_rest(device, done)
    if not done.is_all_gone:
        raise typer.Exit(ExitCode.HELD)


def _tell_rest(device: str, done: Cleared) -> None:
    """Say what the counts of a clearing do not hold."""
    if done.away is not None:
        typer.echo(f"The device cannot be looked at now: {done.away}. What else lies on it, nobody knows.", err=True)
    if done.others:
        files = "1 other file lies" if done.others == 1 else f"{done.others} other files lie"
        typer.echo(f"{files} there: not taken in yet (redact watch does that), or for a person to take off.", err=True)
    if not done.is_all_gone:
        typer.echo(f"Not everything is known to be gone. See: redact show {device}", err=True)


def _tell_plan(device: str, plan: Plan) -> None:
    typer.echo(f"{device}: {len(plan.goes)} would go, {len(plan.stays)} would stay")
    for device_file in plan.goes[:LINES]:
        typer.echo(f"goes   {short_id(device_file.photo)}")
    if len(plan.goes) > LINES:
        typer.echo(f"goes   and {len(plan.goes) - LINES} more")
    _tell_waiting(plan.stays)
    if plan.away is not None:
        typer.echo(f"The device cannot be looked at now: {plan.away}. Nothing of it can be deleted.", err=True)


def _tell_waiting(waiting: Sequence[Waiting]) -> None:
    for item in waiting[:LINES]:
        typer.echo(f"stays  {short_id(item.device_file.photo)}  {item.reason}")
    for reason, count in Counter(item.reason for item in waiting[LINES:]).items():
        typer.echo(f"stays  and {count} more  {reason}")


def _ask(plan: Plan) -> None:
    """Ask on a terminal; refuse where nobody can answer."""
    if not sys.stdin.isatty():
        raise UsageError("Nothing was deleted. Say --yes to delete without being asked, or --dry-run to look.")
    if plan.goes and not typer.confirm(f"Delete {len(plan.goes)} files from the device?"):
        raise UsageError("Nothing was deleted.")


def attest(
    device: DeviceId,
    by: ByRole,
    person: Person,
    reason: Annotated[
        str | None, option("--reason", metavar="SENTENCE", help="More on it; it stands in the audit log: no name.")
    ] = None,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Write down somebody's word that a device's photos were deleted, where nobody can look.

    It is the lowest step of the ladder, and no proof.  A device that is here is cleared instead; one that is expired or
    retired is emptied by hand first.  Films and other things that were listed for a person leave the list with it.
    """
    from redact.devices.attest import attest as write_down
    from redact.workspace.open import open_workspace

    with open_workspace(workspace) as opened:
        done = write_down(opened, device, by, person, reason)
    listed = f", {done.unlisted} taken off the list" if done.unlisted else ""
    typer.echo(f"{device}: attested; {done.files} files{listed}", err=True)
    if done.on_hold:
        typer.echo(f"{done.on_hold} files are on hold and stay listed. See: redact hold list", err=True)
    if done.not_stored:
        typer.echo(f"{done.not_stored} files of photos that are not stored stay listed. See: redact status", err=True)
    if done.on_hold or done.not_stored:
        raise typer.Exit(ExitCode.HELD)


@holds.command("add")
def add(
    by: ByRole,
    person: Person,
    reason: Reason,
    device: Annotated[str | None, option("--device", metavar="DEVICE", help="Nothing on this device goes.")] = None,
    photo: Annotated[str | None, option("--photo", metavar="ID", help="This photo goes nowhere.")] = None,
    workspace_wide: Annotated[bool, option("--workspace-wide", help="Nothing goes anywhere.")] = False,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Stop every deletion on a device, of a photo, or in the whole workspace, sealed originals included."""
    from redact.devices.holds import add_hold
    from redact.workspace.open import open_workspace

    if (device is not None) + (photo is not None) + workspace_wide != 1:
        raise UsageError("Say what is on hold: --device DEVICE, --photo ID, or --workspace-wide.")
    with open_workspace(workspace) as opened:
        hold = add_hold(opened, by, person, reason, device=device, photo=photo)
    typer.echo(hold.id)
    typer.echo(f"Nothing of it is deleted until: redact hold lift {hold.id}", err=True)


@holds.command("lift")
def lift(
    hold: Annotated[str, typer.Argument(metavar="HOLD", help="Its id, as in `redact hold list`.")],
    by: ByRole,
    person: Person,
    reason: Reason,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Lift a hold; what it stopped may go from then on."""
    from redact.devices.holds import lift_hold
    from redact.workspace.open import open_workspace

    with open_workspace(workspace) as opened:
        lift_hold(opened, hold, by, person, reason)
    typer.echo(f"{hold} is lifted", err=True)


@holds.command("list")
def list_every(
    every: Annotated[bool, option("--all", help="Lifted ones too.")] = False,
    as_json: AsJson = False,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """List the holds that are on."""
    from redact.devices.holds import list_holds
    from redact.workspace.open import open_workspace

    with open_workspace(workspace) as opened:
        found = list_holds(opened, is_every=every)
    if as_json:
        typer.echo(json.dumps([asdict(hold) for hold in found], indent=1))
        return
    for hold in found:
        on = hold.device or short_id(hold.photo or "everything")
        lifted = f"lifted {hold.lifted_at[:16]}" if hold.lifted_at else "on"
        typer.echo(f"{hold.id:9} {hold.scope:7} {on:16} {hold.by:24} {hold.added_at[:16]}  {lifted}  {hold.reason}")
    if not found:
        typer.echo("No hold is on.", err=True)


def check_device(
    device: DeviceId,
    days: Annotated[
        int, option("--days", min=1, metavar="N", help="Look for what was deleted in the last N days.")
    ] = 30,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Look over a device once more for what was deleted from it, and write down what was seen; nothing is deleted.

    Photos are looked for by their content, in every folder and trash that may be looked at.  A copy that is found is
    cleared next.  A file that a person took off by hand (a film, a link, a photo never stored) leaves the list.
    A device that is expired or retired is looked at by its file names alone, and so are the folders of no device
    (`unregistered`).
    """
    from redact.devices.recheck import look_again, look_by_name
    from redact.workspace.open import open_workspace

    with open_workspace(workspace) as opened:
        names = look_by_name(opened, device)
        seen = look_again(opened, device, days) if names is None else None
    if names is not None:
        _tell_names(device, names)
    if seen is not None:
        _tell_seen(device, seen)


def _tell_names(device: str, names: SeenByName) -> None:
    lying = names.lying + names.listed
    if device == names.why:
        typer.echo(f"{device}: {lying} folders with files")
    else:
        typer.echo(f"{device} is {names.why}: {lying} files lie there, by their names; nothing was opened")
    if names.taken:
        typer.echo(
            f"{names.taken} files of photos that were taken in are not known to be gone. When you took everything off: "
            f"redact attest {device}",
            err=True,
        )
    if not names.is_all_gone:
        raise typer.Exit(ExitCode.HELD)


def _tell_seen(device: str, seen: LookedAgain) -> None:
    typer.echo(
        f"{device}: {seen.gone} looked for again, {seen.found} found, {seen.taken_away} taken away by hand, "
        f"{seen.still_there} still there; level {seen.level or 'none'}"
    )
    if seen.found:
        typer.echo(f"What was found is cleared next: by the watcher, or with redact clear {device}", err=True)
    if seen.still_there:
        typer.echo(f"Photos that are not stored lie on it. See, on a terminal: redact show {device}", err=True)
    if seen.listed:
        typer.echo(f"{seen.listed} other things are for a person. See, on a terminal: redact show {device}", err=True)
    if seen.level == "unknown":
        typer.echo("Not everything could be looked at. See: redact doctor", err=True)
    if not seen.is_all_gone:
        raise typer.Exit(ExitCode.HELD)


def tell_overdue(as_json: AsJson = False, workspace: WorkspaceFolder = HERE) -> None:
    """List the devices whose photos should have been deleted by now, longest waiting first."""
    from redact.cli.pages.status import print_overdue
    from redact.reports.status import list_overdue
    from redact.workspace.open import open_workspace

    with open_workspace(workspace) as opened:
        items = list_overdue(opened)
    if as_json:
        typer.echo(json.dumps([asdict(item) for item in items], indent=1))
    else:
        print_overdue(items)
    if items:
        raise typer.Exit(ExitCode.HELD)
