"""Titles, places and makers that no list holds stay by their form; what children are called beside does not."""

from __future__ import annotations

import pytest

from models.findings import bounds
from redact.pupils.roll import Pupil, Roll
from redact.redaction.names.find import find_names
from tests.rigs.pages import lines

ROLL = Roll(
    (
        Pupil("1", "Jack", "Turnbull"),
        Pupil("2", "Leo", "Daventry"),
        Pupil("3", "Arthur", "Kemble"),
        Pupil("4", "Florence", "Maddern"),
        Pupil("5", "Duke", "Farley"),
        Pupil("6", "Isaac", "Newton"),
        Pupil("7", "Henry", "Smith"),
        Pupil("8", "Noah", "Crossley"),
        Pupil("9", "Edward", "Irving"),
        Pupil("10", "Bethany", "Mead"),
        Pupil("11", "Peter", "Ashby"),
        Pupil("12", "Thomas", "Rudd"),
    )
)


def found(*texts: str) -> list[str]:
    """Return the words that lie under a hit, certain or not."""
    hits = find_names(lines(*texts), ROLL, 4000)
    words = [word for one in lines(*texts) for word in one.words]
    return [w.text for w in words if any(bounds(h.polygon).overlap(bounds(w.quad)) > 200 for h in hits)]


@pytest.mark.parametrize(
    "texts",
    [
        ("Leo and the Octopus", "Our class book"),
        ("LEO & THE OCTOPUS", "by Roald Dahl"),
        ("Leo and the Octopus", "Harry Potter"),
        ("Jack and the Great Fire", "Book of the month"),
        ("Florence by Roald Dahl", "Class reader"),
        ("Florence", "by Roald Dahl"),
        ("Noah'sArk", "Animals in pairs"),  # a space that was lost
        ("Arthur Road", "No entry"),
        ("Duke Street", "Bath Road"),
        ("Arthur Avenue Junior School",),
        ("The Arthur Inn", "Good food"),
        ("The Arthur Moore Foundation",),
        ("Leo Building Contractors Ltd",),
        ("Jack & Sons", "Since 1920"),
        ("Sponsored by", "Turnbull & Sons Builders"),
        ("Kemble Plastics", "Open on Sundays"),
        ("Supported by Smith Motors", "and Kemble Carpets"),
        ("Newton's Third Law", "Forces"),
        ("Florence Baker (1841 - 1916)", "Explorers"),
        ("Florence Baker 1841-1916", "Explorers"),
    ],
)
def test_what_has_the_form_of_a_title_a_place_or_a_maker_is_left(texts: tuple[str, ...]) -> None:
    assert found(*texts) == []


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        (("Jack and the Year 5 Team",), ["Jack"]),
        (("Florence and the Mayor",), ["Florence"]),
        (("Leo and the Young Gardeners",), ["Leo"]),
        (("Player of the Match: Jack - Smith Motors",), ["Jack"]),  # a sponsor beside a name
        (("Thank you Jack, Smith Builders",), ["Jack,"]),
        (("Florence by Jack Turnbull",), ["Florence", "Jack", "Turnbull"]),
        (("Florence", "likes books", "by Roald Dahl"), ["Florence"]),
        (("Review by Leo", "by Roald Dahl"), ["Leo"]),
        (("Name: Leo", "by Roald Dahl"), ["Leo"]),
        (("Leo and the octopus",), ["Leo"]),  # in small letters it is a sentence of somebody's
        (("Leo and the Octopus", "By Leo Daventry"), ["Leo", "Leo", "Daventry"]),  # a story of his own
        (("Leo and the Octopus", "By Jack Turnbull"), ["Leo", "Jack", "Turnbull"]),  # of a friend's
        (("Leo and the Octopus", "written by", "Jack"), ["Leo", "Jack"]),
        (("Leo and the Octopus", "a book for Leo"), ["Leo", "Leo"]),
        (("Jack Turnbull Road",), ["Jack", "Turnbull"]),  # a pupil's whole name
        (("Jack Street",), ["Jack"]),  # by itself it may be a surname
        (("Jack Road Safety Officer",), ["Jack"]),
        (("Leo Square", "Noah Square"), ["Leo", "Noah"]),  # the tables of a class
        (("Arthur's Road",), ["Arthur's"]),
        (("The Jack Team",), ["Jack"]),
        (("The Leo Tower",), ["Leo"]),  # of bricks
        (("The Henry Smith Award",), ["Henry", "Smith"]),  # named after a pupil
        (("Name: Arthur Road",), ["Arthur", "Road"]),  # whatever stands there
        (("Florence 2014 - 2025",), ["Florence"]),
        (("Leo's Sports Day",), ["Leo's"]),
        (("Leo and the Dance Troupe",), ["Leo"]),
        (("LEO AND THE CUBS",), ["LEO"]),
        (("Leo and the Silver Medal",), ["Leo"]),
        (("Leo and the Lion - Jack",), ["Leo", "Jack"]),
        (("Player of the Day Leo and the Lions",), ["Leo"]),
        (("Jack Road", "Leo Avenue"), ["Jack", "Leo"]),  # a town that a class has built
        (("Jack Road North Team",), ["Jack"]),
        (("Florence Hospital",), ["Florence"]),  # a corner of the class
        (("The Noah Memorial Bench",), ["Noah"]),  # of a pupil
        (("The Leo Award",), ["Leo"]),
        (("The Leo Kindness Award",), ["Leo"]),
        (("The Jack House Cup",), ["Jack"]),
        (("Jack: Thomas more apples",), ["Jack:", "Thomas"]),
        (("The Leo D Award",), ["Leo"]),
        (("THE LEO AND JACK TROPHY",), ["LEO", "JACK"]),
        (("Leo & Jack Ltd",), ["Leo", "Jack"]),  # they sell biscuits at the fair
        (("Leo Builders",), ["Leo"]),
        (("Leo's Law", "no shouting"), ["Leo's"]),
        (("Leo World War 2 1939-1945",), ["Leo"]),  # a folder of work
        (("Leo Tudors 1558-1603",), ["Leo"]),
        (("Leo 1914-1918",), ["Leo"]),
        (("Leo reads The Twits by Roald Dahl",), ["Leo"]),
        (("Leo's Sunflowers by Vincent van Gogh",), ["Leo's"]),
        (("Leo", "Daventry", "by Roald Dahl"), ["Leo", "Daventry"]),
        (("Leo 5K The Twits by Roald Dahl",), ["Leo"]),
        (("Edward I", "4B"), ["Edward", "I"]),
        (("Beth Mead", "tray"), ["Beth", "Mead"]),
        (("Peter's chair",), ["Peter's"]),
    ],
)
def test_a_child_beside_such_words_is_found_all_the_same(texts: tuple[str, ...], names: list[str]) -> None:
    assert [word for word in found(*texts) if word in names] == names


@pytest.mark.parametrize("text", ["Leo and the Octopus", "LEO & THE MAYPOLE"])
def test_a_title_by_its_form_alone_is_covered_and_asked_about(text: str) -> None:
    """It may be a caption below a pupil's photo."""
    hits = find_names(lines(text), ROLL, 4000)
    assert [hit.is_certain for hit in hits] == [False]


def test_without_a_roll_such_a_form_is_asked_about() -> None:
    """Whose name it is, the roll alone says."""
    assert find_names(lines("Florence Road", "No entry"), None, 4000) != ()
