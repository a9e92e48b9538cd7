"""Colours and levels as answers: never a yes by themselves, told, and what a person says of them is taken."""

from __future__ import annotations

import pytest

from redact.pupils.consent import State
from redact.pupils.consents.importing import ExportRefused, Wishes, read_consents
from redact.pupils.consents.words.own import is_level
from tests.pupils.consents.test_importing import A, B, C, made, states

GIVEN, REFUSED, PENDING = State.GIVEN, State.REFUSED, State.PENDING


@pytest.mark.parametrize(
    ("heading", "other"),
    [("Website", ""), ("Photo permission", "Website"), ("Photo permission level", "Website"), ("Image use", "Website")],
)
@pytest.mark.parametrize("cells", [("Green", "Amber", "Red"), ("Full", "School only", "Level 2"), ("1", "2", "3")])
def test_a_level_that_nobody_gave_a_meaning_permits_nothing_and_is_told(
    heading: str, other: str, cells: tuple[str, ...]
) -> None:
    """Beside a column of yeses too: "Photo permission: School only" may be a no to the website."""
    rows = [[upn, cell, "Yes"] for upn, cell in zip((A, B, C), cells, strict=True)]
    export = read_consents(made([["UPN", heading, other], *rows]), Wishes())
    assert states(export) == {(upn, "website"): PENDING for upn in (A, B, C)}
    assert len(export.problems) == export.unread == 3


def test_a_column_of_photos_with_something_else_in_it_changes_no_other() -> None:
    rows = [["UPN", "Photo", "Website"], [A, "IMG_2041.jpg", "Yes"], [B, "No", "Yes"], [C, "", "Yes"]]
    assert [*states(read_consents(made(rows), Wishes())).values()] == [GIVEN, REFUSED, GIVEN]


def test_what_a_person_says_of_a_word_is_taken_and_refuses_what_it_does_not_permit() -> None:
    rows = [["UPN", "Photo level"], [A, "Full"], [B, "School only"], [C, "red"]]
    words = (("full", "yes"), ("School only", "display, newsletter"), ("Red", "no"))
    wishes = Wishes(mapped=(("Photo level", "website, display"),), answers=words)
    assert states(read_consents(made(rows), wishes)) == {
        (A, "website"): GIVEN,
        (A, "display"): GIVEN,
        (B, "display"): GIVEN,
        (B, "website"): REFUSED,
        (C, "website"): REFUSED,
        (C, "display"): REFUSED,
    }


def test_what_was_said_earlier_counts_and_is_no_heading() -> None:
    rows = [["UPN", "Website", "Green"], [A, "Green", "Yes"], [B, "Amber", "Yes"]]
    remembered = (("Green", "answer yes"), ("Amber", "answer pending"))
    export = read_consents(made(rows), Wishes(remembered=remembered))
    assert states(export) == {(A, "website"): GIVEN, (B, "website"): PENDING}
    assert not export.problems


def test_below_a_heading_that_says_no_such_a_word_is_never_a_yes() -> None:
    rows = [["UPN", "Not on website"], [A, "Green"], [B, "Red"], [C, "Amber"]]
    words = (("Green", "yes"), ("Red", "no"), ("Amber", "website"))
    export = read_consents(made(rows), Wishes(mapped=(("Not on website", "website"),), answers=words))
    assert states(export) == {(A, "website"): PENDING, (B, "website"): REFUSED, (C, "website"): PENDING}
    assert [problem.row for problem in export.problems] == [2, 4]


def test_in_a_row_for_each_answer_too() -> None:
    rows = [["UPN", "Consent type", "Consent status"], [A, "Website", "Green"], [B, "Website", "Red"]]
    assert {*states(read_consents(made(rows), Wishes())).values()} == {PENDING}
    export = read_consents(made(rows), Wishes(answers=(("Green", "yes"), ("Red", "no"))))
    assert states(export) == {(A, "website"): GIVEN, (B, "website"): REFUSED}


@pytest.mark.parametrize("heading", ["Status", "Website", "Consent given?"])
def test_a_list_of_levels_is_no_list_of_yeses(heading: str) -> None:
    rows = [["UPN", heading], [A, "Green"], [B, "Red"]]
    with pytest.raises(ExportRefused, match="colours or levels"):
        read_consents(made(rows), Wishes(purpose="website", state=GIVEN))
    assert {*states(read_consents(made(rows), Wishes(purpose="website"))).values()} == {PENDING}
    said = Wishes(purpose="website", answers=(("Green", "yes"), ("Red", "no")))
    assert states(read_consents(made(rows), said)) == {(A, "website"): GIVEN, (B, "website"): REFUSED}


def test_a_file_of_nothing_but_levels_is_told_how_they_are_read() -> None:
    with pytest.raises(ExportRefused, match='--map "Photo consent=website, display" --answer'):
        read_consents(made([["UPN", "Photo consent"], [A, "Green"], [B, "School only"]]), Wishes())


@pytest.mark.parametrize("heading", ["GDPR", "Traffic light", "Data protection", "Privacy level"])
def test_a_column_that_may_say_how_far_a_pupil_is_shown_is_told_and_lets_no_yes_pass(heading: str) -> None:
    export = read_consents(made([["UPN", heading, "Website"], [A, "Red", "Yes"]]), Wishes())
    assert [left.column for left in export.left] == [heading] and states(export) == {(A, "website"): PENDING}


@pytest.mark.parametrize(
    ("word", "meaning", "why"),
    [
        ("Yes", "no", "an answer that is known"),
        ("Green", "maybe", "not known"),
        ("Green", "website, everything", "not known"),
        ("Grene", "yes", "no cell says"),
    ],
)
def test_a_slip_is_told(word: str, meaning: str, why: str) -> None:
    with pytest.raises(ExportRefused, match=why):
        read_consents(made([["UPN", "Website"], [A, "Green"]]), Wishes(answers=((word, meaning),)))


@pytest.mark.parametrize("cell", ["Amber", "light blue", "Level 2", "Tier A", "Internal use", "School use only", "3"])
def test_colours_and_levels_are_known(cell: str) -> None:
    assert is_level(cell)


@pytest.mark.parametrize("cell", ["", "IMG_2041.jpg", "Greenwood", "12/09/2025", "Yes", "Nan Redfern signed"])
def test_other_cells_are_none(cell: str) -> None:
    assert not is_level(cell)


@pytest.mark.parametrize(
    ("heading", "cell", "state"),
    [
        ("Photo permission level", "None", PENDING),
        ("Opted out", "Yes", REFUSED),
        ("Exclusions", "face not to be shown", PENDING),
        ("Exclusions", "", GIVEN),
        ("Opted out", "No", GIVEN),
    ],
)
def test_what_says_no_beside_a_column_of_yeses_takes_them_away(heading: str, cell: str, state: State) -> None:
    """Below "Opted out" beside "Website" stands a no to it; it had been passed over, and the file ended with 0."""
    export = read_consents(made([["UPN", "Website", heading], [A, "Yes", cell]]), Wishes())
    assert states(export) == {(A, "website"): state} and export.left


def test_a_word_that_is_pending_may_be_given_a_meaning() -> None:
    rows = [["UPN", "Photo level"], [A, "None"]]
    wishes = Wishes(mapped=(("Photo level", "website"),), answers=(("None", "no"),))
    assert states(read_consents(made(rows), wishes)) == {(A, "website"): REFUSED}


def test_a_note_beside_an_answer_is_told_until_it_is_left_out() -> None:
    rows = [["UPN", "Website", "Comments"], [A, "Yes", ""], [B, "Yes", "not on Facebook please"]]
    export = read_consents(made(rows), Wishes())
    assert [(left.row, left.column) for left in export.left] == [(3, "Comments")]
    assert not read_consents(made(rows), Wishes(remembered=(("Comments", "ignore"),))).left


def test_headings_with_their_words_joined_are_known() -> None:
    """Bromcom's reports."""
    heading = ["PupilUPN", "ConsentTypeDescription", "ConsentStatusDescription", "EffectiveFrom", "EffectiveTo"]
    rows = [heading, [A, "Photographs - Website", "Consented", "01/09/2026", "31/08/2027"]]
    [answer] = read_consents(made(rows), Wishes()).answers
    assert (answer.purpose, answer.state) == ("website", GIVEN)
    assert answer.given_on is not None and answer.expires_on is not None
