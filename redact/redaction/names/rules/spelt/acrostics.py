"""Acrostics: a name that the first letters of a poem's lines spell, down its edge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from models.findings import Box, bounds
from redact.redaction.names.page import Found, Mark, Page
from redact.redaction.names.rules.spelt.spelling import FEWEST, FEWEST_INSIDE, around, exact, is_nearly_word, text_of
from redact.redaction.names.words import fold
from redact.redaction.values import NameReason, Polygon

STROKES = frozenset("/|!\\")  # signs that a printed I is read as
ROUND = frozenset("0@")  # signs that an O is read as
SAME_LEVEL = 0.5  # of the lower line's height, from which two lines stand below one another; a choice
EDGE_SLACK = 1.0  # line heights that the lines of a poem may begin off each other; a choice
EDGE_NEAR = 0.45  # line heights behind that edge, from which a line lacks its first letter; a choice
INDENT = 0.35  # line heights that a line begins farther in than the one above, which it goes on with; a choice
LEAST_SET_OFF = 2  # lines of a poem that begin with a letter by itself, where it is one that spells a word; a choice
LETTER_REACH = 2.5  # line heights between the first letter of a line and the rest of it; a choice
FIRST_WIDE = 2.0  # usual letters that the first one of a line may be wide: M and W, bold or larger; 1.3 cut them
POEM_REACH = 3.5  # line heights between the lines of a poem; a choice
MOST_LETTERS = 14  # of a name down a page, so that a page of print costs no more than its lines; a choice
MOST_MISREAD = 0.34  # of the letters of a name that may be wrong, where they begin what is no word; a choice
COLUMN_SLACK = 1.0  # line heights that capitals within lines lie off each other, as reckoned from their words; a choice
LEAST_WITHIN = 2  # letters that stand within their lines, where a name is spelt within them; a choice


@dataclass(frozen=True, slots=True)
class Capital:
    """A capital letter of a line, and about where it stands."""

    letter: str
    box: Box
    is_first: bool  # of its line


def acrostics(page: Page, found: Found) -> Found:
    """Find a name that the first letters of the lines of a poem spell, or capitals below one another within them."""
    for poem in _poems(page):
        letters, is_spelt = [_first_sign(page, i) for i in poem], False
        for start, end in _parts(len(poem)):
            mark = exact(page, "".join(letters[start:end]))
            if mark is not None and mark.reason is NameReason.ON_ROLL:
                found = found.with_place(around([_first_letter(page, i) for i in poem[start:end]]), mark)
                is_spelt = True
        place = None if is_spelt else (_nearly_down(page, poem) or _misread_down(page, poem))
        if place is not None:
            found = found.with_place(place, Mark(NameReason.SPELT, 0.3, is_certain=False))
    return _within(page, found)


def _parts(length: int) -> Iterable[tuple[int, int]]:
    """Yield first and last of each part of a poem that is long enough for a name, the longest first."""
    for count in range(min(length, MOST_LETTERS), FEWEST_INSIDE - 1, -1):
        yield from ((start, start + count) for start in range(length - count + 1))


def _misread_down(page: Page, poem: Sequence[int]) -> Polygon | None:
    """Return where a poem, but for a title, spells a name though letters of it are wrong or were not read.

    Wrong are only those that begin what is no word: "ntorested", whose I was not read.
    """
    if page.roll is None:
        return None
    for part in (poem, poem[1:]):
        read = "".join(_first_sign(page, i) or "?" for i in part)
        first = [page.tokens[i][0] for i in part]
        is_sure = [token.is_ordinary or len(token.raw) == 1 for token in first]
        sure = "".join(sign if known else "?" for sign, known in zip(read, is_sure, strict=True))
        is_near = page.roll.is_nearly_spelt(sure, 0.0) and page.roll.is_nearly_spelt(read, MOST_MISREAD)
        if len(part) > FEWEST_INSIDE and is_near and not is_nearly_word(page, read):
            return around([_first_letter(page, i) for i in part])
    return None


def _within(page: Page, found: Found) -> Found:
    """Find a name that capitals spell which stand below one another within the lines: "very kinD", "loves Lemons"."""
    if page.roll is None:
        return found
    for column in _columns(page):
        letters = "".join(capital.letter for capital in column)
        for start, end in _parts(len(column)):
            key, part = letters[start:end], column[start:end]
            if not page.roll.is_listed(key) or sum(not capital.is_first for capital in part) < LEAST_WITHIN:
                continue
            if (mark := exact(page, key)) is not None:
                found = found.with_place(around([capital.box for capital in part]), mark)
    return found


def _columns(page: Page) -> Iterable[list[Capital]]:
    """Yield the columns of capitals in lines below one another."""
    rows = [capitals for i in range(len(page.lines)) if (capitals := _capitals(page, i))]
    rows.sort(key=lambda capitals: capitals[0].box.y0)
    seen: set[Capital] = set()
    for n, row in enumerate(rows):
        for head in (capital for capital in row if capital not in seen):
            column = [head]
            for below in rows[n + 1 :]:
                last = column[-1].box
                height = max(last.height, below[0].box.height)
                if below[0].box.y0 - last.y1 > POEM_REACH * height:
                    break
                nearest = min(below, key=lambda capital: abs(capital.box.x0 - last.x0))
                if nearest.box.y0 > last.y0 and abs(nearest.box.x0 - last.x0) <= COLUMN_SLACK * height:
                    column.append(nearest)
            seen.update(column)
            if len(column) >= FEWEST_INSIDE:
                yield column


def _capitals(page: Page, i: int) -> list[Capital]:
    """Return the capitals of a line that has small letters too, where they stand by their place in the word."""
    if page.lines[i].text.isupper():
        return []
    capitals = []
    for token in page.tokens[i]:
        box = bounds(token.quad)
        wide = box.width / len(token.raw)
        for k, sign in enumerate(token.raw):
            if sign.isupper():
                x0 = box.x0 + (k + 0.5) * wide - FIRST_WIDE / 2 * wide
                place = Box(x0, box.y0, x0 + FIRST_WIDE * wide, box.y1)
                capitals.append(Capital(fold(sign)[:1] or "?", place, is_first=token.place == 0 and k == 0))
    return capitals


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
    """Yield the groups of lines that begin below one another, and of each the lines that begin farthest out."""
    lines = {i for i, tokens in enumerate(page.tokens) if tokens}
    before = {i: j for i in lines if (j := _letter_before(page, i)) is not None}
    kinds = [lines - before.keys()]
    if again := {i: j for i, j in before.items() if _first_sign(page, i) == _first_sign(page, j)}:  # "F", "Fast"
        kinds.append((kinds[0] | again.keys()) - set(before.values()))
    seen = set()
    for kind in kinds:
        for poem in _below_one_another(page, kind):
            for part in (poem, _outer(page, poem)):
                if len(part) >= FEWEST_INSIDE and tuple(part) not in seen:
                    seen.add(tuple(part))
                    yield part


def _below_one_another(page: Page, lines: Iterable[int]) -> Iterable[list[int]]:
    """Yield the groups of lines that begin at one edge; of two looks at one line, the surer."""
    left = sorted(lines, key=lambda i: bounds(page.lines[i].quad).y0)
    while left:
        poem = [left.pop(0)]
        for i in list(left):
            a, b = bounds(page.lines[poem[-1]].quad), bounds(page.lines[i].quad)
            height = max(a.height, b.height)
            if abs(a.x0 - b.x0) > EDGE_SLACK * height or b.y0 - a.y1 > POEM_REACH * height:
                continue
            if (b.y0 + b.y1 - a.y0 - a.y1) / 2 < SAME_LEVEL * min(a.height, b.height):  # two looks at one line
                poem[-1] = max(poem[-1], i, key=lambda j: page.lines[j].score)
                left.remove(i)
            elif b.y0 > a.y0:
                poem.append(i)
                left.remove(i)
        yield poem


def _outer(page: Page, poem: Sequence[int]) -> list[int]:
    """Return the lines of a poem but for those that go on with the line above, set in behind it."""
    outer = [poem[0]]
    for i in poem[1:]:
        last, box = bounds(page.lines[outer[-1]].quad), bounds(page.lines[i].quad)
        if box.x0 - last.x0 <= INDENT * max(last.height, box.height):
            outer.append(i)
    return outer


def _letter_before(page: Page, i: int) -> int | None:
    """Return the single letter before line `i`, close to it, in a box of its own: "E", "njoys sports"."""
    box = bounds(page.lines[i].quad)
    for j, line in enumerate(page.lines):
        if len(text_of(line)) == 1 and page.tokens[j]:
            a = bounds(line.quad)
            is_near = a.x0 < box.x0 and box.x0 - a.x1 <= LETTER_REACH * box.height
            if is_near and box.y0 < (a.y0 + a.y1) / 2 < box.y1:
                return j
    return None


def _first_sign(page: Page, i: int) -> str:
    """Return the first letter of a line; a stroke that is read as a sign is an I, a ring an O."""
    sign = page.lines[i].text.strip()[:1]
    if sign in STROKES:
        return "i"
    return "o" if sign in ROUND else page.tokens[i][0].key[:1]


def _first_letter(page: Page, i: int) -> Box:
    """Return where the first letter of a line stands; with the same letter in a box before it, "F" and "Fast"."""
    own, before = _own_first_letter(page, i), _letter_before(page, i)
    if before is None or _first_sign(page, before) != _first_sign(page, i):
        return own
    return bounds(around([own, bounds(page.lines[before].quad)]))


def _own_first_letter(page: Page, i: int) -> Box:
    first = page.lines[i].words[0]
    if first.text[:1] in STROKES:
        return bounds(first.quad)
    token = page.tokens[i][0]
    box = bounds(token.quad)
    return Box(box.x0, box.y0, box.x0 + max(box.width * min(1.0, FIRST_WIDE / len(token.raw)), 1.0), box.y1)
