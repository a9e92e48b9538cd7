"""The folder of one checkpoint mirror: what is read and written there, and how long anybody waits for it.

Threat: who may write there puts a pipe, a link or an endless file under the name of a file of checkpoints, and every
program that looks hangs, fills its memory or writes elsewhere; or the share itself hangs; or a note that was cut off
(a full disk, a killed program) makes every later check say that somebody changed the copies.
Rule: regular files only, opened without following a link and without waiting, and of a file no more than a cap is
read; each call has a limit of time, after which the mirror counts as away and holds up nobody.  A note that ends too
early at the end of a file vouches for nothing, and is taken away before the next one is appended.
Accepted residue: a folder below the mirror's own path may be a link; that path is from redact.toml.  Where logs of
several machines share a mirror, a note of another's that comes between the last look at a torn end and its cut goes
with it; that log's own check tells of it.

One file per day, `checkpoints-2026-09-07.txt`, to which notes are appended and brought to the disk; they are what
`redact audit verify` and the stand-alone verifier take as copies.  A lease lies beside (standing.py).
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from redact.audit.checkpoint import LEAST_LINES, split_notes
from redact.system.machine import open_unfollowed, sync_folder
from redact.system.time_limit import TimeLimit
from watcher.fs import bring_to_disk, write_all

FILES = "checkpoints-*.txt"
TAIL_BYTES = 64 * 1024  # of a file that is looked into for its newest checkpoints; one has 300, a signature line 200
MOST_BYTES = 64 << 20  # of a day's file: 200,000 checkpoints; a school's busiest day has a tenth
TORN_BYTES = 1024  # what ends too early and is longer is no beginning of a note of ours
LEASE_BYTES = 4096  # a lease has 200
WAIT_S = 5.0  # seconds that one call may take; a share in the building takes 0.01, one that was asleep 2


@dataclass(frozen=True, slots=True)
class Mirror:
    """A checkpoint mirror."""

    id: str  # "mirror-1": what the audit log may say of it
    folder: Path


@dataclass(frozen=True, slots=True)
class Found:
    """What lies in a mirror: the texts of its files, and what is wrong with others there."""

    texts: tuple[str, ...]
    fault: str | None = None  # a sentence part


class NotRegular(OSError):
    """What lies under a file's name is a pipe, a link, a folder or a device, or too large to be what it should."""


class MirrorFolder:
    """The folder of one mirror; every method raises OSError where it cannot be used now."""

    def __init__(self, mirror: Mirror, limit: TimeLimit | None = None) -> None:
        """Take the mirror, and a limit that others share."""
        self.mirror = mirror
        self._limit = TimeLimit(WAIT_S) if limit is None else limit

    def read_all(self) -> Found:
        """Return all files; what is no regular file is left out, and named as a fault."""
        return self._limit.call(lambda: _read_all(self.mirror.folder))

    def newest_notes(self, is_ours: Callable[[str], bool]) -> tuple[str, ...]:
        """Return the last notes of ours in the newest file that has any; several logs may share a mirror."""
        return self._limit.call(lambda: _newest_notes(self.mirror.folder, is_ours))

    def append(self, name: str, note: str) -> int:
        """Append a note to a file and bring it to the disk; return the bytes that the file has now."""
        return self._limit.call(lambda: _append(self.mirror.folder / name, note.encode()))

    def append_after(self, left: tuple[str, int], name: str, note: str) -> int | None:
        """Append as `append` does where a file still has the bytes it was left with; None, and nothing, where not."""
        return self._limit.call(lambda: _append_after(self.mirror.folder, left, name, note.encode()))

    def read_lease(self, name: str) -> str | None:
        """Return the text of a lease; None where there is none."""
        return self._limit.call(lambda: _read_lease(self.mirror.folder / name))

    def write_lease(self, name: str, text: str) -> None:
        """Put a lease in place of the one before."""
        self._limit.call(lambda: _replace(self.mirror.folder / name, text.encode()))


def read_regular(path: Path, tail_bytes: int | None = None, most_bytes: int = MOST_BYTES) -> bytes:
    """Return a regular file's bytes, or only its end; never waits on a pipe, and follows no link.

    Raises:
        NotRegular: it is none, or longer than `most_bytes`.
        OSError: it cannot be read.
    """
    handle = open_unfollowed(path)
    try:
        size = _checked(handle)
        if tail_bytes is None and size > most_bytes:
            raise NotRegular(f"{path.name} is larger than any file of checkpoints")
        with os.fdopen(handle, "rb", closefd=False) as file:
            if tail_bytes is not None:
                file.seek(max(0, size - tail_bytes))
            return file.read(most_bytes)
    finally:
        os.close(handle)


def _checked(handle: int) -> int:
    """Return the size of an open regular file."""
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode):
        raise NotRegular("what lies there under the name of a file of checkpoints is no regular file")
    return found.st_size


def _size_of(path: Path) -> int:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return -1
    return found.st_size if stat.S_ISREG(found.st_mode) else -1


def _list(folder: Path) -> list[Path]:
    folder.stat()  # glob finds nothing in a folder that is away, and says nothing
    return sorted(folder.glob(FILES))


def _read_all(folder: Path) -> Found:
    texts, fault = list[str](), None
    for path in _list(folder):
        try:
            texts.append(read_regular(path).decode("utf-8", "replace"))
        except OSError:  # the others are read all the same
            fault = f"{path.name} there is no regular file, or cannot be read"
    return Found(tuple(texts), fault)


def _newest_notes(folder: Path, is_ours: Callable[[str], bool]) -> tuple[str, ...]:
    for path in reversed(_list(folder)):
        try:
            notes = split_notes(read_regular(path, TAIL_BYTES).decode("utf-8", "replace"))
        except NotRegular:
            continue
        ours = tuple(note for note in notes if is_ours(note))
        if ours:
            return ours
    return ()


def _append(path: Path, content: bytes) -> int:
    is_new = not os.path.lexists(path)
    # O_NONBLOCK: a pipe that nobody reads is an error at once; one that somebody reads is found by `_checked`
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    handle = os.open(path, flags | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with _alone(handle):
            if _checked(handle) + len(content) > MOST_BYTES:  # nobody would read it there
                raise NotRegular(f"{path.name} is larger than any file of checkpoints")
            _cut_torn(handle, path)
            try:
                write_all(handle, content)
                bring_to_disk(handle)
            except OSError:
                with contextlib.suppress(OSError):
                    _cut_torn(handle, path)
                raise
            size = os.fstat(handle).st_size
    finally:
        os.close(handle)
    if is_new:
        sync_folder(path.parent)
    return size


@contextlib.contextmanager
def _alone(handle: int) -> Iterator[None]:
    """Let programs of this machine write one after the other: none cuts what another writes; TimeLimit ends a wait."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with contextlib.suppress(OSError):  # a share that knows no locks
        fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_UN)  # a process that was forked meanwhile has the handle too


def _cut_torn(handle: int, path: Path) -> None:
    """Take away the beginning of a note that a write left at the end of an open file."""
    tail = read_regular(path, TAIL_BYTES)
    last = next(reversed(split_notes(tail.decode("utf-8", "surrogateescape"))), "")
    is_whole = last.endswith("\n") and last.count("\n") >= LEAST_LINES
    torn = b"" if is_whole else last.encode("utf-8", "surrogateescape")
    size = os.fstat(handle).st_size
    if 0 < len(torn) < TORN_BYTES and read_regular(path, len(torn)) == torn:  # nobody writes there meanwhile
        os.ftruncate(handle, size - len(torn))


def _append_after(folder: Path, left: tuple[str, int], name: str, content: bytes) -> int | None:
    before, least_bytes = left
    return _append(folder / name, content) if _size_of(folder / before) >= least_bytes else None


def _read_lease(path: Path) -> str | None:
    try:
        return read_regular(path, most_bytes=LEASE_BYTES).decode("ascii", "replace")
    except FileNotFoundError:
        return None


def _replace(path: Path, content: bytes) -> None:
    beside = path.with_name(f"{path.name}.part")
    beside.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(beside, flags, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    beside.replace(path)
