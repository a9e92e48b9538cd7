"""Files as schools' systems write them: the heading is found, whatever stands above it and whoever wrote the bytes."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.pupils.tables.encoding import count_odd, decode
from redact.pupils.tables.garbled import fault_in_name, mend
from redact.pupils.tables.sheets import NO_RESULT
from redact.pupils.tables.table import TableFault, parse_table, plain, read_table
from tests.rigs.workbooks import workbook

NAMES = (
    "Zoë",
    "Siân",
    "José",
    "Núñez",
    "Anaïs",
    "Lefèvre",
    "Björn",
    "Łukasz",
    "O’Neil",
    "François",
    "Ünal",
    "Ángel",
    "Chloé",
)


def is_heading(cells: Sequence[str]) -> bool:
    return "UPN" in cells


# -- where the heading stands --

unseen = "\u200b\u200e\u200f\u2060\ufeff\u00ad="  # signs without width go, and so does ="0123" around a text
cells = st.text(
    st.characters(blacklist_categories=["Cc", "Cs", "Zl", "Zp"], blacklist_characters=unseen), max_size=8
).map(lambda t: " ".join(t.split()))
titles = st.lists(cells.filter(lambda text: text and text != "UPN"), min_size=1, max_size=2)


@given(
    st.lists(titles, max_size=4), st.lists(st.tuples(cells, cells), max_size=5), st.sampled_from(",;\t|"), st.booleans()
)
def test_titles_and_the_sep_line_are_passed_over(
    above: list[list[str]], rows: list[tuple[str, str]], delimiter: str, says_sep: bool
) -> None:
    """Rows keep the numbers that a spreadsheet shows; it does not show the "sep=" line."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([*above, ["UPN", "Name"], *rows])
    table = parse_table((f"sep={delimiter}\r\n" if says_sep else "") + out.getvalue(), is_heading)
    assert table.heading == ("UPN", "Name") and table.heading_row == len(above) + 1
    kept = [(number, row) for number, row in enumerate(rows, len(above) + 2) if any(row) and row != ("UPN", "Name")]
    assert [(row.number, row.cells) for row in table.rows] == kept


def test_a_delimiter_in_a_title_does_not_mislead() -> None:
    table = parse_table("Oak School, Year 5, 2026, list\nUPN;Name\n1;Khan, Zara\n", is_heading)
    assert table.heading == ("UPN", "Name") and table.rows[0].cells == ("1", "Khan, Zara")


def test_a_heading_that_is_printed_on_each_page_is_no_row() -> None:
    assert len(parse_table("UPN,Name\n1,a\nUPN,Name\n2,b\n", is_heading).rows) == 2


def test_words_of_headings() -> None:
    assert [plain(text) for text in ("Legal_Forename:", "LegalFirstName", "UPN (13)", "Pupil's  name", "YEAR")] == [
        "legal forename", "legal first name", "upn 13", "pupil s name", "year",
    ]  # fmt: skip


# -- workbooks --


def test_a_workbook_is_read_as_the_same_table() -> None:
    at = datetime(2026, 9, 3, 8, 30)  # noqa: DTZ001  # as a sheet has it
    rows: list[list[object]] = [
        ["Oak School"], [], ["UPN", "Name", "Year", "Day", "Yes", "Rate"],
        ["A1", "Zoë", 5, date(2026, 9, 3), True, 1.5], [None, None], ["A2", "Kit", 5.0, at, False, "-"],
    ]  # fmt: skip
    table = read_table(workbook(("Pupils", rows)), is_heading)
    assert table.heading == ("UPN", "Name", "Year", "Day", "Yes", "Rate") and table.heading_row == 3
    assert [(row.number, row.cells) for row in table.rows] == [
        (4, ("A1", "Zoë", "5", "2026-09-03", "TRUE", "1.5")),
        (6, ("A2", "Kit", "5", "2026-09-03 08:30:00", "FALSE", "-")),
    ]
    assert "Pupils" in table.titles and not table.sheets_left


def test_the_sheet_with_the_heading_is_read_and_the_others_are_told() -> None:
    book = workbook(
        ("Notes", [["Read me"]]), ("Empty", []), ("Pupils", [["UPN"], ["A1"]]), ("Leavers", [["UPN"], ["A2"]])
    )
    table = read_table(book, is_heading)
    assert [row.cells for row in table.rows] == [("A1",)] and table.sheets_left == ("Notes", "Leavers")


def test_a_formula_without_a_result_is_no_empty_cell() -> None:
    table = read_table(workbook(("S", [["UPN", "Name"], ["A1", '=PROPER("zoe")']])), is_heading)
    assert table.rows[0].cells[1] == NO_RESULT and fault_in_name(NO_RESULT)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Excel workbook"),
        (b"PK\x03\x04 broken", "no Excel workbook"),
        (b"<html><table><tr><td>UPN</td></tr></table></html>", "web page"),
        (b"UPN\0Name", "not a text file"),
        (workbook(("S", [])), "empty"),
    ],
)
def test_what_is_no_table_is_named(content: bytes, said: str) -> None:
    with pytest.raises(TableFault, match=said):
        read_table(content)


def test_a_workbook_that_unfolds_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("redact.pupils.tables.sheets.MOST_UNFOLDED_BYTES", 1000)
    with pytest.raises(TableFault, match="unfolds"):
        read_table(workbook(("S", [["UPN"] * 50] * 50)), is_heading)


def test_a_text_that_a_workbook_holds_once_is_counted_in_every_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("redact.pupils.tables.sheets.MOST_SIGNS", 100_000)
    long: list[object] = ["x" * 1000] * 2
    table: tuple[str, list[list[object]]] = ("S", [["UPN"], *[long] * 40])
    assert len(read_table(workbook(table), is_heading).rows) == 40
    with pytest.raises(TableFault, match="unfolds"):
        read_table(workbook(table, table), is_heading)


def test_a_workbook_of_two_rows_whose_second_has_a_high_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of 5 kB stands for as many rows as it likes."""
    monkeypatch.setattr("redact.pupils.tables.sheets.MOST_SIGNS", 100_000)
    content, unfolded = workbook(("S", [["UPN"], ["X1"]])), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(unfolded, "w") as forged:
        for name in archive.namelist():
            part = archive.read(name)
            high = part.replace(b'"2"', b'"30000000"').replace(b'"A2"', b'"A30000000"')
            forged.writestr(name, high if name.startswith("xl/worksheets/") else part)
    with pytest.raises(TableFault, match="unfolds"):
        read_table(unfolded.getvalue(), is_heading)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_a_fault(content: bytes) -> None:
    for begin in (b"", b"PK\x03\x04"):
        try:
            read_table(begin + content, is_heading)
        except TableFault:
            continue


# -- which characters --


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_usual_encodings_need_no_word(encoding: str) -> None:
    text = "\n".join(name for name in NAMES if encoding != "cp1252" or "Ł" not in name)
    assert decode(text.encode(encoding)).text == text and not decode(text.encode(encoding)).read_as


@pytest.mark.parametrize(("encoding", "called"), [("mac_roman", "Mac Roman"), ("cp850", "DOS")])
@pytest.mark.parametrize(
    "names", [("Zoë", "Siân", "José"), ("Anaïs", "Lefèvre", "Núñez"), ("Björn", "Chloé"), ("Renée",)]
)
def test_an_encoding_is_found_out_by_what_it_makes_right(encoding: str, called: str, names: tuple[str, ...]) -> None:
    text = "UPN,Name\n" + "\n".join(names)
    found = decode(text.encode(encoding))
    assert found.text == text and found.read_as.startswith(called)


@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=6), st.sampled_from(["mac_roman", "cp850", "cp437"]))
def test_a_name_that_comes_out_wrong_is_found_broken(names: list[str], encoding: str) -> None:
    """Each name is right, or the file is said to be read as something, or the name looks broken or in doubt."""
    written = [name for name in names if name.encode(encoding, "replace").decode(encoding) == name]
    found = decode("\n".join(written).encode(encoding))
    for name, read in zip(written, found.text.split("\n"), strict=False):
        assert read == name or found.read_as or fault_in_name(read, found.doubtful), (name, read)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("misread_as", ["cp1252", "latin-1", "mac_roman", "cp850"])
@pytest.mark.parametrize("times", [1, 2])
def test_a_second_reading_is_undone_and_told(name: str, misread_as: str, times: int) -> None:
    garbled = name
    for _ in range(times):
        garbled = "".join(
            bytes([byte]).decode(misread_as)
            if misread_as != "cp1252" or byte not in b"\x81\x8d\x8f\x90\x9d"
            else chr(byte)
            for byte in garbled.encode()
        )
    assert mend(garbled) == name
    assert fault_in_name(garbled)


@pytest.mark.parametrize("name", [*NAMES, "Mary-Jane", "O'Brien", "de la Cruz", "Mc Donald", "Nguyễn", "Дмитрий", "李",
                                  "Kit (Katherine)", 'Robert "Bob"', "St. John", "Smith–Jones", "Ma’aruf", "N’Golo",
                                  "ÉLODIE", "May", "June", "Null", "True"])  # fmt: skip
def test_names_as_people_have_them_are_whole(name: str) -> None:
    assert fault_in_name(name) is None and mend(name) == name


BROKEN = (
    "Zo?", "Jos\ufffd", "N??ez", "01-May", "Sept-2", "2026-05-01", "Amelia2", "#NAME?", "Zo‘", "JosÄ", "OÕNeil", "Si‰n",
    "Zo&euml;", "Zo=EB", "Kit*", "45903", "kit@oak.sch.uk",
)  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_names_that_were_broken_are_told(name: str) -> None:
    assert fault_in_name(name)


@given(st.text(max_size=40))
def test_mending_never_makes_it_worse(text: str) -> None:
    assert count_odd(mend(text)) <= count_odd(text)
