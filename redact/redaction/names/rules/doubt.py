"""What was found as text but could not be read: it may be a name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from redact.redaction.names.page import GARBLED, LEGIBLE, SHORT_LINE, Found, Mark, Page
from redact.redaction.names.words import Token
from redact.redaction.values import Line, NameReason

CIPHER_SCORE = 0.9  # reader's score of a line of figures below which it may be anything; field: Arabic 0.83
WORDLESS_SCORE = 0.78  # of a line without one English word, the same; field: Cyrillic 0.59 to 0.77
OTHER_SCRIPT = 0.003  # share of signs of no Latin script, from which a doubtful line may be of one; made: 0.001 to 0.8
CIPHER_LETTERS = 4  # of such a line; a choice
CIPHER_LENGTH = 2.5  # of such a line, to its height; a choice
ODD_SCORE = 0.95  # of a jumble on a picture without a word; made Hebrew and Arabic: 0.38 to 0.93
SHORT_NAME = 3  # letters of a name that is too short to be told from another word when one is misread; a choice
THIN = 0.8  # signs for each line height, below which a line is not read through; as in models/text/recognise.py
_JUMBLE = re.compile(r"[a-z]\d[A-Z]|[A-Z]\d[a-z]|[A-Z]{2}[a-z]\d")  # Cyrillic is read so with scores up to 0.96
UNREAD_HEIGHT = 0.15  # of the long side: writing that large can be read; a row of coats was taken for it (samples)


def resembling(page: Page, found: Found) -> Found:
    """Find the lines that were read badly and resemble a full name on the roll: names with a stroke through them.

    And the single words that are a forename on the roll but for letters that readers mistake: "MAIOR" for Major; and
    what stands behind a label, read doubtfully, and resembles a name.
    """
    for i, line in enumerate(page.lines):
        words = page.words(i)
        labelled = _misread_behind_label(page, found, page.tokens[i]) if line.score < ODD_SCORE else None
        if labelled is not None:
            found = found.with_words(labelled, Mark(NameReason.GARBLED, 0.3, is_certain=False))
        if _is_misread_alone(page, page.tokens[i]):
            found = found.with_words(words, Mark(NameReason.GARBLED, 0.5, is_certain=False))
        if page.roll is None or not words or len(words) > SHORT_LINE or line.score >= GARBLED:
            continue
        is_plain = any(found.has(word) or (word.is_ordinary and len(word.key) > 2) for word in words)
        if not is_plain and i not in found.lines and page.roll.resembles("".join(word.key for word in words)):
            found = found.with_line(i, Mark(NameReason.GARBLED, 0.0, is_certain=False))
    return found


def _misread_behind_label(page: Page, found: Found, tokens: Sequence[Token]) -> Sequence[Token] | None:
    """Return what stands behind a label's colon and resembles a name on the roll: "Lost property: Fevgusa".

    A line through a name joins its letters to others, and its initial to the name.
    """
    at = next((token.place + 1 for token in tokens if token.has_colon), len(tokens))
    behind = tokens[at:]
    if page.roll is None or not 0 < len(behind) <= SHORT_LINE or any(found.has(token) for token in behind):
        return None
    first = behind[0]
    is_word = first.is_ordinary or first.is_nearly_ordinary or len(first.key) <= SHORT_NAME
    return None if is_word or page.match(first, extra=1) is None else behind


def _is_misread_alone(page: Page, tokens: Sequence[Token]) -> bool:
    if page.roll is None or len(tokens) != 1 or len(tokens[0].key) <= SHORT_NAME:
        return False
    return tokens[0].is_capital and not tokens[0].is_ordinary and page.roll.is_forename_alike(tokens[0].key)


def doubt(page: Page, found: Found) -> Found:
    """Find the lines that nobody could read and nothing else explains."""
    is_wordless = not any(_has_word(page, found, i) for i, line in enumerate(page.lines) if line.score >= LEGIBLE)
    for i, line in enumerate(page.lines):
        is_marked = i in found.lines or any(_is_found_by_itself(found, token) for token in page.tokens[i])
        is_scenery = page.frames[i].height > UNREAD_HEIGHT * page.side_px
        is_cipher = _is_cipher(page, i) or (is_wordless and _is_odd(page, i) and not _is_source(page, i))
        if not is_marked and not is_scenery and (line.score < LEGIBLE or is_cipher):
            found = found.with_line(i, Mark(NameReason.UNREAD, 0.0, is_certain=False))
    return _beside_scripts(page, found) if is_wordless else found


def _beside_scripts(page: Page, found: Found) -> Found:
    """Find what is read as a few doubtful signs beside other scripts, on a picture where no word is known."""
    is_doubtful = any(LEGIBLE <= line.score < WORDLESS_SCORE for line in page.lines)
    if not (is_doubtful or any(mark.reason is NameReason.UNREAD for mark in found.lines.values())):
        return found
    for i, line in enumerate(page.lines):
        signs = [sign for sign in line.text if sign.isalnum()]
        is_long = page.frames[i].half_width > page.frames[i].half_height
        is_sure = line.score >= WORDLESS_SCORE and any(_is_proof(page, found, word) for word in page.words(i))
        is_new = i not in found.lines and not (is_sure or _is_source(page, i))
        if is_new and line.score < ODD_SCORE and len(signs) > 1 and is_long:
            found = found.with_line(i, Mark(NameReason.UNREAD, 0.0, is_certain=False))
    return found


def _is_source(page: Page, i: int) -> bool:
    """Say whether a line is a web address: no other script is read as one; what stands beside it is none the less."""
    return page.lines[i].score >= WORDLESS_SCORE and page.is_address(page.lines[i].text)


def _has_word(page: Page, found: Found, i: int) -> bool:
    """Say whether a line has a word that is known, or was found to be a name; other scripts resemble names too."""
    is_sure = page.lines[i].score >= WORDLESS_SCORE
    return any(
        (is_sure and _is_proof(page, found, word))
        or (_is_spelt(page, word) and (word.is_ordinary or word.is_nearly_ordinary))
        for word in page.words(i)
    )


def _is_spelt(page: Page, word: Token) -> bool:
    """Say whether a word is long enough, for how surely it was read, to be no accident: "5ad" is no "sad"."""
    score, longest = page.lines[word.line].score, max(len(other.key) for other in page.words(word.line))
    fewest = 3 if score >= (WORDLESS_SCORE if longest > 3 else CIPHER_SCORE) else 4  # "CIL ACT" is Hebrew
    return len(word.key) >= fewest and (word.raw.isalpha() or score >= CIPHER_SCORE)


def _is_proof(page: Page, found: Found, word: Token) -> bool:
    """Say whether a word that was found is one: other scripts read as two letters, figures, and near what is listed."""
    is_spelt = word.is_forename or page.named(word) is not None or page.lines[word.line].score >= ODD_SCORE
    return len(word.key) > 2 and word.raw.isalpha() and is_spelt and _is_found_by_itself(found, word)


def _is_found_by_itself(found: Found, word: Token) -> bool:
    """Say whether a word is a name by what it is; what stands alone like a signature may be of any script."""
    mark = found.words.get((word.line, word.place))
    return mark is not None and mark.reason is not NameReason.ALONE


def _is_odd(page: Page, i: int) -> bool:
    """Say whether a line, on a picture where no word is known, is such a jumble as other scripts are read for.

    Read doubtfully, letters and figures mixed ("ALU 41"), or far fewer signs than the line has room for.
    """
    line, frame = page.lines[i], page.frames[i]
    if _is_jumbled(line):
        return True
    if line.score >= ODD_SCORE or frame.half_width < CIPHER_LENGTH * frame.half_height:
        return False
    signs = [sign for sign in line.text if sign.isalnum()]
    if line.score < CIPHER_SCORE and len(signs) >= CIPHER_LETTERS:
        return True
    is_mixed = len(signs) >= CIPHER_LETTERS and len({sign.isdigit() for sign in signs}) == 2
    return is_mixed or len(signs) < THIN * frame.half_width / frame.half_height


def _is_jumbled(line: Line) -> bool:
    """Say whether a word has figures between capitals and small letters, as no word and no code has: "RNq6M"."""
    return any(_JUMBLE.search(word.text) is not None for word in line.words)


def _is_cipher(page: Page, i: int) -> bool:
    """Say whether a long line reads doubtfully as figures or as no word: so do other scripts and joined-up writing."""
    line, frame, words = page.lines[i], page.frames[i], page.words(i)
    if frame.half_width < CIPHER_LENGTH * frame.half_height:
        return False
    if not words:
        return line.score < CIPHER_SCORE and len(line.text) >= CIPHER_LETTERS
    is_word = any((word.is_ordinary or word.is_nearly_ordinary) and len(word.key) > 2 for word in words)
    letters = sum(len(word.key) for word in words)
    return line.score < _cipher_score(line) and not is_word and letters >= CIPHER_LETTERS


def _cipher_score(line: Line) -> float:
    """Return the reader's score below which a line without a word may be of another script, by what its signs resemble.

    Blurred print shows next to nothing of other scripts, and is asked about below `LEGIBLE` only.
    """
    if line.other_script is None:
        return WORDLESS_SCORE
    return CIPHER_SCORE if line.other_script >= OTHER_SCRIPT else LEGIBLE
