"""Short lines of names that stand together: words that are also names count there, and unknown ones too."""

from __future__ import annotations

from collections.abc import Sequence

from redact.redaction.names.layout import Frame, are_neighbours
from redact.redaction.names.page import SHORT_LINE, Found, Mark, Page
from redact.redaction.names.words import Token, ordinary_words
from redact.redaction.values import NameReason

LIST_LINES = 3  # lines of names that make a list; a choice
LIST_REACH = 9.0  # line heights between the lines of a list; bench label boards need 4, made ones 6


def lists(page: Page, found: Found) -> Found:
    """Find every word of each list of names."""
    rows = [i for i in range(len(page.lines)) if _is_row(page, i)]
    for group in groups(rows, page.frames):
        named = [i for i in group if all(is_nameish(page, found, word) for word in page.words(i))]
        marks = [mark for i in named for token in page.tokens[i] if (mark := found.mark(token)) is not None]
        # One forename that the roll does not know is a firm's too: "Franklin" among the sponsors of a match.
        is_sure = any(mark.is_certain or page.roll is None for mark in marks) or len(marks) > 1
        if len(group) < LIST_LINES or len(named) < max(2, len(group) / 3.0) or not marks:
            continue
        for token in (token for i in group for token in page.words(i)):
            if is_sure:
                found = found.with_words([token], Mark(NameReason.IN_LIST, max(0.5, token.score)))
            elif token.is_capital and page.named(token) is not None:  # a pupil's all the same
                found = found.with_words([token], Mark(NameReason.IN_LIST, 0.5, is_certain=False))
    return found


def is_nameish(page: Page, found: Found, token: Token) -> bool:
    """Say whether `token` is a name, or may be one and is written like one."""
    return found.has(token) or token.is_initial or (page.may_be_name(token, 1) and token.is_capital)


def _is_row(page: Page, i: int) -> bool:
    """Say whether a line may be a row of a list of names: short, and no word in it that cannot be a name."""
    words = page.words(i)
    return (
        len(words) <= SHORT_LINE
        and any(len(word.key) > 1 for word in words)
        and not any(_is_no_name(page, word) for word in words)
    )


def _is_no_name(page: Page, token: Token) -> bool:
    is_word = token.is_ordinary or token.is_nearly_ordinary or _is_numbered_word(token)
    return is_word and not (token.is_initial or page.may_be_name(token))


def _is_numbered_word(token: Token) -> bool:
    """Say whether a token is a word with figures behind it: "tiger1", a pass word."""
    return token.raw[-1:].isdigit() and any(part in ordinary_words() for part in token.parts)


def groups(rows: Sequence[int], frames: Sequence[Frame]) -> list[list[int]]:
    """Return `rows` gathered into groups of lines that stand together."""
    left, gathered = list(rows), []
    while left:
        group, rim = [], [left.pop(0)]
        while rim:
            here = rim.pop()
            group.append(here)
            near = [i for i in left if are_neighbours(frames[here], frames[i], LIST_REACH)]
            left = [i for i in left if i not in near]
            rim.extend(near)
        gathered.append(sorted(group))
    return gathered
