"""`redact consent enrol` and `enrol-class`: learn faces; apart, because these alone need the models."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from redact.cli.acting import Upn
from redact.cli.option import option
from redact.cli.options import HERE, AsJson, ByRole, WorkspaceFolder
from redact.cli.registers.naming import upn_of
from redact.cli.screen import terminal
from redact.errors import ExitCode, counted
from redact.pupils.adults import is_adult
from redact.redaction.enrol import MOST_PHOTOS
from redact.registers import enrol as enrolling
from redact.registers.enrol_class import ClassRow, Outcome
from redact.registers.enrol_class import enrol_class as enrol_each
from redact.workers.intake import read_photo
from redact.workers.photo_sets import open_photo_set
from redact.workspace.open import open_workspace


def enrol(
    upn: Upn,
    photos: Annotated[
        list[Path],
        typer.Argument(metavar="PHOTO...", help="Photos, or a folder or zip of them, of this pupil alone; not kept."),
    ],
    by: ByRole,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """Learn a pupil's face from photos, so that it may be left uncovered; needs biometric and photo consent."""
    with open_workspace(workspace) as opened:
        upn = upn_of(opened, upn, writes=True)
        described = enrolling.enrol(opened, by, upn, [*_read(photos)])
    for why in described.left_out:
        typer.echo(f"left out: {why}", err=True)
    added = counted(len(described.templates), "face template")
    who = upn if is_adult(upn) else f"pupil {upn}"
    typer.echo(f"{who}: {added} added; the photos were not kept", err=True)


def _read(paths: Sequence[Path]) -> Iterator[bytes]:
    """Yield the photos of one person: files, and those in folders and zip files, which are not unpacked."""
    for path in paths:
        if path.is_dir() or path.suffix.lower() == ".zip":
            with open_photo_set(path) as found:
                yield from (photo.read() for photo in found[: MOST_PHOTOS + 1])  # one too many is refused by number
        else:
            yield read_photo(path)


def enrol_class(
    photos: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER|ZIP", help="Portraits called by number: N999123425000.jpg, ADULT-7.jpg; not kept."
        ),
    ],
    by: ByRole,
    add: Annotated[bool, option("--add", help="Describe photos of those too who are enrolled already.")] = False,
    workspace: WorkspaceFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """Learn the faces of a class, or of staff, from an export of portraits, as far as consents allow.

    A second photo of a pupil is called N999123425000_2.jpg.  Who was enrolled, refused and why is listed by number.
    """
    with open_workspace(workspace) as opened, open_photo_set(photos) as found:
        rows = tuple(_show_progress(enrol_each(opened, by, found, adds=add), len(found)))
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in rows], indent=1))
    else:
        for row in rows:
            called = row.upn or f"photo {row.photos[0]}"
            typer.echo(
                f"{called:14} {row.outcome.value:16} {row.templates:2}  {row.seconds:5.2f} s  {row.why}".rstrip()
            )
    _print_rows(rows)
    if any(row.outcome not in {Outcome.ENROLLED, Outcome.ALREADY} for row in rows):
        raise typer.Exit(ExitCode.HELD)


def _show_progress(rows: Iterator[ClassRow], total: int) -> Iterator[ClassRow]:
    if not sys.stderr.isatty():
        return rows
    return iter(track(rows, "enrolling", total, console=terminal(err=True), transient=True))


def _print_rows(rows: Sequence[ClassRow]) -> None:
    counts = Counter(row.outcome.value for row in rows)
    parts = ", ".join(f"{counts[outcome.value]} {outcome.value}" for outcome in Outcome if counts[outcome.value])
    typer.echo(f"{len(rows)} pupils or photos: {parts}; the photos were not kept", err=True)
