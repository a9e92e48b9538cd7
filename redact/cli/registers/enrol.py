"""`redact consent enrol`: learn a pupil's face; apart, because it alone needs the models."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from redact.cli.acting import Upn
from redact.cli.options import HERE, ByRole, WorkspaceFolder
from redact.registers import enrol as enrolling
from redact.registers.act import pupil_number
from redact.workers.intake import read_photo
from redact.workspace.open import open_workspace


def enrol(
    upn: Upn,
    photos: Annotated[list[Path], typer.Argument(metavar="PHOTO...", help="Photos of this pupil alone; not kept.")],
    by: ByRole,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Learn a pupil's face from photos, so that it may be left uncovered; needs biometric and photo consent."""
    upn = pupil_number(upn)
    with open_workspace(workspace) as opened:
        described = enrolling.enrol(opened, by, upn, [read_photo(path) for path in photos])
    for why in described.left_out:
        typer.echo(f"left out: {why}", err=True)
    number = len(described.templates)
    typer.echo(f"pupil {upn}: {number} face templates added; the photos were not kept", err=True)
