"""Trust storage in a folder: on this machine's disk, or on a share.

Threat, rule and residue are those of store/marked_folder.py; a share that is out is unreachable, never empty.
"""

from __future__ import annotations

from pathlib import Path

from redact.store.marked_folder import MarkedFolder, is_of, keep_once, read_if_there, remove
from redact.store.trust.faults import MARKER_NAME, TrustFault, check_name
from watcher.fs import sweep_parts

_FILE_MODE = 0o640  # redacted copies, made to be handed on: the group of a shared folder may read them


class LocalTrust:
    """A folder that collects redacted copies."""

    def __init__(self, folder: Path, owner: str = "") -> None:
        self._top = MarkedFolder(
            folder, MARKER_NAME, 0o750, lambda why, name: TrustFault(str(folder), why, name), owner
        )

    def __str__(self) -> str:
        return str(self._top.path)

    def make(self) -> None:
        """Make the folder with its marker, when the workspace is made; once is as good as twice.

        Raises:
            TrustFault: it cannot be made.
        """
        self._top.make()

    def name_owner(self) -> None:
        """Write the workspace's id into the marker of a folder that version 0.1.0 made.

        Raises:
            TrustFault: it is not there, or cannot be written.
        """
        self._top.name_owner()

    def put(self, name: str, content: bytes) -> None:
        """Store `content` under `name` and prove it; the same again is fine, other bytes are refused.

        Raises:
            TrustFault: it could not be stored; either nothing lies there, or all of it.
        """
        with self._top.opened(check_name(name)) as folder:
            found = keep_once(folder, name, lambda: content, _FILE_MODE)
        if found != content:
            raise TrustFault(str(self), "other bytes lie there under its name; a person must look", name)

    def read(self, name: str) -> bytes:
        """Return what lies under `name`.

        Raises:
            TrustFault: nothing lies there, or it cannot be read.
        """
        found = self.find(name)
        if found is None:
            raise TrustFault(str(self), "nothing lies there under its name", name)
        return found

    def find(self, name: str) -> bytes | None:
        """Return what lies under `name`, read back for the purpose; None where nothing does.

        Raises:
            TrustFault: that cannot be seen.
        """
        with self._top.opened(check_name(name)) as folder:
            return read_if_there(folder, name)

    def holds(self, name: str, sha256: str) -> bool:
        """Say whether the file lies there now with these bytes, read back for the purpose.

        Raises:
            TrustFault: that cannot be seen.
        """
        with self._top.opened(check_name(name)) as folder:
            return is_of(read_if_there(folder, name), sha256)

    def remove(self, name: str) -> None:
        """Remove the file and look again; one that is not there is no fault.

        Raises:
            TrustFault: it is still there, or that cannot be seen.
        """
        with self._top.opened(check_name(name)) as folder:
            remove(folder, name)

    def sweep(self) -> int:
        """Remove the temporaries that a killed program left and return how many; call it before anything is stored.

        Raises:
            TrustFault: the folder cannot be read or written.
        """
        with self._top.opened() as folder:
            return sweep_parts(folder)
