"""Names that a hyphen breaks at the end of a line: "Okon-" above "kwo"; both halves are covered."""

from __future__ import annotations

from redact.redaction.names.layout import next_below
from redact.redaction.names.page import STRONG_LENGTH, Found, Mark, Page
from redact.redaction.names.words import Token, forenames, ordinary_words
from redact.redaction.values import NameReason

HYPHENS = ("-", "\u00ad", "\u2010", "\u2011", "\u2013")


def split(page: Page, found: Found) -> Found:
    """Find names of which one half ends a line with a hyphen and the other begins the line below."""
    for i, line in enumerate(page.lines):
        below = next_below(page.frames, i) if page.tokens[i] and line.text.rstrip().endswith(HYPHENS) else None
        if below is not None and page.tokens[below]:
            halves = page.tokens[i][-1], page.tokens[below][0]
            if (mark := _joined(page, *halves)) is not None:
                found = found.with_words(halves, mark)
    return found


def _joined(page: Page, first: Token, second: Token) -> Mark | None:
    """Return the mark of a name that two halves give together; None where they give a word, or nothing known."""
    key = first.key + second.key
    if not first.is_capital or not key.isalpha() or len(key) < STRONG_LENGTH:
        return None
    match = page.roll.match(key) if page.roll is not None else None
    if match is not None and key not in ordinary_words():
        return Mark(NameReason.ON_ROLL, 0.9, is_certain=match.edits == 0)
    if key in forenames() and key not in ordinary_words():
        return Mark(NameReason.FORENAME, 0.5, is_certain=False)
    return None
