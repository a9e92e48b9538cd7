"""Words alone on their line: a signature on a painting, a name that is a word too on a label, a card or a chart.

On a label it is asked about by itself.  Among more lines it needs one that cards, awards and charts have beside a name
(a class, a dinner, "Team captain", "for always listening"), or lines of its own form ("Rose 12", "GD Summer").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from redact.redaction.names.around import (
    CALENDAR,
    LISTED_THINGS,
    NO_NAME_BEHIND,
    THINGS,
    is_kisses,
)
from redact.redaction.names.layout import next_below, next_right
from redact.redaction.names.page import LEGIBLE, SHORT_LINE, Found, Mark, Page
from redact.redaction.names.reading import is_read_as_name
from redact.redaction.names.rules.evidence import is_candidate
from redact.redaction.names.rules.lists import groups
from redact.redaction.names.words import Token, word_set
from redact.redaction.values import NameReason

LABEL_LINES = 2  # legible lines, at most, in a picture whose one word is a label; a choice
COLUMN_LINES = 3  # of names, below or beside one another, that are a list under whatever heading; a choice
ROW_NAMES = 3  # names side by side without a sign that make a list; two may be a phrase; a choice
ALONE_LINES = 2  # legible lines, at most, in a picture whose text is a signature; a choice
SIGNATURE_LETTERS = 3  # of an unknown word that stands alone: texture reads as one or two (phone photos)
SIGNATURE_HEIGHT = 0.09  # of the long side; boxes of bench signatures reach 0.08, texture on crowd photos starts at 0.1
SIGNATURE_LENGTH = 0.35  # of the long side; bench signatures reach 0.2, banners and adverts 0.47 to 0.7

_CLASSES = word_set("class year yr form")
_DINNERS = word_set(
    "school dinner dinners packed lunch vegetarian veg veggie vegan halal hot meal sandwich sandwiches home"
)
_CODES = frozenset(("SD", "PL", "HD", "PKL", "FSM", "SEN", "EAL", "PP", "VEG"))  # behind a name in a register
#: What stands above a name on a board, a certificate or a tray: who it is, what it won, whose the thing is.
_HEADS = word_set(
    "award awards cup prize trophy certificate captain captains champion champions winner winners monitor monitors"
    " leader leaders prefect prefects helper helpers superstar peg pegs tray trays drawer locker cloakroom councillor"
    " commended buddy buddies hero heroes goalkeeper defence attack striker birthdays wishes regards sincerely friend"
    " licence licences badge badges merit attendance folder card kit spot table register upn"
)
#: Who is somebody "of the week"; and what ends as they do ("swimmer", "artist") and is nobody.
_PEOPLE = word_set("star pupil student child captain hero friend athlete girl boy scholar")
_OF_PEOPLE = ("er", "or", "ist", "ian")
_NOBODY = THINGS | LISTED_THINGS | word_set("number letter river weather paper answer order power fruit animal tutor")
_PERIODS = word_set("week month day term match year")
_ASKED = Mark(NameReason.WORD_TOO, 0.5, is_certain=False)
_PARTS = frozenset(",&+/")  # signs between the words of a list
_POSITIONS = frozenset(("GK", "GD", "GS", "GA", "WA", "WD", "C"))  # of netball: "GD Summer"


def alone(page: Page, found: Found) -> Found:
    """Find the signature of a picture that shows hardly any text."""
    legible = [
        i
        for i, line in enumerate(page.lines)
        if line.score >= LEGIBLE and any(len(token.key) > 1 for token in page.words(i))
    ]
    if not 1 <= len(legible) <= ALONE_LINES:
        return found
    for i in legible:
        words = page.words(i)
        is_other = len(words) > SHORT_LINE or not _is_signature(page, i) or _is_phrase(page, words)
        if is_other or not all(_may_sign(page, word) for word in words):
            continue
        is_word = any(len(word.key) >= SIGNATURE_LETTERS or page.may_be_name(word) for word in words)
        if not is_word and i not in found.lines:
            found = found.with_line(i, Mark(NameReason.ALONE, 0.0, is_certain=False))
        others = [page.words(j) for j in legible if j != i]
        over = [page.words(j) for j in legible if page.frames[j].offset(page.frames[i])[1] > 0]
        if all(word.is_ordinary for word in words) and any(map(_heads_things, over)):  # "School values", "Hope"
            continue
        is_word_card = any(len(other) >= SHORT_LINE or other[-1].key in THINGS for other in others)
        for token in words:  # a shop's sign stands alone too: what no list knows is covered, and asked about
            is_word = token.is_ordinary and (token.raw.islower() or is_word_card)  # "ocean sky"; a word and what it is
            is_sure = page.may_be_name(token, 1) and not is_word
            found = found.with_words([token], Mark(NameReason.ALONE, max(0.5, token.score), is_sure))
    return found


def _is_signature(page: Page, i: int) -> bool:
    """Say whether a line is no banner, no date, and no web address but one with a pupil's name in it."""
    height, length = page.frames[i].height, 2 * page.frames[i].half_width
    is_banner = height > SIGNATURE_HEIGHT * page.side_px or length > SIGNATURE_LENGTH * page.side_px
    return not is_banner and not page.is_address(page.lines[i].text) and not is_date(page, i)


def _is_phrase(page: Page, words: Sequence[Token]) -> bool:
    """Say whether a capital and words in small letters are no pupil's name but a phrase: "Jade green", "Rain gauge"."""
    first, *rest = words
    known = page.match(first)
    surnames = [match.surname_of for word in rest if (match := page.match(word)) is not None]
    is_pupils = known is not None and any(known.forename_of & pupils for pupils in surnames)
    are_words = all(w.is_ordinary or (first.is_ordinary and not page.may_be_name(w, 1)) for w in rest)
    return bool(rest) and first.is_capital and all(w.raw.islower() for w in rest) and are_words and not is_pupils


def _may_sign(page: Page, token: Token) -> bool:
    return page.may_be_name(token, 1) or not (token.is_ordinary or token.is_nearly_ordinary)


def labels(page: Page, found: Found) -> Found:
    """Find a word that is alone on a label, labels that all bear names, and a column of names under a heading."""
    legible = [
        i for i, line in enumerate(page.lines) if line.score >= LEGIBLE and any(len(t.key) > 1 for t in page.words(i))
    ]
    rows = [i for i in legible if _is_of_names(page, found, page.words(i)) and not is_date(page, i)]
    lone = [i for i in rows if not _are_found(found, page.words(i))]
    is_of_words = not any(found.has(word) for i in lone for word in page.words(i))
    if is_of_words and any(_heads_things(page.words(i)) for i in legible if i not in lone):
        return found
    if len(legible) <= LABEL_LINES or len(lone) == len(legible) or _are_headed(page, legible, rows):
        return _labelled(page, found, lone)
    columns = [column for column in groups(rows, page.frames) if len(column) >= COLUMN_LINES]  # "Rowan 10" is one, too
    return reduce(lambda so_far, column: _labelled(page, so_far, column), columns, found)


def _are_headed(page: Page, legible: Sequence[int], rows: Sequence[int]) -> bool:
    """Say whether a short heading and two names below it are all that a picture says: "Highly commended"."""
    (head, *more) = [i for i in legible if i not in rows] or (-1, -1)
    is_short = not more and len(page.words(head)) <= SHORT_LINE
    return is_short and len(rows) > 1 and all(page.frames[head].offset(page.frames[i])[1] > 0 for i in rows)


def is_date(page: Page, i: int) -> bool:
    """Say whether a line is of the calendar, with a number: "May 4", "Summer 2"."""
    words, first = page.words(i), page.tokens[i][0]
    is_numbered = first.is_number and first.after[:1] in {".", ")"}  # "2. Summer", of a list
    return len(words) < len(page.tokens[i]) and not is_numbered and all(word.key in CALENDAR for word in words)


def _heads_things(words: Sequence[Token]) -> bool:
    """Say whether a line is the heading of a list of things that are no names: "Our values"."""
    return 0 < len(words) <= SHORT_LINE and words[-1].key in LISTED_THINGS


def _is_of_names(page: Page, found: Found, line: Sequence[Token]) -> bool:
    """Say whether a line says nothing but names, found or words too, and kisses."""
    words = _without_kisses(line)
    are_names = all(found.has(word) or word.is_initial or is_candidate(page, word) for word in words)
    return len(words) <= SHORT_LINE and are_names


def _are_found(found: Found, line: Sequence[Token]) -> bool:
    return all(found.has(word) for word in _without_kisses(line))


def _without_kisses(line: Sequence[Token]) -> Sequence[Token]:
    return [word for word in line if not (word.place and is_kisses(word))]


def _labelled(page: Page, found: Found, lines: Sequence[int]) -> Found:
    names = [word for i in lines for word in page.words(i) if not (word.is_initial or is_kisses(word))]
    if len(names) > 1 and all(token.key in CALENDAR for token in names):
        return found
    return found.with_words(names, _ASKED)


def cards(page: Page, found: Found) -> Found:
    """Find a name that is a word too by the lines around its own, and by lines that are of its form."""
    if page.roll is None:
        return found
    is_of_things = any(_heads_things(page.words(i)) for i in range(len(page.lines)))
    if not is_of_things:
        for tokens in page.tokens:
            found = found.with_words(_side_by_side(page, found, tokens), _ASKED)
        found = _alike(page, found)
    lone = [i for i in range(len(page.lines)) if _is_lone(page, found, i)]
    lies = _Lies.of(page) if lone else None
    for i in lone:
        if lies is not None and (_is_on_card(page, lies, i) or _goes_on(page, found, lies, i)):
            found = found.with_words([word for word in page.words(i) if len(word.key) > 1], _ASKED)
    return found


def _is_lone(page: Page, found: Found, i: int) -> bool:
    words = page.words(i)
    is_row = bool(words) and not is_date(page, i) and _is_of_names(page, found, words)
    return is_row and not _are_found(found, words)


@dataclass(frozen=True, slots=True)
class _Lies:
    """Which line lies beside which, looked up once for a picture: registers have hundreds."""

    below: Mapping[int, int]
    above: Mapping[int, int]
    right: Mapping[int, int]
    left: Mapping[int, int]

    @classmethod
    def of(cls, page: Page) -> _Lies:
        """Return how the lines of a page lie."""
        places = range(len(page.frames))
        below = {i: other for i in places if (other := next_below(page.frames, i)) is not None}
        right = {i: other for i in places if (other := next_right(page.frames, i)) is not None}
        above, left = ({other: i for i, other in reversed(lies.items())} for lies in (below, right))
        return cls(below, above, right, left)

    def around(self, i: int) -> Iterator[int]:
        """Yield the lines around line `i`."""
        yield from (lies[i] for lies in (self.above, self.below, self.left, self.right) if i in lies)


def _is_on_card(page: Page, lies: _Lies, i: int) -> bool:
    """Say whether a line beside line `i`, which may be a name, is what stands beside names."""
    tokens, below, above = page.tokens[i], lies.below.get(i), lies.above.get(i)
    around = [page.tokens[j] for j in lies.around(i) if page.tokens[j]]
    is_of_calendar = all(token.key in CALENDAR for token in page.words(i))
    if is_of_calendar:  # "Year 5", "Autumn" heads a plan; "Autumn", "5R" a page of hers
        return below is not None and len(page.tokens[below]) == 1 and page.tokens[below][0].is_class
    if any(map(_is_class, around)) or any(map(_is_dinner, around)):
        return True
    if below is not None and page.tokens[below]:
        rest = [replace(token, place=token.place + len(tokens)) for token in page.tokens[below]]
        whole = (*tokens, *rest)
        is_spoken_to = tokens[-1].after.startswith(",") and rest[0].raw.islower()  # "Hope," and a letter
        if is_spoken_to or is_read_as_name(whole, tokens[0]):
            return True
    return above is not None and _heads_name(page.words(above), tokens[0])


def _goes_on(page: Page, found: Found, lies: _Lies, i: int) -> bool:
    """Say whether line `i` is in a column below a name that was found: "Coat pegs", "Hope", "Joy"."""
    above = lies.above.get(i)
    words = [] if above is None else page.words(above)
    is_of_calendar = all(token.key in CALENDAR for token in page.words(i))
    return bool(words) and all(found.has(word) for word in words) and len(words) <= SHORT_LINE and not is_of_calendar


def _is_class(tokens: Sequence[Token]) -> bool:
    """Say whether a line is a class and nothing else: "5R", "Year 4", "Class 5R"."""
    return len(tokens) <= SHORT_LINE and (
        all(token.is_class or token.key in _CLASSES for token in tokens)
        or (len(tokens) == 2 and tokens[0].key in _CLASSES and tokens[1].is_number)
    )


def _is_dinner(tokens: Sequence[Token]) -> bool:
    """Say whether a line is what somebody eats at school: "Packed lunch"."""
    return len(tokens) <= SHORT_LINE and all(token.key in _DINNERS for token in tokens)


def _heads_name(words: Sequence[Token], name: Token) -> bool:
    """Say whether a line is the heading of a name: "Team captain", "Swimmer of the week", "Tray 6"."""
    keys = [word.key for word in words]
    if not keys:
        return False
    if name.key in _PEOPLE:  # "Award", "Star"
        return False
    if keys[-1] in _PERIODS and keys[-3:-1] == ["of", "the"]:
        who = keys[-4] if len(keys) > SHORT_LINE else ""
        return who in _PEOPLE or (who.endswith(_OF_PEOPLE) and who not in _NOBODY)
    is_closing = keys[:2] == ["thank", "you"] and len(keys) > 2 and keys[-1] not in NO_NAME_BEHIND  # "for having me"
    return is_closing or (len(keys) <= SHORT_LINE + 1 and keys[-1] in _HEADS)


def _side_by_side(page: Page, found: Found, tokens: Sequence[Token]) -> Sequence[Token]:
    """Return names side by side without a sign between them, and behind a word that no sign ends; () for none.

    "Hope Grace Will Faith", "1) Summer 2) Dean", "Group 1 Mark Joy Rose", "Inhalers Jade, Guy".
    """
    names = [token for token in tokens if token.is_title and (found.has(token) or is_candidate(page, token))]
    if len(names) < 2 or all(token.key in CALENDAR for token in names):
        return ()
    others = [token for token in tokens[: names[0].place] if not (token.is_number or len(token.key) < 2)]
    is_single = len(others) == 1 and others[0].key not in _NOBODY
    is_label = not others or (
        is_single and not set(others[0].after) & _PARTS
    )  # "Peace, Hope, Joy" is a list of its own
    between = tokens[names[0].place : names[-1].place + 1]
    are_all = all(t in names or t.is_number or t.is_initial or t.key in {"and", "b", "c", "d"} for t in between)
    is_end = all(t.is_number or t.is_initial for t in tokens[names[-1].place + 1 :])
    are_numbered = all(token.place and tokens[token.place - 1].is_number for token in names)
    are_parted = all(set(token.after) & _PARTS or _is_before_and(tokens, token) for token in names[:-1])
    is_list = len(names) >= ROW_NAMES or are_numbered or (are_parted and bool(others) and others[0].is_title)
    return names if is_label and are_all and is_end and is_list else ()


def _is_before_and(tokens: Sequence[Token], token: Token) -> bool:
    return tokens[token.place + 1].key == "and"


def _alike(page: Page, found: Found) -> Found:
    """Find the names of lines that are alike: a name and a figure ("Rose 12"), a position and a name ("GD Summer")."""
    numbered = [words[0] for tokens in page.tokens if len(words := _without_numbers(tokens)) == 1 < len(tokens)]
    placed = [t[1] for t in page.tokens if len(t) == 2 and t[0].raw in _POSITIONS]
    for names, fewest in ((numbered, 2), (placed, COLUMN_LINES)):
        are_names = all(token.is_title and (found.has(token) or is_candidate(page, token)) for token in names)
        is_of_calendar = sum(token.key in CALENDAR for token in names) * 2 > len(names)
        if len(names) >= fewest and are_names and not is_of_calendar:
            found = found.with_words(names, _ASKED)
    coded = (tokens[0] for tokens in page.tokens if len(tokens) == 2 and tokens[1].raw in _CODES)
    return found.with_words((t for t in coded if t.is_title and is_candidate(page, t)), _ASKED)


def _without_numbers(tokens: Sequence[Token]) -> Sequence[Token]:
    return [token for token in tokens if not token.is_number]
