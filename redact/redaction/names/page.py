"""What the name rules look at and what they hand on: the words of one picture, and what is known about them so far."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from redact.pupils.roll import Roll
from redact.redaction.names.context import MOST_WORDS
from redact.redaction.names.layout import Frame, frame_of
from redact.redaction.names.roll_index import RollIndex, RollMatch, index_of
from redact.redaction.names.words import NEAR_LENGTH, Token, fold, tokens_of
from redact.redaction.values import Line, NameReason, Polygon

LEGIBLE = 0.6  # reader's score of a line below which its words prove nothing; garbled bench handwriting: 0.35-0.6
GARBLED = 0.9  # reader's score of a line below which half of its letters may be wrong; crossed-out print: 0.6 to 0.87
SHORT_LINE = 3  # words, at most, of a line that may be nothing but a name; a choice
STRONG_LENGTH = 3  # letters from which a listed name counts without company; "Mo" and "Li" need it
#: A web address, such as stands for a photo's source; readers make "con", "corn" and "coni" of its end.
WEB_ADDRESS = re.compile(
    r"\bwww\.|[\w-]\.(?:com|org|net|info|edu|gov|uk|eu)\b|[\w-]{4}\.c[o0](?:m|n|rn|ni)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Mark:
    """Why a word or a line is covered, and how sure that is (0..1)."""

    reason: NameReason
    score: float
    is_certain: bool = True  # False: covered, and a person must look


@dataclass(frozen=True, slots=True)
class Page:
    """One picture's lines and their words, and the roll they are looked up on."""

    lines: tuple[Line, ...]
    side_px: float  # long side of the picture
    frames: tuple[Frame, ...]
    tokens: tuple[tuple[Token, ...], ...]  # by line
    roll: RollIndex | None

    @classmethod
    def of(cls, lines: Sequence[Line], roll: Roll | None, side_px: float) -> Page:
        """Return the page of `lines`."""
        return cls(
            tuple(lines),
            side_px,
            tuple(frame_of(line.quad) for line in lines),
            tuple(tokens_of(line, i) for i, line in enumerate(lines)),
            index_of(roll) if roll is not None else None,
        )

    def words(self, i: int) -> list[Token]:
        """Return the tokens of line `i` that hold a letter."""
        return [token for token in self.tokens[i] if not token.is_number]

    def match(self, token: Token, extra: int = 0) -> RollMatch | None:
        """Return what the roll knows of `token`, with `extra` more reader's errors."""
        if self.roll is None or token.is_number or len(token.key) < 2:
            return None
        fewest = NEAR_LENGTH if token.is_double else None  # "Prabert-Lane", of the half that is listed as Probert
        found = self.roll.match(token.key, extra) or self.roll.match_parts(token.parts, fewest)
        return found or self.roll.match_parts(token.lost_parts())

    def named(self, token: Token) -> RollMatch | None:
        """Return what the roll knows of `token` as it is spelt, ordinary word or not; None where letters are wrong."""
        if self.roll is None or token.is_number:
            return None
        keys = (token.key, *token.parts)
        matches = (self.roll.match(key) for key in keys if len(key) > 1)
        return next((match for match in matches if match is not None and match.edits == 0), None)

    def may_be_name(self, token: Token, extra: int = 0) -> bool:
        """Say whether the roll or the list of forenames knows the word; it may be an ordinary word as well."""
        return self.match(token, extra) is not None or (token.is_forename and len(token.key) > 1)

    def is_listed_capital(self, token: Token) -> bool:
        """Say whether `token` stands on the roll and is written with a capital."""
        return token.is_capital and self.match(token) is not None

    def is_address(self, text: str) -> bool:
        """Say whether `text` is or holds a web address in which no part stands on the roll."""
        parts = [fold(part) for part in re.split(r"\W+", text)] if WEB_ADDRESS.search(text) else []
        return bool(parts) and not any(self.roll is not None and part and self.roll.match(part) for part in parts)

    def is_doubtful(self, i: int) -> bool:
        """Say whether line `i`, which should hold a name, is illegible or reads as one number ("Zoe" as 20)."""
        tokens = self.tokens[i]
        is_number = len(tokens) == 1 and not self.words(i)
        return len(tokens) <= MOST_WORDS and (self.lines[i].score < LEGIBLE or is_number)


@dataclass(frozen=True, slots=True)
class Found:
    """What the rules found so far; a rule returns one that says more, never less."""

    words: Mapping[tuple[int, int], Mark] = field(default_factory=dict)  # by (line, place)
    lines: Mapping[int, Mark] = field(default_factory=dict)  # the whole line is covered
    places: tuple[tuple[Polygon, Mark], ...] = ()  # what is no line and no word of one: letters of several lines

    def has(self, token: Token) -> bool:
        """Say whether `token` is found."""
        return (token.line, token.place) in self.words

    def mark(self, token: Token) -> Mark | None:
        """Return why `token` is covered, None where it is not found."""
        return self.words.get((token.line, token.place))

    def with_words(self, tokens: Iterable[Token], mark: Mark) -> Found:
        """Return this and `mark` on those of `tokens` that are not found yet, or of which it is surer."""
        new = {(token.line, token.place): mark for token in tokens if self._is_news(token, mark)}
        return replace(self, words={**self.words, **new}) if new else self

    def without(self, tokens: Iterable[Token]) -> Found:
        """Return this without `tokens`, which may be read by a permission."""
        gone = {(token.line, token.place) for token in tokens}
        return replace(self, words={at: mark for at, mark in self.words.items() if at not in gone}) if gone else self

    def with_place(self, place: Polygon, mark: Mark) -> Found:
        """Return this and `mark` on a place that no line or word stands for."""
        return replace(self, places=(*self.places, (place, mark)))

    def _is_news(self, token: Token, mark: Mark) -> bool:
        old = self.words.get((token.line, token.place))
        return old is None or (mark.is_certain and not old.is_certain)

    def with_line(self, i: int, mark: Mark) -> Found:
        """Return this and `mark` on the whole of line `i`, in place of an earlier mark on that line."""
        return replace(self, lines={**self.lines, i: mark})
