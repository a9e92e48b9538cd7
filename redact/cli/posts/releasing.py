"""`redact posts release` and `posted`: the outbox, and the link back."""

from __future__ import annotations

from typing import Annotated

import typer

from redact.cli.option import option
from redact.cli.options import HERE, ByRole, Person, WorkspaceFolder
from redact.errors import UsageError
from redact.posts.releasing import posted, release
from redact.posts.releasing.release import Poster
from redact.store.posts.posts import read_post
from redact.store.posts.values import Post
from redact.workspace.ids import acting
from redact.workspace.open import Workspace, open_workspace

Number = Annotated[int, typer.Argument(metavar="N", min=1, help="Its number, as in `redact posts list`.")]


def release_post(post: Number, by: ByRole, person: Person, workspace: WorkspaceFolder = HERE) -> None:
    """Release an approved post: its files go into the outbox, to be posted within the day; print where they are."""
    with open_workspace(workspace) as opened:
        poster, known = Poster(acting(opened, by, person), None), _known(opened, post)
        done = release.release(opened, post, str(known.content), poster)
        typer.echo(opened.settings.outbox / str(done.site) / f"post-{post}")
    typer.echo(f"Post them, then: redact posts posted {post} --link https://...", err=True)


def mark_posted(
    post: Number,
    by: ByRole,
    person: Person,
    link: Annotated[str, option("--link", metavar="URL", help="Where it stands; the audit log keeps a keyed tag.")],
    sure: Annotated[bool, option("--sure", help="The link is right although it does not lead to the site.")] = False,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Say where a released post stands; its files leave the outbox."""
    with open_workspace(workspace) as opened:
        poster, known = Poster(acting(opened, by, person), None), _known(opened, post)
        posted.mark_posted(opened, post, str(known.content), link, poster, is_sure=sure)
    typer.echo(f"Post {post} is posted; its files have left the outbox.", err=True)


def _known(workspace: Workspace, number: int) -> Post:
    with workspace.database.read() as connection:
        found = read_post(connection, number)
    if found is None:
        raise UsageError("There is no such post. See: redact posts list")
    return found
