"""`redact posts discard`: a draft that nobody wants leaves the list and stays on record."""

from __future__ import annotations

from typing import Annotated

import typer

from redact.cli.option import option
from redact.cli.options import HERE, ByRole, Person, WorkspaceFolder
from redact.cli.posts.releasing import Number
from redact.posts.writing import discarding
from redact.posts.writing.discarding import Discard
from redact.workspace.ids import acting
from redact.workspace.open import open_workspace


def discard(
    post: Number,
    by: ByRole,
    person: Person,
    reason: Annotated[Discard | None, option("--reason", help="Why; it stands in the audit log.")] = None,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Discard a draft that nobody wants: it leaves every list and stays on record."""
    with open_workspace(workspace) as opened:
        discarding.discard(opened, post, acting(opened, by, person), cause=reason)
    typer.echo(f"Post {post} is discarded. See: redact posts list --state discarded", err=True)
