"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from redact.errors import RedactError
from redact.machine import sync_folder


class CannotWrite(RedactError):
    """A file could not be written; nothing of it is left."""

    def __init__(self, folder: Path, error: OSError) -> None:
        """Say which folder, why, and what to do."""
        why = error.strerror or "unknown reason"
        super().__init__(f"Cannot write to the folder {folder}: {why}. Free some space or choose another folder.")


def write_whole(path: Path, data: bytes, *, is_public: bool = False) -> None:
    """Write `data` to `path`: temporary file beside it, fsync, rename, fsync of the folder, read back.

    Only the owner may read the file, unless it `is_public`: a redacted copy, which is made to be handed on.

    Raises:
        CannotWrite: the disk is full, the folder cannot be written, or what was read back differs.
    """
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=".redact-", suffix=".part", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if is_public:
            Path(temporary).chmod(0o644)  # before it has its name: never half way
        Path(temporary).replace(path)
        temporary = None
        sync_folder(path.parent)
        if path.read_bytes() != data:
            raise OSError(0, "what was read back is not what was written")
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise CannotWrite(path.parent, error) from error


def make_folder(folder: Path) -> None:
    """Make `folder` and its parents where they are missing.

    Raises:
        CannotWrite: it is a file, or may not be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(folder, error) from error


def make_private_folder(folder: Path) -> None:
    """Make `folder` and its parents where they are missing; a folder that is made here is its owner's alone.

    Raises:
        CannotWrite: it is a file, or may not be made.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise CannotWrite(folder, error) from error
