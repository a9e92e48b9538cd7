"""`redact devices`: the register of what may hand in photos."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from redact.audit.kinds import Role
from redact.audit.level import Level
from redact.audit.roles import APPROVERS, ApproverRole, PersonRole
from redact.cli.option import option
from redact.cli.options import (
    HERE,
    AsJson,
    ByRole,
    DeviceId,
    FurtherReason,
    Person,
    Reason,
    School,
    WorkspaceFolder,
    day_option,
    role_option,
)
from redact.cli.pages.status import print_overdue
from redact.cli.pages.times import format_last_day, format_moment, zone_of
from redact.devices.already_there import look_into
from redact.devices.new_device import NewDevice
from redact.devices.next_step import way_to_end_attesting
from redact.devices.recheck import LookedAgain, SeenByName, look_again, look_by_name
from redact.devices.register import add_device, mark, renew, retire
from redact.devices.untouched import UNREGISTERED
from redact.errors import ExitCode, UsageError, counted
from redact.reports.status import list_overdue
from redact.store.devices import Clears, Kind, Owner, RegisteredDevice, SerialSource, read_devices
from redact.workspace.ids import known_device
from redact.workspace.open import open_workspace
from redact.workspace.schools import known_school, school_of_device, school_to_list
from watcher import Unknown, device_of

NewId = Annotated[
    str, typer.Argument(metavar="DEVICE", help="An id that you choose: lower-case letters, digits, hyphens.")
]
ApprovedBy = Annotated[ApproverRole, role_option("Role of the person who approved it", "--approved-by", APPROVERS)]
Until = Annotated[
    date | None,
    day_option("--until", help="Last day of the approval.", show_default="31 August, the end of the school year"),
]


def add(
    device: NewId,
    approved_by: ApprovedBy,
    kind: Annotated[Kind, option("--kind", help="What it is.")] = Kind.DROP_FOLDER,
    folder: Annotated[Path | None, option("--folder", metavar="FOLDER", help="Where its photos are.")] = None,
    further: Annotated[
        list[Path] | None,
        option("--further", metavar="FOLDER", help="Another folder of it where photos may be; may be repeated."),
    ] = None,
    mount: Annotated[
        Path | None,
        option(
            "--mount", metavar="FOLDER", help="Where a card or volume is mounted.", show_default="found from --folder"
        ),
    ] = None,
    owner: Annotated[Owner, option("--owner", help="Whose it is; a personal one is overdue sooner.")] = Owner.TRUST,
    holder: Annotated[PersonRole, role_option("Role of the person who holds it", "--holder")] = Role.HOLDER,
    make: Annotated[str, option("--make", metavar="WORDS", help="Who made it.")] = "",
    model: Annotated[str, option("--model", metavar="WORDS", help="Its model.")] = "",
    serial: Annotated[str, option("--serial", metavar="WORDS", help="Its serial number.")] = "",
    serial_source: Annotated[
        SerialSource | None, option("--serial-source", help="Where the serial number was read.")
    ] = None,
    until: Until = None,
    clears: Annotated[
        Clears | None,
        option("--clears", help="When its photos are deleted, once their copies are safe.", show_default="at-once"),
    ] = None,
    replace_marker: Annotated[
        bool, option("--replace-marker", help="Remove a marker that another register left in its folders.")
    ] = False,
    yes: Annotated[
        bool, option("--yes", help="Take in, and delete in time, the photos that lie in its folders already.")
    ] = False,
    meant: Annotated[
        bool, option("--meant", help="A home or system folder, Pictures, Desktop or the like is really meant.")
    ] = False,
    school: School = None,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Register a device, and mark its folders so that it can prove its presence.

    What lies in its folders already is counted and shown first; more than a few photos need --yes.
    """
    if device == UNREGISTERED:
        raise UsageError(f"The id {UNREGISTERED} stands for the folders of no device. Choose another.")
    with open_workspace(workspace) as opened:
        whose = school_of_device(opened, school)
    new = NewDevice(
        id=device,
        kind=kind,
        owner=owner,
        holder=holder,
        approved_by=approved_by,
        until=until,
        folder=folder,
        further=tuple(further or ()),
        mount=mount,
        make=make,
        model=model,
        serial=serial,
        serial_source=serial_source,
        clears=clears,
        school=whose,
    )
    with open_workspace(workspace) as opened:
        zone, schools = zone_of(opened), opened.settings.schools
        added = add_device(opened, new, replaces_marker=replace_marker, is_confirmed=yes, is_meant=meant)
        lying = look_into(added.record.folders, zone)
    marked = len(added.record.folders)
    words = "its holder attests what was deleted" if not marked else counted(marked, "marked folder")
    typer.echo(
        f"registered {added.id} ({added.kind.value}) until {format_last_day(added.until, zone)}; {words}", err=True
    )
    if schools and not added.school:
        typer.echo(
            "it belongs to no school: whoever sees one school alone does not see its photos. To give it one: "
            f"redact devices renew {added.id} --school ID --approved-by ROLE",
            err=True,
        )
    if message := lying.describe(added.clears):
        typer.echo(message, err=True)


def list_devices(school: School = None, as_json: AsJson = False, workspace: WorkspaceFolder = HERE) -> None:
    """List every device, expired and retired ones too."""
    with open_workspace(workspace) as opened, opened.database.read() as connection:
        whose = school_to_list(opened, school)
        devices, now, zone = read_devices(connection, whose), opened.now(), zone_of(opened)
        schools = opened.settings.schools
    if as_json:
        typer.echo(json.dumps([_facts(device, now) for device in devices], indent=1))
        return
    width = max(map(len, ("school", "(none)", *schools))) + 1 if schools else 0  # no column in a single school
    if devices:
        title = "school".ljust(width) if width else ""
        typer.echo(
            f"{'id':20} {title}{'kind':12} {'owner':9} {'holder':16} {'state':9} {'until':11} {'clears':8} last seen"
        )
    for device in devices:
        whose = (device.school or "(none)").ljust(width) if width else ""
        typer.echo(
            f"{device.id:20} {whose}{device.kind.value:12} {device.owner.value:9} {device.holder.value:16} "
            f"{device.why_not(now) or 'approved':9} {format_last_day(device.until, zone):11} {device.clears.value:8} "
            f"{format_moment(device.last_seen_at, zone)}"
        )
    if not devices:
        typer.echo("No device is registered. See: redact devices add --help", err=True)


def show(device: DeviceId, as_json: AsJson = False, workspace: WorkspaceFolder = HERE) -> None:
    """Show all that the register knows of one device, and whether it is there now."""
    with open_workspace(workspace) as opened:
        found, now, zone = known_device(opened, device), opened.now(), zone_of(opened)
    presence = device_of(found.record).is_present()
    facts = _facts(found, now) | {
        "presence": f"not known: {presence.reason}" if isinstance(presence, Unknown) else "here"
    }
    if as_json:
        typer.echo(json.dumps(facts, indent=1))
        return
    for name in ("approved_at", "until", "retired_at", "last_seen_at", "attested_at"):
        at = facts[name]
        facts[name] = format_moment(at, zone) if isinstance(at, str) else at
    for name, value in facts.items():
        words = ", ".join(map(str, value)) if isinstance(value, list) else value
        typer.echo(f"{name.replace('_', ' '):14} {words if words not in (None, '') else '-'}")


def renew_approval(
    device: DeviceId,
    approved_by: ApprovedBy,
    until: Until = None,
    school: School = None,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Approve a device again.

    With --school it is that school's from now on; photos that came in before stay as they are.
    """
    with open_workspace(workspace) as opened:
        whose = None if school is None else known_school(opened, school)
        renewed, zone = renew(opened, device, approved_by, until, whose), zone_of(opened)
    of = f", of {whose} from now on" if whose else ""
    typer.echo(f"renewed {renewed.id} until {format_last_day(renewed.until, zone)}{of}", err=True)


def mark_again(
    device: DeviceId,
    by: ByRole,
    person: Person,
    reason: FurtherReason = None,
    yes: Annotated[
        bool, option("--yes", help="Take in, and delete in time, the photos that lie in its folders already.")
    ] = False,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Mark a device again that lost its marker: a card formatted in the camera, a drop folder made again.

    A person says that it is the device; the audit log keeps that, and the id stays.  What lies there already is counted
    and shown first; more than a few photos need --yes.
    """
    with open_workspace(workspace) as opened:
        marked = mark(opened, device, by, person, reason, is_confirmed=yes)
    folders = counted(marked.folders, "folder")
    typer.echo(f"marked {device} again, in {folders}; its id stays", err=True)
    if message := marked.lying.describe(marked.device.clears):
        typer.echo(message, err=True)


def retire_for_good(
    device: DeviceId,
    by: ByRole,
    reason: Reason,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Retire a device for good.

    Its photos are left untouched.  Its markers are removed where it is present, so that its folders can be registered
    again; nothing of it can be proved or deleted afterwards: clear it first.
    """
    with open_workspace(workspace) as opened:
        retired = retire(opened, device, by, reason)
    typer.echo(f"retired {retired.device.id}; its photos were left as they are", err=True)
    if retired.waiting:
        typer.echo(
            f"warning: {retired.waiting} of its files were taken in and not cleared; delete them by hand", err=True
        )
    for folder in retired.marked:
        typer.echo(
            f"warning: the marker is still in {folder}, which is not there or not its own now; to register that folder "
            "again use --replace-marker",
            err=True,
        )


def check_device(
    device: DeviceId,
    days: Annotated[
        int, option("--days", min=1, metavar="N", help="Look for what was deleted in the last N days.")
    ] = 30,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Look over a device once more for what was deleted from it, and write down what was seen; nothing is deleted.

    Photos are looked for by their content, in every folder and trash that may be looked at.  A copy that is found is
    deleted next.  A file that a person took off by hand (a film, a link, a photo never stored) leaves the list.
    A device that is expired or retired is looked at by its file names alone, and so are the folders of no device
    (`unregistered`).
    """
    with open_workspace(workspace) as opened:
        names = look_by_name(opened, device)
        seen = look_again(opened, device, days) if names is None else None
    if names is not None:
        _print_names(device, names)
    if seen is not None:
        _print_seen(device, seen)


def _print_names(device: str, names: SeenByName) -> None:
    lying = names.lying + names.listed
    files = f"{'' if names.is_whole else 'at least '}{counted(lying, 'file')} {'is' if lying == 1 else 'are'}"
    if device == names.why:
        typer.echo(f"{device}: {counted(lying, 'folder')} with files")
    else:
        typer.echo(f"{device} is {names.why}: {files} there, by their names; nothing was opened")
    if names.taken:
        typer.echo(
            f"{names.taken} files of photos that were taken in are not known to be gone. "
            f"{way_to_end_attesting(device)}",
            err=True,
        )
    if not names.is_all_gone:
        raise typer.Exit(ExitCode.HELD)


def _print_seen(device: str, seen: LookedAgain) -> None:
    typer.echo(
        f"{device}: {seen.gone} looked for again, {seen.found} found, {seen.taken_away} taken off by hand, "
        f"{seen.still_there} still there; level {seen.level or 'none'}"
    )
    if seen.found:
        typer.echo(f"What was found is deleted next: by the watcher, or with redact clear {device}", err=True)
    if seen.still_there:
        typer.echo(f"Photos that are not stored are on it. See, on a terminal: redact show {device}", err=True)
    if seen.listed:
        typer.echo(
            f"For a person: {counted(seen.listed, 'other thing')}. See, on a terminal: redact show {device}", err=True
        )
    if seen.level == Level.UNKNOWN:
        typer.echo("Not everything could be looked at. See: redact doctor", err=True)
    if not seen.is_all_gone:
        raise typer.Exit(ExitCode.HELD)


def list_overdue_devices(school: School = None, as_json: AsJson = False, workspace: WorkspaceFolder = HERE) -> None:
    """List the devices whose photos should have been deleted by now, longest waiting first."""
    with open_workspace(workspace) as opened:
        items, zone = list_overdue(opened, school_to_list(opened, school)), zone_of(opened)
    if as_json:
        typer.echo(json.dumps([asdict(item) for item in items], indent=1))
    else:
        print_overdue(items, zone)
    if items:
        raise typer.Exit(ExitCode.HELD)


def _facts(device: RegisteredDevice, now: datetime) -> dict[str, object]:
    record = device.record
    return {
        "id": device.id,
        "kind": device.kind.value,
        "state": device.why_not(now.astimezone(UTC)) or "approved",
        "owner": device.owner.value,
        "holder": device.holder.value,
        "approved_by": device.approved_by.value,
        "approved_at": device.approved_at,
        "until": device.until,
        "retired_at": device.retired_at,
        "clears": device.clears.value,
        "school": device.school,
        "make": device.make,
        "model": device.model,
        "serial": device.serial,
        "serial_source": device.serial_source.value if device.serial_source else "",
        "folder": None if record.root is None else str(record.root),
        "further": [str(folder) for folder in record.further],
        "mount": None if record.mount is None else str(record.mount),
        "last_seen_at": device.last_seen_at,
        "attested_at": device.attested_at,
    }
