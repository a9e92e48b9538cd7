"""`redact access-request`: which photos show one child, as a list and, with the key, as a folder to hand over."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import typer

from models.faces.finder import open_face_finder
from models.identity.recogniser import open_recogniser
from models.identity.templates import Template
from models.weights import default_folder
from redact.audit.kinds import Role
from redact.cli.acting import Upn
from redact.cli.option import option
from redact.cli.options import HERE, ByRole, Person, School, WorkspaceFolder, day_option
from redact.cli.pages.times import format_day_of, zone_of
from redact.cli.registers.naming import upn_of
from redact.cli.screen import progress_bar
from redact.errors import ExitCode, UsageError, counted, short_id
from redact.photos.access.answering import answer_request, begun, check_may_open
from redact.photos.access.comparing import Comparison, describe_portrait, own_templates, to_open
from redact.photos.access.finding import find_known, note_answered
from redact.photos.access.folder import check_folder, describe_post
from redact.photos.access.narrowing import describe_within, estimate, narrow_to
from redact.photos.access.progress import is_unfinished
from redact.photos.access.values import Known, Written
from redact.photos.retry import Opening, read_identity
from redact.redaction.values import LoneDoubtful
from redact.workers.intake import read_photo
from redact.workers.job import WorkerSetup
from redact.workers.pool import WorkerPool, share_cores
from redact.workspace.ids import acting
from redact.workspace.open import Workspace, open_workspace

_LINE_S: Final = 60.0  # between two lines of a log


def answer_access(
    upn: Upn,
    by: ByRole,
    person: Person,
    out: Annotated[
        Path | None, option("--out", metavar="FOLDER", help="The new folder to write; goes with --key and --yes.")
    ] = None,
    key: Annotated[
        Path | None,
        option("--key", metavar="FILE", help="The reviewer's or the recovery key: originals are opened with it."),
    ] = None,
    portrait: Annotated[
        Path | None,
        option("--portrait", metavar="FILE", help="A photo of the child alone, compared once and not kept."),
    ] = None,
    unredacted: Annotated[
        bool, option("--unredacted", help="The originals as they came; for the data-protection-officer alone.")
    ] = False,
    since: Annotated[date | None, day_option("--since", help="That came in or were taken from this day on.")] = None,
    until: Annotated[date | None, day_option("--until", help="That came in or were taken until this day.")] = None,
    school: School = None,
    event: Annotated[
        str | None, option("--event", metavar="NUMBER", help="Of this event, as in `redact events list`.")
    ] = None,
    device: Annotated[str | None, option("--device", metavar="ID", help="Seen on this device.")] = None,
    yes: Annotated[bool, option("--yes", help="Open the originals; without this only the list is shown.")] = False,
    workspace: WorkspaceFolder = HERE,
) -> None:
    """List the photos and posts that show one child; with --key, --out and --yes write them into a folder.

    It takes as long for each original as a redaction, which is said before; --since, --until, --school, --event and
    --device narrow it.  After an interruption the same command goes on where it was.
    """
    if yes and (key is None or out is None):
        raise UsageError("To open originals, say with which key and into which folder: --key FILE --out FOLDER --yes.")
    with open_workspace(workspace) as opened:
        check_may_open(Role(by), Comparison(is_plain=unredacted))
        who = acting(opened, by, person)
        within = narrow_to(opened, since, until, school, event, device)
        known = find_known(opened, upn_of(opened, upn), within)
        _print(opened, known)
        if not yes or key is None or out is None:
            note_answered(opened, known, sum(found.has_original for found in known.photos), who)
            _say_what_was_not_done(opened, known, has_portrait=portrait is not None)
            return
        opening = Opening(read_identity(key), who)
        check_folder(out)
        comparison = Comparison(_templates(opened, known, portrait), unredacted)
        written = _answer(opened, known, comparison, opening, out)
    _print_written(written, out, is_compared=bool(comparison.templates))


def _templates(workspace: Workspace, known: Known, portrait: Path | None) -> tuple[Template, ...]:
    own = own_templates(workspace, known.upn)
    if portrait is None:
        return own
    photo = read_photo(portrait)
    return (*own, *describe_portrait(known.upn, photo, open_face_finder(default_folder()), open_recogniser()))


def _answer(workspace: Workspace, known: Known, comparison: Comparison, opening: Opening, out: Path) -> Written:
    workers, threads = share_cores(1, None)
    policy = replace(workspace.settings.policy, shows_faces=True, crops=False, lone_doubtful=LoneDoubtful.COVER)
    setup = WorkerSetup(default_folder(), threads, policy=policy)
    total, before = len(to_open(known, comparison.templates)), begun(workspace, known, comparison, out)
    gone_on = f" {before} were looked at before and are not opened again." if before else ""
    narrowed = describe_within(known.within)
    only = f" Only photos {narrowed} are asked for." if narrowed else ""
    what = f"{counted(total - before, 'original')} to look at.{gone_on}{_about(workspace, total - before)}{only}"
    typer.echo(what, err=True)
    try:
        with closing(WorkerPool(setup, workers)) as pool, _progress(total) as went_on:
            return answer_request(workspace, known, comparison, opening, pool, out, went_on)
    except BaseException:  # Ctrl-C too: what was done is kept
        if is_unfinished(out):
            typer.echo(
                f"Not finished. The same command goes on where it was; to give up, delete the folder {out}: it holds "
                "photos of the child.",
                err=True,
            )
        raise


def _about(workspace: Workspace, originals: int) -> str:
    """Return how long looking at so many takes, a sentence; "" of none."""
    if not originals:
        return ""
    found = estimate(workspace)
    minutes = max(1, round(found.each_s * originals / 60))
    took = f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
    known_by = "as the last photos took here" if found.is_measured else "a guess: no photo was redacted here lately"
    return f" About {took}, {found.each_s:.1f} s each ({known_by})."


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    """Show how far it is: a bar at a terminal, else a line each minute."""
    if not total:
        yield lambda: None
    elif sys.stderr.isatty():
        with progress_bar("looking at originals", total) as advance:
            yield advance
    else:
        yield _Lines(total).advance


@dataclass(slots=True)
class _Lines:
    """A line each minute, for a log."""

    total: int
    done: int = 0
    said_s: float = field(default_factory=time.monotonic)

    def advance(self) -> None:
        self.done += 1
        if self.done == self.total or time.monotonic() - self.said_s >= _LINE_S:
            self.said_s = time.monotonic()
            typer.echo(f"{self.done} of {self.total} originals looked at.", err=True)


def _print(workspace: Workspace, known: Known) -> None:
    zone = zone_of(workspace)
    for found in known.photos:
        original = "original is sealed" if found.has_original else "original is gone"
        how = "; ".join(how.value for how in found.how)
        copy = found.known.output_name or "no copy"
        came = format_day_of(found.known.arrived_at, zone)
        typer.echo(f"{short_id(found.known.photo)}  {came}  {copy:28}  {original:18}  {how}")
    for post in known.posts:
        posted = replace(post, link=post.link if sys.stdout.isatty() else "", handle="")  # both may hold a name
        typer.echo(f"{short_id(post.photo)}  {describe_post(posted, zone)}")
    posts = len({post.post for post in known.posts})
    typer.echo(f"{counted(len(known.photos), 'photo')} known to show the child, in {counted(posts, 'post')}.", err=True)


def _say_what_was_not_done(workspace: Workspace, known: Known, *, has_portrait: bool) -> None:
    is_compared = bool(known.templates) or has_portrait
    number = len(known.originals) if is_compared else sum(found.has_original for found in known.photos)
    originals, took = counted(number, "sealed original"), _about(workspace, number)
    typer.echo(f"No original was opened. {originals} could be opened: --key FILE --out FOLDER --yes.{took}", err=True)
    if known.templates == 0 and not has_portrait:
        typer.echo(
            "The child is not enrolled: without a description of the face the program cannot find the child on an "
            "original. Only photos on which somebody named the child are listed. A photo of the child alone, "
            "--portrait FILE, is compared once and not kept.",
            err=True,
        )
    typer.echo("Originals are destroyed when their time is over; to keep them meanwhile: redact hold add", err=True)


def _print_written(written: Written, out: Path, *, is_compared: bool) -> None:
    typer.echo(f"{counted(written.files, 'photo')} written to {out}, with index.html and index.csv.", err=True)
    if not is_compared:
        typer.echo(
            "The child's face was not looked for: no description of it is on record, and no --portrait was given.",
            err=True,
        )
    if written.to_check:
        typer.echo(f"{counted(written.to_check, 'photo')} in to-check/: look at each before handing it over.", err=True)
    if written.without:
        typer.echo(f"{counted(written.without, 'photo')} could not be written; the index says why.", err=True)
    if written.unopened:
        note = f"{counted(written.unopened, 'sealed original')} could not be opened; the index says why and what to do."
        typer.echo(note, err=True)
    if written.unseen:
        typer.echo(f"{counted(written.unseen, 'original')} could not be looked at; the index says why.", err=True)
    typer.echo("Delete the folder when it is done with.", err=True)
    if written.to_check or written.without or written.unopened or written.unseen:
        raise typer.Exit(ExitCode.HELD)
