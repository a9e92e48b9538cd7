"""A named step of a journey, and how it is run: at once, or by an engine that remembers what it gave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Step(Protocol):
    """Runs the steps of one journey, in the order in which the journey calls it."""

    def __call__(self, name: str, act: Callable[[], T], /) -> T:
        """Do one step and return what it gave, or what it gave before the program was cut off.

        Args:
            name: of the step, the same in every run of the journey.
            act: does it; may run twice, and gives ids, numbers and fixed words in plain JSON: an engine keeps them.

        Raises:
            Exception: whatever the step met.
        """


def run_at_once(_: str, act: Callable[[], T], /) -> T:
    """Do the step, and remember nothing."""
    return act()
