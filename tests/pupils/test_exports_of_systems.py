"""Exports as school systems write them, with their traps: each is read right or told, none is taken in silence."""

from __future__ import annotations

import pytest

from redact.errors import UsageError
from redact.pupils.consents.importing import Export, Wishes, read_consents
from redact.pupils.roll import read_roll

A, B, C = "N999123425000", "C999123425001", "R999123425002"
TITLES = "Ashgrove Primary - Student List,,,\nReport date: 03/09/2026,,,\n\n"

ROLLS = {
    "SIMS, titles above": (
        TITLES + "Adno,Legal Surname,Legal Forename,Preferred Surname,Preferred Forename,Middle Name(s),"
        "Former surname,UPN,NC Year Actual,Reg Group\n"
        f"4321,Quartermaine,Ottilie,Quartermaine,Tilly,Maud,Pemberton,{A},5,5H\n",
        "Ottilie Tilly Maud",
        "Quartermaine Pemberton",
    ),
    "Arbor, one column": (
        f'"Student (Last, First)",U.P.N.,Year,Form\n"Quartermaine, Ottilie",{A},5,5H\n',
        "Ottilie",
        "Quartermaine",
    ),
    "SIMS, one column": (f'Name,UPN,Year,Reg\n"Quartermaine, Ottilie",{A},5,5H\n', "Ottilie", "Quartermaine"),
    "Arbor": (
        (
            "Arbor Student ID,First name,Middle names,Last name,Preferred first name,Preferred last name,UPN,"
            f"Year group,Registration form\n12,Ottilie,Maud Rose,Quartermaine,Tilly,,{A},Year 5,5H\n"
        ),
        "Ottilie Tilly Maud Rose",
        "Quartermaine",
    ),
    "Bromcom": (
        (
            "StudentID;PupilForename;PupilSurname;ChosenName;PreferredSurname;YearGroup;TutorGroup;UniquePupilNumber\n"
            f"7;Ottilie;Quartermaine;Tilly;Pemberton;5;5H;{A}\n"
        ),
        "Ottilie Tilly",
        "Quartermaine Pemberton",
    ),
    "Bromcom, chosen and previous": (
        (
            "Legal Last Name,Legal First Name,Chosen First Name,Chosen Last Name,Middle Name,Previous Last Name,"
            "Unique Pupil No,Year Group Name,Tutor Group\n"
            f"Quartermaine,Ottilie,Tilly,Marsh,Maud,Pemberton,{A},Year 5,5H\n"
        ),
        "Ottilie Tilly Maud",
        "Quartermaine Marsh Pemberton",
    ),
    "ScholarPack": (
        (
            "Forename,Chosen Forename,Surname,Chosen Surname,DOB,Form,Yr,UPN\n"
            f"Ottilie,Tilly,Quartermaine,Marsh,,5H,5,{A}\n"
        ),
        "Ottilie Tilly",
        "Quartermaine Marsh",
    ),
    "Bromcom, short": (
        f"FName;SName;Preferred (if different);Display as;UPN;Yr;TG\nOttilie;Quartermaine;Tilly;Otto;{A};5;5H\n",
        "Ottilie Tilly Otto",
        "Quartermaine",
    ),
    "iSAMS": (
        (
            "School Code,School Id,Forename,Preferred Name,Middle Names,Surname,Initials,Form,NC Year,UPN\n"
            f"0012,998,Ottilie,Tilly,Maud,Quartermaine,OMQ,5H,5,{A}\n"
        ),
        "Ottilie Tilly Maud",
        "Quartermaine",
    ),
}
#: Rolls of which a person must be told, and the names that are taken all the same.
TOLD = {
    "two name columns": (
        "Student,Legal name,UPN,Key worker name\nTilly Marlow,Ottilie Pemberton,{A},Mr Fox\n",
        "utf-8",
    ),
    "fields of a database": ("txtForename,txtSurname,txtPreName,txtUPN\nOttilie,Marlow,Tilly,{A}\n", "utf-8"),
    "a Mac's": ("UPN,Surname,Forename\n{A},Marlow,Siân\n{B},Pemberton,José\n", "mac_roman"),
    "DOS": ("UPN,Surname,Forename\n{A},Marlow,Siân\n{B},Pemberton,José\n", "cp850"),
    "Central Europe": ("UPN,Surname,Forename\n{A},Żółkiewska,Łucja\n{B},Dvořáková,Jiří\n", "cp1250"),
    "entities": ("UPN,Surname,Forename\n{A},Lef&egrave;vre,Ana&#239;s\n", "utf-8"),
}


@pytest.mark.parametrize("system", ROLLS)
def test_a_roll_is_read_whole_and_nothing_is_asked(system: str) -> None:
    text, forenames, surnames = ROLLS[system]
    roll = read_roll(text.encode())
    (pupil,) = roll.pupils
    assert (" ".join(pupil.forenames), " ".join(pupil.surnames)) == (forenames, surnames)
    assert pupil.upn == A and roll.is_clean and (pupil.year, pupil.reg) == ("5", "5H")


@pytest.mark.parametrize("kind", TOLD)
def test_a_roll_in_doubt_is_told(kind: str) -> None:
    text, encoding = TOLD[kind]
    roll = read_roll(text.format(A=A, B=B).encode(encoding))
    assert not roll.is_clean and all(pupil.forenames and pupil.surnames for pupil in roll.pupils)


def told(export: Export) -> set[str]:
    """Return the columns that a person hears of."""
    return {one.column for one in (*export.problems, *export.left)}


#: Heading, rows, what each pupil's answers are (g, r, w, p by purpose in the order met), the columns that are told.
CONSENTS = {
    "SIMS parental consents": (
        "UPN,Copyright Permission,Internet Access,Photograph Student,School Website,Sex Education",
        (f"{A},Yes,Yes,Yes,No,Yes", f"{B},Yes,Yes,No,Yes,Yes"),
        ("r", "r"),
        {"Copyright Permission", "Photograph Student"},
    ),
    "Arbor, a row each": (
        "Student,UPN,Consent type,Consent status,Date responded,Responded by",
        (
            f"T,{A},Photos on school website,Consented,01/09/2026,J",
            f"T,{A},Photos on social media,Not consented,,J",
            f"B,{B},Photos on school website,No response,,",
            f"B,{B},Photos on social media,Consent withdrawn,,X",
        ),
        ("gr", "pw"),
        set(),
    ),
    "Bromcom, withdrawn since": (
        "UPN,Consent Name,Consent Given,Start Date,Date Withdrawn",
        (f"{A},Website,Yes,01/09/2025,", f"{B},Website,Yes,01/09/2025,03/02/2026"),
        ("g", "w"),
        set(),
    ),
    "ScholarPack, words behind the answer": (
        "upn,Photo - Website,Photo - Newspaper",
        (f"{A},Granted,Denied", f"{B},Granted - no name,Not Asked"),
        ("gr", "pp"),
        {"Photo - Website"},
    ),
    "iSAMS, figures": (
        "UPN,Website,Social Media Opt Out",
        (f"{A},1,0", f"{B},TRUE,TRUE"),
        ("pp", "gr"),
        {"Website", "Social Media Opt Out"},
    ),
    "a form's questions": (
        (
            "Timestamp,UPN,Do you consent to your child's photo on the school website?,"
            "I do NOT want my child to appear on social media"
        ),
        (f'x,{A},"Yes, I consent",', f'x,{B},"No, I do not consent",Yes'),
        ("gp", "rr"),
        set(),
    ),
    "ticks and crosses": (
        "UPN,Website,Press",
        (f"{A},✓,x", f"{B},☐,✗"),
        ("gp", "pr"),
        {"Website", "Press"},
    ),
    "restrictions in words": (
        "UPN,Photo restrictions,Website",
        (f"{A},No photos,Yes",),
        ("r",),
        {"Photo restrictions"},
    ),
    "do not photograph": ("UPN,Do Not Photograph,Website", (f"{A},N,Y", f"{B},Y,Y"), ("g", "r"), {"Do Not Photograph"}),
    "both parents": (
        "UPN,Website consent (mother),Website consent (father)",
        (f"{A},Yes,No",),
        (),
        {"Website consent (mother)", "Website consent (father)"},
    ),
    "a day that stands for nothing": (
        "UPN,Website,Press",
        (f"{A},01/01/1900,00/00/0000",),
        ("pp",),
        {"Website", "Press"},
    ),
    "a court order beside it": (
        "UPN,Website,Court Order",
        (f"{A},Yes,Yes", f"{B},Yes,No", f"{C},Yes,"),
        ("p", "g", "g"),
        {"Court Order"},
    ),
    "a reason not to show": ("UPN,Website,Looked after", (f"{A},Yes,Yes", f"{B},No,No"), ("p", "r"), {"Looked after"}),
    "not to be seen": ("UPN,Website,Hide face", (f"{A},Yes,Yes", f"{B},Yes,No"), ("p", "g"), {"Hide face"}),
    "words against photos under any heading": (
        "UPN,Website,Message",
        (f"{A},Yes,Photographs must not be published", f"{B},Yes,Has a nut allergy"),
        ("p", "g"),
        {"Message"},
    ),
    "the pupil's own answer": (
        "UPN,Consent type,Parent response,Pupil response",
        (f"{A},Website,Yes,No", f"{B},Website,Yes,Yes"),
        ("r", "g"),
        {"Pupil response"},
    ),
    "a state that ends it": (
        "UPN,Website,Consent state",
        (f"{A},Yes,Lapsed", f"{B},Yes,Live"),
        ("e", "g"),
        {"Consent state"},
    ),
    "no longer valid": ("UPN,Website,Valid", (f"{A},Yes,No", f"{B},Yes,Yes"), ("p", "g"), {"Valid"}),
    "denied on a day": ("UPN,Website,Website denied date", (f"{A},Yes,03/09/2026", f"{B},Yes,"), ("w", "g"), set()),
    "a comma that nobody quoted": (
        "UPN,Name,Year,Website,Press",
        (f"{A},Marlow,Tilly,5,Yes,No",),
        ("pp",),
        {"", "Website"},
    ),
    "a heading of two rows": (
        "UPN,Parental consent,,",
        (",Website,Press,Trips", f"{A},Yes,No,Yes"),
        ("gr",),
        set(),
    ),
    "a heading of two rows that says no": (
        "UPN,Consent withheld,",
        (",Website,Press", f"{A},Yes,No"),
        ("rp",),
        {"Consent withheld: Press"},
    ),
    "an answer called given": ("UPN,Consent,Given?", (f"{A},Photos on social media,Yes",), ("g",), set()),
    "last year's and this year's": (
        "UPN,Website 2024/25,Website 2025/26",
        (f"{A},Yes,No", f"{B},No,Yes"),
        ("r", "r"),
        set(),
    ),
    "opted in and out": (
        "UPN,Website opted in,Website opted out",
        (f"{A},No,No", f"{B},Yes,No", f"{C},Yes,Yes"),
        ("r", "g", "r"),
        set(),
    ),
    "barred": ("UPN,Social media photos barred", (f"{A},No", f"{B},Yes"), ("p", "r"), {"Social media photos barred"}),
    "a word and its day": (
        "UPN,Website,Press,No photos on social media",
        (f"{A},Given 03/09/2025,Withdrawn 12/03/2024,Withdrawn on 12/03/2024", f"{B},Refused (1.9.25),Yes 31/08/2027,"),
        ("gww", "rpp"),
        {"Press"},
    ),
    "ticks of a telephone": (
        "UPN,Website,Press",
        (f"{A},\u2714\ufe0f,\u2611", f"{B},\u2612,"),
        ("gg", "pp"),
        {"Website"},
    ),
    "no photos as an answer": ("UPN,Website,Press", (f"{A},No photos,Yes",), ("rg",), set()),
    "a number that is no no": ("Pupil No,UPN,Website,No.", (f"1,{A},Yes,4", f"2,{B},No,5"), ("g", "r"), set()),
    "a no with a figure": (
        "UPN,Website,No,Photo No",
        (f"{A},Yes,2,", f"{B},Yes,,7", f"{C},Yes,2,"),
        ("p", "p", "p"),
        {"No", "Photo No"},
    ),
    "a yes with a day that may be its end": (
        "UPN,Website,Press",
        (f"{A},Consented - 31/08/2020,Granted (31/08/2020)", f"{B},Granted on 31/08/2020,Given: 31/08/2020"),
        ("pp", "gp"),
        {"Website", "Press"},
    ),
    "a colour with its day": ("UPN,GDPR,Website", (f"{A},Amber 03/04/2024,Yes",), ("p",), {"GDPR"}),
    "withdrawn, with its day": (
        "UPN,Website,Press,Withdrawn",
        (f"{A},Y,Y,12/03/2024", f"{B},Y,N,", f"{C},Y,Permission not requested,N"),
        ("rr", "gr", "gp"),
        {"Withdrawn"},
    ),
    "ones and noughts below a no": ("UPN,Website,No", (f"{A},Yes,1", f"{B},Yes,0"), ("p", "p"), {"No"}),
    "the pupil's own words": (
        "UPN,Consent type,Parent response,Pupil response",
        (f"{A},Website,Yes,Would rather not", f"{B},Website,Yes,Refused 12/03/2024", f"{C},Website,Yes,Received"),
        ("p", "r", "g"),
        {"Pupil response"},
    ),
    "the other parent": ("UPN,Website,Other parent", (f"{A},Yes,No", f"{B},Yes,Yes"), ("r", "g"), {"Other parent"}),
    "the other parent's name": ("UPN,Website,Other parent", (f"{A},Yes,Jo Fox",), ("g",), set()),
    "a pupil's state": ("UPN,Website,Status", (f"{A},Yes,Guest", f"{B},Yes,On roll"), ("g", "g"), {"Status"}),
    "no longer active": ("UPN,Website,Active", (f"{A},Yes,Ended", f"{B},Yes,Live"), ("p", "g"), {"Active"}),
    "a no in words below an unknown heading": (
        "UPN,Website,Wishes of home,Ethnicity",
        (f"{A},Yes,Consent withdrawn,Refused", f"{B},Yes,,Refused"),
        ("p", "g"),
        {"Wishes of home"},
    ),
    "how far a yes goes": (
        "UPN,Website,Group shots only,Only back of head",
        (f"{A},Yes,Yes,No", f"{B},Yes,No,Yes", f"{C},Yes,No,"),
        ("p", "p", "g"),
        {"Group shots only", "Only back of head"},
    ),
    "not the latest": (
        "UPN,Consent,Answer,Latest?",
        (f"{A},Website,Yes,No", f"{B},Website,Yes,Yes"),
        ("p", "g"),
        {"Latest?"},
    ),
    "a form that never came": (
        "UPN,Website,Reply slip returned",
        (f"{A},Yes,No", f"{B},Yes,Yes", f"{C},Yes,Not returned"),
        ("p", "g", "p"),
        {"Reply slip returned"},
    ),
    "channels of other names": (
        "UPN,Website,Social,FB,Class Dojo,School app,Local paper,Leaflets,Refuse social,Social worker",
        (f"{A},Yes,No,No,No,No,No,No,Yes,Yes",),
        ("gr",),  # "Refuse social" is a guess, and a yes below it a no all the same
        {"Social", "FB", "Class Dojo", "School app", "Local paper", "Leaflets", "Refuse social"},
    ),
    "yes, but": (
        "UPN,Website,Press",
        (f"{A},Yes - under review,Yes until 01/02/2026", f"{B},Yes/No,Given by phone"),
        ("pp", "pp"),
        {"Website", "Press"},
    ),
}


@pytest.mark.parametrize(
    "rows",
    [
        ("UPN,Website,Press", f"{A},Yes,No", "UPN,Press,Website", f"{B},No,Yes"),
        ("UPN,Website", f"{A},Yes", "Pupils below have not consented,", f"{B},Yes"),
    ],
    ids=["another heading", "a title that says no"],
)
def test_a_file_of_two_parts_is_refused(rows: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="two tables in one file|says no"):
        read_consents("\n".join(rows).encode(), Wishes())


def test_a_column_that_a_person_leaves_out_speaks_against_nothing() -> None:
    text = f"UPN,Consent type,Answer,Court Order\n{A},Website,Yes,Yes\n".encode()
    export = read_consents(text, Wishes(mapped=(("Court Order", "ignore"),)))
    assert [answer.state.value for answer in export.answers] == ["given"] and not export.left
    assert [one.name for one in export.mappings if one.is_confirmed] == ["Court Order"]


@pytest.mark.parametrize("kind", CONSENTS)
def test_consents_are_read_right_or_told(kind: str) -> None:
    heading, rows, expected, columns = CONSENTS[kind]
    export = read_consents("\n".join((heading, *rows)).encode(), Wishes())
    answers: dict[str, str] = {}
    for answer in export.answers:
        answers[answer.upn] = answers.get(answer.upn, "") + answer.state.value[0]
    assert tuple(answers.get(upn, "") for upn in (A, B, C)[: len(expected)]) == expected and len(answers) == len(
        expected
    )
    assert told(export) == columns


@pytest.mark.parametrize("how", ["mapped", "remembered"])
@pytest.mark.parametrize("heading", ["Court Order", "Do not photograph", "Notes", "No photos on website"])
def test_what_a_person_left_out_and_may_say_no_is_told_at_every_import(heading: str, how: str) -> None:
    """It is remembered: who imports next year did not say it."""
    text = f"UPN,Website,{heading},Sun cream\n{A},Yes,Yes,Yes\n".encode()
    said = ((heading, "ignore"), ("Sun cream", "ignore"))
    export = read_consents(text, Wishes(mapped=said) if how == "mapped" else Wishes(remembered=said))
    assert [note.column for note in export.notes if "left out" in note.what] == [heading]
    assert not export.left and not export.problems


def test_a_type_about_photos_in_general_refuses_the_pupils_other_types() -> None:
    rows = [f"{A},Website photos,Granted", f"{A},Photos not to be used anywhere,Yes"]
    rows += [f"{B},Website photos,Granted", f"{B},Photographs,Declined", f"{C},Website photos,Granted"]
    rows += [f"{C},Photographs,Granted"]
    export = read_consents("\n".join(("UPN,Consent Type,Status", *rows)).encode(), Wishes())
    assert {one.upn: one.state.value for one in export.answers} == {A: "refused", B: "refused", C: "given"}
    assert {one.column for one in export.left} == {"Photos not to be used anywhere", "Photographs"}


def test_a_row_with_a_day_above_the_heading_groups_no_columns() -> None:
    text = f"Report of consents\nGenerated,12 November 2026\nUPN,Website,Press\n{A},Yes,No\n".encode()
    assert [one.purpose for one in read_consents(text, Wishes()).mappings] == ["website", "press"]


@pytest.mark.parametrize("heading", ["Consent last reviewed", "Website consent reviewed on", "Press consent renewed"])
def test_the_day_of_a_review_that_was_is_no_last_day(heading: str) -> None:
    text = f"UPN,Website,Press,{heading}\n{A},Yes,Yes,03/09/2025\n".encode()
    assert all(one.expires_on is None for one in read_consents(text, Wishes()).answers)
