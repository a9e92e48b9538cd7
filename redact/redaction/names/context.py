"""Words that introduce a name: "awarded to", "Name:", "by", "my name is"; and where the name after them ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from rapidfuzz.distance import OSA

from redact.redaction.names.words import Token, ordinary_words

MOST_WORDS = 4  # of a name after an introduction; "Maria da Silva Santos"; a choice
LONG_WORD = 6  # letters from which an introducing word may hold one misread letter; a choice


class Strength(Enum):
    """How surely a name follows."""

    FIELD = "field"  # whatever stands there is a name, known or not
    START = "start"  # the same, but only where the introduction begins its line
    HINT = "hint"  # a name if it may be one


_PHRASES: dict[Strength, tuple[str, ...]] = {
    Strength.FIELD: (
        "awarded to",
        "presented to",
        "given to",
        "certify that",
        "certifies that",
        "my name is",
        "name is",
        "name",
        "belongs to",
        "belong to",
        "property of",
        "forename",
        "surname",
        "written by",
        "drawn by",
        "painted by",
        "made by",
        "designed by",
        "illustrated by",
        "created by",
        "written and illustrated by",
        "work by",
        "story by",
        "poem by",
        "picture by",
        "hello i am",
        "hello im",
        "i am called",
        "is awarded this",
        "this award goes to",
        "goes to",
        "awarded this certificate",
        "love from",
        "signed by",
        "congratulations to",
        "well done to",
        "thank you to",
    ),
    Strength.START: ("by", "name", "pupil", "student", "child", "artist", "author", "names"),
    Strength.HINT: (
        "by",
        "to",
        "from",
        "for",
        "dear",
        "i am",
        "im",
        "well done",
        "congratulations",
        "happy birthday",
        "birthday",
        "signed",
        "pupil",
        "student",
        "child",
        "artist",
        "author",
        "star of the week",
        "monitor",
        "winner",
        "called",
        "love",
        "my friend",
        "best wishes",
        "yours sincerely",
        "kind regards",
        "many thanks",
        "winner is",
        "winner was",
        "winners are",
        "hello",
        "hi",
        "welcome",
        "team",
        "group",
    ),
}
# Before "by", these tell of firms and not of authors.
_OF_SPONSORS = frozenset(("sponsored", "supported", "funded", "powered", "provided", "printed", "installed"))
# Before "to" and "from", these tell of places: "our trip to Kent".
_OF_JOURNEYS = frozenset(
    ("trip", "visit", "journey", "train", "bus", "flight", "postcard", "postcards", "went", "flew", "travelled",
     "drove", "sailed", "flying", "going", "holiday")
)  # fmt: skip
_INTRODUCTIONS = sorted(
    ((tuple(phrase.split()), strength) for strength, phrases in _PHRASES.items() for phrase in phrases),
    key=lambda entry: (-len(entry[0]), list(Strength).index(entry[1])),
)

# Words that end a name, or show that none was filled in.
_ENDS = frozenset(
    (
        "for",
        "has",
        "have",
        "had",
        "is",
        "was",
        "in",
        "on",
        "at",
        "of",
        "date",
        "class",
        "year",
        "form",
        "group",
        "subject",
        "age",
        "aged",
        "who",
        "with",
        "school",
        "teacher",
        "headteacher",
        "the",
        "a",
        "an",
        "and",
        "this",
        "that",
        "these",
        "my",
        "your",
        "our",
        "his",
        "her",
        "their",
        "being",
        "to",
        "from",
        "as",
        "will",
        "works",
        "work",
        "term",
        "week",
        "month",
        "day",
        "house",
        "team",
        "table",
        "score",
        "mark",
        "marks",
        "level",
        "signed",
        "address",
        "phone",
        "tel",
        "telephone",
        "number",
        "reg",
        "tutor",
        "set",
        "book",
        "title",
        "made",
        "by",
        "because",
        "teachers",
        "parent",
        "parents",
        "everyone",
        "everybody",
        "all",
        "us",
        "me",
        "you",
        "we",
        "they",
        "it",
        "he",
        "she",
        "not",
        "no",
    )
)


@dataclass(frozen=True, slots=True)
class Introduction:
    """Where in a line (`end`: the place after it) which kind of introduction stands."""

    end: int
    strength: Strength


def introductions(tokens: Sequence[Token]) -> tuple[Introduction, ...]:
    """Return every introduction in one line's tokens; the longest phrase that ends at a place counts."""
    found: dict[int, Introduction] = {}
    for start in range(len(tokens)):
        for phrase, strength in _INTRODUCTIONS:
            end = start + len(phrase)
            if end in found or not _reads(tokens[start:end], phrase):
                continue
            if phrase == ("by",) and start and tokens[start - 1].key in _OF_SPONSORS:
                continue
            if phrase in {("to",), ("from",)} and start and tokens[start - 1].key in _OF_JOURNEYS:
                continue
            has_sign = tokens[end - 1].has_colon
            if strength is Strength.START and start > 0 and not has_sign:
                continue
            if phrase == ("name",) and end < len(tokens) and tokens[end].key in ("of", "is"):
                continue
            found[end] = Introduction(end, Strength.FIELD if strength is Strength.START and has_sign else strength)
    return tuple(found[end] for end in sorted(found))


def _reads(tokens: Sequence[Token], phrase: Sequence[str]) -> bool:
    return len(tokens) == len(phrase) and all(map(_is_word, (token.key for token in tokens), phrase))


def _is_word(key: str, word: str) -> bool:
    if key == word:
        return True
    if len(word) < LONG_WORD or key in ordinary_words():
        return False
    return OSA.distance(key, word, score_cutoff=1) <= 1


def ends_name(token: Token) -> bool:
    """Say whether `token` cannot be part of a name that an introduction opened."""
    return token.is_number or (token.key in _ENDS and not token.is_initial)
