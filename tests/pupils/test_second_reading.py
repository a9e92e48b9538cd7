"""Registers as a second stranger made them: what turned a no into a yes without a word; what is not lost by it."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font

from redact.pupils.consent import State
from redact.pupils.consents.importing import ExportRefused, Wishes, read_consents
from redact.pupils.consents.words.headings import read_heading
from redact.pupils.roll import parse_roll
from redact.pupils.tables.sheets import read_sheets
from tests.pupils.test_office_tables import GIVEN, PENDING, REFUSED, A, B, C, made, states
from tests.rigs.workbooks import workbook

# -- headings --


@pytest.mark.parametrize("heading", ["Website \N{BALLOT X}", "Website \N{CROSS MARK}", "Opposed to website photos"])
def test_a_heading_with_a_sign_or_word_of_a_no_gives_no_yes(heading: str) -> None:
    export = read_consents(made(["UPN", heading], [A, "Yes"], [B, "No"]), Wishes())
    assert GIVEN not in states(export).values() and states(export)[A, "website"] is REFUSED


@pytest.mark.parametrize(
    "heading",
    [
        "Internal website",
        "Uses website",
        "Concerns about website",
        "Website: at risk",
        "Website of school photographer",
    ],
)
def test_what_may_be_another_matter_is_asked_about(heading: str) -> None:
    assert read_heading(heading).purposes == ("website",) and not read_heading(heading).is_certain


@pytest.mark.parametrize(
    "heading", ["Internal display", "Internal newsletter", "Photo use: website", "Website \N{CHECK MARK}"]
)
def test_usual_headings_stay_certain(heading: str) -> None:
    assert read_heading(heading).is_certain and not read_heading(heading).says_no


def test_a_person_who_maps_a_heading_that_says_no_has_not_said_that_a_no_is_a_yes() -> None:
    table = made(["UPN", "No website"], [A, "Yes"], [B, "No"])
    export = read_consents(table, Wishes(mapped=(("No website", "website"),)))
    assert states(export) == {(A, "website"): REFUSED, (B, "website"): PENDING}
    assert ['--map "HEADING=not website"' in left.what for left in export.left] == [True]
    said = read_consents(table, Wishes(mapped=(("No website", "not website"),)))
    assert states(said) == {(A, "website"): REFUSED, (B, "website"): GIVEN}


def test_what_is_remembered_of_a_heading_that_says_no_is_no_more_than_a_person_said() -> None:
    table = made(["UPN", "No website"], [A, "No"])
    (mapping,) = read_consents(table, Wishes(mapped=(("No website", "website"),))).mappings
    assert mapping.remembered == "website"
    (mapping,) = read_consents(table, Wishes(mapped=(("No website", "not website"),))).mappings
    assert mapping.remembered == "not website"


def test_what_a_person_says_of_the_column_of_a_list_counts() -> None:
    table = made(["UPN", "Opt out"], [A, "Yes"], [B, "No"])
    export = read_consents(table, Wishes(purpose="website"))
    assert states(export) == {(A, "website"): REFUSED, (B, "website"): PENDING} and len(export.left) == 1
    said = read_consents(table, Wishes(purpose="website", mapped=(("Opt out", "not website"),)))
    assert states(said) == {(A, "website"): REFUSED, (B, "website"): GIVEN} and not said.left


@pytest.mark.parametrize("heading", ["Concerns about photos on", "Photo worries", "Photo issues", "Photo risks"])
def test_places_that_somebody_worries_about_are_no_yes(heading: str) -> None:
    """The sentence about the file said what to type, and whoever typed it made the yes."""
    table = made(["UPN", heading], [A, "Website"], [B, "Website; Social media"])
    with pytest.raises(ExportRefused, match="=not social-media, website"):
        read_consents(table, Wishes())
    export = read_consents(table, Wishes(mapped=((heading, "website"),)))
    assert {*states(export).values()} == {REFUSED}


@pytest.mark.parametrize("heading", ["Concerns about website photos", "Website: at risk"])
def test_no_concern_is_no_consent_although_a_guess_is_confirmed(heading: str) -> None:
    export = read_consents(made(["UPN", heading], [A, "Yes"], [B, "No"]), Wishes(confirms_guesses=True))
    assert states(export) == {(A, "website"): REFUSED, (B, "website"): PENDING}


# -- titles --


@pytest.mark.parametrize(
    "legend", ["Tick = no", "Y = No", "Yes means do not use", "Ticked: refused", "\N{CHECK MARK} = No"]
)
@pytest.mark.parametrize("is_above", [True, False])
def test_a_legend_that_turns_a_mark_round_stops_the_file(legend: str, is_above: bool) -> None:  # noqa: FBT001
    rows = [["UPN", "Website"], [A, "Yes"], [B, "\N{CHECK MARK}"]]
    rows.insert(0 if is_above else 1, [legend] if is_above else ["", legend])
    with pytest.raises(ExportRefused, match="says no"):
        read_consents(made(*rows), Wishes())


@pytest.mark.parametrize(
    "legend", ["Y = Yes, N = No", "Yes = 1, No = 0", "Tick = yes", "Tick = no objection", "St Mark's No 2 School"]
)
def test_a_legend_in_the_usual_sense_stops_nothing(legend: str) -> None:
    export = read_consents(made([legend], ["UPN", "Website"], [A, "Yes"], [B, "No"]), Wishes())
    assert states(export) == {(A, "website"): GIVEN, (B, "website"): REFUSED}


def test_a_legend_of_levels_is_asked_about_as_levels() -> None:
    export = read_consents(made(["1 = No, 2 = Yes"], ["UPN", "Website"], [A, "1"], [B, "2"]), Wishes())
    assert {*states(export).values()} == {PENDING} and export.unread == 2


@pytest.mark.parametrize("title", ["Opted out", "Refused", "Withdrawn", "NO"])
def test_an_answer_where_numbers_stand_heads_what_follows(title: str) -> None:
    with pytest.raises(ExportRefused, match="says no"):
        read_consents(made(["UPN", "Website"], [A, "Yes"], [title, ""], [B, "Yes"]), Wishes())


# -- what stands beside --


@pytest.mark.parametrize(
    "heading",
    ["Withdrawal form", "Refusal letter", "Opted out (Y)", "Consent refused by", "Take-down request", "Revocation"],
)
def test_what_tells_of_a_no_leaves_no_yes(heading: str) -> None:
    export = read_consents(
        made(["UPN", "Website", heading], [A, "Yes", "Signed"], [B, "Yes", ""], [C, "Yes", "No"]), Wishes()
    )
    assert states(export) == {(A, "website"): PENDING, (B, "website"): GIVEN, (C, "website"): GIVEN}
    assert export.left


@pytest.mark.parametrize(
    "heading",
    ["Opt-out form returned", "Do not photograph form signed", "Objection letter received", "Opt out slip in"],
)
def test_a_form_of_a_no_that_came_back_leaves_no_yes(heading: str) -> None:
    """Its blank, and its No, say that there is no such form: the yes stands."""
    rows = (["UPN", "Website", heading], [A, "Yes", "Yes"], [B, "Yes", ""], [C, "Yes", "No"])
    expected = {(A, "website"): PENDING, (B, "website"): GIVEN, (C, "website"): GIVEN}
    assert states(read_consents(made(*rows), Wishes())) == expected


@pytest.mark.parametrize("heading", ["Photo form returned", "Website consent form returned"])
def test_a_form_of_a_yes_that_did_not_come_back_leaves_no_yes(heading: str) -> None:
    rows = (["UPN", "Website", heading], [A, "Yes", "Yes"], [B, "Yes", "No"])
    assert states(read_consents(made(*rows), Wishes())) == {(A, "website"): GIVEN, (B, "website"): PENDING}


def test_the_sentences_of_a_form_are_answers() -> None:
    rows = (["UPN", "Website"], [A, "Yes, I give permission"], [B, "No, I do not give permission"], [C, "Yes please"])
    expected = {(A, "website"): GIVEN, (B, "website"): REFUSED, (C, "website"): GIVEN}
    assert states(read_consents(made(*rows), Wishes())) == expected
    turned = states(read_consents(made(["UPN", "No website"], *rows[1:]), Wishes()))
    assert turned == {(A, "website"): PENDING, (B, "website"): REFUSED, (C, "website"): PENDING}


@pytest.mark.parametrize(
    "heading",
    ["Changed to", "New answer", "Override", "Final decision", "2026/27", "", "OK to use?", "Face may be shown"],
)
def test_a_later_or_further_answer_is_heard(heading: str) -> None:
    export = read_consents(made(["UPN", "Website", heading], [A, "Yes", "No"], [B, "Yes", "Yes"]), Wishes())
    assert states(export) == {(A, "website"): REFUSED, (B, "website"): GIVEN} and export.left


def test_what_a_cell_tells_of_a_no_leaves_no_yes() -> None:
    rows = (["UPN", "Consent type", "Status", "Reason"], [A, "Website", "Given", "Withdrawn by parent"])
    assert states(read_consents(made(*rows), Wishes())) == {(A, "website"): PENDING}


@pytest.mark.parametrize("heading", ["FSM", "SEN", "Face to face lessons", "Swimming shown"])
def test_a_no_to_another_matter_leaves_the_yes(heading: str) -> None:
    export = read_consents(made(["UPN", "Website", heading], [A, "Yes", "No"]), Wishes())
    assert states(export) == {(A, "website"): GIVEN} and not export.left


@pytest.mark.parametrize("heading", ["Learning objectives", "Stopped clubs"])
def test_what_tells_of_something_else_leaves_the_yes(heading: str) -> None:
    export = read_consents(made(["UPN", "Website", heading], [A, "Yes", "Seen"]), Wishes())
    assert states(export) == {(A, "website"): GIVEN} and not export.left


@pytest.mark.parametrize("heading", ["Parental permission for photos", "Photos", "Agree to photos?"])
def test_a_further_answer_of_a_list_or_a_long_export_is_heard(heading: str) -> None:
    export = read_consents(made(["UPN", "Consent given", heading], [A, "Yes", "No"]), Wishes(purpose="website"))
    assert states(export) == {(A, "website"): REFUSED}
    export = read_consents(made(["UPN", "Consent type", "Status", heading], [A, "Website", "Given", "No"]), Wishes())
    assert states(export) == {(A, "website"): REFUSED}


def test_a_column_of_the_purpose_in_a_long_export_is_heard() -> None:
    rows = (["UPN", "Consent type", "Status", "Photo on website"], [A, "Website photo", "Given", "No"])
    assert states(read_consents(made(*rows), Wishes())) == {(A, "website"): REFUSED}


@pytest.mark.parametrize(
    "note", ["court order", "looked after child", "safeguarding, see file", "group only", "ask gran first"]
)
def test_a_note_of_a_reason_not_to_show_a_child_leaves_no_yes(note: str) -> None:
    assert states(read_consents(made(["UPN", "Website", "Notes"], [A, "Yes", note]), Wishes())) == {
        (A, "website"): PENDING
    }


def test_a_status_that_says_the_answer_is_void_leaves_no_yes() -> None:
    rows = (["UPN", "Website", "Status"], [A, "Yes", "Superseded"], [B, "Yes", "Year 3"])
    assert states(read_consents(made(*rows), Wishes())) == {(A, "website"): PENDING, (B, "website"): GIVEN}


@pytest.mark.parametrize("cell", ["unknown", "requested", "to be confirmed"])
def test_a_withdrawal_in_doubt_leaves_no_yes(cell: str) -> None:
    rows = (["UPN", "Website", "Withdrawn on"], [A, "Yes", cell], [B, "Yes", "n/a"])
    assert states(read_consents(made(*rows), Wishes())) == {(A, "website"): PENDING, (B, "website"): GIVEN}


@pytest.mark.parametrize(
    "heading", ["Expiration date", "Lapse date", "Valid till", "Consent lapses", "Ends on", "Until"]
)
def test_the_last_day_of_a_yes_is_read_under_its_usual_headings(heading: str) -> None:
    export = read_consents(made(["UPN", "Website", heading], [A, "Yes", "31/08/2025"]), Wishes())
    assert [answer.expires_on for answer in export.answers] == [date(2025, 8, 31)]


@pytest.mark.parametrize(("heading", "cell"), [("Review", "Done"), ("Passport expiry", "31/08/2025"), ("Lapsed", "No")])
def test_what_is_no_last_day_ends_nothing(heading: str, cell: str) -> None:
    export = read_consents(made(["UPN", "Website", heading], [A, "Yes", cell]), Wishes())
    assert [(answer.state, answer.expires_on) for answer in export.answers] == [(State.GIVEN, None)]


# -- rows of two parents --


def test_a_no_in_a_row_without_a_number_leaves_no_yes_in_the_row_above() -> None:
    """A cell merged over the rows of both parents has its number in the first alone."""
    rows = (
        ["UPN", "Contact", "Website"],
        [A, "Mother", "Yes"],
        ["", "Father", "No"],
        [B, "Mother", "Yes"],
        ["", "Father", "Yes"],
    )
    export = read_consents(made(*rows), Wishes())
    assert states(export) == {(A, "website"): PENDING, (B, "website"): GIVEN}
    assert ["pupil above" in problem.what for problem in export.problems] == [True, False]


def test_a_row_of_totals_takes_nothing_from_the_row_above() -> None:
    rows = (["UPN", "Website"], [A, "Yes"], ["", "1"], ["Total no", "0"])
    assert states(read_consents(made(*rows), Wishes())) == {(A, "website"): GIVEN}


# -- what a workbook shows beside its text --


def _book(*, struck: str = "", comment: tuple[str, str] | None = None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["UPN", "Website"], [A, "Yes"], [B, "Yes"]):
        sheet.append(row)
    if struck:
        sheet[struck].font = Font(strike=True)
    if comment:
        sheet[comment[0]].comment = Comment(comment[1], "office")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("cell", ["A2", "B2"])
def test_what_is_struck_through_is_no_yes(cell: str) -> None:
    export = read_consents(_book(struck=cell), Wishes())
    assert states(export) == {(A, "website"): PENDING, (B, "website"): GIVEN}
    assert [left.row for left in export.left] == [2]


def test_a_comment_at_a_cell_is_read_as_a_note_is() -> None:
    export = read_consents(_book(comment=("B2", "Mum withdrew on 3 October")), Wishes())
    assert states(export) == {(A, "website"): PENDING, (B, "website"): GIVEN}
    told = read_consents(_book(comment=("B2", "Seen by the office")), Wishes())
    assert states(told) == {(A, "website"): GIVEN, (B, "website"): GIVEN} and [left.row for left in told.left] == [2]
    threaded = "[Threaded comment]\n\nYour edits will get removed if opened in a newer version.\n\nComment:\n    Seen"
    assert states(read_consents(_book(comment=("B2", threaded)), Wishes()))[A, "website"] is GIVEN


def test_a_comment_at_a_heading_is_a_title() -> None:
    with pytest.raises(ExportRefused, match="says no"):
        read_consents(_book(comment=("B1", "Yes = no photos")), Wishes())


def test_a_sheet_tells_rows_and_places_of_what_it_shows() -> None:
    (sheet,) = read_sheets(_book(struck="B3", comment=("B2", "Seen")))
    assert sheet.struck == {(3, 1)} and sheet.comments == ((2, 1, "Seen"),)


def test_a_hidden_sheet_that_says_no_is_told() -> None:
    rows: list[list[object]] = [["UPN", "Website"], [A, "Yes"]]
    noes: list[list[object]] = [["Children who must not be photographed"], ["Otto"]]
    export = read_consents(workbook(("2026", rows), ("Sheet2", noes), hidden="Sheet2"), Wishes())
    assert ["'Sheet2'" in left.what for left in export.left] == [True]
    other: list[list[object]] = [["Run by", "office"]]
    assert not read_consents(workbook(("2026", rows), ("Parameters", other), hidden="Parameters"), Wishes()).left


def test_two_rolls_side_by_side_are_told() -> None:
    heading = ["UPN", "Forename", "Surname"]
    roll = parse_roll(made([*heading, "", *heading], [A, "Ottilie", "Marlow", "", B, "Tabitha", "Penrose"]).decode())
    assert ["side by side" in note.what for note in roll.notes] == [True]
    sibling = parse_roll(made([*heading, "Sibling UPN"], [A, "Ottilie", "Marlow", B]).decode())
    assert not sibling.notes
