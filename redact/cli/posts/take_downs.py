"""`redact take-downs`: what must go from where it was posted, until when, and who says that it is gone."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import tzinfo
from typing import Annotated

import typer

from redact.cli.option import option
from redact.cli.options import HERE, AsJson, ByRole, Person, School, WorkspaceFolder
from redact.cli.pages.times import format_moment
from redact.posts.releasing.posted import attest_down
from redact.posts.releasing.release import Poster
from redact.posts.take_downs import report as acts
from redact.posts.take_downs.reports import REPORTS, TOLD
from redact.reports.take_downs import list_ended, why_down
from redact.store.posts.take_down_list import TakeDown
from redact.system.clock import print_moment
from redact.workspace.ids import acting
from redact.workspace.open import open_workspace
from redact.workspace.schools import schools_to_list

Number = Annotated[int, typer.Argument(metavar="N", min=1, help="Its number, as in `redact take-downs list`.")]


def list_open(
    every: Annotated[bool, option("--all", help="Those that are closed too.")] = False,
    school: School = None,
    as_json: AsJson = False,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """List what is to be taken down, the one that is due first before the others."""
    with open_workspace(workspace) as opened:
        schools = schools_to_list(opened, school)
        found, zone, now = acts.read_take_downs(opened, schools, is_every=every), opened.settings.zone, opened.now()
        ended = list_ended(opened, schools)
    if as_json:
        typer.echo(json.dumps([asdict(take_down) for take_down in found], indent=1))
        return
    for take_down in found:
        typer.echo(_line(take_down, print_moment(now), zone))
    if not found:
        typer.echo("Nothing is to be taken down.", err=True)
    if ended:
        which = ", ".join(str(post.id) for post in ended)
        typer.echo(
            f"Posts that show somebody whose consent has ended by its day, or who left, or of which "
            f"it is not known whom they name: {which}",
            err=True,
        )


def report(
    post: Annotated[int, typer.Argument(metavar="POST", min=1, help="The post's number.")],
    by: ByRole,
    person: Person,
    reason: Annotated[str, option("--reason", metavar="WORD", help=f"Why: {', '.join(REPORTS)}.")],
    note: Annotated[str, option("--note", metavar="WORDS", help="More about it; name no pupil.")] = "",
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Report a post: it is to be taken down within the day; print the number of its take-down."""
    with open_workspace(workspace) as opened:
        number = acts.report_post(opened, post, reason, acting(opened, by, person), note=note)
    typer.echo(number)


def told(
    take_down: Number,
    who: Annotated[str, typer.Argument(metavar="WHO", help=f"Who was told, now: {', '.join(TOLD)}.")],
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Write down that somebody was told of a take-down."""
    with open_workspace(workspace) as opened:
        acts.write_who_was_told(opened, acts.known_take_down(opened, take_down), who)


def down(take_down: Number, by: ByRole, person: Person, workspace: WorkspaceFolder = HERE) -> None:
    """Say as the poster that a post stands nowhere any more; that closes its take-down."""
    with open_workspace(workspace) as opened:
        known = acts.known_take_down(opened, take_down)
        attest_down(opened, known.post, Poster(acting(opened, by, person), None), of=known)
    typer.echo(f"{known.ref} is closed: post {known.post} is down, by the poster's word", err=True)


def _line(take_down: TakeDown, now: str, zone: tzinfo) -> str:
    due = f"due {format_moment(take_down.due_at, zone)}"
    if take_down.closed_at is not None:
        due = f"down {format_moment(take_down.closed_at, zone)}"
    elif take_down.is_overdue_at(now):
        due = f"OVERDUE since {format_moment(take_down.due_at, zone)}"
    where = take_down.link or f"on {take_down.site}, no link known"
    return f"{take_down.id:4}  post {take_down.post:<5}  {due:30}  {why_down(take_down.cause)}  {where}"
