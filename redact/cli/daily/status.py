"""`redact status`, `show`, `retry` and `set-aside`: what every working day begins with."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from redact.audit.roles import PersonRole
from redact.cli.options import HERE, AsJson, ByRole, Person, WorkspaceFolder, option
from redact.errors import UsageError, short_id

if TYPE_CHECKING:
    from redact.photos.retry import Retried
    from redact.workspace.ids import Actor
    from redact.workspace.open import Workspace

Name = Annotated[
    str, typer.Argument(metavar="ID", help="A photo, by the first 6 or more hex digits of its id; or a device.")
]
MaybePhoto = Annotated[
    str | None, typer.Argument(metavar="[ID]", help="A photo, by the first 6 or more hex digits of its id.")
]
PhotoId = Annotated[str, typer.Argument(metavar="ID", help="A photo, by the first 6 or more hex digits of its id.")]
MaybeBy = Annotated[
    PersonRole | None,
    option(
        "--by", help="The role of the person; needed with --key, and where a copy was recalled.", show_default=False
    ),
]
MaybePerson = Annotated[
    str | None,
    option("--person", metavar="ID", help="Account or staff number of that person; the audit log keeps a keyed tag."),
]
Reason = Annotated[str, option("--reason", metavar="SENTENCE", help="Why; it stands in the audit log: no name.")]
Every = Annotated[bool, option("--all", help="Every photo that was held, refused, or is wanted.")]
KeyFile = Annotated[
    Path | None,
    option(
        "--key",
        metavar="FILE",
        help="The reviewer's or the recovery key: opens the sealed original instead of asking the device.",
        show_default=False,
    ),
]


def tell_status(as_json: AsJson = False, workspace: WorkspaceFolder = HERE) -> None:
    """Tell what came in, where it stands, what needs a person, and what is overdue."""
    from redact.cli.pages.status import print_status
    from redact.reports.status import read_status
    from redact.workspace.open import open_workspace

    with open_workspace(workspace) as opened:
        status = read_status(opened)
    if as_json:
        typer.echo(json.dumps(asdict(status) | {"photos": dict(status.photos)}, indent=1))
    else:
        print_status(status)


def show_one(name: Name, workspace: WorkspaceFolder = HERE) -> None:
    """Show one photo's way through the workspace, or how one device stands.

    Where its files lie is shown on a terminal only: a folder or file name may be a child's name.  `unregistered` shows
    the folders that no device is registered for.
    """
    from redact.cli.pages.status import print_device, print_journey, print_unregistered
    from redact.devices.untouched import UNREGISTERED
    from redact.reports.story import read_device_view, read_journey, read_unregistered
    from redact.store.photos import Photo
    from redact.workspace.ids import named_thing
    from redact.workspace.open import open_workspace

    with_places = sys.stdout.isatty()
    with open_workspace(workspace) as opened:
        if name == UNREGISTERED:
            print_unregistered(read_unregistered(opened), with_places=with_places)
            return
        found = named_thing(opened, name)
        if isinstance(found, Photo):
            print_journey(read_journey(opened, found), with_places=with_places)
        else:
            print_device(read_device_view(opened, found), with_places=with_places)


def retry_photos(
    photo: MaybePhoto = None,
    every: Every = False,
    key: KeyFile = None,
    by: MaybeBy = None,
    person: MaybePerson = None,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Send a photo that stopped, was set aside, or whose copy was recalled through the pipeline again.

    The running watcher takes it in again from its device within 30 seconds, or from the sealed original with --key.
    What stops it may stop it again; then it is held again, with its reason.  A recalled copy is removed first.
    """
    from redact.photos.retry import Opening, list_stopped, read_identity, retry
    from redact.workspace.ids import named_photo
    from redact.workspace.open import open_workspace

    if (photo is None) is not every:
        raise UsageError("Say which photo, or --all for every one that stopped.")
    with open_workspace(workspace) as opened:
        who = _who(opened, by, person, is_needed=key is not None)
        opening = None if key is None or who is None else Opening(read_identity(key), who)
        photos = list_stopped(opened) if photo is None else (named_photo(opened, photo),)
        _tell_retried(opened, retry(opened, photos, opening, who), with_key=key is not None)


def _who(workspace: Workspace, by: PersonRole | None, person: str | None, *, is_needed: bool) -> Actor | None:
    from redact.workspace.ids import acting

    if by is not None and person is not None:
        return acting(workspace, by, person)
    if is_needed or by is not None or person is not None:
        raise UsageError(
            "Say who does this with --by ROLE and --person ID: opening an original stands in the audit log."
        )
    return None


def set_photo_aside(
    photo: PhotoId, by: ByRole, person: Person, reason: Reason, workspace: WorkspaceFolder = HERE
) -> None:
    """Put a photo aside: a person looked, and nothing of it is to be published.

    It leaves the list of what needs a person.  Its file on the device is never deleted for it: take it off by hand,
    and have it looked for with `redact devices check`.  A recalled copy is removed from trust storage.
    """
    from redact.photos.set_aside import set_aside
    from redact.workspace.ids import named_photo
    from redact.workspace.open import open_workspace

    with open_workspace(workspace) as opened:
        found = named_photo(opened, photo)
        done = set_aside(opened, found, by, person, reason)
        short = short_id(found.sha256)
    typer.echo(f"{short}: set aside", err=True)
    _tell_copy(short, done.copy, is_removed=done.is_copy_removed)
    if done.files:
        file = "Its file stays" if done.files == 1 else f"Its {done.files} files stay"
        typer.echo(
            f"{file} where it lies. Take it off the device by hand (redact show {short}, on a terminal, says where), "
            "then: redact devices check DEVICE",
            err=True,
        )


def _tell_copy(short: str, copy: str | None, *, is_removed: bool) -> None:
    """Say what became of a recalled copy, and what no program can do."""
    if copy is None:
        return
    if is_removed:
        typer.echo(f"{short}: its recalled copy {copy} was removed from trust storage", err=True)
    else:
        typer.echo(f"{short}: its copy {copy} stays: another photo has the same; retry it or set it aside", err=True)
    typer.echo("If it was posted or handed on, take it down there: no program can see that.", err=True)


def _tell_retried(workspace: Workspace, retried: Retried, *, with_key: bool) -> None:
    from redact.reports.status import without_paths

    for photo in retried.again:
        typer.echo(short_id(photo.sha256))
    if retried.again:
        source = "from the sealed original" if with_key else "from its device, which must be connected"
        how = "1 photo goes" if len(retried.again) == 1 else f"{len(retried.again)} photos go"
        typer.echo(f"{how} through the steps again, {source}; the running watcher begins within 30 seconds.", err=True)
    for photo in (*retried.taken_down, *retried.shared):
        _tell_copy(short_id(photo.sha256), photo.output_name, is_removed=photo in retried.taken_down)
    for photo in retried.on_its_way:
        why = f" It waits: {without_paths(workspace, photo.reason)}" if photo.reason else ""
        typer.echo(
            f"{short_id(photo.sha256)} is on its way and tried again by the running watcher anyway.{why}", err=True
        )
    for photo in retried.done:
        typer.echo(f"{short_id(photo.sha256)} is in trust storage; there is nothing to try again.", err=True)
    if not (retried.again or retried.on_its_way or retried.done):
        typer.echo("No photo stopped.", err=True)
