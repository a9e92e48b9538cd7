"""A name that is a word too is told by the words around it on its line, in whatever capitals the line is written."""

from __future__ import annotations

import pytest

from redact.pupils.roll import Pupil, Roll
from redact.redaction.names.find import find_names
from redact.redaction.names.reading import LIKELY, score
from tests.rigs.pages import lines, page

NAMES = ["Hope", "Grace", "Will", "Mark", "Joy", "Rose", "Robin", "May", "Summer", "Heath"]
ROLL = Roll(tuple(Pupil(str(i), name, "Brackwater") for i, name in enumerate(NAMES)))
BESIDE = "and nothing else here to see", "but the sea"

SAID_OF_CHILDREN = [
    ("Good luck Will", "Will"),
    ("Hope always wins", "Hope"),
    ("Robin wears red", "Robin"),
    ("Thank you Grace for helping", "Grace"),
    ("Mark is our reading champion", "Mark"),
    ("I sat next to Joy", "Joy"),
    ("Rose was kind today", "Rose"),
    ("Mrs Ellwood thanked Heath", "Heath"),
    ("May brought her rabbit", "May"),
    ("Bravo Summer", "Summer"),
]
SAID_OF_THINGS = [
    "Will you join us",
    "Hope you can come",
    "Amazing grace",
    "Mark scheme",
    "The rose garden",
    "We hope that you enjoy it",
    "Joy for all",
    "A robin sat on the fence",
    "Closed in May",
    "Summer is here",
    "Mark your own work",
]


def _asked(text: str) -> list[str]:
    """Return the words of a line that are hidden or asked about, on a picture that says more."""
    here = lines(text, *BESIDE)
    hits = find_names(here, ROLL, 2000)
    middles = [(word.text, sum(x for x, _ in word.quad) / 4, word.quad[0][1]) for word in here[0].words]
    return [
        text
        for text, x, y in middles
        if any(hit.polygon[0][0] <= x <= hit.polygon[1][0] and abs(hit.polygon[0][1] - y) < 20 for hit in hits)
    ]


@pytest.mark.parametrize("write", [str, str.title, str.upper])
@pytest.mark.parametrize(("text", "name"), SAID_OF_CHILDREN)
def test_what_is_said_of_a_child_is_asked_in_any_capitals(write: type[str], text: str, name: str) -> None:
    assert write(name) in _asked(write(text))


@pytest.mark.parametrize("write", [str, str.title, str.upper])
@pytest.mark.parametrize("text", SAID_OF_THINGS)
def test_what_is_said_of_things_is_left_in_any_capitals(write: type[str], text: str) -> None:
    assert _asked(write(text)) == []


def test_the_score_is_of_the_word_where_it_stands() -> None:
    """In one line, the season and the child of its name."""
    tokens = page("have a lovely summer Summer").tokens[0]
    season, child = tokens[-2:]
    assert score(tokens, season) < LIKELY < score(tokens, child)


def test_what_goes_on_behind_such_a_name_is_no_surname() -> None:
    assert _asked("Rose Deserves This Badge") == ["Rose"]
    assert _asked("Good Luck Rose Quorbeck") == ["Rose", "Quorbeck"]  # nobody knows the word
