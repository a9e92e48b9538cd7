"""`redact keys try` and `redact original`: what a person does with a private key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from redact.cli.options import HERE, ByRole, Person, WorkspaceFolder, option
from redact.errors import short_id
from redact.photos.by_key import open_original, try_key
from redact.photos.retry import Opening, read_identity
from redact.workspace.ids import acting, named_photo
from redact.workspace.open import open_workspace


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
    """Open the sealed original of a photo and write it to a file; the audit log keeps who did it."""
    with open_workspace(workspace) as opened:
        found, opening = named_photo(opened, photo), Opening(read_identity(key), acting(opened, by, person))
        open_original(opened, found, opening, out)
    typer.echo(f"{short_id(found.sha256)}: written, uncovered. Delete the file when it is done with.", err=True)
