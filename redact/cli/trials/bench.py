"""`redact bench`: the program's own figures besides recall and seconds per photo, for whoever doubts them."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from redact.cli.option import number, option
from redact.cli.options import AsJson
from redact.cli.pages.figures import print_figures
from redact.desk.demo.speed import bench_desk
from redact.trials.log_speed import bench_log
from redact.trials.pipeline_speed import pipeline_speed
from redact.trials.pipeline_speed import print_figures as print_speed
from redact.trials.status_speed import bench_status


def bench_log_speed(
    entries: Annotated[int, number("--entries", min=100, max=10_000_000, help="Entries to append.")] = 100_000,
    as_json: AsJson = False,
) -> None:
    """Time an audit log: entries are added, and all checked twice."""
    print_figures(asdict(bench_log(entries)), as_json=as_json)


def bench_pipeline(
    photos: Annotated[int, number("--photos", min=1, max=100_000, help="Tiny photos to drop.")] = 500,
    idle: Annotated[float, option("--idle", metavar="SECONDS", min=0, max=3600, help="Watch nothing so long.")] = 0.0,
) -> None:
    """Time tiny photos from a device to storage: all but redaction."""
    typer.echo(print_speed(pipeline_speed(photos, idle_s=idle)))


def bench_status_speed(
    photos: Annotated[int, option("--photos", min=1, metavar="N", help="Photos whose rows are written.")] = 100_000,
    as_json: AsJson = False,
) -> None:
    """Time `redact status` and `redact doctor` in a large workspace."""
    print_figures(asdict(bench_status(photos)), as_json=as_json)


def bench_desk_pages(
    photos: Annotated[int, number("--photos", min=100, max=1_000_000, help="Photos whose rows are written.")] = 50_000,
    pupils: Annotated[int, number("--pupils", min=1, max=20_000, help="Pupils on the roll.")] = 1_000,
    posts: Annotated[int, number("--posts", min=0, max=100_000, help="Posts that are written.")] = 500,
    rounds: Annotated[int, number("--rounds", min=2, max=10_000, help="How often each page is asked for.")] = 40,
    database: Annotated[
        str | None,
        option("--database", metavar="URL", help="An empty PostgreSQL database, which is worth nothing afterwards."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Time the pages of the desk over HTTP in a large workspace."""
    figures = bench_desk(photos, pupils, posts, rounds, database)
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in figures], indent=1))
        return
    typer.echo(f"{'page':28} {'median':>9} {'p95':>9} {'core':>9}  (ms)")
    for each in figures:
        core = "-" if each.core_ms is None else f"{each.core_ms:.1f}"
        typer.echo(f"{each.page:28} {each.median_ms:9.1f} {each.p95_ms:9.1f} {core:>9}")
