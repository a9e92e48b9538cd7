"""The durable engine alone: one workflow per name, what a killed process left, and nothing kept but fixed words."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from dbos import DBOS

from redact.service import workflows
from redact.service.starter import Journey
from redact.service.workflows import QUEUE_POLL_S, Engine
from redact.system.step import Step
from tests.rigs.waiting import LONGEST_S, wait_until
from tests.rigs.workspaces import environment

#: A process that is killed in the second step of a journey.
KILLED = """
import os, sys
from redact.service.workflows import Engine

def journey(step, name):
    step("first", lambda: print("first"))
    step("second", lambda: os.kill(os.getpid(), 9))

with Engine(sys.argv[1], sys.argv[2], {"photo": journey}) as engine:
    engine.start("photo", "a")
"""

#: One that is killed before it can tell what its first step met.
FAILED_AND_KILLED = """
import os, sys
from redact.service.workflows import Engine

def fail():
    raise ZeroDivisionError

def journey(step, name):
    try:
        step("first", fail)
    except ZeroDivisionError:
        os.kill(os.getpid(), 9)

with Engine(sys.argv[1], sys.argv[2], {"photo": journey}) as engine:
    engine.start("photo", "a")
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/engine.db"


def leave_unfinished(url: str, executor: str = "here", script: str = KILLED) -> None:
    command = [sys.executable, "-c", script, url, executor]
    assert subprocess.run(command, check=False, env=environment(), capture_output=True).returncode == -9


class Walk:
    """A journey of two steps that writes down which of them were done."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.ended: list[str] = []
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def __call__(self, step: Step, name: str) -> str:
        step("first", lambda: self.done.append(f"{name} first"))
        self.may_go_on.wait(LONGEST_S)
        step("second", lambda: self.done.append(f"{name} second"))
        self.ended.append(name)
        return "done"

    def has_ended(self) -> bool:
        return bool(self.ended)


def test_a_journey_that_has_ended_is_begun_again_and_one_that_is_under_way_is_left_alone(url: str) -> None:
    walk = Walk()
    walk.may_go_on.clear()
    with Engine(url, "here", {"photo": walk}) as engine:
        assert engine.start("photo", "a")
        wait_until(lambda: walk.done)
        assert engine.start("photo", "a"), "there is one at a time"
        assert engine.start("photo", "b"), "of each"
        walk.may_go_on.set()
        wait_until(lambda: len(walk.ended) == 2)
        wait_until(lambda: engine.start("photo", "a"))
        wait_until(lambda: walk.ended.count("a") == 2)
    assert walk.done.count("a first") == walk.done.count("a second") == 2


def test_the_second_engine_of_a_process_runs_its_own_journeys(url: str) -> None:
    for number in range(2):
        walk = Walk()
        with Engine(url, "here", {"photo": walk}) as engine:
            engine.start("photo", str(number))
            wait_until(walk.has_ended)
        assert walk.ended == [str(number)]


@pytest.mark.slow
def test_what_a_killed_process_had_begun_goes_on_with_the_step_that_was_cut_off(url: str) -> None:
    leave_unfinished(url)
    walk = Walk()
    walk.may_go_on.clear()  # until it was asked for: what has ended is begun again
    with Engine(url, "here", {"photo": walk}) as engine:
        assert not engine.start("photo", "a"), "it goes on by itself"
        walk.may_go_on.set()
        wait_until(lambda: walk.ended)
        assert walk.done == ["a second"]


@pytest.mark.slow
def test_what_another_machine_had_begun_is_never_taken_up_here(url: str) -> None:
    """Its photo's plain original lies on that machine."""
    leave_unfinished(url, "there")
    walk = Walk()
    with Engine(url, "here", {"photo": walk}) as engine:
        time.sleep(2.5)  # two looks of the engine at what is to be taken up
        assert not walk.done
        assert engine.start("photo", "a"), "the same photo, taken in here"
        wait_until(lambda: walk.ended)
        assert walk.done == ["a first", "a second"]
    walk = Walk()
    with Engine(url, "there", {"photo": walk}):
        wait_until(lambda: walk.ended)
        assert walk.done == ["a second"]


@pytest.mark.slow
def test_what_is_never_taken_up_is_begun_again_in_the_end(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine's database refused when it was to be taken up: a photo must not wait for the next start."""
    leave_unfinished(url)
    monkeypatch.setattr("dbos._dbos.startup_recovery_thread", lambda *_: None)
    walk = Walk()
    with Engine(url, "here", {"photo": walk}) as engine:
        assert not engine.start("photo", "a")
        monkeypatch.setattr(workflows, "TAKE_UP_S", 0.0)
        assert engine.start("photo", "a")
        wait_until(lambda: walk.ended)


def test_a_step_that_fails_raises_what_it_met_and_the_engine_keeps_nothing_of_it(url: str, tmp_path: Path) -> None:
    met: list[str] = []

    def fail() -> None:
        raise ZeroDivisionError("Wilhelmina")

    def journey(step: Step, name: str) -> str:
        try:
            step("first", fail)
        except ZeroDivisionError as error:
            met.append(str(error))
        return "waits"

    with Engine(url, "here", {"photo": journey}) as engine:
        engine.start("photo", "a")
        wait_until(lambda: met)
    assert met == ["Wilhelmina"]
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("engine.db*"))
    assert b"first" in kept and b"Wilhelmina" not in kept


@pytest.mark.slow
def test_a_step_that_failed_before_the_program_was_cut_off_is_not_taken_for_done(url: str) -> None:
    leave_unfinished(url, script=FAILED_AND_KILLED)
    met: list[Exception] = []

    def journey(step: Step, name: str) -> str:
        try:
            step("first", lambda: None)
        except workflows.StepFailed as error:
            met.append(error)
        return "waits"

    with Engine(url, "here", {"photo": journey}):
        wait_until(lambda: met)
    assert "first" in str(met[0])


@pytest.mark.slow
def test_the_engine_stops_looking_every_second_for_what_to_take_up(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library has no setting for it: this fails where its private attribute goes, or means something else."""
    journeys: dict[str, Journey] = {"photo": Walk()}
    with Engine(url, "here", journeys) as engine:
        queue = engine._dbos._registry.get_internal_queue()
        assert queue._polling_interval_sec == 1.0
        waits = f"queue-worker-{queue.name}"  # the thread that waits as long as this queue says
        wait_until(lambda: waits in {thread.name for thread in threading.enumerate()})
        engine.forget_finished()
        assert queue._polling_interval_sec == 1.0, "what a former process had begun is taken up first"
        engine.forget_finished()
        assert queue._polling_interval_sec == QUEUE_POLL_S
        asked, real = list[str](), engine._dbos._sys_db.start_queued_workflows

        def asking(*arguments: Any, **named: Any) -> Any:
            asked.append("asked")
            return real(*arguments, **named)

        monkeypatch.setattr(engine._dbos._sys_db, "start_queued_workflows", asking)
        time.sleep(3.5)
        assert len(asked) <= 1, "the thread heeds it, after the wait that it is in"


def test_what_ended_days_ago_is_forgotten(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    walk = Walk()
    with Engine(url, "here", {"photo": walk}) as engine:
        engine.start("photo", "a")
        wait_until(lambda: walk.ended)
        wait_until(lambda: DBOS.list_workflows(status="SUCCESS"))
        engine.forget_finished()
        assert len(DBOS.list_workflows()) == 1
        monkeypatch.setattr(workflows, "KEEP_DAYS", -1)
        engine.forget_finished()
        assert not DBOS.list_workflows()
