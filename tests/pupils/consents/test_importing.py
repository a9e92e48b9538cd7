"""Exports of consents: every cell is a known answer, or is reported; nothing becomes a yes by accident."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.pupils.consent import KNOWN_PURPOSES, NOES, State
from redact.pupils.consents.importing import Export, ExportRefused, Form, Wishes, read_consents
from redact.pupils.consents.words.answers import (
    WORDS,
    certain_purpose,
    known_purpose,
    purpose_of,
    read_word,
)
from redact.pupils.dates import read_date
from redact.pupils.tables.table import TableFault

A, B, C = "N999123425000", "C999123425001", "R999123425002"
SAMPLES = Path(__file__).resolve().parents[3] / "sample_images"


def made(rows: Sequence[Sequence[str]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def states(export: Export) -> dict[tuple[str, str], State]:
    return {(answer.upn, answer.purpose): answer.state for answer in export.answers}


# -- the three forms --


def test_a_title_that_names_the_purpose_is_proposed_and_not_believed() -> None:
    """One type a file, and only its title says which: the sentence has the option that a person may give."""
    rows = [["Consent type: photographs on the school website"], [], ["UPN", "Status"], [A, "Consented"], [B, "No"]]
    with pytest.raises(ExportRefused, match="--purpose website"):
        read_consents(made(rows), Wishes())
    assert states(read_consents(made(rows), Wishes(purpose="website"))) == {
        (A, "website"): State.GIVEN,
        (B, "website"): State.REFUSED,
    }


@pytest.mark.parametrize("heading", ["Facial recognition", "Biometric consent (face recognition)"])
def test_consent_to_be_recognised_is_told_and_never_guessed(heading: str) -> None:
    export = read_consents(made([["UPN", heading, "Website"], [A, "Yes", "Yes"]]), Wishes(confirms_guesses=True))
    assert states(export) == {(A, "website"): State.GIVEN}
    assert [left.column for left in export.left] == [heading] and "biometric" in export.left[0].what


def test_a_column_of_photos_in_general_refuses_and_is_told_so() -> None:
    """A yes to an opt-out from photos is a no to every purpose of the file; a no there permits nothing."""
    export = read_consents(made([["UPN", "Photo opt-out", "Website"], [A, "Yes", "Yes"], [B, "No", ""]]), Wishes())
    assert states(export) == {(A, "website"): State.REFUSED, (B, "website"): State.PENDING}
    assert [mapping.is_general for mapping in export.mappings] == [True, False]
    assert [left.what.partition(":")[0] for left in export.left] == ["is about photos in general"]


def test_wide() -> None:
    """One column a purpose; in usual words it is certain, with others a guess that is not taken."""
    heading = ["UPN", "Legal Surname", "Website", "Photo in group press pack", "Fingerprints"]
    export = read_consents(made([heading, [A, "Khan", "Yes", "Declined", "Yes"], [B, "Ito", "", "yes", "Y"]]), Wishes())
    assert export.form is Form.WIDE
    assert [(m.name, m.purpose, m.is_certain) for m in export.mappings] == [
        ("Legal Surname", None, False),
        ("Website", "website", True),
        ("Photo in group press pack", "press", False),
        ("Fingerprints", None, False),
    ]
    assert [m.name for m in export.guesses] == ["Photo in group press pack"]
    assert states(export) == {
        (A, "website"): State.GIVEN,
        (B, "website"): State.PENDING,
    }
    assert not export.problems and [left.column for left in export.left] == ["Photo in group press pack"]


def test_wide_with_dates_as_answers() -> None:
    """A day alone is a consent given then."""
    export = read_consents(made([["UPN", "website"], [A, "03/09/2025"], [B, "31/02/2025"]]), Wishes())
    assert [(a.state, a.given_on) for a in export.answers] == [(State.GIVEN, date(2025, 9, 3)), (State.PENDING, None)]
    assert [(p.row, p.column) for p in export.problems] == [(3, "website")]


def test_mapped_columns_make_it_wide() -> None:
    """A wide export may have columns called Type and Status."""
    heading = ["UPN", "Type", "Status", "Photos online"]
    wishes = Wishes(mapped=(("photos  ONLINE", "website"),))
    export = read_consents(made([heading, [A, "Day", "On roll", "no"]]), wishes)
    assert states(export) == {(A, "website"): State.REFUSED} and not export.guesses


def test_long_with_mapped_types() -> None:
    heading = ["Student UPN", "Consent type", "Status", "Date", "Expiry date"]
    rows = [[A, "Images online", "Granted", "3 Sep 2025", "31/08/2026"], [A, "Trips", "Granted", "", ""]]
    export = read_consents(made([heading, *rows]), Wishes(mapped=(("images online", "website"),)))
    (answer,) = export.answers
    assert (answer.purpose, answer.given_on, answer.expires_on) == ("website", date(2025, 9, 3), date(2026, 8, 31))
    assert not export.problems, "trips are no consent to be shown"


def test_list() -> None:
    """A file of pupils who gave one answer."""
    wishes = Wishes(purpose="press", state=State.REFUSED, given_on=date(2026, 1, 5))
    export = read_consents(made([["Name", "UPN"], ["Z", A], ["Y", B]]), wishes)
    assert states(export) == {(A, "press"): State.REFUSED, (B, "press"): State.REFUSED}
    assert {answer.given_on for answer in export.answers} == {date(2026, 1, 5)}
    with pytest.raises(ExportRefused, match="--state"):
        read_consents(made([["UPN"], [A]]), Wishes(purpose="press"))


def test_sample_reads_cleanly() -> None:
    """Nothing in the sample is misunderstood; its two parents who disagree are reported, and the father's no counts."""
    export = read_consents((SAMPLES / "consents.csv").read_bytes(), Wishes())
    assert (export.form, export.rows, len(export.answers)) == (Form.LONG, 22, 21)
    assert not export.problems and not export.guesses
    assert [(note.row, "disagrees with row 12" in note.what) for note in export.notes] == [(13, True)]
    assert states(export)["Y999123425006", "social-media"] is State.REFUSED


# -- nothing silently --


@pytest.mark.parametrize("cell", ["maybe", "1", "x", "yes?", "yes and no", "Zara", "not yes", "oui", "y/n", "on roll"])
def test_what_is_not_understood_is_pending_and_reported(cell: str) -> None:
    for rows in ([["UPN", "website"], [A, cell]], [["UPN", "Purpose", "Answer"], [A, "website", cell]]):
        export = read_consents(made(rows), Wishes())
        assert states(export) == {(A, "website"): State.PENDING}
        assert [problem.row for problem in export.problems] == [2]
        assert cell not in repr(export.problems) or len(cell) == 1


def test_day_not_understood() -> None:
    """A yes whose last day is not understood is pending; a no stays a no."""
    heading = ["UPN", "Purpose", "Answer", "Expires"]
    export = read_consents(made([heading, [A, "website", "yes", "soon"], [B, "website", "no", "soon"]]), Wishes())
    assert [answer.state for answer in export.answers] == [State.PENDING, State.REFUSED]
    assert [(p.row, p.column) for p in export.problems] == [(2, "Expires"), (3, "Expires")]


def test_a_yes_that_ends_before_it_begins_is_pending() -> None:
    heading = ["UPN", "Purpose", "Answer", "Date", "Expires"]
    rows = [[A, "website", "yes", "2026-09-01", "2020-08-31"], [B, "website", "no", "2026-09-01", "2020-08-31"]]
    export = read_consents(made([heading, *rows]), Wishes())
    assert [answer.state for answer in export.answers] == [State.PENDING, State.REFUSED]
    assert [(p.row, p.column) for p in export.problems] == [(2, "Expires")] and "last day" in export.problems[0].what


def test_rows_without_pupil() -> None:
    export = read_consents(made([["UPN", "website"], ["", "yes"], ["Khan", "yes"], [A, "yes"]]), Wishes())
    assert len(export.answers) == 1 and [p.row for p in export.problems] == [2, 3]


def test_wrong_check_letter_is_reported_and_taken() -> None:
    export = read_consents(made([["UPN", "website"], ["A999123425000", "yes"]]), Wishes())
    assert len(export.answers) == 1 and [note.row for note in export.notes] == [2] and not export.problems


@pytest.mark.parametrize("first", ["no", "withdrawn", "objected", "", "what"])
def test_rows_that_disagree(first: str) -> None:
    """The stricter answer counts in either order, and it is reported."""
    for pair in ((first, "yes"), ("yes", first)):
        export = read_consents(made([["UPN", "website"], *([A, cell] for cell in pair)]), Wishes())
        assert states(export)[A, "website"] is not State.GIVEN
        assert [note.row for note in export.notes] == [3]


def test_two_yeses() -> None:
    """The later one counts; of undated ones the one that ends first."""
    heading = ["UPN", "Purpose", "Answer", "Given", "Expires"]
    dated = [[A, "website", "yes", "2025-09-01", "2026-08-31"], [A, "website", "yes", "2024-09-01", "2030-08-31"]]
    undated = [[B, "website", "yes", "", "2030-01-01"], [B, "website", "yes", "", "2027-01-01"]]
    export = read_consents(made([heading, *dated, *undated]), Wishes())
    assert [answer.expires_on for answer in export.answers] == [date(2026, 8, 31), date(2027, 1, 1)]


def test_two_columns_for_one_purpose() -> None:
    """Facebook yes and Instagram no is no to social media."""
    wishes = Wishes(mapped=(("Facebook", "social-media"), ("Instagram", "social-media")))
    export = read_consents(made([["UPN", "Facebook", "Instagram"], [A, "yes", "no"]]), wishes)
    assert states(export) == {(A, "social-media"): State.REFUSED}


def test_biometric_only_where_a_person_says_so() -> None:
    """Schools ask for biometric consent for fingerprints at the till; that is no consent to be recognised by face."""
    for rows in (
        [["UPN", "Biometric", "website"], [A, "yes", "no"]],
        [["UPN", "Type", "Answer"], [A, "biometric", "yes"]],
    ):
        export = read_consents(made(rows), Wishes())
        assert (A, "biometric") not in states(export)
    export = read_consents(made(rows), Wishes(mapped=(("Biometric", "biometric"),)))
    assert states(export) == {(A, "biometric"): State.GIVEN}


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        (Wishes(mapped=(("Webseite", "website"),)), "Webseite"),
        (Wishes(mapped=(("website", "websiet"),)), "not known"),
        (Wishes(mapped=(("website", "all"),)), "not known"),
        (Wishes(upn="Number"), "Number"),
        (Wishes(given="When"), "When"),
    ],
)
def test_slips_in_the_command(wishes: Wishes, said: str) -> None:
    with pytest.raises(ExportRefused, match=said):
        read_consents(made([["UPN", "website"], [A, "yes"]]), wishes)


def test_files_that_are_none() -> None:
    with pytest.raises(ExportRefused, match="--upn-column"):
        read_consents(made([["Name", "website"], ["Zara", "yes"]]), Wishes())
    with pytest.raises(ExportRefused, match="--map"):
        read_consents(made([["UPN", "Lunch"], [A, "yes"]]), Wishes())
    for content in (b"", b"\0\1\2", b'UPN,"website\n'):
        with pytest.raises((TableFault, ExportRefused)):
            read_consents(content, Wishes())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings(encoding: str, delimiter: str) -> None:
    heading = ["UPN", "Photo – Zoë's website"]
    export = read_consents(made([heading, [A, "Yes"]], delimiter, encoding), Wishes(mapped=((heading[1], "website"),)))
    assert states(export) == {(A, "website"): State.GIVEN}


# -- words and days --


def test_t_and_f_are_true_and_false_where_the_file_has_both() -> None:
    """As SIMS writes them; one alone may be a school's own letter, and below an opt-out a T is a no."""
    heading = ["UPN", "Sex", "Photos on website", "Photos on social media - opt out"]
    both = read_consents(made([heading, [A, "F", "T", "F"], [B, "M", "F", "T"]]), Wishes())
    assert states(both) == {
        (A, "website"): State.GIVEN,
        (B, "website"): State.REFUSED,
        (A, "social-media"): State.PENDING,  # a no to an opt-out that nobody confirmed
        (B, "social-media"): State.REFUSED,
    }
    alone = read_consents(made([heading, [A, "F", "T", ""], [B, "M", "T", ""]]), Wishes())
    assert State.GIVEN not in states(alone).values() and alone.problems


def test_t_and_f_keep_what_a_person_said_of_them() -> None:
    """At a school where T is no yes for the website, it does not become one; nor does an F of a girls' school help."""
    file = made([["UPN", "Photos on website", "Photos in press"], [A, "T", "F"], [B, "F", "T"]])
    said = read_consents(file, Wishes(remembered=(("T", "answer no"),)))
    assert (A, "website") in states(said) and State.GIVEN not in states(said).values()
    girls = made([["UPN", "Gender", "Photos on website"], [A, "F", "T"], [B, "F", "T"]])
    assert State.GIVEN not in states(read_consents(girls, Wishes())).values()


def test_days_that_lost_their_format_are_read_and_no_answers() -> None:
    """46269 is 04/09/2026 below a heading of days, and below one that asks for consent it is not understood."""
    rows = [["UPN", "Consent type", "Status", "Date", "Expiry date"]]
    rows += [[A, "Website", "Yes", "46269", "46600"], [B, "Website", "46269", "", ""]]
    export = read_consents(made(rows), Wishes())
    assert [(one.state, one.given_on, one.expires_on) for one in export.answers] == [
        (State.GIVEN, date(2026, 9, 4), date(2027, 8, 1)),
        (State.PENDING, None, None),
    ]


def test_parental_consent_is_a_column_of_types() -> None:
    rows = [["UPN", "Parental Consent", "Consent Given", "Consent Date"]]
    rows += [[A, "Photographs for website", "Yes", "04/09/2026"], [A, "Photographs for social media", "No", ""]]
    assert states(read_consents(made(rows), Wishes())) == {
        (A, "website"): State.GIVEN,
        (A, "social-media"): State.REFUSED,
    }


def test_words() -> None:
    assert [read_word(word) for word in ("YES", " y ", "No.", "Not  asked", "Child refused", "")] == [
        State.GIVEN, State.GIVEN, State.REFUSED, State.PENDING, State.OBJECTED, State.PENDING,
    ]  # fmt: skip
    assert all(word == word.casefold() and " ".join(word.split()) == word for word in WORDS)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2025-09-03", date(2025, 9, 3)),
        ("03/09/2025", date(2025, 9, 3)),
        ("3.9.25", date(2025, 9, 3)),
        ("03-Sep-2025", date(2025, 9, 3)),
        ("3rd September 2025", date(2025, 9, 3)),
        ("03/09/2025 00:00:00", date(2025, 9, 3)),
        ("2025-09-03T10:11:12Z", date(2025, 9, 3)),
        ("09/13/2025", None),
        ("1925-01-01", None),
        ("45903", None),
        ("3 Brumaire 2025", None),
        ("", None),
    ],
)
def test_days(cell: str, day: date | None) -> None:
    assert read_date(cell) == day


@given(
    st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%d %b %Y", "%d/%m/%y"])
)
def test_every_day_is_read_back(day: date, shape: str) -> None:
    assert read_date(day.strftime(shape)) == day


def test_purposes() -> None:
    assert purpose_of(" Social_Media ") == "social-media" and purpose_of("all") is None and purpose_of("a/b") is None
    assert certain_purpose("Social Media") == "social-media" and certain_purpose("biometric") is None
    assert known_purpose("biometric") == "biometric" and known_purpose("yearbook") is None
    assert known_purpose("yearbook", ("yearbook",)) == "yearbook"


# -- any file at all --

cells = st.sampled_from([*WORDS, "perhaps", "2025-09-03", "Zara", "3", "\N{CHECK MARK}"]) | st.text(max_size=6)
upns = st.sampled_from([A, B, C, "", "Khan", "1234"])


@given(st.lists(st.tuples(upns, cells, cells), max_size=12), st.sampled_from(",;\t"))
def test_every_cell_is_an_answer_or_a_problem(rows: list[tuple[str, str, str]], delimiter: str) -> None:
    """Each wide cell is its word, a day, or pending with a problem; a yes stands only where all rows say yes.

    A row without a number right below a pupil's may be of the other parent: its no leaves no yes above it.
    """
    heading = ["UPN", "website", "press"]
    content = made([heading, *([cell.replace("\0", "") for cell in row] for row in rows)], delimiter)
    export = read_consents(content, Wishes())
    said: dict[tuple[str, str], list[State | None]] = {}
    unread, above = 0, ""
    for upn, *answers in rows:
        if not any(" ".join(cell.replace("\0", "").split()) for cell in (upn, *answers)):
            above = ""
            continue  # a blank row
        if not any(letter.isdigit() for letter in upn):
            unread += 1
            above = "" if upn else above
            for purpose, cell in zip(heading[1:], answers, strict=True):
                if above and read_word(" ".join(cell.replace("\0", "").split())) in NOES:
                    said[above, purpose].append(State.PENDING)
            continue
        above = upn
        for purpose, cell in zip(heading[1:], answers, strict=True):
            cell = " ".join(cell.replace("\0", "").split())
            state = State.GIVEN if read_date(cell) else read_word(cell)
            unread += state is None
            said.setdefault((upn, purpose), []).append(state)
    assert len(export.problems) == unread
    assert states(export).keys() == said.keys()
    for key, state in states(export).items():
        assert (state is State.GIVEN) is all(each is State.GIVEN for each in said[key])


@given(st.text(max_size=400))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No file fails in any other way, and none invents a purpose."""
    try:
        export = read_consents(("UPN,website\n" + text).encode("utf-8", "replace"), Wishes())
    except (TableFault, ExportRefused):
        return
    assert {answer.purpose for answer in export.answers} <= {*KNOWN_PURPOSES}
