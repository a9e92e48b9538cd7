"""`redact photo`: photos in, redacted copies and a report out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from redact.cli.option import option
from redact.cli.options import AsJson, Inputs, Jobs, RollFile, StyleName
from redact.cli.pictures.batch import batch_of, print_end, show_progress
from redact.errors import ExitCode, UsageError
from redact.redaction.picture.own_picture import check_picture
from redact.redaction.values import LoneDoubtful, Policy, Status, Style
from redact.system.files import make_folder, write_whole
from redact.workers.batch import redact_items
from redact.workers.intake import read_file
from redact.workers.report import print_report


def redact_photos(
    inputs: Inputs,
    out: Annotated[Path, option("--out", metavar="DIR", help="Folder for the redacted copies.")],
    roll: RollFile = None,
    report: Annotated[
        Path | None, option("--report", metavar="JSON", help="Write a report (JSON) of every photo here.")
    ] = None,
    style: StyleName = Style.BLUR,
    picture: Annotated[
        Path | None,
        option("--picture", metavar="FILE", help="The school's own picture on each head (PNG, JPEG): --style picture."),
    ] = None,
    crop: Annotated[
        bool, option("--crop", help="Where covers leave little of a photo, write the part that is worth keeping.")
    ] = False,
    max_side: Annotated[
        int, option("--max-side", min=64, max=16_384, metavar="PX", help="Cap on the long side of a copy.")
    ] = 2048,
    lone_doubtful: Annotated[
        LoneDoubtful,
        option(
            "--lone-doubtful-faces",
            help="A place that may be a face, with no sure face near it: left bare for a person to see, or covered.",
        ),
    ] = LoneDoubtful.MAYBE,
    jobs: Jobs = None,
    as_json: AsJson = False,
) -> None:
    """Cover faces and names in photos and write clean copies.

    Each copy is a new file with a neutral name and no metadata.  Each is read back and checked as an
    independent reader would; a photo that fails its check is held, and no copy of it is written.
    """
    policy = Policy(style, max_side, lone_doubtful=lone_doubtful, sticker=_read_picture(style, picture), crops=crop)
    batch = batch_of(inputs, out, roll, policy, jobs)
    if report is not None:
        make_folder(report.parent)  # now, and not when an hour's work has nowhere to be written
    with show_progress(len(batch.items)) as progress:
        results = redact_items(batch.items, out, batch.setup, batch.workers, progress)
    text = print_report(results, batch.models)
    if report is not None:
        write_whole(report, text.encode())
    if as_json:
        typer.echo(text, nl=False)
    print_end(results, out)
    if batch.lacks_names or any(done.outcome.status is not Status.REDACTED for done in results):
        raise typer.Exit(ExitCode.HELD)


def _read_picture(style: Style, path: Path | None) -> bytes:
    """Return the school's own picture; nothing for the styles that show none.

    Raises:
        UsageError: it is missing, not asked for, or no picture that can be used.
    """
    if (style is Style.PICTURE) != (path is not None):
        raise UsageError("--style picture and --picture FILE belong together: give both, or neither.")
    if path is None:
        return b""
    content = read_file(path)
    check_picture(content)
    return content
