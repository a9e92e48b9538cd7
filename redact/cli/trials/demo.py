"""`redact demo`: a whole workspace at work on the sample pictures."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from shlex import quote
from textwrap import wrap
from typing import Annotated

import typer

from models.weights import default_folder
from redact.audit.deletions.page import print_html
from redact.audit.filters import Filters
from redact.audit.verify.verdict import print_report
from redact.cli.daily.desk import desk_of, stop_by_signal
from redact.cli.option import option
from redact.cli.options import Jobs
from redact.cli.pages.audit import print_entries
from redact.cli.pages.status import print_status
from redact.cli.pages.times import zone_of
from redact.cli.pictures.batch import models_in_use
from redact.desk.demo.people import add_made_up_people
from redact.desk.demo.story import prepare_story, walk
from redact.desk.serve import serve
from redact.desk.visit import Desk
from redact.errors import RedactError, counted, short_id
from redact.redaction.covers.paint import Look, cover
from redact.redaction.covers.places import places_of
from redact.redaction.drawings.contact_sheet import contact_sheet
from redact.redaction.encode import encode
from redact.redaction.picture.decode import decode
from redact.redaction.picture.resize import shrink
from redact.redaction.values import Box, Kind, Picture, Style
from redact.reports.audit_log import make_report, verify_workspace
from redact.reports.status import read_status
from redact.store.log.reader import read_entries
from redact.system.files import write_whole
from redact.trials import demo
from redact.trials.demo import CAMERA, PHONE, VISITOR, Stage, covered_on, photo_of, tally
from redact.trials.demo_folder import RECORD, SHEET, list_device
from redact.trials.samples import sample_folder, sample_pictures
from redact.workers.job import WorkerSetup
from redact.workspace.open import Workspace, open_workspace

_PORT, _PORTS = 8470, 10  # the desk's port as the settings have it, and how many are tried
SHOWN = "01-portrait.jpg"  # the sample on which a made-up pupil is shown with consent, where the desk is open


def run_demo(
    out: Annotated[
        Path,
        option("--out", metavar="DIR", help="Where the workspace, the devices and the sheet go; a former demo goes."),
    ] = Path("redact-demo"),
    jobs: Jobs = None,
    desk: Annotated[
        bool,
        option("--desk", help="Open the desk afterwards, with a made-up login for each role; Ctrl-C closes it."),
    ] = False,
) -> None:
    """Make a workspace with three devices, drop the samples there, and see them redacted, stored and deleted."""
    folder, weights = sample_folder(), default_folder()
    models = models_in_use(weights)
    samples = {path.name: path.read_bytes() for path in sample_pictures(folder)}
    roll, consents = ((folder / name).read_bytes() for name in ("roll.csv", "consents.csv"))
    settings = {} if jobs is None else {"workers": jobs}
    settings |= {"desk_port": _free_port()} if desk else {}
    stage = demo.set_up(out, samples, roll, consents, settings)
    _head(f"A workspace in {stage.workspace}: {stage.pupils} pupils on its roll, {stage.answers} answers about consent")
    _list_devices(stage, "Its devices, before")
    with _desk_beside(stage) if desk else contextlib.nullcontext() as opened:
        _run(stage, WorkerSetup(weights), models)
        if opened is not None:
            _print_story(stage, opened.desk)
            stop_by_signal(opened.stop).wait()  # before, a signal ends the demo at once


@dataclass(frozen=True, slots=True)
class _Opened:
    """The desk, open beside the demo."""

    desk: Desk
    stop: threading.Event


def _free_port() -> int:
    """Return the desk's own port, or one of the next where another desk is open."""
    for port in range(_PORT, _PORT + _PORTS):
        with socket.socket() as tried, contextlib.suppress(OSError):
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(("127.0.0.1", port))
            return port
    return _PORT  # the desk says that it cannot listen there


def _print_story(stage: Stage, desk: Desk) -> None:
    """Make ready what the made-up people find at the desk, and print the walk."""
    prepare_story(desk, photo_of(stage, desk.workspace, SHOWN).sha256)
    _head("Walk through it; the desk stays open until Ctrl-C")
    for line in walk(desk.address.url, quote(str(stage.workspace))):
        typer.echo(line)


def _run(stage: Stage, setup: WorkerSetup, models: Mapping[str, str]) -> None:
    with open_workspace(stage.workspace) as workspace:
        _head("The watcher runs once")
        demo.run(workspace, replace(setup, policy=workspace.settings.policy), models, typer.echo)
        _list_devices(stage, "Its devices, after", is_after=True)
        _print_table(stage, workspace)
        _print_status(workspace)
        _print_record(stage, workspace)
        _write_sheet(stage, workspace)
        demo.check_end(stage, workspace)
    _print_next_steps(stage)


@contextlib.contextmanager
def _desk_beside(stage: Stage) -> Iterator[_Opened]:
    """Open the desk in a thread of its own, so that its first page is there while the pictures are still worked on."""
    stop = threading.Event()
    with open_workspace(stage.workspace) as workspace, desk_of(workspace) as desk:
        password, people = add_made_up_people(desk)
        _head("The desk: sign in as one of these, all with the same password")
        typer.echo("\n".join(f"{login}" for _, login in people))
        typer.echo(f"Password: {password}")
        opened = lambda: typer.echo(f"The desk is open: {desk.address.url}")  # noqa: E731
        with ThreadPoolExecutor(1, "desk") as threads:
            serving = threads.submit(serve, desk, opened, stop)
            serving.add_done_callback(lambda _: stop.set())
            try:
                yield _Opened(desk, stop)
            finally:
                stop.set()
                serving.result()


def _head(title: str) -> None:
    typer.echo(f"\n-- {title} --")


def _list_devices(stage: Stage, title: str, *, is_after: bool = False) -> None:
    _head(title)
    whose = {
        CAMERA: "the trust's own",
        PHONE: "personal, approved",
        VISITOR: "personal, its approval has run out: not touched",
    }
    for device, before in stage.before.items():
        files = list_device(stage.out, device) if is_after else before
        typer.echo(f"{device} ({whose[device]}): {counted(len(files), 'file')}")
        for line in wrap(", ".join(files), 110):
            typer.echo(f"    {line}")


def _print_table(stage: Stage, workspace: Workspace) -> None:
    _head("The pictures")
    typer.echo(f"{'picture':30} {'photo':12} {'state':8} {'faces':>5} {'names':>5} {'codes':>5} {'ask':>4}  copy")
    for sample in stage.samples:
        photo = photo_of(stage, workspace, sample)
        counts = tally(photo.plan)
        typer.echo(
            f"{sample:30} {short_id(photo.sha256)} {photo.state.value:8} {counts['face']:5} {counts['name']:5} "
            f"{counts['code']:5} {counts['ask']:4}  {photo.output_name or photo.reason}"
        )


def _print_status(workspace: Workspace) -> None:
    _head("redact status")
    print_status(read_status(workspace), zone_of(workspace))


def _print_record(stage: Stage, workspace: Workspace) -> None:
    on_both = next(name for name in stage.samples if all(name in stage.before[device] for device in (CAMERA, PHONE)))
    photo = photo_of(stage, workspace, on_both)
    _head(f"redact audit log --photo {short_id(photo.sha256)}: one photo that lay on two devices")
    with workspace.database.read() as connection:
        print_entries(read_entries(connection, Filters(photo=photo.sha256)), zone_of(workspace))
    _head("redact audit verify")
    report = verify_workspace(workspace)
    for line in print_report(report):
        typer.echo(line)
    if not report.is_intact:
        raise RedactError("The audit log of the demo does not verify. Please report this.")
    made = make_report(workspace, None, None, None)
    write_whole(stage.out / RECORD, print_html(made.record, made.made).encode())


def _write_sheet(stage: Stage, workspace: Workspace) -> None:
    rows = []
    for sample, content in stage.samples.items():
        name = photo_of(stage, workspace, sample).output_name
        if name is not None:
            rows.append((sample, [decode(content), decode(workspace.trust.read(name))]))
    rows += _with_smileys(stage, workspace)
    if rows:
        write_whole(stage.out / SHEET, encode(contact_sheet(rows, columns=2)))


def _with_smileys(stage: Stage, workspace: Workspace) -> list[tuple[str, list[Picture]]]:
    """Return the samples with faces as they look with smileys, each beside its source."""
    rows = []
    for sample, content in stage.samples.items():
        regions = covered_on(photo_of(stage, workspace, sample).plan)
        if any(region.kind is Kind.FACE for region in regions):
            source = decode(content)
            small = shrink(source, workspace.settings.max_side_px)
            places = places_of(regions, small.size, Box(0, 0, source.width_px, source.height_px), source.coding)
            rows.append((f"{sample}, style smiley", [source, cover(small, places, Look(Style.SMILEY))]))
    return rows


def _print_next_steps(stage: Stage) -> None:
    workspace = quote(str(stage.workspace))
    _head("Look at")
    typer.echo(f"{stage.out / SHEET}: before and after, side by side")
    typer.echo(f"{stage.out / RECORD}: the deletion record, for an auditor (open it in a browser)")
    typer.echo(f"redact status --workspace {workspace}; redact audit log --workspace {workspace}")
