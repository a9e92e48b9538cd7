"""Check the words of a post: names, initials, contact details, links, lengths; pure.

Threat: a caption or an alternative text tells who a child on the picture is, or how somebody is reached.
Rule: a name that stands on the roll blocks a post with photos; what only looks like a name, and a listed name in a post
without photos, asks the author.  Initials of a pupil whom a copy shows block.  An e-mail address or a telephone number
asks, and blocks where it is plainly a private one; so does an account that is not the site's own.  A link needs the
question about other sites' terms to be answered.  What asks is confirmed for those very words.
Accepted residue: a nickname that no roll lists, and whoever is described without a name; the author is asked about
that, and the headteacher reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import lru_cache
from typing import Final

from models.findings import Box
from redact.posts.writing.questions import questions_for, unanswered
from redact.posts.writing.values import Against, Finding, Limits, Part, Weight, Written
from redact.pupils.roll import Pupil, Roll
from redact.redaction.names.find import find_names
from redact.redaction.names.free_text import KnownNames, as_read, name_in
from redact.redaction.names.words import fold, key_parts
from redact.redaction.values import Line, NameHit, NameReason, Word

#: Ends of addresses that nobody reaches an office under.
_PRIVATE_HOSTS: Final = ("gmail.", "googlemail.", "hotmail.", "outlook.", "live.", "yahoo.", "icloud.", "me.", "aol.",
                         "btinternet.", "sky.", "virginmedia.", "talktalk.")  # fmt: skip
_EMAIL: Final = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE: Final = re.compile(r"(?<![\w/.-])(?:\+|\(?0)[\d ()/.-]{8,20}\d(?![\w])")
_HANDLE: Final = re.compile(r"(?<![\w@.])@([A-Za-z0-9_][A-Za-z0-9_.]{1,40})")
_ENDS: Final = "uk|com|org|net|info|co|io|ly|be|me|eu|gov|edu|ac|school|london"  # of hosts that are typed without www
_LINK: Final = re.compile(
    rf"(?<![\w@.])(?:https?://|www\.)[^\s<>\"]+|(?<![\w@.-])(?:[a-z0-9-]+\.)+(?:{_ENDS})(?:/[^\s<>\"]*)?(?![\w@])",
    re.IGNORECASE,
)
_INITIALS: Final = re.compile(r"(?<!\w)([A-Z])\.?[ ]?([A-Z])(?:\.|(?!\w))")
_WORDS: Final = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_TITLE: Final = r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Sir|Dame|Revd?|Councillor|Cllr|Mayor)"
_MOBILE: Final = re.compile(r"(?:\+44\D*|0)7")
_LETTER_PX, _LINE_PX, _GAP_PX = 20.0, 40.0, 400.0  # made-up sizes: words of a text stand side by side as in print


def check_post(written: Written, against: Against) -> tuple[Finding, ...]:
    """Return all that a person must see to before the post may be proposed, confirmed things left out."""
    found = [*_check_lengths(written.caption, against.limits), *_check_alts(written)]
    for part, number, text in _texts(written):
        found += _check_text(written, against, part, number, text)
    found += _check_questions(written, against)
    confirmed = {key for key, answer in written.answers.items() if answer.is_yes}
    return tuple(each for each in found if each.weight is Weight.BLOCKS or each.key not in confirmed)


def list_links(texts: Iterable[str], own: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Return the links that lead away from the trust's own site."""
    found = (hit[0] for text in texts for hit in _LINK.finditer(_EMAIL.sub(" ", text)))
    return tuple(dict.fromkeys(link for link in found if _host(link) not in own))


def count_words(text: str) -> int:
    """Return how many words a text has: what stands between spaces."""
    return len(text.split())


def _texts(written: Written) -> Iterator[tuple[Part, int, str]]:
    yield Part.CAPTION, 0, written.caption
    for number, photo in enumerate(written.photos, 1):
        yield Part.ALT, number, photo.alt


def _check_lengths(caption: str, limits: Limits) -> Iterator[Finding]:
    if not caption.strip():
        yield Finding(Part.CAPTION, 0, Weight.BLOCKS, "Write a caption.")
    for limit, has, what in ((limits.words, count_words(caption), "words"), (limits.characters, len(caption),
                                                                             "characters")):  # fmt: skip
        if limit is not None and has > limit:
            sentence = f"The caption has {has} {what}; the site takes {limit}."
            yield Finding(Part.CAPTION, 0, Weight.BLOCKS, sentence)


def _check_alts(written: Written) -> Iterator[Finding]:
    for number, photo in enumerate(written.photos, 1):
        if not photo.alt.strip():
            sentence = f"Say what photo {number} shows, for those who cannot see it."
            yield Finding(Part.ALT, number, Weight.BLOCKS, sentence)


def _check_questions(written: Written, against: Against) -> Iterator[Finding]:
    has_links = bool(list_links((text for _, _, text in _texts(written)), against.own))
    asked = questions_for(has_photos=bool(written.photos), has_links=has_links)
    for question in unanswered(asked, written.answers):
        yield Finding(Part.QUESTIONS, 0, Weight.BLOCKS, f"Answer: {question.asks}")


def _check_text(written: Written, against: Against, part: Part, number: int, text: str) -> Iterator[Finding]:
    text = as_read(text)
    if written.photos:
        for quote in _initials(text, against.shown):
            sentence = "These are the initials of a child who is shown; take them out."
            yield Finding(part, number, Weight.BLOCKS, sentence, quote)
    for quote, standing in _names(text, against.roll):
        if standing is _Standing.LISTED and written.photos:
            yield Finding(part, number, Weight.BLOCKS, "This is a name of the roll; take it out.", quote)
        else:
            sentence = f"This {standing.value}. Take it out, or confirm that {_CONFIRMED[standing]}."
            yield Finding(part, number, Weight.ASKS, sentence, quote)
    yield from _contacts(text, against.own, part, number)


def _contacts(text: str, own: frozenset[str], part: Part, number: int) -> Iterator[Finding]:
    for hit in _EMAIL.finditer(text):
        host = hit[0].rpartition("@")[2].lower()
        is_private = host.startswith(_PRIVATE_HOSTS)
        yield _contact(part, number, hit[0], "e-mail address", is_private=is_private)
    rest = _EMAIL.sub(lambda hit: " " * len(hit[0]), text)
    for hit in _PHONE.finditer(rest):
        if sum(letter.isdigit() for letter in hit[0]) >= 10:  # UK numbers have ten or eleven, 0 included
            is_private = _MOBILE.match(hit[0].strip("( ")) is not None
            yield _contact(part, number, hit[0].strip(), "telephone number", is_private=is_private)
    for hit in _HANDLE.finditer(rest):
        if hit[1].rstrip(".").lower() not in own:
            yield _contact(part, number, hit[0], "account", is_private=False)


def _contact(part: Part, number: int, quote: str, what: str, *, is_private: bool) -> Finding:
    if is_private:
        return Finding(part, number, Weight.BLOCKS, f"This is a private {what}; take it out.", quote)
    sentence = f"This is an {what}." if what[0] in "ae" else f"This is a {what}."
    official = f"{sentence} Take it out, or confirm that it is an official one of the school or of an organisation."
    return Finding(part, number, Weight.ASKS, official, quote)


# -- names --


class _Standing(StrEnum):
    LISTED = "stands on the roll"
    TITLED = "stands on the roll, for an adult it seems"
    WORD_TOO = "stands on the roll, and is an ordinary word"
    LIKELY = "looks like a person's name"
    ADULT = "is the name of an adult of the register, without a permission in writing for this"


_CONFIRMED: Final = dict.fromkeys(_Standing, "no child is told by it") | {
    _Standing.ADULT: "they have agreed in writing since"
}


@lru_cache(maxsize=256)  # texts of some twenty posts: a draft is looked at again and again while it is written
def _names(text: str, roll: Roll) -> tuple[tuple[str, _Standing], ...]:
    """Return the words of a text that are a name, and how they stand to the roll."""
    return tuple(_find_names(text, roll))


def _find_names(text: str, roll: Roll) -> Iterator[tuple[str, _Standing]]:
    lines, listed_keys = lines_of(text), _keys(roll)
    sides = [x for line in lines for x, _ in line.quad]
    given: set[str] = set()
    for hit in find_names(lines, roll, max(sides, default=1.0)):
        quote = _words_under(lines, hit)
        if quote and quote not in given and hit.reason is NameReason.OF_ADULT:
            given.add(quote)
            yield quote, _Standing.ADULT
        elif quote and quote not in given:
            given.add(quote)
            is_on_roll = hit.is_certain and hit.reason is NameReason.ON_ROLL
            is_listed = is_on_roll and not listed_keys.isdisjoint(_keys_of(quote))
            yield quote, _titled(text, quote) if is_listed else _Standing.LIKELY
    listed = name_in(text, _known(roll))
    if listed is not None and not any(listed in quote or quote in listed for quote in given):
        yield listed, _Standing.WORD_TOO


def _titled(text: str, quote: str) -> _Standing:
    """Tell "Mrs Jones" from a pupil of that surname: a title before one word."""
    is_titled = len(quote.split()) == 1 and re.search(rf"\b{_TITLE}\.?\s+{re.escape(quote)}", text) is not None
    is_bare = len(re.findall(rf"\b{re.escape(quote)}\b", text)) > len(re.findall(rf"{_TITLE}\.?\s+{re.escape(quote)}",
                                                                                   text))  # fmt: skip
    return _Standing.TITLED if is_titled and not is_bare else _Standing.LISTED


@lru_cache(maxsize=4)  # as the index of a roll: a page checks several texts, and the roll seldom changes
def _known(roll: Roll) -> KnownNames:
    return KnownNames(roll.pupils)


@lru_cache(maxsize=4)
def _keys(roll: Roll) -> frozenset[str]:
    names = (name for pupil in roll.pupils for name in (*pupil.forenames, *pupil.surnames))
    return frozenset(key for name in names for key in _keys_of(name))


def _keys_of(text: str) -> frozenset[str]:
    """Return a name's spellings as the roll is looked up: whole, and each part of a double name."""
    words = [re.sub(r"['\N{RIGHT SINGLE QUOTATION MARK}]s?$", "", word) for word in text.split()]
    return frozenset(key for word in words for key in (fold(word), *key_parts(word)) if key)


def lines_of(text: str) -> tuple[Line, ...]:
    """Return the lines of a text as the rules about names take them, laid out as print of one size, far apart."""
    lines = []
    for row, written in enumerate(text.splitlines()):
        words, x, y = [], 0.0, row * (_LINE_PX + _GAP_PX)
        for part in written.split():
            box = Box(x, y, x + _LETTER_PX * len(part), y + _LINE_PX)
            words.append(Word(part, box.polygon, 1.0))
            x = box.x1 + _LETTER_PX
        if words:
            quad = Box(0.0, y, x - _LETTER_PX, y + _LINE_PX).polygon
            lines.append(Line(tuple(words), quad, 1.0, "written"))
    return tuple(lines)


def _words_under(lines: Iterable[Line], hit: NameHit) -> str:
    """Return the words of which at least half lies under what was found."""
    (x0, x1), (y0, y1) = ((min(side), max(side)) for side in zip(*hit.polygon, strict=True))
    found = []
    for line in lines:
        for word in line.words:
            left, right = min(x for x, _ in word.quad), max(x for x, _ in word.quad)
            middle = sum(y for _, y in word.quad) / len(word.quad)
            if y0 <= middle <= y1 and min(right, x1) - max(left, x0) >= (right - left) / 2:
                found.append(word.text)
    return " ".join(found).strip(".,;:!?()\"'\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}")


def _initials(text: str, shown: Iterable[Pupil]) -> Iterator[str]:
    theirs = {(fore[0].upper(), sur[0].upper()) for pupil in shown for fore in pupil.forenames if fore
              for sur in pupil.surnames if sur}  # fmt: skip
    for hit in _INITIALS.finditer(text):
        if (hit[1], hit[2]) in theirs:
            yield hit[0]


def _host(link: str) -> str:
    return re.sub(r"^(https?://)?(www\.)?", "", link.lower()).partition("/")[0].rstrip(".,;:!?)")
