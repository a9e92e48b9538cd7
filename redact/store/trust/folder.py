"""Trust storage in a folder: on this machine's disk, or on a share.

Threat, rule and residue are those of store/once.py; a share that is out is unreachable, never empty.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path

from redact.store.trust.faults import TrustFault, check_name
from redact.store.write_once import (
    Unmarked,
    is_there,
    keep_once,
    make_marked,
    open_marked,
    read_back,
    remove,
    sweep_parts,
    why_not,
)
from watcher.fs.folders import Folder

MARKER_NAME = ".redact-trust"
_FILE_MODE = 0o640  # redacted copies, made to be handed on: the group of a shared folder may read them


class LocalTrust:
    """A folder that collects redacted copies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __str__(self) -> str:
        return str(self._folder)

    def make(self) -> None:
        """Make the folder with its marker, when the workspace is made; once is as good as twice.

        Raises:
            TrustFault: it cannot be made.
        """
        with self._translated():
            make_marked(self._folder, MARKER_NAME, 0o750)

    def put(self, name: str, content: bytes) -> None:
        """Store `content` under `name` and prove it; the same again is fine, other bytes are refused.

        Raises:
            TrustFault: it could not be stored; either nothing lies there, or all of it.
        """
        with self._opened(check_name(name)) as folder:
            found = keep_once(folder, name, lambda: content, _FILE_MODE)
        if found != content:
            raise TrustFault(str(self), "other bytes lie there under its name; a person must look", name)

    def read(self, name: str) -> bytes:
        """Return what lies under `name`.

        Raises:
            TrustFault: nothing lies there, or it cannot be read.
        """
        with self._opened(check_name(name)) as folder:
            if is_there(folder, name):
                return read_back(folder, name)
        raise TrustFault(str(self), "nothing lies there under its name", name)

    def holds(self, name: str, sha256: str) -> bool:
        """Say whether the file lies there now with these bytes, read back for the purpose.

        Raises:
            TrustFault: that cannot be seen.
        """
        with self._opened(check_name(name)) as folder:
            return is_there(folder, name) and hashlib.sha256(read_back(folder, name)).hexdigest() == sha256

    def remove(self, name: str) -> None:
        """Remove the file and look again; one that is not there is no fault.

        Raises:
            TrustFault: it is still there, or that cannot be seen.
        """
        with self._opened(check_name(name)) as folder:
            remove(folder, name)

    def sweep(self) -> int:
        """Remove the temporaries that a killed program left and return how many; call it before anything is stored.

        Raises:
            TrustFault: the folder cannot be read or written.
        """
        with self._opened() as folder:
            return sweep_parts(folder)

    @contextlib.contextmanager
    def _opened(self, name: str = "") -> Iterator[Folder]:
        with self._translated(name), open_marked(self._folder, MARKER_NAME) as folder:
            yield folder

    @contextlib.contextmanager
    def _translated(self, name: str = "") -> Iterator[None]:
        try:
            yield
        except (OSError, Unmarked) as error:
            raise TrustFault(str(self), why_not(error), name) from error
