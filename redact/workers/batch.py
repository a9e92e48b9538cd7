"""The batch: photos in, redacted copies and a report out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from redact.redaction.values import Outcome, Status, copy_name
from redact.system.files import make_folder, write_whole
from redact.workers.intake import Item
from redact.workers.job import Task, WorkerSetup, redact
from redact.workers.pool import work
from redact.workers.report import Done

#: Called after each photo with how many are done, and what became of this one.
Progress = Callable[[int, Done], None]


def redact_items(
    items: Sequence[Item], out: Path | None, setup: WorkerSetup, workers: int, progress: Progress, task: Task = redact
) -> tuple[Done, ...]:
    """Redact `items` into the folder `out` (None: a task without outputs); return what became of each.

    Raises:
        CannotWrite: `out` cannot be written; nothing is claimed.
        RedactError: a model is missing or damaged.
    """
    if out is not None:
        make_folder(out)
    results: list[Done] = []
    # Decode, find, decide, cover, encode, verify: in worker processes.
    for item, outcome in work(items, task, setup, workers):
        # Write: the output is on the disk and was read back before it is spoken of.
        done = _write(out, item, outcome)
        results.append(done)
        progress(len(results), done)
    return tuple(results)


def _write(out: Path | None, item: Item, outcome: Outcome) -> Done:
    """Write the output under a neutral name: what it holds decides the name, the source's name does not."""
    if out is None or outcome.output is None:
        return Done(item.source, outcome)
    sha256 = hashlib.sha256(outcome.output).hexdigest()
    name = copy_name(sha256, outcome.extension)
    write_whole(out / name, outcome.output, is_public=outcome.status is Status.REDACTED)
    return Done(item.source, replace(outcome, output=None), name, sha256)
