"""Names of adults: a title and a surname; and those who gave permission in writing, who may be named.

Threat: a teacher who never agreed to be on the website is named there by a door sign.
Rule: the names of adults of the register are looked for as pupils' names are, and behind a title also where they are
ordinary words ("Mrs Green").  The full name, or title and surname, of an adult who may be shown for every purpose
stays, unless a pupil or an adult without permission has both names, or such an adult the surname behind the title.
What stays so is on record with the copy (../left_bare.py), and is recalled when the permission ends.
Accepted residue: adults whom nobody entered are found as any common forename is, and behind no title.
"""

from __future__ import annotations

from itertools import pairwise

from redact.redaction.names.page import Found, Mark, Page
from redact.redaction.names.roll_index import TITLES
from redact.redaction.names.words import Token
from redact.redaction.values import NameReason


def titled(page: Page, found: Found) -> Found:
    """Find surnames of adults behind their titles."""
    if page.roll is None:
        return found
    for title, name in (pair for tokens in page.tokens for pair in pairwise(tokens)):
        if title.key in TITLES and name.is_capital and page.roll.is_adults_surname(name.key):
            found = found.with_words([name], Mark(NameReason.ON_ROLL, 0.9))
    return found


def without_permitted(page: Page, found: Found) -> Found:
    """Return what is found without the names of adults who may be named."""
    if page.roll is None:
        return found
    pairs = (pair for tokens in page.tokens for pair in pairwise(tokens))
    return found.without(token for pair in pairs if _may_be_named(page, *pair) for token in pair)


def _may_be_named(page: Page, first: Token, second: Token) -> bool:
    """Say whether two words are an adult's who may be named, and nobody's who may not."""
    if page.roll is None or not page.roll.is_permitted(first.key, second.key):
        return False
    if first.key in TITLES:
        return not page.roll.is_adults_surname(second.key)
    a, b = page.match(first), page.match(second)
    return a is None or b is None or not a.forename_of & b.surname_of


def is_adults(page: Page, run: list[Token]) -> bool:
    """Say whether all that the roll knows of some words is an adult's name."""
    matches = [match for token in run if (match := page.match(token)) is not None]
    return page.roll is not None and bool(matches) and all(map(page.roll.is_adults_alone, matches))
