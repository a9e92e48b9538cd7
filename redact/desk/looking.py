"""Who looks at which photo just now, so that two reviewers do not walk in step and find each decided by the other.

Kept in this process alone, a photo per person, for as long as one may look at it; nothing of it is written down, and
nothing rests on it: of two who decide on one photo the second is told, here as between two desks.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

LOOKS_S: Final = 120.0  # seconds for which a photo counts as looked at since it was opened; most take a few


class Looking:
    """The photo that each person opened last."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Take a clock that nobody sets, in seconds."""
        self._clock, self._lock = clock, threading.Lock()
        self._opened: dict[int, tuple[str, float]] = {}

    def note(self, person: int, photo: str) -> None:
        """Remember that somebody opened a photo, by the number of the person and the id of the photo."""
        with self._lock:
            self._opened[person] = (photo, self._clock())

    def by_others(self, person: int) -> frozenset[str]:
        """Return the photos that others look at now."""
        since = self._clock() - LOOKS_S
        with self._lock:
            opened = tuple(self._opened.items())
        return frozenset(photo for who, (photo, at_s) in opened if who != person and at_s >= since)
