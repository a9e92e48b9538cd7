"""Run the real program, as a user would, in a workspace of its own; in a process of its own, or quicker in this one."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path

from redact.cli import main

LONGEST_RUN_S = 850.0  # `redact demo` takes 40 on two quiet cores, and took 254 on two that a dozen others shared


def run_program(
    *arguments: str | Path, home: Path, file_limit: int | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run `redact` with `arguments`; nothing of this machine's settings reaches it.

    Args:
        arguments: of the command line.
        home: an empty folder: home, working folder's parent and place of temporary files.
        file_limit: bytes that the program may write into one file: more fails, as on a full disk.
        environment: further variables.
    """
    settings = _environment(home, environment)

    def limit() -> None:
        if file_limit is not None:
            import resource

            resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))

    ended = subprocess.run(
        [sys.executable, "-m", "redact", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=home / "cwd",
        env=settings,
        timeout=LONGEST_RUN_S,
        preexec_fn=limit,
    )
    assert "Traceback" not in ended.stderr + ended.stdout, ended.stderr
    return ended


def files_under(folder: Path) -> set[str]:
    """Return the files below `folder`, by their path in it."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def run_here(*arguments: str | Path, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Do as `run_program` does, in this process: what a start costs is spared where a test is about what is said."""
    settings, words = _environment(home, environment), ["redact", *map(str, arguments)]
    before, former_words, code = dict(os.environ), sys.argv, 0
    with (
        contextlib.chdir(home / "cwd"),
        contextlib.redirect_stdout(io.StringIO()) as out,
        contextlib.redirect_stderr(io.StringIO()) as err,
    ):
        os.environ.clear()
        os.environ.update(settings)
        sys.argv = words
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        finally:
            sys.argv = former_words
            os.environ.clear()
            os.environ.update(before)
    return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())


def _environment(home: Path, further: dict[str, str]) -> dict[str, str]:
    """Return the environment of a user who has nothing but `home`, which is made."""
    for name in ("tmp", "cwd"):
        (home / name).mkdir(parents=True, exist_ok=True)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "share"),
        "TMPDIR": str(home / "tmp"),
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LC_ALL": "C.UTF-8",
        **further,
    }
