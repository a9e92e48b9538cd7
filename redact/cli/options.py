"""Options that several commands share, spelled once."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from redact.audit.roles import PersonRole

#: Every option has an environment twin (see the epilog of `redact --help`); naming each would triple the help.
option = partial(typer.Option, show_envvar=False)

Inputs = Annotated[list[Path], typer.Argument(metavar="INPUT...", help="Photos, and folders of photos.")]
RollFile = Annotated[
    Path | None,
    option(
        "--roll",
        metavar="CSV",
        help="Pupils' names to look for.  Without it names are found by context and by common forenames.",
    ),
]
Jobs = Annotated[
    int | None, option("--jobs", min=1, metavar="N", help="Photos under way at once.", show_default="one a processor")
]
AsJson = Annotated[bool, option("--json", help="Print JSON to standard output.")]
#: The workspace that a command works on; `redact.workspace.open_workspace(workspace)` says it when there is none.
WorkspaceFolder = Annotated[
    Path,
    option(
        "--workspace",
        envvar="REDACT_WORKSPACE",
        metavar="FOLDER",
        help="Folder of the workspace.  Environment: REDACT_WORKSPACE.",
        show_default="the current folder",
    ),
]
HERE = Path()  # default of WorkspaceFolder
ByRole = Annotated[PersonRole, option("--by", help="The role of the person who does this; it stands in the audit log.")]
Person = Annotated[
    str,
    option(
        "--person", metavar="ID", help="Account or staff number of that person; the audit log keeps a keyed tag of it."
    ),
]
