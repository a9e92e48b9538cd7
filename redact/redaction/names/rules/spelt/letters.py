"""Names spelt in single letters: set apart, on bunting or blocks, one below the other.

Single letters of like size in a row or column are joined and looked up; a letter that was not read counts as any.
What is spelt exactly and is no ordinary word is covered; with letters missing or wrong, or a word too, it is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from models.findings import Box, bounds
from redact.redaction.names.page import LEGIBLE, Found, Mark, Page
from redact.redaction.names.rules.spelt.spelling import (
    ALPHABET,
    FEWEST,
    FEWEST_INSIDE,
    around,
    exact,
    may_be_spelt,
    spelling_of,
    text_of,
)
from redact.redaction.names.words import Token, fold
from redact.redaction.values import Line, NameReason

MOST_TORN = 6  # words of a line that may be one name torn apart; a choice
PIECE_LETTERS = 3  # of a box in a row of single letters: the locator joins near ones
STACK_LETTERS = 9  # of a box in a column, which holds part of a stack; a choice
LIKENESS = (
    0.25  # least size of the smaller letter to the larger: of one on a flag the box may hold the letter or the flag
)
NARROW, NARROW_LIKENESS = frozenset("1Iil!|jJ"), 0.2  # a letter that is one stroke, of which a box shows a part
LOOSE = 0.88  # box heights for each letter of a word in one box, from which its letters are set apart; print: to 0.8
SLACK = 0.6  # letter sizes that neighbours lie off each other across the row: bunting sags; a choice
SHARED = 0.4  # of the smaller of two boxes, from which they show one letter; a choice
SHARED_WITH_MORE = 0.5  # the same where the other shows more letters than one, and reaches over to its neighbours
SHARED_BY_DOUBT = 0.25  # the same where nobody could read the box
ONE_LETTER_WIDE = 2.2  # heights of a box of one letter, from which it may show more than was read
WIDE_SCORE = 0.8  # of such a box, below which it is not taken for that letter; a choice
WIDER = 1.5  # times the area of another box around the same letter, from which a box is the worse of the two; a choice
REACH = 4.5  # letter sizes between neighbours of a row, edge to edge: one unread flag of bunting fits; a choice
REACH_ALONE = 7.0  # the same between two boxes of one letter each: small letters on large flags
COLUMN_REACH = 1.6  # the same in a column; a choice
APART = 1.7  # letter sizes from middle to middle, from which each letter stands on a flag or block of its own
BOXES_APART, GAP_APART = 4, 0.1  # boxes of a row, and letter sizes between them, where boxes show flags; a choice
LONG_ROW = 7  # letters of a row that may be a name though some boxes hold two and some letters are wrong; a choice
ROOM = 1.5  # letters that may be missing at each end of a name that is not spelt exactly; a choice
SLOPE = 0.6  # of the way to the right that an arc rises or falls from one letter to the next: 30 degrees; a choice
ARC_REACH = 3.0  # letter sizes between neighbours on an arc; from 4 on it takes letters of the row below
FLAG = 0.55  # letter sizes that such a flag reaches beyond its letter, above and below; field bunting
TWO_WORDS = 2.6  # steps from one word's last letter to the next one's first: one letter that was not read makes 2
WORD_GAP = 1.7  # times the usual gap, from which another word begins; a choice


@dataclass(frozen=True, slots=True)
class Piece:
    """One or a few letters in one box."""

    text: str
    box: Box
    line: int
    score: float = 1.0

    @property
    def size(self) -> float:
        """Height of a letter, about."""
        return max(self.box.width, self.box.height) if len(self.text) < 2 else min(self.box.width, self.box.height)


def spelt(page: Page, found: Found) -> Found:
    """Find names that single letters in a row or a column spell."""
    found = _set_apart(page, _spaced(page, found))
    if all(len(text_of(line)) > 1 for line in page.lines):  # most pictures: nothing to join
        return found
    pieces = [piece for i, line in enumerate(page.lines) if (piece := _piece(line, i)) is not None]
    pieces = _once_each(pieces)
    for chain in (*_chains(pieces, _follows_right), *_chains(pieces, _follows_below)):
        for word in _words(chain):
            found = _looked_up(page, found, word)
    return found


def _piece(line: Line, i: int) -> Piece | None:
    text, box = text_of(line), bounds(line.quad)
    is_tall = box.height > box.width * 1.3
    is_letters = all(c.isalnum() or c in "!|'-.:" for c in text)
    is_word = len(line.words) == 1 or all(len(word.text) == 1 for word in line.words)  # "E R", two flags in one box
    if not is_letters or not is_word or len(text) > (STACK_LETTERS if is_tall else PIECE_LETTERS):
        return None
    letters = "".join(c for c in text if c.isalnum() or c in "!|")
    if not letters:
        return None
    is_unread = line.score < (WIDE_SCORE if box.width > ONE_LETTER_WIDE * box.height else LEGIBLE)
    return Piece("?" if len(letters) == 1 and is_unread else letters, box, i, line.score)


def _once_each(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces without the worse of two boxes around one letter: the locator looks at two sizes."""
    return [a for a in pieces if not any(a is not b and _is_worse(a, b) for b in pieces)]


def _is_worse(a: Piece, b: Piece) -> bool:
    """Say whether `a` is another look at what `b` shows: wider around the same letter, or less sure of it."""
    if a.text == b.text:
        return _holds(a.box, b.box)
    shared = a.box.overlap(b.box) / max(1.0, min(a.box.area, b.box.area))
    is_doubtful = len(a.text) == 1 or a.score < LEGIBLE
    one = SHARED if a.score >= LEGIBLE else SHARED_BY_DOUBT
    return is_doubtful and a.score < b.score and shared > (one if len(b.text) == 1 else SHARED_WITH_MORE)


def _holds(outer: Box, inner: Box) -> bool:
    x, y = (inner.x0 + inner.x1) / 2, (inner.y0 + inner.y1) / 2
    return outer.area > WIDER * inner.area and outer.x0 <= x < outer.x1 and outer.y0 <= y < outer.y1


def _are_alike(a: Piece, b: Piece, size_a: float, size_b: float) -> bool:
    is_narrow = a.text in NARROW or b.text in NARROW
    return min(size_a, size_b) >= (NARROW_LIKENESS if is_narrow else LIKENESS) * max(size_a, size_b)


def _follows_right(a: Piece, b: Piece) -> float | None:
    """Return how far `b` lies to the right of `a`, in letter sizes; None if it is not the next of a row."""
    size = max(a.size, b.size)
    level = abs(a.box.y0 + a.box.y1 - b.box.y0 - b.box.y1) / 2
    gap = b.box.x0 - a.box.x1
    is_like = _are_alike(a, b, a.box.height, b.box.height)
    reach = REACH_ALONE if len(a.text) == len(b.text) == 1 else REACH
    is_right = is_like and b.box.x0 > a.box.x0 + 0.3 * a.box.width and gap <= reach * size
    if is_right and level <= SLACK * size:
        return max(gap, 0.0) / a.size  # not of the larger: a large box farther off would seem nearer
    is_on_arc = (
        is_right and gap <= ARC_REACH * size and level <= SLOPE * (b.box.x0 + b.box.x1 - a.box.x0 - a.box.x1) / 2
    )
    return (max(gap, 0.0) + level) / a.size if is_on_arc else None


def _follows_below(a: Piece, b: Piece) -> float | None:
    size = max(a.size, b.size)
    off = abs(a.box.x0 + a.box.x1 - b.box.x0 - b.box.x1) / 2
    gap = b.box.y0 - a.box.y1
    is_like = _are_alike(a, b, a.size, b.size)
    is_next = (
        is_like and off <= SLACK * size and b.box.y0 > a.box.y0 + 0.3 * a.box.height and gap <= COLUMN_REACH * size
    )
    return max(gap, 0.0) / size if is_next else None


def _chains(
    pieces: Sequence[Piece], follows: Callable[[Piece, Piece], float | None]
) -> Iterable[list[tuple[Piece, float]]]:
    """Yield the rows (or columns) of pieces, each piece with the gap before it."""
    after: dict[int, tuple[float, int]] = {}
    for i, a in enumerate(pieces):
        gaps = [(gap, j) for j, b in enumerate(pieces) if i != j and (gap := follows(a, b)) is not None]
        if gaps:
            after[i] = min(gaps)
    heads = set(range(len(pieces))) - {j for _, j in after.values()}
    for head in sorted(heads):
        chain, here, seen = [(pieces[head], 0.0)], head, {head}
        while here in after and after[here][1] not in seen:
            gap, here = after[here]
            seen.add(here)
            chain.append((pieces[here], gap))
        if len(chain) > 1:
            yield chain


def _words(chain: Sequence[tuple[Piece, float]]) -> Iterable[list[Piece]]:
    """Yield the whole of a row, if no gap parts two words, and its parts between wide gaps."""
    usual = max(median([gap for _, gap in chain[1:]]), 0.15)
    words: list[list[Piece]] = [[]]
    for piece, gap in chain:
        if gap > WORD_GAP * usual:
            words.append([])
        words[-1].append(piece)
    step = median(_step(a, b) for (a, _), (b, _) in pairwise(chain))
    if not any(_are_two_words(a, b, step) for a, b in pairwise(words)):
        yield [piece for piece, _ in chain]
    if len(words) > 1:
        yield from words


def _are_two_words(a: Sequence[Piece], b: Sequence[Piece], step: float) -> bool:
    """Say whether two parts of a row are words, with room for two letters or more between them."""
    return min(len(a), len(b)) >= FEWEST and _step(a[-1], b[0]) > TWO_WORDS * step


def _looked_up(page: Page, found: Found, pieces: Sequence[Piece]) -> Found:
    if (mark := spelling_of(page, _with_gaps(pieces))) is not None:
        return _covered(found, pieces, mark)
    if all(len(piece.text) == 1 for piece in pieces) and _lacks_an_end(page, fold("".join(p.text for p in pieces))):
        return _covered(found, pieces, Mark(NameReason.SPELT, 0.3, is_certain=False))
    is_long = len(pieces) > BOXES_APART and sum(len(piece.text) for piece in pieces) >= LONG_ROW
    if (_is_on_flags(pieces) or is_long) and may_be_spelt(page, _with_gaps(pieces)):
        return _covered(found, pieces, Mark(NameReason.SPELT, 0.3, is_certain=False))
    texts = [piece.text for piece in pieces]
    for start in range(len(pieces)):
        for end in range(start + 2, len(pieces) + 1):
            key = fold("".join(texts[start:end]))
            if len(key) >= FEWEST_INSIDE and all(texts[start:end]) and (mark := exact(page, key)) is not None:
                found = _covered(found, pieces[start:end], mark)
    return found


def _lacks_an_end(page: Page, key: str) -> bool:
    """Say whether three letters are a name on the roll but for its first or its last one: "RUB" for Ruby."""
    if page.roll is None or len(key) != FEWEST or not key.isalpha() or key in ALPHABET:
        return False
    return page.roll.matches_gaps(f"?{key}") or page.roll.matches_gaps(f"{key}?")


def _is_on_flags(pieces: Sequence[Piece]) -> bool:
    """Say whether each letter of a row stands on a flag or block of its own."""
    if any(len(piece.text) > 1 for piece in pieces):  # "8 TOM", numbers beside names
        return False
    steps = [_step(a, b) for a, b in pairwise(pieces)]
    gaps = [max(b.box.x0 - a.box.x1, b.box.y0 - a.box.y1) / max(a.size, b.size) for a, b in pairwise(pieces)]
    is_far = bool(steps) and median(steps) > APART * median(piece.size for piece in pieces)
    return is_far or (len(pieces) >= BOXES_APART and min(gaps) >= GAP_APART)


def _covered(found: Found, pieces: Sequence[Piece], mark: Mark) -> Found:
    """Cover the letters and what lies between them; where one may be missing at an end, room for it too."""
    for piece in pieces:
        found = found.with_line(piece.line, mark) if piece.line not in found.lines else found
    whole = bounds(around([piece.box for piece in pieces]))
    size = median(piece.size for piece in pieces)
    step = median([_step(a, b) for a, b in pairwise(pieces)] or [size])  # one box may hold a whole short name
    along = 0.0 if mark.is_certain else ROOM * step
    across = FLAG * size if step > APART * size else 0.0
    dx, dy = (along, across) if whole.width > whole.height else (across, along)
    return found.with_place(Box(whole.x0 - dx, whole.y0 - dy, whole.x1 + dx, whole.y1 + dy).polygon, mark)


def _with_gaps(pieces: Sequence[Piece]) -> str:
    """Return the letters of a row, "?" for each that a gap has room for."""
    steps = [_step(a, b) for a, b in pairwise(pieces)]
    is_short = len(pieces) == FEWEST and _is_on_flags(pieces)  # "RA N": the shorter step is the usual one
    usual = min(steps) if is_short else median(steps or [1.0])
    if len(pieces) > FEWEST and usual > WORD_GAP * min(steps) and all(len(piece.text) == 1 for piece in pieces):
        usual = min(steps)  # "C NN R", where half of the letters were not read
    text = pieces[0].text
    for last, piece, step in zip(pieces, pieces[1:], steps, strict=False):
        letters = max(len(last.text) + len(piece.text), 2) / 2  # from middle to middle, where none is missing
        gaps = max(0, round((step / usual - 1) * letters)) if is_short or len(pieces) > FEWEST else 0
        text += "?" * gaps + piece.text
    return text


def _step(a: Piece, b: Piece) -> float:
    """Return how far the middles of two boxes lie apart, for each letter between them, in pixels."""
    dx, dy = abs(a.box.x0 + a.box.x1 - b.box.x0 - b.box.x1) / 2, abs(a.box.y0 + a.box.y1 - b.box.y0 - b.box.y1) / 2
    return 2 * max(dx, dy) / max(len(a.text) + len(b.text), 2)


def _spaced(page: Page, found: Found) -> Found:
    """Find what was read as single letters with spaces between ("E s m e"), and names torn by one ("K W ABEN A")."""
    for i, tokens in enumerate(page.tokens):
        for run in _single_runs(tokens):
            if (mark := spelling_of(page, "".join(token.raw for token in run))) is not None:
                found = found.with_words(run, mark) if len(run) < len(tokens) else found.with_line(i, mark)
        has_scraps = any(not (token.is_ordinary or page.may_be_name(token)) for token in tokens)  # "HARM ONY"
        is_apart = sum(len(token.raw) == 1 for token in tokens) >= FEWEST and all(len(t.raw) < FEWEST for t in tokens)
        if (
            is_apart
            and i not in found.lines
            and (mark := spelling_of(page, "".join(t.raw for t in tokens))) is not None
        ):
            found = found.with_line(i, mark)  # "TH A D D B U S"
        is_torn = 1 < len(tokens) <= MOST_TORN and has_scraps
        if is_torn and (mark := exact(page, "".join(token.key for token in tokens))) is not None:
            found = found.with_line(i, mark)
    return found


def _set_apart(page: Page, found: Found) -> Found:
    """Find a name whose letters are set apart, though the locator saw them as one word."""
    for i, line in enumerate(page.lines):
        width, height = 2 * page.frames[i].half_width, page.frames[i].height
        text = text_of(line)
        is_apart = len(line.words) == 1 and text.isalpha() and width > LOOSE * height * max(len(text), FEWEST)
        mark = spelling_of(page, text) if is_apart and i not in found.lines else None
        if mark is None and is_apart and len(text) > FEWEST and may_be_spelt(page, text):
            mark = Mark(NameReason.SPELT, 0.3, is_certain=False)
        if mark is not None:
            found = found.with_line(i, mark)
    return found


def _single_runs(tokens: Sequence[Token]) -> Iterable[list[Token]]:
    run: list[Token] = []
    for token in tokens:
        if len(token.raw) == 1:
            run.append(token)
            continue
        if len(run) >= FEWEST:
            yield run
        run = []
    if len(run) >= FEWEST:
        yield run
