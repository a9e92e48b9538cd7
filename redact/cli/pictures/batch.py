"""What the commands that work on photos share: the batch, the progress bar, the words at the end."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer

from models.weights import State, default_folder, list_weights
from redact.cli.pages.roll import print_roll
from redact.cli.screen import progress_bar
from redact.errors import RedactError
from redact.pupils.roll import Roll, read_roll
from redact.redaction.values import Action, Policy, Status
from redact.system.printing import printable
from redact.workers.intake import Item, gather, read_file
from redact.workers.job import WorkerSetup
from redact.workers.pool import share_cores
from redact.workers.report import Done, advice_on


@dataclass(frozen=True, slots=True)
class Batch:
    """Everything that is decided before the first photo is opened."""

    items: tuple[Item, ...]
    setup: WorkerSetup
    workers: int
    models: Mapping[str, str]  # file name -> SHA-256 of the weights in use

    @property
    def lacks_names(self) -> bool:
        """Say whether the roll has names that were not taken or look broken: these were not looked for."""
        return self.setup.roll is not None and not self.setup.roll.is_clean


def batch_of(inputs: Sequence[Path], out: Path | None, roll: Path | None, policy: Policy, jobs: int | None) -> Batch:
    """Decide which photos, which names, which models and how many workers.

    Raises:
        UsageError: an input or the roll cannot be read.
        RedactError: a required model is missing or damaged.
    """
    items = gather(inputs, leave_out=out)
    workers, threads = share_cores(len(items), jobs)
    folder = default_folder()
    return Batch(items, WorkerSetup(folder, threads, open_roll(roll), policy), workers, models_in_use(folder))


def open_roll(path: Path | None) -> Roll | None:
    """Return the roll in the file `path`; None for None.

    Raises:
        UsageError: it cannot be read, or is not a roll.
    """
    if path is None:
        return None
    roll = read_roll(read_file(path))
    print_roll(roll)
    return roll


def models_in_use(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each weight that will be opened.

    Raises:
        RedactError: a required one is missing, or any is damaged.
    """
    weights = [weight for weight in list_weights(folder) if not weight.is_on_request]
    for weight in weights:
        if weight.state is State.DAMAGED or (weight.is_required and weight.state is State.ABSENT):
            raise RedactError(
                f"The model file {weight.name} is {weight.state}. Install the program again, or see: redact models list"
            )
    return {weight.name: weight.sha256 for weight in weights if weight.state is State.PRESENT}


@contextmanager
def show_progress(total: int) -> Iterator[Callable[[int, Done], None]]:
    """Give a function to call after each photo; it draws a bar on a terminal and is quiet in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _count, _done: None
        return
    with progress_bar("redacting", total) as advance:
        yield lambda _count, _done: advance()


def print_end(results: Sequence[Done], out: Path) -> None:
    """Say on stderr what became of the batch, and what a person must look at.

    On a terminal the photos are called as the user called them; elsewhere, where the words may end in a log, by
    their number in the report, because a path may hold a child's name.
    """
    counts = Counter(done.outcome.status for done in results)
    for number, done in enumerate(results, 1):
        if done.outcome.status is not Status.REDACTED:
            typer.echo(f"{done.outcome.status}: {_called(number, done)}: {done.outcome.reason}", err=True)
    for sentence in (*describe_maybes(results), *describe_little(results)):
        typer.echo(sentence, err=True)
    parts = [f"{counts[status]} {status}" for status in Status if counts[status]]
    noun = "photo" if len(results) == 1 else "photos"
    typer.echo(
        f"{len(results)} {noun}: {', '.join(parts) or 'nothing found'}. Copies are in {printable(str(out))}", err=True
    )


def describe_maybes(results: Sequence[Done]) -> Iterator[str]:
    """Yield a sentence for each photo on which places may be faces and were left bare."""
    for number, done in enumerate(results, 1):
        places = sum(region.action is Action.MAYBE for region in done.outcome.regions)
        if places:
            may_be = "1 place may be a face and is" if places == 1 else f"{places} places may be faces and are"
            yield f"look: {_called(number, done)}: {may_be} left bare. To see where: redact check"


def describe_little(results: Sequence[Done]) -> Iterator[str]:
    """Yield a sentence for each photo of which covers leave little: which it is, and what to do."""
    for number, done in enumerate(results, 1):
        advice = advice_on(done.outcome)
        if advice is not None:
            yield f"look: {_called(number, done)}: {advice}"


def _called(number: int, done: Done) -> str:
    """Return what a photo is called on stderr; see `print_end`."""
    return printable(done.source) if sys.stderr.isatty() else f"photo {number}"
