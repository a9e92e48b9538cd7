"""Is this line of text, or part of it, a child's name?  By the roll, by what introduces it, by company, by doubt.

The rules run over the tokens (words) of all lines of one picture, in an order in which each may use what those before
it found:

    1. known     a word that can hardly be anything but a name: on the roll, or a common forename
    2. context   what follows "awarded to", "Name:", "by", on the same line, to the right of it, or below it
    3. lists     short lines of names that stand together: words that are also names count there, unknown ones too
    4. alone     one short line and nothing else to read: a signature on a painting
    5. company   what stands beside a name: surnames, initials, words that are also names
    6. doubt     what was found but could not be read

A rule only ever adds.  What a rule finds carries its reason, a sentence without the name.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise, takewhile

from redact.pupils.roll import Roll
from redact.redaction.names.context import MOST_WORDS, Strength, ends_name, introductions
from redact.redaction.names.layout import Frame, are_neighbours, frame_of, next_below, next_right, widened
from redact.redaction.names.roll_index import RollIndex, RollMatch, index_of
from redact.redaction.names.words import Token, fold, tokens_of
from redact.redaction.values import Line, NameHit, Polygon

ON_ROLL = "matches a name on the roll"
FORENAME = "is a common forename"
INTRODUCED = "follows words that introduce a name"
IN_LIST = "stands in a list of names"
ALONE = "stands alone in the picture, like a signature"
BESIDE = "stands beside a name"
UNREAD = "was found as text but could not be read; it may be a name"

LEGIBLE = 0.6  # reader's score of a line below which its words prove nothing; garbled bench handwriting: 0.35-0.6
SHORT_LINE = 3  # words, at most, of a line that may be nothing but a name; a choice
LIST_LINES = 3  # lines of names that make a list; a choice
LIST_REACH = 9.0  # line heights between the lines of a list; bench label boards need 4, made ones 6
ALONE_LINES = 2  # legible lines, at most, in a picture whose text is a signature; a choice
SIGNATURE_LETTERS = 3  # of an unknown word that stands alone: texture reads as one or two (phone photos)
SIGNATURE_HEIGHT = 0.09  # of the long side; boxes of bench signatures reach 0.08, texture on crowd photos starts at 0.1
SIGNATURE_LENGTH = 0.35  # of the long side; bench signatures reach 0.2, banners and adverts 0.47 to 0.7
WEB_ADDRESS = re.compile(r"\bwww\.|[\w-]\.(?:com|org|net|info|edu|gov|uk|eu)\b", re.IGNORECASE)  # a photo's source
UNREAD_HEIGHT = 0.15  # of the long side: writing that large can be read; a row of coats was taken for it (samples)
UNREAD_SCORE = 0.1  # of a hit whose words are not legible at all: there is text, no more is known; a choice
ROW_GAP = 1.0  # line heights between two pieces of one name; a choice
PAD = 0.02  # of the line's height, added around a name; the reader's boxes already exceed the letters by 0.15 (bench)
STRONG_LENGTH = 3  # letters from which a listed name counts without company; "Mo" and "Li" need it


def find_names(lines: Sequence[Line], roll: Roll | None, side_px: float = math.inf) -> tuple[NameHit, ...]:
    """Return the places in one picture's `lines` that show a name, or may (`is_certain` False).

    Works without a roll too: by context and by common forenames.

    Args:
        lines: all that was read on one picture.
        roll: the names to look for.
        side_px: long side of the picture; writing too large for a signature is told by it.
    """
    search = _Search(lines, index_of(roll) if roll is not None else None, side_px)
    search.run()
    return search.hits()


class _Search:
    """One picture's tokens and what has been found about them so far."""

    def __init__(self, lines: Sequence[Line], roll: RollIndex | None, side_px: float) -> None:
        self._lines, self._roll, self._side_px = lines, roll, side_px
        self._frames: list[Frame] = [frame_of(line.quad) for line in lines]
        self._tokens = [tokens_of(line, i) for i, line in enumerate(lines)]
        self._found: dict[tuple[int, int], tuple[str, float]] = {}  # (line, place) -> reason, score
        self._whole: dict[int, tuple[str, bool]] = {}  # line -> reason, is_certain: the whole line is covered

    def run(self) -> None:
        self._known()
        self._context()
        self._lists()
        self._alone()
        self._company()
        self._doubt()

    def hits(self) -> tuple[NameHit, ...]:
        found = [hit for i in range(len(self._lines)) if i not in self._whole for hit in self._line_hits(i)]
        for i, (reason, is_certain) in sorted(self._whole.items()):
            line = self._lines[i]
            score = max(line.score, UNREAD_SCORE)
            found.append(NameHit(self._padded(line.quad, i), score, reason, is_certain=is_certain))
        return tuple(found)

    def _line_hits(self, i: int) -> Iterable[NameHit]:
        run: list[Token] = []
        for token in (*self._tokens[i], None):
            if token is not None and self._is_found(token):
                run.append(token)
                continue
            if run:
                reason, score = max((self._found[t.line, t.place] for t in run), key=lambda entry: entry[1])
                yield NameHit(self._padded(_joined([t.quad for t in run]), i), score, reason, is_certain=True)
            run = []

    def _padded(self, quad: Polygon, i: int) -> Polygon:
        height = self._frames[i].height
        return widened(quad, PAD * height, PAD * height)

    # -- evidence of one word --

    def _match(self, token: Token, extra: int = 0) -> RollMatch | None:
        if self._roll is None or token.is_number or len(token.key) < 2:
            return None
        return self._roll.match(token.key, extra)

    def _is_found(self, token: Token) -> bool:
        return (token.line, token.place) in self._found

    def _mark(self, token: Token, reason: str, score: float) -> None:
        if not self._is_found(token):
            self._found[token.line, token.place] = (reason, score)

    def _may_be_name(self, token: Token, extra: int = 0) -> bool:
        """Say whether the roll or the list of forenames knows the word; it may be an ordinary word as well."""
        return self._match(token, extra) is not None or (token.is_forename and len(token.key) > 1)

    # -- 1. known --

    def _known(self) -> None:
        for tokens in self._tokens:
            for token in tokens:
                if token.is_ordinary or token.is_number:
                    continue
                match = self._match(token)
                if match is not None and self._is_strong(token, match):
                    self._mark(token, ON_ROLL, max(0.5, token.score - 0.1 * match.edits))
                elif match is None and token.is_forename and self._is_plain_forename(token):
                    self._mark(token, FORENAME, 0.8 * token.score)

    def _is_plain_forename(self, token: Token) -> bool:
        return token.is_capital and len(token.key) > STRONG_LENGTH

    def _is_strong(self, token: Token, match: RollMatch) -> bool:
        if match.edits:
            is_short_line = token.is_capital and len(self._words(token.line)) <= SHORT_LINE
            return not match.is_ordinary and (len(token.key) > STRONG_LENGTH + 1 or is_short_line)
        return len(token.key) > STRONG_LENGTH or (len(token.key) == STRONG_LENGTH and token.is_capital)

    def _words(self, i: int) -> list[Token]:
        return [token for token in self._tokens[i] if not token.is_number]

    # -- 2. context --

    def _context(self) -> None:
        for i, tokens in enumerate(self._tokens):
            for intro in introductions(tokens):
                if intro.end < len(tokens):
                    self._take(tokens[intro.end :], intro.strength)
                else:
                    self._take_next_line(i, intro.strength)

    def _take_next_line(self, i: int, strength: Strength) -> None:
        """Look for the name to the right of an introduction that ends its line; else below it."""
        below = next_below(self._frames, i)
        after = next_below(self._frames, below) if below is not None and self._is_doubtful(below) else None
        for other in (next_right(self._frames, i), below, after):
            if other is not None and self._take_line(other, strength) and not self._is_doubtful(other):
                self._take_row(other, strength)
                return

    def _take_row(self, i: int, strength: Strength) -> None:
        """Take the rest of a name that the locator cut into two boxes of one row, before or after line `i`."""
        before = [j for j in range(len(self._lines)) if next_right(self._frames, j) == i]
        for other in (next_right(self._frames, i), *before):
            if other is None or len(self._words(i)) + len(self._words(other)) > MOST_WORDS:
                continue
            if not self._is_doubtful(other) and are_neighbours(self._frames[i], self._frames[other], ROW_GAP):
                self._take_line(other, strength)

    def _take_line(self, i: int, strength: Strength) -> bool:
        tokens, words = self._tokens[i], self._words(i)
        if strength is Strength.HINT:
            return len(words) <= SHORT_LINE and all(map(self._is_nameish, words)) and self._take(tokens, strength)
        if self._is_doubtful(i):
            self._whole[i] = (INTRODUCED, True)
            return True
        return self._take(tokens, strength)

    def _is_doubtful(self, i: int) -> bool:
        """Say whether a line that should hold a name is illegible, or reads as one number ("Zoe" as 20)."""
        tokens = self._tokens[i]
        is_number = len(tokens) == 1 and not self._words(i)
        return len(tokens) <= MOST_WORDS and (self._lines[i].score < LEGIBLE or is_number)

    def _take(self, tokens: Sequence[Token], strength: Strength) -> bool:
        """Mark the name that `tokens` begin with, if they do; say so."""
        first = tokens[0] if tokens else None
        name = list(
            takewhile(lambda token: self._continues_name(token, strength, is_first=token is first), tokens[:MOST_WORDS])
        )
        for token in name:
            self._mark(token, INTRODUCED, max(0.5, token.score))
        return bool(name)

    def _continues_name(self, token: Token, strength: Strength, *, is_first: bool) -> bool:
        if self._may_be_name(token, 1) and (token.is_capital or not ends_name(token)):
            return token.is_capital or not (token.is_ordinary or strength is Strength.HINT)
        if ends_name(token) or strength is Strength.HINT:
            return False
        if is_first and strength is Strength.START:  # "By order", "Name day"
            return not token.is_ordinary
        return token.is_capital or not (token.is_ordinary or token.is_nearly_ordinary)

    # -- 3. lists --

    def _lists(self) -> None:
        rows = [i for i in range(len(self._lines)) if self._is_row(i)]
        for group in _groups(rows, self._frames):
            named = [i for i in group if all(map(self._is_nameish, self._words(i)))]
            is_sure = any(self._is_found(token) for i in named for token in self._tokens[i])
            if len(group) >= LIST_LINES and len(named) >= max(2, len(group) / 3.0) and is_sure:
                for token in (token for i in group for token in self._words(i)):
                    self._mark(token, IN_LIST, max(0.5, token.score))

    def _is_row(self, i: int) -> bool:
        """Say whether a line may be a row of a list of names: short, and no word in it that cannot be a name."""
        words = self._words(i)
        return (
            len(words) <= SHORT_LINE
            and any(len(word.key) > 1 for word in words)
            and not any(map(self._is_no_name, words))
        )

    def _is_no_name(self, token: Token) -> bool:
        return (token.is_ordinary or token.is_nearly_ordinary) and not (token.is_initial or self._may_be_name(token))

    def _is_nameish(self, token: Token) -> bool:
        return self._is_found(token) or token.is_initial or (self._may_be_name(token, 1) and token.is_capital)

    # -- 4. alone --

    def _alone(self) -> None:
        legible = [
            i
            for i, line in enumerate(self._lines)
            if line.score >= LEGIBLE and len(self._words(i)) > 0 and any(len(token.key) > 1 for token in self._words(i))
        ]
        if not 1 <= len(legible) <= ALONE_LINES:
            return
        for i in legible:
            words = self._words(i)
            if len(words) > SHORT_LINE or not self._is_signature(i) or not all(map(self._may_sign, words)):
                continue
            if not any(len(word.key) >= SIGNATURE_LETTERS or self._may_be_name(word) for word in words):
                self._whole.setdefault(i, (ALONE, False))
            for token in words:
                self._mark(token, ALONE, max(0.5, token.score))

    def _is_signature(self, i: int) -> bool:
        """Say whether a line is no banner, and no web address but one with a pupil's name in it."""
        height, length = self._frames[i].height, 2 * self._frames[i].half_width
        is_banner = height > SIGNATURE_HEIGHT * self._side_px or length > SIGNATURE_LENGTH * self._side_px
        return not is_banner and not self._is_address(self._lines[i].text)

    def _is_address(self, text: str) -> bool:
        parts = [fold(part) for part in re.split(r"\W+", text)] if WEB_ADDRESS.search(text) else []
        return bool(parts) and not any(self._roll is not None and part and self._roll.match(part) for part in parts)

    def _may_sign(self, token: Token) -> bool:
        return self._may_be_name(token, 1) or not (token.is_ordinary or token.is_nearly_ordinary)

    # -- 5. company --

    def _company(self) -> None:
        for tokens in self._tokens:
            for left, right in pairwise(tokens):
                self._pair(left, right)
        for tokens in self._tokens:  # left to right, so that a name carries on to its second surname or initial
            for left, right in pairwise(tokens):
                if self._is_found(left) and self._joins(left, right):
                    self._mark(right, BESIDE, 0.7)
                elif self._is_found(right) and ((left.is_initial and left.key != "i") or self._is_listed_capital(left)):
                    self._mark(left, BESIDE, 0.7)
        self._stray_initials()

    def _pair(self, left: Token, right: Token) -> None:
        """Mark forename and surname of one pupil side by side, in either order, though both be ordinary words."""
        a, b = self._match(left), self._match(right)
        if a is None or b is None or not (left.is_capital and right.is_capital):
            return
        if a.forename_of & b.surname_of or a.surname_of & b.forename_of:
            self._mark(left, ON_ROLL, 0.9)
            self._mark(right, ON_ROLL, 0.9)

    def _joins(self, left: Token, right: Token) -> bool:
        if right.is_initial or right.raw == "0" or self._is_listed_capital(right):  # a nought is a misread O
            return True
        if right.is_number or ends_name(right) or not right.is_capital or left.has_colon:
            return False
        return not right.is_ordinary or len(self._words(right.line)) == 2

    def _is_listed_capital(self, token: Token) -> bool:
        return token.is_capital and self._match(token) is not None

    def _stray_initials(self) -> None:
        """An initial that the locator cut off from its name stands to the right of it, as a line of its own."""
        for i, tokens in enumerate(self._tokens):
            if not tokens or not self._is_found(tokens[-1]):
                continue
            other = next_right(self._frames, i)
            if other is not None and len(self._tokens[other]) == 1 and self._tokens[other][0].is_initial:
                along, _ = self._frames[i].offset(self._frames[other])
                gap = along - self._frames[i].half_width - self._frames[other].half_width
                if gap < 1.5 * self._frames[i].height:
                    self._mark(self._tokens[other][0], BESIDE, 0.7)

    # -- 6. doubt --

    def _doubt(self) -> None:
        for i, line in enumerate(self._lines):
            is_marked = i in self._whole or any(self._is_found(token) for token in self._tokens[i])
            is_scenery = self._frames[i].height > UNREAD_HEIGHT * self._side_px
            if not is_marked and not is_scenery and line.score < LEGIBLE:
                self._whole[i] = (UNREAD, False)


def _groups(rows: Sequence[int], frames: Sequence[Frame]) -> list[list[int]]:
    """Return `rows` gathered into groups of lines that stand together."""
    left, groups = list(rows), []
    while left:
        group, rim = [], [left.pop(0)]
        while rim:
            here = rim.pop()
            group.append(here)
            near = [i for i in left if are_neighbours(frames[here], frames[i], LIST_REACH)]
            left = [i for i in left if i not in near]
            rim.extend(near)
        groups.append(sorted(group))
    return groups


def _joined(quads: Sequence[Polygon]) -> Polygon:
    """Return one quad from the first word's start to the last one's end; they lie on one line."""
    return quads[0][0], quads[-1][1], quads[-1][2], quads[0][3]
