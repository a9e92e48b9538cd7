"""Run the corridor of a house in this process, and die by SIGKILL right before or after a named call.

    python -m tests.dying HOUSE redact.corridor:seal before|after [COUNT]

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
from pathlib import Path
from typing import Any
from unittest import mock

from redact.house import open_house
from redact.service import run_watch
from redact.values import Outcome, Status, Verdict
from redact.workbench import Bench

#: Every named step, and the seams inside them.
STEPS = (
    "redact.corridor:copy_in",
    "redact.corridor:_write_arrival",
    "redact.corridor:take_in",
    "redact.store.vault:Vault.seal",
    "redact.corridor:seal",
    "redact.corridor:_finish_redaction",
    "redact.corridor:redact",
    "redact.store.trust_folder:LocalTrust.put",
    "redact.corridor:drop_plain",
    "redact.corridor:store",
    "redact.clearing:open_deletions",
    "redact.clearing:_erase",
    "redact.clearing:erase_opened",
    "redact.clearing:_close",
    "redact.clearing:confirm",
    "redact.store.copies:Copies.copy",
)


class InstantCrew:
    """Redacts by saying so: the output is another picture's bytes, the same for the same photo."""

    def __init__(self, bench: Bench, workers: int) -> None:
        pass

    def redact(self, path: Path, brief: object, tags: tuple[str, ...]) -> Outcome:
        data = path.read_bytes()
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


def main(house: str, step: str = "", when: str = "before", count: str = "1") -> None:
    patches: list[Any] = [
        mock.patch("redact.service.Crew", InstantCrew),
        mock.patch("redact.keeper.CLEAR_PAUSE_S", 0.1),
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
    with open_house(Path(house)) as opened:
        run_watch(opened, threading.Event(), Bench(Path("no-weights")), {}, once=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
