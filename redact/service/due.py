"""What is to be done when: one list of `Due`, read by one loop, on a clock that nobody sets.

Threat: one thing fails and the others are never done again, unnoticed; or what fails is tried so often that it fills
the log, or so seldom that nobody believes it; or a clock that somebody sets puts everything off.
Rule: no act can stop another; one that failed is logged and is done again after pauses that grow.  All is due when the
program starts, and nothing of it is kept: a wall clock set back a year delays nothing.
Accepted residue: the acts of one list share one thread, so a long one (a large sweep, a share that hangs) delays the
others.  The service has two lists for that reason: photos and devices (scheduler.py), everything else (periodic.py).
On one list a photo would wait for the daily check of the audit log, which holds its thread for 4.6 s with 100,000
entries and grows with them; a photo goes from rest to stored in 0.1 s, its redaction apart (both: README, Figures).

Why this is not left to the engine's own retries and delays: a step of it that is tried again sleeps in its thread, so
that one photo whose storage is away keeps the others from the workers, and the program from ending; and a delayed
workflow is due by the database's wall clock.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import TypeVar

from redact.errors import describe

FIRST_PAUSE_S = 5.0  # seconds before the second try; then twice as long each time
BEFORE_ALL_S = float("-inf")  # a time that has come, whatever the clock shows
LOOK_S = 30.0  # seconds between two looks at what nobody reports: a retry by a command, a hold that was lifted
LONGEST_WAIT_S = 60.0  # seconds; the loop looks at its list at least so often, whatever woke it or did not

log = logging.getLogger("redact")


class Goes(Enum):
    """What an act returns that only began something."""

    UNDER_WAY = auto()  # until somebody reports its end, to the list: `fail`, `rest` or `drop`


#: Does something, and returns in how many seconds it is due again; None: it is over.
Act = Callable[[], float | Goes | None]
#: What is to be done: the name of an act, or a value that says what kind of act it is, and on what.
Key = Hashable
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait after a failure: longer each time, up to `longest_s` seconds."""

    longest_s: float
    pause_s: float = FIRST_PAUSE_S
    failures: int = 0

    def failed(self) -> Backoff:
        """Return the pause after one more failure."""
        return replace(self, pause_s=min(2 * self.pause_s, self.longest_s), failures=self.failures + 1)

    def done(self) -> Backoff:
        """Return the pause after a success: the first one again."""
        return Backoff(self.longest_s)


@dataclass(slots=True)
class Due:
    """Something that is to be done, and when."""

    at_s: float
    backoff: Backoff
    act: Act | None = None  # None: the loop skips it; its owner asks whether it is due
    failure: str = ""  # logged when it fails, a sentence; the reason follows
    why: str | None = None  # why it failed the last time, a sentence
    is_under_way: bool = False  # it was begun and has not ended; `at_s` says nothing meanwhile
    is_awaited: bool = False  # somebody asked for it, and it was not begun since
    rests_until_s: float = BEFORE_ALL_S  # it is not done before, whoever asks

    def has_come(self, now_s: float) -> bool:
        """Whether it is to be done now."""
        return not self.is_under_way and self.at_s <= now_s

    @property
    def is_wanted(self) -> bool:
        """Whether a run that ends by itself waits for it; what met trouble waits for a later run."""
        return self.is_under_way or (self.is_awaited and not self.backoff.failures)

    def ask(self, now_s: float) -> None:
        """Become due now, or as soon as a rest, a pause after a failure or a run under way is over."""
        self.is_awaited = True
        if not self.backoff.failures and not self.is_under_way:
            self.at_s = max(min(self.at_s, now_s), self.rests_until_s)

    def fail(self, now_s: float, why: str | None = None) -> None:
        """Become due after a pause that is longer each time."""
        self.is_under_way, self.is_awaited, self.why = False, False, why
        self.at_s = now_s + min(self.backoff.pause_s, self.backoff.longest_s)
        self.backoff = self.backoff.failed()

    def end_well(self, at_s: float) -> None:
        """Become due again at `at_s`, without a failure."""
        self.is_under_way, self.why = False, None
        self.at_s, self.backoff = at_s, self.backoff.done()


@dataclass(slots=True)
class DueList:
    """What is due when: any thread adds to it and asks, the one that runs the loop does it."""

    clock_s: Callable[[], float] = time.monotonic
    is_turning: bool = False  # the loop is doing something: what moves between two keys is on neither
    _dues: dict[Key, Due] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _woken: threading.Event = field(default_factory=threading.Event)
    _stop: threading.Event = field(default_factory=threading.Event)

    # -- called from any thread --

    def put(self, key: Key, due: Due) -> None:
        """Put something on the list, in place of what is there under this key."""
        with self._lock:
            self._dues[key] = due
        self._woken.set()

    def ask(self, key: Key, due: Due | None = None) -> None:
        """Make what is under a key due as soon as it may be; where nothing is, put `due` there."""
        with self._lock:
            known = self._dues.get(key) if due is None else self._dues.setdefault(key, due)
            if known is not None:
                known.ask(self.clock_s())
        self._woken.set()

    def begin(self, key: Key, longest_s: float) -> None:
        """Mark something as under way: it is due again only once it has ended, and then only if it failed.

        Args:
            key: of the thing; it is added where it is not on the list.
            longest_s: seconds between two tries if it fails, where it was not on the list.
        """
        with self._lock:
            self._dues.setdefault(key, Due(self.clock_s(), Backoff(longest_s))).is_under_way = True

    def fail(self, key: Key) -> None:
        """Mark what was under way as failed: it is due again after its pause."""
        with self._lock:
            if key in self._dues:
                self._dues[key].fail(self.clock_s())
        self._woken.set()

    def rest(self, key: Key, pause_s: float) -> None:
        """Make something due in `pause_s` seconds, and not before, whoever asks."""
        with self._lock:
            if key in self._dues:
                due = self._dues[key]
                due.rests_until_s = self.clock_s() + pause_s
                due.end_well(due.rests_until_s)
        self._woken.set()

    def drop(self, key: Key) -> None:
        """Take something off the list: it is over."""
        with self._lock:
            self._dues.pop(key, None)
        self._woken.set()

    def get(self, key: Key) -> Due | None:
        """Return what is under a key."""
        return self._dues.get(key)

    def of_kind(self, kind: type[K]) -> dict[K, Due]:
        """Return what is under the keys of one type."""
        with self._lock:
            return {key: due for key, due in self._dues.items() if isinstance(key, kind)}

    @property
    def all(self) -> dict[Key, Due]:
        """Everything on the list, in the order in which it came."""
        with self._lock:
            return dict(self._dues)

    # -- the loop --

    def run(self) -> None:
        """Do what is due until `stop`; nothing ends it before."""
        while not self._stop.is_set():
            try:
                self.turn()
            except Exception as error:  # noqa: BLE001  nothing may end this thread: nobody would notice
                log.warning("%s", describe(error))
                self._stop.wait(FIRST_PAUSE_S)
            self._woken.wait(self._wait_s())
            self._woken.clear()

    def stop(self) -> None:
        """End `run` after what it is doing."""
        self._stop.set()
        self._woken.set()

    def turn(self) -> None:
        """Do what is due now, the longest due first, until nothing is."""
        self.is_turning = True
        try:
            while not self._stop.is_set() and (due := self._due_now()):
                for key, item in due:
                    # An earlier act may have moved it.
                    is_still = self._dues.get(key) is item and item.has_come(self.clock_s())
                    if is_still and not self._stop.is_set():
                        self.do(key, item)
        finally:
            self.is_turning = False

    def do(self, key: Key, due: Due) -> None:
        """Do one thing now; a failure is logged, and nothing is raised."""
        if due.act is None:
            return
        due.is_awaited, due.is_under_way = False, True
        try:
            pause_s = due.act()
        except Exception as error:  # noqa: BLE001  the outermost loop of an act: nothing it does stops the others
            why = describe(error)
            log.warning("%s", f"{due.failure} {why}".strip())
            with self._lock:
                due.fail(self.clock_s(), why)
            return
        if pause_s is not Goes.UNDER_WAY:
            with self._lock:
                self._end(key, due, pause_s)

    def _end(self, key: Key, due: Due, pause_s: float | None) -> None:
        if due.is_awaited:  # asked for again while it was done
            pause_s = 0.0
        if pause_s is not None:
            due.end_well(max(self.clock_s() + pause_s, due.rests_until_s))
        elif self._dues.get(key) is due:
            del self._dues[key]

    def _due_now(self) -> list[tuple[Key, Due]]:
        with self._lock:
            now_s = self.clock_s()
            due = [(key, item) for key, item in self._dues.items() if item.act is not None and item.has_come(now_s)]
        return sorted(due, key=lambda item: item[1].at_s)

    def _wait_s(self) -> float:
        with self._lock:
            now_s = self.clock_s()
            waits = [due.at_s - now_s for due in self._dues.values() if due.act is not None and not due.is_under_way]
        return max(0.0, min([LONGEST_WAIT_S, *waits]))
