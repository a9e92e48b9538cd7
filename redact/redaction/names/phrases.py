"""Names that are nobody's here: titles, people of history and of books, places and makers (phrases.txt).

Threat: a wall of "Jack and the Beanstalk" is spoilt, and a reviewer who lifts covers by the dozen lifts a wrong one.
Rule: where a roll is given, such a phrase stays, word for word, unless what introduces it speaks against it, or the
roll: two words of it are one pupil's forename and surname, or all of them pupils' forenames ("Mary and Joseph").
What has the form of one counts too (`titles.py`), unless the picture names an author or shows that name elsewhere.
Accepted residue: a child who is called as such a person, and does not stand on the roll.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from itertools import combinations, pairwise

from redact.redaction.names.context import Strength, introductions
from redact.redaction.names.layout import next_below
from redact.redaction.names.page import Found, Page
from redact.redaction.names.titles import is_of_books, story, titles
from redact.redaction.names.words import Token, fold, ordinary_words
from redact.redaction.values import NameReason

_LINKS = frozenset(("and", "of", "the", "in"))
_OF_PLACES = frozenset(
    (
        "street",
        "road",
        "avenue",
        "lane",
        "drive",
        "crescent",
        "terrace",
        "station",
        "cathedral",
        "cafe",
        "hotel",
        "hospital",
    )
)
_PARTING = ",;:/+&-\u2013\u2014"
Keys = tuple[str, ...]


def without_phrases(page: Page, found: Found) -> Found:
    """Return what is found without the names that stand in such a phrase."""
    if page.roll is None or not found.words:
        return found
    spoken = [run for tokens in page.tokens for run in (*_spoken(tokens), *_places(tokens))]
    left = [run for run in spoken if not (_is_introduced(page, found, run[0]) or _is_pupils(page, run))]
    found = found.without(token for run in left for token in run)
    shaped = [run for tokens in page.tokens for run in titles(page, tokens)]
    shaped += [title for run in left if (title := _written_by(page, run))]
    told = [run for tokens in page.tokens if (run := story(page, tokens))]
    if not (shaped or told) or _names_author(page, found):
        return found
    told, shaped = ([], shaped + told) if left or is_of_books(page) else (told, shaped)
    told, shaped = (
        [run for run in runs if not (_is_shown_beside(page, found, run) or _is_pupils(page, run))]
        for runs in (told, shaped)
    )
    return _doubted(found.without(token for run in shaped for token in run), [token for run in told for token in run])


def _doubted(found: Found, tokens: Sequence[Token]) -> Found:
    """Return what is found with a person to look at those of it that are `tokens`."""
    marks = [(token, found.words[token.line, token.place]) for token in tokens if found.has(token)]
    found = found.without(token for token, _ in marks)
    for token, mark in marks:
        found = found.with_words([token], replace(mark, is_certain=False))
    return found


def _written_by(page: Page, run: Sequence[Token]) -> Sequence[Token]:
    """Return what such a person wrote, if it is one word: "Matilda by Roald Dahl", or the line above "by Roald Dahl".

    More words may be a child's: "Leo reads The Twits by Roald Dahl", "Leo's Sunflowers by Vincent van Gogh".
    """
    tokens, at = page.tokens[run[0].line], run[0].place - 1
    if at < 0 or tokens[at].key != "by":
        return ()
    above = [i for i in range(len(page.lines)) if next_below(page.frames, i) == run[0].line]
    title = tokens[:at] if at > 0 else page.tokens[above[0]] if len(above) == 1 else ()
    if len(title) != 1 or title[0].is_possessive:
        return ()
    match = page.named(title[0])
    return () if match is not None and match.surname_of else title  # "Mia", "Khan", one below the other


def _is_shown_beside(page: Page, found: Found, run: Sequence[Token]) -> bool:
    """Say whether the picture shows a name of `run` once more outside it."""
    inside = {(token.line, token.place) for token in run}
    keys = {token.key for token in run if found.has(token)}
    return any(at not in inside and page.tokens[at[0]][at[1]].key in keys for at in found.words)


def _names_author(page: Page, found: Found) -> bool:
    """Say whether words introduce a name surely, or "by" does, on their line or below it: then its work hangs there."""
    for i, tokens in enumerate(page.tokens):
        for intro in introductions(tokens):
            below = next_below(page.frames, i) if intro.end == len(tokens) else None
            after = tokens[intro.end :] if below is None else page.tokens[below]
            is_sure = intro.strength is not Strength.HINT or tokens[intro.end - 1].key == "by"
            if is_sure and after and found.has(after[0]):
                return True
    return False


def _is_introduced(page: Page, found: Found, token: Token) -> bool:
    """Say whether `token` stands where whatever follows is a name: "Name: Peter Pan"; but not "by Roald Dahl"."""
    if not found.has(token) or found.words[token.line, token.place].reason is not NameReason.INTRODUCED:
        return False
    return token.place == 0 or page.tokens[token.line][token.place - 1].key != "by"


def _places(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Yield a word and what makes a place of it: "Hope Street"; "Amelia Lane" is a name all the same."""
    for one, place in pairwise(tokens):
        if place.key in _OF_PLACES and place.is_capital and one.key in ordinary_words() and not _sign(one.after):
            yield one, place


def _spoken(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Yield the runs of a line's words that are such a phrase."""
    keys = tuple(token.key + _sign(token.after) for token in tokens)
    for at, first in enumerate(tokens):
        for phrase in _phrases().get(first.key, ()):
            end = at + len(phrase)
            if keys[at : end - 1] == phrase[:-1] and end <= len(tokens) and tokens[end - 1].key == phrase[-1]:
                yield tokens[at:end]


def _sign(after: str) -> str:
    """Return the sign behind a word that tells a list ("Prince, George") from a phrase; "" for none."""
    return next((sign for sign in after if sign in _PARTING), "")


def _is_pupils(page: Page, run: Sequence[Token]) -> bool:
    """Say whether the roll knows a phrase as a pupil's full name, or as several pupils' forenames and nothing else.

    A full name may be short or misread: "Edward I" for Edward Irving, "Beth Mead" for Bethany Mead.
    """
    if any(_is_nearly_pupils(page, *pair) for pair in pairwise(run)):
        return True
    matches = [page.named(token) for token in run]
    names = [match for match in matches if match is not None and match.forename_of | match.surname_of]
    if any(a.forename_of & b.surname_of or a.surname_of & b.forename_of for a, b in combinations(names, 2)):
        return True
    others = [token for token, match in zip(run, matches, strict=True) if match is None and token.key not in _LINKS]
    return len(names) > 1 and not others and all(match.forename_of for match in names)


def _is_nearly_pupils(page: Page, first: Token, second: Token) -> bool:
    """Say whether two words are a pupil's forename and initial, or its surname after one that is like its forename."""
    one, other = page.match(first), page.match(second)
    if page.roll is None or first.after.strip():
        return False
    if len(second.key) == 1:
        return one is not None and second.key in page.roll.initials_of(one.forename_of, of_surname=True)
    if other is None or not (first.is_capital and second.is_capital):
        return False
    is_same = one is not None and bool(one.forename_of & other.surname_of)
    return is_same or (first.is_forename and page.roll.are_called_alike(first.key, other.surname_of))


@cache
def _phrases() -> Mapping[str, tuple[Keys, ...]]:
    """Return the phrases of the list by their first word, folded."""
    text = files(__package__ or "").joinpath("phrases.txt").read_text(encoding="utf-8")
    lines = " ".join(line for line in text.splitlines() if not line.startswith("#"))
    found: defaultdict[str, list[Keys]] = defaultdict(list)
    for phrase in lines.split(";"):
        keys = tuple(_key(word) for word in phrase.replace(" &", "&").split())
        if keys:
            found[keys[0].rstrip(_PARTING)].append(keys)
    return {first: tuple(phrases) for first, phrases in found.items()}


def _key(word: str) -> str:
    return fold(word.removesuffix("'s")) + _sign(word)
