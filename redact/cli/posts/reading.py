"""`redact posts`: which post stands where, for scripts and for those without a browser.

Writing and approving are the desk's alone: an approval is by somebody who signed in, for what they saw on the screen.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from redact.cli.option import option
from redact.cli.options import HERE, AsJson, School, WorkspaceFolder
from redact.cli.pages.times import format_moment, zone_of
from redact.desk.pages.posts.words import describe_cause
from redact.errors import UsageError, counted, short_id
from redact.posts.approving.approve import uphold
from redact.posts.approving.conditions import list_unread
from redact.posts.releasing.leaving import read_leaving
from redact.posts.releasing.sweep import uphold_run_out
from redact.reports.take_downs import why_down
from redact.store.posts import posts as rows
from redact.store.posts.posts import Wanted
from redact.store.posts.take_down_list import find_open
from redact.store.posts.values import BOUND, Post, PostState
from redact.system.clock import parse_moment, print_local
from redact.workspace.open import Workspace, open_workspace
from redact.workspace.schools import schools_to_list

_AT_ONCE = 500  # posts that are read in one go
_AT_DESK = "Posts are written and approved at the desk, by people who sign in there: redact desk"

PostNumber = Annotated[int, typer.Argument(metavar="N", help="Its number, as in `redact posts list`.")]


def list_posts(
    state: Annotated[PostState | None, option("--state", help="That stand so.", show_default="all")] = None,
    every: Annotated[bool, option("--all", help="Those that were discarded too.")] = False,
    school: School = None,
    as_json: AsJson = False,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """List posts, newest first: where each stands, of which school, for which site, with how many photos."""
    with open_workspace(workspace) as opened:
        uphold_run_out(opened)
        states = tuple(each for each in PostState if every or each is not PostState.DISCARDED)
        wanted = Wanted(states if state is None else (state,), schools_to_list(opened, school))
        found, zone = _read(opened, wanted), zone_of(opened)
    if as_json:
        typer.echo(json.dumps([_row(post) for post in found], indent=1))
        return
    for post in found:
        when = format_moment(post.posted_at or post.approved_at or post.proposed_at or post.written_at, zone)
        photos = counted(len(post.photos), "photo")
        leaving = "; files are leaving the outbox" if post.is_leaving_outbox else ""
        typer.echo(
            f"{post.id:5}  {post.state:9}  {post.school or 'the trust':12}  {post.site or '-':20}  {photos:9}  "
            f"{when}{leaving}"
        )
    if not found:
        typer.echo(f"There is no such post. {_AT_DESK}", err=True)


def show(number: PostNumber, as_json: AsJson = False, workspace: WorkspaceFolder = HERE) -> None:
    """Show one post as it stands: state, site, words, copies, until when its approval holds."""
    with open_workspace(workspace) as opened:
        post = uphold(opened, number, None)
        if post is None:
            raise UsageError(f"There is no post {number}. See: redact posts list")
        zone, leaving = opened.settings.zone, read_leaving(opened, post)
        with opened.database.read() as connection:
            unread, take_down = list_unread(connection, post), find_open(connection, post.id)
    if as_json:
        typer.echo(json.dumps(_row(post) | {"caption": post.caption}, indent=1))
        return
    typer.echo(f"Post {post.id}: {post.state}, {post.site or 'no site yet'}, {post.school or 'the trust'}")
    if post.state in BOUND and post.until is not None:
        typer.echo(f"Holds until {print_local(parse_moment(post.until), zone)}")
    if post.cause is not None:
        what = "A draft again" if post.state is PostState.DRAFT else post.state.value.capitalize()
        typer.echo(f"{what}: {describe_cause(post.cause) or why_down(post.cause)}")
    if post.link:
        typer.echo(f"It stands at {post.link}")
    if take_down is not None:
        due = print_local(parse_moment(take_down.due_at), zone)
        typer.echo(f"It must be taken down by {due}: {why_down(take_down.cause)} See: redact take-downs list")
    if leaving is not None:
        typer.echo(leaving.sentence(zone))
    for place, photo in enumerate(post.photos, 1):
        typer.echo(f"{place:3}  photo {short_id(photo.photo)}, copy {short_id(photo.output)}: {photo.alt or '-'}")
    for each in unread:
        again = f"redact cover {short_id(each.photo)} --again"
        typer.echo(f"It is not known which adults' names photo {each.number} shows. Have it drawn again: {again}")
    typer.echo(f"\n{post.caption or 'No caption yet.'}")
    typer.echo(_AT_DESK, err=True)


def _read(workspace: Workspace, wanted: Wanted) -> tuple[Post, ...]:
    found: list[Post] = []
    while True:
        with workspace.database.read() as connection:
            page = rows.list_posts(connection, wanted, found[-1].id if found else None, _AT_ONCE)
        found += page
        if len(page) < _AT_ONCE:
            return tuple(found)


def _row(post: Post) -> dict[str, object]:
    """Return a post without its words, and without who did what."""
    names = ("id", "state", "school", "site", "content", "register", "until", "cause", "link")
    times = (
        "written_at",
        "proposed_at",
        "approved_at",
        "released_at",
        "posted_at",
        "down_at",
        "back_at",
        "discarded_at",
    )
    row: dict[str, object] = {name: getattr(post, name) for name in (*names, *times)}
    row["leaves_outbox_of"] = post.outbox if post.is_leaving_outbox else None
    return row | {"photos": [asdict(photo) for photo in post.photos]}
