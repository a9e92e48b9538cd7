"""Trust storage in a folder: on this machine's disk, or on a share.

Threat, rule and residue are those of store/marked_folder.py; a share that is out is unreachable, never empty.
A copy may lie in sub-folders (names.py).  What a person has passed lies in `for-use/`, which a group may be allowed to
read; that group passes through the storage's own folder and lists nothing else in it.
"""

from __future__ import annotations

import contextlib
import errno
import stat
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from redact.store.marked_folder import MarkedFolder, is_of, keep_once, open_or_make, read_if_there, remove
from redact.store.trust.faults import MARKER_NAME, MOST_COPY_BYTES, TrustFault, check_name
from redact.store.trust.names import FOR_USE
from watcher.fs import Folder, sweep_parts

_FILE_MODE: Final = 0o640  # redacted copies, made to be handed on: the group of a shared folder may read them
_FOR_USE_MODE: Final = 0o2750  # what is made in it gets its group
_TOP_MODE: Final = 0o710  # with a group: it passes through, and lists nothing
_MOST_FOLDERS: Final = 4  # one in another, as check_name allows; deeper ones are nobody's of ours


class LocalTrust:
    """A folder that collects redacted copies."""

    def __init__(self, folder: Path, owner: str = "", group: str = "") -> None:
        self._top = MarkedFolder(
            folder, MARKER_NAME, 0o750, lambda why, name: TrustFault(str(folder), why, name), owner
        )
        self._group = group

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
        *folders, file = check_name(name).split("/")
        with self._top.opened(name) as top:
            try:
                found = self._keep(top, folders, file, content)
            except FileNotFoundError:  # somebody removed the folder while it was empty
                found = self._keep(top, folders, file, content)
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
        *folders, file = check_name(name).split("/")
        with self._top.opened(name) as top, contextlib.suppress(FileNotFoundError), _below(top, folders) as folder:
            return read_if_there(folder, file, MOST_COPY_BYTES)
        return None

    def holds(self, name: str, sha256: str) -> bool:
        """Say whether the file lies there now with these bytes, read back for the purpose.

        Raises:
            TrustFault: that cannot be seen.
        """
        return is_of(self.find(name), sha256)

    def remove(self, name: str) -> None:
        """Remove the file and look again; one that is not there is no fault.

        Folders that it leaves empty go as well, but for for-use itself, which may be a share.

        Raises:
            TrustFault: it is still there, or that cannot be seen.
        """
        *folders, file = check_name(name).split("/")
        with self._top.opened(name) as top:
            with contextlib.suppress(FileNotFoundError), _below(top, folders) as folder:
                remove(folder, file)
            for depth in range(len(folders), 1 if folders[:1] == [FOR_USE] else 0, -1):
                with contextlib.suppress(OSError), _below(top, folders[: depth - 1]) as above:  # not empty, mostly
                    above.remove_folder(folders[depth - 1])

    def look_at_files(self, names: Sequence[str]) -> dict[str, int | None]:
        """Return when each of these files changed last, ns since 1970, unread; None where no file lies there.

        Raises:
            TrustFault: the storage cannot be seen.
        """
        found: dict[str, int | None] = dict.fromkeys(names)
        by_folder: dict[tuple[str, ...], list[str]] = {}
        for name in names:
            *folders, file = check_name(name).split("/")
            by_folder.setdefault(tuple(folders), []).append(file)
        with self._top.opened() as top:
            for below, files in by_folder.items():
                with contextlib.suppress(FileNotFoundError), _below(top, below) as folder:
                    found |= {"/".join((*below, file)): _changed_ns(folder, file) for file in files}
        return found

    def list_for_use(self) -> Iterator[str]:
        """Give what lies in for-use and its sub-folders, whoever put it there; a link is a file, and never followed.

        Raises:
            TrustFault: that cannot be seen.
        """
        with self._top.opened() as top, contextlib.suppress(FileNotFoundError), top.folder(FOR_USE) as folder:
            yield from _files_in(folder, FOR_USE, _MOST_FOLDERS)

    def sweep(self) -> int:
        """Remove the temporaries that a killed program left and return how many; call it before anything is stored.

        Raises:
            TrustFault: the folder cannot be read or written.
        """
        with self._top.opened() as folder:
            return _sweep(folder, _MOST_FOLDERS)

    def _keep(self, top: Folder, folders: Sequence[str], file: str, content: bytes) -> bytes:
        is_for_use = folders[:1] == [FOR_USE]
        with contextlib.ExitStack() as opened:
            folder = top
            for name in folders:
                folder = opened.enter_context(open_or_make(folder, name))
                if is_for_use:
                    self._open_to_group(top, folder)
            return keep_once(folder, file, lambda: content, _FILE_MODE, MOST_COPY_BYTES)

    def _open_to_group(self, top: Folder, folder: Folder) -> None:
        """Let the group read a folder of for-use; without one, whoever the file system's own rules let."""
        if not self._group:
            with contextlib.suppress(OSError):  # a card's or a share's file system knows no modes
                folder.hand_to(_FOR_USE_MODE, None)
            return
        number = _group_number(self._group)
        top.hand_to(_TOP_MODE, number)
        folder.hand_to(_FOR_USE_MODE, number)


def _changed_ns(folder: Folder, file: str) -> int | None:
    try:
        look = folder.look(file)
    except FileNotFoundError:
        return None
    return max(look.st_mtime_ns, look.st_ctime_ns) if stat.S_ISREG(look.st_mode) else None


@contextlib.contextmanager
def _below(top: Folder, folders: Sequence[str]) -> Iterator[Folder]:
    """Open a folder below `top`; raises FileNotFoundError where it is not there."""
    with contextlib.ExitStack() as opened:
        folder = top
        for name in folders:
            folder = opened.enter_context(folder.folder(name))
        yield folder


def _sweep(folder: Folder, deeper: int) -> int:
    swept = sweep_parts(folder)
    below = [name for name, look in folder.entries() if stat.S_ISDIR(look.st_mode)] if deeper else []
    for name in below:
        with contextlib.suppress(FileNotFoundError), folder.folder(name) as inner:
            swept += _sweep(inner, deeper - 1)
    return swept


def _files_in(folder: Folder, name: str, deeper: int) -> Iterator[str]:
    """Give the files of a folder and those in it; a folder deeper than ours go is given like a file."""
    for entry, look in folder.entries():
        if deeper and stat.S_ISDIR(look.st_mode):
            with contextlib.suppress(FileNotFoundError), folder.folder(entry) as inner:
                yield from _files_in(inner, f"{name}/{entry}", deeper - 1)
        else:
            yield f"{name}/{entry}"


def _group_number(name: str) -> int:
    if sys.platform == "win32":
        raise OSError(errno.ENOTSUP, "this system knows no groups of that kind; say in the share who may read it")
    import grp

    try:
        return grp.getgrnam(name).gr_gid
    except KeyError as error:
        raise OSError(errno.EINVAL, "this machine has no group of the name in for_use_group") from error
