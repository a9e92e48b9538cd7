"""What differs between Linux, macOS and Windows, both branches side by side.

Untested: the Windows branches have been written from the documentation and never run on a Windows machine.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every command imports this module, and two listen
    import socket


def limit_memory(limit_bytes: int) -> None:
    """Let this process allocate at most `limit_bytes` of address space; on Windows and macOS nothing is limited."""
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limit_bytes, limit_bytes))


#: Blocks above the first go back to the system when they are freed, and free memory at the top above the second; the C
#: library's own bounds are so low that a picture's arrays are mapped and zeroed again for each step.  8 phone photos in
#: one process, one run: 0.42 s of system time with these, 0.58 s with 32 and 64 MB, 0.45 s with 160 and 512 MB.
KEEP_BLOCK_BYTES, KEEP_TOP_BYTES = 64 << 20, 128 << 20


def keep_freed_memory() -> None:
    """Let the C library keep freed blocks of medium size for the next picture; glibc only."""
    if sys.platform == "linux":
        import ctypes

        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:  # musl has none
            mallopt(-3, KEEP_BLOCK_BYTES)  # M_MMAP_THRESHOLD, mallopt(3)
            mallopt(-1, KEEP_TOP_BYTES)  # M_TRIM_THRESHOLD


def return_freed_memory() -> None:
    """Return free memory inside the heap to the system; called once per photo, or the heap grows in steps."""
    if sys.platform == "linux":
        import ctypes

        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:  # glibc only
            trim(0)


def open_unfollowed(path: Path) -> int:
    """Open `path` for reading without following a link at its end and without waiting on a pipe.

    Raises:
        OSError: as os.open; ELOOP for a link.
    """
    if sys.platform == "win32":
        if path.is_symlink():
            raise OSError(f"{path.name} is a link")
        return os.open(path, os.O_RDONLY | os.O_BINARY)
    return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power loss; Windows keeps renames in its own journal."""
    if sys.platform == "win32":
        return
    from watcher.fs import bring_to_disk  # here: most commands sync no folder

    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        bring_to_disk(handle)
    finally:
        os.close(handle)


def take_port_alone(listener: socket.socket) -> None:
    """Let a server that was just ended be started again, and no second program listen where this one does."""
    import socket

    if sys.platform == "win32":  # there SO_REUSEADDR lets anybody listen beside us, and take what people send
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)


def keep_files_private() -> None:
    """Have this process make files and folders for their owner alone; what is made to be handed on says so itself."""
    if sys.platform != "win32":
        os.umask(0o077)


def is_open_to_others(path: Path) -> bool:
    """Say whether others than its owner may read or write `path`; Windows keeps that in lists this does not read.

    Raises:
        OSError: as os.stat.
    """
    if sys.platform == "win32":
        path.stat()  # a missing file is an error there too
        return False
    return bool(path.stat().st_mode & 0o077)


def silence_stderr() -> None:
    """Discard what this process, C libraries included, writes to standard error."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def usable_cores() -> int:
    """Return how many processors this process may use, at least one."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


@contextlib.contextmanager
def held_interrupts() -> Iterator[None]:
    """Keep Ctrl-C from threads and processes that are started meanwhile: they inherit this thread's signal mask.

    A worker process cannot ignore it before it has begun to run, and would print a traceback until then.  On Windows
    this does nothing.
    """
    if sys.platform == "win32":
        yield
        return
    from multiprocessing import resource_tracker  # 40 ms that only who starts workers needs

    resource_tracker.ensure_running()  # started later, it would let them through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def running_s() -> float:
    """Return the seconds since some moment, by a clock that nobody sets and that goes on while the machine sleeps."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)  # its CLOCK_MONOTONIC stands still in sleep
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC)  # goes on, as time.monotonic there does not
    return time.monotonic()  # Windows: GetTickCount64, which counts sleep


def memory_bytes() -> int | None:
    """Return the memory of this machine; None where the system does not report it (Windows)."""
    if sys.platform == "win32":
        return None
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return None


def peak_memory_of_children() -> int:
    """Return the largest resident size any ended child process had, bytes; 0 where the system does not report it."""
    if sys.platform == "win32":
        return 0
    import resource

    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return int(peak if sys.platform == "darwin" else peak * 1024)  # macOS counts bytes, Linux KiB (getrusage(2))
