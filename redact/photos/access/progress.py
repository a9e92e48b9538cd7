"""What was looked at already for an access request: kept in its folder, so that an interruption costs nothing.

Threat: hours of looking are lost to a power cut, so that nobody answers the request in time; or two requests get mixed
up in one folder; or a database keeps for ever on which photos a child is.
Rule: while the folder is written, a file in it says of each original what became of it, after its photo was written
whole.  It is bound to the request (pupil as a keyed tag, how originals are compared, what they are narrowed to), and a
folder of another request, or in which a photo is missing or was changed, is refused.  With the index it goes.
Accepted residue: until the request is done or its folder deleted, the folder says which photos show the child.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from redact.errors import UsageError
from redact.photos.access.values import TO_CHECK, IndexLine
from redact.system.files import CannotWrite
from watcher.fs import bring_to_disk

PROGRESS: Final = "unfinished.jsonl"  # its first line is the request, each further one an original


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one original."""

    photo: str
    line: IndexLine | None  # None: it does not show the child, or nobody could look
    sha256: str = ""  # of the file that was written; "" where there is none
    why_unseen: str = ""  # a sentence, where it was opened and could not be looked at
    why_unopened: str = ""  # a sentence, where it could not be opened


@dataclass(slots=True)
class Progress:
    """The file, while the folder is written."""

    folder: Path
    request: str  # SHA-256 of what is asked for
    done: dict[str, Done] = field(default_factory=dict)

    def note(self, done: Done) -> None:
        """Write down what became of an original; it is on the disk when this returns.

        Raises:
            CannotWrite: the disk is full, or the folder cannot be written.
        """
        self.done[done.photo] = done
        self._append(asdict(done))

    def begin(self) -> None:
        """Write the first line.

        Raises:
            CannotWrite: as in `note`.
        """
        self._append({"request": self.request})

    def end(self) -> None:
        """Remove the file: the index says all of it."""
        (self.folder / PROGRESS).unlink(missing_ok=True)

    def _append(self, entry: Mapping[str, object]) -> None:
        path = self.folder / PROGRESS
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as file:
                file.write(json.dumps(entry).encode() + b"\n")
                file.flush()
                bring_to_disk(file.fileno())
        except OSError as error:
            raise CannotWrite(path, error) from error


def request_id(*parts: object) -> str:
    """Return what tells a request from another one, and says nothing of it."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def is_unfinished(folder: Path) -> bool:
    """Return whether a folder holds what was begun of a request."""
    return (folder / PROGRESS).is_file()


def read_progress(folder: Path, request: str) -> Progress:
    """Return what was done of a request in a folder: nothing in a new one.

    Raises:
        UsageError: it is another request's, or a photo in it is missing or was changed.
        CannotWrite: it cannot be read.
    """
    if not is_unfinished(folder):
        return Progress(folder, request)
    try:
        entries = [json.loads(line) for line in _whole_lines(folder / PROGRESS)]
    except OSError as error:
        raise CannotWrite(folder / PROGRESS, error) from error
    if not entries or entries[0].get("request") != request:
        raise UsageError(
            f"In {folder} another request was begun, or this one with other options. Give the same options again, or "
            "another folder. Nothing was opened."
        )
    found = {entry["photo"]: _done(entry) for entry in entries[1:]}
    written = {done.line.file: done for done in found.values() if done.line is not None and done.line.file}
    for done in written.values():
        _check_file(folder, done)
    for path in (*folder.glob("photo-*"), *folder.glob(f"{TO_CHECK}/photo-*")):
        if path.relative_to(folder).as_posix() not in written:
            path.unlink()  # written right before the interruption; it is made again
    return Progress(folder, request, found)


def _whole_lines(path: Path) -> list[bytes]:
    """Return the lines that were written whole; the beginning of another, which a power cut may have left, goes."""
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if whole != content:
        os.truncate(path, len(whole))
    return whole.splitlines()


def _done(entry: Mapping[str, object]) -> Done:
    line = entry["line"]
    known = IndexLine(**line) if isinstance(line, dict) else None
    return Done(str(entry["photo"]), known, str(entry["sha256"]), str(entry["why_unseen"]), str(entry["why_unopened"]))


def _check_file(folder: Path, done: Done) -> None:
    assert done.line is not None  # asked before
    try:
        is_same = hashlib.sha256((folder / done.line.file).read_bytes()).hexdigest() == done.sha256
    except OSError:
        is_same = False
    if not is_same:
        raise UsageError(
            f"In {folder} the photo {done.line.file} is missing, or was changed since. Take another folder. "
            "Nothing was opened."
        )
