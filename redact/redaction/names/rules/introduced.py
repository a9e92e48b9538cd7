"""What follows "awarded to", "Name:", "by": on the same line, to the right of it, or below it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from redact.redaction.names.around import GROUPS, WEEKDAYS
from redact.redaction.names.context import MOST_WORDS, Strength, ends_name, introductions
from redact.redaction.names.layout import are_neighbours, next_below, next_right
from redact.redaction.names.page import SHORT_LINE, Found, Mark, Page
from redact.redaction.names.rules.lists import is_nameish
from redact.redaction.names.words import Token
from redact.redaction.values import NameReason

ROW_GAP = 1.0  # line heights between two pieces of one name; a choice


def introduced(page: Page, found: Found) -> Found:
    """Find the names that words before them introduce."""
    for i, tokens in enumerate(page.tokens):
        for intro in introductions(tokens):
            if intro.end < len(tokens):
                found, _ = _take(page, found, tokens[intro.end :], intro.strength)
            else:
                found = _take_next_line(page, found, i, intro.strength)
    return found


def _take_next_line(page: Page, found: Found, i: int, strength: Strength) -> Found:
    """Look for the name to the right of an introduction that ends its line; else below it."""
    below = next_below(page.frames, i)
    after = next_below(page.frames, below) if below is not None and page.is_doubtful(below) else None
    for other in (next_right(page.frames, i), below, after):
        if other is None:
            continue
        found, is_taken = _take_line(page, found, other, strength)
        if is_taken and not page.is_doubtful(other):
            return _take_row(page, found, other, strength)
    return found


def _take_row(page: Page, found: Found, i: int, strength: Strength) -> Found:
    """Take the rest of a name that the locator cut into two boxes of one row, before or after line `i`."""
    before = [j for j in range(len(page.lines)) if next_right(page.frames, j) == i]
    for other in (next_right(page.frames, i), *before):
        if other is None or len(page.words(i)) + len(page.words(other)) > MOST_WORDS:
            continue
        if not page.is_doubtful(other) and are_neighbours(page.frames[i], page.frames[other], ROW_GAP):
            found, _ = _take_line(page, found, other, strength)
    return found


def _take_line(page: Page, found: Found, i: int, strength: Strength) -> tuple[Found, bool]:
    tokens, words = page.tokens[i], page.words(i)
    if strength is Strength.HINT:
        is_name = len(words) <= SHORT_LINE and all(is_nameish(page, found, word) for word in words)
        return _take(page, found, tokens, strength) if is_name else (found, False)
    if page.is_doubtful(i):
        return found.with_line(i, Mark(NameReason.INTRODUCED, 0.0)), True
    return _take(page, found, tokens, strength)


def _take(page: Page, found: Found, tokens: Sequence[Token], strength: Strength) -> tuple[Found, bool]:
    """Find the name that `tokens` begin with, if they do; say whether."""
    first = tokens[0] if tokens else None
    name = list(
        takewhile(lambda token: _continues_name(page, token, strength, is_first=token is first), tokens[:MOST_WORDS])
    )
    if strength is Strength.HINT and _is_of_group(name, tokens):
        return found, False
    for token in name:
        found = found.with_words([token], Mark(NameReason.INTRODUCED, max(0.5, token.score)))
    return found, bool(name)


def _is_of_group(name: Sequence[Token], tokens: Sequence[Token]) -> bool:
    """Say whether a word, and what stands behind it, name a place or a group: "Welcome to Ivy Lane"."""
    is_word = len(name) in {1, 2} and name[0].is_ordinary and not name[0].after.strip() and len(tokens) > 1
    return is_word and not name[0].is_possessive and tokens[1].key in GROUPS


def _continues_name(page: Page, token: Token, strength: Strength, *, is_first: bool) -> bool:
    if token.key in WEEKDAYS and page.named(token) is None:  # the heading of a register: "Name | Mon | Tue"
        return False
    if page.may_be_name(token, 1) and (token.is_capital or not ends_name(token)):
        return token.is_capital or not (token.is_ordinary or strength is Strength.HINT)
    if ends_name(token) or strength is Strength.HINT:
        return False
    if is_first and strength is Strength.START:  # "By order", "Name day"
        return not token.is_ordinary
    return token.is_capital or not (token.is_ordinary or token.is_nearly_ordinary)
