"""What stands beside a name: surnames, initials, words that are also names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from redact.redaction.names.around import SAME_SHAPE
from redact.redaction.names.context import ends_name
from redact.redaction.names.layout import next_right
from redact.redaction.names.page import GARBLED, Found, Mark, Page
from redact.redaction.names.rules.evidence import INITIAL_S
from redact.redaction.names.rules.particles import PARTICLES
from redact.redaction.names.words import Token, is_inflected
from redact.redaction.values import NameReason

LEAST_MISREAD = 3  # letters of a forename that was read with errors; shorter ones are "by" and "to" with one; a choice
CUT_OFF = 1.5  # line heights between a name and an initial that the locator cut off from it; a choice


def initialled(page: Page, found: Found) -> Found:
    """Find a surname that is a word too beside its pupil's other initial: "Park J", "J. King"."""
    for left, right in (pair for tokens in page.tokens for pair in pairwise(tokens)):
        name, initial = (left, right) if right.is_initial else (right, left)
        if found.has(name) or not initial.is_initial or not name.is_capital or left.has_colon:
            continue
        is_word = initial is left and left.key in {"a", "i"} and not left.after.startswith(".")
        before = page.tokens[left.line][left.place - 1] if left.place else None
        opens = before is None or before.is_number or bool(before.after.strip())
        match = page.named(name)
        if page.roll is None or match is None or is_word or not opens:
            continue
        if initial.key in page.roll.initials_of(match.surname_of):
            found = found.with_words([left, right], Mark(NameReason.WORD_TOO, 0.5, is_certain=False))
    return found


def pairs(page: Page, found: Found) -> Found:
    """Find forename and surname of one pupil side by side, in either order, though both be ordinary words."""
    for left, right in (pair for tokens in page.tokens for pair in _side_by_side(tokens)):
        a, b = page.match(left), page.match(right)
        is_left = left.is_capital or left.raw[:1] in SAME_SHAPE  # "kit Sandal", whose K was read as a small one
        is_small = left.raw.islower() and right.raw.islower() and found.has(right)  # "hope ainsworth"
        if a is None or b is None or not (is_small or (is_left and right.is_capital)):
            continue
        if a.forename_of & b.surname_of or a.surname_of & b.forename_of:
            found = found.with_words([left, right], Mark(NameReason.ON_ROLL, 0.9))
    return found


def _side_by_side(tokens: Sequence[Token]) -> Iterator[tuple[Token, Token]]:
    """Yield the words that stand side by side, also those with nothing but particles between: "Greet van Houten"."""
    yield from pairwise(tokens)
    bare = [token for token in tokens if token.key not in PARTICLES]
    yield from ((left, right) for left, right in pairwise(bare) if right.place > left.place + 1)


def company(page: Page, found: Found) -> Found:
    """Find what stands beside a name and belongs to it: left to right, so that it carries on to a second surname."""
    for left, right in (pair for tokens in page.tokens for pair in pairwise(tokens)):
        if found.has(left) and _joins(page, left, right) and not _goes_on(page, found, left, right):
            found = found.with_words([right], _beside(found, left))
        elif found.has(right) and (_leads(page, left) or _is_misread_before(page, left, right)):
            found = found.with_words([left], _beside(found, right))
    return found


def _beside(found: Found, token: Token) -> Mark:
    """Return the mark of what stands beside `token`, as sure as that one's."""
    return Mark(NameReason.BESIDE, 0.7, found.words[token.line, token.place].is_certain)


def _leads(page: Page, left: Token) -> bool:
    """Say whether `left` belongs to the name behind it: an initial, a listed name, or what was read badly."""
    if (left.is_initial and left.key != "i") or page.is_listed_capital(left):
        return True
    is_garbled = page.lines[left.line].score < GARBLED and left.is_capital and not left.has_colon
    return is_garbled and not (left.is_number or left.is_ordinary or left.is_nearly_ordinary)


def _is_misread_before(page: Page, left: Token, right: Token) -> bool:
    """Say whether a line is a word that no list knows and a pupil's surname: "bech Maliszewski", whose L reads as b."""
    match = page.named(right)
    is_word = left.is_number or left.is_ordinary or left.is_nearly_ordinary or len(left.key) < LEAST_MISREAD
    return match is not None and bool(match.surname_of) and len(page.tokens[left.line]) == 2 and not is_word


def _joins(page: Page, left: Token, right: Token) -> bool:
    is_last = right.place + 1 == len(page.tokens[right.line])
    is_end = is_last and right.raw in SAME_SHAPE - {"x"}  # a small v that is a V; an x is a kiss
    is_initial = right.is_initial or right.raw == "0" or INITIAL_S.fullmatch(right.raw)  # a nought is a misread O
    if is_initial or is_end or page.is_listed_capital(right):
        return True
    is_owned = right.is_ordinary and (left.is_possessive or "," in left.after)  # "SACHA'S TRAY", "Florence, Italy"
    if page.is_address(right.raw) and left.key not in right.key:  # where a photo is from, not of whom
        return False
    if right.is_number or right.is_class or ends_name(right) or not right.is_capital or left.has_colon or is_owned:
        return False
    return not right.is_ordinary or len(page.words(right.line)) == 2


def _goes_on(page: Page, found: Found, left: Token, right: Token) -> bool:
    """Say whether an ordinary word with an ending goes on behind a word that is a name too: "Rose Deserves This"."""
    mark = found.mark(left)
    is_read = mark is not None and mark.reason is NameReason.WORD_TOO and left.is_ordinary
    return is_read and is_inflected(right.key) and page.match(right) is None


def stray_initials(page: Page, found: Found) -> Found:
    """Find an initial that the locator cut off from its name: to the right of it, as a line of its own."""
    for i, tokens in enumerate(page.tokens):
        if not tokens or not found.has(tokens[-1]):
            continue
        other = next_right(page.frames, i)
        if other is not None and len(page.tokens[other]) == 1 and page.tokens[other][0].is_initial:
            along, _ = page.frames[i].offset(page.frames[other])
            gap = along - page.frames[i].half_width - page.frames[other].half_width
            if gap < CUT_OFF * page.frames[i].height:
                found = found.with_words(page.tokens[other], _beside(found, tokens[-1]))
    return found
