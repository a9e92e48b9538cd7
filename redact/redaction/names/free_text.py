"""Does a sentence that a person wrote name a pupil?  What goes into the audit log can never be taken out of it.

A word that stands for a listed name alone counts; one that is an ordinary word too (will, grace, smith) counts with a
capital letter inside a sentence, and beside another name of the same pupil however it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from redact.pupils.roll import Pupil
from redact.redaction.names.words import fold, key_parts, ordinary_words

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"['\u2019]s?$")
_LEAST_ALONE = 3  # letters of a name that says something alone; "Al" and "Li" need company


class KnownNames:
    """Names of people, made ready to be looked for in sentences: only whose name a sentence has is asked about."""

    def __init__(self, people: Iterable[Pupil]) -> None:
        """Take everybody's forenames and surnames, their parts, and both written as one word."""
        self._people: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
        self._by_key: dict[str, list[int]] = {}
        for place, pupil in enumerate(people):
            fore, sur = _parts(pupil.forenames), _parts(pupil.surnames)
            self._people.append((fore, sur))
            for key in {*fore, *sur, *(f + s for f in fore for s in sur)}:
                self._by_key.setdefault(key, []).append(place)

    def among(self, keys: Iterable[str]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
        """Yield forenames and surnames of those who have a name among these words, in their order."""
        yield from (self._people[at] for at in sorted({at for key in keys for at in self._by_key.get(key, ())}))


def name_in(text: str, known: KnownNames) -> str | None:
    """Return the words of `text` that name somebody, None where none does."""
    words = [(found[0], found.start()) for found in _WORD.finditer(text)]
    keys = [fold(_POSSESSIVE.sub("", word)) for word, _ in words]
    for fore, sur in known.among(keys):
        for (one, other), (first, second) in zip(pairwise(keys), pairwise(words), strict=True):
            if (one in fore and other in sur) or (one in sur and other in fore):
                return text[first[1] : second[1] + len(second[0])]
        for key, (word, at) in zip(keys, words, strict=True):
            is_whole = any(key in (f + s, s + f) for f in fore for s in sur)
            is_one = key in (*fore, *sur) and len(key) >= _LEAST_ALONE
            if is_whole or (is_one and (key not in ordinary_words() or _is_written_as_name(text, word, at))):
                return word
    return None


def _parts(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for name in names for part in key_parts(name)))


def _is_written_as_name(text: str, word: str, at: int) -> bool:
    """Say whether a word has a capital letter that no beginning of a sentence asks for."""
    before = text[:at].rstrip()
    return word[0].isupper() and bool(before) and before[-1] not in ".:("
