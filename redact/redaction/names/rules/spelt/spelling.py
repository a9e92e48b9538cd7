"""What letters spell, that were joined one by one: looked up as they are, with letters missing, with letters wrong."""

from __future__ import annotations

from collections.abc import Sequence

from models.findings import Box
from redact.redaction.names.page import Mark, Page
from redact.redaction.names.roll_index import is_nearly_spelt
from redact.redaction.names.words import fold, forenames, ordinary_words
from redact.redaction.values import Line, NameReason, Polygon

FEWEST = 3  # letters of a spelt name; a choice
FEWEST_INSIDE = 4  # of one within a longer row, or down the edge of a poem; a choice
WRONG_SHARE = 0.4  # of the letters of a row on flags that may be wrong, where it may still be a name; field: 2 of 5
FEWEST_READ = 3  # letters, not figures, that must be read of such a row; a choice
ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def spelling_of(page: Page, text: str) -> Mark | None:
    """Return the mark of letters that spell a name, if they do."""
    key = "".join("?" if c == "?" else fold(c + "a")[:-1] for c in text)
    if len(key) < FEWEST:
        return None
    if _are_strokes(text):
        return exact(page, key)
    if "?" in key:
        is_spelt = page.roll is not None and any(map(page.roll.matches_gaps, (key, "?" + key, key + "?")))
        return Mark(NameReason.SPELT, 0.5, is_certain=False) if is_spelt else None
    if (mark := exact(page, key)) is not None:
        return mark
    if page.roll is None or key in ordinary_words():
        return None
    is_spelt = page.roll.match(key) is not None or page.roll.has_inside(key)
    return Mark(NameReason.SPELT, 0.5, is_certain=False) if is_spelt else None


def _are_strokes(text: str) -> bool:
    """Say whether most letters were read as figures: so are the strokes and noughts of a register."""
    read = [sign for sign in text if sign != "?"]
    return 2 * sum(map(str.isdigit, read)) > len(read)


def exact(page: Page, key: str) -> Mark | None:
    """Return the mark of letters that are a name as they stand, of the roll or a common one; None for others."""
    match = page.roll.match(key) if page.roll is not None else None
    if match is not None and match.edits == 0:
        return Mark(NameReason.ON_ROLL, 0.9, is_certain=not match.is_ordinary)
    if key in forenames() and key not in ordinary_words() and len(key) >= FEWEST_INSIDE:
        return Mark(NameReason.SPELT, 0.5, is_certain=False)
    return None


def may_be_spelt(page: Page, text: str) -> bool:
    """Say whether the letters of flags, many of them wrong, may be a name on the roll and are no word or alphabet."""
    key = "".join("?" if c == "?" else fold(c + "a")[:-1] for c in text)
    if page.roll is None or sum(c.isalpha() for c in text) < FEWEST_READ or key in ALPHABET:
        return False
    return page.roll.is_nearly_spelt(key, WRONG_SHARE) and not is_nearly_word(page, key)


def is_nearly_word(page: Page, key: str) -> bool:
    """Say whether letters are, but for one, an ordinary word that is no name on the roll."""
    words = (word for word in ordinary_words() if page.roll is None or not page.roll.is_listed(word))
    return is_nearly_spelt(key, words, 1 / len(key))


def text_of(line: Line) -> str:
    """Return the letters of a line, without spaces."""
    return "".join(word.text for word in line.words)


def around(boxes: Sequence[Box]) -> Polygon:
    """Return the place that holds all the boxes."""
    x0, y0 = min(b.x0 for b in boxes), min(b.y0 for b in boxes)
    return Box(x0, y0, max(b.x1 for b in boxes), max(b.y1 for b in boxes)).polygon
