"""The terminal with its colours and its width, of which a pipe has neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def terminal() -> Console:
    """Return what prints lines in colour, wrapped between words; it is loaded for a terminal alone."""
    from rich.console import Console

    return Console(highlight=False)
