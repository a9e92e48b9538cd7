"""Options that several commands share, spelled once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from redact.audit.roles import PERSON_ROLES, PersonRole
from redact.cli.option import option
from redact.pupils.dates import read_day
from redact.redaction.values import Style


def parse_day(text: str) -> date:
    """Return the day that a person gives.

    Raises:
        BadParameter: it is none.
    """
    day = read_day(text)
    if day is None:
        raise typer.BadParameter("that is not a day; write it as 31/08/2027 or 2027-08-31.")
    return day


day_option = partial(option, parser=parse_day, metavar="DD/MM/YYYY")

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
    int | None, option("--jobs", min=1, metavar="N", help="Photos to redact at once.", show_default="one per processor")
]


def parse_style(text: str) -> Style:
    """Return the style of covers that is called `text`; `soft`, the former name of the blur, is one.

    Raises:
        typer.BadParameter: there is no such style.
    """
    try:
        return Style(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no style. Styles are: {', '.join(Style)}.") from None


_style = partial(option, "--style", parser=parse_style, metavar="|".join(Style))
StyleName = Annotated[Style, _style(help="How covers look.")]
OtherStyle = Annotated[Style | None, _style(help="How covers look, in the place of how they do.", show_default=False)]
AsJson = Annotated[bool, option("--json", help="Print JSON to standard output.")]
#: The workspace that a command works on; `redact.workspace.open.open_workspace(workspace)` says it when there is none.
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
School = Annotated[
    str | None,
    option("--school", metavar="ID", help="Of this school; one of the setting `schools`.", show_default=False),
]
HERE = Path()  # default of WorkspaceFolder


def role_option(what: str, name: str = "--by", roles: Iterable[str] = PERSON_ROLES, **attributes: Any) -> Any:
    """Return the option for a role: its place in a command's line is one word, and the help lists what it may be."""
    return option(name, metavar="ROLE", help=f"{what}: {', '.join(roles)}.", **attributes)


_WHO_ACTS = "The role of the person who does this, which the audit log keeps"
ByRole = Annotated[PersonRole, role_option(_WHO_ACTS)]
MaybeByRole = Annotated[PersonRole | None, role_option(_WHO_ACTS, show_default=False)]
Person = Annotated[
    str,
    option(
        "--person",
        metavar="ID",
        help="Account or staff number of that person; the audit log keeps a keyed tag of it.",
    ),
]
Reason = Annotated[
    str, option("--reason", metavar="SENTENCE", help="Why; it is kept in the audit log, so give no name.")
]
FurtherReason = Annotated[
    str | None, option("--reason", metavar="SENTENCE", help="More about it, kept in the audit log: give no name.")
]
DeviceId = Annotated[str, typer.Argument(metavar="DEVICE", help="Id of the device, as in `redact devices list`.")]
