"""Acrostics: a name that the first letters of a poem's lines spell, down its edge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from models.findings import Box, bounds
from redact.redaction.names.page import Found, Mark, Page
from redact.redaction.names.rules.spelling import FEWEST, FEWEST_INSIDE, around, exact, text_of
from redact.redaction.values import NameReason, Polygon

STROKES = frozenset("/|!\\")  # signs that a printed I is read as
EDGE_SLACK = 1.0  # line heights that the lines of a poem may begin off each other; a choice
EDGE_NEAR = 0.45  # line heights behind that edge, from which a line lacks its first letter; a choice
LEAST_SET_OFF = 2  # lines of a poem that begin with a letter by itself, where it is one that spells a word; a choice
LETTER_REACH = 2.5  # line heights between the first letter of a line and the rest of it; a choice
FIRST_WIDE = 2.0  # usual letters that the first one of a line may be wide: M and W, bold or larger; 1.3 cut them
POEM_REACH = 3.5  # line heights between the lines of a poem; a choice


def acrostics(page: Page, found: Found) -> Found:
    """Find a name that the first letters of the lines of a poem spell."""
    for poem in _poems(page):
        letters, is_spelt = [_first_sign(page, i) for i in poem], False
        for count in range(len(poem), FEWEST_INSIDE - 1, -1):
            for start in range(len(poem) - count + 1):
                mark = exact(page, "".join(letters[start : start + count]))
                if mark is not None and mark.reason is NameReason.ON_ROLL:
                    boxes = [_first_letter(page, i) for i in poem[start : start + count]]
                    found, is_spelt = found.with_place(around(boxes), mark), True
        if not is_spelt and (place := _nearly_down(page, poem)) is not None:
            found = found.with_place(place, Mark(NameReason.SPELT, 0.3, is_certain=False))
    return found


def _nearly_down(page: Page, poem: Sequence[int]) -> Polygon | None:
    """Return where letters set off before the lines of a poem spell a name, though one was not read or read wrong."""
    lefts = [bounds(page.lines[i].quad).x0 for i in poem]
    edge, height = median(lefts), median(page.frames[i].height for i in poem)
    at_edge = [i for i, left in zip(poem, lefts, strict=True) if left - edge <= EDGE_NEAR * height]
    is_set_off = sum(len(page.tokens[i][0].raw) == 1 for i in at_edge) >= LEAST_SET_OFF
    if page.roll is None or not is_set_off or len(at_edge) < FEWEST:
        return None
    middles = [page.frames[i].middle[1] for i in at_edge]
    steps = [below - above for above, below in pairwise(middles)]
    text = _first_sign(page, at_edge[0])
    for i, step in zip(at_edge[1:], steps, strict=True):
        text += "?" * max(0, round(step / median(steps)) - 1) + _first_sign(page, i)
    is_near = len(text) > FEWEST_INSIDE and "?" not in text and page.roll.is_nearly_spelt(text, 1 / len(text))
    is_spelt = is_near or ("?" in text and page.roll.matches_gaps(text))
    return around([_first_letter(page, i) for i in at_edge]) if is_spelt else None


def _poems(page: Page) -> Iterable[list[int]]:
    """Yield the groups of lines that begin below one another."""
    lines = (i for i, tokens in enumerate(page.tokens) if tokens and not _has_letter_before(page, i))
    left = sorted(lines, key=lambda i: bounds(page.lines[i].quad).y0)
    while left:
        poem = [left.pop(0)]
        for i in list(left):
            a, b = bounds(page.lines[poem[-1]].quad), bounds(page.lines[i].quad)
            height = max(a.height, b.height)
            if abs(a.x0 - b.x0) <= EDGE_SLACK * height and b.y0 - a.y0 > 0 and b.y0 - a.y1 <= POEM_REACH * height:
                poem.append(i)
                left.remove(i)
        if len(poem) >= FEWEST_INSIDE:
            yield poem


def _has_letter_before(page: Page, i: int) -> bool:
    """Say whether a single letter stands before line `i`, close to it, in a box of its own: "E", "njoys sports"."""
    box = bounds(page.lines[i].quad)
    letters = [bounds(line.quad) for line in page.lines if len(text_of(line)) == 1]
    near = [a for a in letters if a.x0 < box.x0 and box.x0 - a.x1 <= LETTER_REACH * box.height]
    return any(box.y0 < (a.y0 + a.y1) / 2 < box.y1 for a in near)


def _first_sign(page: Page, i: int) -> str:
    """Return the first letter of a line; a stroke that is read as a sign is an I."""
    return "i" if page.lines[i].text.strip()[:1] in STROKES else page.tokens[i][0].key[:1]


def _first_letter(page: Page, i: int) -> Box:
    first = page.lines[i].words[0]
    if first.text[:1] in STROKES:
        return bounds(first.quad)
    token = page.tokens[i][0]
    box = bounds(token.quad)
    return Box(box.x0, box.y0, box.x0 + max(box.width * min(1.0, FIRST_WIDE / len(token.raw)), 1.0), box.y1)
