"""Files that are written whole or not at all."""

from __future__ import annotations

from errno import ENOSPC
from pathlib import Path

from redact.errors import RedactError, UsageError
from watcher.fs import open_top
from watcher.fs import write_whole as write_into


class FileThere(UsageError):
    """A file of that name is there, and was not to be replaced; it is as it was."""

    def __init__(self, path: Path) -> None:
        """Say which."""
        super().__init__(
            f"The file {path} is there already and says something else; nothing was written. Choose another name, or "
            "say --overwrite to replace it."
        )


class CannotWrite(RedactError):
    """A file could not be written; nothing of it is left."""

    def __init__(self, folder: Path, error: OSError) -> None:
        """Say which folder, why, and what to do."""
        why = (error.strerror or "unknown reason").lower()
        todo = "Free some space, or choose another folder" if error.errno == ENOSPC else "Choose another folder"
        super().__init__(f"Cannot write to the folder {folder}: {why}. {todo}.")


def write_whole(path: Path, data: bytes, *, is_public: bool = False) -> None:
    """Write `data` to `path`, over what lies there: whole, proved and on the disk (watcher/fs/whole.py), or not at all.

    Only the owner may read the file, unless it `is_public`: a redacted copy, which is made to be handed on.

    Raises:
        CannotWrite: the disk is full, the folder cannot be written, or what was read back differs.
    """
    try:
        with open_top(path.parent.resolve()) as folder:  # a link to a folder is its owner's, and is followed
            write_into(folder, path.name, data, 0o644 if is_public else 0o600)
    except OSError as error:
        raise CannotWrite(path.parent, error) from error


def write_new(path: Path, data: bytes, *, may_replace: bool = False, is_public: bool = False) -> None:
    """Write `data` to `path` as `write_whole` does, but replace another file only where `may_replace` says so.

    Raises:
        FileThere: there is a file with other content.
        CannotWrite: as for `write_whole`.
    """
    try:
        if not may_replace and path.exists() and path.read_bytes() != data:
            raise FileThere(path)
    except OSError as error:
        raise CannotWrite(path.parent, error) from error
    write_whole(path, data, is_public=is_public)


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
