"""The roll is read whatever spreadsheet wrote it, and its errors never show a name."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.pupils.classes import year_group
from redact.pupils.roll import Pupil, RollRefused, parse_roll, read_roll, split_name
from redact.pupils.rolls.diff import diff_roll
from redact.pupils.rolls.headings import Field, MapRefused, RollWishes
from redact.pupils.tables.garbled import mend

HEADING = ["UPN", "Legal Forename", "Legal Surname", "Preferred Forename", "Preferred Surname", "Year", "Reg"]
letters = st.characters(
    blacklist_categories=["Cc", "Cs", "Zl", "Zp"],
    blacklist_characters="\u200b\u200e\u200f\u2060\ufeff\u00ad=",  # signs without width go, and so does ="0123"
)


def is_of_nobody(text: str) -> bool:
    """Say whether a cell says that there is no further name."""
    return text.casefold() in {"n/a", "none", "null", "nil", "same"}


cell = (
    st.text(letters, max_size=12)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: mend(text) == text and (not text or any(map(str.isalnum, text))) and not is_of_nobody(text))
)
STYLES = [str.upper, str.lower, str.title]
row = st.lists(cell, min_size=7, max_size=7).filter(lambda cells: any(cells[1:5]))


def written(rows: list[list[str]], delimiter: str) -> str:
    sheet = io.StringIO()
    csv.writer(sheet, delimiter=delimiter).writerows(rows)
    return sheet.getvalue()


@given(st.lists(row, max_size=8), st.sampled_from(",;\t"), st.sampled_from(STYLES), st.booleans())
def test_every_row_is_read_back(
    rows: list[list[str]], delimiter: str, case: Callable[[str], str], has_mark: bool
) -> None:
    """What was written is read: any delimiter, any case of the heading, with or without a mark."""
    text = written([[case(name) for name in HEADING], *rows], delimiter)
    roll = read_roll(text.encode("utf-8-sig" if has_mark else "utf-8"))
    assert [
        [p.upn, p.legal_forename, p.legal_surname, p.preferred_forename, p.preferred_surname, p.year, p.reg]
        for p in roll.pupils
    ] == [[*cells[:5], year_group(cells[5]), cells[6]] for cells in rows]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("UPN,Forename,Surname,\n1,Ottilie,Marlow,Tilly\n", (1, "4", "no heading")),
        ("UPN,Forename,Surname\n1,Ottilie,Marlow,Tilly\n", (2, "", "more cells than the heading")),
        ("UPN,Forename,Surname\n5H,,\n1,Ottilie,Marlow\n", (2, "", "names nobody")),
        ("UPN,Forename,Surname\n1,Ottilie,Marlow\nPage 1 of 1,,\n", (3, "", "names nobody")),
        ("UPN,Forename,Surname\n1,Ottilie,-\n", (2, "", "no surname")),
    ],
)
def test_what_a_roll_has_beside_its_columns_is_told(text: str, told: tuple[int, str, str]) -> None:
    roll = parse_roll(text)
    assert [pupil.legal_forename for pupil in roll.pupils] == ["Ottilie"]
    assert any((note.row, note.column) == told[:2] and told[2] in note.what for note in roll.notes)


@pytest.mark.parametrize("word", ["Preferred", "Pref. name", "Known by", "Goes by", "Familiar", "Moniker"])
def test_a_heading_without_the_word_name_may_be_of_one(word: str) -> None:
    assert "Tilly" in parse_roll(f"UPN,Forename,Surname,{word}\n1,Ottilie,Marlow,Tilly\n").pupils[0].forenames


def test_a_heading_of_two_rows_is_one() -> None:
    text = "UPN,Legal name,,Preferred name,,Year\n,Forename,Surname,Forename,Surname,\n1,Ottilie,Marlow,Tilly,Marsh,5\n"
    (pupil,) = parse_roll(text).pupils
    assert (pupil.forenames, pupil.surnames, pupil.year) == (("Ottilie", "Tilly"), ("Marlow", "Marsh"), "5")


def test_two_tables_in_one_file_are_refused() -> None:
    with pytest.raises(RollRefused, match="row 5 is another heading than row 1"):
        parse_roll("UPN,Forename,Surname\n1,Ottilie,Marlow\n\nClass 6B\nUPN,Surname,Forename\n2,Penn,Max\n")


def test_a_title_and_a_word_for_nothing_are_no_names() -> None:
    (pupil,) = parse_roll("UPN,Name,Preferred Forename\n1,Miss Ottilie Marlow,n/a\n").pupils
    assert (pupil.forenames, pupil.surnames) == (("Ottilie",), ("Marlow",))


def test_columns_in_any_order_and_unknown_ones() -> None:
    """Unknown columns are passed over; missing optional ones are empty."""
    (pupil,) = parse_roll("Photo consent,legal surname, Legal  Forename\nNo,O'Hara,Zo\xeb\n").pupils
    assert (pupil.forenames, pupil.surnames, pupil.year) == (("Zo\xeb",), ("O'Hara",), "")


def test_windows_file_is_read() -> None:
    """Accents of a Windows-1252 file come out right."""
    (pupil,) = read_roll("Legal Forename,Legal Surname\nZo\xeb,M\xfcller\n".encode("cp1252")).pupils
    assert (pupil.legal_forename, pupil.legal_surname) == ("Zo\xeb", "M\xfcller")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("UPN,Year\n1,4\n", "Legal Forename"),
        ("Legal Forename\nZara\n", "Legal Surname"),
        ("UPN,Legal Forename,Legal Surname\n1,Zara,Khan\n\n3,,\n", "row 4"),
        ("a\0b", "not a text file"),
    ],
)
def test_refusal_names_the_row_and_no_pupil(text: str, said: str) -> None:
    """The sentence says where the fault is, without a name."""
    with pytest.raises(RollRefused, match=said) as refusal:
        parse_roll(text)
    assert "Zara" not in str(refusal.value)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    """Nothing but a refusal comes out of arbitrary bytes."""
    with contextlib.suppress(RollRefused):
        read_roll(content)


@pytest.mark.parametrize(
    ("heading", "cells", "forenames", "surnames"),
    [
        ("Chosen Forename,Chosen Surname", "Kit,Marlow", ("Katherine", "Kit"), ("Young", "Marlow")),
        ("Known As,Former Surname", "Kit,Tench", ("Katherine", "Kit"), ("Young", "Tench")),
        ("Middle Names,Maiden name", "Rose Ann,Tench", ("Katherine", "Rose Ann"), ("Young", "Tench")),
        ("Forename,Surname", "Kit,Marlow", ("Katherine", "Kit"), ("Young", "Marlow")),
        ("Called Name,Preferred Last Name", "Kit,Marlow", ("Katherine", "Kit"), ("Young", "Marlow")),
        ("Parent Surname,Mother's First Name", "Smith,Jane", ("Katherine",), ("Young",)),
    ],
)
def test_further_columns_of_names_are_taken(
    heading: str, cells: str, forenames: tuple[str, ...], surnames: tuple[str, ...]
) -> None:
    (pupil,) = parse_roll(f"Legal Forename,Legal Surname,{heading}\nKatherine,Young,{cells}\n").pupils
    assert (pupil.forenames, pupil.surnames) == (forenames, surnames)


def test_plain_headings_serve_where_there_are_no_legal_ones() -> None:
    roll = parse_roll("First Name,Last Name,Known as\nKatherine,Young,Kit\n")
    assert roll.pupils[0].legal_forename == "Katherine"
    assert (roll.pupils[0].forenames, roll.untaken) == (("Katherine", "Kit"), ())


def test_a_heading_that_speaks_of_a_name_and_is_not_taken_is_told() -> None:
    roll = parse_roll("Forename,Surname,House Name,Parent name,Name on cake,Year\nKit,Young,Red,Jo,Kitty,4\n")
    assert roll.untaken == ("House Name", "Parent name", "Name on cake")


# -- as management systems head their columns --

OF_SYSTEMS = {
    "SIMS": (
        "UPN,Surname,Forename,Legal Surname,Middle Name(s),Known As,Year taught in,Reg Group",
        "N999123425000,Marlow,Kit,Young,Rose Ann,Kitty,Year  5,5K",
    ),
    "Arbor": (
        "Student,UPN,Legal first name,Legal last name,Preferred first name,Preferred last name,Year,Registration form",
        "Kit Marlow,N999123425000,Katherine,Young,Kit,Marlow,Year 5,5K",
    ),
    "Bromcom": (
        "Unique Pupil Number,Legal First Name,Legal Last Name,Preferred First Name,Preferred Last Name,NCY,Tutor Group",
        "N999123425000,Katherine,Young,Kit,Marlow,05,5K",
    ),
    "ScholarPack": (
        "upn,legal_forename,legal_surname,forename,surname,nc_year,registration_group",
        "N999123425000,Katherine,Young,Kit,Marlow,Y5,5K",
    ),
    "iSAMS": (
        "School ID,Full Name,Preferred Name,Forename,Surname,NC Year,Form",
        '000123,"Young, Katherine Rose",Kit,Katherine,Marlow,5,5K',
    ),
    "iSAMS, headings of a report": (
        "Pupil: UPN,Pupil: Forename,Pupil: Surname,Pupil: Form,Pupil: Year Group (NC)",
        "N999123425000,Katherine,Young,5K,5",
    ),
    "one column": ("UPN,Pupil Name,Yr,Class", 'N999123425000,"Young, Katherine Kit",Yr 5,5K'),
}


@pytest.mark.parametrize("system", OF_SYSTEMS)
def test_the_columns_of_every_system_are_known(system: str) -> None:
    """No name is lost, number, year and class are found, and nothing is told."""
    heading, cells = OF_SYSTEMS[system]
    roll = parse_roll(f"{heading}\n{cells}\n")
    (pupil,) = roll.pupils
    said = " ".join((*pupil.forenames, *pupil.surnames))
    for cell in next(csv.reader([cells])):
        if cell.isalpha() or "," in cell:
            assert {*cell.replace(",", " ").split()} <= {*said.split()}, cell
    assert pupil.upn in {"N999123425000", "000123"} and (pupil.year, pupil.reg) == ("5", "5K")
    assert roll.is_clean and all(column.is_listed for column in roll.columns)


@pytest.mark.parametrize(
    ("whole", "forename", "surname", "between"),
    [
        ("Okafor, Amelia Rose", "Amelia", "Okafor", ("Rose",)),
        ("Amelia Okafor", "Amelia", "Okafor", ()),
        ("OKAFOR Amelia", "Amelia", "OKAFOR", ()),
        ("Amelia Rose DE LA CRUZ", "Amelia", "DE LA CRUZ", ("Rose",)),
        ("Ana Maria de la Cruz", "Ana", "de la Cruz", ("Maria",)),
        ("Amelia Rose Okafor", "Amelia", "Okafor", ("Rose",)),
        ("Kit", "Kit", "", ()),
    ],
)
def test_a_whole_name_is_taken_apart(whole: str, forename: str, surname: str, between: tuple[str, ...]) -> None:
    found = split_name(whole)
    assert found[:3] == (forename, surname, between)


@given(
    st.lists(st.text(st.characters(categories=["L"]), min_size=1, max_size=8), min_size=1, max_size=5), st.booleans()
)
def test_no_word_of_a_whole_name_is_lost(words: list[str], has_comma: bool) -> None:
    whole = " ".join(words) if not has_comma or len(words) < 2 else f"{words[0]}, {' '.join(words[1:])}"
    forename, surname, more, others = split_name(whole)
    assert {*" ".join((forename, surname, *more, *others)).split()} == {*words}


def test_a_surname_first_heading_says_the_order() -> None:
    (pupil,) = parse_roll("UPN,Surname Forename\nN999123425000,Okafor Amelia\n").pupils
    assert (pupil.legal_forename, pupil.legal_surname) == ("Amelia", "Okafor")


def test_other_words_are_a_guess_that_is_taken_and_shown() -> None:
    roll = parse_roll("UPN,Forename,Surname,Familiar name at home\nN999123425000,Katherine,Young,Kit\n")
    assert roll.pupils[0].forenames == ("Katherine", "Kit")
    assert [(c.heading, c.field) for c in roll.columns if not c.is_listed] == [
        ("Familiar name at home", Field.FORENAME)
    ]


def test_what_a_person_says_of_a_heading_counts() -> None:
    text = "Nummer,Vorname,Nachname,House Name,Stufe\nN999123425000,Kit,Young,Red,Year 5\n"
    mapped = (("Nummer", "upn"), ("vorname", "legal forename"), ("Nachname", "surname"), ("House Name", "ignore"))
    for wishes in (RollWishes(mapped=mapped), RollWishes(remembered=(*mapped, ("Gone", "year")))):
        roll = parse_roll("Oak School\n" + text, wishes)
        assert roll.pupils[0].upn == "N999123425000" and roll.pupils[0].surnames == ("Young",) and roll.is_clean
    for wrong in (("Vornamen", "forename"), ("Vorname", "shoe size")):
        with pytest.raises(MapRefused):
            parse_roll(text, RollWishes(mapped=(wrong,)))


@pytest.mark.parametrize("year", ["5", "05", "Year 5", "Yr5", "Y 5", "year  05", "NC Year 5", "5.0", "Year Group 5"])
def test_two_spellings_of_a_year_group_are_one(year: str) -> None:
    assert year_group(year) == "5"
    assert [year_group(word) for word in ("Reception", "Year R", "Nursery", "5 Oak", "Sixth form", "")] == [
        "R", "R", "N", "5 Oak", "Sixth form", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "encoding", "name", "said"),
    [
        ("ZoÃ«,Young", "utf-8", "Zoë", "as it must have been"),
        ("Zo?,Young", "utf-8", "Zo?", "question mark"),
        ("Zo\ufffd,Young", "utf-8", "Zo\ufffd", "lost"),
        ("José,Young", "mac_roman", "José", "Mac Roman"),
        ("Lefèvre,José", "cp850", "Lefèvre", "DOS"),
        ("01-May,Young", "utf-8", "01-May", "day"),
        ("Amelia2,Young", "utf-8", "Amelia2", "digit"),
        ("Young,Björn", "mac_roman", "Young", ""),
    ],
)
def test_names_that_look_broken_are_told_by_row_and_taken(cells: str, encoding: str, name: str, said: str) -> None:
    roll = read_roll(f"UPN,Forename,Surname\nN999123425000,Kit,Young\nC999123425001,{cells}\n".encode(encoding))
    assert roll.pupils[1].legal_forename == name
    assert {note.row for note in roll.notes} >= {3} and any(said in note.what for note in roll.notes)
    assert not any(cell in note.what for note in roll.notes for cell in cells.split(","))


def test_a_foot_that_names_nobody_is_passed_over_and_told() -> None:
    roll = parse_roll("UPN,Forename,Surname\nN999123425000,Kit,Young\nTotal: one,,\n")
    assert len(roll.pupils) == 1 and [note.row for note in roll.notes] == [3]


@pytest.mark.parametrize(("cells", "missing"), [(",Young", "forename"), ("Kit,", "surname")])
def test_half_a_name_is_taken_and_told(cells: str, missing: str) -> None:
    roll = parse_roll(f"UPN,Forename,Surname\nN999123425000,{cells}\n")
    assert len(roll.pupils) == 1 and [(note.row, missing in note.what) for note in roll.notes] == [(2, True)]


def test_a_roll_of_two_schools_is_told() -> None:
    """An import is one school's: rows that say another are taken, and not in silence."""
    heading, first, second = (
        ["School", *HEADING],
        ["", "Jo", "Ito", "", "", "3", ""],
        ["", "Al", "Khan", "", "", "4", ""],
    )
    assert parse_roll(written([heading, ["Oak", *first], ["oak", *second]], ",")).is_clean
    (note,) = parse_roll(written([heading, ["Oak", *first], ["Elm", *second]], ",")).notes
    assert note.column == "School" and "2 schools" in note.what


@pytest.mark.parametrize(
    ("heading", "cell", "has_left"),
    [
        ("Leaving Date", "17/07/2026", True),
        ("Leaving Date", "29/11/2026", True),
        ("Leaving Date", "30/11/2026", False),  # the last day is one at school
        ("Leaving Date", "44759", True),  # without its format: 17/07/2022, or 18/07/2026 as from 1904
        ("Leaving Date", "44935", False),  # 09/01/2023, or 10/01/2027
        ("Date of Leaving", "21/07/2027", False),  # a day to come: the pupil is here
        ("Enrolment status", "Left", True),
        ("Enrolment status", "Current", False),
        ("Pupil Status", "Former", True),
        ("Status", "Y", False),  # a yes to what nobody asked
        ("Leaver", "Y", True),
        ("Leaver", "N", False),
        ("Leavers", "Y", False),  # of this summer, it may be
        ("Leaver", "", False),
    ],
)
def test_a_row_that_says_that_the_pupil_left_is_not_taken(heading: str, cell: str, has_left: bool) -> None:
    """A former pupil of the export is neither new nor back, and who is on the roll counts as missing from it."""
    text = f"UPN,Forename,Surname,{heading}\nN999123425000,Kit,Young,{cell}\nC999123425001,Jo,Ito,\n"
    roll, today = parse_roll(text), date(2026, 11, 30)
    before = {upn: (Pupil(upn, "A", "B"), left) for upn, left in (("N999123425000", True), ("C999123425001", False))}
    for known in ({}, before):
        found = diff_roll(known, roll, "", today)
        taken = [pupil.upn for pupil in (*found.new, *found.altered, *found.returned)]
        assert ("N999123425000" in taken) is not has_left and "C999123425001" in taken
        assert found.leavers == ((2,) if has_left else ()) and found.is_clean is not has_left
    here = {"N999123425000": (Pupil("N999123425000", "Kit", "Young"), False)}
    assert diff_roll(here, roll, "", today).missing == (("N999123425000",) if has_left else ())


@pytest.mark.parametrize(
    ("headings", "cells", "has_left"),
    [
        ("Leaving date,Enrolment status", "17/07/2022,C", False),  # came back: the day is of the first time
        ("Leaving date,Enrolment status", "17/07/2022,S - Subsidiary", False),
        ("Leaving date,Enrolment status", "17/07/2022,Current Pupil", False),
        ("Leaving date,Leaver", "17/07/2022,No", False),
        ("Leaving date,Status", "21/07/2027,Leaver", False),  # known to leave, and here until then
        ("Leaving date,Leaver", "17/07/2022,Yes", True),
        ("Leaving date,Status", "17/07/2022,P - Previous", True),
        ("Leaving date,Status", "17/07/2022,", True),
        ("Previous school,Date left", "Elm Primary,17/07/2022", False),  # that school
        ("Date of leaving,Last school attended", "17/07/2022,Elm Primary", False),
        ("Previous school,Enrolment status", "Elm Primary,Left", True),
    ],
)
def test_a_pupil_who_is_here_by_any_column_is_taken(headings: str, cells: str, has_left: bool) -> None:
    roll = parse_roll(f"UPN,Forename,Surname,{headings}\nN999123425000,Kit,Young,{cells}\n")
    assert bool(diff_roll({}, roll, "", date(2026, 11, 30)).leavers) is has_left


@pytest.mark.parametrize(
    ("names", "is_lost", "is_told"),
    [
        ("Kit,Young,Rose", False, True),
        ("Kit,Young,", False, False),
        ("Kitty,Young,Kit", False, True),
        ("Jo,Young,", True, False),
    ],
)
def test_a_name_more_is_no_name_lost(names: str, is_lost: bool, is_told: bool) -> None:
    known = {"N999123425000": (Pupil("N999123425000", "Kit", "Young"), False)}
    found = diff_roll(known, parse_roll(f"UPN,Forename,Surname,Middle name\nN999123425000,{names}\n"))
    assert (bool(found.renamed), bool(found.named)) == (is_lost, is_told)


def test_columns_in_own_words_are_refused_with_the_option_that_helps() -> None:
    with pytest.raises(RollRefused, match="--map"):
        parse_roll("Candidate,Learner code\nJo Ito,A1\n")
