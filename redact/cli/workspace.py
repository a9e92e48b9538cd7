"""`redact init` makes a workspace; `redact workspace` says that it moved, moves its storage, accepts its clock."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from redact.audit.roles import PersonRole
from redact.cli.option import option
from redact.cli.options import HERE, ByRole, Person, Reason, WorkspaceFolder, role_option
from redact.cli.pages.times import zone_of
from redact.errors import ExitCode, UsageError, counted
from redact.photos.placing import move as moving
from redact.reports.accept_clock import accept_clock
from redact.reports.accept_standing import accept_move
from redact.store.latest import NEXT_STEP
from redact.system.clock import print_local
from redact.workspace.create import make_workspace, origin_of
from redact.workspace.open import open_workspace
from redact.workspace.settings import Settings


def init_workspace(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="A new or empty folder, or a workspace to bring up to date.")
    ],
    name: Annotated[
        str | None,
        option(
            "--name",
            metavar="SCHOOL",
            help="The audit log is named after it, for ever.",
            show_default="the folder's name",
        ),
    ] = None,
    trust: Annotated[
        str | None,
        option("--trust", metavar="PLACE", help="Trust storage: a folder, s3://... or az://...", show_default="trust"),
    ] = None,
    copies: Annotated[
        list[str] | None,
        option(
            "--mirror",
            metavar="FOLDER",
            help="A checkpoint mirror: a folder, better on another machine, that gets each signed checkpoint of the "
            "audit log.  May be repeated.",
            show_default="checkpoints",
        ),
    ] = None,
    allow_synced: Annotated[
        bool, option("--allow-synced", help="Make it although a service copies the folder elsewhere.")
    ] = False,
) -> None:
    """Make a workspace: settings, database, folders and keys; or bring an existing one up to date.

    Nothing that is there is overwritten.  A new workspace has two key files that must be moved off this machine; they
    are named at the end.
    """
    chosen: dict[str, object] = {} if trust is None else {"trust": _as_seen_from_here(trust)}
    if copies:
        chosen["checkpoint_mirrors"] = [_as_seen_from_here(copy) for copy in copies]
    made = make_workspace(folder, name or folder.resolve().name, chosen, allow_synced=allow_synced)
    done = "made the workspace" if made.is_new else "the workspace is up to date:"
    typer.echo(f"{done} {made.settings.folder}; its audit log is called {made.settings.origin}", err=True)
    if not made.is_new:
        _print_ignored(made.settings, name, trust, copies or [])
    if made.waived:
        typer.echo(f"WARNING: {made.waived}.", err=True)
    for warning in made.warnings:
        typer.echo(f"WARNING: {warning}.", err=True)
    if made.to_move_away:
        typer.echo(
            "\nMOVE THESE FILES OFF THIS MACHINE NOW, each to its own safe place, and delete them here:", err=True
        )
        for path in made.to_move_away:
            typer.echo(f"  {path}", err=True)
        typer.echo(
            "Whoever holds one of them can open every original; when all are lost, nobody can.\n"
            "Then back up the folder keys (not to the same place), and run: redact doctor --workspace "
            f"{quote(str(folder))}",
            err=True,
        )


def _as_seen_from_here(place: str) -> str:
    """Return a folder as it is kept: relative to the workspace in redact.toml, never on a command line."""
    return place if "://" in place or not place.strip() else str(Path(place).absolute())


def _print_ignored(settings: Settings, name: str | None, trust: str | None, copies: list[str]) -> None:
    """Say which options a workspace that was there already did not follow."""
    if name is not None and origin_of(name) != settings.origin:
        typer.echo(f"warning: --name changes nothing: the audit log is called {settings.origin} for ever.", err=True)
    for option_name, setting, is_given in (
        ("--trust", "trust", trust is not None),
        ("--mirror", "checkpoint_mirrors", copies),
    ):
        if is_given:
            typer.echo(
                f"warning: {option_name} changes nothing in a workspace that is there; edit {setting} in "
                "redact.toml, and move what lies there.",
                err=True,
            )


def accept_moved(by: ByRole, person: Person, reason: Reason, workspace: WorkspaceFolder = HERE) -> None:
    """Say that the workspace lies here now, and that the machine which worked with it has stopped."""
    with open_workspace(workspace) as opened:
        accept_move(opened, by, person, reason)
    typer.echo("Accepted. The audit log says so; the watcher may be started here.", err=True)


def check_clock(
    accept: Annotated[
        bool, option("--accept", help="The clock is right, and ran ahead before: go on by it from now on.")
    ] = False,
    by: Annotated[
        PersonRole | None,
        role_option("The role of the person who accepts it, needed with --accept", show_default=False),
    ] = None,
    person: Annotated[
        str, option("--person", metavar="ID", help="Account or staff number of that person; needed with --accept.")
    ] = "",
    reason: Annotated[
        str, option("--reason", metavar="SENTENCE", help="What happened; needed with --accept. Give no name.")
    ] = "",
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Say whether the clock is behind the audit log, or accept it.

    A clock that is right, and that ran ahead once, is accepted: consents and approvals are asked by it from then on.
    """
    with open_workspace(workspace) as opened:
        if accept:
            if by is None or not person or not reason:
                raise UsageError("Say who accepts the clock, and why: --by, --person and --reason.")
            accept_clock(opened, by, person, reason)
            typer.echo("Accepted. The audit log says so, and consents and approvals are asked by the clock.", err=True)
            return
        with opened.database.read() as connection:
            why = opened.why_behind(connection)
        if why is None:
            typer.echo(
                f"The clock says {print_local(opened.now(), zone_of(opened))}; the audit log is not ahead of it."
            )
            return
    typer.echo(f"{why} {NEXT_STEP}")
    raise typer.Exit(ExitCode.HELD)


def move_storage(
    place: Annotated[str, typer.Argument(metavar="PLACE", help="A folder, s3://... or az://...")],
    yes: Annotated[bool, option("--yes", help="Move it; without this only what would be done is said.")] = False,
    remove_old: Annotated[
        bool, option("--remove-old", help="Remove from the old place what is proved in the new one, at the end.")
    ] = False,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Move trust storage to another place: every copy is brought there and proved, then the settings name it.

    The watcher and the desk may run while copies are brought over; for the end they must be stopped, and the command
    says so.  A move that was cut off goes on when the command is given again.
    """
    there = _as_seen_from_here(place)
    with open_workspace(workspace) as opened:
        if not yes:
            typer.echo(f"From {opened.settings.trust} to {there}: every copy is read, brought and read back.", err=True)
            typer.echo("Nothing was done. To move it, give the same command again with --yes.", err=True)
            return
        moved = moving.move_storage(
            opened, there, lambda count: typer.echo(f"{counted(count, 'file')} in the new place", err=True),
            removes_old=remove_old,
        )  # fmt: skip
        old = opened.settings.trust
    typer.echo(f"Trust storage is {there} now: {counted(moved.files, 'file')}, each proved there.", err=True)
    if remove_old:
        typer.echo(f"{counted(moved.removed, 'file')} removed from {old}.", err=True)
    else:
        typer.echo(f"Nothing was removed from {old}; nothing of this workspace needs it any more.", err=True)
    typer.echo(
        "Where other machines work with the same database, give them the new place too (trust in redact.toml).",
        err=True,
    )
