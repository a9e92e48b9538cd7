"""`redact demo`: the program at work on its own sample pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from redact.cli.options import Jobs, option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redact.intake import Item
    from redact.report import Done


def run_demo(
    out: Annotated[Path, option("--out", metavar="DIR", help="Where the copies, the report and the sheet go.")] = Path(
        "redact-demo"
    ),
    jobs: Jobs = None,
) -> None:
    """Redact the sample pictures, print what was done, and make a before/after sheet to look at."""
    from redact.cli.session import batch_of, show_progress
    from redact.disk import write_whole
    from redact.pipeline import redact_items
    from redact.report import print_report
    from redact.samples import sample_folder, sample_pictures
    from redact.values import Policy

    samples = sample_folder()
    batch = batch_of(sample_pictures(samples), out, samples / "roll.csv", Policy(), jobs)
    with show_progress(len(batch.items)) as progress:
        results = redact_items(batch.items, out, batch.bench, batch.workers, progress)
    write_whole(out / "report.json", print_report(results, batch.models).encode())
    _print_table(results)
    _write_sheet(out / "before-after.jpg", batch.items, results, out)
    typer.echo(f"\nOpen {out / 'before-after.jpg'} to see before and after side by side.")


def _print_table(results: Sequence[Done]) -> None:
    from collections import Counter

    typer.echo(f"{'photo':28} {'result':9} {'faces':>5} {'names':>5} {'codes':>5} {'ask':>4} {'seconds':>8}  output")
    for done in results:
        outcome = done.outcome
        kinds = Counter(region.kind for region in outcome.regions)
        ask = sum(region.action == "ask" for region in outcome.regions)
        typer.echo(
            f"{done.source:28} {outcome.status:9} {kinds['face']:5} {kinds['name']:5} {kinds['code']:5} {ask:4} "  # type: ignore[index]
            f"{sum(outcome.seconds.values()):8.2f}  {done.output or outcome.reason}"
        )


def _write_sheet(path: Path, items: Sequence[Item], results: Sequence[Done], out: Path) -> None:
    from redact.decode import decode
    from redact.disk import write_whole
    from redact.encode import encode
    from redact.sheet import contact_sheet

    rows = [
        (done.source, [decode(item.path.read_bytes()), decode((out / done.output).read_bytes())])
        for item, done in zip(items, results, strict=True)
        if done.output
    ]
    write_whole(path, encode(contact_sheet(rows, columns=2)))
