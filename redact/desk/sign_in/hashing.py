"""Passwords: hashed with Argon2id, two at once and no more.

Threat: a stolen database is searched for passwords; a stranger's flood of sign-ins takes all memory; the time of an
answer tells whether a login exists.
Rule: Argon2id with the second profile of RFC 9106; an unknown login costs the same hash as a known one; whoever waits
longer than ten seconds for one of the two places is told to try again.
Accepted residue: a flood keeps honest people waiting for those seconds.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from redact.errors import RedactError

AT_ONCE: Final = 2  # 64 MiB each
WAIT_S: Final = 10.0  # seconds; two hashes take 0.1 on a quiet core
LEAST_CHARS: Final = 12  # NCSC, "Three random words": length counts, not kinds of characters
MOST_CHARS: Final = 200  # longer ones are a slip, or an attack on the hash
#: What people of a school choose first; all of at least LEAST_CHARS, in letters only.
_COMMON: Final = frozenset(
    {"passwordpassword", "password", "letmein", "welcome", "qwertyuiop", "qwertyuiopas", "iloveyou", "football"}
)


class Busy(RedactError):
    """Too many sign in at this moment."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("Too many people are signing in at this moment. Wait a minute, then try again.")


class Hashing:
    """Two places for hashes."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """Take a cheaper hasher for tests; the real one when not given."""
        self._hasher = hasher or PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._nobody = self._hasher.hash("nobody has this password")

    @contextlib.contextmanager
    def place(self) -> Iterator[None]:
        """Give one of the two places.

        Raises:
            Busy: none was free for ten seconds.
        """
        if not self._places.acquire(timeout=WAIT_S):
            raise Busy
        try:
            yield
        finally:
            self._places.release()

    def hash(self, password: str) -> str:
        """Return what is kept of a password; in a place."""
        return self._hasher.hash(password)

    def fits(self, kept: str | None, password: str) -> bool:
        """Return whether this is the password; in a place.  Nobody's password costs the same time."""
        try:
            self._hasher.verify(kept or self._nobody, password[:MOST_CHARS])
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None


def why_no_password(password: str, login: str) -> str | None:
    """Return why this may not be a password, None where it may."""
    if len(password) < LEAST_CHARS:
        return f"Use at least {LEAST_CHARS} characters: three random words are easy to remember"
    if len(password) > MOST_CHARS:
        return f"Use at most {MOST_CHARS} characters"
    letters = "".join(letter for letter in password.lower() if letter.isalpha())
    if letters in _COMMON or len(set(password.lower())) < 5 or login in password.lower():
        return "That is easily guessed: use three random words, without your login"
    return None
