"""Is this line of text, or part of it, a child's name?  By the roll, by what introduces it, by company, by doubt.

`RULES` run over the tokens (words) of all lines of one picture, in an order in which each may use what those before
it found.  Each only adds, except the last two.  What a rule finds carries its reason, a sentence without the name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

from redact.pupils.roll import Roll
from redact.redaction.names.layout import clockwise, widened
from redact.redaction.names.page import Found, Mark, Page
from redact.redaction.names.phrases import without_phrases
from redact.redaction.names.rules.adults import is_adults, titled, without_permitted
from redact.redaction.names.rules.alone import alone, cards, labels
from redact.redaction.names.rules.company import company, initialled, pairs, stray_initials
from redact.redaction.names.rules.doubt import doubt, resembling
from redact.redaction.names.rules.evidence import evident
from redact.redaction.names.rules.introduced import introduced
from redact.redaction.names.rules.known import known
from redact.redaction.names.rules.lists import lists
from redact.redaction.names.rules.logins import logins
from redact.redaction.names.rules.particles import particles
from redact.redaction.names.rules.spelt.acrostics import acrostics
from redact.redaction.names.rules.spelt.letters import spelt
from redact.redaction.names.rules.split import split
from redact.redaction.names.words import Token
from redact.redaction.values import Line, NameHit, NameReason, Polygon

Rule = Callable[[Page, Found], Found]
RULES: tuple[Rule, ...] = (
    known,  # a word that can hardly be anything but a name
    split,  # "Okon-", "kwo": broken by a hyphen at a line's end
    introduced,  # what follows "awarded to", "Name:", "by"
    lists,  # short lines of names that stand together
    alone,  # one short line and nothing else to read: a signature
    titled,  # "Mrs Green", of an adult of the register
    pairs,  # forename and surname of one pupil side by side
    logins,  # "robin5 pass: lamp"
    initialled,  # surnames that are words too, in a register
    evident,  # names that are words too, by what stands around them
    labels,  # the same, alone on a label or in a column
    cards,  # the same, beside what cards, awards and charts say
    company,  # what stands beside a name
    particles,  # "St", "de", "van der" before a name
    stray_initials,  # an initial cut off from its name
    spelt,  # letters set apart or stacked
    acrostics,  # letters down the edge of a poem
    resembling,  # what was read badly and resembles a name
    doubt,  # what was found but could not be read
    without_phrases,  # "Jack and the Beanstalk", "Florence Nightingale"
    without_permitted,  # adults who may be named
)

PAD = 0.02  # of the line's height, added around a name; the reader's boxes already exceed the letters by 0.15 (bench)
UNREAD_SCORE = 0.1  # of a hit whose words are not legible at all: there is text, no more is known; a choice


def find_names(lines: Sequence[Line], roll: Roll | None, side_px: float = math.inf) -> tuple[NameHit, ...]:
    """Return the places in one picture's `lines` that show a name, or may (`is_certain` False).

    Works without a roll too: by context and by common forenames.

    Args:
        lines: all that was read on one picture.
        roll: the names to look for.
        side_px: long side of the picture, by which writing that is too large for a signature is recognised.
    """
    return tuple(hit for hit, _ in hits_of(look(lines, roll, side_px)))


@dataclass(frozen=True, slots=True)
class Looked:
    """The words of one picture, and what all rules found in them."""

    page: Page
    found: Found


def look(lines: Sequence[Line], roll: Roll | None, side_px: float) -> Looked:
    """Return what the rules find; see `find_names`."""
    page = Page.of(lines, roll, side_px)
    return Looked(page, reduce(lambda so_far, rule: rule(page, so_far), RULES, Found()))


def hits_of(looked: Looked) -> Iterator[tuple[NameHit, Sequence[Token]]]:
    """Yield each place that shows a name, or may, with its words; none where single letters spell it."""
    page, found = looked.page, looked.found
    yield from _word_hits(page, found)
    yield from _line_hits(page, found)
    for place, mark in found.places:
        yield NameHit(place, mark.score, mark.reason, mark.is_certain), ()


def _word_hits(page: Page, found: Found) -> Iterator[tuple[NameHit, Sequence[Token]]]:
    """Yield one hit for each run of words that are found alike, in lines that are not covered as a whole."""
    for i, tokens in enumerate(page.tokens):
        if i not in found.lines:
            for run in _runs(tokens, found):
                best = max((found.words[token.line, token.place] for token in run), key=lambda mark: mark.score)
                quad = _padded(page, _joined([token.quad for token in run]), i)
                is_of_adult = best.reason is NameReason.ON_ROLL and is_adults(page, run)
                reason = NameReason.OF_ADULT if is_of_adult else best.reason
                yield NameHit(quad, best.score, reason, best.is_certain), run


def _runs(tokens: Sequence[Token], found: Found) -> Iterable[list[Token]]:
    run: list[Token] = []
    last: Mark | None = None
    for token in tokens:
        mark = found.words.get((token.line, token.place))
        if run and (mark is None or (last is not None and mark.is_certain != last.is_certain)):
            yield run
            run = []
        if mark is not None:
            run.append(token)
        last = mark
    if run:
        yield run


def _line_hits(page: Page, found: Found) -> Iterator[tuple[NameHit, Sequence[Token]]]:
    for i, mark in sorted(found.lines.items()):
        score = max(page.lines[i].score, UNREAD_SCORE)
        yield NameHit(_padded(page, page.lines[i].quad, i), score, mark.reason, mark.is_certain), page.tokens[i]


def _padded(page: Page, quad: Polygon, i: int) -> Polygon:
    pad = PAD * page.frames[i].height
    return widened(clockwise(quad), pad, pad)


def _joined(quads: Sequence[Polygon]) -> Polygon:
    """Return one quad from the first word's start to the last one's end; they lie on one line."""
    return quads[0][0], quads[-1][1], quads[-1][2], quads[0][3]
