"""`redact show`: one photo's way, or how one device stands."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from redact.cli.options import HERE, WorkspaceFolder
from redact.cli.pages.answers import describe_answers
from redact.cli.pages.story import print_device, print_photo, print_unregistered
from redact.cli.pages.times import zone_of
from redact.devices.untouched import UNREGISTERED
from redact.reports.story import read_device_story, read_photo_story, read_unregistered
from redact.store.photos import Photo
from redact.workspace.ids import named_thing
from redact.workspace.open import open_workspace

Name = Annotated[
    str,
    typer.Argument(
        metavar="ID",
        help="A photo, by 6 or more hex digits of its id, its copy's file name, or its file's name on a device; "
        "or a device.",
    ),
]


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
            answers = describe_answers(opened, found.sha256, zone)
            print_photo(read_photo_story(opened, found), answers, zone, with_places=with_places)
        else:
            print_device(read_device_story(opened, found), zone, with_places=with_places)
