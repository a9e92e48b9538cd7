"""Names that are words too, log-in names, half names, single letters: found by what speaks for them, else left."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.findings import Box, bounds
from redact.pupils.roll import Pupil, Roll
from redact.redaction.names.find import find_names
from redact.redaction.names.page import Found, Mark, Page
from redact.redaction.names.rules.alone import labels
from redact.redaction.names.rules.doubt import doubt, resembling
from redact.redaction.names.rules.evidence import evident
from redact.redaction.names.rules.spelt.letters import spelt
from redact.redaction.values import Line, NameHit, NameReason, Word
from tests.rigs.pages import line, lines, page, words_in

ROLL = Roll(
    (
        Pupil("1", "Grace", "Holt"),
        Pupil("2", "Will", "Carver"),
        Pupil("3", "Summer", "Vance"),
        Pupil("4", "May", "Ives"),
        Pupil("5", "Bartholomew", "Crickmay"),
        Pupil("6", "Leon", "St Clair"),
        Pupil("7", "Ana", "de Souza"),
        Pupil("8", "Xi", "Feng"),
        Pupil("9", "Zainab", "Qureshi"),
        Pupil("10", "Hope", "Nair", more_forenames=("Juniper",)),
        Pupil("11", "Ivy", "Thornber"),
        Pupil("12", "Greet", "van Houten"),
        Pupil("13", "Rhys", "Featherstone"),
    )
)
BUNTING_PX = 120.0


def evidence(*texts: str, certain: bool | None = None) -> list[str]:
    here = page(*texts, roll=ROLL, side_px=2000)
    return words_in(here, labels(here, evident(here, Found())), certain=certain)


def touched(hits: tuple[NameHit, ...], *texts: str) -> list[str]:
    """Return the words that lie under a hit, certain or not."""
    words = [word for one in lines(*texts) for word in one.words]
    return [w.text for w in words if any(bounds(h.polygon).overlap(bounds(w.quad)) > 200 for h in hits)]


def found(*texts: str) -> list[str]:
    return touched(find_names(lines(*texts), ROLL, 2000), *texts)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Grace H", ["Grace", "H"]),
        ("Water: Will C.", ["Will", "C"]),
        ("Will 5K", ["Will"]),
        ("Will (Yr2)", ["Will"]),
        ("Hope N, Grace H and Summer V", ["Hope", "N", "Grace", "H", "Summer", "V"]),
        ("Doors: Will c", ["Will", "c"]),  # but a small c looks like its capital
        ("Hope-N", ["Hope-N"]),
        ("Grace (H)", ["Grace", "H"]),
        ("Will C's tray", ["Will", "C's"]),
        ("WILL C'S TRAY", ["WILL", "C'S"]),
        ("lvy T's tray", ["Ivy", "T's"]),  # a capital I that was read as l
        ("Grace - 5K", ["Grace"]),
        ("Hope, 5K", ["Hope"]),
        ("Sumner V", ["Sumner", "V"]),  # one letter misread, and her own initial
    ],
)
def test_strong_evidence_covers(text: str, words: list[str]) -> None:
    assert evidence(text, certain=True) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Wills pass: lamp", ["Wills"]),  # will5
        ("Graces pass: lamp", ["Graces"]),  # an ordinary word as it is read
        ("Xi7 password: table", ["Xi7"]),
        ("Username: Wills", ["Wills"]),
        ("Your password: lamp", []),
        ("Wifi password: tiger99", []),
        ("bartholomewzo1s", ["bartholomewzo1s"]),  # bartholomew2015
        ("zqureshizoıs pass: lamp", ["zqureshizoıs"]),
        ("48ZAINABGURESHI", ["48ZAINABGURESHI"]),  # one letter misread in forename and surname
        ("201szainabqureshi", ["201szainabqureshi"]),
        ("zealous", []),
    ],
)
def test_log_in_names_are_found_though_their_digits_were_read_as_letters(text: str, words: list[str]) -> None:
    assert found("Maths log-in cards", text, "keep this card safe") == words


def test_signs_at_the_ends_of_two_words_read_as_one_belong_to_them() -> None:
    (hit,) = find_names(lines("HopeN."), ROLL, 2000)
    (word,) = lines("HopeN.")[0].words
    assert bounds(hit.polygon).x1 >= bounds(word.quad).x1


def test_names_between_semicolons_speak_for_one_another() -> None:
    assert evidence("Will; Summer; Hope", "and nothing else here to see", "but the sea") == ["Will", "Summer", "Hope"]


def test_a_name_that_was_misread_at_the_end_of_a_list_goes_with_it_and_hides_none() -> None:
    assert evidence("Will; Summer; Crace", "and nothing else here", "but the sea") == ["Will", "Summer", "Crace"]
    assert evidence("Will; Summer; Crane", "and nothing else here", "but the sea") == []  # an ordinary word is none


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Grace 2", ["Grace"]),
        ("hope N", ["hope", "N"]),  # in small letters, but nothing else on the line
        ("Hope, N", ["Hope", "N"]),
        ("GRACE h", ["GRACE", "h"]),
        ("Ivy, SK", ["Ivy"]),  # the 5 of a class is read as S
        ("Hope, 5k", ["Hope"]),
        ("Hope, 5g", []),
        ("Hope-sK", ["Hope-s"]),
        ("Will Year 5", ["Will"]),
        ("WILL YEAR5", ["WILL"]),
        ("Remember your PE kit Grace Year 5", ["Grace"]),
        ("Will Year S", ["Will"]),  # a five that was read as a letter
        ("Scribe = Summer", ["Summer"]),
        ("May, aged 9", ["May"]),
        ("Grace is 7", ["Grace"]),
        ("May is nine today", ["May"]),
        ("Hope can swim 25m", ["Hope"]),
        ("Hope and me", ["Hope"]),
        ("Graces coat", ["Graces"]),
        ("Monday: Will", ["Will"]),
        ("Reader of the month: Summer", ["Summer"]),
        ("Milk: Hope and Will", ["Hope", "Will"]),
        ("Will & Summer", ["Will", "Summer"]),
        ("Hope's spelling book", ["Hope's"]),
        ("we are proud of Will today", ["Will"]),
        ("Good luck Will", ["Will"]),
        ("Thank you May", ["May"]),
        ("Miss you Hope", ["Hope"]),
        ("MISS YOU GRACE", ["GRACE"]),
        ("May (9)", ["May"]),  # an age
        ("Will (sK)", ["Will"]),  # a class whose 5 was read as s
        ("Grace scored two goals", ["Grace"]),
        ("log in as hope7", ["hope7"]),
        ("Hope5k", ["Hope5k"]),
        ("write to hope.nair@oaklane.sch.uk", ["hope.nair"]),
        ("Will is away", ["Will"]),
        ("Summer has lost a tooth", ["Summer"]),  # no season does
        ("May lost a shoe", ["May"]),
        ("Hope or Grace", ["Hope", "Grace"]),
        ("Water: hope", ["hope"]),  # in a font whose capitals are read as small letters
        ("Trumpet-hope", ["Trumpet-hope"]),  # a dash that was read as a hyphen
        ("Grace Year s", ["Grace"]),
        ("Hope has a new brother", ["Hope"]),
        ("HOPE SCORED A GOAL", ["HOPE"]),
        ("WILL", ["WILL"]),
        ("Hope, Grace and Will planted bulbs", ["Hope", "Grace", "Will"]),  # small letters go on from a list
        ("Mrs Lark, Hope and Grace", ["Hope", "Grace"]),
        ("Our new leaders are Hope and Grace", ["Hope", "Grace"]),
        ("we saw how Grace took Leon home", ["Grace", "Leon"]),  # beside another capital that is a name
        ("May's tray", ["May's"]),
        ("SUMMER'S MUM", ["SUMMER'S"]),
        ("Grace and May's shop", ["Grace", "May's"]),
        ("Goodbye May", ["May"]),
        ("Happy 6th birthday Hope", ["Hope"]),
        ("Well done Grace xx", ["Grace"]),
        ("Hope xx", ["Hope"]),
        ("Hope is a superstar", ["Hope"]),
        ("Will is kind", ["Will"]),
        ("Hope 10 points", ["Hope"]),
        ("Will = 5 stars", ["Will"]),
        ("Grace and her dog", ["Grace"]),
        ("Summer with her nan", ["Summer"]),
        ("Will as Joseph", ["Will"]),
        ("Hope can do long division", ["Hope"]),
        ("Birthdays: Grace 3rd, Will 12th", ["Grace", "Will"]),
        ("March: Grace 3rd, Will 14th", ["Grace", "Will"]),
        ("Grace for trying hard", ["Grace"]),
        ("Hope for her lovely story", ["Hope"]),
        ("Hope, great work", ["Hope"]),
        ("Grace you are amazing", ["Grace"]),
        ("Will - you did it!", ["Will"]),
        ("Do not touch! Hope", ["Hope"]),
        ("My partner is Summer", ["Summer"]),
        ("Miss Oakes helps Grace with reading", ["Grace"]),
        ("Graces spellings", ["Graces"]),
        ("Hope says it will sink", ["Hope"]),
        ("Summer has swimming on Friday", ["Summer"]),
        ("Grace eating an apple", ["Grace"]),
        ("Hope at forest school", ["Hope"]),
        ("Grace - asthma pump", ["Grace"]),
        ("Hope (nut allergy)", ["Hope"]),
        ("Mon Hope", ["Hope"]),
        ("Monitors: Grace (Mon) Hope (Tue)", ["Grace", "Hope"]),
        ("Votes: Grace IIII Hope III", ["Grace", "Hope"]),
        ("This week: Grace", ["Grace"]),
        ("Hope 25m", ["Hope"]),
        ("me Hope mum", ["Hope"]),
        ("Grace aged 6 and a half", ["Grace"]),
    ],
)
def test_weak_evidence_asks(text: str, words: list[str]) -> None:
    assert evidence(text, "and nothing else here to see", "but the sea", certain=False) == words or (
        evidence(text, certain=False) == words
    )


def test_a_column_of_names_that_are_words_is_asked_under_any_heading() -> None:
    assert evidence("Our helpers are very good", "Hope", "Grace Will", "Summer", certain=False) == [
        *("Hope", "Grace", "Will", "Summer")
    ]
    assert evidence("Our helpers are very good", "Hope", "Grace") == []  # two lines are no list
    assert evidence("The months that we like best", "May", "Summer", "May") == []
    numbered = "1. Grace", "2. Summer", "3. Will"
    assert evidence("Our helpers are very good", *numbered) == ["Grace", "Summer", "Will"]


def test_two_names_below_a_short_heading_are_asked_where_nothing_else_is_said() -> None:
    assert evidence("Highly commended", "Hope", "Grace", certain=False) == ["Hope", "Grace"]
    assert evidence("Our values", "Hope", "Grace") == []
    told = found("Yours sincerely", "Hope", "May")  # the first is told by what stands above it
    assert told == ["Hope", "May"]


def test_an_apostrophe_alone_behind_an_s_is_a_possessive() -> None:
    (iris, _) = page("Iris' tray").tokens[0]
    (quoted,) = page("'Iris'").tokens[0]
    assert iris.is_possessive and not quoted.is_possessive


REGISTER = Roll((Pupil("1", "Jiho", "Park"), Pupil("2", "Tom", "King")))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Park J present", ["Park", "J"]),
        ("T. King late", ["T.", "King"]),
        ("Car Park J", []),  # a place
        ("Park K", []),  # no pupil's initial
    ],
)
def test_a_surname_that_is_a_word_is_asked_beside_the_initial_of_its_pupil(text: str, words: list[str]) -> None:
    others = "and the sea was very cold", "on the sand and in the water"
    hits = find_names(lines(text, *others), REGISTER, 2000)
    assert touched(hits, text, *others) == words and not any(hit.is_certain for hit in hits)


@pytest.mark.parametrize("text", ["Our trip to Will", "Postcards from Will"])
def test_behind_a_journey_no_name_is_introduced(text: str) -> None:
    assert not any(hit.is_certain for hit in find_names(lines(text, "by the sea", "in the sun"), ROLL, 2000))


def test_names_that_each_head_a_line_are_asked_where_no_other_word_does() -> None:
    assert evidence("Hope: reading", "Grace: maths", certain=False) == ["Hope", "Grace"]
    assert evidence("Hope: reading", "Grace: maths", "Kindness: always") == []
    assert evidence("May: half term", "Summer: fair") == []


@pytest.mark.parametrize(
    "texts",
    [
        ("We hope you will come to our Summer Fair", "Grace and courtesy", "Mark your work in green"),
        ("Will you join us?", "Will I be late?", "Grace A and B"),
        ("Hope is the thing with feathers", "Grace is in all we do"),
        ("Guy Fawkes night", "Summer is here"),
        ("Theme: Hope", "Season: Summer", "Value of the term: kindness"),
        ("Vitamin C", "Grade 5", "May 4", "Summer 2"),
        ("Our values", "Hope", "Grace", "Respect", "Joy"),
        (
            "Hope you are well",
            "Hope, I think",
            "Will Year 5 win?",
            "Summer Year 5",
            "The virtue of Hope Year 5",
            "Hope can change us",
            "Summers day",
        ),
        ("Summer School", "closed in May", "a place of Grace and calm"),
        ("April", "May", "June", "July"),
        ("Welcome to Summer School", "Hope Street", "Grace period 3 days"),
        ("Hope, Grace, Kindness", "Hope is a good thing", "Grace is in the sky"),
        ("Hope you are ready", "Hope for the best", "Grace growing in us", "Grace in the morning", "May 4th"),
        ("Summer is coming", "Grace, calm and quiet", "Hooray! Summer", "Hope, good sense"),
        ("May's theme", "Summer's end", "Pink, Grace, Kindness", "the Hope and Grace windows"),
    ],
)
def test_words_are_left_where_nothing_speaks_for_a_name(texts: tuple[str, ...]) -> None:
    assert evidence(*texts) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("bartholomew10 pass: goat", ["bartholomew10"]),
        ("zainab.qureshi2", ["zainab.qureshi2"]),
        ("zqureshi24", ["zqureshi24"]),
        ("24crickmay", ["24crickmay"]),
        ("bcrickmayzo16 pass: lamp", ["bcrickmayzo16"]),
        ("zainab_q pass: moon", ["zainab_q"]),
        ("by the Qureshi-Danso twins", ["Qureshi-Danso"]),
        ("Carrow-Crickmay won", ["Carrow-Crickmay"]),
        ("Carrow-Crickmoy won", ["Carrow-Crickmoy"]),  # a letter misread
        ("Leon St Clair", ["Leon", "St", "Clair"]),
        ("Greet van Houten", ["Greet", "van", "Houten"]),  # a word, and particles between it and its surname
        ("Carla dal Crickmay", ["Carla", "dal", "Crickmay"]),
        ("My friend Grace", ["Grace"]),
        ("we saw Ana de Souza run", ["Ana", "de", "Souza"]),
        ("Xi and Zainab", ["Xi", "Zainab"]),
        ("Table 4: Xi Feng", ["Xi", "Feng"]),
        ("Juniper at the seaside", ["Juniper"]),
        ("featherstone was late", ["featherstone"]),  # two ordinary words in one, and on the roll
    ],
)
def test_names_are_looked_up_by_their_parts(text: str, words: list[str]) -> None:
    assert found(text, "and the sea was very cold", "on the sand") == words


@pytest.mark.parametrize("text", ["St Mary's School", "pass: goat", "group1 and table4", "school.uk"])
def test_what_only_looks_like_one_is_left(text: str) -> None:
    assert found(text, "and the sea was very cold", "on the sand") == []


@given(
    st.sampled_from(["Grace H", "Will C", "Summer V", "May I", "Hope N"]), st.sampled_from(["Table", "Water", "Doors"])
)
def test_forename_and_own_initial_are_covered_anywhere(name: str, label: str) -> None:
    for text in (name, f"{label}: {name}", f"{label} - {name}.", f"{name} and {name}"):
        assert {*name.split()} <= {*evidence(text, certain=True)}


def test_a_jumble_on_a_picture_without_a_word_is_asked_as_another_script_and_left_beside_words() -> None:
    """Hebrew reads as "ALU 41" with a score of 0.9, and Arabic as three signs in a long line."""

    def asked(score: float, *texts: str) -> list[int]:
        read = tuple(replace(one, score=score) for one in lines(*texts))
        here = Page.of(read, ROLL, 2000)
        return sorted(doubt(here, Found()).lines)

    assert asked(0.9, "ALU 41") == [0] and asked(0.97, "ALU 41") == []
    assert asked(0.9, "ALU 41", "our school garden") == []
    assert asked(0.85, "ALU 41", "QUXEL0-ZARQ.CON") == [0]  # where a photo is from; what stands beside it is asked
    assert asked(0.97, "RNq6M") == [0] and asked(0.97, "RN46M") == []  # no code mixes capitals so
    assert asked(0.85, "LCU GLA") == [0] and asked(0.92, "LCU GLA") == []
    far, near = replace(line("nod o", y=400), score=0.25), replace(line("LCU GLA"), score=0.85)
    assert 1 in doubt(Page.of((far, near), ROLL, 2000), Found()).lines  # a word nobody could read explains nothing


def test_a_few_doubtful_signs_beside_another_script_are_asked_with_it() -> None:
    """Arabic reads as figures, and as what resembles a name; a name that was read surely explains both."""

    def asked(name_score: float) -> list[int]:
        texts, scores = lines("Oara oa", "915", "Qureshi"), (0.7, 0.73, name_score)
        here = page_of(*(replace(one, score=score) for one, score in zip(texts, scores, strict=True)))
        named = Found().with_words(here.tokens[2], Mark(NameReason.ON_ROLL, 0.5))
        return sorted(doubt(here, named).lines)

    assert asked(0.7) == [0, 1, 2]
    assert 1 not in asked(0.99)


def test_what_stands_alone_like_a_signature_is_no_word_that_explains_another_script() -> None:
    """Cyrillic on a picture with Hebrew reads as "Ma Kko": five signs in a line with room for twelve."""
    wide = Box(150, 400, 750, 490).polygon
    read = (replace(line("LEU GLA", x=150, y=100), score=0.82), Line((Word("Ma", wide, 0.9),), wide, 0.91, "fake"))
    assert any(bounds(hit.polygon).overlap(bounds(wide)) > 50000 for hit in find_names(read, ROLL, 1300))


# -- single letters --


def letters(text: str, *, down: bool = False, x: float = 100.0, y: float = 100.0) -> tuple[Line, ...]:
    """Return each letter as a line of its own, on a flag; a space and a "_" leave a gap."""
    found = []
    for i, letter in enumerate(text):
        at = (x, y + i * 60.0) if down else (x + i * BUNTING_PX, y)
        if letter not in "_ ":
            box = Box(at[0], at[1], at[0] + 50.0, at[1] + 50.0)
            found.append(Line((Word(letter, box.polygon, 0.99),), box.polygon, 0.99, "fake"))
    return tuple(found)


@pytest.mark.parametrize(
    ("text", "down", "is_certain"),
    [
        ("ZAINAB", False, True),
        ("ZAINAB", True, True),
        ("ZA1NAB", False, False),  # an I is read as 1
        ("ZA_NAB", False, False),  # a letter was not read
        ("ZAINA", False, False),
        ("AINAB", True, False),
        ("HOPE", False, False),  # a word too
    ],
)
def test_letters_in_a_row_or_column_spell_a_name(text: str, *, down: bool, is_certain: bool) -> None:
    hits = find_names(letters(text, down=down), ROLL, 3000)
    around = bounds(max((hit.polygon for hit in hits), key=lambda polygon: bounds(polygon).area))
    assert all(hit.is_certain is is_certain for hit in hits)
    assert all(around.overlap(bounds(one.quad)) > 2400 for one in letters(text, down=down))


def test_three_flags_with_room_for_a_fourth_are_asked_though_they_spell_a_word() -> None:
    """An I on a pennant is often not found: "RA N" is Rain."""
    assert find_names(letters("RA_N"), Roll((Pupil("1", "Rain", "Mottram"),)), 3000)
    assert not find_names(letters("RAN"), Roll((Pupil("1", "Rain", "Mottram"),)), 3000)


@pytest.mark.parametrize("text", ["ZA I N U B", "Q U R E S H l"])
def test_letters_set_apart_in_one_box_are_asked_though_one_is_wrong(text: str) -> None:
    hits = find_names((line(text),), ROLL, 3000)
    assert hits and not any(hit.is_certain for hit in hits)


@pytest.mark.parametrize("text", ["ZUINUB", "Z_1NUB", "TAINVB"])
def test_letters_on_flags_that_were_badly_read_are_asked(text: str) -> None:
    hits = find_names(letters(text), ROLL, 3000)
    assert hits and not any(hit.is_certain for hit in hits)


def lettered(*boxes: tuple[str, float, float, float, float]) -> tuple[Line, ...]:
    """Return a line for each text with its left and right end, its height about y = 500, and how sure it was read."""
    return tuple(
        Line((Word(text, box, score),), box, score, "fake")
        for text, x0, x1, height, score in boxes
        for box in (Box(x0, 500 - height / 2, x1, 500 + height / 2).polygon,)
    )


@pytest.mark.parametrize(
    "row",
    [
        # the box of the I is the whole flag, that of an A the letter alone
        [("A", 200, 225, 25, 0.98), ("1", 315, 399, 118, 0.9), ("N", 455, 490, 48, 1.0), ("A", 568, 612, 53, 1.0),
         ("B", 689, 714, 37, 1.0)],
        # the I was not read: "wall" for "Will"
        [("W", 100, 150, 50, 1.0), ("A", 220, 270, 50, 0.5), ("L", 340, 390, 50, 1.0), ("L", 460, 510, 50, 1.0)],
        # boxes that show the flags, one of them read as another letter
        [("X", 100, 190, 90, 0.6), ("A", 230, 320, 90, 1.0), ("H", 360, 450, 90, 0.4), ("N", 490, 580, 90, 1.0),
         ("A", 620, 710, 90, 1.0), ("B", 750, 840, 90, 1.0)],
        # two boxes hold two letters, and three letters of Crickmay are wrong
        [("C", 100, 150, 50, 1.0), ("RI", 180, 310, 50, 1.0), ("C", 340, 390, 50, 1.0), ("X", 420, 470, 50, 1.0),
         ("NO", 500, 630, 50, 1.0), ("Y", 660, 710, 50, 1.0)],
        # a scrap of a letter, read as two, beside the letter
        [("I", 100, 150, 50, 1.0), ("CE", 185, 272, 28, 0.28), ("V", 220, 270, 50, 1.0), ("Y", 340, 390, 50, 1.0)],
        # half of the steps are twice as long: "CR_CK_AY", small letters on large flags
        [("C", 100, 130, 30, 1.0), ("R", 220, 250, 30, 1.0), ("C", 460, 490, 30, 1.0), ("K", 580, 610, 30, 1.0),
         ("A", 820, 850, 30, 1.0), ("Y", 940, 970, 30, 1.0)],
        # three letters with a gap before each: "C_I_K_AY" has five of eight
        [("C", 100, 150, 50, 1.0), ("I", 260, 310, 50, 1.0), ("K", 420, 470, 50, 1.0), ("A", 580, 630, 50, 1.0),
         ("Y", 660, 710, 50, 1.0)],
        # two letters missing beside a box of two
        [("C", 100, 150, 50, 1.0), ("R", 180, 230, 50, 1.0), ("I", 260, 310, 50, 1.0), ("C", 340, 390, 50, 1.0),
         ("AY", 580, 710, 50, 1.0)],
    ],
)  # fmt: skip
def test_letters_on_flags_are_joined_whatever_their_boxes_show(
    row: list[tuple[str, float, float, float, float]],
) -> None:
    places = spelt(Page.of(lettered(*row), ROLL, 3000), Found()).places
    assert any(bounds(place).x0 <= row[0][1] and bounds(place).x1 >= row[-1][2] for place, _ in places)


def test_three_letters_are_asked_where_the_fourth_of_a_name_was_not_read() -> None:
    def hits(*boxes: tuple[str, float, float, float, float]) -> tuple[NameHit, ...]:
        return find_names(lettered(*boxes), ROLL, 3000)

    def row(letters: str) -> list[tuple[str, float, float, float, float]]:
        return [(letter, 100.0 + 130 * i, 220.0 + 130 * i, 120.0, 0.98) for i, letter in enumerate(letters)]

    assert {hit.is_certain for hit in hits(*row("HOP"))} == {False}  # "HOP" of Hope
    assert not hits(*row("ABC"))


def test_numbers_beside_short_names_are_no_row_of_flags() -> None:
    rows = lettered(
        ("7", 100, 150, 50, 1.0), ("AIN", 300, 420, 50, 1.0), *(("8", x, x + 50, 50, 1.0) for x in (560, 680))
    )
    assert not spelt(Page.of(rows, ROLL, 3000), Found()).lines


def test_a_name_set_apart_in_one_box_is_found() -> None:
    def marked(width: float) -> dict[int, bool]:
        box = Box(100, 400, 100 + width, 480).polygon
        here = Page.of((Line((Word("GRACE", box, 0.99),), box, 0.99, "fake"),), ROLL, 3000)
        return {i: mark.is_certain for i, mark in spelt(here, Found()).lines.items()}

    assert marked(500) == {0: False} and marked(250) == {}


@pytest.mark.parametrize("text", ["HAPPY", "ABCDEF", "X_Y_Z", "WELCOME", "WELCONE", "BCDEFG", "123456"])
def test_letters_that_spell_no_name_are_left(text: str) -> None:
    assert find_names(letters(text), ROLL, 3000) == ()


@pytest.mark.parametrize(("text", "is_name"), [("1111", False), ("1L11", False), ("111_1", False), ("J1L1", True)])
def test_the_strokes_of_a_register_are_no_letters(text: str, *, is_name: bool) -> None:
    roll = Roll((Pupil("1", "Amy", "Hill"), Pupil("2", "Jill", "Brackwater")))
    assert bool(find_names(letters(text), roll, 3000)) is is_name


def test_two_words_of_bunting_are_told_apart() -> None:
    hits = find_names(letters("HAPPY  ZAINAB"), ROLL, 3000)
    assert hits
    assert not any(bounds(hit.polygon).overlap(bounds(one.quad)) > 1000 for hit in hits for one in letters("HAPP"))


def test_letters_on_an_arc_are_one_row() -> None:
    def arc(letters: str, step: float) -> list[Line]:
        heights = (0.0, 0.5, 0.75, 0.75, 0.5, 0.0)
        return [
            Line((Word(letter, box, 0.99),), box, 0.99, "fake")
            for i, letter in enumerate(letters)
            for y in [400 - heights[i] * step]
            for box in [Box(100 + 130.0 * i, y, 190 + 130.0 * i, y + 90).polygon]
        ]

    places = spelt(Page.of(arc("ZAINAB", 140), ROLL, 2000), Found()).places
    assert any(bounds(place).x0 <= 100 and bounds(place).x1 >= 840 and mark.is_certain for place, mark in places)
    assert not spelt(Page.of(arc("SPRING", 140), ROLL, 2000), Found()).places


def test_letters_with_spaces_in_one_line() -> None:
    here = page("Z a i n a b", "a b c", "Z AIN A B", "A big hat", roll=ROLL)
    assert list(spelt(here, Found()).lines) == [0, 2]


# -- doubt --


@pytest.mark.parametrize(
    ("text", "score", "is_asked"),
    [
        ("Bartnolonevv Crichnav", 0.7, True),
        ("Bartnolonevv Crichnav", 0.97, False),
        ("The garden wall", 0.7, False),
    ],
)
def test_what_was_read_badly_and_resembles_a_full_name_is_asked(text: str, score: float, *, is_asked: bool) -> None:
    here = page_of(line(text, score=score))
    assert bool(resembling(here, Found()).lines) is is_asked


@pytest.mark.parametrize(
    ("text", "score", "is_asked"),
    [
        ("359-932", 0.83, True),  # Arabic, read as figures
        ("359-932", 0.97, False),  # a telephone number
        ("Oh hkoba", 0.71, True),  # Cyrillic
        ("the boats", 0.71, False),
    ],
)
def test_what_is_surely_text_and_no_latin_word_is_asked(text: str, score: float, *, is_asked: bool) -> None:
    here = page_of(line(text, score=score))
    assert bool(doubt(here, Found()).lines) is is_asked


@pytest.mark.parametrize(
    ("text", "score", "other_script", "is_asked"),
    [
        ("LCU GLA", 0.84, 0.02, True),  # Hebrew under an English heading
        ("LCU GLA", 0.95, 0.02, False),
        ("INEOWA", 0.73, 0.001, False),  # print on a shirt
        ("INEOWA", 0.5, 0.001, True),  # nobody could read it
        ("INEOWA", 0.73, None, True),
        ("the boats", 0.71, 0.02, False),
    ],
)
def test_beside_words_a_doubtful_line_is_asked_where_its_signs_resemble_another_script(
    text: str, score: float, other_script: float | None, *, is_asked: bool
) -> None:
    here = page_of(line("Class jobs"), replace(line(text, y=400, score=score), other_script=other_script))
    assert (1 in doubt(here, Found()).lines) is is_asked


def page_of(*some: Line) -> Page:
    return Page.of(some, ROLL, 2000.0)


def test_a_word_in_mirror_writing_is_covered_whole() -> None:
    """Its words run from right to left; the cover must not shrink for that."""
    a, b, c, d = Box(100, 100, 300, 140).polygon
    mirrored = Line((Word("Bartholomew", (b, a, d, c), 0.99),), (a, b, c, d), 0.99, "fake")
    (hit,) = find_names((mirrored,), ROLL, 2000.0)
    around = bounds(hit.polygon)
    assert (around.x0 <= 100.0, around.y0 <= 100.0, around.x1 >= 300.0, around.y1 >= 140.0) == (True,) * 4


@pytest.mark.parametrize(
    ("text", "words"), [("GRAGE", []), ("WlLL", ["WlLL"]), ("SUMMEN", []), ("Iuniper", ["Iuniper"])]
)
def test_a_lone_word_is_asked_where_readers_mistake_its_letters(text: str, words: list[str]) -> None:
    """An I for an L or a J; not any letter, for then every word is near a name."""
    assert found(text, "and the sea was very cold", "on the sand") == words


@pytest.mark.parametrize("text", ["ByBARTHOLOMEW", "ByBartholomew", "ToBARTHOLOMEW"])
def test_an_introduction_run_into_a_name_is_parted_from_it(text: str) -> None:
    """By stays, the name goes; a reader loses the space between them."""
    (token, name) = page(text, roll=ROLL).tokens[0]
    assert (token.raw + name.raw, name.key) == (text, "bartholomew")


ON_WALLS = Roll(
    (
        Pupil("1", "Jack", "Turnbull"),
        Pupil("2", "Oliver", "Twist"),
        Pupil("3", "Mary", "Field"),
        Pupil("4", "Joseph", "Reading"),
        Pupil("5", "Prince", "Owusu"),
        Pupil("6", "George", "Kaur"),
        Pupil("7", "Verity", "Kingdon"),
        Pupil("8", "Jade", "Ashe"),
        Pupil("9", "Mason", "Green"),
    )
)


@pytest.mark.parametrize(
    "texts",
    [
        ("Jack and the Beanstalk", "Class 4 assembly"),
        ("FLORENCE NIGHTINGALE", "The Lady with the Lamp"),
        ("Mary had a little lamb",),
        ("St George's Day", "23 April"),
        ("James and the Giant Peach", "by Roald Dahl"),
        ("Jade green",),
        ("Jade gauge",),  # the second is no word of the list
        ("Pat the dog",),
        ("St Mary's Church", "St Joseph's Primary"),
        ("Jade Street",),
        ("Welcome to Jade Street School", "Reception"),
        ("Welcome to Prince Class", "Reception"),
    ],
)
def test_a_name_in_a_title_or_a_phrase_of_small_letters_is_left(texts: tuple[str, ...]) -> None:
    assert touched(find_names(lines(*texts), ON_WALLS, 2000), *texts) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Oliver Twist", ["Oliver", "Twist"]),  # a pupil called so
        ("Mary and Joseph", ["Mary", "Joseph"]),  # two pupils
        ("Prince, George", ["Prince,", "George"]),  # a list
        ("Jack and Amelia", ["Jack", "Amelia"]),
        ("Name: Peter Pan", ["Peter", "Pan"]),  # whatever stands there
        ("Mason green", ["Mason", "green"]),
        ("Jack Street", ["Jack"]),
        ("Register: verityk", ["verityk"]),  # Verity K, as it was read
        ("Joseph R's tray", ["Joseph", "R's"]),
        ("verity's tray", ["verity's"]),  # a small v has the shape of a capital
        ("verity Kingdon", ["verity", "Kingdon"]),
    ],
)
def test_the_same_words_are_a_pupils_where_the_roll_or_the_line_says_so(text: str, names: list[str]) -> None:
    seen = touched(find_names(lines(text), ON_WALLS, 2000), text)
    assert [word for word in seen if word in names] == names


def test_without_a_roll_a_title_is_asked_about() -> None:
    """Who is called like a person of history is known by the roll alone."""
    assert touched(find_names(lines("Florence Nightingale"), None, 2000), "Florence Nightingale")


@pytest.mark.parametrize(
    ("read", "is_asked"),
    [
        ((("CIL ACT", 0.85), ("cro nar", 0.63)), True),  # as Hebrew was read
        ((("rm3 5ad", 0.67), ("xt.t Lul", 0.78)), True),
        ((("Walk for tears", 0.85), ("cro nar", 0.63)), False),
        ((("ACT", 0.98), ("xt.t Lul", 0.78)), False),
    ],
)
def test_short_words_that_were_read_doubtfully_explain_no_script(
    read: tuple[tuple[str, float], ...], *, is_asked: bool
) -> None:
    here = [line(text, y=100 + 60 * i, score=score) for i, (text, score) in enumerate(read)]
    asked = [hit for hit in find_names(here, ROLL, 2000) if hit.reason is NameReason.UNREAD]
    assert (len(asked) == len(read)) == is_asked


def test_words_in_small_letters_alone_on_a_picture_are_asked_though_pupils_are_called_so() -> None:
    assert {hit.is_certain for hit in find_names(lines("grace summer"), ROLL, 2000)} == {False}
    assert {hit.is_certain for hit in find_names(lines("Grace Holt"), ROLL, 2000)} == {True}


def test_a_pass_word_in_a_list_of_log_in_names_is_none() -> None:
    texts = "zainab7", "bartholomew2", "tiger1", "leon5"
    assert touched(find_names(lines(*texts), ROLL, 2000), *texts) == ["zainab7", "bartholomew2", "leon5"]


def test_a_name_in_small_letters_among_such_words_is_asked() -> None:
    hits = find_names(lines("knock zainab knee", "blue due"), ROLL, 2000)
    assert [hit.is_certain for hit in hits] == [False]
    assert [hit.is_certain for hit in find_names(lines("by zainab", "Blue Sea"), ROLL, 2000)] == [True]


_NOTICE = ("Today we drew the water cycle", "Rain falls on the hills and runs to the sea")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Noble", ["Noble"]),
        ("R Noble", ["R", "Noble"]),
        ("MISS NOBLE", ["NOBLE"]),
        ("Harsh and the dog", ["Harsh"]),
        ("harsh16", ["harsh16"]),
    ],
)
def test_a_listed_name_that_is_rarely_a_word_needs_nothing_beside_it(text: str, words: list[str]) -> None:
    roll = Roll((Pupil("1", "Harsh", "Patel"), Pupil("2", "Rhys", "Noble")))
    texts = (*_NOTICE, text)
    assert touched(find_names(lines(*texts), roll, 2000), *texts) == words


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (("Grace", "Will", "Kiran"), ["Grace", "Will", "Kiran"]),
        (("Hope 1st",), ["Hope"]),
        (("Cakes provided by Grace",), ["Grace"]),
    ],
)
def test_a_pupils_name_is_asked_about_in_a_list_with_a_rank_and_behind_what_firms_do(
    texts: tuple[str, ...], words: list[str]
) -> None:
    page_of = (*_NOTICE, *texts)
    assert touched(find_names(lines(*page_of), ROLL, 2000), *page_of) == words


@pytest.mark.parametrize("text", ["GHolt", "G.holt", "holt2"])
def test_a_log_in_name_that_is_read_sharply_is_found(text: str) -> None:
    roll = Roll((Pupil("1", "Grace", "Holt"), Pupil("2", "Tom", "Ives")))
    texts = (*_NOTICE, text)
    sharp = [line(t, y=100.0 + 60 * i, score=0.995) for i, t in enumerate(texts)]
    assert touched(find_names(sharp, roll, 2000), *texts) == [text]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Please excuse Grace from PE today", ["Grace"]),
        ("Hope (left) and Will (right)", ["Hope", "Will"]),
        ("Hope (left) means turn", []),
        ("Have a lovely summer Summer", ["Summer"]),
        ("Have a lovely summer", []),
        ("Summer: Can I play with you?", ["Summer:"]),
        ("Summer: we will plant seeds", []),
        ("Hope: a kind and helpful friend", ["Hope:"]),
        ("Hope: a feeling that good will come", []),
        ("Ivy not in today", ["Ivy"]),
        ("Hope in at 9", ["Hope"]),
        ("Hope in all we do", []),
        ("Grace in this place", []),
        ("Grace out at 3.15", ["Grace"]),
        ("Hope out of reach", []),
        ("Hope please see me at break", ["Hope"]),
        ("Good ideas and full stops, Hope", ["Hope"]),
        ("Will with the winning cake", ["Will"]),
        ("Ivy with a wall", []),
        ("Grace always tries her best", ["Grace"]),
        ("Grace always", []),
        ("Ivy is going home with Nan", ["Ivy"]),
        ("Ivy is growing on the wall", []),
        ("May fell and bumped her head", ["May"]),
        ("May fell on a Sunday", []),
        ("Hope for head girl", ["Hope"]),
        ("Hope for the best", []),
        ("Get well soon Ivy from all of 5R", ["Ivy"]),
        ("Will 134 cm", ["Will"]),
        ("Grace 8/10", ["Grace"]),
        ("Grace 1:24", ["Grace"]),
        ("Ivy - 18", ["Ivy"]),
        ("Ivy 100%", ["Ivy"]),
        ("Summer - 18", []),
        ("My cousin Ivy lives in Leeds", ["Ivy"]),
        ("Poison Ivy lives in Leeds", []),
        ("Grace would like to be a vet", ["Grace"]),
        ("Do not touch - Will's model", ["Will's"]),
        ("My topic - Summer's seas", []),
        ("Summer and Dad at the park", ["Summer"]),
        ("Summer and sun at the park", []),
        ("My family: Mum, Dad, Grace, me", ["Grace,"]),
        ("Will - king", ["Will"]),
        ("Will - power", []),
        ("Hope 12 June", ["Hope"]),
        ("May 12 June", []),
        ("4 May: Grace", ["May:", "Grace"]),
        ("May: Grace", []),
        ("Crace won the race", ["Crace"]),  # one letter misread
        ("Home won the match", []),
    ],
)
def test_notes_captions_and_charts_tell_of_a_child(text: str, words: list[str]) -> None:
    assert found(*_NOTICE, text) == words


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (("Maths", "Hope", "5R"), ["Hope"]),
        (("Summer", "5R"), ["Summer"]),
        (("Year 5", "Summer"), []),  # the plan of a term
        (("Hope", "Packed lunch"), ["Hope"]),
        (("Swimmer of the week", "Hope"), ["Hope"]),
        (("Word of the week", "Hope"), []),
        (("River of the week", "Hope"), []),
        (("Team captain", "Hope"), ["Hope"]),
        (("Pen licence", "Hope", "Ivy"), ["Hope", "Ivy"]),
        (("Table 1", "Hope"), ["Hope"]),
        (("Coat pegs", "Hope", "Ivy"), ["Hope", "Ivy"]),
        (("Rivers and lakes", "Hope"), []),
        (("Grace", "for always listening"), ["Grace"]),
        (("Grace", "for all that we eat"), []),
        (("Hope,", "thank you for your letter"), ["Hope,"]),
        (("Thank you for having me", "Hope"), ["Hope"]),
        (("Thank you for your", "Hope"), []),
        (("Best wishes,", "Will"), ["Will"]),
        (("The winner is Summer",), ["Summer"]),
        (("Hope 12", "Ivy 9"), ["Hope", "Ivy"]),
        (("Hope 12", "Room 9"), []),
        (("May 12", "Summer 9"), []),
        (("GK Hope", "GD Summer", "GA Will"), ["Hope", "Summer", "Will"]),
        (("Hope SD",), ["Hope", "SD"]),
        (("Hope CD",), []),
        (("Hope Grace Will",), ["Hope", "Grace", "Will"]),
        (("Hope Grace Mercy",), []),
        (("Our values", "Hope Grace Will"), []),
        (("1) Hope 2) Grace",), ["Hope", "Grace"]),
        (("Violins Hope, Grace",), ["Hope,", "Grace"]),
        (("Colours Hope, Grace",), []),
        (("Grace H - reading", "Ivy - maths"), ["Grace", "H", "Ivy"]),
        (("Hope: I think it floats", "Ivy: it sinks"), ["Hope:", "I", "Ivy:"]),
        (("Runners up", "Hope", "Ivy", "Will - 10"), ["Hope", "Ivy", "Will"]),  # one of the column was told already
        (("No nuts", "Hope", "Grace", "Ivy"), ["Hope", "Grace", "Ivy"]),  # of an allergy
        (("Carols", "Hope", "Grace", "Ivy"), ["Hope", "Grace", "Ivy"]),  # who reads there
        (("Planets", "Hope", "Grace", "Ivy"), ["Hope", "Grace", "Ivy"]),  # a table called so
        (("Spices", "Hope", "Grace", "Ivy"), []),
        (("Plants - Will",), ["Will"]),
        (("Allergic to nuts: Hope",), ["Hope"]),
        (("Colours: Hope",), []),
        (("Virtues: Hope",), []),
        (("Herbs: Will",), ["Will"]),  # who waters them
        (("Inhalers Hope, Grace",), ["Hope,", "Grace"]),
        (("Peace, Hope, Grace",), []),  # values, none of them a label
        (("Grace H - reading", "Tides - maths"), ["Grace", "H"]),
    ],
)
def test_a_name_alone_on_its_line_is_told_by_the_lines_around_it_and_of_its_form(
    texts: tuple[str, ...], words: list[str]
) -> None:
    page_of = (*_NOTICE, *texts)
    assert found(*page_of) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ivyT2", ["ivyT2"]),
        ("graceh7", ["graceh7"]),
        ("24xqureshi", ["24xqureshi"]),  # of a middle name
        ("ivyX2", []),
        ("hope nair", ["hope", "nair"]),
        ("hope fair", []),
    ],
)
def test_a_pupils_own_initial_or_surname_tells_a_log_in_name_and_a_name_in_small_letters(
    text: str, words: list[str]
) -> None:
    assert found(*_NOTICE, text) == words


@pytest.mark.parametrize("text", ["Merry Christmas", "Rocky shore", "Christian symbols"])
def test_what_is_wished_and_taught_everywhere_stays_though_pupils_are_called_so(text: str) -> None:
    roll = Roll((Pupil("1", "Merry", "Patel"), Pupil("2", "Rocky", "Shah"), Pupil("3", "Christian", "Adu")))
    texts = (*_NOTICE, text)
    assert touched(find_names(lines(*texts), roll, 2000), *texts) == []
    name, _ = text.split()
    told = (*_NOTICE, f"{name} read a book")
    assert touched(find_names(lines(*told), roll, 2000), *told) == [name]


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (("Mark 8/10",), []),  # on every test
        (("Mark 4:12",), []),  # of a gospel
        (("Art 9:15",), []),
        (("Bill = 20",), []),
        (("Mark won the race",), ["Mark"]),
        (("Mark - 18",), ["Mark"]),
        (("Mark 8/10", "Rory 9/10"), ["Mark", "Rory"]),
    ],
)
def test_a_word_that_figures_stand_behind_everywhere_needs_a_list_or_what_a_child_did(
    texts: tuple[str, ...], words: list[str]
) -> None:
    roll = Roll(tuple(Pupil(name, name, "Adu") for name in ("Mark", "Art", "Bill", "Rory")))
    whole = (*_NOTICE, *texts)
    assert touched(find_names(lines(*whole), roll, 2000), *whole) == words


def test_a_listed_name_that_is_a_word_in_small_letters_is_asked_about() -> None:
    roll = Roll((Pupil("1", "Victor", "Patel"),))
    for text, is_certain in (("The victor takes the prize", False), ("We saw Victor", True)):
        assert {hit.is_certain for hit in find_names(lines(*_NOTICE, text), roll, 2000)} == {is_certain}


@pytest.mark.parametrize(
    ("texts", "is_certain"),
    [
        (("Hope", "To want good things to happen"), {False}),  # a word and what it means
        (("Theme", "Hope"), {False}),
        (("Hope",), {True}),
        (("Hope", "Maths"), {True}),
        (("School values", "Hope"), set()),
        (("Hope", "Bringing gifts"), {True}),  # whose picture it is; a heading stands above
        (("No nuts", "Hope"), {True}),
        (("School values", "Zainab"), {True}),
    ],
)
def test_a_word_beside_what_it_means_is_asked_about_and_a_value_stays(
    texts: tuple[str, ...], is_certain: set[bool]
) -> None:
    assert {hit.is_certain for hit in find_names(lines(*texts), ROLL, 2000)} == is_certain


@pytest.mark.parametrize(
    ("text", "score", "words"),
    [
        ("Lost property: Zoinaba", 0.93, ["Zoinaba"]),  # a line through Zainab
        ("Away today: Zoinaba ke", 0.92, ["Zoinaba", "ke"]),
        ("Lost property: Zoinaba", 0.99, []),  # read sharply: it is another word
        ("Lost property: trousers", 0.93, []),
        ("Lost property: Pencils", 0.93, []),
    ],
)
def test_a_struck_through_name_is_asked_about_behind_its_label(text: str, score: float, words: list[str]) -> None:
    here = Page.of([line(text, score=score)], ROLL, 2000)
    assert words_in(here, resembling(here, Found()), certain=False) == words
