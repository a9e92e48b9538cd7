"""The one root error, what it costs a script (the exit code), and how its sentences call and count items."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from watcher import WatcherError


class ExitCode(IntEnum):
    """What the program tells a script when it ends."""

    OK = 0  # every input was redacted, every check passed
    FAILED = 1  # the program failed; nothing is claimed
    USAGE = 2  # wrong arguments; nothing was done
    HELD = 3  # some inputs were held or refused; the others are done


#: What to do about a passing fault: true of a command that ends with it, and of the watcher, which goes on.
TRY_AGAIN: Final = "Try again in a moment (the watcher does so by itself), or see: redact doctor"


SHORT_DIGITS = 12  # hex digits: two of 10,000 photos share them with probability 2e-7


def short_id(sha256: str) -> str:
    """Return the digits of a photo's id by which messages call it and people type it; a shorter text as it is."""
    return sha256[:SHORT_DIGITS]


def counted(number: int, one: str) -> str:
    """Return "1 photo", "3,200 photos", "0 photos", "2 copies", "2 breaches"."""
    return f"{number:,} {one if number == 1 else _plural(one)}"


def _plural(one: str) -> str:
    if one.endswith("y") and one[-2:-1] not in "aeiou":
        return f"{one[:-1]}ies"
    return f"{one}es" if one.endswith(("s", "x", "ch", "sh")) else f"{one}s"


class RedactError(Exception):
    """Something a user can meet: what happened, to which item, and what to do."""

    exit_code = ExitCode.FAILED


class UsageError(RedactError):
    """The command was given something it cannot work with; nothing was done."""

    exit_code = ExitCode.USAGE


class PictureRefused(RedactError):
    """These bytes are not a picture we may open: not an image, unsafe, or broken.  The photo is `refused`."""


class PictureHeld(RedactError):
    """A picture a person must look at before it can go on.  The photo is `held`."""


def describe(error: Exception) -> str:
    """Return a sentence for an error that a loop has caught: ours as they are, of foreign ones their kind."""
    if isinstance(error, RedactError | WatcherError):
        return str(error)
    return f"The program failed at this step ({type(error).__name__}); it is tried again. See: redact doctor"
