"""`redact watch`: hands-free, from a dropped photo to a cleared device."""

from __future__ import annotations

import logging
import signal
import threading
from typing import Annotated

import typer

from models.weights import default_folder
from redact.cli.option import option
from redact.cli.options import HERE, WorkspaceFolder
from redact.cli.pictures.batch import models_in_use
from redact.errors import ExitCode
from redact.messages.turn import TURN_S, Messages
from redact.reports.status import needs_person
from redact.service.periodic import Task
from redact.service.run import run_watch
from redact.workers.job import WorkerSetup
from redact.workspace.open import open_workspace


def run_watcher(
    workspace: WorkspaceFolder = HERE,
    once: Annotated[bool, option("--once", help="Do all that can be done now, then stop.")] = False,
) -> None:
    """Watch the approved devices: take photos in, redact, store, clear the device, and write it all down.

    It ends cleanly on Ctrl-C and SIGTERM; whatever is under way is carried on at the next start.
    """
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    logging.getLogger("redact").setLevel(logging.INFO)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with open_workspace(workspace) as opened:
        folder = default_folder()
        bench = WorkerSetup(folder, policy=opened.settings.policy)
        messages = Task("messages", TURN_S, "Messages to staff were not all sent.", Messages(opened).turn)
        run_watch(opened, stop, bench, models_in_use(folder), once=once, further=[messages])
        if once and needs_person(opened):
            typer.echo("Something needs a person. See: redact status", err=True)
            raise typer.Exit(ExitCode.HELD)
