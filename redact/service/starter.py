"""The engine, as the scheduler sees it: what begins a journey, and what a journey is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

TAKEN_UP_S = 1.0  # seconds between two looks whether what a former process began has ended

#: A journey: the step runner and the arguments it was started with come in, plain JSON goes out.
Journey = Callable[..., object]


class Starter(Protocol):
    """Begins journeys, by the names of `Scheduler.journeys`."""

    def start(self, journey: str, name: str, *arguments: str | bool) -> bool:
        """Begin a journey, which calls the scheduler; False where it is still under way from a former process."""
