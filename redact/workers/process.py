"""What runs inside a worker process: one bench for its life, one workroom, one photo at a time.

Apart from `redact/workers/pool.py`, which hands the work out, because the networks' libraries take half a second to
import. The threat and the rule stand there.
"""

from __future__ import annotations

import hashlib
import pickle
import signal
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import cv2

from models.errors import ModelsError
from models.finders import open_senses
from redact.errors import PictureHeld, PictureRefused, RedactError
from redact.pupils.recognise import Gallery, narrow
from redact.pupils.roll import Roll
from redact.redaction.photo import Workroom, redact_photo
from redact.redaction.values import Outcome, Status
from redact.system.machine import keep_freed_memory, limit_memory, return_freed_memory, silence_stderr
from redact.workers.intake import read_photo
from redact.workers.job import Bench, Brief, Task

_bench: Bench | None = None
_room: Workroom | None = None
_brief: tuple[bytes, Brief] | None = None


def set_up(bench: Bench) -> None:
    """Make this process ready: limits, memory, silence; the models are loaded with the room."""
    global _bench  # noqa: PLW0603  a worker process has one bench for its life
    _bench = bench
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent says when to end
    limit_memory(bench.memory_limit_bytes)
    keep_freed_memory()
    silence_stderr()  # libtiff and libjpeg print there from C, text of the file included
    cv2.setNumThreads(bench.threads)  # its own default is every core, in every worker


def open_room() -> Workroom:
    """Return this process's workroom; the models are loaded at the first photo and stay."""
    global _room  # noqa: PLW0603  see set_up
    if _room is None:
        if _bench is None:
            raise RedactError("A worker was started without its setup.")
        senses = open_senses(_bench.weights_folder, _bench.threads)
        _room = Workroom(senses, _bench.roll, _bench.policy, time.perf_counter)
    return _room


def work_by(path: Path, packed: bytes, tags: tuple[str, ...]) -> Outcome:
    """Redact by a brief, unpacked only when it is another one than the last photo's."""
    global _brief  # noqa: PLW0603  see set_up
    if _brief is None or _brief[0] != packed:
        _brief = (packed, pickle.loads(packed))  # noqa: S301  from this program's own parent process
    brief = _brief[1]
    gallery = None if brief.gallery is None else narrow(brief.gallery, tags)
    return work_on(path, partial(_redact_by, roll=brief.roll, gallery=gallery))


def _redact_by(data: bytes, room: Workroom, *, roll: Roll | None, gallery: Gallery | None) -> Outcome:
    return redact_photo(data, replace(room, roll=roll, gallery=gallery))


def work_on(path: Path, task: Task) -> Outcome:
    """Return what `task` made of the photo at `path`; only a damaged or missing model raises (ModelsError)."""
    try:
        return _work(path, task)
    finally:
        return_freed_memory()


def _work(path: Path, task: Task) -> Outcome:
    room = open_room()
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
