"""A listed name is found in any form; words that only look like names are left; nothing raises."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.findings import Box, bounds
from redact.pupils.roll import Pupil, Roll
from redact.redaction.names.find import find_names
from redact.redaction.names.words import forenames, ordinary_words
from redact.redaction.values import Line, NameHit, Word
from tests.rigs.fakes import line_of

PUPILS = (
    Pupil("1", "Amelia", "Jones", "Millie"),
    Pupil("2", "Siobh\xe1n", "O'Connor"),
    Pupil("3", "Zara", "Khan-Williams"),
    Pupil("4", "Muhammad", "Ahmed", "Mo"),
    Pupil("5", "Chloe-Louise", "Hartley"),
    Pupil("6", "Tomasz", "Kowalski", "Tom"),
    Pupil("7", "Jos\xe9", "\xc1lvarez"),
    Pupil("8", "Grace", "Thompson"),
    Pupil("9", "Mark", "Rivers"),
    Pupil("10", "Poppy", "Field"),
    Pupil("11", "William", "Summers", "Will"),
)
NEED_COMPANY = ("Grace", "Mark", "Poppy", "Will")  # words too
ROLL = Roll(PUPILS)
LETTER_PX, LINE_PX = 20.0, 60.0


def line(text: str, x: float = 100.0, y: float = 100.0, score: float = 0.98) -> Line:
    """Return a line as a reader gives it, every letter 20 px wide."""
    words, place = [], x
    for part in text.split():
        box = Box(place, y, place + LETTER_PX * len(part), y + 40.0)
        words.append(Word(part, box.polygon, score))
        place = box.x1 + LETTER_PX
    quad = Box(x, y, max(place - LETTER_PX, x + 1.0), y + 40.0).polygon
    return Line(tuple(words), quad, score, "fake")


def page(*texts: str) -> tuple[Line, ...]:
    return tuple(line(text, y=100.0 + i * LINE_PX) for i, text in enumerate(texts))


def hidden(lines: tuple[Line, ...], hits: tuple[NameHit, ...], *, certain: bool = True) -> list[str]:
    """Return the words of which the larger part lies under certain hits."""
    found = []
    for word in (word for one in lines for word in one.words):
        box = bounds(word.quad)
        if any(hit.is_certain >= certain and bounds(hit.polygon).overlap(box) > 0.6 * box.area for hit in hits):
            found.append(word.text)
    return found


def covered(*texts: str, roll: Roll | None = ROLL) -> list[str]:
    lines = page(*texts)
    return hidden(lines, find_names(lines, roll))


def asked(*texts: str, roll: Roll | None = ROLL) -> list[str]:
    """Return the words that are covered for doubt."""
    lines = page(*texts)
    hits = find_names(lines, roll)
    return [word for word in hidden(lines, hits, certain=False) if word not in hidden(lines, hits)]


def plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


FORMS = st.sampled_from(PUPILS).flatmap(
    lambda p: st.sampled_from(
        [f"{f} {s}" for f in p.forenames for s in p.surnames]
        + [f"{s} {f}" for f in p.forenames for s in p.surnames]
        + [f"{f} {s[0]}." for f in p.forenames for s in p.surnames if len(f) > 3 and f not in NEED_COMPANY]
        + [f for f in p.forenames if plain(f).lower() not in ordinary_words() and len(f) > 2]
    )
)


@given(FORMS, st.sampled_from([str, str.upper, plain, lambda text: text.replace("'", "\u2019")]))
def test_listed_name_is_found_in_prose(name: str, style: Callable[[str], str]) -> None:
    """Legal or preferred, in either order, with an initial, in capitals, without accents."""
    words = style(name).split()
    assert covered(f"yesterday {style(name)} went to the beach", "and the sun was very hot") == words


@given(st.sampled_from(["Amelia", "Siobhan", "Muhammad", "Thompson", "Kowalski", "Alvarez", "Williams"]), st.data())
def test_one_readers_error_is_forgiven(name: str, data: st.DataObject) -> None:
    """A letter changed, lost or doubled in a long name does not hide it from the search."""
    i = data.draw(st.integers(1, len(name) - 1))
    head, letter, tail = name[:i], name[i], name[i + 1 :]
    wrong = data.draw(st.sampled_from([head + "x" + tail, head + tail, head + letter + letter + tail]))
    assert wrong in covered(f"{wrong} went to the beach")


@pytest.mark.parametrize("text", ["2ARA", "M1LLIE", "ZARA", "Chloe-LouiseH", "Tornasz", "KhanWilliams", "AmeliaJones"])
def test_readers_habits(text: str) -> None:
    """Digits for letters, rn for m, words run together."""
    assert covered(f"{text} came first") == [text]


@pytest.mark.parametrize(
    "texts",
    [
        ("Summer Fair", "Saturday 20 June", "Will you join us?"),
        ("Reading is a grace", "Poppy appeal in the field"),
        ("Mark your calendar", "Sports Day 2026"),
        ("Welcome to Year 4", "Be kind Be brave"),
        ("the field by the rivers",),
        ("This certificate is awarded to", "for excellent progress in Mathematics"),
        ("Name:", "Class:", "Date:"),
        ("Name Mon Tue Wed Thu Fri", "the boat", "the shore"),
    ],
)
def test_ordinary_words_are_left(texts: tuple[str, ...]) -> None:
    """A poster, a blank certificate and an empty form keep all their words."""
    assert covered(*texts) == []


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        (("Presented to", "Jacinda Moorcroft", "for being a kind friend"), ["Jacinda", "Moorcroft"]),
        (("This is to certify that", "Hunter Wood", "has completed the reading challenge"), ["Hunter", "Wood"]),
        (("Name: Grace", "Class 4B"), ["Grace"]),
        (("Name Field Poppy", "Class 4B"), ["Field", "Poppy"]),
        (("By Mark", "we went to the beach"), ["Mark"]),
        (("HELLO", "my name is", "AALIYAH BEGUM"), ["AALIYAH", "BEGUM"]),
        (("This book belongs to", "Xqzvra", "Year 4"), ["Xqzvra"]),
        (("Well done Will", "you did it"), ["Will"]),
    ],
)
def test_what_is_introduced_is_covered(texts: tuple[str, ...], name: list[str]) -> None:
    """Known or not, on the same line or below; what comes after the name stays."""
    assert covered(*texts) == name


def test_list_makes_names_of_ordinary_words() -> None:
    """In a list of names Grace and Will are names, and so is a visitor; the heading is not."""
    assert covered("Workspace points", "Amelia 12", "Grace 7", "Will 9", "Zara 3", "Quillon 4") == [
        "Amelia",
        "Grace",
        "Will",
        "Zara",
        "Quillon",
    ]


def test_a_double_name_in_a_list_is_no_misread_word() -> None:
    """Folded, Mei-Ling is a letter from "ceiling"; no reader puts a hyphen between two capitals."""
    assert covered("Amelia", "Mei-Ling", "Zara", "Tomasz") == ["Amelia", "Mei-Ling", "Zara", "Tomasz"]


def test_signature_alone() -> None:
    """One short line in the picture is a signature; what no list knows may be one, misread, or a shop's sign."""
    assert covered("Grace") == ["Grace"]
    assert covered("Hhya") == covered("Welcome") == []
    assert asked("Hhya") == ["Hhya"]
    assert asked("Welcome") == []


def test_a_web_address_is_no_signature_and_a_roll_name_in_it_is_one_still() -> None:
    """A photo that was taken from the web carries its source; what the roll knows is covered all the same."""
    assert covered("quxelo.com") == covered("www.quxelo.sch") == covered("Zarquon.co.uk") == []
    assert covered("Amelia.org") == ["Amelia.org"]
    assert asked("Zarquon.A") == ["Zarquon.A"]
    assert asked("Quxelo.con") == asked("Quxelo.c0rn") == []  # readers take the last letter for others
    assert covered("Amelia.con") == ["Amelia.con"]


def test_a_web_address_behind_a_name_is_no_part_of_it_unless_it_repeats_it() -> None:
    """The photographer is covered, the agency is not."""
    assert asked("Oliver Zarquon |Quxelo.com", roll=None) == ["Oliver", "Zarquon"]
    assert asked("Oliver Zarquon |Zarquon.com", roll=None) == ["Oliver", "Zarquon", "|Zarquon.com"]


def test_works_without_a_roll() -> None:
    """Context is enough, and common forenames are for most."""
    assert covered("Presented to", "Priya Raman", roll=None) == ["Priya", "Raman"]
    lines = page("a lovely drawing Oliver made with glue")
    assert hidden(lines, find_names(lines, None), certain=False) == ["Oliver"]  # a forename alone: a person is asked


def test_illegible_text_is_doubt_and_not_certainty() -> None:
    """Text that could not be read is covered, and a person is asked."""
    lines = (
        *page("the harbour wall", "and the beach", "was sunny"),
        line("qx", y=400.0, score=0.3),
        Line((), Box(100, 500, 300, 540).polygon, 0.0, "fake"),
    )
    hits = find_names(lines, ROLL)
    assert [hit.is_certain for hit in hits] == [False, False]
    assert hidden(lines, hits, certain=False) == ["qx"]


def test_illegible_text_after_an_introduction_is_a_name() -> None:
    """Whatever stands under "awarded to" is covered for certain."""
    lines = (line("This award is given to"), line("zzq", y=160.0, score=0.2), line("for excellent work", y=220.0))
    assert hidden(lines, find_names(lines, ROLL)) == ["zzq"]


def test_only_the_name_in_its_line() -> None:
    """The rest of the line stays readable."""
    assert covered("we saw Amelia Jones at the big shop") == ["Amelia", "Jones"]


@given(FORMS)
def test_reasons_show_no_name(name: str) -> None:
    """A reason is a sentence about why, never about whom."""
    for hit in find_names(page(f"Name: {name}"), ROLL):
        assert not any(part.casefold() in hit.reason.casefold().split() for part in name.split())


@given(st.lists(st.text(max_size=30), max_size=6), st.booleans())
def test_never_raises(texts: list[str], has_roll: bool) -> None:
    """Arbitrary text, empty lines and signs give hits or nothing."""
    for hit in find_names(page(*texts), ROLL if has_roll else None):
        assert 0.0 <= hit.score <= 1.0
        assert len(hit.polygon) == 4


def test_word_lists_are_plausible() -> None:
    """The packaged lists are there and are what they say."""
    assert {"amelia", "siobhan", "mateusz", "ngozi"} <= forenames()
    assert {"certificate", "summer", "headteacher"} <= ordinary_words()
    assert not {"amelia", "ngozi"} & ordinary_words()


def test_a_banner_across_the_picture_is_no_signature() -> None:
    banner = line_of("Zarquon", Box(100, 100, 700, 160))
    assert find_names((banner,), None, side_px=1000) == ()
    assert [hit.is_certain for hit in find_names((banner,), None, side_px=4000)] == [False]
