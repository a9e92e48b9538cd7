"""What is said of an error that a loop has caught and goes on after."""

from __future__ import annotations

from redact.errors import RedactError
from watcher.errors import WatcherError


def told(error: Exception) -> str:
    """Return a sentence for an error: ours speak for themselves, foreign ones are named by their kind only."""
    if isinstance(error, RedactError | WatcherError):
        return str(error)
    return f"The program failed at this step ({type(error).__name__}); it is tried again. See: redact doctor"
