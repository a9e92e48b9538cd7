"""`redact messages`: try the mail server, see what was sent."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import tzinfo
from typing import Annotated

import typer

from redact.cli.option import option
from redact.cli.options import HERE, AsJson, WorkspaceFolder
from redact.cli.pages.times import format_moment, zone_of
from redact.messages.turn import send_test
from redact.posts.people import read_people
from redact.store.staff.messages import NEVER, Queued, list_messages
from redact.workspace.open import open_workspace

Login = Annotated[str, typer.Argument(metavar="LOGIN", help="Who gets it, as in `redact people list`.")]


def send_one(login: Login, workspace: WorkspaceFolder = HERE) -> None:
    """Send a test message to somebody at once, to try the settings of the mail server."""
    with open_workspace(workspace) as opened:
        to = send_test(opened, login)
    typer.echo(f"The mail server took a test message to {to}. Ask {login} whether it arrived.")


def list_queue(
    most: Annotated[int, option("--most", min=1, metavar="N", help="How many, the newest first.")] = 50,
    as_json: AsJson = False,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """List the messages to staff, the newest first: sent, or why not."""
    with open_workspace(workspace) as opened:
        with opened.database.read() as connection:
            found = list_messages(connection, most)
        logins = {person.id: person.login for person in read_people(opened)}
        zone, is_off = zone_of(opened), opened.settings.smtp_host is None
        if as_json:
            typer.echo(json.dumps([asdict(each) | {"login": logins[each.person]} for each in found], indent=1))
            return
        for each in found:
            line = f"{each.kind:16} {logins[each.person]:20} {_ended(each, zone)}"
            typer.echo(f"{format_moment(each.asked_at, zone)}  {line}")
    if is_off:
        typer.echo("Messages are off: set smtp_host and smtp_from in redact.toml.", err=True)
    elif not found:
        typer.echo("Nothing was to be told yet.", err=True)


def _ended(each: Queued, zone: tzinfo) -> str:
    if each.sent_at is not None:
        return f"not sent: {each.fault}" if each.fault else f"sent {format_moment(each.sent_at, zone)}"
    if each.due_at == NEVER:
        return f"given up. {each.fault}"
    return f"waits. {each.fault} Next try {format_moment(each.due_at, zone)}" if each.fault else "waits"
