"""Is the program that runs still the one on the disk?  A long-lived process starts its workers from what lies there.

Threat: the program is updated under a running desk or watcher; workers of the new version get what the old one sends,
die of it or misread it, and the photo is blamed.
Rule: whoever lives long stamps the program's files when it starts; its workers compare the stamp before their first
photo, and where one of them dies the process looks whether the files are still those.  Then nothing is claimed of the
photo, and the sentence says what to do.
Accepted residue: a library that was replaced below the program is not seen.
"""

from __future__ import annotations

import hashlib
import os
from importlib.util import find_spec

from redact.errors import RedactError

_PACKAGES = ("redact", "watcher", "models")


class ProgramReplaced(RedactError):
    """The program on the disk is another one than the process that asks."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "The program was updated while it ran, and its parts do not fit together before it is started again: stop "
            "the desk and the watcher, and start them. Nothing was lost, and no photo is the worse for it."
        )


def stamp_program() -> str:
    """Return the SHA-256 over names, sizes and times of the program's own files; some milliseconds."""
    found = hashlib.sha256()
    for package in _PACKAGES:
        spec = find_spec(package)
        for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
            for line in sorted(_list_files(folder)):
                found.update(line.encode("utf-8", "surrogateescape"))
    return found.hexdigest()


def check_program(stamp: str) -> None:
    """Refuse to go on where the files are not those of a stamp; "" stands for no stamp.

    Raises:
        ProgramReplaced: they are not.
    """
    if stamp and stamp_program() != stamp:
        raise ProgramReplaced


def _list_files(folder: str) -> list[str]:
    found: list[str] = []
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            found += _list_files(entry.path) if entry.name != "__pycache__" else []
        elif entry.name.endswith((".py", ".html")):
            known = entry.stat()
            found.append(f"{entry.path}\0{known.st_size}\0{known.st_mtime_ns}\n")
    return found
