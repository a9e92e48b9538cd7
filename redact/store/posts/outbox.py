"""The outbox: files of released posts, on their way to a site, and nothing else.

Threat: files of a post lie there that nobody released, or no longer; half of them; other bytes than were approved; or
what somebody put there is removed, followed out of the folder, or written over.
Rule: the files of a post are written into a folder with a temporary name, each proved (watcher/fs/whole.py), and get
their name in one step, which the caller takes last in the transaction that releases the post.  What does not belong to
a released post leaves, by our own names alone; links are never followed.  One program at a time on this machine writes
there or sweeps (`held`), and its lock ends with it: a temporary that nobody holds is a killed one's.
Accepted residue: between the name and the end of the transaction a killed program leaves the files until the next
sweep; what a person copied out of the outbox is where they put it.
"""

from __future__ import annotations

import contextlib
import errno
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from redact.errors import TRY_AGAIN, RedactError
from redact.store.marked_folder import is_there, open_or_make, remove, why_not
from redact.store.trust.faults import MOST_COPY_BYTES
from redact.system.lock import hold_lock
from watcher.fs import Folder, is_part, new_part_name, open_top, read_back, write_once

TEXT_NAME: Final = "post.txt"
_FILE_MODE: Final = 0o640  # as trust storage: the group of a shared folder may read what is to be posted
_FOLDER_MODE: Final = 0o750
WAIT_S: Final = 30.0  # seconds until whoever works there must be through; a release takes one or two
_SITE: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_POST: Final = re.compile(r"post-([1-9][0-9]{0,8})")
_FILE: Final = re.compile(r"[1-9][0-9]{0,2}\.jpg|post\.txt")


class OutboxFault(RedactError):
    """The outbox cannot be worked with; nothing is claimed of it."""

    def __init__(self, why: str) -> None:
        """Say why."""
        super().__init__(f"The outbox cannot be used: {why}. {TRY_AGAIN}")


@dataclass(frozen=True, slots=True)
class Outbox:
    """The outbox of a workspace, on this machine."""

    path: Path
    lock: Path  # a file beside it

    @contextlib.contextmanager
    def held(self, wait_s: float = WAIT_S) -> Iterator[None]:
        """Keep other programs of this machine out of it.

        Raises:
            OutboxFault: another one works there for longer than `wait_s`.
        """
        with hold_lock(self.lock, wait_s, may_take_again=True) as is_ours:
            if not is_ours:
                raise OutboxFault("another program works there just now")
            yield

    def write(self, site: str, files: Mapping[str, bytes]) -> str:
        """Write files into a folder with a temporary name, proved, and return that name; call it `held`.

        Raises:
            OutboxFault: it could not be written; nothing of it lies there.
        """
        part = new_part_name()
        with _translated(), open_top(self.path.resolve()) as top, open_or_make(top, site) as of_site:
            _open_to_group(of_site)
            of_site.make_folder(part)
            try:
                with of_site.folder(part) as folder:
                    _open_to_group(folder)
                    for name, content in files.items():
                        write_once(folder, name, content, _FILE_MODE)
                of_site.flush()
            except BaseException:
                _remove(top, site, part)
                raise
        return part

    def name(self, site: str, part: str, post: int) -> None:
        """Give a written folder the name of its post, in one step; `held`.

        Raises:
            OutboxFault: the name is taken, or it could not be done.
        """
        with _translated(), open_top(self.path.resolve()) as top, top.folder(site) as of_site:
            of_site.rename(part, _folder_name(post))
            of_site.flush()

    def read(self, site: str, post: int) -> dict[str, bytes]:
        """Return what lies there of a post, by name, read back; empty where nothing does.

        Raises:
            OutboxFault: that cannot be seen.
        """
        with _translated(), open_top(self.path.resolve()) as top:
            if not is_there(top, site):
                return {}
            with top.folder(site) as of_site:
                if not is_there(of_site, _folder_name(post)):
                    return {}
                with of_site.folder(_folder_name(post)) as folder:
                    ours = [name for name in sorted(folder.names()) if _FILE.fullmatch(name)]
                    return {name: read_back(folder, name, MOST_COPY_BYTES) for name in ours}

    def posts(self) -> tuple[tuple[str, int], ...]:
        """Return the posts of which anything lies there, with the site.

        Raises:
            OutboxFault: that cannot be seen.
        """
        with _translated(), open_top(self.path.resolve()) as top:
            found = []
            for site, of_site in _sites(top):
                with of_site:
                    named = (_POST.fullmatch(name) for name in of_site.names())
                    found += [(site, int(match[1])) for match in named if match is not None]
        return tuple(sorted(found))

    def clear(self, site: str, post: int) -> bool:
        """Remove the files of a post, and look again; return whether any lay there.  `held`.

        Raises:
            OutboxFault: some are still there, or that cannot be seen.
        """
        with _translated(), open_top(self.path.resolve()) as top:
            return _remove(top, site, _folder_name(post)) > 0

    def sweep(self) -> int:
        """Remove what killed programs left under temporary names; return how many files.  `held`.

        Raises:
            OutboxFault: some are still there, or that cannot be seen.
        """
        swept = 0
        with _translated(), open_top(self.path.resolve()) as top:
            for site, of_site in _sites(top):
                with of_site:
                    parts = [name for name in of_site.names() if is_part(name)]
                for part in parts:
                    swept += _remove(top, site, part)
        return swept


def _remove(top: Folder, site: str, name: str) -> int:
    """Remove our own files of one folder, and the folder where nothing else lies in it."""
    if not is_there(top, site):
        return 0
    removed = 0
    with top.folder(site) as of_site:
        if not is_there(of_site, name):
            return 0
        with of_site.folder(name) as folder:
            for own in [each for each in folder.names() if _FILE.fullmatch(each) or is_part(each)]:
                remove(folder, own)
                removed += 1
        _remove_folder(of_site, name)
        of_site.flush()
    _remove_folder(top, site)
    return removed


def _folder_name(post: int) -> str:
    return f"post-{post}"


def _sites(top: Folder) -> Iterator[tuple[str, Folder]]:
    for name in sorted(top.names()):
        if _SITE.fullmatch(name):
            with contextlib.suppress(NotADirectoryError, FileNotFoundError):  # somebody's file; or it went
                yield name, top.folder(name)


def _open_to_group(folder: Folder) -> None:
    """Let the group read a folder that was made here, whatever the process's umask."""
    with contextlib.suppress(OSError):  # a share's file system knows no modes, or it is another account's
        folder.hand_to(_FOLDER_MODE, None)


def _remove_folder(above: Folder, name: str) -> None:
    """Remove a folder that is empty; one in which something of somebody's lies stays."""
    try:
        above.remove_folder(name)
    except FileNotFoundError:
        pass
    except OSError as error:
        if error.errno not in {errno.ENOTEMPTY, errno.EEXIST}:
            raise


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except FileExistsError as error:
        raise OutboxFault("something else lies there under the name of the post; take it out") from error
    except OSError as error:
        raise OutboxFault(why_not(error)) from error
