"""A named step of a journey, run at once or by an engine that remembers its result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Step(Protocol):
    """Runs the steps of one journey, in the order in which the journey calls it."""

    def __call__(self, name: str, act: Callable[[], T], /) -> T:
        """Do one step and return its result, or the one that it had before the program was cut off.

        Args:
            name: of the step, the same in every run of the journey.
            act: does it; may run twice, and returns ids, numbers and fixed words in plain JSON, for an engine keeps
                them.

        Raises:
            Exception: whatever the step met.
        """


def run_at_once(_: str, act: Callable[[], T], /) -> T:
    """Do the step, and remember nothing."""
    return act()
