"""One list of what is due: growing pauses, nothing lost between two keys, nothing done twice."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from redact.service.due import Backoff, Due, DueList, Goes


@dataclass
class Acts:
    """A list on a clock that a test moves, and when each of its acts was done."""

    now_s: float = 1000.0
    done: list[float] = field(default_factory=list)
    fails: int = 0
    gives: float | None | Goes = None

    def __post_init__(self) -> None:
        self.dues = DueList(lambda: self.now_s)

    def act(self) -> float | None | Goes:
        self.done.append(self.now_s - 1000.0)
        self.fails -= 1
        if self.fails >= 0:
            raise ZeroDivisionError("Wilhelmina/IMG_0001.JPG")
        return self.gives

    def put(self, longest_s: float = 600.0) -> Due:
        due = Due(self.now_s, Backoff(longest_s), self.act, "It was not done.")
        self.dues.put("it", due)
        return due

    def go(self, until_s: float) -> list[float]:
        """Look every second; return when it was done meanwhile."""
        before = len(self.done)
        while self.now_s <= 1000.0 + until_s:
            self.dues.turn()
            self.now_s += 1.0
        return self.done[before:]


def test_what_failed_is_done_again_with_growing_pauses_and_said_without_names(caplog: pytest.LogCaptureFixture) -> None:
    acts = Acts(fails=4)
    acts.put()
    assert acts.go(3600.0) == [0.0, 5.0, 15.0, 35.0, 75.0]
    assert acts.dues.get("it") is None, "it is over"
    assert "Wilhelmina" not in caplog.text and "It was not done. The program failed" in caplog.text


def test_pauses_are_never_longer_than_the_longest() -> None:
    acts = Acts(fails=100)
    acts.put(longest_s=30.0)
    assert acts.go(140.0) == [0.0, 5.0, 15.0, 35.0, 65.0, 95.0, 125.0]


def test_what_was_done_begins_with_short_pauses_again() -> None:
    acts = Acts(fails=2, gives=100.0)
    due = acts.put()
    assert acts.go(20.0) == [0.0, 5.0, 15.0] and due.at_s == 1115.0
    acts.fails = 1
    assert acts.go(121.0) == [115.0, 120.0]


def test_a_clock_that_is_set_is_not_asked() -> None:
    acts = Acts(fails=50_000)
    due = acts.put()
    for _ in range(2000):  # pauses double: this many are more than a float can count, if nothing ends them
        due.fail(acts.now_s)
    assert due.at_s == acts.now_s + 600.0


def test_asking_does_not_cut_a_pause_or_a_rest_short() -> None:
    acts = Acts(fails=1)
    acts.put()
    acts.dues.turn()
    acts.dues.ask("it")
    assert acts.go(10.0) == [5.0], "failed: not before its pause is over"
    acts = Acts()
    acts.put()
    acts.dues.rest("it", 30.0)
    acts.dues.ask("it")
    assert acts.go(60.0) == [30.0], "at rest: not before that is over"


def test_what_is_under_way_is_not_begun_again_before_its_end_is_told() -> None:
    acts = Acts(gives=Goes.UNDER_WAY)
    due = acts.put()
    acts.dues.begin("it", 600.0)
    acts.dues.ask("it")
    assert acts.go(60.0) == [] and due.is_wanted
    acts.dues.fail("it")
    assert not due.is_wanted, "what met trouble waits for a later run"
    assert acts.go(70.0) == [66.0]


def test_an_end_that_is_told_while_it_is_begun_is_not_forgotten() -> None:
    """An engine may run it to its end before the call that begins it returns."""
    acts = Acts()

    def act() -> Goes:
        acts.dues.begin("it", 600.0)
        acts.dues.rest("it", 2.0)
        return Goes.UNDER_WAY

    due = acts.put()
    due.act = act
    acts.dues.turn()
    assert due.at_s == acts.now_s + 2.0


def test_what_is_asked_for_while_it_is_done_is_done_again() -> None:
    acts = Acts()
    due = acts.put()

    def act() -> None:
        acts.act()
        if len(acts.done) == 1:
            acts.dues.ask("it")

    due.act = act
    acts.dues.turn()
    assert acts.done == [0.0, 0.0] and acts.dues.get("it") is None


def test_what_was_due_first_is_done_first_and_one_that_goes_on_keeps_no_other_waiting() -> None:
    acts, order = Acts(), list[str]()

    def many() -> float | None:
        order.append("many")
        return 0.0 if order.count("many") < 3 else None

    acts.dues.put("many", Due(10.0, Backoff(1.0), many))
    acts.dues.put("one", Due(9.0, Backoff(1.0), lambda: order.append("one")))
    acts.dues.put("two", Due(11.0, Backoff(1.0), lambda: order.append("two")))
    acts.dues.turn()
    assert order == ["one", "many", "two", "many", "many"]


def test_a_list_that_was_stopped_begins_nothing_more() -> None:
    acts = Acts()
    acts.dues.put("first", Due(0.0, Backoff(1.0), acts.dues.stop))
    acts.put()
    acts.dues.turn()
    assert acts.done == []


def test_what_is_under_way_wakes_nobody_and_a_former_process_is_told_by_its_key_alone() -> None:
    acts = Acts()
    acts.dues.begin("of a former process", 600.0)
    due = acts.dues.get("of a former process")
    assert due is not None and due.is_under_way and not due.has_come(acts.now_s + 1e9)
    acts.dues.rest("of a former process", 2.0)
    assert not due.is_under_way and not due.has_come(acts.now_s) and due.has_come(acts.now_s + 2.0)
