"""Tables as an office keeps them: nothing is lost in silence, and no no turned over, by what is read more of."""

from __future__ import annotations

import pytest

from redact.pupils.consent import State
from redact.pupils.consents.importing import ExportRefused, Wishes, read_consents
from redact.pupils.roll import RollRefused, parse_roll, read_roll
from redact.pupils.tables.sheets import NO_RESULT
from redact.pupils.tables.table import plain
from redact.pupils.upn import number_column
from tests.pupils.test_office_tables import GIVEN, PENDING, REFUSED, A, B, made, states

QUESTION = "I give permission for my child's photo to be used in (tick all that apply)"


@pytest.mark.parametrize("cell", ["No", "", "-"])
def test_of_a_heading_that_nobody_confirmed_only_a_refusal_is_taken(cell: str) -> None:
    """A blank there made the yes of every other pupil pending, and the sentence said that nothing else was taken."""
    export = read_consents(made(["UPN", "Press", "Blur face on website"], [A, "Yes", "Yes"], [B, "No", cell]), Wishes())
    assert states(export) == {(A, "press"): GIVEN, (A, "website"): REFUSED, (B, "press"): REFUSED}
    rows = (["UPN", "Consent Type", "Status"], [A, "Press", "Yes"], [B, "Blur face on website", cell])
    assert states(read_consents(made(*rows), Wishes())) == {(A, "press"): GIVEN}


def test_a_box_of_the_no_refuses_although_the_column_was_mapped_to_another_purpose() -> None:
    question = "Do NOT use on (tick all that apply)"
    export = read_consents(made(["UPN", question], [A, "Press;"]), Wishes(mapped=((question, "not website"),)))
    assert states(export) == {(A, "press"): REFUSED}


def test_a_box_that_nobody_mapped_is_told() -> None:
    export = read_consents(made(["UPN", QUESTION], [A, "Website;Press;"]), Wishes(mapped=((QUESTION, "website"),)))
    assert states(export) == {(A, "website"): GIVEN} and [problem.row for problem in export.problems] == [2]


def test_boxes_below_a_title_that_says_no_permit_nothing() -> None:
    rows = (["Photo opt-outs"], ["UPN", "Channels"], [A, "Website"])
    assert states(read_consents(made(*rows), Wishes(mapped=(("Channels", "website"),)))) == {(A, "website"): PENDING}
    wishes = Wishes(mapped=(("Channels", "not website"),))
    assert states(read_consents(made(*rows), wishes)) == {(A, "website"): REFUSED}


@pytest.mark.parametrize("heading", ["Parent requested no photos on website", "Website photos not to be sent out"])
def test_what_a_parent_asked_for_is_no_way_of_a_form(heading: str) -> None:
    export = read_consents(made(["UPN", "Website", heading], [A, "Yes", "Yes"]), Wishes(confirms_guesses=True))
    assert states(export) == {(A, "website"): REFUSED}


@pytest.mark.parametrize(
    "heading", ["Photos may be sent to press", "Photos sent to press", "Pictures viewed in the press"]
)
def test_what_is_done_with_photos_is_asked_for(heading: str) -> None:
    export = read_consents(made(["UPN", heading], [A, "No"]), Wishes(confirms_guesses=True))
    assert states(export) == {(A, "press"): REFUSED}


@pytest.mark.parametrize("heading", ["Admission No", "Phone No", "No", "Swimming opt-out"])
def test_a_number_beside_a_list_is_no_answer_in_words_of_its_own(heading: str) -> None:
    rows = (["UPN", heading], [A, "4711"], [B, "4712"])
    export = read_consents(made(*rows), Wishes(purpose="website", state=GIVEN))
    assert states(export) == {(A, "website"): GIVEN, (B, "website"): GIVEN}


def test_a_column_beside_a_list_is_left_out_as_the_sentence_says() -> None:
    rows = (["UPN", "Photo file"], [A, "1.jpg"])
    with pytest.raises(ExportRefused, match='--map "Photo file=ignore"'):
        read_consents(made(*rows), Wishes(purpose="website", state=GIVEN))
    export = read_consents(made(*rows), Wishes(purpose="website", state=GIVEN, mapped=(("Photo file", "ignore"),)))
    assert states(export) == {(A, "website"): GIVEN}


def test_the_name_of_a_form_for_photos_and_video_is_no_other_purpose() -> None:
    rows = (["Photo and video consents 2026", ""], ["UPN", "Status"], [A, "No"])
    assert states(read_consents(made(*rows), Wishes(purpose="website"))) == {(A, "website"): REFUSED}
    with pytest.raises(ExportRefused, match="says that it is of"):
        read_consents(made(["Video consents", ""], *rows[1:]), Wishes(purpose="website"))


@pytest.mark.parametrize(
    ("heading", "meaning", "expected"),
    [("Web\u200bsite", "not website", REFUSED), ('="Website"', "not website", REFUSED), ("Website", "website", GIVEN)],
)
def test_a_heading_is_remembered_though_its_signs_were_kept_then(heading: str, meaning: str, expected: State) -> None:
    """An older program remembered headings as they stood; a no that a person found must not become a yes."""
    rows = (["UPN", "Web\u200bsite"], [A, "Yes"])
    assert states(read_consents(made(*rows), Wishes(remembered=((heading, meaning),)))) == {(A, "website"): expected}


@pytest.mark.parametrize("names", [("Anna\u200bMaria", "Marlow"), ("Ottilie", "Okafor\u00adDanso")])
def test_a_sign_without_width_between_two_names_is_told(names: tuple[str, str]) -> None:
    """Without it the two would be one name, which is looked for in no picture."""
    roll = read_roll(made(["UPN", "Forename", "Surname"], [A, *names]))
    assert not roll.is_clean and [note.row for note in roll.notes] == [2]


@pytest.mark.parametrize("heading", ["Name and UPN", "Temporary UPN", "Other UPN"])
def test_a_number_with_a_name_or_for_a_while_is_not_the_number(heading: str) -> None:
    """A name would stand in the number, and who has no such number would not be on the roll."""
    assert number_column([plain(heading), plain("Admission No")]) == 1
    roll = read_roll(made([heading, "Forename", "Surname"], [f"Ottie {A}", "Ottilie", "Marlow"]))
    assert [pupil.upn for pupil in roll.pupils] == [""]


def test_the_last_child_of_a_family_is_not_passed_over() -> None:
    export = read_consents(made(["First child UPN", "Last child UPN", "Website"], [A, B, "No"]), Wishes())
    assert [left.column for left in export.left] == ["Last child UPN"]


def test_a_parent_who_does_not_know_the_number_does_not_stop_the_file() -> None:
    rows = (["Timestamp", "What is your child's UPN?", "Website"], ["3/9/26", A, "No"], ["3/9/26", "UPN later", "Yes"])
    export = read_consents(made(*rows), Wishes())
    assert states(export) == {(A, "website"): REFUSED} and [problem.row for problem in export.problems] == [3]


def test_a_row_of_formulas_alone_is_told_as_what_it_is() -> None:
    with pytest.raises(RollRefused, match="formula"):
        parse_roll(f"UPN,Forename,Surname\n{A},{NO_RESULT},{NO_RESULT}\n")


def test_what_a_person_said_of_one_box_is_not_turned_over_for_two() -> None:
    """In a column of what was refused "Website" was said to be a no; "Website;Press" is then no yes to both."""
    remembered = (("Areas", "website, press, display"), ("Website", "answer no"), ("Press", "answer no"))
    rows = (["UPN", "Areas"], [A, "Website;Press"], [B, "Display"])
    assert {*states(read_consents(made(*rows), Wishes(remembered=remembered))).values()} == {PENDING}


def test_a_nought_is_no_yes_below_a_heading_that_a_person_turned_over() -> None:
    rows = (["UPN", "Website"], [A, "0"], [B, "1"])
    export = read_consents(made(*rows), Wishes(remembered=(("Website", "not website"),)))
    assert {*states(export).values()} == {PENDING} and export.signs == ("0", "1")


def test_a_column_of_answers_that_was_named_once_is_no_word_of_the_school() -> None:
    """Every later import was refused for it."""
    rows = (["UPN", "Thing", "Said"], [A, "Website", "No"])
    remembered = (("Thing", "type column"), ("Said", "answer column"))
    assert states(read_consents(made(*rows), Wishes(remembered=remembered))) == {(A, "website"): REFUSED}


@pytest.mark.parametrize("heading", ["Photos on X", "Happy for photos to be posted on X"])
def test_an_answer_for_one_channel_is_none_for_the_purpose_of_a_list(heading: str) -> None:
    with pytest.raises(ExportRefused):
        read_consents(made(["UPN", heading], [A, "Yes"]), Wishes(purpose="website"))


@pytest.mark.parametrize("wishes", [Wishes(), Wishes(purpose="website"), Wishes(confirms_guesses=True)])
@pytest.mark.parametrize(
    ("heading", "cells"), [("Website form returned", ("No", "Yes")), ("Website form not returned", ("Yes", "No"))]
)
def test_a_form_that_did_not_come_back_leaves_no_yes(wishes: Wishes, heading: str, cells: tuple[str, str]) -> None:
    rows = (["UPN", "Website", heading], [A, "Yes", cells[0]], [B, "Yes", cells[1]])
    assert states(read_consents(made(*rows), wishes)) == {(A, "website"): PENDING, (B, "website"): GIVEN}


def test_the_same_number_written_otherwise_is_no_further_pupil() -> None:
    assert not read_consents(made(["UPN", "Candidate", "Website"], [A, f"'{A.lower()}", "Yes"]), Wishes()).left
