"""Run the real program, as a user would, in a workspace of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


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
    for name in ("tmp", "cwd"):
        (home / name).mkdir(parents=True, exist_ok=True)
    settings = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "share"),
        "TMPDIR": str(home / "tmp"),
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LC_ALL": "C.UTF-8",
        **environment,
    }

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
        timeout=380,
        preexec_fn=limit,
    )
    assert "Traceback" not in ended.stderr + ended.stdout, ended.stderr
    return ended


def files_under(folder: Path) -> set[str]:
    """Return the files below `folder`, by their path in it."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
