"""One at a time on this machine: a lock that ends with its process, however that ends.

Threat: two programs do at once what only one may do; or a lock outlives a program that was killed, and stays.
Rule: the system's own lock on a file (filelock: flock, on Windows msvcrt); the file stays, what counts is who holds it.
A file system without such locks is a fault: filelock's substitute, a file that lies there, would outlive a kill.
Accepted residue: two machines do not see each other's lock, not even on one share.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from redact.system.files import CannotWrite

_LOOK_S = 0.1  # seconds between two looks whether the lock is free


@contextlib.contextmanager
def hold_lock(path: Path, wait_s: float = 0.0, *, who: str = "", may_take_again: bool = False) -> Iterator[bool]:
    """Hold the lock on the file `path`; give False where another process, or another thread, keeps it.

    Args:
        path: of the lock's file; its folder must be there.
        wait_s: seconds to wait for whoever holds it.
        who: written into the file, for those who wait.
        may_take_again: the thread that holds it may take it once more, and holds it until it has let go as often.

    Raises:
        CannotWrite: the file cannot be made, or its file system knows no locks.
    """
    from filelock import FileLock, Timeout  # here: 0.04 s of processor time, and most commands lock nothing

    lock = FileLock(path, mode=0o600, is_singleton=may_take_again, fallback_to_soft=False, poll_interval=_LOOK_S)
    if lock.is_locked:  # by this thread
        with lock:
            yield True
        return
    try:
        path.parent.lstat()  # filelock makes a missing folder, and a volume that is out would be one
        lock.acquire(timeout=wait_s)
    except Timeout:
        yield False
        return
    except OSError as error:
        raise CannotWrite(path.parent, error) from error
    try:
        if who:
            with contextlib.suppress(OSError):  # Windows lets nobody write where the lock is; then nobody is named
                path.write_text(f"{who} (process {os.getpid()})", encoding="ascii")
        yield True
    finally:
        lock.release()


def holder_in(path: Path) -> str:
    """Return who wrote their name into a lock's file last, as the end of a sentence."""
    try:
        return path.read_text(encoding="ascii") or "another program"
    except (OSError, ValueError):
        return "another program"
