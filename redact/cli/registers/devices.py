"""`redact devices`: the register of what may hand in photos."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from redact.audit.kinds import Role
from redact.audit.roles import ApproverRole, PersonRole
from redact.cli.options import HERE, AsJson, ByRole, WorkspaceFolder, option
from redact.store.device_kinds import Clears, Kind, Owner, SerialSource

if TYPE_CHECKING:
    from redact.store.devices import RegisteredDevice

app = typer.Typer(
    help="The register of devices: photos are taken in, and cleared, only from an approved one.", no_args_is_help=True
)

DeviceId = Annotated[
    str, typer.Argument(metavar="DEVICE", help="Id of the device: lower-case letters, digits, hyphens.")
]
ApprovedBy = Annotated[ApproverRole, option("--approved-by", help="Who approved it, as the policy allows.")]
Until = Annotated[
    datetime | None,
    option(
        "--until",
        formats=["%Y-%m-%d"],
        metavar="YYYY-MM-DD",
        help="Last day of the approval.",
        show_default="31 August, the end of the school year",
    ),
]


@app.command("add")
def add(
    device: DeviceId,
    approved_by: ApprovedBy,
    kind: Annotated[Kind, option("--kind", help="What it is.")] = Kind.DROP_FOLDER,
    folder: Annotated[Path | None, option("--folder", metavar="FOLDER", help="Where its photos lie.")] = None,
    further: Annotated[
        list[Path] | None,
        option("--further", metavar="FOLDER", help="A folder where copies may lie; may be repeated."),
    ] = None,
    mount: Annotated[
        Path | None,
        option("--mount", metavar="FOLDER", help="Where a card or volume hangs.", show_default="found from --folder"),
    ] = None,
    owner: Annotated[Owner, option("--owner", help="Whose it is; photos on a personal one are chased.")] = Owner.TRUST,
    holder: Annotated[PersonRole, option("--holder", help="Role of who holds it.")] = Role.HOLDER,
    make: Annotated[str, option("--make", metavar="WORDS", help="Who made it.")] = "",
    model: Annotated[str, option("--model", metavar="WORDS", help="Its model.")] = "",
    serial: Annotated[str, option("--serial", metavar="WORDS", help="Its serial number.")] = "",
    serial_source: Annotated[
        SerialSource | None, option("--serial-source", help="Where the serial number was read.")
    ] = None,
    until: Until = None,
    clears: Annotated[
        Clears | None,
        option("--clears", help="When its photos are deleted, once safe.", show_default="at-once"),
    ] = None,
    replace_marker: Annotated[
        bool, option("--replace-marker", help="Take away a marker that another register left in its folders.")
    ] = False,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Register a device, and mark its folders so that it can prove its presence."""
    from redact.devices.register import NewDevice, add_device
    from redact.devices.untouched import UNREGISTERED
    from redact.errors import UsageError
    from redact.workspace.open import open_workspace

    if device == UNREGISTERED:
        raise UsageError(f"The id {UNREGISTERED} stands for the folders of no device. Choose another.")
    new = NewDevice(
        id=device,
        kind=kind,
        owner=owner,
        holder=holder,
        approved_by=approved_by,
        until=until.date() if until else None,
        folder=folder,
        further=tuple(further or ()),
        mount=mount,
        make=make,
        model=model,
        serial=serial,
        serial_source=serial_source,
        clears=clears,
    )
    with open_workspace(workspace) as opened:
        added = add_device(opened, new, replaces_marker=replace_marker)
    marked = len(added.record.folders)
    words = "its holder attests what was deleted" if not marked else f"{marked} marked folder{'s' * (marked > 1)}"
    typer.echo(f"registered {added.id} ({added.kind.value}) until {added.until[:10]}; {words}", err=True)


@app.command("list")
def list_devices(as_json: AsJson = False, workspace: WorkspaceFolder = HERE) -> None:
    """List every device, expired and retired ones too."""
    from redact.store.devices import read_devices
    from redact.workspace.open import open_workspace

    with open_workspace(workspace) as opened, opened.database.read() as connection:
        devices, now = read_devices(connection), opened.now()
    if as_json:
        typer.echo(json.dumps([_facts(device, now) for device in devices], indent=1))
        return
    if devices:
        typer.echo(f"{'id':20} {'kind':12} {'owner':9} {'holder':16} {'state':9} {'until':11} {'clears':8} last seen")
    for device in devices:
        typer.echo(
            f"{device.id:20} {device.kind.value:12} {device.owner.value:9} {device.holder.value:16} "
            f"{device.why_not(now) or 'approved':9} {device.until[:10]:11} {device.clears.value:8} "
            f"{(device.last_seen_at or 'never')[:16]}"
        )
    if not devices:
        typer.echo("no device is registered; see: redact devices add --help", err=True)


@app.command("show")
def show(device: DeviceId, as_json: AsJson = False, workspace: WorkspaceFolder = HERE) -> None:
    """Show all that the register knows of one device, and whether it is there now."""
    from redact.workspace.ids import known_device
    from redact.workspace.open import open_workspace
    from watcher import Unknown, device_of

    with open_workspace(workspace) as opened:
        found, now = known_device(opened, device), opened.now()
    presence = device_of(found.record).is_present()
    facts = _facts(found, now) | {
        "presence": f"not known: {presence.reason}" if isinstance(presence, Unknown) else "here"
    }
    if as_json:
        typer.echo(json.dumps(facts, indent=1))
        return
    for name, value in facts.items():
        words = ", ".join(map(str, value)) if isinstance(value, list) else value
        typer.echo(f"{name.replace('_', ' '):14} {words if words not in (None, '') else '-'}")


@app.command("renew")
def renew_approval(
    device: DeviceId, approved_by: ApprovedBy, until: Until = None, workspace: WorkspaceFolder = HERE
) -> None:
    """Approve a device again."""
    from redact.devices.register import renew
    from redact.workspace.open import open_workspace

    with open_workspace(workspace) as opened:
        renewed = renew(opened, device, approved_by, until.date() if until else None)
    typer.echo(f"renewed {renewed.id} until {renewed.until[:10]}", err=True)


@app.command("retire")
def retire_for_good(
    device: DeviceId,
    by: ByRole,
    reason: Annotated[str, option("--reason", metavar="SENTENCE", help="Why; it stands in the audit log: no name.")],
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Retire a device for good.

    Its photos are left untouched.  Its markers are removed where it is present, so that its folders can be registered
    again; nothing of it can be proved or deleted afterwards: clear it first.
    """
    from redact.devices.register import retire
    from redact.workspace.open import open_workspace

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
