"""What is printed: every line passes a filter; the terminal has colours and a width, of which a pipe has neither."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TextIO, cast

from redact.system.printing import Plain, plain

if TYPE_CHECKING:
    from rich.console import Console


@contextlib.contextmanager
def printing() -> Iterator[None]:
    """Have all that is printed, by whomever, pass the filter."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (cast("TextIO", Plain(stream)) for stream in before)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def terminal(*, err: bool = False) -> Console:
    """Return what prints lines in colour, wrapped between words; it is loaded for a terminal alone.

    Its colours are codes that the filter would spell out, so that it writes past that, and filters each text itself.
    """
    from rich.console import Console
    from rich.text import Text

    class Filtered(Console):
        def render_str(self, text: str, **how: Any) -> Text:
            return super().render_str(plain(text), **how)

    stream = sys.stderr if err else sys.stdout
    return Filtered(highlight=False, file=stream.raw if isinstance(stream, Plain) else stream)


@contextlib.contextmanager
def progress_bar(what: str, total: int) -> Iterator[Callable[[], None]]:
    """Draw how much is done, on the terminal that standard error is, and give a function to call after each.

    Args:
        what: is done, in a word or two in front of the bar.
        total: how often it will be called.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=terminal(err=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda: bar.advance(task)
