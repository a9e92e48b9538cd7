"""`redact measure` and `redact speed`: the figures, on photos that a school or a developer has."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Annotated, Any

import typer

from redact.cli.option import option
from redact.cli.options import AsJson, Jobs, RollFile, StyleName
from redact.cli.pictures.batch import batch_of, show_progress
from redact.redaction.covers.paint import Look
from redact.redaction.drawings.contact_sheet import contact_sheet, crop_around
from redact.redaction.encode import encode
from redact.redaction.picture.decode import decode
from redact.redaction.values import Policy, Style
from redact.system.files import write_whole
from redact.system.machine import peak_memory_of_children
from redact.trials.leaks import Traces, find_traces
from redact.trials.measure import NOT_IN_SILENCE, Score, Share, read_labels, score
from redact.workers.batch import redact_items
from redact.workers.intake import read_file
from redact.workers.report import Done, print_report

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="The photos.")]
KeepIn = Annotated[
    Path | None,
    option(
        "--out",
        metavar="DIR",
        help="Keep copies, report and misses here; otherwise they go when the figures are printed.",
    ),
]


def measure_folder(
    truth: Annotated[Path, typer.Argument(metavar="TRUTH", help="Labels (JSON): what should be hidden on each photo.")],
    folder: Folder,
    roll: RollFile = None,
    out: KeepIn = None,
    style: StyleName = Style.BLUR,
    jobs: Jobs = None,
    as_json: AsJson = False,
) -> None:
    """Redact labelled photos and print how many of the faces and names are hidden, and what else was."""
    labels = read_labels(read_file(truth))
    batch = batch_of([folder], out, roll, Policy(style), jobs)
    with tempfile.TemporaryDirectory() as temporary:
        keep = out or Path(temporary)
        with show_progress(len(batch.items)) as progress:
            results = redact_items(batch.items, keep, batch.setup, batch.workers, progress)
        figures, told = score(labels, results), score(labels, results, NOT_IN_SILENCE)
        traces = find_traces(batch.items, results, keep, Look(style))
        if out is not None:
            write_whole(out / "report.json", print_report(results, batch.models).encode())
            _write_misses(out / "missed.jpg", folder, figures)
    if as_json:
        typer.echo(json.dumps(_as_json(figures, told, traces, results), indent=1))
    else:
        for line in _lines(figures, told, traces, results):
            typer.echo(line)


def _write_misses(path: Path, folder: Path, figures: Score) -> None:
    """Write a contact sheet of what was not hidden, each with its surroundings."""
    found = {p.name: p for p in folder.rglob("*") if p.is_file()}
    rows = [
        (f"{miss.source} {miss.box}", [crop_around(decode(found[miss.source].read_bytes()), miss.box)])
        for miss in figures.missed[:60]
        if miss.source in found
    ]
    if rows:
        write_whole(path, encode(contact_sheet(rows, columns=4)))


def _lines(figures: Score, told: Score, traces: Traces, results: tuple[Done, ...]) -> Iterator[str]:
    yield f"photos redacted      {_say(figures.photos)}"
    for name, share in figures.faces.items():
        yield f"faces hidden, {name:7} {_say(share)}{_and_asked(share, told.faces[name])}"
    if figures.faces:
        yield f"stray cover          {100 * figures.stray:.2f} % of the pictures"
    for name, share in sorted(figures.scenes.items()):
        yield f"names, {name:13} {_say(share)}{_and_asked(share, told.scenes[name])}"
    if figures.scenes:
        yield f"names, mean of scenes {figures.mean_of_scenes:.3f}"
        yield f"other words covered  {_say(figures.spoilt)}{_and_asked(figures.spoilt, told.spoilt)}"
    yield f"covered share        {100 * _share(results):.1f} % of a picture (median)"
    yield f"covers that leak     {traces.leaks}"
    yield f"cover made again     differs by at most {traces.largest:.2f} grey levels (mean over a cover)"
    yield f"seconds per photo      {_seconds(results):.2f} (sum of the stages, median, in one worker)"


def _say(share: Share) -> str:
    low, high = share.interval()
    return (
        f"{share.hits} of {share.total}, {100 * share.value:.1f} % (95 % interval {100 * low:.1f} to {100 * high:.1f})"
    )


def _and_asked(sure: Share, told: Share) -> str:
    """Return how many there are with those that a person is asked about; nothing where nobody is."""
    return f"; with what is asked about {told.hits}, {100 * told.value:.1f} %" if told != sure else ""


def _share(results: tuple[Done, ...]) -> float:
    """Return the median of the covered shares of the photos that were redacted; 0 of none."""
    shares = [done.outcome.covered_share for done in results if done.outcome.covered_share is not None]
    return median(shares) if shares else 0.0


def _seconds(results: tuple[Done, ...]) -> float:
    return median(sum(done.outcome.seconds.values()) for done in results) if results else 0.0


def _as_json(figures: Score, told: Score, traces: Traces, results: tuple[Done, ...]) -> dict[str, Any]:
    def share(value: Share) -> dict[str, Any]:
        return {
            "hits": value.hits,
            "of": value.total,
            "share": round(value.value, 4),
            "interval95": [round(bound, 4) for bound in value.interval()],
        }

    return {
        "photos": share(figures.photos),
        "faces": {name: share(value) for name, value in figures.faces.items()},
        "stray_percent": round(100 * figures.stray, 3),
        "scenes": {name: share(value) for name, value in figures.scenes.items()},
        "mean_of_scenes": round(figures.mean_of_scenes, 4),
        "spoilt": share(figures.spoilt),
        "with_what_is_asked_about": {
            "faces": {name: share(value) for name, value in told.faces.items()},
            "scenes": {name: share(value) for name, value in told.scenes.items()},
            "spoilt": share(told.spoilt),
        },
        "leaks": traces.leaks,
        "largest_difference": round(traces.largest, 3),
        "covered_share_median": round(_share(results), 4),
        "median_seconds": round(_seconds(results), 3),
    }


def measure_speed(folder: Folder, jobs: Jobs = None, as_json: AsJson = False) -> None:
    """Redact the photos of a folder and print seconds per photo, by stage, and the memory of a worker.

    The first photo of each worker loads the models and is counted apart.
    """
    batch = batch_of([folder], None, None, Policy(), jobs)
    stamps: list[float] = []
    start = perf_counter()
    with tempfile.TemporaryDirectory() as temporary, show_progress(len(batch.items)) as progress:

        def note(count: int, done: Done) -> None:
            stamps.append(perf_counter() - start)
            progress(count, done)

        results = redact_items(batch.items, Path(temporary), batch.setup, batch.workers, note)
    figures = _speed(stamps, results, batch.workers) | {"peak_memory_mb": peak_memory_of_children() // 1_000_000}
    typer.echo(
        json.dumps(figures, indent=1) if as_json else "\n".join(f"{key:24} {value}" for key, value in figures.items())
    )


def _speed(stamps: list[float], results: tuple[Done, ...], workers: int) -> dict[str, Any]:
    """Return the figures; `stamps` are seconds since the start at which each photo was done."""
    if not results:
        return {"photos": 0}
    stages = sorted({stage for done in results for stage in done.outcome.seconds})
    later = max(0, len(stamps) - workers)
    by_stage = {
        f"{stage}_s": round(median(done.outcome.seconds.get(stage, 0.0) for done in results), 3) for stage in stages
    }
    steady = round((stamps[-1] - stamps[workers - 1]) / later, 3) if later else None
    return {
        "photos": len(results),
        "workers": workers,
        "first_photo_s": round(stamps[0], 2),
        "photo_s": steady,
        "all_in_photo_s": round(stamps[-1] / len(stamps), 3),
        **by_stage,
    }
