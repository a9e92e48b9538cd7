"""What a heading asks: a no in it is never passed over, and a purpose is certain in usual words alone."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.pupils.consent import State
from redact.pupils.consents.importing import Export, ExportRefused, Form, Wishes, read_consents
from redact.pupils.consents.words.headings import read_heading, says_no

A, B, C, D = "N999123425000", "C999123425001", "R999123425002", "F999123425003"
PURPOSES = {
    "website": ("website", "school web site", "web page"),
    "social-media": ("social media", "Facebook", "Instagram page", "X (Twitter)", "YouTube channel"),
    "press": ("press", "local newspapers", "newspaper"),
    "newsletter": ("newsletter", "the school newsletters"),
    "prospectus": ("prospectus", "brochure"),
    "display": ("display", "noticeboards"),
}
#: Ways to say yes to a purpose, and to say no.
YES = ("{}", "Photo on {}", "{} consent", "Photos may be used on {}", "{} permission given", "Consent: {}", "{} (Y/N)",
       "{} Yes/No", "Images - {}", "{} Granted", "I agree to photographs on {}", "Image use - {}?")  # fmt: skip
NO = ("No photo on {}", "{} opt-out", "Opted out of {}", "Do not use on {}", "Don't publish on {}", "{} withheld",
      "Exclude from {}", "{} Declined", "{} consent refused", "Objects to {}", "Without {} photos", "Not for {}",
      "{} - withdrawn", "Never on {}", "{}: consent denied", "Remove from {}", "Keep out of {}", "OptOut {}",
      "Keep my child off the {}", "{} w/o consent", "Out of {}", "{} consent missing", "Unsubscribe {}", "{}: nope",
      "photo_not_on_{}", "Photo must not be used on {}", "{} prohibited", "Does not consent to {}")  # fmt: skip


def read(*lines: str, **wishes: object) -> Export:
    return read_consents("\n".join(lines).encode(), Wishes(**wishes))  # type: ignore[arg-type]


def states(export: Export) -> dict[tuple[str, str], State]:
    return {(answer.upn, answer.purpose): answer.state for answer in export.answers}


EVERY = [(purpose, words) for purpose, several in PURPOSES.items() for words in several]


@pytest.mark.parametrize(("purpose", "words"), EVERY)
def test_usual_words_are_certain(purpose: str, words: str) -> None:
    for shape in YES:
        meaning = read_heading(shape.format(words))
        assert meaning.purposes == (purpose,) and meaning.is_certain and not meaning.says_no, shape


@pytest.mark.parametrize(("purpose", "words"), EVERY)
def test_a_no_in_the_heading_turns_its_answers_over(purpose: str, words: str) -> None:
    for shape in NO:
        heading = shape.format(words)
        meaning = read_heading(heading)
        assert meaning.says_no and (meaning.purposes, meaning.is_unclear) == ((purpose,), False), heading


@given(st.sampled_from(NO), st.sampled_from(EVERY), st.sampled_from(["yes", "Y", "TRUE", "ticked", "\u2713", "Yes."]),
       st.booleans(), st.booleans())  # fmt: skip
def test_a_yes_below_a_no_is_never_a_yes(
    shape: str, what: tuple[str, str], yes: str, is_mapped: bool, is_long: bool
) -> None:
    """Wide or long, guessed, certain, confirmed or mapped by the command: it is a no."""
    purpose, words = what
    heading = shape.format(words)
    lines = ("UPN,Consent type,Status", f'{A},"{heading}",{yes}') if is_long else (f'UPN,"{heading}"', f"{A},{yes}")
    mapped = ((heading, purpose),) if is_mapped else ()
    export = read(*lines, mapped=mapped, confirms_guesses=True)
    assert states(export) == {(A, purpose): State.REFUSED}


@pytest.mark.parametrize(
    "heading",
    [
        "No objection to website",
        "Website only (not Facebook)",
        "Not on website without consent",
        "No website but press",
    ],
)
def test_a_no_said_twice_or_with_an_exception_is_not_taken(heading: str) -> None:
    meaning = read_heading(heading)
    assert meaning.is_unclear and not meaning.is_certain
    export = read(f"UPN,Display,{heading}", f"{A},Yes,Yes", confirms_guesses=True)
    assert states(export) == {(A, "display"): State.GIVEN} and [left.column for left in export.left] == [heading]
    with pytest.raises(ExportRefused, match="not clear"):
        read(f"UPN,{heading}", f"{A},Yes", mapped=((heading, "website"),))


@pytest.mark.parametrize(
    "heading",
    ["Media Studies", "GCSE Film Studies", "Internet access", "Website login", "Names on website", "Work on display",
     "Receive newsletter by e-mail", "Biometric consent", "Fingerprint website", "Press club", "Trip to the press"],
)  # fmt: skip
def test_another_matter_is_no_consent_to_be_shown(heading: str) -> None:
    meaning = read_heading(heading)
    assert not meaning.purposes and not meaning.must_be_reported


GUESSED = (
    "Photos online", "Group photo on website", "Media consent", "Photo with name in press", "Website approved by",
    "Website Opt In/Opt Out",
)  # fmt: skip


@pytest.mark.parametrize("heading", GUESSED)
def test_further_or_vague_words_make_a_guess(heading: str) -> None:
    meaning = read_heading(heading)
    assert meaning.purposes and not meaning.is_certain and meaning.must_be_reported


def test_a_heading_for_several_purposes_is_one_answer_for_each() -> None:
    export = read("UPN,Website and social media,Photo/video in newsletter & press", f"{A},Yes,No", f"{B},No,Yes")
    assert states(export) == {
        (A, "website"): State.GIVEN, (A, "social-media"): State.GIVEN,
        (A, "newsletter"): State.REFUSED, (A, "press"): State.REFUSED,
        (B, "website"): State.REFUSED, (B, "social-media"): State.REFUSED,
        (B, "newsletter"): State.GIVEN, (B, "press"): State.GIVEN,
    }  # fmt: skip


def test_a_general_consent_is_not_passed_over_without_a_word() -> None:
    """A no there is one to every purpose, a yes gives none; and it is told, for a person to map it or leave it out."""
    lines = ("UPN,Photo consent,No photographs,Website", f"{A},No,,Yes", f"{B},Yes,No,Yes", f"{C},Yes,Yes,Yes")
    export = read(*lines)
    assert states(export) == {
        (A, "website"): State.REFUSED,
        (B, "website"): State.GIVEN,
        (C, "website"): State.REFUSED,
    }
    assert [left.column for left in export.left] == ["Photo consent", "No photographs"]
    ignored = read(*lines, mapped=(("Photo consent", "ignore"), ("No photographs", "ignore")))
    assert states(ignored)[A, "website"] is State.GIVEN and not ignored.left


# -- a bare no under a heading that says no --


def test_a_bare_no_under_an_opt_out_is_no_yes_until_a_person_says_so() -> None:
    lines = ("UPN,Website opt-out", f"{A},No", f"{B},", f"{C},Yes")
    export = read(*lines)
    assert states(export) == {
        (A, "website"): State.PENDING,
        (B, "website"): State.PENDING,
        (C, "website"): State.REFUSED,
    }
    assert [left.column for left in export.left] == ["Website opt-out"] and export.unconfirmed == export.mappings
    confirmed = read(*lines, mapped=(("Website opt-out", "not website"),))
    assert states(confirmed)[A, "website"] is State.GIVEN and not confirmed.left
    assert states(confirmed)[B, "website"] is State.PENDING and states(confirmed)[C, "website"] is State.REFUSED


@pytest.mark.parametrize(
    ("granted", "declined", "state"),
    [
        ("Yes", "No", State.GIVEN), ("Yes", "", State.GIVEN), ("No", "Yes", State.REFUSED), ("", "Yes", State.REFUSED),
        ("Yes", "Yes", State.REFUSED), ("", "No", State.PENDING), ("No", "No", State.REFUSED), ("", "", State.PENDING),
    ],
)  # fmt: skip
def test_beside_a_plain_column_only_the_yes_of_an_opt_out_counts(granted: str, declined: str, state: State) -> None:
    for lines in (
        ("UPN,Website Granted,Website Declined", f"{A},{granted},{declined}"),
        ("UPN,Consent type,Granted,Declined", f"{A},Website,{granted},{declined}"),
        ("UPN,Type,Status", f"{A},Website,{granted}", f"{A},Website - opt out,{declined}"),
    ):
        assert states(read(*lines))[A, "website"] is state, lines


@pytest.mark.parametrize(("cell", "state"), [("Declined", State.REFUSED), ("Withdrawn", State.WITHDRAWN),
                                             ("Agreed", State.PENDING), ("Granted", State.PENDING)])  # fmt: skip
def test_words_that_speak_of_a_consent_under_a_heading_that_says_no(cell: str, state: State) -> None:
    """A no stays one; "agreed" to an opt-out is not understood, and told."""
    export = read("UPN,Not on website", f"{A},{cell}")
    assert states(export) == {(A, "website"): state}
    assert bool(export.problems) is (state is State.PENDING)


def test_a_day_under_an_opt_out_is_the_day_of_a_no() -> None:
    (answer,) = read("UPN,Website opt-out", f"{A},03/09/2026").answers
    assert answer.state is State.REFUSED and str(answer.given_on) == "2026-09-03"


@pytest.mark.parametrize(
    ("heading", "before", "after"),
    [
        ("UPN,Consent name,Consent given,Start date,{}", "Website,Yes,01/09/2025", ""),
        ("UPN,Permission,Status,Given on,{}", "Website,Granted,01/09/2025", ""),
        ("UPN,Website,{}", "Yes", ""),
        ("UPN,Website,{},Social media", "Yes", ",Yes"),
    ],
)
@pytest.mark.parametrize("ended", ["Date withdrawn", "Withdrawal date", "Revoked on", "Date consent was withdrawn"])
def test_the_day_on_which_a_yes_was_taken_back_ends_it(heading: str, before: str, after: str, ended: str) -> None:
    """A status that was left at yes, with the day of the withdrawal beside it."""
    cells = ("03/02/2026", "", "n/a", "see file")
    rows = (f"{upn},{before},{cell}{after}" for upn, cell in zip((A, B, C, D), cells, strict=True))
    export = read(heading.format(ended), *rows)
    said = {upn: state for (upn, purpose), state in states(export).items() if purpose == "website"}
    assert said == {A: State.WITHDRAWN, B: State.GIVEN, C: State.GIVEN, D: State.PENDING}
    assert {problem.row for problem in export.problems} == {5} and not export.left
    assert {state for (upn, _), state in states(export).items() if upn == A} == {State.WITHDRAWN}


def test_the_day_of_a_no_to_one_purpose_ends_that_alone() -> None:
    export = read("UPN,Website,Website withdrawn on,Press", f"{A},Yes,03/02/2026,Yes", f"{B},Yes,,Yes")
    assert states(export) == {(A, "website"): State.WITHDRAWN, (A, "press"): State.GIVEN,
                              (B, "website"): State.GIVEN, (B, "press"): State.GIVEN}  # fmt: skip
    assert not export.left


def test_a_yes_after_the_day_of_a_no_is_for_a_person() -> None:
    export = read("UPN,Type,Status,Date,Date withdrawn", f"{A},Website,Yes,01/09/2026,03/02/2026")
    assert states(export) == {(A, "website"): State.PENDING} and len(export.problems) == 1


# -- what stands above --


def test_a_title_that_says_no_stops_the_file_until_the_command_says_what_it_is() -> None:
    lines = ("Pupils without photo consent", "", "UPN,Website", f"{A},Yes")
    for wishes in ({}, {"confirms_guesses": True}, {"remembered": (("Website", "website"),)},
                   {"purpose": "website", "state": State.GIVEN}):  # fmt: skip
        with pytest.raises(ExportRefused, match="says no"):
            read(*lines, **wishes)
    assert states(read(*lines, mapped=(("Website", "not website"),))) == {(A, "website"): State.REFUSED}
    as_list = read(*lines[:2], "UPN,Name", f"{A},Z", purpose="website", state=State.REFUSED)
    assert states(as_list) == {(A, "website"): State.REFUSED}


def test_other_titles_are_passed_over() -> None:
    export = read("Oak School;;", "Printed 03/09/2026", "No. of pupils: 1", "", "UPN;Name;Website", f"{A};Z;Yes")
    assert states(export) == {(A, "website"): State.GIVEN} and not export.left


def test_a_row_of_groups_belongs_to_the_headings_below_it() -> None:
    """Merged cells: "Consent refused" over Website is a no."""
    lines = (",,Consent given,,Consent refused,", "UPN,Name,Website,Press,Website,Press", f"{A},Z,Yes,,No,Yes")
    assert states(read(*lines)) == {(A, "website"): State.GIVEN, (A, "press"): State.REFUSED}
    assert says_no("Consent refused") and says_no("Opted out") and not says_no("Oak School - do not copy")


# -- files of one purpose --


def test_a_file_of_one_purpose_with_its_answers() -> None:
    lines = (
        "UPN,Student,Consent status,Date",
        f"{A},a,Confirmed,03/09/2026",
        f"{B},b,Withdrawn,01/10/2026",
        f"{C},c,,",
    )
    export = read(*lines, purpose="website")
    assert (export.form, [a.state for a in export.answers]) == (
        Form.LIST,
        [State.GIVEN, State.WITHDRAWN, State.PENDING],
    )
    for answer in ("Website", "Consent given?", "Response", "Photo consent"):
        with pytest.raises(ExportRefused, match="--state"):
            read(f"UPN,{answer}", f"{A},No", purpose="website", state=State.GIVEN)
    turned = read("UPN,Opted out", f"{A},Yes", purpose="website")
    assert states(turned) == {(A, "website"): State.REFUSED}


def test_a_file_of_several_types_is_no_file_of_one_purpose() -> None:
    with pytest.raises(ExportRefused, match="2 types"):
        read("UPN,Consent type,Status", f"{A},Trips,Yes", f"{A},Website,No", purpose="website")


def test_days_beside_an_answer_are_its_days() -> None:
    export = read(
        "UPN,Website,Website consent date,Website expiry date,Press",
        f"{A},No,03/09/2026,,Yes",
        f"{B},Yes,,31/08/2027,No",
    )
    by = {(a.upn, a.purpose): a for a in export.answers}
    assert by[A, "website"].state is State.REFUSED and str(by[A, "website"].given_on) == "2026-09-03"
    assert str(by[B, "website"].expires_on) == "2027-08-31" and by[B, "press"].expires_on is None
    assert not export.left and not export.problems


def test_a_last_day_in_whatever_words_ends_a_yes() -> None:
    export = read(
        "UPN,Website,Press,Press valid until,Display,Photo consent expires,Website and newsletter expiry",
        f"{A},Yes,Yes,01/09/2020,Yes,31/08/2025,31/08/2024",
    )
    days = {answer.purpose: str(answer.expires_on) for answer in export.answers}
    assert days == {"website": "2024-08-31", "press": "2020-09-01", "display": "2025-08-31"}
    assert [one.name for one in export.mappings if one.is_day] == [
        *("Press valid until", "Website and newsletter expiry", "Photo consent expires")
    ]


@pytest.mark.parametrize("heading", ["Photos except website", "Photos apart from press", "Website but not faces"])
def test_what_a_heading_leaves_out_of_a_yes_is_never_taken_for_one(heading: str) -> None:
    export = read(f"UPN,Display,{heading}", f"{A},Yes,Yes", confirms_guesses=True)
    assert states(export) == {(A, "display"): State.GIVEN} and [one.column for one in export.left] == [heading]


def test_answers_below_no_heading_are_told() -> None:
    """A no there leaves no yes: it may be what the parent says today."""
    export = read("UPN,,Website,", f"{A},No,Yes,")
    assert [one.column for one in export.left] == ["2", "2"] and states(export) == {(A, "website"): State.REFUSED}


def test_questions_are_types_of_consent() -> None:
    export = read(
        "UPN,Question,Response",
        f"{A},I do not want my child's photo on the website,Yes",
        f"{B},Do you object to photographs in the newsletter?,No",
    )
    assert export.form is Form.LONG
    assert states(export) == {(A, "website"): State.REFUSED, (B, "newsletter"): State.PENDING}


def test_every_mapping_word_of_a_person() -> None:
    lines = ("UPN,Code A,Code B,Code C", f"{A},Yes,Yes,Yes")
    export = read(*lines, mapped=(("Code A", "website, press"), ("code b", "not display"), ("Code C", "ignore")))
    assert states(export) == {
        (A, "website"): State.GIVEN,
        (A, "press"): State.GIVEN,
        (A, "display"): State.REFUSED,
    }
    assert [one.spelled for one in export.mappings] == ["website, press", "not display", "ignore"]


def test_what_was_remembered_counts_where_it_is_there() -> None:
    remembered = (("Code A", "website"), ("Old code", "press"), ("Nummer", "upn column"))
    export = read("Nummer,Code A,Website opt-out", f"{A},Yes,Yes", remembered=remembered)
    assert states(export) == {(A, "website"): State.REFUSED}, "the stricter"


@given(st.lists(st.sampled_from(["no", "not", "opt-out", "withheld", "photo", "on", "website", "only", "but", "x"]),
                min_size=1, max_size=6))  # fmt: skip
def test_any_heading_with_a_no_never_gives_a_yes_for_yes(words: list[str]) -> None:
    heading = " ".join(words)
    if not {"no", "not", "opt-out", "withheld"} & {*words}:
        return
    for wishes in (Wishes(), Wishes(confirms_guesses=True), Wishes(mapped=((heading, "website"),))):
        try:
            export = read_consents(f'UPN,Display,"{heading}"\n{A},No,Yes\n'.encode(), wishes)
        except ExportRefused:
            continue
        assert State.GIVEN not in states(export).values()


def test_pairs_of_purposes_are_found_whole() -> None:
    for (one, some), (two, others) in itertools.combinations(PURPOSES.items(), 2):
        assert read_heading(f"Photos on {some[0]} and {others[0]}").purposes == (one, two)
