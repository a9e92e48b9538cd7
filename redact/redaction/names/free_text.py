"""Does a sentence that a person wrote name a pupil?  What goes into the audit log can never be taken out of it.

A word that stands for a listed name alone counts; one that is an ordinary word too (will, grace, smith) counts with a
capital letter inside a sentence or behind an initial, and beside another name of the same pupil however it is written.
So do names that are written as log-ins are (jsmith, smithj), with letters apart (J a c o b), and with invisible
characters between their letters: a text is judged as it reads, not as it is coded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from redact.pupils.roll import Pupil
from redact.redaction.names.words import fold, is_inflected, key_parts, ordinary_words

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"['\u2019]s?$")
_INITIAL = re.compile(r"(?<!\w)[^\W\d_]\.\Z")
_SPELLED = re.compile(r"(?<!\w)(?:[^\W\d_][ .\-]+){2,}[^\W\d_](?!\w)")  # "J a c o b", "J-a-c-o-b"
_LEAST_ALONE = 3  # letters of a name that says something alone; "Al" and "Li" need company
_LEAST_OF_LOG_IN = 4  # letters of a surname that an initial stands with: "bread" is no Ben Read's; a choice
_LEAST_POSSESSED = 5  # letters of "Jacobs photo"; "anns" is rather a misspelling; a choice
_BEGIN_SURNAMES = frozenset(
    ("o", "mac", "mc", "van", "von", "de", "la", "le", "di", "du", "da", "al", "el", "st", "fitz")
)


def as_read(text: str) -> str:
    """Return a text as it reads: letters composed with their accents, and no invisible ones (soft hyphens).

    A name that was pasted from a Mac's file name has its accents beside its letters, and no rule would find it.
    """
    return "".join(sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) != "Cf")


class KnownNames:
    """Names of people, prepared to be looked up in sentences."""

    def __init__(self, people: Iterable[Pupil]) -> None:
        """Take everybody's forenames and surnames, their parts, and both written as one word."""
        self._people: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
        self._by_key: dict[str, list[int]] = {}
        for place, pupil in enumerate(people):
            fore, sur = _parts(pupil.forenames), _parts(pupil.surnames)
            self._people.append((fore, sur))
            for key in {*fore, *sur, *_whole(fore, sur), *_log_ins(fore, sur)}:
                self._by_key.setdefault(key, []).append(place)

    def among(self, keys: Iterable[str]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
        """Yield forenames and surnames of those who have a name among these words, in their order."""
        yield from (self._people[at] for at in sorted({at for key in keys for at in self._by_key.get(key, ())}))


def name_in(text: str, known: KnownNames) -> str | None:
    """Return the words of `text` that name somebody, as they read; None where none does."""
    text = as_read(text)
    words = [(found[0], found.start()) for found in _WORD.finditer(text)]
    keys = [fold(_POSSESSIVE.sub("", word)) for word, _ in words]
    further = list(_further(text, words, keys))
    for fore, sur in known.among([*keys, *(key for key, _ in further)]):
        for (one, other), (first, second) in zip(pairwise(keys), pairwise(words), strict=True):
            if (one in fore and other in sur) or (one in sur and other in fore):
                return text[first[1] : second[1] + len(second[0])]
        for key, (word, at) in zip(keys, words, strict=True):
            is_whole = key in _whole(fore, sur) or key in _log_ins(fore, sur)
            is_one = key in (*fore, *sur) and len(key) >= _LEAST_ALONE
            if is_whole or (is_one and (key not in ordinary_words() or _is_written_as_name(text, word, at))):
                return word
        for key, written in further:
            if key in {*fore, *sur, *_whole(fore, sur)}:
                return written
    return None


def _further(text: str, words: Sequence[tuple[str, int]], keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield what else may be meant, with its spelling: letters apart, surnames in two words, a lost apostrophe."""
    yield from ((fold(found[0]), found[0]) for found in _SPELLED.finditer(text))
    for (one, other), (first, second) in zip(pairwise(keys), pairwise(words), strict=True):
        if one in _BEGIN_SURNAMES and second[0][0].isupper():
            yield one + other, text[first[1] : second[1] + len(second[0])]
    for key, (word, _) in zip(keys, words, strict=True):
        if key.endswith("s") and len(key) >= _LEAST_POSSESSED and key not in ordinary_words() and not is_inflected(key):
            yield key[:-1], word


def _whole(fore: Iterable[str], sur: Iterable[str]) -> frozenset[str]:
    """Return forename and surname written as one word, either first."""
    surnames = tuple(sur)
    return frozenset(made for one in fore for other in surnames for made in (one + other, other + one))


def _log_ins(fore: Iterable[str], sur: Iterable[str]) -> frozenset[str]:
    """Return how these names are written as log-ins, as far as no ordinary word is written so."""
    long = [name for name in sur if len(name) >= _LEAST_OF_LOG_IN]
    made = {made for name in long for other in fore for made in (other[:1] + name, name + other[:1])}
    return frozenset(each for each in made - ordinary_words() if not is_inflected(each))  # "reads" is no Read, S.


def _parts(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for name in names for part in (*key_parts(name), fold(name)) if part))


def _is_written_as_name(text: str, word: str, at: int) -> bool:
    """Return whether a word has a capital that is not explained by the start of a sentence; "J. Smith" starts none."""
    before = text[:at].rstrip()
    is_inside = bool(before) and before[-1] not in ".:("
    return word[0].isupper() and (is_inside or _INITIAL.search(before) is not None)
