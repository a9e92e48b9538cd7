"""kill -9 at every named step: afterwards every photo is safe, and the next run ends what was begun."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from redact.workspace.create import make_workspace
from redact.workspace.open import open_workspace
from tests.rigs.dying import STEPS, main
from tests.rigs.forks import FORKS
from tests.rigs.killing import register
from tests.rigs.waiting import LONGEST_S
from tests.rigs.witness import Source, Witness, sha256_of

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "sample_images"


def run_dying(workspace: Path, *arguments: str) -> int | None:
    process = FORKS.Process(target=main, args=(str(workspace), *arguments))
    process.start()
    process.join(LONGEST_S)
    return process.exitcode


def drop(device: Path, number: int) -> list[Source]:
    """Drop a new photo (a sample with a trailer of its own), and another file with the same bytes."""
    data = (SAMPLE / "01-portrait.jpg").read_bytes() + number.to_bytes(4, "big")
    sources = []
    for name in (f"IMG_{number:04}.JPG", f"copy of {number}.jpg"):
        (device / name).write_bytes(data)
        sources.append(Source(device / name, sha256_of(device / name) or "", device.name))
    return sources


def key_of(workspace: Path) -> str:
    text = (workspace / "move-away/reviewer.key").read_text()
    return next(line for line in text.splitlines() if line.startswith("AGE-SECRET-KEY-"))


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_kill_at_every_step_loses_nothing_and_the_last_run_ends_all(tmp_path: Path, when: str) -> None:
    workspace, device = tmp_path / "workspace", tmp_path / "camera"
    make_workspace(workspace, "Oak School")
    device.mkdir()
    with open_workspace(workspace) as opened:
        register(opened, device.name, device)
    witness, sources = Witness(workspace, key_of(workspace)), list[Source]()
    for number, step in enumerate(STEPS):
        sources += drop(device, number)
        assert run_dying(workspace, step, when) == -signal.SIGKILL, f"it did not come to {step}"
        assert witness.look(sources) == [], f"killed {when} {step}"
    assert run_dying(workspace) == 0
    assert witness.look(sources) == []
    assert witness.at_the_end(sources) == []
