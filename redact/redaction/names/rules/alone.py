"""One short line and nothing else to read: a signature on a painting."""

from __future__ import annotations

from collections.abc import Sequence

from redact.redaction.names.page import LEGIBLE, SHORT_LINE, Found, Mark, Page
from redact.redaction.names.rules.evidence import is_date
from redact.redaction.names.words import Token
from redact.redaction.values import NameReason

ALONE_LINES = 2  # legible lines, at most, in a picture whose text is a signature; a choice
SIGNATURE_LETTERS = 3  # of an unknown word that stands alone: texture reads as one or two (phone photos)
SIGNATURE_HEIGHT = 0.09  # of the long side; boxes of bench signatures reach 0.08, texture on crowd photos starts at 0.1
SIGNATURE_LENGTH = 0.35  # of the long side; bench signatures reach 0.2, banners and adverts 0.47 to 0.7


def alone(page: Page, found: Found) -> Found:
    """Find the signature of a picture that shows hardly any text."""
    legible = [
        i
        for i, line in enumerate(page.lines)
        if line.score >= LEGIBLE and any(len(token.key) > 1 for token in page.words(i))
    ]
    if not 1 <= len(legible) <= ALONE_LINES:
        return found
    for i in legible:
        words = page.words(i)
        is_other = len(words) > SHORT_LINE or not _is_signature(page, i) or _is_phrase(page, words)
        if is_other or not all(_may_sign(page, word) for word in words):
            continue
        is_word = any(len(word.key) >= SIGNATURE_LETTERS or page.may_be_name(word) for word in words)
        if not is_word and i not in found.lines:
            found = found.with_line(i, Mark(NameReason.ALONE, 0.0, is_certain=False))
        for token in words:  # a shop's sign stands alone too: what no list knows is covered, and asked about
            is_sure = page.may_be_name(token, 1) and not (
                token.is_ordinary and token.raw.islower()
            )  # "ocean river sky"
            found = found.with_words([token], Mark(NameReason.ALONE, max(0.5, token.score), is_sure))
    return found


def _is_signature(page: Page, i: int) -> bool:
    """Say whether a line is no banner, no date, and no web address but one with a pupil's name in it."""
    height, length = page.frames[i].height, 2 * page.frames[i].half_width
    is_banner = height > SIGNATURE_HEIGHT * page.side_px or length > SIGNATURE_LENGTH * page.side_px
    return not is_banner and not page.is_address(page.lines[i].text) and not is_date(page, i)


def _is_phrase(page: Page, words: Sequence[Token]) -> bool:
    """Say whether a capital and words in small letters are no pupil's name but a phrase: "Jade green", "Rain gauge"."""
    first, *rest = words
    known = page.match(first)
    surnames = [match.surname_of for word in rest if (match := page.match(word)) is not None]
    is_pupils = known is not None and any(known.forename_of & pupils for pupils in surnames)
    are_words = all(w.is_ordinary or (first.is_ordinary and not page.may_be_name(w, 1)) for w in rest)
    return bool(rest) and first.is_capital and all(w.raw.islower() for w in rest) and are_words and not is_pupils


def _may_sign(page: Page, token: Token) -> bool:
    return page.may_be_name(token, 1) or not (token.is_ordinary or token.is_nearly_ordinary)
