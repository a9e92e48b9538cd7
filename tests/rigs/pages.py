"""Lines of text as a reader gives them, laid out without a picture: for the rules about words."""

from __future__ import annotations

import math

from models.findings import Box
from redact.pupils.roll import Roll
from redact.redaction.names.page import Found, Page
from redact.redaction.values import Line, Word

LETTER_PX, HEIGHT_PX, LINE_PX = 20.0, 40.0, 60.0


def line(text: str, x: float = 100.0, y: float = 100.0, score: float = 0.98) -> Line:
    """Return a line of `text` that begins at (x, y), every letter 20 px wide and 40 px high."""
    words, place = [], x
    for part in text.split():
        box = Box(place, y, place + LETTER_PX * len(part), y + HEIGHT_PX)
        words.append(Word(part, box.polygon, score))
        place = box.x1 + LETTER_PX
    quad = Box(x, y, max(place - LETTER_PX, x + 1.0), y + HEIGHT_PX).polygon
    return Line(tuple(words), quad, score, "fake")


def lines(*texts: str) -> tuple[Line, ...]:
    """Return one line for each text, one below the other."""
    return tuple(line(text, y=100.0 + i * LINE_PX) for i, text in enumerate(texts))


def page(*texts: str, roll: Roll | None = None, side_px: float = math.inf) -> Page:
    """Return the page of `texts`, one line each."""
    return Page.of(lines(*texts), roll, side_px)


def words_in(page: Page, found: Found, *, certain: bool | None = None) -> list[str]:
    """Return the words that are found, as they are written; those of the one sort where `certain` says which."""
    return [
        token.raw
        for tokens in page.tokens
        for token in tokens
        if found.has(token) and certain in (None, found.words[token.line, token.place].is_certain)
    ]
