"""Add up the seconds that each stage of a photo takes, on a clock that is handed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Stopwatch:
    """Seconds by stage; a stage that is entered twice is added up."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Measure with `clock`, which returns seconds from any origin."""
        self._clock = clock
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        """Add the time spent inside to `stage`, also when it ends in an error."""
        start = self._clock()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + self._clock() - start
