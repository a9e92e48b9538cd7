"""Folders that photos end in, the vault and trust storage: each file written once, and the folder proved by a marker.

Threat: a folder that is empty because its volume is out is taken for one that holds nothing; a file that was there is
replaced; "it lies there" or "it is gone" is said of what was not looked at.
Rule: a folder proves by a marker file, written when the workspace was made, that it is there; files are written once
(watcher/fs/whole.py says how) and read back for every answer.
The marker carries the workspace's id: another workspace's folder is not worked in.
Residue: that of watcher/fs/whole.py; a marker of version 0.1.0 carries no id until `redact init` is run again.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from redact.errors import RedactError
from redact.system.machine import sync_folder
from watcher import system_reason
from watcher.fs import FULL, MOST_BYTES, Folder, open_top, read_back, write_once, write_whole

_MARKER_BYTES = 4096  # a marker has two short lines
_REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


class Unmarked(Exception):
    """The folder is there and its marker is not."""


class AnothersFolder(Exception):
    """The marker is another workspace's."""


@dataclass(frozen=True, slots=True)
class MarkedFolder:
    """A folder with its marker; every fault comes out as what `fault` makes of it."""

    path: Path
    marker: str  # name of the marker file
    mode: int  # of the folder, when it is made
    fault: Callable[[str, str], RedactError]  # from why, and the item's neutral id or ""
    owner: str = ""  # the workspace's id; "" where it is not known, and any workspace's folder is taken

    def make(self) -> None:
        """Make the folder with its marker, when the workspace is made; once is as good as twice.

        Raises:
            RedactError: `fault`: it is a file, or may not be made.
        """
        with self.translated():
            is_new = not self.path.exists()
            self.path.mkdir(mode=self.mode, parents=True, exist_ok=True)
            if is_new:
                self.path.chmod(self.mode)  # the umask of a workspace leaves nothing to a group
            sync_folder(self.path.parent)
            with open_top(self.path.resolve()) as folder:
                write_once(folder, self.marker, self._text, 0o600)

    def name_owner(self) -> None:
        """Write the workspace's id into a marker of version 0.1.0, which carries none.

        Raises:
            RedactError: `fault`: the folder is not there, or its marker is missing or another workspace's.
        """
        with self.opened() as folder:
            if self.owner and read_back(folder, self.marker, _MARKER_BYTES) == self._former_text:
                write_whole(folder, self.marker, self._text, 0o600)

    @contextlib.contextmanager
    def opened(self, item: str = "") -> Iterator[Folder]:
        """Open the folder, proved by its marker; a link to it is the administrator's and is followed.

        Args:
            item: neutral id of what is done there, for errors.

        Raises:
            RedactError: `fault`: it is missing, does not open or lacks its marker, or what was done there failed.
        """
        with self.translated(item), open_top(self.path.resolve()) as folder:
            self._check_marker(folder)
            yield folder

    @contextlib.contextmanager
    def translated(self, item: str = "") -> Iterator[None]:
        """Turn what the system says into `fault`, without any path.

        Raises:
            RedactError: `fault`.
        """
        try:
            yield
        except (OSError, Unmarked, AnothersFolder) as error:
            raise self.fault(why_not(error), item) from error

    def _check_marker(self, folder: Folder) -> None:
        try:
            found = read_back(folder, self.marker, _MARKER_BYTES)
            if found in {self._text, self._former_text}:
                return
            raise AnothersFolder if self.owner and found.startswith(self._head) else Unmarked
        except FileNotFoundError as error:
            raise Unmarked from error

    @property
    def _former_text(self) -> bytes:
        return f"{self.marker.lstrip('.')} 1\n".encode()

    @property
    def _head(self) -> bytes:
        return f"{self.marker.lstrip('.')} 2\n".encode()

    @property
    def _text(self) -> bytes:
        return self._head + f"{self.owner}\n".encode() if self.owner else self._former_text


def open_or_make(above: Folder, name: str) -> Folder:
    """Open a folder in an open one, made where it is not there, its owner's alone; then its name is on the disk.

    Raises:
        OSError: it is a link or a file, or may not be made or opened.
    """
    if not is_there(above, name):
        with contextlib.suppress(FileExistsError):
            above.make_folder(name)
    above.flush()  # also for one that was there: a killed program may have made it
    return above.folder(name)


def keep_once(folder: Folder, name: str, make: Callable[[], bytes], mode: int, most_bytes: int = MOST_BYTES) -> bytes:
    """Write what `make` gives to `name` in `folder` unless the name is taken, and return what lies there now.

    Raises:
        OSError: it could not be written or read; either nothing lies at `name`, or all of a file does.
    """
    # another thread may be first: then its file is the one, and ours is dropped
    is_ours = not is_there(folder, name) and write_once(folder, name, make(), mode)
    found = read_back(folder, name, most_bytes)
    if not is_ours:  # a file that a killed program named may not be on the disk yet
        folder.flush()
    return found


def read_if_there(folder: Folder, name: str, most_bytes: int = MOST_BYTES) -> bytes | None:
    """Return what lies at `name`, read back from the disk; None where nothing does.

    Raises:
        OSError: that cannot be seen.
    """
    return read_back(folder, name, most_bytes) if is_there(folder, name) else None


def is_of(content: bytes | None, sha256: str) -> bool:
    """Say whether these are the bytes of that hash; nothing is of none."""
    return content is not None and hashlib.sha256(content).hexdigest() == sha256


def remove(folder: Folder, name: str) -> None:
    """Remove `name`, bring the folder to the disk and look again; a name that is not there is no fault.

    Raises:
        OSError: it is still there, or that cannot be seen.
    """
    with contextlib.suppress(FileNotFoundError):
        folder.unlink(name)
    folder.flush()
    if is_there(folder, name):
        raise OSError(errno.EBUSY, "what was removed is still there")


def is_there(folder: Folder, name: str) -> bool:
    """Say whether anything lies at `name`.

    Raises:
        OSError: that cannot be seen.
    """
    try:
        folder.look(name)
    except FileNotFoundError:
        return False
    return True


def why_not(error: OSError | Unmarked | AnothersFolder) -> str:
    """Return what went wrong as a part of a sentence, without any path."""
    if isinstance(error, AnothersFolder):
        return "it belongs to another workspace, its marker says so; check the settings and what is mounted there"
    if isinstance(error, Unmarked):
        return "it is not the folder that the workspace was made with, its marker is missing (is the volume connected?)"
    if error.errno in FULL:
        return "the disk is full"
    return "it may not be written" if error.errno in _REFUSED else system_reason(error)
