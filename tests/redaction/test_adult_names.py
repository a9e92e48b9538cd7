"""Adults are named only with a permission in writing; a permission uncovers nobody else."""

from __future__ import annotations

import pytest

from redact.pupils.roll import Pupil, Roll
from redact.redaction.names.find import find_names
from redact.redaction.names.page import OF_ADULT, ON_ROLL
from tests.rigs.pages import lines

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
    assert reasons(text) == [OF_ADULT]


@pytest.mark.parametrize("text", ["Sarah Marlow", "thank you Mrs Marlow", "Piers Green"])
def test_the_name_of_an_adult_with_permission_stays(text: str) -> None:
    assert not reasons(text)


@pytest.mark.parametrize("text", ["Zainab Marlow", "Kit Young", "Zainab and Sarah Marlow"])
def test_a_permission_uncovers_no_pupil(text: str) -> None:
    assert ON_ROLL in reasons(text)


def test_a_word_that_is_no_name_stays_where_no_title_is() -> None:
    assert not reasons("the Green room")
