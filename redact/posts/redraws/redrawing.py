"""Carry out redraws: one thread, one worker process, from the stored copy or, for lifts, from an opened original.

Threat: two processes draw one photo at once; a kill leaves a redraw that nobody goes on with, or an original in a file;
an idle desk holds the models' memory all day.
Rule: one process of a machine carries out what is asked (the system's lock, which ends with it); what was begun by a
killed one is asked for again at the next start, and carrying it out twice is harmless (finishing.py).  Originals are
bytes in memory, of this process and its worker, for one redraw; nobody keeps the key, so a lift that was cut off must
be asked for with the key again.  The worker ends after ten idle minutes.
Accepted residue: what a worker's memory held may lie in the machine's swap.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Protocol, Self

from redact.errors import PictureHeld, RedactError, UsageError, describe
from redact.posts.changes import Changes, Redraw, Seen
from redact.posts.originals import open_with_file_key
from redact.posts.redraw import add_asking, read
from redact.posts.redraws.bases import base_of, is_as_it_is
from redact.posts.redraws.finishing import Drawn, Overtaken, drop_left, finish
from redact.posts.redraws.placing import lift_answers
from redact.posts.review import current_copy
from redact.redaction.answers.apply import answered, are_all_lifted, taken_back
from redact.redaction.answers.values import Answers, Base, LiftCause
from redact.redaction.values import Outcome, Plan, Status
from redact.store import photos as photo_rows
from redact.store.log.standing import LogElsewhere
from redact.store.photos.photos import school_of
from redact.store.pupils.reading import register_version
from redact.store.reviewing import redraws as rows
from redact.store.reviewing.answers import PhotoAnswer, answers_of, may_show_now, read_answers
from redact.store.reviewing.redraws import RedrawRow
from redact.store.reviewing.versions import Version, read_current
from redact.store.trust.copies import read_copy
from redact.store.trust.storage import TrustFault
from redact.system.clock import print_moment
from redact.system.lock import hold_lock
from redact.workers.job import Job, Redaction, Redrawing, RegisterSnapshot, Showing, WorkerSetup
from redact.workers.pool import WorkerPool, share_cores
from redact.workers.program import stamp_program
from redact.workspace.ids import Actor
from redact.workspace.open import Workspace
from redact.workspace.snapshot import Snapshots, allowed

LOCK_FILE: Final = "redraw.lock"
IDLE_S: Final = 600.0  # until the worker ends; desk.md, "Redraw"
LOOK_S: Final = 1.0  # between two looks for what a command asked for
LOOKING_PX: Final = 1600  # long side of an original that a person looks at; desk.md, section 3
_CUT_OFF: Final = "The program ended before the copy was drawn. Ask for it again."
_TWO_LOOKS: Final = "A cover that was to be lifted fits no place, or two, now. The copy stays as it was."

log = logging.getLogger("redact")


class Pool(Protocol):
    """Workers, as far as a redraw needs them: `WorkerPool`, or a test's."""

    def work(self, source: bytes, snapshot: RegisterSnapshot, job: Job, /) -> Outcome:
        """Return what became of a photo; see `WorkerPool.work`."""

    def close(self) -> None:
        """End them."""


OpenPool = Callable[[WorkerSetup, int], Pool]


@dataclass(frozen=True, slots=True)
class _Opened:
    """A redraw that needs the original: it lives as long as this process."""

    number: int
    original: bytes
    lifts: tuple[PhotoAnswer, ...]


class Redrawer:
    """Carries out what is asked for, as long as it is open; the desk opens one for its life, a command for one act."""

    def __init__(self, workspace: Workspace, setup: WorkerSetup, open_pool: OpenPool = WorkerPool) -> None:
        """Take the setup of its worker, which gets the settings' policy and all cores; and what opens it."""
        self._workspace = workspace
        threads = share_cores(1, None).threads  # a person waits: one picture has all cores
        stamp = stamp_program()  # of what runs: the worker is opened later, perhaps after an update
        setup = replace(setup, policy=workspace.settings.policy, threads=threads, program=stamp)
        self._worker = _Worker(partial(open_pool, setup, 1))
        self._snapshots = Snapshots(workspace)
        self._opened: deque[_Opened] = deque()
        self._wakes, self._stops = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="redraw", daemon=True)
        self._things = contextlib.ExitStack()
        self._is_alone = False

    def __enter__(self) -> Self:
        """Start; what a killed process of this machine had begun is asked for again.

        Raises:
            CannotWrite: the workspace's folder refuses.
            DatabaseFault: the database does not answer.
        """
        lock = self._workspace.settings.folder / LOCK_FILE
        self._is_alone = self._things.enter_context(hold_lock(lock))
        if self._is_alone:
            self._drop_left()
            self._take_up()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End; what is under way is done again at the next start."""
        self._stops.set()
        self._wakes.set()
        self._worker.close()
        self._thread.join()
        self._things.close()

    def wake(self) -> None:
        """Look at once for what was asked."""
        self._wakes.set()

    def wait(self, number: int, longest_s: float) -> Redraw | None:
        """Wait until a redraw is over, at most so long, and return it; None where there is none.

        Raises:
            DatabaseFault: the database does not answer.
        """
        self.wake()
        ends = time.monotonic() + longest_s
        while (redraw := read(self._workspace, number, None)) is not None and not redraw.is_over:
            if time.monotonic() >= ends:
                break
            time.sleep(0.05)
        return redraw

    def ask_with_original(self, seen: Seen, changes: Changes, file_key: bytes, who: Actor) -> int:
        """Ask for changes that need the original, and return the redraw's number.

        The original is opened with the posted key of this one file, which is used once and kept nowhere; that it is
        opened stands in the audit log before.  It goes to the worker as bytes.

        Raises:
            ChangedMeanwhile: see `redraw.ask`.
            VaultFault: the original is not there, damaged, or the key does not open it.
            UsageError: a lift fits no place, or its pupil may not be shown.
            DatabaseFault: nothing was changed.
        """
        workspace = self._workspace
        with workspace.database.read() as connection:
            copy = current_copy(connection, seen)
            lifts = lift_answers(copy, changes, register_version(connection))
            self._check_consents(lifts)
        original = open_with_file_key(workspace, seen.photo, file_key, who)
        with workspace.audit_log.writing() as entries:
            copy = current_copy(entries.connection, seen)
            number = add_asking(workspace, entries, copy, changes, who, needs_original=True)
        self._opened.append(_Opened(number, original, lifts))
        self.wake()
        return number

    def show_original(self, photo: str, file_key: bytes, who: Actor) -> bytes:
        """Return a JPEG of the opened original, 1600 px at most, "not for release" across it.

        Raises:
            VaultFault: see `ask_with_original`.
            PictureHeld: it cannot be drawn.
            ProgramReplaced: it was updated meanwhile; start it again.
            DatabaseFault: nothing was opened: that it is opened could not be logged.
        """
        original = open_with_file_key(self._workspace, photo, file_key, who)
        outcome = self._work(original, Showing(LOOKING_PX))
        if outcome.output is None:
            raise PictureHeld(outcome.reason or "The original cannot be drawn.")
        return outcome.output

    # -- the thread --

    def _run(self) -> None:
        while not self._stops.is_set():
            try:
                self._do_all()
            except Exception as error:  # noqa: BLE001  the outermost loop: it is tried again
                log.warning("Copies are not drawn again now. %s", describe(error))
            self._worker.close_if_idle()
            self._wakes.wait(LOOK_S)
            self._wakes.clear()

    def _do_all(self) -> None:
        while self._opened and not self._stops.is_set():
            opened = self._opened.popleft()
            self._carry_out(opened.number, opened)
        if not self._is_alone:
            return
        with self._workspace.database.read() as connection:
            asked = rows.list_asked(connection, self._workspace.executor)
        for row in asked:
            if not self._stops.is_set():
                self._carry_out(row.id, None)

    def _take_up(self) -> None:
        workspace, at = self._workspace, print_moment(self._workspace.now())
        with workspace.database.write() as connection:
            rows.take_up_again(connection, workspace.executor, _CUT_OFF, at)

    def _drop_left(self) -> None:
        """Take out of storage what redraws left there; what cannot go now stays written down for the next start."""
        workspace = self._workspace
        with workspace.database.read() as connection:
            left = rows.list_left(connection, workspace.executor)
        for row in (row for row in left if row.output is not None):
            try:
                drop_left(workspace, row.photo, str(row.output))
            except (TrustFault, LogElsewhere) as error:
                log.warning("A copy that was drawn and not used lies in trust storage still. %s", describe(error))
                continue
            with workspace.database.write() as connection:
                rows.note_dropped(connection, row.id)

    def _carry_out(self, number: int, opened: _Opened | None) -> None:
        """Draw one; whatever it meets becomes its reason, and the old copy stands."""
        with self._workspace.database.write() as connection:
            if not rows.move_redraw(connection, number, rows.ASKED, rows.WORKING):
                return
            row = rows.read_redraw(connection, number)
        assert row is not None
        try:
            drawn = self._draw(row) if opened is None else self._draw_again(row, opened)
            finish(self._workspace, row, drawn)
        except Exception as error:  # noqa: BLE001  the outermost loop of a redraw
            if self._stops.is_set() and opened is None:
                return  # taken up again at the next start
            self._fail(number, describe(error) if not isinstance(error, RedactError) else str(error))

    def _fail(self, number: int, reason: str) -> None:
        with self._workspace.database.write() as connection:
            at = print_moment(self._workspace.now())
            rows.fail_redraw(connection, number, reason, at)

    def _draw(self, row: RedrawRow) -> Drawn:
        """Draw a copy again from the one that is kept."""
        workspace = self._workspace
        with workspace.database.read() as connection:
            current = read_current(connection, row.photo)
            if current is None or current.output != row.former:
                raise Overtaken
            base, answers = base_of(connection, current), read_answers(connection, row.photo)
            answers = allowed(workspace, connection, answers)
        content = read_copy(workspace.trust, base.name, base.output)
        is_other = base.names_known and base.output != current.output
        if is_other and is_as_it_is(base, answers, workspace.settings.policy.style):
            return _stands_again(base, content, answers)
        outcome = self._work(content, Redrawing(_base(base, workspace), answers))
        return _passed(outcome, base.output)

    def _draw_again(self, row: RedrawRow, opened: _Opened) -> Drawn:
        """Redact the opened original with what people said, these lifts among it."""
        workspace = self._workspace
        with workspace.database.read() as connection:
            photo, before = photo_rows.read_photo(connection, row.photo), read_answers(connection, row.photo)
            school = school_of(connection, row.photo)
            before = allowed(workspace, connection, before)
        if photo is None:
            raise Overtaken
        lifts = answers_of(opened.lifts).lifts
        answers = replace(before, lifts=(*before.lifts, *lifts))
        outcome = self._work(opened.original, Redaction(photo.tags, answers, school))
        if outcome.sha256 != row.photo:
            raise Overtaken
        if not are_all_lifted(Plan(outcome.regions), lifts):
            raise UsageError(_TWO_LOOKS)
        return replace(_passed(outcome, None), lifts=opened.lifts)

    def _work(self, content: bytes, job: Job) -> Outcome:
        _, snapshot = self._snapshots.read()
        with self._worker.pool() as pool:
            return pool.work(content, snapshot, job)

    def _check_consents(self, lifts: tuple[PhotoAnswer, ...]) -> None:
        workspace, settings = self._workspace, self._workspace.settings
        with workspace.database.read() as connection:
            for lift in lifts:
                if lift.word != LiftCause.CONSENT:
                    continue
                today = workspace.today(connection)
                if not settings.shows_faces or not may_show_now(connection, lift.pupil, settings.purposes, today):
                    raise UsageError("That pupil may not be shown today. Nothing was changed.")


class _Worker:
    """A worker process that is there when it is needed and for a while after."""

    def __init__(self, opens: Callable[[], Pool]) -> None:
        self._opens, self._lock = opens, threading.Lock()
        self._pool: Pool | None = None
        self._users, self._used_at = 0, time.monotonic()

    @contextlib.contextmanager
    def pool(self) -> Iterator[Pool]:
        """Give the pool, opened if need be."""
        with self._lock:
            self._pool = self._pool or self._opens()
            pool = self._pool
            self._users += 1
        try:
            yield pool
        finally:
            with self._lock:
                self._users -= 1
                self._used_at = time.monotonic()

    def close_if_idle(self) -> None:
        """End the worker where nobody has used it for a while."""
        with self._lock:
            is_idle = not self._users and time.monotonic() - self._used_at > IDLE_S
            pool, self._pool = (self._pool, None) if is_idle else (None, self._pool)
        if pool is not None:
            pool.close()

    def close(self) -> None:
        """End the worker, whatever it does."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()


def _base(base: Version, workspace: Workspace) -> Base:
    assert base.source_size is not None and base.size is not None  # asked for with places that were placed on it
    style = base.style or workspace.settings.policy.style
    judged = base.judged if base.names_known else ()  # all text is read again then, for whom it names is to be known
    return Base(base.plan, base.source_size, base.size, base.shows, judged, style)


def _stands_again(base: Version, content: bytes, answers: Answers) -> Drawn:
    """Return a former copy as it is: everything that was added to it was taken back."""
    assert base.source_size is not None
    plan = answered(Plan(taken_back(base.plan, answers)), Answers(dismissed=answers.dismissed), base.source_size)
    outcome = Outcome(
        Status.REDACTED,
        output=content,
        source_size=base.source_size,
        output_size=base.size,
        regions=plan.regions,
        shows=base.shows,
        style=base.style,
        judged=base.judged,
    )
    return Drawn(outcome, content, base.made_from)


def _passed(outcome: Outcome, made_from: str | None) -> Drawn:
    """Return what was drawn.

    Raises:
        PictureHeld: it did not pass its check, or could not be drawn.
    """
    is_good = outcome.status is Status.REDACTED and outcome.verdict is not None and outcome.verdict.passed
    if not is_good or outcome.output is None:
        raise PictureHeld(outcome.reason or "The copy could not be drawn.")
    return Drawn(outcome, outcome.output, made_from)
