"""Worker processes that redact photos, each with its models loaded once.

Threat: a picture made to crash, hang or exhaust the program that decodes it.
Rule: decoding happens only in worker processes with a time and a memory limit; one that dies costs one photo.
Accepted residue: a worker runs as the same user; a decoder that is taken over is not sandboxed beyond its limits.
"""

from __future__ import annotations

import hashlib
import pickle
import threading
from collections import deque
from collections.abc import Generator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing.context import SpawnContext
from multiprocessing.synchronize import RLock
from pathlib import Path
from typing import NamedTuple, TypeAlias

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from models.errors import ModelsError
from redact.errors import PictureHeld, PictureRefused, RedactError
from redact.redaction.values import Outcome, Status
from redact.system.machine import held_interrupts, usable_cores
from redact.workers.intake import Item, read_photo
from redact.workers.job import Job, RegisterSnapshot, Task, WorkerSetup
from redact.workers.program import check_program, stamp_program

#: Where a photo's bytes are: in a file, or here.
Source: TypeAlias = Path | bytes


class CoreShare(NamedTuple):
    """How the cores of this machine are shared."""

    workers: int  # processes
    threads: int  # of each


class _Starting(SpawnContext):
    """How the workers of one pool are started; it keeps their locks as long as the pool is there.

    A pool that ends lets go of its locks before it ends its workers, and with that their names are gone: a worker that
    was still starting could not open them, and printed a traceback until it was ended.
    """

    def __init__(self) -> None:
        self._locks: list[RLock] = []

    def RLock(self) -> RLock:  # noqa: N802  its name in multiprocessing
        """Return a lock that workers share."""
        lock = super().RLock()
        self._locks.append(lock)
        return lock


def share_cores(photos: int, jobs: int | None) -> CoreShare:
    """Return how cores are shared for so many photos; `jobs` None uses every core."""
    cores = usable_cores()
    workers = max(1, min(jobs or cores, max(1, photos)))
    return CoreShare(workers, max(1, cores // workers))


def work(items: Sequence[Item], task: Task, setup: WorkerSetup, workers: int) -> Generator[tuple[Item, Outcome]]:
    """Yield each item with what `task` made of it, in the order given; no photo can raise or stop the others.

    At most two photos per worker are under way, so results that wait for a slow disk do not fill the memory.

    Raises:
        RedactError: a model is missing or damaged.
    """
    under_way: deque[tuple[Item, ProcessFuture[Outcome]]] = deque()
    with ProcessPool(max_workers=workers, initializer=_set_up, initargs=(setup,), context=_Starting()) as pool:
        try:
            for item in items:
                with held_interrupts():  # the first task starts the threads that start the workers
                    future = pool.schedule(_work_on, args=(item.path, task), timeout=setup.time_limit_s)
                under_way.append((item, future))
                if len(under_way) >= 2 * workers:
                    yield _collect(*under_way.popleft(), setup)
            while under_way:
                yield _collect(*under_way.popleft(), setup)
        except BaseException:
            pool.stop()  # type: ignore[no-untyped-call]  # Ctrl-C, or the caller went away: do not finish what nobody waits for
            raise


def _collect(item: Item, future: ProcessFuture[Outcome], setup: WorkerSetup) -> tuple[Item, Outcome]:
    return item, _result_of(future, item.path, setup)


def _result_of(future: ProcessFuture[Outcome], source: Source, setup: WorkerSetup) -> Outcome:
    try:
        return future.result()
    except TimeoutError:
        why = f"The photo took longer than {setup.time_limit_s:.0f} s and was given up."
    except ProcessExpired:
        check_program(setup.program)
        why = "The program that opens pictures crashed on this photo."
    except ModelsError as error:
        raise RedactError(str(error)) from error
    except BrokenProcessPool:
        raise  # see WorkerPool.work
    except Exception:  # what a worker of another version cannot read, or this process of what it sends
        check_program(setup.program)
        raise
    return Outcome(Status.HELD, _hash_of(source), f"{why} A person must look at it.")


class WorkerPool:
    """Worker processes that live as long as the watcher, and take one photo at a time from any thread."""

    def __init__(self, setup: WorkerSetup, workers: int) -> None:
        """Start `workers` processes; each loads its models at once, so that the first photo does not wait."""
        self._setup = setup if setup.program else replace(setup, program=stamp_program())
        self._packed: tuple[RegisterSnapshot, bytes] | None = None
        self._workers, self._lock, self._is_closed = workers, threading.Lock(), False
        self._pool = self._open_pool()

    def _open_pool(self) -> ProcessPool:
        pool = ProcessPool(max_workers=self._workers, initializer=_set_up, initargs=(self._setup,), context=_Starting())
        with held_interrupts():  # the first task starts the threads that start the workers, now and later
            for _ in range(self._workers):
                pool.schedule(_open_context)
        return pool

    def work(self, source: Source, snapshot: RegisterSnapshot, job: Job) -> Outcome:
        """Return what became of a photo; whatever it does costs this photo only.

        Args:
            source: the path of the plain original in quarantine; or the bytes of a copy, or of an opened original,
                which is never a file.
            snapshot: the same object as long as nothing has changed: it is packed once.
            job: what is done with it.

        Raises:
            RedactError: a model is missing or damaged.
            ProgramReplaced: the program on the disk is another one by now; the photo is none the worse.
        """
        arguments, pool = (source, self._pack(snapshot), job), self._pool
        try:
            return _result_of(self._schedule(pool, arguments), source, self._setup)
        except BrokenProcessPool:
            check_program(self._setup.program)
            return _result_of(self._schedule(self._replace(pool), arguments), source, self._setup)

    def _schedule(self, pool: ProcessPool, arguments: tuple[object, ...]) -> ProcessFuture[Outcome]:
        try:
            return pool.schedule(_work_by, args=arguments, timeout=self._setup.time_limit_s)
        except RuntimeError as error:  # all that the pool says when it was found broken before
            raise BrokenProcessPool from error

    def _replace(self, broken: ProcessPool) -> ProcessPool:
        """Start new workers: a pool of which a worker dies between two photos never works again."""
        with self._lock:
            if self._pool is broken and not self._is_closed:
                self._pool = self._open_pool()
                broken.stop()  # type: ignore[no-untyped-call]
                broken.join()
            return self._pool

    def _pack(self, snapshot: RegisterSnapshot) -> bytes:
        packed = self._packed
        if packed is None or packed[0] is not snapshot:
            packed = self._packed = (snapshot, pickle.dumps(snapshot))
        return packed[1]

    def close(self) -> None:
        """End the workers; a photo under way is given up and is done again at the next start."""
        with self._lock:
            self._is_closed = True
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()


def _hash_of(source: Source) -> str:
    """Return the SHA-256 of what no worker could finish; empty where it cannot be read any more."""
    try:
        return hashlib.sha256(source if isinstance(source, bytes) else read_photo(source)).hexdigest()
    except (PictureHeld, PictureRefused):
        return ""


# -- below runs in the worker process; each imports what it needs there --


def _set_up(setup: WorkerSetup) -> None:
    from redact.workers import process as worker

    worker.set_up(setup)


def _open_context() -> None:
    from redact.workers import process as worker

    worker.open_context()


def _work_on(path: Path, task: Task) -> Outcome:
    from redact.workers import process as worker

    return worker.work_on(path, task)


def _work_by(source: Source, packed: bytes, job: Job) -> Outcome:
    from redact.workers import process as worker

    return worker.work_by(source, packed, job)
