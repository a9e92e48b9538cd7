"""The roll is read whatever spreadsheet wrote it, and its errors never show a name."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.pupils.roll import RollRefused, parse_roll, read_roll

HEADING = ["UPN", "Legal Forename", "Legal Surname", "Preferred Forename", "Preferred Surname", "Year", "Reg"]
letters = st.characters(blacklist_categories=["Cc", "Cs", "Zl", "Zp"])
cell = st.text(letters, max_size=12).map(lambda text: " ".join(text.split()))
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
    """What was written is read: any delimiter, any case of the heading, with or without a byte order mark."""
    text = written([[case(name) for name in HEADING], *rows], delimiter)
    roll = read_roll(text.encode("utf-8-sig" if has_mark else "utf-8"))
    assert [
        [p.upn, p.legal_forename, p.legal_surname, p.preferred_forename, p.preferred_surname, p.year, p.reg]
        for p in roll.pupils
    ] == rows


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
