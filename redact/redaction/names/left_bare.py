"""Names of adults that stay on a picture because of a permission in writing: where they are, and whose.

Threat: a teacher takes the permission back, and the copies and posts with the name on the door stand on, because nobody
wrote down which copies those are.
Rule: what would be covered if nobody had such a permission, and is not, is left bare by one; its words say whose it
is: all adults of that name.  What cannot be traced to a name is covered and asked about, unless another name on the
picture is left bare: then it counts as a part of that.
Accepted residue: a name that the reader of text did not see is not recorded, as it would not have been covered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from redact.pupils.roll import Roll
from redact.redaction.names.find import Looked, hits_of, look
from redact.redaction.names.page import Found, Page
from redact.redaction.names.words import Token
from redact.redaction.values import NameHit


@dataclass(frozen=True, slots=True)
class LeftBare:
    """A place that only permissions leave bare."""

    hit: NameHit  # as it would have been found
    adults: tuple[str, ...]  # numbers of those whose name it is, or may be; empty: nobody knows


def find_left_bare(looked: Looked, roll: Roll | None) -> tuple[LeftBare, ...]:
    """Return the names that stay on one picture by a permission.

    Args:
        looked: what was found with `roll`.
        roll: the names that were looked for, with the adults who may be named.
    """
    if roll is None or not roll.permitted:
        return ()
    strict = look(looked.page.lines, _without_permissions(roll), looked.page.side_px)
    gone = Looked(strict.page, _difference(strict.found, looked.found))
    found = [(hit, _whose(strict.page, roll, words)) for hit, words in hits_of(gone)]
    everybody = frozenset().union(*(adults for _, adults in found))
    return tuple(LeftBare(hit, tuple(sorted(adults or everybody))) for hit, adults in found)


@lru_cache(maxsize=4)
def _without_permissions(roll: Roll) -> Roll:
    """Return the roll as it were if no adult might be named: those who may stand behind all others."""
    return replace(roll, adults=(*roll.adults, *roll.permitted), permitted=())


def _difference(strict: Found, found: Found) -> Found:
    words = {at: mark for at, mark in strict.words.items() if at not in found.words and at[0] not in found.lines}
    lines = {i: mark for i, mark in strict.lines.items() if i not in found.lines}
    return Found(words, lines, tuple(each for each in strict.places if each not in found.places))


def _whose(page: Page, roll: Roll, words: Sequence[Token]) -> frozenset[str]:
    """Return the adults with permission who are called so: those of whom both names are there, else all."""
    first = len(roll.pupils) + len(roll.adults)
    matches = [match for word in words if (match := page.match(word)) is not None]
    forenames = frozenset().union(*(match.forename_of for match in matches))
    surnames = frozenset().union(*(match.surname_of for match in matches))
    full, places = forenames & surnames, frozenset[int]()
    for match in matches:
        called = match.forename_of | match.surname_of
        places |= called & full or called
    return frozenset(roll.permitted[place - first].upn for place in places if place >= first)
