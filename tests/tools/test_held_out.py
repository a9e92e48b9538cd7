"""The half that is developed on shares no name, font or sentence with the one that is held out."""

from __future__ import annotations

from redact.pupils.roll import read_roll
from redact.redaction.names.words import fold, key_parts
from tests.tools.held_out.words import FIRST, SECOND, SIXTH, SIXTH_FROM, THIRD, THIRD_FROM, Half, half_of, roll_csv

SHARED_FORMS = frozenset({"*{a} *{i}", "*{a} *{i}.", "*{a} *{i} and *{b} *{j}", "*{a} 2", "Good luck *{a}"})


def names_of(half: Half) -> set[str]:
    names = (*half.word_names, *half.plain_names, *half.particles)
    return {part for name in (*names, *half.chosen) for part in key_parts(name) if len(part) > 3}


def test_the_halves_share_no_name_font_or_control() -> None:
    assert not names_of(FIRST) & names_of(SECOND)
    assert not {*FIRST.printed, *FIRST.written} & {*SECOND.printed, *SECOND.written}
    assert not {text for texts in FIRST.controls for text in texts} & {t for ts in SECOND.controls for t in ts}
    for half in (FIRST, SECOND):
        assert not names_of(half) & names_of(THIRD)
        assert not {*half.printed, *half.written} & {*THIRD.printed, *THIRD.written}
    assert not {*FIRST.labelled} & {*SECOND.labelled} and {*FIRST.initials} & {*SECOND.initials} <= SHARED_FORMS


def test_even_seeds_are_developed_on_and_each_roll_reads() -> None:
    assert half_of(2) is FIRST and half_of(3) is SECOND and half_of(THIRD_FROM) is THIRD
    assert half_of(SIXTH_FROM) is SIXTH
    for half in (FIRST, SECOND, THIRD, SIXTH):
        roll = read_roll(roll_csv(half).encode())
        surnames = {fold(name) for pupil in roll.pupils for name in pupil.surnames}
        assert {fold(name.split(" ", 1)[1]) for name in half.word_names} <= surnames and not roll.untaken
