"""`redact keys ...` and `redact original`: what a person does with a private key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from redact.audit.roles import PersonRole
from redact.cli.option import option
from redact.cli.options import HERE, ByRole, Person, Reason, WorkspaceFolder
from redact.errors import ExitCode, counted, short_id
from redact.photos.accept_lost import accept_lost
from redact.photos.keys.by_key import open_original, sealed_photo, try_key
from redact.photos.keys.reseal import reseal_originals
from redact.photos.keys.rotate import Changed, change_key, find_unfinished
from redact.photos.retry import Opening, read_identity
from redact.workspace.ids import acting, named_photo
from redact.workspace.open import open_workspace

PROGRESS_EVERY = 500  # originals: a minute's work on two cores

Keys = Annotated[
    list[Path] | None,
    option(
        "--key",
        metavar="FILE",
        help="A key that opens the originals: the former one, or the one that is not changed. May be given twice.",
        show_default=False,
    ),
]


def try_one(
    key: Annotated[Path, typer.Argument(metavar="FILE", help="The reviewer's key or the recovery key.")],
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Try a private key: say whether it opens what is sealed here, and which one it is; no photo is opened."""
    with open_workspace(workspace) as opened:
        which = try_key(opened, read_identity(key))
    typer.echo(f"This is the {which} key of this workspace, and it works.")


def open_one(
    photo: Annotated[str, typer.Argument(metavar="ID", help="A photo, by the first 6 or more hex digits of its id.")],
    key: Annotated[Path, option("--key", metavar="FILE", help="The reviewer's key or the recovery key.")],
    out: Annotated[Path, option("--out", metavar="FILE", help="The file to write; it must not be there.")],
    by: ByRole,
    person: Person,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Open the sealed original of a photo into a new file, on record."""
    with open_workspace(workspace) as opened:
        found, opening = sealed_photo(opened, photo), Opening(read_identity(key), acting(opened, by, person))
        open_original(opened, found, opening, out)
    typer.echo(f"{short_id(found)}: written, uncovered. Delete the file when it is done with.", err=True)


def accept_one(
    photo: Annotated[str, typer.Argument(metavar="ID", help="A photo, by the first 6 or more hex digits of its id.")],
    by: ByRole,
    person: Person,
    reason: Reason,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Accept that a sealed original is lost for good, on record.

    The notice of it ends.  Nothing is deleted for it; a stored copy stands, and cannot be drawn again.
    """
    with open_workspace(workspace) as opened:
        found = named_photo(opened, photo)
        accept_lost(opened, found, by, person, reason)
    typer.echo(f"{short_id(found.sha256)}: its sealed original is given up as lost.", err=True)


def rotate(
    which: Annotated[str, typer.Argument(metavar="reviewer|recovery", help="Which key is changed.")],
    by: ByRole,
    person: Person,
    reason: Reason,
    key: Keys = None,
    recipient: Annotated[
        str | None,
        option(
            "--recipient",
            metavar="age1...",
            help="The public half of a key that was made elsewhere; without it a key is made into move-away.",
            show_default=False,
        ),
    ] = None,
    again: Annotated[bool, option("--again", help="Although originals wait to be sealed again by now.")] = False,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Change the reviewer's or the recovery key, and with --key seal the originals again that the former one opens.

    What is taken in from then on is sealed to the new key; start a running watcher again.  Without --key the originals
    that are here stay sealed to the former one, until `redact keys reseal --key FILE`.
    """
    with open_workspace(workspace) as opened:
        keys = [read_identity(path) for path in key or ()]
        changed = change_key(opened, which, acting(opened, by, person), reason, recipient, again=again)
    _print_changed(which, changed)
    if keys:
        _reseal(workspace, keys, by, person)
        return
    with open_workspace(workspace) as opened:
        unfinished = find_unfinished(opened)
    if unfinished is not None and unfinished.count:
        left = counted(unfinished.count, "original")
        typer.echo(f"{left} can still be opened with the former key. Next: redact keys reseal --key FILE", err=True)
        raise typer.Exit(ExitCode.HELD)


def reseal(key: Keys, by: ByRole, person: Person, workspace: WorkspaceFolder = HERE) -> None:
    """Seal the originals again that only a former key opens, each proved before its old sealed file leaves.

    It may be interrupted and run again at any time.  Backups of the vault keep what was sealed to the former key.
    """
    _reseal(workspace, [read_identity(path) for path in key or ()], by, person)


def _reseal(workspace: Path, keys: list[str], by: PersonRole, person: str) -> None:
    with open_workspace(workspace) as opened:
        done = reseal_originals(opened, Opening("\n".join(keys), acting(opened, by, person)), _print_done)
    typer.echo(f"{counted(done.done, 'original')} sealed again.", err=True)
    for photo in done.unopened:
        typer.echo(f"{short_id(photo)}: not opened by this key, damaged, or not in the vault; left as it is.", err=True)
    if done.unopened:
        raise typer.Exit(ExitCode.HELD)


def _print_changed(which: str, changed: Changed) -> None:
    what = "A change that was cut off is ended" if changed.is_ended else f"The {which} key is changed"
    typer.echo(
        f"{what}: what is taken in now is sealed to {changed.new}. Start a running redact watch again.", err=True
    )
    if changed.private is not None:
        typer.echo(f"Move the new private key off this machine when all is done: {changed.private}", err=True)


def _print_done(done: int) -> None:
    if done % PROGRESS_EVERY == 0:
        typer.echo(f"{done} sealed again ...", err=True)
