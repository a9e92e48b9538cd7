"""The README's first command, run once for all tests that look at what it made: it takes half a minute and more."""

from __future__ import annotations

import functools
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.rigs.program import run_program

README = Path(__file__).resolve().parents[2] / "README.md"


@dataclass(frozen=True)
class Demoed:
    """A demo that ran."""

    ended: subprocess.CompletedProcess[str]
    home: Path  # it was empty before
    out: Path


def readme_blocks() -> list[str]:
    """Return the shell blocks of the README."""
    return re.findall(r"```sh\n(.*?)```", README.read_text("utf-8"), re.DOTALL)


@functools.cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="redact-tests-", ignore_cleanup_errors=True)


@functools.cache
def run_readmes_demo() -> Demoed:
    """Run the README's first command without its installation, in a folder that is not the project's."""
    command = next(block for block in readme_blocks() if "redact demo" in block).strip().splitlines()[-1]
    words = command.split("&& ")[1].split()
    home = Path(_folder().name).resolve()
    ended = run_program(*words[words.index("redact") + 1 :], home=home)
    return Demoed(ended, home, home / "cwd/redact-demo")
