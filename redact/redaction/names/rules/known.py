"""A word that can hardly be anything but a name: on the roll, or a common forename."""

from __future__ import annotations

from redact.redaction.names.page import SHORT_LINE, STRONG_LENGTH, Found, Mark, Page
from redact.redaction.names.roll_index import RollMatch
from redact.redaction.names.words import NAMES_FIRST, Token, is_compound, ordinary_words
from redact.redaction.values import NameReason

LEAST_SMALL = 3  # words in small letters beside which a name in small letters may be one; a choice
SAINT = frozenset(("st", "saint", "sts"))
SHORT_WORD = 5  # letters of a word of which one more or less makes another one; a choice
SURELY_READ = 0.99  # reader's score from which no inner letter is lost; one was, of 3,300 made names, at 0.91


def known(page: Page, found: Found) -> Found:
    """Find the words that are names by themselves."""
    for token in (token for tokens in page.tokens for token in tokens):
        is_word = token.is_ordinary and not _is_listed_first(page, token)
        if is_word or token.is_number or is_saint(page, token):
            continue
        match = page.match(token)
        if match is not None and _is_strong(page, token, match):
            is_small_word = token.key in NAMES_FIRST and token.raw.islower()  # "moss", found on a walk
            is_sure = not (is_small_word or _is_small_among_words(page, token))
            score = max(0.5, token.score - 0.1 * match.edits) if is_sure else 0.5
            found = found.with_words([token], Mark(NameReason.ON_ROLL, score, is_sure))
        elif match is None and token.is_forename and token.is_capital and len(token.key) > STRONG_LENGTH:
            found = found.with_words([token], Mark(NameReason.FORENAME, 0.8 * token.score, is_certain=False))
    return found


def _is_small_among_words(page: Page, token: Token) -> bool:
    """Say whether a name stands in small letters among words in small letters: "nick", "knock" of a spelling list."""
    if not (token.raw.islower() and token.raw.isalpha()):  # "nick7" is a log-in name
        return False
    small = [words for i in range(len(page.lines)) if (words := page.words(i)) and all(w.raw.islower() for w in words)]
    others = [word for words in small for word in words if word is not token and word.is_ordinary]
    return page.words(token.line) in small and len(others) >= LEAST_SMALL


def _is_listed_first(page: Page, token: Token) -> bool:
    """Say whether a word is a name first where the roll has it: "Noble", or of two words, "Featherstone"."""
    is_first = token.key in NAMES_FIRST or (token.key not in ordinary_words() and is_compound(token.key))
    return is_first and page.roll is not None and page.roll.is_listed(token.key)


def is_saint(page: Page, token: Token) -> bool:
    """Say whether `token` is the saint of a church or school ("St Mary's") and no pupil's surname."""
    before = page.tokens[token.line][token.place - 1].key if token.place else ""
    return before in SAINT and not (page.roll is not None and page.roll.has_saint(token.key))


def _is_strong(page: Page, token: Token, match: RollMatch) -> bool:
    is_sharp = len(token.key) <= SHORT_WORD and token.score >= SURELY_READ
    parts = (*token.parts, token.key)
    is_login = page.roll is not None and page.roll.match_parts(parts) is not None  # "holt2", "AKhan"
    if match.edits and is_sharp and not (match.is_likely or is_login):
        return False  # "ELVIS" is no Luis, "TOUS" no Louis
    if match.edits:
        is_short_line = token.is_capital and len(page.words(token.line)) <= SHORT_LINE
        return not match.is_ordinary and (len(token.key) > STRONG_LENGTH + 1 or is_short_line)
    return len(token.key) > STRONG_LENGTH or (len(token.key) == STRONG_LENGTH and token.is_capital)
