"""The watcher's periodic tasks: none stops the others, what failed is done again sooner, any run does all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from redact.reports.status import needs_person, read_status
from redact.service.periodic import UNAPPROVED, PeriodicTasks, Task, daily, looks, sign_of_life, sweeps
from redact.store import machines as executors
from tests.rigs.workspaces import DEVICE, Rig, photo_bytes, sha

PHOTO = photo_bytes(1)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path)
    yield rig
    rig.workspace.close()


class Failing:
    """Fails as often as it is told to, with an error that nobody foresaw."""

    def __init__(self, times: int) -> None:
        self.left, self.at = times, list[float]()

    def __call__(self) -> None:
        self.left -= 1
        if self.left >= 0:
            raise ZeroDivisionError("Wilhelmina/IMG_0001.JPG")


def test_one_task_that_fails_does_not_keep_the_others_from_being_done(rig: Rig) -> None:
    done: list[str] = []
    tasks = all_tasks(rig)
    for failing in tasks:
        done.clear()
        periodic = PeriodicTasks(600.0, lambda: rig.clock.time_s)
        for task in tasks:
            act = Failing(1) if task is failing else partial(done.append, task.name)
            periodic.put([replace(task, act=act)])
        periodic.turn()
        assert done == [task.name for task in tasks if task is not failing]


def test_a_task_that_fails_is_never_tried_later_than_it_would_have_been_done(rig: Rig) -> None:
    done: list[float] = []
    periodic, failing = PeriodicTasks(600.0, lambda: rig.clock.time_s), Failing(100)

    def act() -> None:
        done.append(rig.clock.time_s - 1000.0)
        failing()

    periodic.put([Task("it", 30.0, "It was not done.", act)])
    while rig.clock.time_s <= 1140.0:
        periodic.turn()
        rig.clock.time_s += 1.0
    assert done == [0.0, 5.0, 15.0, 35.0, 65.0, 95.0, 125.0]


def all_tasks(rig: Rig) -> tuple[Task, ...]:
    workspace = rig.workspace
    others = (*sweeps(workspace), *daily(workspace), *looks(workspace, rig.scheduler, lambda: None))
    return (*sign_of_life(workspace), *others)


def begun(rig: Rig) -> PeriodicTasks:
    """Return the tasks of a run that has just begun, each done once."""
    tasks = PeriodicTasks(rig.workspace.settings.retry_longest_s, lambda: rig.clock.time_s)
    tasks.put(all_tasks(rig))
    tasks.turn()
    return tasks


def test_every_task_is_done_at_the_start_of_a_run(rig: Rig) -> None:
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    rig.run()
    rig.clock.moment += timedelta(days=400)
    workspace, keys = rig.workspace, rig.workspace.settings.checkpoint_mirrors[0]
    (workspace.settings.vault / "00").mkdir(exist_ok=True)
    parts = [workspace.settings.vault / f"{1:032x}.part", Path(workspace.settings.trust) / f"{2:032x}.part"]
    for part in parts:
        part.write_bytes(b"cut off")
    for path in keys.iterdir():
        path.unlink()
    begun(rig)
    assert not workspace.vault.has(sha(PHOTO)), "its retention is over"
    assert list(keys.iterdir()), "the newest checkpoint lies in the checkpoint mirror again"
    assert not any(part.exists() for part in parts)
    assert read_status(workspace).is_watched


def test_at_the_end_what_a_person_took_away_is_off_the_list_and_what_failed_is_named(rig: Rig) -> None:
    film = rig.add() / "film.mov"
    film.write_bytes(b"film")
    rig.run()
    tasks = begun(rig)
    assert set(rig.left()) == {("film.mov",)}
    film.unlink()
    assert tasks.finish() == ()
    assert not rig.left()
    marker = next(rig.workspace.settings.folder.rglob(".redact-trust"))
    marker.rename(marker.with_name("away"))
    tasks = begun(rig)
    (why,) = tasks.finish()
    assert why.startswith("Leftovers in trust storage were not swept up. Trust storage") and "marker" in why
    marker.with_name("away").rename(marker)
    assert tasks.finish() == ()


def test_trust_storage_that_was_away_at_the_start_is_swept_up_when_it_is_back(rig: Rig) -> None:
    folder = Path(rig.workspace.settings.trust)
    part = folder / f"{1:032x}.part"
    part.write_bytes(b"cut off")
    away = folder.rename(folder.with_name("away"))
    tasks = begun(rig)
    away.rename(folder)
    tasks.turn()
    assert part.exists(), "the pause is not over"
    rig.clock.time_s += 5.0
    tasks.turn()
    assert not part.exists()


def test_what_a_purge_had_to_keep_is_reported_until_its_copy_is_back(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    rig.run()
    (name,) = rig.stored()
    copy = Path(rig.workspace.settings.trust) / name
    away = rig.folder / "away"
    copy.rename(away)
    rig.clock.moment += timedelta(days=400)
    begun(rig)
    assert rig.workspace.vault.has(sha(PHOTO))
    (item,) = read_status(rig.workspace).for_person
    assert (item.id, item.what) == (sha(PHOTO)[:12], "original kept") and needs_person(rig.workspace)
    assert name in item.reason and "redact retry" in item.next_step and "is past its retention" in caplog.text
    away.rename(copy)
    begun(rig)
    assert not read_status(rig.workspace).for_person and not rig.workspace.vault.has(sha(PHOTO))


def test_a_watcher_that_ended_is_not_said_to_run(rig: Rig) -> None:
    with rig.workspace.database.write() as connection:
        executors.beat(connection, rig.workspace.executor, rig.clock())
    rig.clock.moment += timedelta(seconds=20)
    with rig.workspace.database.write() as connection:
        executors.end(connection, rig.workspace.executor, rig.clock())
        executors.beat(connection, "another machine", rig.clock())
    status = read_status(rig.workspace)
    assert not status.is_watched and status.ended_at == status.watched_at == status.at
    with rig.workspace.database.write() as connection:
        executors.beat(connection, rig.workspace.executor, rig.clock())
    status = read_status(rig.workspace)
    assert status.is_watched and status.ended_at is None


def test_a_device_that_is_not_approved_is_reported_by_a_task_that_reads_the_register_itself(rig: Rig) -> None:
    tasks = begun(rig)
    (rig.add() / "a.jpg").write_bytes(PHOTO)
    rig.clock.moment += timedelta(days=4000)
    tasks.turn()
    assert not rig.left(), "it is not due"
    tasks.dues.ask(UNAPPROVED)
    tasks.turn()
    assert set(rig.left()) == {()} and rig.on_devices() == {f"{DEVICE}/a.jpg"}
