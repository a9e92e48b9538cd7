"""`redact status` and `show`: what every working day begins with."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from redact.cli.option import option
from redact.cli.options import HERE, AsJson, School, WorkspaceFolder
from redact.cli.pages.status import print_device, print_photo, print_status, print_unregistered
from redact.cli.pages.times import zone_of
from redact.devices.untouched import UNREGISTERED
from redact.reports.status import read_status
from redact.reports.story import read_device_view, read_photo_view, read_unregistered
from redact.store.photos import Photo
from redact.workspace.ids import named_thing
from redact.workspace.open import open_workspace
from redact.workspace.schools import school_to_list

Name = Annotated[
    str,
    typer.Argument(
        metavar="ID",
        help="A photo, by 6 or more hex digits of its id, its copy's file name, or its file's name on a device; "
        "or a device.",
    ),
]


def show_status(
    school: School = None,
    is_whole: Annotated[bool, option("--all", help="List everything, however much it is.")] = False,
    as_json: AsJson = False,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Show what came in, where it stands, what needs a person, and what is overdue."""
    with open_workspace(workspace) as opened:
        status, zone = read_status(opened, school_to_list(opened, school)), zone_of(opened)
    if as_json:
        typer.echo(json.dumps(asdict(status) | {"photos": dict(status.photos)}, indent=1))
    else:
        print_status(status, zone, is_whole=is_whole)


def show_one(name: Name, workspace: WorkspaceFolder = HERE) -> None:
    """Show one photo's way through the workspace, or how one device stands.

    Where its files are is shown on a terminal only: a folder or file name may be a child's name.  The id `unregistered`
    shows the folders that no device is registered for.
    """
    with_places = sys.stdout.isatty()
    with open_workspace(workspace) as opened:
        if name == UNREGISTERED:
            print_unregistered(read_unregistered(opened), with_places=with_places)
            return
        found, zone = named_thing(opened, name), zone_of(opened)
        if isinstance(found, Photo):
            from redact.cli.pages.answers import describe_answers  # noqa: PLC0415  imports that `status` does without

            answers = describe_answers(opened, found.sha256, zone)
            print_photo(read_photo_view(opened, found), answers, zone, with_places=with_places)
        else:
            print_device(read_device_view(opened, found), zone, with_places=with_places)
