"""Does a word stand on the roll?  Exact, or with the errors a reader makes; short names only nearly exact.

A skeleton is what is left of a word when letters that readers confuse are made equal (i, l and 1; m and rn), so that
such an error costs nothing.  What remains is counted as edits, and how many are allowed depends on the length.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from redact.pupils.roll import Pupil, Roll
from redact.redaction.names.words import fold, key_parts, may_be_other_word, ordinary_words

_CONFUSED = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("ii", "u"))  # letter pairs readers take for one
RESEMBLING_LENGTH = 8  # letters of a name that many errors leave recognisable; a choice
RESEMBLING_SHARE = 0.42  # of its letters that may be wrong; crossed-out print: 0.33 to 0.4
# Letters of a part that stands for a listed name, and its least share of the name; a choice.
FEWEST_INSIDE, INSIDE_SHARE = 4, 0.5
GAPS_READ = 0.6  # share of the letters of a spelt name that must have been read; a choice
TITLES = frozenset(("mr", "mrs", "ms", "miss", "mx", "dr", "sir", "madam", "prof", "rev", "father", "sister"))
SAME_START = 3  # letters that a short form of a forename shares with it: "Beth", "Sophie"; a choice
LEAST_PART = 3  # letters of a part of a word that is looked up by itself; "Al" in "Al-Hassan" says nothing
LONG_PART = 9  # letters of a part that may have a misread one: forename and surname in one; a choice
_ALIKE = str.maketrans("ijtyqv", "lllggu")  # letters readers take for each other


@dataclass(frozen=True, slots=True)
class RollMatch:
    """What a word stands for on the roll."""

    edits: int  # reader's errors assumed; 0: as listed
    forename_of: frozenset[int]  # pupils by their place on the roll
    surname_of: frozenset[int]
    is_ordinary: bool  # the listed name is an ordinary word too
    is_likely: bool = True  # as many letters, or the first or last ones cut off: what readers do even to sure words


@dataclass(frozen=True, slots=True)
class _Form:
    key: str
    skeleton: str
    forename_of: frozenset[int]
    surname_of: frozenset[int]


class RollIndex:
    """The forms of all names on a roll, ready to be looked up."""

    def __init__(self, roll: Roll) -> None:
        """Take every name, its hyphenated parts, and forename and surname written as one word; adults' names too."""
        fore: dict[str, set[int]] = {}
        sur: dict[str, set[int]] = {}
        everybody = (*roll.pupils, *roll.adults)
        self._first_adult = len(roll.pupils)
        self._permitted = frozenset(pair for adult in roll.permitted for pair in spellings_of(adult))
        for place, pupil in enumerate(everybody):
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
        self._forename_starts = [_starts(pupil.forenames) for pupil in everybody]
        self._forename_initials = [_initials(pupil.forenames) for pupil in everybody]
        self._surname_initials = [_initials(pupil.surnames) for pupil in everybody]
        self._cache: dict[tuple[str, int], RollMatch | None] = {}

    def match(self, key: str, extra_edits: int = 0) -> RollMatch | None:
        """Return what folded word `key` stands for; `extra_edits` more count where the context speaks for a name."""
        if (key, extra_edits) not in self._cache:
            self._cache[key, extra_edits] = self._look_up(key, extra_edits)
        return self._cache[key, extra_edits]

    def match_parts(self, parts: tuple[str, ...], fewest: int | None = None) -> RollMatch | None:
        """Return what the first of a word's `parts` stands for that is a listed name and no ordinary word.

        A log-in name of forename's initial and surname ("rtench2") counts too, and a long one with a misread letter:
        from `fewest` letters on, `LONG_PART` by itself.
        """
        for part in parts:
            form = self._forms.get(part)
            if (
                form is None
                and len(part) >= (LONG_PART if fewest is None else fewest)
                and (near := self.match(part)) is not None
                and not near.is_ordinary
            ):
                return near
            if form is not None and len(part) >= LEAST_PART and not may_be_other_word(part):
                return RollMatch(0, form.forename_of, form.surname_of, is_ordinary=False)
            surname = self._forms.get(part[1:])
            if surname is None or len(part) <= LEAST_PART + 1 or may_be_other_word(part):
                continue
            if part[0] in self.initials_of(surname.surname_of):
                return RollMatch(0, frozenset(), surname.surname_of, is_ordinary=False)
        return None

    def is_adults_alone(self, match: RollMatch) -> bool:
        """Say whether no pupil has the name, only adults."""
        return min(match.forename_of | match.surname_of, default=0) >= self._first_adult

    def is_adults_surname(self, key: str) -> bool:
        """Say whether folded `key` is the surname, as listed, of an adult who gave no permission."""
        form = self._forms.get(key)
        return form is not None and any(place >= self._first_adult for place in form.surname_of)

    def is_permitted(self, first: str, second: str) -> bool:
        """Say whether two folded words are the name of an adult who may be named: forename or title, and surname."""
        return (first, second) in self._permitted

    def matches_gaps(self, key: str) -> bool:
        """Say whether a listed name has the letters of `key`, of which "?" stands for any; most must be read."""
        read = sum(letter != "?" for letter in key)
        if read < max(LEAST_PART, GAPS_READ * len(key)):
            return False
        return is_nearly_spelt(key, self._forms)

    def is_listed(self, key: str) -> bool:
        """Say whether folded `key` is a listed name as it is spelt."""
        return key in self._forms

    def is_forename_alike(self, key: str) -> bool:
        """Say whether a listed forename is `key` but for letters that readers mistake: "maior" for Major."""
        shape = skeleton(key)
        return any(form.forename_of and form.key != key and form.skeleton == shape for form in self._forms.values())

    def is_nearly_spelt(self, key: str, wrong_share: float) -> bool:
        """Say whether a listed name, by as many letters, is `key` but for `wrong_share` of them."""
        return is_nearly_spelt(key, self._forms, wrong_share)

    def has_inside(self, key: str) -> bool:
        """Say whether `key` is a part of a listed name, and most of it."""
        return len(key) >= FEWEST_INSIDE and any(
            key.translate(_ALIKE) in form.key.translate(_ALIKE) and len(key) >= INSIDE_SHARE * len(form.key)
            for form in self._forms.values()
        )

    def resembles(self, key: str) -> bool:
        """Say whether `key` is one of the longer listed names, or forename and surname in one, with many errors."""
        if len(key) < RESEMBLING_LENGTH:
            return False
        shape = skeleton(key)
        longer = (form for form in self._forms.values() if len(form.key) >= RESEMBLING_LENGTH)
        return any(
            OSA.distance(shape, form.skeleton, score_cutoff=limit) <= limit
            for form in longer
            for limit in (int(RESEMBLING_SHARE * len(form.skeleton)),)
        )

    def initials_of(self, pupils: frozenset[int], *, of_surname: bool = False) -> frozenset[str]:
        """Return the first letters of these pupils' forenames, or of their surnames and their parts."""
        initials = self._surname_initials if of_surname else self._forename_initials
        return frozenset().union(*(initials[place] for place in pupils))

    def are_called_alike(self, key: str, pupils: frozenset[int]) -> bool:
        """Say whether a forename of these pupils begins as folded `key` does: "beth" for Bethany."""
        return any(key[:SAME_START] in self._forename_starts[place] for place in pupils)

    def has_saint(self, key: str) -> bool:
        """Say whether a listed name is "St" and folded `key` ("St John")."""
        return any(saint + key in self._forms for saint in ("st", "saint"))

    def _look_up(self, key: str, extra_edits: int) -> RollMatch | None:
        form = self._forms.get(key)
        if form is not None:
            return RollMatch(0, form.forename_of, form.surname_of, may_be_other_word(key))
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
            any(may_be_other_word(f.key) for f in best),
            any(
                len(f.skeleton) == len(shape) or f.skeleton.startswith(shape) or f.skeleton.endswith(shape)
                for f in best
            ),
        )


def is_nearly_spelt(key: str, names: Iterable[str], wrong_share: float = 0.0) -> bool:
    """Say whether one of `names` is as long as `key`, and all but `wrong_share` of its letters (0..1) stand in place.

    "?" stands for a letter that was not read; an I on a balloon is read as O.
    """
    wanted, most = key.translate(_ALIKE), int(wrong_share * len(key))
    return any(
        len(name) == len(key)
        and sum(a not in ("?", b) and (a, b) != ("o", "l") for a, b in zip(wanted, name.translate(_ALIKE), strict=True))
        <= most
        for name in names
    )


def spellings_of(adult: Pupil) -> Iterator[tuple[str, str]]:
    """Yield forename or title, and surname, of an adult, folded."""
    for surname in map(fold, adult.surnames):
        yield from ((first, surname) for first in (*map(fold, adult.forenames), *TITLES))


def _starts(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(part[:SAME_START] for name in names for part in (fold(name), *key_parts(name)) if part)


def _initials(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(part[0] for name in names for part in (fold(name), *key_parts(name)) if part)


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
