"""Each name rule by itself: what it finds on a page of words, and what it leaves."""

from __future__ import annotations

import pytest

from redact.pupils.roll import Pupil, Roll
from redact.redaction.names.find import RULES, Rule
from redact.redaction.names.page import Found, Mark, Page
from redact.redaction.names.rules.alone import alone
from redact.redaction.names.rules.company import company, pairs, stray_initials
from redact.redaction.names.rules.doubt import doubt
from redact.redaction.names.rules.introduced import introduced
from redact.redaction.names.rules.known import known
from redact.redaction.names.rules.lists import lists
from redact.redaction.names.rules.split import split
from redact.redaction.values import NameReason
from tests.rigs.pages import line, page, words_in

ROLL = Roll(
    (
        Pupil("1", "Amelia", "Jones"),
        Pupil("2", "Grace", "Thompson"),
        Pupil("3", "Mark", "Rivers"),
        Pupil("4", "Jo", "Ip"),
    )
)
SURE = Mark(NameReason.IN_LIST, 0.9)


def found_by(rule: Rule, *texts: str, before: str = "") -> list[str]:
    """Return what `rule` finds on a page; the words of `before` are found already, and left out of the answer."""
    here = page(*texts, roll=ROLL)
    start = Found().with_words([t for tokens in here.tokens for t in tokens if t.raw in before.split()], SURE)
    return [word for word in words_in(here, rule(here, start)) if word not in before.split()]


@pytest.mark.parametrize(
    ("rule", "texts", "before", "expected"),
    [
        (known, ("we met Amelia and Oliver", "Mark your diary"), "", ["Amelia", "Oliver"]),
        (introduced, ("Name: Grace Xqz", "made by", "Zorbel"), "", ["Grace", "Xqz", "Zorbel"]),
        (introduced, ("by the river", "Class: Grace"), "", []),
        (lists, ("Amelia", "Grace", "Zorbel"), "Amelia", ["Grace", "Zorbel"]),
        (lists, ("Amelia", "Grace", "Summer Fair"), "", []),
        (alone, ("Zorbel",), "", ["Zorbel"]),
        (alone, ("Zorbel", "the sea", "and the beach"), "", []),
        (pairs, ("Mark Rivers", "Rivers Grace"), "", ["Mark", "Rivers"]),
        (pairs, ("Jo lp", "2 lb flour"), "", ["Jo", "Ip"]),  # a capital I that was read as l
        (split, ("A story by Thomp-", "son of Year 5"), "", ["Thomp", "son"]),
        (split, ("We all thank Oli-", "ver for cakes"), "", ["Oli", "ver"]),  # on no roll
        (split, ("bring a water-", "proof coat", "Mark-", "ing"), "", []),
        (split, ("Thomp", "son"), "", []),  # no hyphen
        (company, ("Amelia Jones Zorbel T", "Grace Thompson"), "Amelia", ["Jones", "Zorbel", "T"]),
        (company, ("mark Amelia",), "Amelia", []),
        (company, ("grqce Thompson", "our friend Thompson"), "Thompson", ["grqce"]),  # read with an error
    ],
)
def test_a_rule_by_itself(rule: Rule, texts: tuple[str, ...], before: str, expected: list[str]) -> None:
    assert found_by(rule, *texts, before=before) == expected


def test_an_initial_in_a_box_of_its_own_goes_with_its_name() -> None:
    here = Page.of((line("Amelia"), line("J", x=240.0), line("T", x=400.0, y=160.0)), ROLL, 1000.0)
    start = Found().with_words(here.tokens[0], SURE)
    assert words_in(here, stray_initials(here, start)) == ["Amelia", "J"]


@pytest.mark.parametrize(
    ("text", "score", "is_found"),
    [
        ("ELVIS", 0.99, False),  # one letter more than Luis, and every one was read
        ("ELVIS", 0.9, True),
        ("LUIZ", 0.99, True),  # readers take a letter for another however sure they are
        ("LUI", 0.99, True),  # the box cut one off
    ],
)
def test_a_short_word_that_was_read_surely_lost_and_gained_no_letter(
    text: str, score: float, *, is_found: bool
) -> None:
    here = Page.of((line(text, score=score),), Roll((Pupil("1", "Luis", "Ash"),)), 1000.0)
    assert bool(known(here, Found()).words) is is_found


@pytest.mark.parametrize(
    ("roll", "is_certain", "found"),
    [(ROLL, False, 1), (ROLL, True, 3), (None, False, 3)],
)
def test_one_forename_that_the_roll_does_not_know_makes_no_list(
    roll: Roll | None, found: int, *, is_certain: bool
) -> None:
    """Sponsors on the boards around a pitch stand like a list, and one is called Franklin."""
    here = page("FRANKLIN", "HARRY", "ZORBEL", roll=roll)
    start = Found().with_words(here.tokens[0], Mark(NameReason.FORENAME, 0.8, is_certain=is_certain))
    assert len(lists(here, start).words) == found


def test_doubt_takes_whole_lines_that_nothing_explains() -> None:
    here = Page.of((line("qx", score=0.3), line("zz", y=160.0, score=0.3), line("sea", y=220.0)), ROLL, 1000.0)
    start = Found().with_words(here.tokens[0], SURE)
    assert list(doubt(here, start).lines) == [1]
    assert not doubt(here, start).lines[1].is_certain


def test_no_rule_takes_back_what_was_found() -> None:
    """A rule adds; a mark that stands is not weakened by a later rule."""
    here = page("Name: Amelia Jones", "Grace", "Mark Rivers", "Zorbel", roll=ROLL)
    found = Found().with_words(here.tokens[0][:1], SURE)
    for rule in RULES:
        after = rule(here, found)
        assert found.words.items() <= after.words.items()
        found = after
