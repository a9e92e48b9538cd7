"""`redact retry` and `set-aside`: what a person does about a photo that stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from redact.audit.roles import PersonRole
from redact.cli.option import option
from redact.cli.options import HERE, ByRole, Person, Reason, WorkspaceFolder, role_option
from redact.devices.next_step import way_to_take_one_off
from redact.errors import UsageError, counted, short_id
from redact.photos.retry import Opening, Retried, list_stopped, read_identity, retry
from redact.photos.set_aside import set_aside
from redact.reports.items import without_paths
from redact.workspace.ids import Actor, acting, named_photo
from redact.workspace.open import Workspace, open_workspace

MaybePhoto = Annotated[
    str | None, typer.Argument(metavar="[ID]", help="A photo, by the first 6 or more hex digits of its id.")
]


PhotoId = Annotated[str, typer.Argument(metavar="ID", help="A photo, by the first 6 or more hex digits of its id.")]


MaybeBy = Annotated[
    PersonRole | None,
    role_option("Your role, needed with --key, and where a copy was recalled", show_default=False),
]


MaybePerson = Annotated[
    str | None,
    option("--person", metavar="ID", help="Account or staff number of that person; the audit log keeps a keyed tag."),
]


Every = Annotated[bool, option("--all", help="Every photo that is held, refused or wanted.")]


KeyFile = Annotated[
    Path | None,
    option(
        "--key",
        metavar="FILE",
        help="The reviewer's key or the recovery key: opens the sealed original, so that no device is needed.",
        show_default=False,
    ),
]


def retry_photos(
    photo: MaybePhoto = None,
    every: Every = False,
    key: KeyFile = None,
    by: MaybeBy = None,
    person: MaybePerson = None,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Redact a photo again that stopped, was set aside, or whose copy was recalled.

    The running watcher begins within 30 seconds.  It takes the photo from its device again; with --key, from the sealed
    original.  What stopped it may stop it again: then it is held again, with its reason.  A recalled copy is removed
    first.
    """
    if (photo is None) is not every:
        raise UsageError("Say which photo, or --all for every one that stopped.")
    with open_workspace(workspace) as opened:
        who = _who(opened, by, person, is_needed=key is not None)
        opening = None if key is None or who is None else Opening(read_identity(key), who)
        photos = list_stopped(opened) if photo is None else (named_photo(opened, photo),)
        _print_retried(opened, retry(opened, photos, opening, who), with_key=key is not None)


def _who(workspace: Workspace, by: PersonRole | None, person: str | None, *, is_needed: bool) -> Actor | None:
    if by is not None and person is not None:
        return acting(workspace, by, person)
    if is_needed or by is not None or person is not None:
        raise UsageError("Say who does this with both --by ROLE and --person ID: the audit log keeps it.")
    return None


def set_photo_aside(
    photo: PhotoId, by: ByRole, person: Person, reason: Reason, workspace: WorkspaceFolder = HERE
) -> None:
    """Set a photo aside: a person has looked at it, and nothing of it is to be published.

    It leaves the list of what needs a person.  Its file stays on the device: take it off by hand, then look over the
    device with `redact devices check`.  A recalled copy is removed from trust storage.
    """
    with open_workspace(workspace) as opened:
        found = named_photo(opened, photo)
        done = set_aside(opened, found, by, person, reason)
        short = short_id(found.sha256)
    typer.echo(f"{short}: set aside", err=True)
    _print_copy(short, done.copy, is_removed=done.is_copy_removed)
    if done.files:
        file = "Its file stays" if done.files == 1 else f"Its {done.files} files stay"
        typer.echo(
            f"{file} where it lies; redact show {short}, on a terminal, says where. {way_to_take_one_off()}",
            err=True,
        )


def _print_copy(short: str, copy: str | None, *, is_removed: bool) -> None:
    """Say what became of a recalled copy, and what no program can do."""
    if copy is None:
        return
    if is_removed:
        typer.echo(f"{short}: its recalled copy {copy} was removed from trust storage", err=True)
    else:
        typer.echo(f"{short}: its copy {copy} stays: another photo has the same; retry it or set it aside", err=True)
    typer.echo("If it was posted or handed on, take it down there: no program can see that.", err=True)


def _print_retried(workspace: Workspace, retried: Retried, *, with_key: bool) -> None:
    for photo in retried.again:
        typer.echo(short_id(photo.sha256))
    if retried.again:
        source = "from the sealed original" if with_key else "from its device, which must be connected"
        how = f"{counted(len(retried.again), 'photo')} {'goes' if len(retried.again) == 1 else 'go'}"
        typer.echo(f"{how} through the steps again, {source}; the running watcher begins within 30 seconds.", err=True)
    for photo in (*retried.taken_down, *retried.shared):
        _print_copy(short_id(photo.sha256), photo.output_name, is_removed=photo in retried.taken_down)
    for photo in retried.on_its_way:
        why = f" It waits: {without_paths(workspace, photo.reason)}" if photo.reason else ""
        typer.echo(
            f"{short_id(photo.sha256)} is under way; the running watcher tries it again by itself.{why}", err=True
        )
    for photo in retried.done:
        typer.echo(f"{short_id(photo.sha256)} is in trust storage; there is nothing to try again.", err=True)
    if not (retried.again or retried.on_its_way or retried.done):
        typer.echo("No photo has stopped.", err=True)
