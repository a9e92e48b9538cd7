"""Adults are named only with a permission in writing; a permission uncovers nobody else."""

from __future__ import annotations

import pytest

from models.findings import Box
from redact.pupils.roll import Pupil, Roll
from redact.redaction.answers.apply import answered
from redact.redaction.answers.values import Answers, Cover
from redact.redaction.decide import NAMED, decide
from redact.redaction.names.find import find_names, look
from redact.redaction.names.left_bare import find_left_bare
from redact.redaction.photo import RedactionContext, redact_photo
from redact.redaction.values import Action, Findings, Kind, NameReason, Plan, Policy
from tests.rigs.fakes import FixedReader, finders, line_of
from tests.rigs.pages import lines
from tests.rigs.reviewing import calm_jpeg

ROLL = Roll(
    (Pupil("1", "Kit", "Young"), Pupil("2", "Zainab", "Marlow")),
    adults=(Pupil("ADULT-1", "Rosalind", "Green"), Pupil("ADULT-2", "Ottoline", "Pemberton")),
    permitted=(Pupil("ADULT-3", "Sarah", "Marlow"), Pupil("ADULT-4", "Piers", "Green")),
)
REST = ("and the sea was very cold that day", "we found shells on the sand", "then we went back to school")


def reasons(text: str) -> list[str]:
    hits = find_names(lines(text, *REST), ROLL, 4000)
    return list(dict.fromkeys(hit.reason for hit in hits))


@pytest.mark.parametrize(
    "text", ["Mrs Green", "Rosalind Green", "Headteacher Ottoline Pemberton", "Miss Pemberton is here"]
)
def test_the_name_of_an_adult_without_permission_is_covered_and_the_reason_says_so(text: str) -> None:
    assert reasons(text) == [NameReason.OF_ADULT]


@pytest.mark.parametrize("text", ["Sarah Marlow", "thank you Mrs Marlow", "Piers Green"])
def test_the_name_of_an_adult_with_permission_stays(text: str) -> None:
    assert not reasons(text)


@pytest.mark.parametrize("text", ["Zainab Marlow", "Kit Young", "Zainab and Sarah Marlow"])
def test_a_permission_uncovers_no_pupil(text: str) -> None:
    assert NameReason.ON_ROLL in reasons(text)


def test_a_word_that_is_no_name_stays_where_no_title_is() -> None:
    assert not reasons("the Green room")


def left_bare(text: str) -> list[tuple[str, ...]]:
    return [each.adults for each in find_left_bare(look(lines(text, *REST), ROLL, 4000), ROLL)]


@pytest.mark.parametrize(
    ("text", "adults"),
    [
        ("Sarah Marlow", ["ADULT-3"]),
        ("thank you Mrs Marlow", ["ADULT-3"]),
        ("Piers Green and Sarah Marlow", ["ADULT-4", "ADULT-3"]),
        ("Zainab Marlow", []),  # a pupil's, and covered
        ("Mrs Green", []),  # another adult's, and covered
        ("the Green room", []),
    ],
)
def test_whose_name_a_permission_leaves_bare_is_known(text: str, adults: list[str]) -> None:
    assert left_bare(text) == [(each,) for each in adults]


def test_a_name_that_two_adults_have_is_both_of_theirs() -> None:
    roll = Roll((), permitted=(Pupil("ADULT-1", "Sarah", "Marlow"), Pupil("ADULT-2", "Tom", "Marlow")))
    for text, adults in (("Mrs Marlow", ("ADULT-1", "ADULT-2")), ("Sarah Marlow", ("ADULT-1",))):
        assert [each.adults for each in find_left_bare(look(lines(text), roll, 4000), roll)] == [adults]


def test_a_plan_says_whose_name_is_left_bare_and_covers_nothing_for_it() -> None:
    (bare,) = decide(Findings(lines=lines("Sarah Marlow", *REST)), ROLL, (4000, 3000)).regions
    assert (bare.kind, bare.action, bare.pupil, bare.reason) == (Kind.NAME, Action.SHOWN, "ADULT-3", NAMED)
    assert not bare.is_covered and bare.is_name_of_adult


def test_a_name_that_is_read_on_the_copy_only_is_on_record_too_and_gives_way_to_a_hand_cover() -> None:
    place = Box(40, 40, 200, 66)
    reader = FixedReader(later=(line_of("Sarah Marlow", place),))
    context = RedactionContext(finders(text=reader), ROLL, Policy(), clock=lambda: 0.0)
    outcome = redact_photo(calm_jpeg(), context)
    assert outcome.verdict is not None and outcome.verdict.passed and outcome.covered_share == 0.0
    assert [region.pupil for region in outcome.regions if region.is_name_of_adult] == ["ADULT-3"]
    for box, left in ((Box(30, 30, 210, 76), 0), (Box(30, 30, 130, 76), 1)):  # half of a name can still be read
        plan = answered(Plan(outcome.regions), Answers(covers=(Cover(box.polygon, Kind.OTHER),)), (320, 240))
        assert len(plan.named) == left
