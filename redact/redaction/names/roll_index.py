"""Does a word stand on the roll?  Exact, or with the errors a reader makes; short names only nearly exact.

A skeleton is what is left of a word when letters that readers confuse are made equal (i, l and 1; m and rn), so that
such an error costs nothing.  What remains is counted as edits, and how many are allowed depends on the length.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from redact.pupils.roll import Roll
from redact.redaction.names.words import fold, key_parts, ordinary_words

_CONFUSED = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("ii", "u"))  # letter pairs readers take for one
_ALIKE = str.maketrans("ijtyqv", "lllggu")  # letters readers take for each other


@dataclass(frozen=True, slots=True)
class RollMatch:
    """What a word stands for on the roll."""

    edits: int  # reader's errors assumed; 0: as listed
    forename_of: frozenset[int]  # pupils by their place on the roll
    surname_of: frozenset[int]
    is_ordinary: bool  # the listed name is an ordinary word too


@dataclass(frozen=True, slots=True)
class _Form:
    key: str
    skeleton: str
    forename_of: frozenset[int]
    surname_of: frozenset[int]


class RollIndex:
    """The forms of all names on a roll, ready to be looked up."""

    def __init__(self, roll: Roll) -> None:
        """Take every name, its hyphenated parts, and forename and surname written as one word."""
        fore: dict[str, set[int]] = {}
        sur: dict[str, set[int]] = {}
        for place, pupil in enumerate(roll.pupils):
            for forms, names in ((fore, pupil.forenames), (sur, pupil.surnames)):
                for name in names:
                    for key in {fold(name), *(part for part in key_parts(name) if len(part) > 2)}:
                        forms.setdefault(key, set()).add(place)
            for forename in map(fold, pupil.forenames):
                for surname in map(fold, pupil.surnames):
                    for glued in (forename + surname, surname + forename):
                        fore.setdefault(glued, set()).add(place)
                        sur.setdefault(glued, set()).add(place)
        self._forms = {
            key: _Form(key, skeleton(key), frozenset(fore.get(key, ())), frozenset(sur.get(key, ())))
            for key in sorted({*fore, *sur} - {""})
        }
        self._cache: dict[tuple[str, int], RollMatch | None] = {}

    def match(self, key: str, extra_edits: int = 0) -> RollMatch | None:
        """Return what folded word `key` stands for; `extra_edits` more count where the context speaks for a name."""
        if (key, extra_edits) not in self._cache:
            self._cache[key, extra_edits] = self._look_up(key, extra_edits)
        return self._cache[key, extra_edits]

    def _look_up(self, key: str, extra_edits: int) -> RollMatch | None:
        form = self._forms.get(key)
        if form is not None:
            return RollMatch(0, form.forename_of, form.surname_of, key in ordinary_words())
        if key in ordinary_words():
            return None
        shape = skeleton(key)
        best: list[_Form] = []
        fewest = 99
        for form in self._forms.values():
            allowed = allowed_edits(form.key) + (extra_edits if len(form.key) >= 5 else 0)
            edits = OSA.distance(shape, form.skeleton, score_cutoff=min(allowed, fewest))
            if edits > min(allowed, fewest):
                continue
            if edits < fewest:
                best, fewest = [], edits
            best.append(form)
        if not best:
            return None
        return RollMatch(
            max(fewest, 1),
            frozenset().union(*(f.forename_of for f in best)),
            frozenset().union(*(f.surname_of for f in best)),
            any(f.key in ordinary_words() for f in best),
        )


def skeleton(key: str) -> str:
    """Return `key` with the letters that readers confuse made equal."""
    for pair, single in _CONFUSED:
        key = key.replace(pair, single)
    return key.translate(_ALIKE)


def allowed_edits(key: str) -> int:
    """Return how many reader's errors a listed name may suffer: none up to 3 letters, then one for every four."""
    return 0 if len(key) < 4 else min(3, len(key) // 4)


@lru_cache(maxsize=4)
def index_of(roll: Roll) -> RollIndex:
    """Return the index of `roll`; the last few are kept, since a batch of photos shares one roll."""
    return RollIndex(roll)
