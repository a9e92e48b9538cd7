"""Forenames that are words as well (Hope, Will, Grace): names where something on their line says so.

Strong evidence covers: the initial of that pupil's surname behind it, a class behind it, a name already found in the
same list.  Weak evidence covers and asks: after a colon, possessive, two of them joined by "and", a capital inside a
line of lower case, a person's deed or age behind it, alone on a label, digits stuck to it as in a log-in name.
What stands in a title ("Summer Fair"), in the calendar ("May 4") or below the heading of a list of things ("Our
values") is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from redact.redaction.names.around import (
    CALENDAR,
    FAMILY,
    GROUPS,
    JOINERS,
    NO_NAME_BEHIND,
    OWNED,
    OWNED_BY_CHILDREN,
    SAME_SHAPE,
    THINGS,
    WEEKDAYS,
    is_in_year,
    is_tally,
    tells_of_child,
)
from redact.redaction.names.page import Found, Mark, Page
from redact.redaction.names.reading import is_read_as_name
from redact.redaction.names.roll_index import LEAST_PART, TITLES
from redact.redaction.names.rules.known import is_saint
from redact.redaction.names.words import Token, fold, is_inflected, ordinary_words
from redact.redaction.values import NameReason

LONG_SURNAME = 6  # letters of a surname that says whose log-in name it ends, whatever its initial; a choice
MOST_JOINED = 8  # tokens of a list in one line, that is looked at as one; a choice
_DASH = re.compile(r"\s[-\u2013\u2014]")
_STOP = re.compile(r"[.!?]")
_OWN_INITIAL = re.compile(r"(?P<name>.{2,})[-._/\u2010\u2011\u2013](?P<initial>[A-Z])|(?P<read>.{4,})(?P<end>\w)")
INITIAL_S = re.compile(r"[A-Z]['\u2019][sS]")  # "Hope B's tray"
_STUCK_CLASS = re.compile(r"(?P<name>.{2,})[-/\u2013](?:\d{1,2}|[sS])[A-Z]")  # "Hope-5K"; a 5 is read as S
_CLASS_AFTER = re.compile(r"(?:\d|[sS])[A-Z]|\d[a-fh-km-z]")  # the same behind a sign; "5k" too, but grams and litres
_CLASS_SIGNS = " ,(-\u2013\u2014"  # what may stand between a name and its class: "Hope - 5K"


def evident(page: Page, found: Found) -> Found:
    """Find the roll's forenames that are ordinary words, or too short to count alone, by what stands around them."""
    if page.roll is None:
        return found
    for tokens in page.tokens:
        for token in tokens:
            if not found.has(token) and is_candidate(page, token):
                found = _judged(page, found, tokens, token)
            if not found.has(token):
                found = _judged_whole(page, found, tokens, token)
        found = _joined(page, _misread(page, found, tokens), tokens)
    return _headed(page, found)


def _has_own_initial(page: Page, token: Token) -> bool:
    """Say whether `token` is a pupil's forename and initial in one: "Hope-B", or "verityk" as the reader had it."""
    cut = _OWN_INITIAL.fullmatch(token.raw)
    if cut is None or page.roll is None or (cut["read"] and (token.is_ordinary or is_inflected(token.key))):
        return False
    match = page.roll.match(fold(cut["name"] or cut["read"]))
    named = match.forename_of if match is not None and match.edits == 0 else frozenset()
    return fold(cut["initial"] or cut["end"]) in page.roll.initials_of(named, of_surname=True)


def is_candidate(page: Page, token: Token) -> bool:
    """Say whether `token` is written as a pupil's forename, a word too or not: no saint of a church or school."""
    match = None if is_saint(page, token) else page.named(token)  # "St Mary's", a church or school
    is_written_so = token.is_capital or token.raw[:1] in SAME_SHAPE or bool(token.parts)  # "kit's tray" of Kit
    return match is not None and bool(match.forename_of) and is_written_so


def _judged(page: Page, found: Found, tokens: Sequence[Token], token: Token) -> Found:
    after = tokens[token.place + 1] if token.place + 1 < len(tokens) else None
    if after is not None and _is_own_initial(page, tokens, token, after):
        return found.with_words([token, after], Mark(NameReason.ON_ROLL, 0.9))
    if after is not None and after.is_class and not token.after.strip(_CLASS_SIGNS):
        return found.with_words([token], Mark(NameReason.ON_ROLL, 0.8))
    if _is_weak(page, found, tokens, token, after):
        return found.with_words([token], Mark(NameReason.WORD_TOO, 0.5, is_certain=False))
    return found


def _judged_whole(page: Page, found: Found, tokens: Sequence[Token], token: Token) -> Found:
    """Find a name by all that its line says: "Hope-B", "hope B", "Robins coat"."""
    if _has_own_initial(page, token):
        return found.with_words([token], Mark(NameReason.ON_ROLL, 0.8))
    if _is_in_class(page, tokens, token):
        return found.with_words([token], Mark(NameReason.WORD_TOO, 0.5, is_certain=False))
    if _is_with_initial_alone(page, tokens, token):
        return found.with_words(tokens[token.place :], Mark(NameReason.WORD_TOO, 0.5, is_certain=False))
    if _is_misread(page, token) and (is_read_as_name(tokens, token) or tells_of_child(tokens, token)):  # "Hcpe won"
        return found.with_words([token], Mark(NameReason.WORD_TOO, 0.5, is_certain=False))
    if _is_owner(page, tokens, token) or _is_behind_label(page, tokens, token) or _is_login(page, token):
        return found.with_words([token], Mark(NameReason.WORD_TOO, 0.5, is_certain=False))
    return found


def _is_own_initial(page: Page, tokens: Sequence[Token], token: Token, after: Token) -> bool:
    """Say whether `after` is the initial of a pupil called `token`; an I that opens a clause is none."""
    match = page.named(token)
    if match is None or page.roll is None or not _may_be_initial(tokens, after) or re.search(r"[:,]", token.after):
        return False
    if after.raw == "0":
        return "o" in page.roll.initials_of(match.forename_of, of_surname=True)
    opens = after.key == "i" and after.place + 1 < len(tokens) and not tokens[after.place + 1].is_capital
    initial = after.key[:1] if INITIAL_S.fullmatch(after.raw) else after.key
    return not opens and initial in page.roll.initials_of(match.forename_of, of_surname=True)


def _is_in_class(page: Page, tokens: Sequence[Token], token: Token) -> bool:
    """Say whether a forename and a class are all that a line says, though its 5 be read as S: "Ivy, SK", "Ivy (sK)"."""
    if page.roll is None or token.place:
        return False
    stuck = _STUCK_CLASS.fullmatch("".join(t.raw for t in tokens))
    key = fold(stuck["name"]) if stuck is not None else token.key
    is_apart = len(tokens) == 2 and (bool(token.after.strip()) or ")" in tokens[1].after)
    is_class = is_apart and _CLASS_AFTER.fullmatch(tokens[1].raw) is not None
    if not token.is_capital or not (is_class or stuck is not None):
        return False
    match = page.roll.match(key)
    return match is not None and match.edits == 0 and bool(match.forename_of)


def _is_with_initial_alone(page: Page, tokens: Sequence[Token], token: Token) -> bool:
    """Say whether a forename and its own initial are all that a line says, in whatever case: "hope B", "Hope, B"."""
    at = token.place + 1
    match = page.named(token)
    if match is None or page.roll is None or at + 1 != len(tokens) or any(not t.is_number for t in tokens[: at - 1]):
        return False
    last = tokens[at]
    is_pronoun = last.key == "i" and "," in token.after
    is_initial = len(last.raw) == 1 and last.raw.isalpha() and not is_pronoun
    return is_initial and last.key in page.roll.initials_of(match.forename_of, of_surname=True)


def _may_be_initial(tokens: Sequence[Token], token: Token) -> bool:
    """Say whether a token is an initial; at the end, a small letter that looks like its capital is one."""
    is_last = token.place + 1 == len(tokens) or bool(token.after.strip())
    is_nought = token.raw == "0" and not is_last
    return (
        is_nought
        or token.is_initial
        or (is_last and token.raw in SAME_SHAPE)
        or INITIAL_S.fullmatch(token.raw) is not None
    )


def _misread(page: Page, found: Found, tokens: Sequence[Token]) -> Found:
    """Find a forename that is a word too and was read with an error, beside its own initial: "Auber F"."""
    for token, after in pairwise(tokens):
        is_new = not (found.has(token) or token.is_ordinary) and token.is_capital and not token.after.strip(" .")
        match = page.match(token) if is_new and after.is_initial else None
        if match is None or page.roll is None or not match.is_ordinary:
            continue
        if after.key in page.roll.initials_of(match.forename_of, of_surname=True):
            found = found.with_words([token, after], Mark(NameReason.ON_ROLL, 0.7))
    return found


def _is_weak(page: Page, found: Found, tokens: Sequence[Token], token: Token, after: Token | None) -> bool:
    is_login = bool(token.parts) and not token.is_number and any(c.isdigit() or c in "._" for c in token.raw)
    is_told = is_login or is_in_year(tokens, token, after) or tells_of_child(tokens, token)
    is_owner = token.is_possessive and after is not None and after.key in OWNED_BY_CHILDREN
    if token.is_possessive and token.key in CALENDAR:  # "Summer's tray", and not "Summer's end"
        return is_told or is_owner
    if is_told or is_read_as_name(tokens, token):
        return True
    if _is_in_title(page, found, token, after):
        return False
    if _is_labelled(tokens, token):  # "Do not touch - Bill's model"
        return is_owner or _is_whole_segment(page, found, tokens[_segment_start(tokens, token) :])
    return token.key not in CALENDAR and _is_marked(page, tokens, token, after)


def _is_marked(page: Page, tokens: Sequence[Token], token: Token, after: Token | None) -> bool:
    """Say whether a word is written as names are: "Hope's", "Cakes by Hope", "Hope 2", "how Hope ran"."""
    is_count = after is not None and after.is_number and (len(after.raw) == 1 or not after.raw.isdecimal())
    is_numbered = is_count and after is not None and after.place + 1 == len(tokens)  # "Hope 2", "Hope 1st"
    return (
        token.is_possessive
        or (token.place > 1 and tokens[token.place - 1].key == "by" and token.place + 1 == len(tokens))
        or (is_numbered and token.place == 0)
        or _is_capital_inside(page, tokens, token)
    )


def _is_in_title(page: Page, found: Found, token: Token, after: Token | None) -> bool:
    """Say whether the next word, or the last one, is a capital that is no name: "Summer Fair", "Team Hope"."""
    is_open = after is not None and not token.after and not token.is_possessive
    if is_open and after is not None and after.key in GROUPS:
        return True
    if is_open and after is not None and after.is_title and len(after.key) > 1 and not found.has(after):
        return not page.may_be_name(after)
    return False


def _is_labelled(tokens: Sequence[Token], token: Token) -> bool:
    start = _segment_start(tokens, token)
    label = [t.key for t in tokens[:start]]
    is_day = len(label) > 1 and tokens[start - 2].is_number  # "4 May: Rose", a birthday; "May: roses" is none
    is_thing = (  # "Star of the week:" is none, nor "Plants:", which somebody waters
        label[-1:]
        and label[-1] in THINGS | CALENDAR - WEEKDAYS
        and label[-2:-1] != ["the"]
        and label[:1] != ["this"]
        and not is_day
    )
    return 0 < start <= token.place and not is_thing


def _segment_start(tokens: Sequence[Token], token: Token) -> int:
    """Return where the part of the line behind the last colon or dash before `token` begins; 0 if there is none."""
    starts = [t.place + 1 for t in tokens[: token.place] if _is_label(t)]
    return max(starts, default=0)


def _is_whole_segment(page: Page, found: Found, segment: Sequence[Token]) -> bool:
    """Say whether the tokens behind a label are names, initials, numbers and what joins them, and nothing else."""
    return len(segment) <= MOST_JOINED and all(
        found.has(t)
        or t.key in JOINERS
        or t.is_initial
        or len(t.raw) <= 2
        or t.raw[0].isdigit()
        or is_candidate(page, t)
        or page.may_be_name(t)
        or t.is_class
        or t.key in WEEKDAYS | FAMILY
        or is_tally(t)
        for t in segment
    )


def _is_behind_label(page: Page, tokens: Sequence[Token], token: Token) -> bool:
    """Say whether a line is a label and a forename, in whatever case: "Water: verity", "Trumpet-Serenity"."""
    label, _, key = token.raw.partition("-") if len(tokens) == 1 else (tokens[0].raw, "", token.raw)
    is_pair = len(tokens) == 1 or (len(tokens) == 2 and token.place == 1 and tokens[0].has_colon)
    is_thing = fold(label) in THINGS | CALENDAR or fold(label) not in ordinary_words()
    match = page.roll.match(fold(key)) if page.roll is not None and is_pair and not is_thing and len(key) > 1 else None
    return match is not None and match.edits == 0 and bool(match.forename_of) and fold(key) not in CALENDAR


def _is_login(page: Page, token: Token) -> bool:
    """Say whether figures stand at a forename and its own initial, or at any initial and a long surname.

    "pipH2", "24mqureshi": a middle name's initial, or one misread, is as good there: no word has figures at its ends.
    """
    if page.roll is None or not any(sign.isdigit() for sign in token.raw):
        return False
    for part in token.parts:
        name, surname = page.roll.match(part[:-1]), page.roll.match(part[1:])
        is_own = name is not None and name.edits == 0 and len(part) > LEAST_PART
        if is_own and name is not None and part[-1] in page.roll.initials_of(name.forename_of, of_surname=True):
            return True
        if surname is not None and surname.edits == 0 and bool(surname.surname_of) and len(part) > LONG_SURNAME:
            return not surname.is_ordinary
    return False


def _is_owner(page: Page, tokens: Sequence[Token], token: Token) -> bool:
    """Say whether a line is a forename and a thing of its pupil's, without the apostrophe: "Robins coat"."""
    if len(tokens) != 2 or token.place or tokens[1].key not in OWNED or not token.key.endswith("s"):
        return False
    match = page.roll.match(token.key[:-1]) if page.roll is not None and token.is_capital else None
    return match is not None and match.edits == 0 and bool(match.forename_of)


def _is_capital_inside(page: Page, tokens: Sequence[Token], token: Token) -> bool:
    """Say whether `token` is the only capital in a line of lower case, but for other names, and opens no sentence."""
    before = tokens[: token.place]
    if not before or not token.is_title or _STOP.search(before[-1].after) or _segment_start(tokens, token):
        return False
    others = [t for t in tokens[1:] if not (t is token or len(t.key) < 2 or t.is_number or _is_titled(tokens, t))]
    small = [t for t in others if t.raw.islower()]
    are_names = bool(small) and all(t in small or (t.is_title and page.may_be_name(t)) for t in others)
    opening = [t for t in before if not (t.key in JOINERS or (t in others and t not in small))]  # of a list with it
    return (small == others or are_names) and not (opening and opening[-1].key in NO_NAME_BEHIND)


def _is_titled(tokens: Sequence[Token], token: Token) -> bool:
    return token.key in TITLES or (token.place > 0 and tokens[token.place - 1].key in TITLES)  # "Miss Oakes"


def _joined(page: Page, found: Found, tokens: Sequence[Token]) -> Found:
    """Find the names of a list in one line: "Will and Summer", "Amelia, Hope and Grace"."""
    for run in _runs(page, found, tokens):
        names = [t for t in run if not t.is_initial]
        is_told = _is_all(page, tokens, run) or _is_told(page, tokens, run)
        is_list = len(names) > 1 and (any(found.has(t) for t in names) or is_told)
        if is_list and not all(t.key in CALENDAR for t in names):
            is_certain = any(found.has(t) and found.words[t.line, t.place].is_certain for t in names)
            names += _misread_beside(page, tokens, run)
            found = found.with_words(names, Mark(NameReason.WORD_TOO, 0.7 if is_certain else 0.5, is_certain))
    return found


def _misread_beside(page: Page, tokens: Sequence[Token], run: Sequence[Token]) -> list[Token]:
    """Return what stands beside a list, joined to it, and was read with an error: "Daisy; Will; Crace"."""
    end = tokens[-1]
    is_beside = end.place == run[-1].place + 1 and _are_joined(run[-1], end)
    return [end] if is_beside and _is_misread(page, end) else []


def _is_misread(page: Page, token: Token) -> bool:
    match = page.match(token) if token.is_capital and not token.is_ordinary else None
    return match is not None and bool(match.forename_of)


def _runs(page: Page, found: Found, tokens: Sequence[Token]) -> Iterable[list[Token]]:
    """Yield the runs of names, with initials, that commas, "and" or "&" join."""
    run: list[Token] = []
    for last, token in pairwise((None, *(t for t in tokens if t.key not in JOINERS))):
        is_name = token is not None and (found.has(token) or token.is_initial or is_candidate(page, token))
        is_next = last is not None and token is not None and _are_joined(last, token)
        if run and (not is_name or not is_next):
            yield run
            run = []
        if is_name and token is not None:
            run.append(token)
    if run:
        yield run


def _are_joined(last: Token, token: Token) -> bool:
    return token.place > last.place + 1 or any(c in last.after for c in ",;&+/") or token.is_initial


def _is_all(page: Page, tokens: Sequence[Token], run: Sequence[Token]) -> bool:
    """Say whether a run is all that its line says, or all that it says behind a label; in capitals both."""
    known = (*run, *_misread_beside(page, tokens, run))
    start = _segment_start(tokens, run[0])
    rest = [t for t in tokens[start:] if t not in known and t.key not in JOINERS and not t.is_number]
    return not rest and all(t.is_capital for t in run)


def _is_told(page: Page, tokens: Sequence[Token], run: Sequence[Token]) -> bool:
    """Say whether small letters go on from a run of capitals: "Rose, Daisy and Ivy dug"."""
    before, rest = tokens[: run[0].place], tokens[run[-1].place + 1 :]
    is_first = not before or (len(before) == 2 and before[0].key in TITLES)
    if not is_first or not all(t.is_title for t in run) or (rest and _are_joined(run[-1], rest[0])):
        return False
    return not rest or (rest[0].raw.islower() and all(t.raw.islower() or page.may_be_name(t) for t in rest))


def _headed(page: Page, found: Found) -> Found:
    """Find the names that each head a line, where no other word does: "Joy: reading", "Hope: maths"."""
    heads = [_head_of(found, tokens) for tokens in page.tokens if len(tokens) > 1]
    heads = [token for token in heads if _is_label(token)]
    are_names = len(heads) > 1 and all(
        found.has(token) or (token.is_capital and is_candidate(page, token)) for token in heads
    )
    if not are_names or all(token.key in CALENDAR for token in heads):
        return found
    return found.with_words(heads, Mark(NameReason.WORD_TOO, 0.5, is_certain=False))


def _head_of(found: Found, tokens: Sequence[Token]) -> Token:
    """Return the word that heads a line, an initial with its name: "Heath B - reading", but not "Heath: I think"."""
    first, second = tokens[:2]
    return second if second.is_initial and found.has(first) and not _is_label(first) else first


def _is_label(token: Token) -> bool:
    return token.has_colon or _DASH.search(token.after) is not None
