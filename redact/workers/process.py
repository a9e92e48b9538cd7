"""What runs inside a worker process: one setup for its life, one redaction, one photo at a time.

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
from typing import assert_never

import cv2

from models.errors import ModelsError
from models.finders import open_finders
from redact.errors import PictureHeld, PictureRefused, RedactError
from redact.pupils.recognise import narrow, of_school
from redact.redaction.answers.redraw import redraw_copy
from redact.redaction.drawings.for_looking import draw_for_looking
from redact.redaction.photo import RedactionContext, redact_photo
from redact.redaction.values import Outcome, Status
from redact.system.machine import keep_freed_memory, limit_memory, return_freed_memory, silence_stderr
from redact.workers.intake import read_photo
from redact.workers.job import Job, Redaction, Redrawing, RegisterSnapshot, Showing, Task, WorkerSetup
from redact.workers.program import check_program

_setup: WorkerSetup | None = None
_context: RedactionContext | None = None
_snapshot: tuple[bytes, RegisterSnapshot] | None = None


def set_up(setup: WorkerSetup) -> None:
    """Make this process ready: limits, memory, silence; the models are loaded with the context."""
    global _setup  # noqa: PLW0603  a worker process has one setup for its life
    silence_stderr()  # libtiff and libjpeg print there from C, text of the file included, and pebble what fails here
    check_program(setup.program)
    _setup = setup
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent says when to end
    limit_memory(setup.memory_limit_bytes)
    keep_freed_memory()
    cv2.setNumThreads(setup.threads)  # its own default is every core, in every worker


def open_context() -> RedactionContext:
    """Return this process's redaction; the models are loaded at the first photo and stay."""
    global _context  # noqa: PLW0603  see set_up
    if _context is None:
        if _setup is None:
            raise RedactError("A worker was started without its setup.")
        finders = open_finders(_setup.weights_folder, _setup.threads)
        _context = RedactionContext(finders, _setup.roll, _setup.policy, time.perf_counter)
    return _context


def work_by(source: Path | bytes, packed: bytes, job: Job) -> Outcome:
    """Do a job by a snapshot, unpacked only when it is another one than the last photo's."""
    global _snapshot  # noqa: PLW0603  see set_up
    if _snapshot is None or _snapshot[0] != packed:
        _snapshot = (packed, pickle.loads(packed))  # noqa: S301  from this program's own parent process
    snapshot = _snapshot[1]
    return work_on(source, partial(_do, job=job, snapshot=snapshot))


def _do(data: bytes, context: RedactionContext, *, job: Job, snapshot: RegisterSnapshot) -> Outcome:
    context = replace(context, roll=snapshot.roll)
    match job:
        case Redaction(tags, answers, school):
            gallery = None if snapshot.gallery is None else narrow(of_school(snapshot.gallery, school), tags)
            return redact_photo(data, replace(context, gallery=gallery, answers=answers))
        case Redrawing(base, answers):
            return redraw_copy(data, base, replace(context, answers=answers))
        case Showing(side_px):
            return draw_for_looking(data, side_px)
        case _:
            assert_never(job)


def work_on(source: Path | bytes, task: Task) -> Outcome:
    """Return what `task` made of a photo; only a damaged or missing model raises (ModelsError)."""
    try:
        return _work(source, task)
    finally:
        return_freed_memory()


def _work(source: Path | bytes, task: Task) -> Outcome:
    context = open_context()
    try:
        data = source if isinstance(source, bytes) else read_photo(source)
    except PictureRefused as error:
        return Outcome(Status.REFUSED, reason=str(error))
    except PictureHeld as error:
        return Outcome(Status.HELD, reason=str(error))
    try:
        return task(data, context)
    except ModelsError:
        raise  # the program's fault, not the photo's
    except Exception as error:  # noqa: BLE001  the outermost loop: whatever a photo does costs that photo only
        why = f"The program failed on this photo ({type(error).__name__}). A person must look at it."
        return Outcome(Status.HELD, hashlib.sha256(data).hexdigest(), why)
