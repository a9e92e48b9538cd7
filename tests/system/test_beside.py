"""Turns beside a program: they begin when they should, go on, and end with the context."""

from __future__ import annotations

import threading

import pytest

from redact.system.beside import repeated
from tests.rigs.waiting import LONGEST_S


def test_turns_go_on_until_the_context_ends_and_no_longer() -> None:
    often, turns = threading.Event(), list[str]()

    def turn() -> None:
        turns.append(threading.current_thread().name)
        if len(turns) == 3:
            often.set()

    with repeated(turn, 0.001, "beside", stop_s=LONGEST_S):
        assert often.wait(LONGEST_S)
    ended = len(turns)
    assert {*turns} == {"beside"} and not any(thread.name == "beside" for thread in threading.enumerate())
    assert len(turns) == ended


@pytest.mark.parametrize("is_at_once", [True, False])
def test_the_first_turn_waits_unless_it_is_to_be_at_once(is_at_once: bool) -> None:
    begun = threading.Event()
    with repeated(begun.set, 3600.0, "beside", stop_s=LONGEST_S, is_at_once=is_at_once):
        assert begun.wait(LONGEST_S if is_at_once else 0.05) is is_at_once
