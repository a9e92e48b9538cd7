"""Which pupil a person means who gives a name and not a number."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from redact.pupils.roll import Pupil
from redact.store.pupils import reading
from redact.workspace.open import Workspace


@dataclass(frozen=True, slots=True)
class FoundPupil:
    """A pupil whose name fits."""

    pupil: Pupil
    has_left: bool


def find_pupils(workspace: Workspace, words: str, school: str | None = None) -> tuple[FoundPupil, ...]:
    """Return the pupils of whose names each word of `words` begins one; those who left come last.

    Raises:
        DatabaseFault: the database does not answer.
    """
    with workspace.database.read() as connection:
        known = reading.read_every_pupil(connection)
    found = [
        FoundPupil(pupil, has_left)
        for pupil, has_left in known.values()
        if school in {None, pupil.school} and fits(pupil, words)
    ]
    return tuple(sorted(found, key=lambda one: (one.has_left, one.pupil.upn)))


def fits(pupil: Pupil, words: str) -> bool:
    """Say whether each word begins one of the pupil's names, in any case and without regard to accents."""
    asked = _words((words,))
    names = [name for apart in ("", " ") for name in _words((*pupil.forenames, *pupil.surnames), apart)]
    return bool(asked) and all(any(name.startswith(word) for name in names) for word in asked)


def _words(texts: Iterable[str], apostrophe: str = "") -> tuple[str, ...]:
    """Return the words of names, folded; "O'Rourke" is one, or two where an apostrophe is a space."""
    apart = unicodedata.normalize("NFKD", " ".join(texts)).casefold()
    letters = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return tuple("".join(sign if sign.isalnum() else " " for sign in re.sub("['\u2019]", apostrophe, letters)).split())
