"""Tables as an office keeps them: sheets, families in one row, forms, databases; read right, or told and not taken."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pytest

from redact.pupils.consent import State
from redact.pupils.consents.importing import Export, ExportRefused, Wishes, read_consents
from redact.pupils.roll import parse_roll, read_roll
from redact.pupils.rolls.diff import diff_roll
from redact.pupils.rolls.headings import Field
from redact.pupils.tables.sheets import NO_RESULT
from redact.pupils.tables.table import plain
from redact.pupils.upn import number_column, tidy_upn
from tests.rigs.workbooks import workbook

A, B, C = "N999123425000", "C999123425001", "R999123425002"
GIVEN, REFUSED, PENDING = State.GIVEN, State.REFUSED, State.PENDING


def made(*rows: Sequence[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def states(export: Export) -> dict[tuple[str, str], State]:
    return {(answer.upn, answer.purpose): answer.state for answer in export.answers}


# -- sheets --

LAST_YEAR: list[list[object]] = [["UPN", "Website"], [A, "Yes"]]
THIS_YEAR: list[list[object]] = [["UPN", "Website"], [A, "No"]]


def test_a_hidden_sheet_of_last_year_is_told_and_not_read() -> None:
    export = read_consents(workbook(("Old", LAST_YEAR), ("New", THIS_YEAR), hidden="Old"), Wishes())
    assert states(export) == {(A, "website"): REFUSED}
    assert ["'Old'" in left.what for left in export.left] == [True]


def test_of_two_sheets_of_answers_none_is_taken() -> None:
    """The first would give a yes that the second took back."""
    with pytest.raises(ExportRefused, match="2 sheets"):
        read_consents(workbook(("2025", LAST_YEAR), ("2026", THIS_YEAR)), Wishes())


def test_a_sheet_of_something_else_is_told_and_stops_nothing() -> None:
    export = read_consents(workbook(("2026", THIS_YEAR), ("Key", [["Y is yes"]])), Wishes())
    assert states(export) == {(A, "website"): REFUSED} and len(export.left) == 1


def test_the_hidden_parameters_of_a_report_need_nobody() -> None:
    rows: list[list[object]] = [["UPN", "Forename", "Surname"], [A, "Ottilie", "Marlow"]]
    roll = read_roll(workbook(("Report", rows), ("Parameters", [["Run by", "office"]]), hidden="Parameters"))
    assert len(roll.pupils) == 1 and roll.is_clean and not roll.is_part


def test_a_roll_with_a_sheet_for_each_class_is_known_to_be_in_parts() -> None:
    heading: list[object] = ["UPN", "Forename", "Surname"]
    roll = read_roll(workbook(("5", [heading, [A, "Ottilie", "Marlow"]]), ("6", [heading, [B, "Tabitha", "Penrose"]])))
    assert roll.is_part and ["'6'" in note.what for note in roll.notes] == [True]


# -- numbers --


@pytest.mark.parametrize("cell", ["'n999123425000", "\u2019N999123425000", ' ="N999123425000" ', "N999 1234 25000"])
def test_a_number_kept_as_text_is_the_number(cell: str) -> None:
    roll = read_roll(made(["UPN", "Forename", "Surname"], [cell, "Ottilie", "Marlow"]))
    assert [tidy_upn(pupil.upn) for pupil in roll.pupils] == [A]


@pytest.mark.parametrize(
    "heading",
    ["What is your child's UPN (on the letter)?", "Child's UPN", "education_details.data.upn", "Unique Pupil Number *"],
)
def test_a_form_that_asks_for_the_number_has_it(heading: str) -> None:
    assert number_column([plain("mis_id"), plain(heading)]) == 1
    export = read_consents(made(["Timestamp", heading, "Website"], ["3/9/26", A, "Yes"]), Wishes())
    assert states(export) == {(A, "website"): GIVEN}


@pytest.mark.parametrize("heading", ["Former UPN", "Sibling's UPN", "UPN status", "Has UPN", "Parent's note on UPN"])
def test_what_is_only_about_the_number_is_not_it(heading: str) -> None:
    assert number_column([plain(heading), "website"]) is None


def test_a_sentence_alone_is_a_title_and_no_heading() -> None:
    export = read_consents(made(["Consents by pupil UPN"], ["UPN", "Website"], [A, "Yes"]), Wishes())
    assert states(export) == {(A, "website"): GIVEN}


def test_what_a_report_says_of_the_number_above_its_heading_is_no_heading() -> None:
    rows: tuple[list[str], ...] = (
        ["Filter", "UPN is not blank"],
        ["Sorted by", "Pupil UPN order"],
        [],
        ["UPN", "Website"],
        [A, "Yes"],
    )
    assert states(read_consents(made(*rows), Wishes())) == {(A, "website"): GIVEN}


def test_a_row_for_brothers_and_sisters_answers_for_each_of_them() -> None:
    """The no of a parent of three is a no for three."""
    rows = (["Child 1 UPN", "Child 2 UPN", "Website"], [A, B, "No"], [C, "", "Yes"])
    for wishes in (Wishes(), Wishes(upn="Child 1 UPN")):
        export = read_consents(made(*rows), wishes)
        assert states(export) == {(A, "website"): REFUSED, (B, "website"): REFUSED, (C, "website"): GIVEN}
        assert any("each of them" in note.what for note in export.notes)


def test_further_pupils_in_a_row_are_not_passed_over_in_silence() -> None:
    export = read_consents(made(["UPN", "Sibling", "Website"], [A, B, "No"], [C, "", "Yes"]), Wishes())
    assert states(export) == {(A, "website"): REFUSED, (C, "website"): GIVEN}
    assert [(left.column, "further pupils" in left.what) for left in export.left] == [("Sibling", True)]


@pytest.mark.parametrize("headings", [("UPN 1", "UPN 2"), ("First child's UPN", "Second child's UPN")])
def test_the_numbers_of_a_family_are_known_by_what_tells_them_apart(headings: tuple[str, str]) -> None:
    export = read_consents(made([*headings, "Website"], [A, B, "No"]), Wishes())
    assert states(export) == {(A, "website"): REFUSED, (B, "website"): REFUSED}


def test_former_numbers_of_a_pupil_are_no_family() -> None:
    export = read_consents(made(["Former UPN 1", "Former UPN 2", "UPN", "Website"], [A, B, C, "No"]), Wishes())
    assert states(export) == {(C, "website"): REFUSED} and not export.left


def test_a_former_number_is_the_same_pupils() -> None:
    assert not read_consents(made(["Former UPN", "UPN", "Website"], [B, A, "Yes"]), Wishes()).left


# -- answers --


@pytest.mark.parametrize(
    "heading",
    [
        "Please tick any where you do NOT consent to your child's photo being used",
        "I give permission for photos on (tick all that apply)",
        "Use of images",
        "Photo restrictions",
    ],
)
@pytest.mark.parametrize("state", [None, GIVEN])
def test_a_list_is_no_yes_where_a_column_answers_in_words_of_its_own(heading: str, state: State | None) -> None:
    """Each pupil's answer stands there, and "None" or "Display;" may be a no."""
    with pytest.raises(ExportRefused, match="words of its own"):
        read_consents(made(["UPN", heading], [A, "Display;"], [B, ""]), Wishes(purpose="website", state=state))


def test_a_list_of_those_who_refused_is_taken_whatever_stands_beside_it() -> None:
    wishes = Wishes(purpose="website", state=REFUSED)
    assert states(read_consents(made(["UPN", "Use of images"], [A, "Display;"]), wishes)) == {(A, "website"): REFUSED}


@pytest.mark.parametrize("word", ["returned", "requested", "sent home"])
def test_whether_a_form_came_back_is_no_consent_that_a_word_confirms(word: str) -> None:
    rows = (["UPN", f"Website form {word}", "Website consent"], [A, "Yes", ""], [B, "Yes", "No"])
    export = read_consents(made(*rows), Wishes(confirms_guesses=True))
    assert states(export) == {(A, "website"): PENDING, (B, "website"): REFUSED}
    assert [left.column for left in export.left] == [f"Website form {word}"]


def test_a_form_about_something_else_that_came_back_is_told_to_nobody() -> None:
    assert not read_consents(made(["UPN", "Dinner money form returned", "Website"], [A, "Yes", "No"]), Wishes()).left


def test_ones_and_noughts_of_a_database_are_read() -> None:
    export = read_consents(made(["upn", "website"], [A, "1"], [B, "0"]), Wishes())
    assert states(export) == {(A, "website"): GIVEN, (B, "website"): REFUSED} and not export.problems


@pytest.mark.parametrize("cells", [("1", "2", "0"), ("1", "", "1"), ("1", "Yes", "0")])
def test_ones_that_may_be_a_level_are_told(cells: Sequence[str]) -> None:
    export = read_consents(made(["UPN", "Website"], *zip((A, B, C), cells, strict=True)), Wishes())
    assert states(export)[A, "website"] is PENDING and "1" in export.signs


@pytest.mark.parametrize("cell", ["\u2717", "\u2718", "\u274c", "I don't consent", "I refuse"])
def test_a_cross_is_a_no_and_an_x_may_be_either(cell: str) -> None:
    export = read_consents(made(["UPN", "Website"], [A, cell], [B, "x"]), Wishes())
    assert states(export) == {(A, "website"): REFUSED, (B, "website"): PENDING} and export.signs == ("x",)


def test_a_heading_of_photos_in_general_alone_is_named_with_what_to_type() -> None:
    with pytest.raises(ExportRefused, match='--map "Photo permission=website, social-media"'):
        read_consents(made(["UPN", "Photo permission"], [A, "Yes"]), Wishes(purposes=("website", "social-media")))


def test_a_mark_that_a_person_calls_a_yes_marks_the_box_of_the_no_too() -> None:
    rows = (["UPN", "Website - Yes", "Website - No"], [A, "x", ""], [B, "", "x"], [C, "x", "x"])
    export = read_consents(made(*rows), Wishes(answers=(("x", "yes"),)))
    assert states(export) == {(A, "website"): GIVEN, (B, "website"): REFUSED, (C, "website"): REFUSED}


# -- rolls --


def test_a_title_behind_the_comma_is_no_forename() -> None:
    roll = parse_roll(f'UPN,Name,Class\n{A},"Marlow, Miss Ottilie Maud",5H\n{B},"Marlow, Miss",5H\n')
    assert [pupil.forenames for pupil in roll.pupils] == [("Ottilie", "Maud"), ("Miss",)]


def test_a_row_for_each_parent_says_nothing_new_of_the_pupil() -> None:
    roll = parse_roll(f"UPN,Forename,Surname,Contact\n{A},Ottilie,Marlow,Mother\n{A},Ottilie,Marlow,Father\n")
    found = diff_roll({}, roll)
    assert len(found.new) == 1 and found.is_clean


def test_the_names_of_two_rows_of_one_number_are_all_looked_for() -> None:
    """Twins under one number by a slip, or a preferred name in a second row: no name is lost."""
    found = diff_roll({}, parse_roll(f"UPN,Forename,Surname\n{A},Ottilie,Marlow\n{A},Tabitha,Penrose\n"))
    assert [(pupil.forenames, pupil.surnames) for pupil in found.new] == [
        (("Ottilie", "Tabitha"), ("Marlow", "Penrose"))
    ]
    assert found.repeated == (3,) and not found.is_clean


def test_a_formula_without_a_result_is_no_name_and_is_told_as_what_it_is() -> None:
    roll = parse_roll(f"UPN,Forename,Surname\n{A},{NO_RESULT},Marlow\n")
    assert [(pupil.forenames, pupil.surnames) for pupil in roll.pupils] == [((), ("Marlow",))]
    assert any("formula" in note.what for note in roll.notes)


def test_signs_without_width_are_no_part_of_a_name() -> None:
    roll = parse_roll(f"UPN,Forename,Surname\n{A},\u200bOttilie\ufeff,Mar\u00adlow\n")
    assert [(pupil.forenames, pupil.surnames) for pupil in roll.pupils] == [(("Ottilie",), ("Marlow",))]
    assert roll.is_clean


def test_the_number_counts_before_the_number_of_the_system() -> None:
    roll = parse_roll(f"mis_id,upn.value,forename,surname\n17,{A},Ottilie,Marlow\n")
    assert [pupil.upn for pupil in roll.pupils] == [A]
    assert [column.heading for column in roll.columns if column.field is Field.UPN] == ["upn.value"]


# -- what speaks against a yes --


@pytest.mark.parametrize("heading", ["Blur face on website", "Website: tick if you object"])
def test_a_heading_that_says_no_refuses_though_nobody_confirmed_it(heading: str) -> None:
    """A no too many only covers; what a no below it means waits for a person."""
    export = read_consents(made(["UPN", heading, "Website"], [A, "Yes", "Yes"], [B, "No", "Yes"]), Wishes())
    assert states(export) == {(A, "website"): REFUSED, (B, "website"): GIVEN}
    assert [left.column for left in export.left] == [heading] and [one.name for one in export.guesses] == [heading]


def test_a_type_that_says_no_refuses_though_nobody_confirmed_it() -> None:
    rows = (["UPN", "Consent Type", "Status"], [A, "Website", "Yes"], [A, "Blur face on website", "Yes"])
    assert states(read_consents(made(*rows), Wishes())) == {(A, "website"): REFUSED}


def test_below_a_title_that_says_no_such_a_heading_is_not_believed() -> None:
    rows = (["Photos refused"], ["UPN", "Website", "Blur face on press"], [A, "Yes", "Yes"])
    export = read_consents(made(*rows), Wishes(mapped=(("Website", "not website"),)))
    assert states(export) == {(A, "website"): REFUSED}


@pytest.mark.parametrize(
    "note",
    ["only if from behind", "no thanks", "changed my mind", "Please remove", "Not with her name", "ask me first"],
)
def test_a_note_that_may_take_a_yes_back_makes_it_pending(note: str) -> None:
    export = read_consents(made(["UPN", "Website", "Parent comments"], [A, "Yes", note], [B, "Yes", ""]), Wishes())
    assert states(export) == {(A, "website"): PENDING, (B, "website"): GIVEN}
    assert [(left.row, left.column) for left in export.left] == [(2, "Parent comments")]


@pytest.mark.parametrize("note", ["No problem", "no restrictions", "Happy with this", "No comments"])
def test_a_note_that_takes_nothing_back_leaves_the_yes(note: str) -> None:
    export = read_consents(made(["UPN", "Website", "Parent comments"], [A, "Yes", note]), Wishes())
    assert states(export) == {(A, "website"): GIVEN}


def test_ones_and_noughts_are_read_for_each_type_too() -> None:
    rows = (["UPN", "Consent Type", "Status"], [A, "Website", "1"], [B, "Website", "0"])
    assert states(read_consents(made(*rows), Wishes())) == {(A, "website"): GIVEN, (B, "website"): REFUSED}


@pytest.mark.parametrize(
    ("heading", "cell"),
    [("Reason for refusal", "religious"), ("Child happy?", "No"), ("Parental responsibility?", "No"), ("PR", "No")],
)
def test_what_speaks_against_a_yes_beside_it_is_heeded(heading: str, cell: str) -> None:
    export = read_consents(made(["UPN", "Website", heading], [A, "Yes", cell], [B, "Yes", ""]), Wishes())
    found = states(export)
    assert found[A, "website"] in {PENDING, REFUSED} and found[B, "website"] is GIVEN and export.left


@pytest.mark.parametrize(
    "rows",
    [
        (["Social media consents 2026", ""], ["UPN", "Status"], [A, "Yes"]),
        (["UPN", "Consent type", "Status"], [A, "Social media", "Yes"]),
        (["UPN", "Consent type", "Status"], [A, "Local visits", "Yes"]),
    ],
)
def test_a_file_of_one_purpose_is_none_of_another(rows: Sequence[Sequence[str]]) -> None:
    """Last year's command with this year's other file gave a yes that nobody gave."""
    with pytest.raises(ExportRefused, match="says that it is of"):
        read_consents(made(*rows), Wishes(purpose="website"))


def test_a_file_of_one_purpose_is_taken_whatever_else_its_title_says() -> None:
    rows = (["Downloaded from the portal: website and press consents", ""], ["UPN", "Status"], [A, "Yes"])
    assert states(read_consents(made(*rows), Wishes(purpose="website"))) == {(A, "website"): GIVEN}


# -- several answers to one question --

QUESTION = "I give permission for my child's photo to be used in (tick all that apply)"


def test_boxes_that_were_ticked_permit_and_the_others_are_refused() -> None:
    rows = (["UPN", QUESTION], [A, "Website;Social media;"], [B, "School website;"], [C, "None of these;"])
    export = read_consents(made(*rows), Wishes(mapped=((QUESTION, "website, social-media"),)))
    assert states(export) == {
        (A, "website"): GIVEN, (A, "social-media"): GIVEN, (B, "website"): GIVEN, (B, "social-media"): REFUSED,
        (C, "website"): PENDING, (C, "social-media"): PENDING,
    }  # fmt: skip
    assert [problem.row for problem in export.problems] == [4]
    with pytest.raises(ExportRefused, match="=social-media, website"):
        read_consents(made(*rows), Wishes())


@pytest.mark.parametrize("cell", ["Website only in groups", "Not website", "Website;but no names", "Website?;"])
def test_more_than_names_of_boxes_is_told(cell: str) -> None:
    export = read_consents(made(["UPN", QUESTION], [A, cell]), Wishes(mapped=((QUESTION, "website"),)))
    assert states(export) == {(A, "website"): PENDING} and [problem.row for problem in export.problems] == [2]


def test_boxes_below_a_question_that_says_no_refuse_what_they_name_and_permit_nothing() -> None:
    question = "Please tick any where you do NOT consent to photos"
    rows = (["UPN", question], [A, "Website;"], [B, ""], [C, "Website;Social media"])
    with pytest.raises(ExportRefused, match="=not social-media, website"):
        read_consents(made(*rows), Wishes())
    found = states(read_consents(made(*rows), Wishes(mapped=((question, "not website, social-media"),))))
    assert found[A, "website"] is REFUSED and found[C, "social-media"] is REFUSED and GIVEN not in found.values()


def test_a_question_that_names_facebook_and_x_is_of_social_media() -> None:
    heading = "Do you give permission for photographs to be used on our social media (Facebook and X)?"
    assert states(read_consents(made(["UPN", heading], [A, "Yes"]), Wishes())) == {(A, "social-media"): GIVEN}


def test_headings_with_the_path_of_an_interface_are_known() -> None:
    roll = parse_roll(f"upn.value,forename,surname,year.data.name,registration.data.name\n{A},Ottilie,Marlow,5,5H\n")
    assert [(pupil.year, pupil.reg) for pupil in roll.pupils] == [("5", "5H")] and roll.is_clean
