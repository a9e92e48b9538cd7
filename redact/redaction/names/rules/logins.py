"""Names on log-in cards: what stands before "pass:" or behind "Username:", whatever digits a reader made letters of.

Threat: "robin5" reads as "Robins", "yaw1" as "Yawi": no list knows them, and a pupil's account is published.
Rule: such a word is covered, and asked about, unless it is an ordinary one that no pupil is called.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from redact.redaction.names.page import STRONG_LENGTH, Found, Mark, Page
from redact.redaction.names.words import Token, word_set
from redact.redaction.values import NameReason

_PASSES = word_set("pass password passcode passphrase passwd pword pw pin")
_USERS = word_set("user username login logon userid")
_OF_PLACES = word_set("wifi wireless network guest school class router zoom site website computer laptop ipad tablet")
MOST_BEFORE = 2  # words of a log-in name before its pass word; a choice


def logins(page: Page, found: Found) -> Found:
    """Find the log-in names."""
    for tokens in page.tokens:
        for token in _named(tokens):
            listed = page.roll is not None and any(map(page.roll.is_listed, token.lost_parts(STRONG_LENGTH)))
            is_known = listed or page.may_be_name(token, 1) or page.named(token) is not None
            if not found.has(token) and (is_known or not token.is_ordinary):
                found = found.with_words([token], Mark(NameReason.INTRODUCED, 0.5, is_certain=False))
    return found


def _named(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield the words of a line where a log-in name stands."""
    for at, token in enumerate(tokens):
        before = [t for t in tokens[:at] if t.key not in _USERS]
        if token.key in _PASSES and token.has_colon and len(before) <= MOST_BEFORE:
            if not any(t.key in _OF_PLACES for t in before):
                yield from before
            return
        if token.key in _USERS and token.has_colon:
            yield from (t for t in tokens[at + 1 : at + 2] if t.key not in _PASSES)
