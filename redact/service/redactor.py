"""Redact a photo in a worker process, by what the registers and people's answers say at that moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from redact.photos.steps import Worked
from redact.workers.job import Redaction, hash_models
from redact.workers.pool import WorkerPool
from redact.workspace.open import Workspace
from redact.workspace.snapshot import Snapshots


@dataclass(slots=True)
class Redactor:
    """Redacts the photos of one workspace; its `work` is what `bring_to_storage` is given."""

    workspace: Workspace
    pool: WorkerPool
    models: Mapping[str, str]  # file name -> SHA-256 of the weights in use
    snapshots: Snapshots = field(init=False)

    def __post_init__(self) -> None:
        """Read no register yet."""
        self.snapshots = Snapshots(self.workspace)

    def work(self, path: Path, tags: tuple[str, ...]) -> Worked:
        """Redact the plain original at `path`."""
        # Names in quarantine are ids; a file with other bytes is refused later.
        answers = self.snapshots.answers(path.stem)
        version, snapshot = self.snapshots.read()
        outcome = self.pool.work(path, snapshot, Redaction(tags, answers, self.snapshots.school(path.stem)))
        return Worked(outcome, version or None, hash_models(self.models))
