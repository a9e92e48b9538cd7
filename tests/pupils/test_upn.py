"""The check letter, and what may be a pupil's number at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.pupils.upn import check_letter, is_pupil_number, is_upn, tidy_upn

ALPHABET = "ABCDEFGHJKLMNPQRTUVWXYZ"
digits = st.text("0123456789", min_size=11, max_size=11)


def test_by_hand() -> None:
    """2x9 + 3x9 + 4x9 + 5x1 + 6x2 + 7x3 + 8x4 + 9x2 + 10x5 + 11x0 + 12x0 + 13x0 = 219 = 9x23 + 12: the 13th letter."""
    assert check_letter("A999123425000") == "N"
    assert is_upn("N999123425000") and not is_upn("M999123425000")


def test_published_number() -> None:
    """B801200005001 is the valid example of the python-stdnum documentation."""
    assert is_upn("B801200005001") and not is_upn("A801200005001")


def test_temporary_by_hand() -> None:
    """A as the last character counts 0, so the letter is that of a 0; Z counts 22, so 13x22 = 286 more: 12x23 + 10."""
    assert check_letter("A99912342500A") == check_letter("A999123425000") == "N"
    assert check_letter("A99912342500Z") == ALPHABET[(12 + 286) % 23]


@given(digits, st.sampled_from("0123456789" + ALPHABET))
def test_exactly_one_letter_is_right(middle: str, last: str) -> None:
    """One of the 23 letters is right, temporary numbers included."""
    assert sum(is_upn(letter + middle + last) for letter in ALPHABET) == 1


@given(digits, st.sampled_from("0123456789"), st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(middle: str, last: str, place: int, more: int) -> None:
    """No single wrong digit passes: every place's weight is prime to 23."""
    number = middle + last
    wrong = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    assert check_letter("A" + number) != check_letter("A" + wrong)


@pytest.mark.parametrize(
    "text", ["", "N99912342500", "N9991234250000", "n999123425000", "I999123425000", "N99912342500S"]
)
def test_other_shapes(text: str) -> None:
    """Any other shape is no UPN, and has no check letter."""
    assert not is_upn(text)
    with pytest.raises(ValueError, match="shape"):
        check_letter(text)


def test_pupil_numbers() -> None:
    """Numbers of other systems pass; names do not."""
    assert tidy_upn(" n999 123 425 000 ") == "N999123425000"
    assert all(map(is_pupil_number, ["N999123425000", "004217", "SCN-12", "A1"]))
    assert not any(map(is_pupil_number, ["", "O'SULLIVAN", "KHAN", "Zoe1", "1" * 41, "A 1", "A1\n", "A--1", "٣"]))
