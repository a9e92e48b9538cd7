"""Worker processes that redact photos, each with its models loaded once.

Threat: a picture made to crash, hang or exhaust the program that decodes it.
Rule: decoding happens only in worker processes with a time and a memory limit; one that dies costs one photo.
Accepted residue: a worker runs as the same user; a decoder that is taken over is not sandboxed beyond its limits.
"""

from __future__ import annotations

import hashlib
import pickle
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import cv2
from pebble import ProcessExpired, ProcessFuture, ProcessPool

from models.errors import ModelsError
from models.senses import open_senses
from redact.errors import PictureHeld, PictureRefused, RedactError
from redact.intake import Item, read_photo
from redact.machine import keep_freed_memory, limit_memory, return_freed_memory, silence_stderr, usable_cores
from redact.recognise import Gallery, narrow
from redact.roll import Roll
from redact.values import Outcome, Policy, Status
from redact.workroom import Workroom, redact_photo

#: What a worker does with one photo's bytes.  A module-level function: it crosses the process border by name.
Task = Callable[[bytes, Workroom], Outcome]


@dataclass(frozen=True, slots=True)
class Bench:
    """What every worker is set up with; crosses the process border once a worker."""

    weights_folder: Path
    threads: int = 1
    roll: Roll | None = None
    policy: Policy = field(default_factory=Policy)
    #: Seconds one photo may take; the slowest of the bench takes a tenth of it on one core.
    time_limit_s: float = 120.0
    #: Address space a worker may have, bytes: a 24 MP photo stays under 1.5 GB resident, and the runtimes reserve
    #: several times what they use.
    memory_limit_bytes: int = 8_000_000_000


def share_cores(photos: int, jobs: int | None) -> tuple[int, int]:
    """Return (worker processes, threads each) for so many photos; `jobs` None uses every core."""
    cores = usable_cores()
    workers = max(1, min(jobs or cores, max(1, photos)))
    return workers, max(1, cores // workers)


def work(items: Sequence[Item], task: Task, bench: Bench, workers: int) -> Generator[tuple[Item, Outcome]]:
    """Yield each item with what `task` made of it, in the order given; no photo can raise or stop the others.

    At most two photos a worker are under way, so results that wait for a slow disk do not fill the memory.

    Raises:
        RedactError: a model is missing or damaged.
    """
    under_way: deque[tuple[Item, ProcessFuture[Outcome]]] = deque()
    with ProcessPool(max_workers=workers, initializer=_set_up, initargs=(bench,), context=get_context("spawn")) as pool:
        try:
            for item in items:
                future = pool.schedule(_work_on, args=(item.path, task), timeout=bench.time_limit_s)
                under_way.append((item, future))
                if len(under_way) >= 2 * workers:
                    yield _collect(*under_way.popleft(), bench)
            while under_way:
                yield _collect(*under_way.popleft(), bench)
        except BaseException:
            pool.stop()  # type: ignore[no-untyped-call]  # Ctrl-C, or the caller went away: do not finish what nobody waits for
            raise


def _collect(item: Item, future: ProcessFuture[Outcome], bench: Bench) -> tuple[Item, Outcome]:
    return item, _result_of(future, item.path, bench)


def _result_of(future: ProcessFuture[Outcome], path: Path, bench: Bench) -> Outcome:
    try:
        return future.result()
    except TimeoutError:
        why = f"The photo took longer than {bench.time_limit_s:.0f} s and was given up."
    except ProcessExpired:
        why = "The program that opens pictures crashed on this photo."
    except ModelsError as error:
        raise RedactError(str(error)) from error
    return Outcome(Status.HELD, _hash_of(path), f"{why} A person must look at it.")


@dataclass(frozen=True, slots=True)
class Brief:
    """What a photo is redacted by that may change while the workers live: names, and faces that may be shown."""

    roll: Roll | None
    gallery: Gallery | None


class Crew:
    """Worker processes that live as long as the watcher, and take one photo at a time from any thread."""

    def __init__(self, bench: Bench, workers: int) -> None:
        """Start `workers` processes; each loads its models at once, so that the first photo does not wait."""
        self._bench = bench
        self._packed: tuple[Brief, bytes] | None = None
        self._workers, self._lock, self._is_closed = workers, threading.Lock(), False
        self._pool = self._open_pool()

    def _open_pool(self) -> ProcessPool:
        pool = ProcessPool(
            max_workers=self._workers, initializer=_set_up, initargs=(self._bench,), context=get_context("spawn")
        )
        for _ in range(self._workers):
            pool.schedule(_open_room)
        return pool

    def redact(self, path: Path, brief: Brief, tags: tuple[str, ...]) -> Outcome:
        """Return what became of the photo at `path`; whatever it does costs this photo only.

        Args:
            path: of the plain original, in quarantine.
            brief: the same object as long as nothing has changed: it is packed once.
            tags: class and event, from the folders of the device.

        Raises:
            RedactError: a model is missing or damaged.
        """
        arguments, pool = (path, self._pack(brief), tags), self._pool
        try:
            return _result_of(self._schedule(pool, arguments), path, self._bench)
        except BrokenProcessPool:
            return _result_of(self._schedule(self._replace(pool), arguments), path, self._bench)

    def _schedule(self, pool: ProcessPool, arguments: tuple[object, ...]) -> ProcessFuture[Outcome]:
        try:
            return pool.schedule(_work_by, args=arguments, timeout=self._bench.time_limit_s)
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

    def _pack(self, brief: Brief) -> bytes:
        packed = self._packed
        if packed is None or packed[0] is not brief:
            packed = self._packed = (brief, pickle.dumps(brief))
        return packed[1]

    def close(self) -> None:
        """End the workers; a photo under way is given up and is done again at the next start."""
        with self._lock:
            self._is_closed = True
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()


def _hash_of(path: Path) -> str:
    """Return the SHA-256 of a file that no worker could finish; empty where it cannot be read any more."""
    try:
        return hashlib.sha256(read_photo(path)).hexdigest()
    except (PictureHeld, PictureRefused):
        return ""


# -- below runs in the worker process --

_bench: Bench | None = None
_room: Workroom | None = None
_brief: tuple[bytes, Brief] | None = None


def _set_up(bench: Bench) -> None:
    global _bench  # noqa: PLW0603  a worker process has one bench for its life
    _bench = bench
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent says when to end
    limit_memory(bench.memory_limit_bytes)
    keep_freed_memory()
    silence_stderr()  # libtiff and libjpeg print there from C, text of the file included
    cv2.setNumThreads(bench.threads)  # its own default is every core, in every worker


def _open_room() -> Workroom:
    """Return this process's workroom; the models are loaded at the first photo and stay."""
    global _room  # noqa: PLW0603  see _set_up
    if _room is None:
        if _bench is None:
            raise RedactError("A worker was started without its setup.")
        senses = open_senses(_bench.weights_folder, _bench.threads)
        _room = Workroom(senses, _bench.roll, _bench.policy, time.perf_counter)
    return _room


def _work_by(path: Path, packed: bytes, tags: tuple[str, ...]) -> Outcome:
    """Redact by a brief, unpacked only when it is another one than the last photo's."""
    global _brief  # noqa: PLW0603  see _set_up
    if _brief is None or _brief[0] != packed:
        _brief = (packed, pickle.loads(packed))  # noqa: S301  from this program's own parent process
    brief = _brief[1]
    gallery = None if brief.gallery is None else narrow(brief.gallery, tags)
    return _work_on(path, partial(_redact_by, roll=brief.roll, gallery=gallery))


def _redact_by(data: bytes, room: Workroom, *, roll: Roll | None, gallery: Gallery | None) -> Outcome:
    return redact_photo(data, replace(room, roll=roll, gallery=gallery))


def _work_on(path: Path, task: Task) -> Outcome:
    try:
        return _work(path, task)
    finally:
        return_freed_memory()


def _work(path: Path, task: Task) -> Outcome:
    room = _open_room()
    try:
        data = read_photo(path)
    except PictureRefused as error:
        return Outcome(Status.REFUSED, reason=str(error))
    except PictureHeld as error:
        return Outcome(Status.HELD, reason=str(error))
    try:
        return task(data, room)
    except ModelsError:
        raise  # the program's fault, not the photo's
    except Exception as error:  # noqa: BLE001  the outermost loop: whatever a photo does costs that photo only
        why = f"The program failed on this photo ({type(error).__name__}). A person must look at it."
        return Outcome(Status.HELD, hashlib.sha256(data).hexdigest(), why)
