"""Names down the edge of a poem, or within its lines: found by their letters; words that are no names are left."""

from __future__ import annotations

import pytest

from models.findings import bounds
from redact.pupils.roll import Pupil, Roll
from redact.redaction.names.page import Found, Page
from redact.redaction.names.rules.spelt.acrostics import acrostics
from redact.redaction.values import Line
from tests.rigs.pages import line, lines, page

ROLL = Roll((Pupil("1", "Zainab", "Qureshi"), Pupil("2", "Leon", "St Clair"), Pupil("3", "Hope", "Nair")))


@pytest.mark.parametrize(
    ("poem", "is_name"),
    [
        (("Zooms along", "Always smiles", "Is brave", "Never gives up", "Adds well", "Bakes"), True),
        (("Zooms along", "Always smiles", "/ s brave", "Never gives up", "Adds well", "Bakes"), True),
        (("Our class poem", "Zooms", "Always smiles", "Is brave", "Never", "Adds well", "Bakes"), True),
        (("Walk in the hall", "Ask nicely", "Sit down", "Help others"), False),
        (("Z ooms along", "A lways smiles", "I s brave", "N ever", "O dds and ends", "B akes"), True),  # an A read as O
        (("Z ooms along", "O lways smiles", "I s brave", "N ever", "O dds and ends", "B akes"), False),
    ],
)
def test_an_acrostic_is_read_down_its_edge(poem: tuple[str, ...], *, is_name: bool) -> None:
    here = page(*poem, roll=ROLL)
    assert bool(acrostics(here, Found()).places) is is_name


def test_the_first_letter_of_an_acrostic_is_covered_though_it_is_wider_than_the_others() -> None:
    here = page("Zooms", "Always", "Is", "Never", "All", "Bakes", roll=ROLL)
    ((place, _),) = acrostics(here, Found()).places
    word = bounds(here.tokens[1][0].quad)  # of six letters
    assert bounds(place).x1 >= word.x0 + 1.9 * word.width / 6


def test_a_letter_of_an_acrostic_in_a_box_of_its_own_or_not_read_at_all_is_counted() -> None:
    apart = (
        line("Z", y=100),
        line("ooms", x=140, y=100),
        *lines("", "Always smiles", "Is brave", "Never", "All", "Bakes")[1:],
    )
    (place,) = acrostics(Page.of(apart, ROLL, 2000), Found()).places
    assert place[1].is_certain
    unread = [
        line(text, y=100 + 60 * i) for i, text in enumerate(("Z ooms", "", "I s", "N ever", "A dds", "B akes")) if text
    ]
    (place,) = acrostics(Page.of([*unread, line("lways smiles", x=180, y=160)], ROLL, 2000), Found()).places
    assert not place[1].is_certain
    plain = [line(text, y=100 + 60 * i) for i, text in enumerate(("Zooms", "", "Is", "Never", "Adds", "Bakes")) if text]
    assert not acrostics(Page.of(plain, ROLL, 2000), Found()).places  # no letter stands by itself


def poem(*texts: str, indent: float = 0.0, **at: float) -> list[Line]:
    """Return the lines of a poem; every second one begins `indent` pixels farther in."""
    return [line(text, x=100 + indent * (i % 2), y=100 + 60 * i, **at) for i, text in enumerate(texts)]


def test_an_acrostic_is_read_past_the_lines_that_go_on_with_the_one_above() -> None:
    long = ("Zooms", "and runs", "Always", "so much fun", "Is", "kind", "Never", "late", "Adds", "well", "Bakes")
    assert acrostics(Page.of(poem(*long, indent=24), ROLL, 2000), Found()).places
    assert not acrostics(Page.of(poem(*long), ROLL, 2000), Found()).places  # set in nowhere: all are lines of the poem


def test_letters_in_boxes_before_an_acrostic_that_has_them_again_are_covered_though_some_were_not_read() -> None:
    texts = ("Zooms", "Always", "Is brave", "Never", "Adds well", "Bakes")
    rows = [line(text, x=180, y=100 + 80 * i) for i, text in enumerate(texts)]
    boxes = [line(text[0], x=100, y=100 + 80 * i) for i, text in enumerate(texts) if i in (0, 2, 5)]
    places = [bounds(place) for place, _ in acrostics(Page.of([*rows, *boxes], ROLL, 2000), Found()).places]
    assert any(place.x0 <= 100 and place.x1 > 180 and place.y0 <= 100 and place.y1 >= 540 for place in places)


@pytest.mark.parametrize(
    ("texts", "is_name"),
    [
        (("loveZ dogs", "he is Always here", "plays wIth us", "sits dowN", "is A star", "likes Big hats"), True),
        (
            ("loveS dogs", "I am alwaPs here", "plays in Rome", "sIts down", "is kiNd", "likes Gold hats"),
            False,
        ),  # SPRING
        (("Zooms Zero", "Always Able", "Is In", "Now Near", "Adds Any", "Big Books"), True),  # down the edge, too
    ],
)
def test_a_name_that_capitals_spell_within_their_lines_is_found(texts: tuple[str, ...], *, is_name: bool) -> None:
    at = [min(k for k, sign in enumerate(text) if sign.isupper()) for text in texts]
    rows = [line(text, x=400 - 20 * k, y=100 + 60 * i) for i, (text, k) in enumerate(zip(texts, at, strict=True))]
    assert bool(acrostics(Page.of(rows, ROLL, 2000), Found()).places) is is_name


@pytest.mark.parametrize(
    ("texts", "is_name"),
    [
        (("Zooms", "Always", "svrave", "Never", "udds", "Bakes"), True),  # I and A lost in writing
        (("All about me", "Zooms", "0lways", "Is", "Never", "udds", "Bakes"), True),
        (("Zooms", "Always", "Over", "Never", "Open", "Bakes"), False),  # read, and other letters
        (("Plays", "rvns", "Is", "svng", "Never", "Good"), False),
    ],
)
def test_an_acrostic_is_asked_about_whose_wrong_letters_begin_no_word(texts: tuple[str, ...], *, is_name: bool) -> None:
    marks = [mark for _, mark in acrostics(page(*texts, roll=ROLL), Found()).places]
    assert bool(marks) is is_name
    assert not any(mark.is_certain for mark in marks)


def test_of_two_looks_at_one_line_of_an_acrostic_the_surer_counts() -> None:
    rows = poem("Zooms", "Always", "Is", "Never", "Adds", "Bakes")
    assert acrostics(Page.of([*rows, line("yb", x=104, y=165, score=0.5)], ROLL, 2000), Found()).places
