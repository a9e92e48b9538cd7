"""`redact desk`: review photos in a browser."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator

import typer

from models.weights import default_folder
from redact.cli.options import HERE, WorkspaceFolder
from redact.desk.address import check_address
from redact.desk.app import make_desk
from redact.desk.serve import serve
from redact.desk.visit import Desk
from redact.messages.beside import messages_beside
from redact.posts.people import read_people
from redact.posts.redraws.redrawing import Redrawer
from redact.workers.job import WorkerSetup
from redact.workspace.open import Workspace, open_workspace


def run_desk(workspace: WorkspaceFolder = HERE) -> None:
    """Open the desk: people sign in with a browser, look at copies and decide.

    It listens on this machine alone, or with a certificate (desk_certificate); the settings that begin with desk_ say
    where.  It ends cleanly on Ctrl-C and SIGTERM, and works beside a running `redact watch`.
    """
    stop = stop_by_signal()
    with open_workspace(workspace) as opened:
        if not read_people(opened):
            typer.echo("Nobody may sign in yet: redact people add LOGIN --role it-services-manager", err=True)
        serve_desk(opened, stop)


def stop_by_signal(event: threading.Event | None = None) -> threading.Event:
    """Return what Ctrl-C and SIGTERM set from now on, `event` where one is given."""
    stop = threading.Event() if event is None else event
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


def serve_desk(workspace: Workspace, stop: threading.Event) -> None:
    """Serve the desk where the settings say, until it is stopped."""
    with desk_of(workspace) as desk, messages_beside(workspace):
        serve(desk, lambda: typer.echo(f"The desk is open: {desk.address.url}", err=True), stop)
    typer.echo("The desk is closed.", err=True)


@contextlib.contextmanager
def desk_of(workspace: Workspace) -> Iterator[Desk]:
    """Give the desk where the settings say, with what draws copies again beside it."""
    settings = workspace.settings
    address = check_address(
        settings.desk_url, settings.desk_host, settings.desk_port, settings.desk_certificate, settings.desk_key
    )
    with Redrawer(workspace, WorkerSetup(default_folder())) as redrawer:
        yield make_desk(workspace, address, redrawer)
