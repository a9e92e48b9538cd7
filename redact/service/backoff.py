"""When to try again: pauses that grow, on a clock that nobody sets.  Pure but for its lock: the time is handed in."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

FIRST_PAUSE_S = 5.0  # seconds before the second try; then twice as long each time
CLEAR_LONGEST_S = 6 * 3600.0  # seconds between two tries at what could not be deleted: each leaves two entries per file
NEVER_S = float("inf")  # on no clock; also what is "due" while it is being tried


@dataclass(slots=True)
class Patience:
    """When to try something again that has failed."""

    longest_s: float
    due_s: float = 0.0
    pause_s: float = FIRST_PAUSE_S

    def fail(self, now_s: float) -> None:
        """Wait, longer each time."""
        self.due_s = now_s + self.pause_s
        self.pause_s = min(2 * self.pause_s, self.longest_s)


@dataclass(slots=True)
class _Pace:
    """What is known of clearing one device."""

    is_dirty: bool = True  # something may be there to clear
    next_s: float = 0.0
    again: Patience | None = None  # for what could not be cleared


@dataclass(slots=True)
class Clearings:
    """When to clear which device; asked and told from several threads."""

    _paces: dict[str, _Pace] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def know(self, devices: Iterable[str]) -> None:
        """Look at these devices at once; what could not be deleted in a former run is tried again too."""
        with self._lock:
            for device in devices:
                self._paces.setdefault(device, _Pace(again=Patience(CLEAR_LONGEST_S))).is_dirty = True

    def touch(self, device: str) -> None:
        """Remember that something may be there to clear."""
        with self._lock:
            self._pace(device).is_dirty = True

    def soon(self, device: str) -> None:
        """Clear what can be cleared, and what could not, without a pause: the device has just come back."""
        with self._lock:
            pace = self._pace(device)
            pace.is_dirty, pace.next_s, pace.again = True, 0.0, Patience(CLEAR_LONGEST_S)

    def later(self, device: str, now_s: float) -> None:
        """Try again what could not be cleared, after a pause that grows."""
        with self._lock:
            pace = self._pace(device)
            pace.again = pace.again or Patience(CLEAR_LONGEST_S)
            pace.again.fail(now_s)

    def rest(self, device: str, until_s: float) -> None:
        """Leave the device alone until then."""
        with self._lock:
            self._pace(device).next_s = until_s

    def begin(self, device: str, now_s: float) -> bool | None:
        """Take up what is due; return whether what failed before is due too, or None where nothing is due."""
        with self._lock:
            pace = self._pace(device)
            tries_again = pace.again is not None and pace.again.due_s <= now_s
            if not (pace.is_dirty or tries_again) or pace.next_s > now_s:
                return None
            pace.is_dirty = False
            return tries_again

    def trying_again(self, device: str) -> None:
        """Remember that what failed before is under way: its pause is kept, and grows if it fails once more."""
        with self._lock:
            again = self._pace(device).again
            if again is not None:
                again.due_s = NEVER_S

    def ended(self, device: str, until_s: float) -> None:
        """Hear that a clearing ended: the next one not before then; nothing that failed is left."""
        with self._lock:
            pace = self._pace(device)
            pace.next_s = until_s
            if pace.again is not None and pace.again.due_s == NEVER_S:
                pace.again = None

    def is_dirty(self, devices: Iterable[str]) -> bool:
        """Return whether something may be there to clear on one of these devices."""
        with self._lock:
            return any(self._pace(device).is_dirty for device in devices)

    def _pace(self, device: str) -> _Pace:
        return self._paces.setdefault(device, _Pace())
