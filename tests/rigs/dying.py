"""Run the steps of a workspace in this process, and die by SIGKILL right before or after a named call.

    python -m tests.rigs.dying WORKSPACE redact.photos.steps:seal before|after [COUNT]

The pictures are not looked at (an instant stand-in for the workers): what is tested is what survives.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest import mock

from redact.photos import purge
from redact.redaction.values import Outcome, Status, Verdict
from redact.service.run import run_watch
from redact.store.vault import Vault
from redact.workers.job import WorkerSetup
from redact.workspace.open import open_workspace

#: Every named step, and the seams inside them.
STEPS = (
    "redact.photos.steps:copy_in",
    "redact.photos.steps:_write_arrival",
    "redact.photos.steps:take_in",
    "redact.store.vault:Vault.seal",
    "redact.photos.steps:seal",
    "redact.photos.steps:_finish_redaction",
    "redact.photos.steps:redact_and_verify",
    "redact.store.trust.folder:LocalTrust.put",
    "redact.photos.steps:drop_plain",
    "redact.photos.steps:store",
    "redact.devices.clearing.clear:open_deletions",
    "redact.devices.clearing.clear:_erase",
    "redact.devices.clearing.clear:erase_opened",
    "redact.devices.clearing.clear:_close",
    "redact.devices.clearing.clear:confirm",
    "redact.store.log.mirrors:Mirrors.copy",
)


class InstantPool:
    """Redacts by saying so: the output is another picture's bytes, the same for the same photo."""

    def __init__(self, setup: WorkerSetup, workers: int) -> None:
        pass

    def work(self, source: Path, snapshot: object, job: object) -> Outcome:
        data = source.read_bytes()
        output = b"\xff\xd8" + hashlib.sha256(data).digest() * 40 + b"\xff\xd9"
        return Outcome(Status.REDACTED, hashlib.sha256(data).hexdigest(), output=output, verdict=Verdict(True, ("ok",)))

    def close(self) -> None:
        pass


def deadly(call: Callable[..., Any], when: str, count: int) -> Callable[..., Any]:
    left = [count]

    def die() -> None:
        left[0] -= 1
        if left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def called(*arguments: Any, **named: Any) -> Any:
        if when == "before":
            die()
        result = call(*arguments, **named)
        if when == "after":
            die()
        return result

    return called


def main(workspace: str, step: str = "", when: str = "before", count: str = "1") -> None:
    patches: list[Any] = [
        mock.patch("redact.service.run.WorkerPool", InstantPool),
        mock.patch("redact.service.clearings.CLEAR_PAUSE_S", 0.1),
    ]
    if step:
        module, _, path = step.partition(":")
        *owners, name = path.split(".")
        owner: Any = importlib.import_module(module)
        for part in owners:
            owner = getattr(owner, part)
        patches.append(mock.patch.object(owner, name, deadly(getattr(owner, name), when, int(count))))
    for patch in patches:
        patch.start()
    with open_workspace(Path(workspace)) as opened:
        run_watch(opened, threading.Event(), WorkerSetup(Path("no-weights")), {}, once=True)


def die_purging(folder: Path, now: datetime, owner: str, call: str, when: str) -> None:
    """Destroy the originals that are due, and die right before or after a named call of `Vault` or `purge`."""
    owned: Any = {"Vault": Vault, "purge": purge}[owner]
    with (
        mock.patch.object(owned, call, deadly(getattr(owned, call), when, 1)),
        open_workspace(folder, lambda: now) as workspace,
    ):
        purge.purge_originals(workspace)


if __name__ == "__main__":
    main(*sys.argv[1:])
