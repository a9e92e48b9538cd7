"""Days as people write them: the day first, and a day that is none is none."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from redact.pupils.dates import read_cell_day, read_date, read_day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31/08/2027", date(2027, 8, 31)),
        ("1/9/26", date(2026, 9, 1)),
        (" 2027-08-31 ", date(2027, 8, 31)),
        ("04/03/2026", date(2026, 3, 4)),  # either reading exists: the day stands first
        ("3rd September 2026", date(2026, 9, 3)),
        ("29/02/2028", date(2028, 2, 29)),
    ],
)
def test_a_day_is_read_day_first(text: str, day: date) -> None:
    assert read_day(text) == day == read_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "31/02/2026", "31/06/2026", "29/02/2027", "08/31/2026", "00/01/2026", "2026-13-01", "2026-08-32",
        "31/08/1999", "31/08/2205", "31/08", "August 2026", "31 Juggle 2026", "tomorrow", "20260831",
        "\N{ARABIC-INDIC DIGIT THREE}1/08/2026", "31/08/2027x",
    ],
)  # fmt: skip
def test_what_is_in_no_calendar_is_no_day(text: str) -> None:
    assert read_day(text) is None and read_date(text) is None


def test_a_clock_is_passed_over_in_a_cell_and_refused_in_an_option() -> None:
    assert read_date("31/08/2027 00:00") == date(2027, 8, 31)
    assert read_day("31/08/2027 00:00") is None


def test_every_day_of_the_century_is_read_back_in_every_spelling() -> None:
    first, last = date(2000, 1, 1), date(2099, 12, 31)
    for day in (first + timedelta(days=number) for number in range((last - first).days + 1)):
        spellings = (day.isoformat(), f"{day:%d/%m/%Y}", f"{day.day}/{day.month}/{day:%y}")
        assert {read_day(spelled) for spelled in spellings} == {day}


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("46269", date(2026, 9, 4)),
        ("46269.423", date(2026, 9, 4)),
        ("36525", None),  # the last day of 1999
        ("73051", None),  # of 2100
        ("462690", None),
        ("4626", None),
        ("04/09/2026", date(2026, 9, 4)),
    ],
)
def test_a_spreadsheet_s_number_of_a_day_is_read_in_a_column_of_days_alone(cell: str, day: date | None) -> None:
    assert read_cell_day(cell) == day
    assert not cell.replace(".", "").isdigit() or read_date(cell) is None
